"""A form marks what may be left out, or what may not, whichever is less."""

import re
from collections.abc import Iterator

import pytest
from django import forms

from dom.console.documents.editor import Block, draw
from dom.console.documents.registry import SORTS
from dom.console.marking import mark
from dom.console.masters.registry import MASTERS
from dom.console.views.actions import FORMS
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

_EMPTY = [("", "none"), ("a", "A")]


class _Mostly(forms.Form):
    one, two = forms.CharField(), forms.CharField()
    reason = forms.CharField(required=False)
    tick = forms.BooleanField(required=False)
    always = forms.ChoiceField(choices=[("a", "A")], required=False)
    hidden = forms.CharField(required=False, widget=forms.HiddenInput)


class _Rarely(forms.Form):
    code = forms.CharField()
    name, city = forms.CharField(required=False), forms.CharField(required=False)
    kind = forms.ChoiceField(choices=_EMPTY, required=False)
    roles = forms.MultipleChoiceField(choices=_EMPTY[1:], required=False)


def _marks(form: forms.Form) -> dict[str, str]:
    return {field.name: mark(field) for field in form.visible_fields() if mark(field)}


def test_the_fewer_are_marked() -> None:
    assert _marks(_Mostly()) == {"reason": "optional"}
    assert _marks(_Rarely()) == {"code": "required"}


def test_master_data_marks_what_the_api_asks_for() -> None:
    cast.enter()

    found = {slug: _marks(master.form()) for slug, master in MASTERS.items()}

    assert {slug: set(marks.values()) for slug, marks in found.items() if marks} == {
        slug: {"required"} for slug in ("skus", "nodes", "node-groups", "channels") if found[slug]
    } | {slug: set(found[slug].values()) for slug in ("quotas",) if found[slug]}
    assert set(found["skus"]) == {"code"}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_never_marks_both(name: str) -> None:
    assert len(set(_marks(FORMS[name]()).values())) <= 1


def test_the_word_stands_in_the_label() -> None:
    cast.enter()
    page = someone("Merchandiser").get("/master/skus/new/").content.decode()
    people = someone("People manager", "pat").get("/people/add/").content.decode()

    assert re.search(r'<label for="id_code">Code <span class="mute">required</span></label>', page)
    assert page.count('<span class="mute">optional</span>') == 0
    assert re.search(r'<label for="id_email">E-mail <span class="mute">optional</span></label>', people)
    assert people.count('<span class="mute">required</span>') == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rate-card", ["Code required", "Zone required", "For services optional", "Price required"]),
        ("policy", ["Code required", "Group required", "Rule required"]),
        ("capacity", ["Node required", "Of required", "At most required"]),
        ("calendar", ["Code required"]),
        ("carrier-services", ["Service required"]),
        ("lanes", []),
    ],
)
def test_the_editor_of_a_document_marks_the_fewer_of_each_of_its_parts(kind: str, words: list[str]) -> None:
    cast.enter()
    blank = SORTS[kind].block()

    assert [*dict.fromkeys(_marked(blank))] == words


def _marked(block: Block) -> Iterator[str]:
    row = draw(block, {}, {})
    yield from (f"{one.cell.label} {one.mark}" for one in row.inputs if one.mark)
    for child in row.children:
        assert [(one.cell, one.mark) for one in child.blank.inputs] == child.heads
        yield from _marked(child.block)


def test_the_editors_words_stand_in_labels_and_in_heads() -> None:
    cast.enter()
    page = someone("Merchandiser").get("/configuration/rate-card/new/").content.decode()

    assert re.search(r'<label for="code">Code <span class="mute">required</span></label>', page)
    assert '<th>Zone <span class="mute">required</span></th>' in page
    assert re.search(r'services">For services <span class="mute">optional</span></label>', page)
