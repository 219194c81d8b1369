"""Answers which kinds of events there are, what each means and which fields its `data` has; part of the contract.

Every application declares its own in `<app>/event_kinds.py`. docs/api-events.md shows them, the back office offers them
where somebody chooses what to hear, and tests hold what is written against them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: what happened, the fields `data` always has, and those that it has at times.

    `own` are the fields beyond those that all kinds of the entity share, as the documentation shows them.
    """

    name: str
    happened: str
    own: tuple[str, ...]
    always: frozenset[str]
    at_times: frozenset[str]

    @property
    def entity(self) -> str:
        """The part before the point: what it happened to."""
        return self.name.partition(".")[0]


KINDS: dict[str, EventKind] = {}


def declare(entity: str, common: str, kinds: Iterable[tuple[str, str, str]]) -> None:
    """Declare kinds of one entity as (verb, what happened, fields); `common` fields are those of all of them.

    Fields are words; one that ends in "?" is there at times.
    """
    for verb, happened, own in kinds:
        words = f"{common} {own}".split()
        always = frozenset(word for word in words if not word.endswith("?"))
        at_times = frozenset(word[:-1] for word in words if word.endswith("?")) - always
        name = f"{entity}.{verb}"
        KINDS[name] = EventKind(name, happened, tuple(own.split()), always, at_times)


declare(
    "webhook",
    "",
    [
        ("paused", "An endpoint was paused; `data.reason` is BY_HAND, UNREACHABLE or GONE", "reason"),
        ("resumed", "It goes on", ""),
    ],
)
