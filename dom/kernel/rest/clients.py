"""Keeps API clients: makes them, changes what they may do, rotates and revokes their keys; each change is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dom.kernel.changes import note_change
from dom.kernel.errors import DomainError, NotFound
from dom.kernel.locks import lock_api_client
from dom.kernel.models import ApiClient, Change
from dom.kernel.rest.keys import fresh
from dom.kernel.transactions import in_unit_of_work

#: The kind under which changes of clients are recorded.
KIND = "api-client"
#: The old key works so long beside the new one, unless another time is asked for.
OVERLAP = timedelta(hours=24)


class ApiClientExists(DomainError):
    """Another client has the name."""

    code = "api-client-exists"
    title = "There is a client of this name"


class ApiClientRevoked(DomainError):
    """The client was revoked: it has no key that could be rotated."""

    code = "api-client-revoked"
    title = "The client is revoked"


@dataclass(frozen=True, slots=True)
class Rights:
    """What a client may do; no nodes or channels means every one, no limit the installation's own."""

    scopes: Sequence[str]
    node_codes: Sequence[str] = ()
    expires_at: datetime | None = None
    calls_per_minute: int | None = None
    description: str = ""
    channel_codes: Sequence[str] = ()

    def as_columns(self) -> dict[str, Any]:
        """Return the values by column."""
        return {
            "scopes": list(self.scopes),
            "node_codes": list(self.node_codes),
            "channel_codes": list(self.channel_codes),
            "expires_at": self.expires_at,
            "calls_per_minute": self.calls_per_minute,
            "description": self.description,
        }


@in_unit_of_work
def create_client(name: str, rights: Rights, *, at: datetime, actor: str) -> str:
    """Make the client `name` and return its key, which is shown only here.

    Raises:
        ApiClientExists: another client has the name.
    """
    key, prefix, digest = fresh()
    columns = {"prefix": prefix, "secret_hash": digest, "created_at": at, "created_by": actor, **rights.as_columns()}
    _client, made = ApiClient.objects.get_or_create(name=name, defaults=columns)
    if not made:
        raise ApiClientExists(f"There is an API client {name} already.", name=name)
    note_change(kind=KIND, code=name, verb=Change.Verb.CREATED, actor=actor, at=at)
    return key


@in_unit_of_work
def change_client(name: str, rights: Rights, *, at: datetime, actor: str) -> dict[str, Any]:
    """Give a client other rights, from its next call on; return what changed as column -> [before, after].

    Raises:
        NotFound: there is no such client.
    """
    client = _locked(name)
    asked = rights.as_columns()
    changed = {column: [_plain(getattr(client, column)), _plain(value)] for column, value in asked.items()}
    changed = {column: pair for column, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        ApiClient.objects.filter(id=client.id).update(**asked)
        note_change(kind=KIND, code=name, verb=Change.Verb.CHANGED, actor=actor, at=at, fields=changed)
    return changed


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return ", ".join(value) if isinstance(value, list) else value


def _locked(name: str) -> ApiClient:
    client = lock_api_client(name)
    if client is None:
        raise NotFound(f"There is no API client {name}.", name=name)
    return client


@in_unit_of_work
def rotate_key(name: str, *, at: datetime, actor: str, overlap: timedelta = OVERLAP) -> str:
    """Return a new key for client `name`; the old one works on for `overlap`.

    Raises:
        NotFound: there is no such client.
        ApiClientRevoked: it has no key that works.
    """
    client = _locked(name)
    if not client.is_active:
        raise ApiClientRevoked(f"{name} is revoked; let it in again first.", name=name)
    return _renew(client, previous=client.secret_hash, until=at + overlap, at=at, actor=actor, note="Key rotated")


@in_unit_of_work
def readmit_client(name: str, *, at: datetime, actor: str) -> str:
    """Let a revoked client in again under a new key, and return it; no earlier key works.

    Raises:
        NotFound: there is no such client.
    """
    client = _locked(name)
    return _renew(client, previous="", until=None, at=at, actor=actor, note="Let in again under a new key")


@in_unit_of_work
def _renew(client: ApiClient, *, previous: str, until: datetime | None, at: datetime, actor: str, note: str) -> str:
    key, prefix, digest = fresh()
    # The public prefix stays: it is how the old key is found while both work.
    key = key.replace(prefix, client.prefix, 1)
    ApiClient.objects.filter(id=client.id).update(
        secret_hash=digest, previous_hash=previous, previous_until=until, is_active=True
    )
    note_change(kind=KIND, code=client.name, verb=Change.Verb.CHANGED, actor=actor, at=at, note=note)
    return key


@in_unit_of_work
def revoke_client(name: str, *, at: datetime, actor: str) -> None:
    """Refuse every key of a client from here on; its endpoints hear nothing. Revoking twice changes nothing.

    Raises:
        NotFound: there is no such client.
    """
    client = _locked(name)
    if not client.is_active:
        return
    ApiClient.objects.filter(id=client.id).update(is_active=False, previous_hash="", previous_until=None)
    note_change(kind=KIND, code=name, verb=Change.Verb.CHANGED, actor=actor, at=at, note="Revoked")
