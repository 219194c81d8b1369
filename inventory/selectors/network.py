"""Answers which nodes, groups and channels there are; read once per change of the configuration clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from dom.kernel import config
from inventory.models import Channel, Node, NodeGroup

Stamp = tuple[int, str]


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """One node that is not closed; see inventory.models.Node for units. `is_paused` holds at the instant asked."""

    id: int
    code: str
    kind: str
    country: str
    region: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    is_paused: bool
    groups: frozenset[str]
    tags: frozenset[str]
    methods: frozenset[str]
    hazmat_classes: frozenset[str]
    temperature_classes: frozenset[str]
    max_piece_grams: int | None
    handles_oversize: bool
    must_acknowledge: bool
    release_minutes: int | None
    accept_minutes: int | None
    calendar: str
    fulfillment_cost_e4: int
    line_cost_e4: int
    unit_cost_e4: int
    failed_pick_ppm: int


@dataclass(frozen=True, slots=True)
class NetworkChannel:
    """One channel; `nodes` are the codes that it may sell from, None for every node."""

    id: int
    code: str
    currency: str
    country: str
    is_active: bool
    nodes: frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """All nodes in code order, all channels, as they were at `stamp` (dom.kernel.config)."""

    stamp: Stamp
    nodes: tuple[NetworkNode, ...]
    channels: Mapping[str, NetworkChannel]
    node_rows: Mapping[str, int]
    node_ids: Mapping[str, int]
    holds_until: datetime | None

    def is_current(self, stamp: Stamp, at: datetime) -> bool:
        """Whether nothing changed since it was read, and no pause has ended."""
        return self.stamp == stamp and (self.holds_until is None or at < self.holds_until)


_held: list[Network] = []


def network(*, at: datetime) -> Network:
    """Return the network at `at`: one statement while nothing changes, else five.

    The clock is read before the rows, so a network is never newer than it says, and the next reader reads again.
    """
    stamp = config.stamp()
    if not _held or not _held[0].is_current(stamp, at):
        _held[:] = [_read(stamp, at)]
    return _held[0]


def _read(stamp: Stamp, at: datetime) -> Network:
    nodes = tuple(_node(node, at) for node in _rows())
    pauses = Node.objects.filter(status=Node.Status.PAUSED, paused_until__gt=at).values_list("paused_until", flat=True)
    return Network(
        stamp=stamp,
        nodes=nodes,
        channels=_channels(),
        node_rows={node.code: row for row, node in enumerate(nodes)},
        node_ids={node.code: node.id for node in nodes},
        holds_until=min((until for until in pauses if until is not None), default=None),
    )


def _rows() -> list[Node]:
    members = ArrayAgg("groups__code", filter=Q(groups__isnull=False), default=[])
    rows = Node.objects.exclude(status=Node.Status.CLOSED).annotate(group_codes=members)
    # PostgreSQL sorts by the language's rules; code order here is Python's, the same on every machine.
    return sorted(rows, key=lambda node: node.code)


def _node(node: Node, at: datetime) -> NetworkNode:
    paused = node.status == Node.Status.PAUSED and (node.paused_until is None or at < node.paused_until)
    return NetworkNode(
        id=node.id,
        code=node.code,
        kind=node.kind,
        country=node.country,
        region=node.region,
        postal_code=node.postal_code,
        latitude=node.latitude,
        longitude=node.longitude,
        time_zone=node.time_zone,
        is_paused=paused,
        groups=frozenset(node.group_codes),  # type: ignore[attr-defined]  # annotated by _rows
        tags=frozenset(node.tags),
        methods=frozenset(node.methods),
        hazmat_classes=frozenset(node.hazmat_classes),
        temperature_classes=frozenset(node.temperature_classes),
        max_piece_grams=node.max_piece_grams,
        handles_oversize=node.handles_oversize,
        must_acknowledge=node.must_acknowledge,
        release_minutes=node.release_minutes,
        accept_minutes=node.accept_minutes,
        calendar=node.calendar,
        fulfillment_cost_e4=node.fulfillment_cost_e4,
        line_cost_e4=node.line_cost_e4,
        unit_cost_e4=node.unit_cost_e4,
        failed_pick_ppm=node.failed_pick_ppm,
    )


def _channels() -> dict[str, NetworkChannel]:
    groups = NodeGroup.objects.annotate(node_codes=ArrayAgg("nodes__code", filter=Q(nodes__isnull=False), default=[]))
    members = {group.id: frozenset(group.node_codes) for group in groups}
    return {
        channel.code: NetworkChannel(
            id=channel.id,
            code=channel.code,
            currency=channel.currency,
            country=channel.country,
            is_active=channel.is_active,
            nodes=None if channel.node_group_id is None else members[channel.node_group_id],
        )
        for channel in Channel.objects.order_by("code")
    }
