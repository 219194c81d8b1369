"""Names the documents that routing publishes, how each is read, and what it is called where there is only one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from routing.core.config import (
    ConfigInvalid,
    parse_calendar,
    parse_carrier_services,
    parse_lanes,
    parse_policy,
    parse_rate_card,
)
from routing.errors import ConfigRefused

ONLY = "default"
"""The scope of a kind that has one document for the whole network."""


class Described(Protocol):
    """A configuration value that can say what it means."""

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document: `kind` as stored, `word` as people say it, `parse` as the engine reads it.

    `one_only`: the network has one such document, without a code of its own.
    """

    kind: str
    word: str
    parse: Callable[[object], Described]
    one_only: bool = False

    def read(self, body: object, **where: int | str) -> Described:
        """Return the value of `body`; `where` it came from (`row` of a list, `within` what) is told by a refusal.

        Raises:
            ConfigRefused: it is not valid; names the document and the path.
        """
        try:
            return self.parse(body)
        except ConfigInvalid as wrong:
            name = body.get("code") if isinstance(body, Mapping) else None
            raise ConfigRefused(
                f"The {self.word} {name or ''} is not valid. {wrong}".replace("  ", " "),
                kind=self.kind,
                document=str(name or ""),
                path=wrong.path,
                problem=wrong.message,
                **where,
            ) from wrong

    def scope_of(self, body: Mapping[str, Any]) -> str:
        """Return the name under which `body` is published; it has been read, so its code is there."""
        return ONLY if self.one_only else str(body["code"])


POLICY = DocumentKind("policy", "policy", parse_policy)
RATE_CARD = DocumentKind("rate-card", "rate card", parse_rate_card)
CARRIER_SERVICES = DocumentKind("carrier-services", "list of carrier services", parse_carrier_services, one_only=True)
LANES = DocumentKind("lanes", "list of lanes", parse_lanes, one_only=True)
CALENDAR = DocumentKind("calendar", "calendar", parse_calendar)

KINDS = {kind.kind: kind for kind in (POLICY, RATE_CARD, CARRIER_SERVICES, LANES, CALENDAR)}
