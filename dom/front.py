"""Takes requests in and sends answers out, so that who sends or reads slowly keeps no thread from others.

The server hands over a request when its headers are there. Threads are few, as each keeps a database connection: one
that waited for a body would be lost to everybody else, and as many slow clients as there are threads would stop the
product. So a short body is awaited here, where waiting costs nothing, and only then does a thread work on the request.
A long one is given to a thread as it comes, by few at a time, each block within the same patience; and no
answer has a thread once all of it is known.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from contextvars import Context, copy_context
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, TypeVar

from django.conf import settings
from django.http.response import HttpResponseBase

from dom.wsgi import application as wsgi

#: A body up to this size is awaited whole; a thousand rows of a feed are less.
SHORT_BYTES = 256 * 1024
#: From this length on, and where it is unknown, an answer is written to a file before it is sent.
_LONG_BYTES = 1024 * 1024
_OPENED_AFTER_SECONDS = 30.0
_BLOCK = 64 * 1024
_SLOW, _STOPPED = "The client sends too slowly.", "The client stopped before the end."
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


class Line(Protocol):
    """The server's side of one request: its body comes from here, its answer goes here."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None:
        """Answer at once."""

    def response_file(self, status: int, headers: Headers, file: str, /) -> None:
        """Answer with what a file holds, as fast as its reader reads."""


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
            self._broken, self.ended = _SLOW, True
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
            self._broken, self.ended = _SLOW, True
            part = b""
        return part or self.end()

    def end(self) -> bytes:
        """Return b"", the end of a whole body.

        Raises:
            OSError: it is not whole.
        """
        if self._broken or self._missing:
            raise OSError(self._broken or _STOPPED)
        return b""

    async def _part(self) -> bytes:
        part = await self._brought()
        self.ended = not part
        if self._missing is not None:
            self._missing -= len(part or b"")
            self.ended = self.ended or self._missing <= 0
        elif part == b"" and await self._brought() is not None:
            # The server brings an empty part where a body in chunks ends, and one more where it was broken off instead.
            # So it does after trailers, for which nobody has a use: better to refuse those than to take half a feed.
            self._broken = _STOPPED
        return part or b""

    async def _brought(self) -> bytes | None:
        # With a default, `anext` would wrap what the server gives, and a wrapped wait cannot be broken off.
        try:
            return await anext(self._parts)
        except StopAsyncIteration:
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said: the whole of it, or what brings its parts, in the context that they are made in."""

    status: int
    headers: Headers
    content: bytes | HttpResponseBase
    context: Context


class Front:
    """Serves a WSGI application of Django with a fixed number of threads, none of which waits for a client for long."""

    def __init__(
        self, application: Callable[[dict[str, Any], Any], HttpResponseBase], *, threads: int, patience: float
    ) -> None:
        self._application = application
        self._patience = patience
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        #: Long bodies and long answers never take every thread.
        self._turns = asyncio.Semaphore(max(1, threads // 2))

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        """Answer one request."""
        named = environ_of(scope)
        body = Incoming(line, length_of(named), self._patience)
        first = await body.first()
        loop = asyncio.get_running_loop()
        if body.ended:
            answer = await self._answer(named, Body(first, body.end))
        else:
            async with self._turns:
                answer = await self._answer(named, Body(first, lambda: _await(loop, body.next())))
        if isinstance(answer.content, bytes):
            line.response_bytes(answer.status, answer.headers, answer.content)
            return
        await self._send(answer, answer.content, line)

    async def __call__(self, scope: Scope, line: Line) -> None:
        """Answer one request."""
        await self.__rsgi__(scope, line)

    async def _answer(self, named: dict[str, Any], body: Body) -> Answer:
        named["wsgi.input"] = io.BufferedReader(body, _BLOCK)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, named)

    def _work(self, named: dict[str, Any]) -> Answer:
        begun: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _wrong: Any = None) -> None:
            begun.append((int(status[:3]), headers))

        content = self._application(named, start)
        if is_long(content):
            return Answer(*begun[-1], content, copy_context())
        try:
            return Answer(*begun[-1], b"".join(content), copy_context())
        finally:
            content.close()

    async def _send(self, answer: Answer, content: HttpResponseBase, line: Line) -> None:
        loop = asyncio.get_running_loop()
        # Another turn than that of its body: who held one while waiting for the other would wait for ever.
        async with self._turns:
            whole, length = await loop.run_in_executor(self._threads, answer.context.run, written_out, content)
        headers = [one for one in answer.headers if one[0].lower() != "content-length"]
        line.response_file(answer.status, [*headers, ("Content-Length", str(length))], f"/dev/fd/{whole.fileno()}")
        # The server opens it for itself, a moment later.
        loop.call_later(_OPENED_AFTER_SECONDS, whole.close)


def _await(loop: asyncio.AbstractEventLoop, coming: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(coming, loop).result()


def written_out(content: HttpResponseBase) -> tuple[IO[bytes], int]:
    """Return a nameless file that holds all of an answer, and its length.

    In parts, the server would keep in memory what its reader has not read, and end half an answer like a whole one.
    """
    with closing(content), ExitStack() as unless_whole:
        whole = unless_whole.enter_context(TemporaryFile())
        for part in content:
            whole.write(part)
        whole.flush()
        unless_whole.pop_all()
    return whole, whole.tell()


def is_long(content: HttpResponseBase) -> bool:
    """Return whether an answer may be longer than a page ever is."""
    return content.streaming and int(content.headers.get("Content-Length", _LONG_BYTES)) >= _LONG_BYTES


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
