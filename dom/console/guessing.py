"""Slows whoever guesses passwords or codes: each wrong try is written down and makes the next one wait longer."""

from django.http import HttpRequest
from django.utils import timezone

from dom.console.sessions import address_of
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many
from stores.models import LogInTry
from stores.services import log_in


def wait_in_words(request: HttpRequest, username: str) -> str:
    """Return how long this account or this address has to wait, "" where it need not; a try in between is noted."""
    at, address = timezone.now(), address_of(request)
    seconds = log_in.seconds_to_wait(username=username, address=address, at=at)
    if not seconds:
        return ""
    with unit_of_work():
        log_in.note_throttled(username=username, address=address, at=at)
    return f"Too many tries. Wait {_span(seconds)}, then try again."


def note_wrong(request: HttpRequest, username: str, outcome: str = LogInTry.Outcome.WRONG) -> None:
    """Write a wrong try down."""
    with unit_of_work():
        log_in.note_failure(username=username, address=address_of(request), at=timezone.now(), outcome=outcome)


def _span(seconds: int) -> str:
    return many(seconds, "second") if seconds < 120 else f"{seconds // 60 + 1} minutes"
