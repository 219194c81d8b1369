"""No page or action of the console forgets whom nodes limit. Each rule was broken once to see it fail."""

import ast
import inspect
import textwrap
from typing import Any

from dom.console import urls
from dom.console.acting import ConsoleAction
from dom.console.pages import ConsolePage, FreshPage
from dom.console.reach import Reach, Reaching

_SHARED = {Reaching, ConsolePage, FreshPage, ConsoleAction}
#: What a view, or the form that it shows, takes to keep to the person's nodes.
_KEEPS_TO_NODES = {
    "within", "among", "at_either_end", "must_reach", "must_work_at", "allowed", "node_choices", "allowed_nodes",
}  # fmt: skip


def _views() -> set[Any]:
    return {pattern.callback.view_class for pattern in urls.urlpatterns}  # type: ignore[attr-defined]  # all classes


def _own(view: Any) -> list[type]:
    return [one for one in view.__mro__ if one.__module__.startswith("dom.console.views")]


def test_every_view_is_guarded_in_the_one_place() -> None:
    assert sorted(view.__name__ for view in _views() if not issubclass(view, Reaching)) == []


def test_every_view_says_to_what_its_things_belong() -> None:
    silent = [view for view in _views() if not any("reach" in vars(one) for one in _own(view))]

    assert sorted(view.__name__ for view in silent) == []


def test_views_of_own_nodes_keep_to_them() -> None:
    forgetful = [
        view
        for view in _views()
        if view.reach is Reach.OWN_NODES and not _names(view) & _KEEPS_TO_NODES and view.__name__ != "FindAnything"
    ]

    assert sorted(view.__name__ for view in forgetful) == []


def _names(view: Any) -> set[str]:
    """Return every name that the view's classes speak, and those of the module's forms where it is an action."""
    read = [inspect.getsource(one) for one in _own(view)]
    if issubclass(view, ConsoleAction):
        read.append(inspect.getsource(inspect.getmodule(view)))  # type: ignore[arg-type]  # a class has a module
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for text in read
        for node in ast.walk(ast.parse(textwrap.dedent(text)))
        if isinstance(node, ast.Attribute | ast.Name)
    }


def test_the_guards_stand_in_one_place() -> None:
    """A view that overrides the order of the questions could answer before they are asked."""
    own = [
        view for view in _views() if view.dispatch is not Reaching.dispatch and view.dispatch is not FreshPage.dispatch
    ]

    assert sorted(view.__name__ for view in own) == []
