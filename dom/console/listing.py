"""What every filtered list shares: its filters, the views that people keep of it, and its order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from dom.console.sorting import Sort, Sorting
from dom.kernel.errors import DomainError
from dom.kernel.ids import row_id
from dom.kernel.transactions import unit_of_work
from orders.selectors import filtering
from orders.selectors.filtering import Filters
from orders.selectors.views import default_query, views_of
from orders.services.views import change_view, remove_view, save_view

#: Query names that say where in a list one is, not what it shows.
_PLACE = {"before", "after", "format"}
_AGE = Sort("age", "Age", "id", "age")


def _asked(asked: QueryDict) -> QueryDict:
    """Return what was asked, in today's words where a view that was kept long ago has others."""
    if asked.get("order") != "oldest":
        return asked
    said = asked.copy()
    del said["order"]
    said.setdefault("sort", "-age")
    return said


class Listing:
    """One person's look at one list."""

    def __init__(
        self, request: HttpRequest, of: str, sorts: Callable[[Filters], Sequence[Sort]], *, opening: str = "all"
    ) -> None:
        """Read what is asked for; a list that opens on work opens in an order of its own where it offers one."""
        self.request, self.of = request, of
        self.me = request.user.get_username()
        self.roles = list(request.user.groups.values_list("name", flat=True))
        self.filters: Filters = filtering.read(request.GET, opening=opening)
        offered = (_AGE, *sorts(self.filters))
        first = offered[-1] if opening != "all" else _AGE
        self.sorting = Sorting(_asked(request.GET), offered, default=first.name)

    def opening(self) -> HttpResponseBase | None:
        """Return the way to the person's default view where they asked for nothing; None otherwise."""
        if self.request.GET or self.request.headers.get("X-Part"):
            return None
        query = default_query(self._views(), owner=self.me)
        return redirect(f"{self.request.path}?{query}") if query else None

    def _views(self) -> list[Any]:
        return views_of(self.of, owner=self.me, roles=self.roles)

    def context(self) -> Mapping[str, Any]:
        """Return what the templates of lists need."""
        here = self._query()
        return {
            "filters": self.filters,
            "filter_fields": [(f"f_{name}", getattr(self.filters, name)) for name in filtering.NAMES],
            "kept_views": [(view, view.query == here) for view in self._views()],
            "me": self.me,
            "roles": self.roles,
            "query": here,
            "sorting": self.sorting,
            "csv": "?" + urlencode({**self._named(), "format": "csv"}),
        }

    def _named(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.request.GET.items() if value and name not in _PLACE}

    def _query(self) -> str:
        return urlencode(self._named())

    def keep(self) -> HttpResponseBase:
        """Save, change or remove a view, as the form asks."""
        asked = self.request.POST
        try:
            with unit_of_work():
                messages.success(self.request, self._keep(asked))
        except DomainError as refusal:
            messages.error(self.request, str(refusal))
        return redirect(f"{self.request.path}?{self._query() or 'view=all'}")

    def _keep(self, asked: Mapping[str, str]) -> str:
        removed, changed = row_id(asked.get("remove", "")), row_id(asked.get("change", ""))
        if removed is not None:
            return f"“{remove_view(view_id=removed, owner=self.me).name}” is gone."
        wanted: dict[str, Any] = {
            "name": asked.get("name", ""), "owner": self.me, "role": asked.get("role", ""), "roles": self.roles,
            "is_default": asked.get("default") == "1",
        }  # fmt: skip
        if changed is not None:
            view = change_view(view_id=changed, **wanted)
        else:
            view = save_view(of=self.of, query=self._query(), at=timezone.now(), **wanted)
        shared = f", shared with {view.role}" if view.role else ""
        return f"“{view.name}” is kept{shared}" + ("; this list opens with it." if view.is_default else ".")
