"""The law of every editor: what a parser reads can be typed, and what was typed is what it reads."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict

from dom.console.documents.editor import Block, draw, posted, read
from dom.console.documents.registry import SORTS
from dom.console.documents.sort import DocumentSort
from inventory.rules import WEEKDAYS
from tests import cast
from tests.integration.console.pages import sent_by
from tests.integration.console.written import WRITTEN, Writer

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = range(200)


def _retyped(sort: DocumentSort, block: Block, body: Any, base: Any) -> Any:
    """Return the document that comes of the inputs drawn for `body`, above the document `base`."""
    sent = QueryDict(mutable=True)
    for name, value in sent_by(draw(block, sort.page(body), {})).items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    if not base:
        for name in [name for name in sent if name.endswith("].was")]:
            sent[name] = ""
    before = sort.page(base)
    page = read(block, posted(sent), before)
    return base if page == before else sort.document(page)


@pytest.mark.parametrize("kind", list(SORTS))
def test_every_valid_document_can_be_made_of_inputs_alone(kind: str) -> None:
    cast.enter()
    sort, block = SORTS[kind], SORTS[kind].block()
    for seed in SEEDS:
        body = WRITTEN[kind](Writer(seed))

        assert sort.parse(_retyped(sort, block, body, {})) == sort.parse(body), seed


@pytest.mark.parametrize("kind", list(SORTS))
def test_a_page_as_it_stands_is_the_document_to_the_letter(kind: str) -> None:
    cast.enter()
    sort, block = SORTS[kind], SORTS[kind].block()
    for seed in SEEDS:
        body = WRITTEN[kind](Writer(seed))

        assert _retyped(sort, block, body, body) == body, seed
        assert sort.parse(sort.document(sort.page(body))) == sort.parse(body), seed


@pytest.mark.parametrize("kind", list(SORTS))
def test_the_law_is_asked_of_every_input(kind: str) -> None:
    """An input that no document fills would prove nothing; one that a document fills in vain is seen above."""
    cast.enter()
    sort, block = SORTS[kind], SORTS[kind].block()
    filled: set[str] = set()
    for seed in SEEDS:
        sent = sent_by(draw(block, sort.page(WRITTEN[kind](Writer(seed))), {}))
        filled |= {_plain(name) for name, value in sent.items() if value not in ("", [])}

    assert filled >= _names(block)


@pytest.mark.parametrize("kind", list(SORTS))
def test_the_law_is_asked_of_every_field_that_a_parser_knows(kind: str) -> None:
    """A parser tells what it knows when it is given what it does not; what it learns next turns this red."""
    cast.enter()
    known: set[tuple[str, ...]] = set()
    written: set[tuple[str, ...]] = set()
    for seed in range(60):
        body = WRITTEN[kind](Writer(seed))
        for path, held in list(_objects(body)):
            written |= {(*path, name) for name in held}
            held["unheard-of"] = 1
            wrong = SORTS[kind].read(body).wrong or {}
            names = _KNOWN.search(" ".join(wrong.values()))
            known |= {(*path, name) for name in names[1].rstrip(".").split(", ")} if names else set()
            del held["unheard-of"]

    assert {path for path in known - written if not _needs_no_input(path)} == set()
    assert known


_KNOWN = re.compile(r"known (?:fields: |are )(.*)")


def _needs_no_input(path: tuple[str, ...]) -> bool:
    """Say whether a field is kept as it is written (a third exclusion) or always refused (a distance there)."""
    return path[-3:] == ("not",) * 3 or (path[-1] == "within_km" and bool({"not", "prefer"} & set(path)))


def _objects(body: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(body, dict):
        yield path, body
    for name, part in body.items() if isinstance(body, dict) else [("", one) for one in body]:
        if isinstance(part, dict | list):
            yield from _objects(part, (*path, name) if name else path)


def _plain(name: str) -> str:
    return ".".join(part.partition("[")[0] for part in name.split("."))


def _names(block: Block, above: str = "") -> set[str]:
    own = {f"{above}{path}" for path, _cell in block.fields}
    return own.union(*(_names(child, f"{above}{child.name}.") for child in block.children))


@pytest.mark.parametrize("kind", list(SORTS))
def test_a_field_is_marked_as_needed_exactly_where_the_parser_never_goes_without(kind: str) -> None:
    cast.enter()
    sort, block = SORTS[kind], SORTS[kind].block()
    asked: dict[str, set[bool]] = {}
    for seed in range(40):
        page = sort.page(WRITTEN[kind](Writer(seed)))
        for path, held, name in list(_filled(block, page)):
            was = held.pop(name)
            asked.setdefault(_plain(f"{path}{name}"), set()).add(_is_missed(sort, page, f"{path}{name}"))
            held[name] = was
    pairs = {"calendar": {f"{day}.{end}" for day in WEEKDAYS for end in ("opens", "closes")}}.get(kind, set())

    always = {name for name, found in asked.items() if found == {True}}
    assert always - pairs == _needed(block) - {"special_hours.date", "cut_offs.service", "cut_offs.time"}


def _is_missed(sort: DocumentSort, page: Any, name: str) -> bool:
    told = [sort.placed(page, path) for path in sort.read(sort.document(page)).wrong or {}]
    return any(path == name or path.startswith((f"{name}[", f"{name}.")) for path in told)


def _filled(block: Block, body: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield each object with a field that it has: the path of the object, what holds the field, and its name."""
    for name, _cell in block.fields:
        *steps, last = name.split(".")
        held = body
        for step in steps:
            held = held.get(step, {})
        if last in held:
            yield f"{path}{'.'.join((*steps, ''))}", held, last
    for child in block.children:
        for number, row in enumerate(body.get(child.name) or ()):
            yield from _filled(child, row, f"{path}{child.name}[{number}].")


def _needed(block: Block, above: str = "") -> set[str]:
    own = {f"{above}{name}" for name in block.needed}
    return own.union(*(_needed(child, f"{above}{child.name}.") for child in block.children))


def test_what_a_list_of_choices_does_not_know_stays_beside_what_is_ticked() -> None:
    cast.enter()
    sort, block = SORTS["policy"], SORTS["policy"].block()
    body = {"code": "p", "groups": [{"name": "g", "match": {"channels": ["gone"]}, "rules": [{"name": "r"}]}]}
    sent = QueryDict(mutable=True)
    for name, value in sent_by(draw(block, sort.page(body), {})).items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    sent.appendlist("groups[0].match.channels", "web")

    assert read(block, posted(sent), body)["groups"][0]["match"] == {"channels": ["gone", "web"]}
