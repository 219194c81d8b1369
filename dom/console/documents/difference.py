"""Says what changed between two texts of a document: whole sentences, and within a sentence the words."""

import difflib
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """One changed sentence: added, gone, or with other words in it."""

    sign: str
    words: SafeString


def lines(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Return the sentences that differ, in the order of the document."""
    return list(_lines(before, after))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        pairs = min(b - a, d - c) if what == "replace" else 0
        for old, new in zip(before[a : a + pairs], after[c : c + pairs], strict=True):
            yield Line("~", _words(old, new))
        yield from (Line("−", format_html("<del>{}</del>", old)) for old in before[a + pairs : b])
        yield from (Line("+", format_html("<ins>{}</ins>", new)) for new in after[c + pairs : d])


def _words(before: str, after: str) -> SafeString:
    old, new = before.split(" "), after.split(" ")
    parts: list[SafeString] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(format_html("{}", " ".join(old[a:b])))
            continue
        if b > a:
            parts.append(format_html("<del>{}</del>", " ".join(old[a:b])))
        if d > c:
            parts.append(format_html("<ins>{}</ins>", " ".join(new[c:d])))
    return format_html_join(" ", "{}", ((part,) for part in parts))


def in_words(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the changed sentences as plain text, for lists and messages."""
    signs = {"-": "No longer: ", "+": "Now: "}
    return [signs[line[0]] + line[2:] for line in difflib.ndiff(before, after) if line[0] in signs]


def in_text(changed: Sequence[Line]) -> list[str]:
    """Return changed sentences, as they are drawn, as plain text."""
    signs = {"−": "No longer: ", "+": "Now: "}
    return [signs.get(line.sign, "") + html.unescape(strip_tags(line.words)) for line in changed]
