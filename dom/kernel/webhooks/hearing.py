"""Answers what an endpoint may be told: no more than its client may read in the event feed."""

from collections.abc import Sequence

from dom.kernel.models import ApiClient, Event
from dom.kernel.rest.errors import ChannelForbidden, NodeForbidden, ScopeMissing
from dom.kernel.rest.scopes import Scope

_NEEDED = Scope.EVENTS_READ


def require_hearing(client: ApiClient, *, nodes: Sequence[str], channels: Sequence[str]) -> None:
    """Refuse filters that name what the client may not read. What no filter names is left out when events come.

    Raises:
        ScopeMissing: the client may not read events at all.
        NodeForbidden, ChannelForbidden: it is limited to others.
    """
    if _NEEDED not in client.scopes:
        raise ScopeMissing(f"Messages show events: the key needs the scope {_NEEDED} too.", scope=str(_NEEDED))
    for node in nodes:
        if client.node_codes and node not in client.node_codes:
            raise NodeForbidden(f"This key may not act for node {node}.", node=node)
    for channel in channels:
        if client.channel_codes and channel not in client.channel_codes:
            raise ChannelForbidden(f"This key may not act for channel {channel}.", channel=channel)


def may_hear(client: ApiClient, event: Event) -> bool:
    """Return whether the client may read `event` now; its rights may have shrunk since the message was queued."""
    at_node = not client.node_codes or event.node in client.node_codes
    on_channel = not client.channel_codes or event.channel in client.channel_codes
    return _NEEDED in client.scopes and at_node and on_channel
