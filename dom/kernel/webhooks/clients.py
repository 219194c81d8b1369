"""Hands messages over by HTTP: several at a time, each within a bound of time and bytes, to an address looked up once.

Knows no database and no clock. Redirects are answers, not orders: following one would undo the check of the address.
"""

import asyncio
import functools
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from dom.kernel.webhooks import addresses
from dom.kernel.webhooks.addresses import Target
from dom.kernel.webhooks.errors import WebhookUrlRefused

#: Connections to one receiver at a time.
PARALLEL = 8
#: A message is taken within this time or was not taken.
PATIENCE_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
#: No message is begun after this time; with the patience of the last one a round ends well before its lease.
BEGIN_SECONDS = 20.0
KEPT_BYTES = 1024
_DRAINED_BYTES = 64 * 1024
_AGENT = "quayline-webhooks/1"


@dataclass(frozen=True, slots=True)
class Message:
    """One body with its signed headers; `key` says to the caller which one it was."""

    key: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the answer's status and beginning, or why there was none."""

    status: int | None
    duration_ms: int
    error: str = ""
    answer: str = ""
    wish: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Return whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Return whether the receiver wants no message ever again."""
        return self.status == 410


def send(url: str, messages: Sequence[Message], *, private: bool, at: datetime) -> dict[int, Outcome]:
    """Post `messages` to `url` and return what became of each, by key.

    A message that was not begun in time is missing from the answer: nothing happened to it. `private` allows addresses
    inside the own network; `at` is what a Retry-After that names a date is compared with.
    """
    try:
        target = addresses.resolve(url, private=private)
    except WebhookUrlRefused as refusal:
        return _nothing(messages, str(refusal))
    except (OSError, UnicodeError):
        return _nothing(messages, "The name of the host cannot be resolved.")
    with ThreadPoolExecutor(max_workers=1) as alone:  # the caller's thread may have an event loop that runs already
        return alone.submit(lambda: asyncio.run(_send_all(target, messages, at))).result()


def _nothing(messages: Sequence[Message], error: str) -> dict[int, Outcome]:
    return {message.key: Outcome(None, 0, error) for message in messages}


@functools.cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


async def _send_all(target: Target, messages: Sequence[Message], at: datetime) -> dict[int, Outcome]:
    begun = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    waiting = iter(messages)
    limits = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL)
    async with httpx.AsyncClient(
        verify=_certificates(),
        limits=limits,
        timeout=httpx.Timeout(PATIENCE_SECONDS, connect=_CONNECT_SECONDS),
        trust_env=False,
        follow_redirects=False,
    ) as client:

        async def work() -> None:
            for message in waiting:
                if time.monotonic() - begun > BEGIN_SECONDS:
                    return
                outcomes[message.key] = await _post(client, target, message, at)

        await asyncio.gather(*(work() for _ in range(min(PARALLEL, len(messages)))))
    return outcomes


async def _post(client: httpx.AsyncClient, target: Target, message: Message, at: datetime) -> Outcome:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            status, answer, wish = await _exchange(client, target, message, at)
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(None, _since(begun), f"No answer within {PATIENCE_SECONDS:.0f} s.")
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as wrong:
        return Outcome(None, _since(begun), f"{type(wrong).__name__}: {wrong}"[:200].replace("\0", ""))
    return Outcome(status, _since(begun), answer=answer, wish=wish)


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)


async def _exchange(
    client: httpx.AsyncClient, target: Target, message: Message, at: datetime
) -> tuple[int, str, timedelta | None]:
    headers = {
        **message.headers,
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        # Nothing is unpacked here, so a small answer cannot become a large one.
        "Accept-Encoding": "identity",
    }
    told = {"sni_hostname": target.host}
    async with client.stream("POST", target.url, content=message.body, headers=headers, extensions=told) as answer:
        kept, read = b"", 0
        async for block in answer.aiter_raw():
            kept, read = (kept + block)[:KEPT_BYTES], read + len(block)
            if read > _DRAINED_BYTES:
                break
        text = kept.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        return answer.status_code, text, wish_of(answer.headers.get("Retry-After", ""), at=at)


def wish_of(header: str, *, at: datetime) -> timedelta | None:
    """Return how long a Retry-After asks us to wait, as seconds or as a date; None where it asks nothing we know."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - at, timedelta(0))
