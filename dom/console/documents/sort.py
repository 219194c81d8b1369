"""What the pages of one kind of document need to know: its words, its inputs, how it is read and published."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dom.console.documents.difference import Line, in_text, in_words, lines
from dom.console.documents.editor import Block, Body
from dom.kernel.errors import DomainError
from dom.kernel.models import ConfigVersion
from routing.services import retire


class Described(Protocol):
    """A document that was read."""

    def describe(self) -> list[str]:
        """Return what it says, a sentence each."""
        ...


class Publish(Protocol):
    """Publishes one document in the caller's unit of work."""

    def __call__(self, body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
        """Return the version that is live now."""
        ...


#: "1. Stores near: …", one of several in their order.
_NUMBERED = re.compile(r"[0-9]+\. ")


class End(Protocol):
    """Ends the document of a name in the caller's unit of work."""

    def __call__(self, *, scope: str, note: str, at: datetime, actor: str) -> ConfigVersion:
        """Return the version that has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, or where it is wrong (words by path)."""

    sentences: Sequence[str] = ()
    wrong: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DocumentSort:
    """One kind of document. `page` and `document` turn its body into what the editor shows and back.

    `warns` says what is odd about a document that is valid; `foresees` what publishing it would do; `one_only` is the
    name of a document of which there is one. `face` draws one, where sentences are not how people read it: the values
    of its template, of the document, the one it is compared with, and what the page's address asks.
    """

    kind: str
    words: str
    word: str
    about: str
    blank: Body
    block: Callable[[], Block]
    parse: Callable[[Any], Described]
    publish: Publish
    end: End
    #: What a file of the live documents is: its columns, and its lines out of code -> version. It comes in by no file.
    flat: tuple[Sequence[str], Callable[[Mapping[str, ConfigVersion]], Iterable[Sequence[object]]]] | None = None
    #: What holds where there is none.
    absent: str = ""
    #: The sentences that begin a part of the document.
    heads: Callable[[Any], Collection[str]] | None = None
    named_by: str = "code"
    #: Who may see its documents and who may change them: a permission with a place for "view" or "change".
    permission: str = "kernel.{}_configversion"
    one_only: str = ""
    page: Callable[[Body], Body] = lambda body: body
    document: Callable[[Body], Body] = lambda body: body
    placed: Callable[[Body, str], str] = lambda _page, path: path
    warns: Callable[[Body], list[str]] = lambda _body: []
    foresees: Callable[[Body, datetime], list[str]] = lambda _body, _at: []
    face: Callable[[Any, Any, Mapping[str, str]], Mapping[str, Any]] | None = None
    face_template: str = ""
    #: What differs between two that were read, where whole sentences are no answer.
    changes: Callable[[Any, Any], list[Line]] | None = None
    #: Some of them in a few lines each for the list, where the first sentences do not do.
    briefs: Callable[[Mapping[str, Any]], Mapping[str, list[str]]] | None = None

    def scope_of(self, body: Body) -> str:
        """Return the name under which a document is kept; empty where it has none yet."""
        return self.one_only or str(body.get(self.named_by) or "")

    def read(self, body: Any) -> Reading:
        """Return what `body` says, or where it is wrong."""
        try:
            return Reading(self.parse(body).describe())
        except DomainError as refusal:
            path, words = refusal.facts.get("path"), refusal.facts.get("problem")
            told = str(words or refusal)
            return Reading(wrong={str(path or ""): told[:1].upper() + told[1:]})

    def value(self, body: Any) -> Any:
        """Return the document as it was read; None where there is none, or it can no longer be read."""
        try:
            return None if body is None else self.parse(body)
        except DomainError:
            return None

    def differ(self, before: Any, after: Any) -> list[Line]:
        """Return what differs between two bodies; None is no document."""
        if self.changes is not None:
            return self.changes(self.value(before), self.value(after))
        return lines(*([] if body is None else self.sentences(body) for body in (before, after)))

    def in_text(self, before: Any, after: Any) -> list[str]:
        """Return what differs between two bodies as plain text; None is no document."""
        if self.changes is not None:
            return in_text(self.differ(before, after))
        return in_words(*([] if body is None else self.sentences(body) for body in (before, after)))

    def outlined(self, body: Any) -> list[tuple[str, str]]:
        """Return what `body` says with the weight of each sentence: "head", "rule", or ""."""
        told = self.read(body)
        if told.wrong is not None or self.heads is None:
            return [("", sentence) for sentence in self.sentences(body)]
        heads = self.heads(body)
        return [("head" if s in heads else "rule" if _NUMBERED.match(s) else "", s) for s in told.sentences]

    def sentences(self, body: Any) -> list[str]:
        """Return what `body` says; what an older version could read and this one cannot is said to be so."""
        told = self.read(body)
        return list(told.sentences) if told.wrong is None else ["This version can no longer be read."]


def ender(kind: str) -> End:
    """Return what ends documents of routing."""

    def end(*, scope: str, note: str, at: datetime, actor: str) -> ConfigVersion:
        return retire(kind=kind, scope=scope, at=at, actor=actor, note=note)

    return end
