"""Takes requests in and sends answers out, so that who sends or reads slowly keeps no thread from others.

The server hands over a request when its headers are there. Threads are few, as each keeps a database connection: one
that waited for a body would be lost to everybody else, and as many slow clients as there are threads would stop the
product. So a short body is awaited here, where waiting costs nothing, and only then does a thread work on the request.
A long one is given to a thread as it comes, by few at a time, each block within the same patience.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.http.response import HttpResponseBase

from dom.wsgi import application as wsgi

#: A body up to this size is awaited whole; a thousand rows of a feed are less.
SHORT_BYTES = 256 * 1024
_BLOCK = 64 * 1024
_UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}

Headers = list[tuple[str, str]]
T = TypeVar("T")


class Headed(Protocol):
    """The headers as they came, names in lower case."""

    def items(self) -> list[tuple[str, str]]:
        """Return every header, repeated ones too."""


class Scope(Protocol):
    """What the server knows of a request before its body."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headed


class Stream(Protocol):
    """Where an answer of unknown length goes."""

    async def send_bytes(self, data: bytes, /) -> None:
        """Send a part; returns when there is room for more."""


class Line(Protocol):
    """The server's side of one request: its body comes from here, its answer goes here."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None:
        """Answer at once."""

    def response_stream(self, status: int, headers: Headers, /) -> Stream:
        """Begin an answer that comes in parts."""


class Body(io.RawIOBase):
    """A request's body as its thread reads it: what has come, then whatever `more` brings until it brings nothing."""

    def __init__(self, come: bytes, more: Callable[[], bytes]) -> None:
        self._come = come
        self._more = more

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` with the next bytes; 0 at the end.

        Raises:
            OSError: the client sends too slowly, or stopped before the end.
        """
        part = self._come or self._more()
        size = min(len(buffer), len(part))
        buffer[:size] = part[:size]
        self._come = part[size:]
        return size


class Incoming:
    """A body on its way: how much of it there should be, how much has come, and whether it can still be whole."""

    def __init__(self, line: Line, length: int | None, patience: float) -> None:
        self._parts = aiter(line)
        self._missing = length
        self._patience = patience
        self._broken = ""
        self.ended = length == 0

    async def first(self) -> bytes:
        """Return the whole body if it is short, otherwise its beginning; waits no longer than the patience."""
        come = bytearray()
        try:
            async with asyncio.timeout(self._patience):
                while not self.ended and len(come) < SHORT_BYTES:
                    come += await self._part()
        except TimeoutError:
            self._broken, self.ended = "The client sends too slowly.", True
        return bytes(come)

    async def next(self) -> bytes:
        """Return the next part, b"" at the end.

        Raises:
            OSError: it did not come within the patience, or the client stopped before the end.
        """
        try:
            async with asyncio.timeout(self._patience):
                part = b"" if self.ended else await self._part()
        except TimeoutError:
            self._broken, self.ended = "The client sends too slowly.", True
            part = b""
        return part or self.end()

    def end(self) -> bytes:
        """Return b"", the end of a whole body.

        Raises:
            OSError: it is not whole.
        """
        if self._broken or self._missing:
            raise OSError(self._broken or "The client stopped before the end.")
        return b""

    async def _part(self) -> bytes:
        # With a default, `anext` would wrap what the server gives, and a wrapped wait cannot be broken off.
        try:
            part = await anext(self._parts)
        except StopAsyncIteration:
            part = b""
        self.ended = not part
        if self._missing is not None:
            self._missing -= len(part)
            self.ended = self.ended or self._missing <= 0
        return part


class Front:
    """Serves a WSGI application of Django with a fixed number of threads, none of which waits for a client for long."""

    def __init__(
        self, application: Callable[[dict[str, Any], Any], HttpResponseBase], *, threads: int, patience: float
    ) -> None:
        self._application = application
        self._patience = patience
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        #: Long bodies never take every thread.
        self._turns = asyncio.Semaphore(max(1, threads // 2))

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        """Answer one request."""
        named = environ_of(scope)
        body = Incoming(line, length_of(named), self._patience)
        first = await body.first()
        if body.ended:
            await self._work(named, line, Body(first, body.end))
            return
        loop = asyncio.get_running_loop()
        async with self._turns:
            await self._work(named, line, Body(first, lambda: _await(loop, body.next())))

    async def __call__(self, scope: Scope, line: Line) -> None:
        """Answer one request."""
        await self.__rsgi__(scope, line)

    async def _work(self, named: dict[str, Any], line: Line, body: Body) -> None:
        loop = asyncio.get_running_loop()
        named["wsgi.input"] = io.BufferedReader(body, _BLOCK)
        whole = await loop.run_in_executor(self._threads, self._answer, named, line, loop)
        if whole is not None:
            line.response_bytes(*whole)

    def _answer(
        self, named: dict[str, Any], line: Line, loop: asyncio.AbstractEventLoop
    ) -> tuple[int, Headers, bytes] | None:
        """Return status, headers and body; None where the answer has been sent in parts."""
        begun: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _wrong: Any = None) -> None:
            begun.append((int(status[:3]), headers))

        answer = self._application(named, start)
        try:
            status, headers = begun[-1]
            if not answer.streaming:
                return status, headers, b"".join(answer)
            self._stream(status, headers, answer, line, loop)
        finally:
            answer.close()
        return None

    def _stream(
        self, status: int, headers: Headers, parts: Iterable[bytes], line: Line, loop: asyncio.AbstractEventLoop
    ) -> None:
        async def begin() -> Stream:
            return line.response_stream(status, headers)

        stream = _await(loop, begin())
        for block in blocks_of(parts):
            _await(loop, self._sent(stream.send_bytes(block)))

    async def _sent(self, sending: Awaitable[None]) -> None:
        async with asyncio.timeout(self._patience):
            await sending


def _await(loop: asyncio.AbstractEventLoop, coming: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(coming, loop).result()


def blocks_of(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in parts that are worth a message."""
    block = bytearray()
    for part in parts:
        block += part
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def length_of(named: Mapping[str, Any]) -> int | None:
    """Return how long the body is; None where only its end will tell."""
    if "CONTENT_LENGTH" in named:
        return int(named["CONTENT_LENGTH"])
    return None if "HTTP_TRANSFER_ENCODING" in named else 0


def environ_of(scope: Scope) -> dict[str, Any]:
    """Return a request as WSGI has it, without its body.

    A header with an underscore in its name is left out: WSGI could not tell it from the one with a hyphen, which a
    proxy may have checked or set.
    """
    host, _, port = scope.server.rpartition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # "*" and the like are nobody's address.
        "PATH_INFO": f"/{scope.path.removeprefix('/')}".encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{'1.0' if scope.http_version == '1' else scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(found, name.upper().replace("-", "_"), value)
    return found


def _add(found: dict[str, Any], name: str, value: str) -> None:
    key = name if name in _UNPREFIXED else f"HTTP_{name}"
    between = "; " if name == "COOKIE" else ","
    found[key] = f"{found[key]}{between}{value}" if key in found else value


application = Front(wsgi, threads=settings.WEB_THREADS, patience=settings.BODY_PATIENCE_SECONDS)
