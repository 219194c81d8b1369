"""Answers who is calling: issues, rotates and checks the keys of API clients."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dom.kernel.models import ApiClient
from dom.kernel.rest.errors import ChannelForbidden, NodeForbidden
from dom.kernel.transactions import in_unit_of_work

#: `dom_<public prefix>_<secret>`: scanners for leaked secrets can recognize it.
_KEY = re.compile(r"dom_([0-9a-f]{12})_([0-9A-Za-z_-]{43})")
#: The last use is written at most this often, so that a busy client does not turn reads into writes.
_LAST_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a request; `nodes` and `channels` are empty when it may act for every one of them."""

    client_id: int
    name: str
    scopes: frozenset[str]
    nodes: frozenset[str]
    #: None: the installation's own limit.
    calls_per_minute: int | None = None
    channels: frozenset[str] = frozenset()

    #: DRF asks its user for this.
    is_authenticated = True

    @property
    def actor(self) -> str:
        """The name that ledgers and changes record."""
        return f"api:{self.name}"

    def may_use(self, node: str) -> bool:
        """Return whether the key may see and act for the node with code `node`."""
        return not self.nodes or node in self.nodes

    def must_use(self, node: str) -> None:
        """Refuse a node that the key is not for.

        Raises:
            NodeForbidden: the key is limited to other nodes.
        """
        if not self.may_use(node):
            raise NodeForbidden(f"This key may not act for node {node}.", node=node)

    def must_sell(self, channel: str) -> None:
        """Refuse a channel that the key is not for.

        Raises:
            ChannelForbidden: the key is limited to other channels.
        """
        if self.channels and channel not in self.channels:
            raise ChannelForbidden(f"This key may not act for channel {channel}.", channel=channel)


def _hash(secret: str) -> str:
    # A fast hash is right here: the secret has 256 random bits, so there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def fresh() -> tuple[str, str, str]:
    """Return a new key, its public prefix and the hash of its secret."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return f"dom_{prefix}_{secret}", prefix, _hash(secret)


@in_unit_of_work
def issue_key(
    *,
    name: str,
    scopes: Sequence[str],
    at: datetime,
    node_codes: Sequence[str] = (),
    channel_codes: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> str:
    """Make the client `name` (or give the one that exists a new key at once) and return the key, shown only here."""
    key, prefix, digest = fresh()
    ApiClient.objects.update_or_create(
        name=name,
        defaults={
            "prefix": prefix,
            "secret_hash": digest,
            "previous_hash": "",
            "previous_until": None,
            "scopes": list(scopes),
            "node_codes": list(node_codes),
            "channel_codes": list(channel_codes),
            "is_active": True,
            "expires_at": expires_at,
        },
        create_defaults={
            "prefix": prefix,
            "secret_hash": digest,
            "scopes": list(scopes),
            "node_codes": list(node_codes),
            "channel_codes": list(channel_codes),
            "expires_at": expires_at,
            "created_at": at,
        },
    )
    return key


def caller_of(key: str, *, at: datetime) -> Caller | None:
    """Return who holds `key`, or None when it is unknown, wrong, ended or switched off. One statement, rarely two."""
    parts = _KEY.fullmatch(key)
    if parts is None:
        return None
    client = ApiClient.objects.filter(prefix=parts[1], is_active=True).first()
    if client is None or not _holds(client, parts[2], at):
        return None
    _note_use(client, at)
    return Caller(
        client.id, client.name, frozenset(client.scopes), frozenset(client.node_codes), client.calls_per_minute,
        frozenset(client.channel_codes),
    )  # fmt: skip


def _holds(client: ApiClient, secret: str, at: datetime) -> bool:
    if client.expires_at is not None and client.expires_at <= at:
        return False
    digest = _hash(secret)
    if hmac.compare_digest(digest, client.secret_hash):
        return True
    in_overlap = client.previous_until is not None and at < client.previous_until
    return in_overlap and hmac.compare_digest(digest, client.previous_hash)


def _note_use(client: ApiClient, at: datetime) -> None:
    before = at - _LAST_USE_EVERY
    if client.last_used_at is None or client.last_used_at < before:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=before)
        ApiClient.objects.filter(stale, id=client.id).update(last_used_at=at)
