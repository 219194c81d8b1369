"""The documentation leads somewhere: its links, commands, variables and roles are those that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from dom.console import shell
from dom.console.management.commands.roles import row
from dom.console.roles import ROLES
from tests.architecture.source import ROOT, everything, parts

_PAGES = [
    ROOT / "README.md",
    ROOT / "deploy/README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_VARIABLE = re.compile(
    r"""(?:\benv\.\w+\(|environ\.get\(|environ\.setdefault\(|environ\[)\s*["']([A-Z_]+)["']""", re.MULTILINE
)


def _anchors(page: Path) -> set[str]:
    """Return the names that a link may point at: headings as GitHub writes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def _dead(page: Path) -> Iterator[str]:
    for target in _LINK.findall(page.read_text()):
        name, _hash, anchor = target.partition("#")
        if "://" in name or name.startswith("/"):
            continue
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            yield target


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(_dead(page)) == []


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in _PAGES for target in _LINK.findall(page.read_text())}

    assert [picture.name for picture in sorted((ROOT / "docs").rglob("*.png")) if picture not in shown] == []


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs/README.md"
    named = {(index.parent / target.partition("#")[0]).resolve() for target in _LINK.findall(index.read_text())}

    assert [page.name for page in sorted((ROOT / "docs").rglob("*.md")) if page not in {*named, index}] == []


@pytest.mark.parametrize("record", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda record: record.stem[:4])
def test_every_decision_says_when_why_what_and_at_what_price(record: Path) -> None:
    told = record.read_text()

    assert re.match(rf"# {record.stem[:4]} .+\n\n\d{{4}}-\d\d-\d\d · accepted\n\n\*\*Pressure\.\*\* ", told)
    parts = ("Decision", "What keeps it safe", "What we gave up")
    assert [part for part in parts if f"\n**{part}.** " not in told and f"\n**{part}.**\n" not in told] == []


def test_every_command_that_is_told_exists() -> None:
    text = "\n".join(page.read_text() for page in _PAGES)
    makes = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - {"help", *get_commands()} == set()
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, flags=re.MULTILINE)) - makes == set()


def test_every_command_of_ours_is_told() -> None:
    ours = {name for name, app in get_commands().items() if app.startswith(("dom", "inventory", "orders", "routing"))}
    told = set(re.findall(r"^\| `([a-z_]+)", (ROOT / "docs/commands.md").read_text(), flags=re.MULTILINE))

    assert ours - told == set(), "Tell them in docs/commands.md."


def test_every_variable_that_is_read_is_told_and_no_other() -> None:
    read = {name for file in everything() if "tests" not in parts(file) for name in _VARIABLE.findall(file.read_text())}
    told = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), flags=re.MULTILINE))

    assert told == read, "Tell them in docs/settings.md."


def _guides() -> str:
    guides = [ROOT / "docs/first-day.md", *sorted((ROOT / "docs/how-to").glob("*.md"))]
    return "\n".join(guide.read_text() for guide in guides if guide.name != "add-an-endpoint.md")


def test_every_page_and_button_that_a_guide_names_is_somewhere() -> None:
    menu = {place.title for group in shell.menu() for place in group.places}
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "dom/console").rglob("*.py")]
    shown = "\n".join(file.read_text() for file in [*files, *(ROOT / "orders").rglob("*.py")])
    named = re.findall(r"(?<!\*)\*{1,2}([A-Z][^*\n]*?)…?\*{1,2}(?!\*)", _guides())

    assert [words for words in named if words not in menu and words not in shown] == []


def test_the_page_of_roles_says_what_the_roles_are() -> None:
    lines = (ROOT / "docs/roles.md").read_text().splitlines()
    told = [line for line in lines if line.startswith("| ")][1:]

    assert told == [row(name, role) for name, role in ROLES.items()], "`manage.py roles --table` prints the rows."
