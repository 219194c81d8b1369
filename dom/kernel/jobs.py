"""Answers how work is handed to another process: by name, at commit, or not at all.

A job is a doorbell. What has to be done stands in PostgreSQL; a lost, late or doubled job costs seconds, never work.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache

from dom.kernel.transactions import after_commit, once_per_unit_of_work

Sender = Callable[[str, dict[str, Any]], None]

#: After this many seconds an unanswered bell may be rung again: its message may have been lost with the broker.
RING_SECONDS = 5

_senders: list[Sender] = []


def connect(sender: Sender) -> None:
    """Let `sender(name, ids)` carry jobs from here on; the process's last caller wins."""
    _senders[:] = [sender]


def enqueue(name: str, **ids: object) -> None:
    """Ask for the task `name` with keyword `ids` once the unit of work is committed; equal asks are sent once."""
    if once_per_unit_of_work("enqueue", name, repr(sorted(ids.items()))):
        after_commit(_send, name, ids)


def _send(name: str, ids: dict[str, Any]) -> None:
    for sender in _senders:
        sender(name, ids)


def ring(name: str, **ids: object) -> None:
    """Ring the doorbell of the sweeping task `name` (for what `ids` name) at commit.

    While a message waits unanswered nothing more is sent: that sweep has not begun, so it will see this commit.
    """
    if once_per_unit_of_work("ring", _bell(name, ids)):
        after_commit(_ring, name, ids)


def _ring(name: str, ids: dict[str, Any]) -> None:
    if _senders and cache.add(_bell(name, ids), 1, timeout=RING_SECONDS):
        _send(name, ids)


def answer(name: str, **ids: object) -> None:
    """Say that the sweep `name` begins: work committed from here on needs another ring. Call it before reading."""
    cache.delete(_bell(name, ids))


def _bell(name: str, ids: dict[str, Any]) -> str:
    return ":".join(("bell", name, *(f"{key}={value}" for key, value in sorted(ids.items()))))
