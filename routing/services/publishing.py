"""Answers how configuration of routing becomes live: read by the engine's own parsers, published, rolled back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work
from routing.kinds import CALENDAR, CARRIER_SERVICES, KINDS, LANES, POLICY, RATE_CARD, DocumentKind

Body = Mapping[str, Any]


@in_unit_of_work
def publish_policies(*, bodies: Sequence[Body], actor: str, at: datetime, note: str = "") -> list[ConfigVersion]:
    """Publish each policy as the next version of its `code`; live for every batch that begins after the commit.

    Raises:
        ConfigRefused: one of them is not valid; none is published.
    """
    return _publish(POLICY, bodies, actor=actor, at=at, note=note)


@in_unit_of_work
def publish_rate_cards(*, bodies: Sequence[Body], actor: str, at: datetime, note: str = "") -> list[ConfigVersion]:
    """Publish each rate card as the next version of its `code`.

    Raises:
        ConfigRefused: one of them is not valid; none is published.
    """
    return _publish(RATE_CARD, bodies, actor=actor, at=at, note=note)


@in_unit_of_work
def publish_calendars(*, bodies: Sequence[Body], actor: str, at: datetime, note: str = "") -> list[ConfigVersion]:
    """Publish each calendar as the next version of its `code`.

    Raises:
        ConfigRefused: one of them is not valid; none is published.
    """
    return _publish(CALENDAR, bodies, actor=actor, at=at, note=note)


@in_unit_of_work
def publish_carrier_services(*, body: Body, actor: str, at: datetime, note: str = "") -> ConfigVersion:
    """Publish the network's carrier services.

    Raises:
        ConfigRefused: the document is not valid.
    """
    return _publish(CARRIER_SERVICES, [body], actor=actor, at=at, note=note)[0]


@in_unit_of_work
def publish_lanes(*, body: Body, actor: str, at: datetime, note: str = "") -> ConfigVersion:
    """Publish the network's lanes.

    Raises:
        ConfigRefused: the document is not valid.
    """
    return _publish(LANES, [body], actor=actor, at=at, note=note)[0]


def _publish(kind: DocumentKind, bodies: Sequence[Body], *, actor: str, at: datetime, note: str) -> list[ConfigVersion]:
    for number, body in enumerate(bodies):
        kind.read(body, **({} if kind.one_only else {"row": number}))
    return [
        config.publish(kind=kind.kind, scope=kind.scope_of(body), body=body, author=actor, at=at, note=note)
        for body in bodies
    ]


@in_unit_of_work
def save_draft(*, kind: str, scope: str, body: Body, actor: str, at: datetime, note: str = "") -> ConfigVersion:
    """Keep `body` as the draft of a document, whether or not it is valid yet; it takes part in no decision."""
    return config.save_draft(kind=kind, scope=scope, body=body, author=actor, at=at, note=note)


@in_unit_of_work
def publish_draft(*, kind: str, scope: str, actor: str, at: datetime) -> ConfigVersion:
    """Publish the draft of a document as its next version; the draft is gone then.

    Raises:
        NotFound: there is no draft.
        ConfigRefused: it is not valid; it stays a draft.
    """
    saved = config.draft(kind, scope)
    if saved is None:
        raise NotFound(f"{kind} {scope} has no draft.", kind=kind, scope=scope)
    published = _publish(KINDS[kind], [saved.body], actor=actor, at=at, note=saved.note)[0]
    config.drop_draft(kind=kind, scope=scope)
    return published


@in_unit_of_work
def roll_back(*, kind: str, scope: str, number: int, actor: str, at: datetime) -> ConfigVersion:
    """Make what version `number` said live again, as the next version.

    Raises:
        NotFound: there is no such published version.
    """
    return config.roll_back(kind=kind, scope=scope, number=number, author=actor, at=at)


@in_unit_of_work
def retire(*, kind: str, scope: str, actor: str, at: datetime, note: str = "") -> ConfigVersion:
    """End a document; what named it goes on as if it had never been published.

    Raises:
        NotFound: nothing of that name is live.
    """
    return config.retire(kind=kind, scope=scope, author=actor, at=at, note=note)
