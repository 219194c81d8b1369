"""Forged, oversized, malformed and slow requests against the real web server: it answers each, and everybody else.

The server runs as the supervisor starts it, on the suite's database; what is sent goes through a bare socket.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection

from dom.kernel.models import Job
from dom.supervisor import programs
from tests.functional.api.conftest import partner_with
from tests.functional.running_house import until
from tests.served_urls import BLOCK, BLOCKS

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
#: Seconds that the server gives a client for the next part of a body.
PATIENCE = 2
#: Twice as many as the server has threads.
MANY = 2 * 2 * 4
HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
CSV = b"Content-Type: text/csv\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CLOSE = b"Connection: close\r\n\r\n"


class Wire:
    """The web server as a bare socket meets it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self, sent: bytes = b"", *, room: int | None = None) -> socket.socket:
        """Return a connection that has sent something, and has `room` for so many bytes that nobody reads."""
        made = socket.socket()
        made.settimeout(20)
        if room:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        made.connect(("127.0.0.1", self.port))
        made.sendall(sent)
        return made

    def say(self, *parts: bytes) -> bytes:
        """Send all of it, as far as the server lets one, and return everything that comes back."""
        with self.open() as made:
            try:
                for part in parts:
                    made.sendall(part)
            except OSError:
                pass  # it has answered, and hangs up on the rest
            return heard(made)

    def is_well(self) -> bool:
        """Say whether somebody else is answered, and soon."""
        begun = time.monotonic()
        return b"200 OK" in self.say(b"GET /healthz HTTP/1.1\r\n", HOST, CLOSE) and time.monotonic() - begun < 5


def heard(made: socket.socket) -> bytes:
    """Return everything until the server hangs up."""
    told = bytearray()
    try:
        while part := made.recv(65536):
            told += part
    except ConnectionResetError:
        pass
    return bytes(told)


def status(told: bytes) -> int:
    """Return the status of the first answer; 0: it was hung up on."""
    return int(told.split(b" ", 2)[1]) if told.startswith(b"HTTP/1.") else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def wire(django_db_setup: None) -> Iterator[Wire]:
    """Start the server once."""
    name, sockets = connection.settings_dict["NAME"], settings.DATA.sockets
    told = Wire(_free_port())
    settings.DATA.logs.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("DATABASE_URL", f"postgres://dom@/{name}?host={sockets}&port=5432")
        variables.setenv("DJANGO_SETTINGS_MODULE", "tests.served")
        variables.setenv("BODY_PATIENCE_SECONDS", str(PATIENCE))
        server = programs.web(settings.DATA, host="127.0.0.1", port=told.port).start()
    try:
        until(lambda: _listens(told.port) and told.is_well(), seconds=60, what="the web server answers")
        yield told
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def key() -> bytes:
    """The header of a partner who may do everything."""
    return f"Authorization: Bearer {partner_with().key}\r\nIdempotency-Key: {os.urandom(8).hex()}\r\n".encode()


FORGED = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), {400}),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", {400}),
    "HTTP/1.0": (b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", {200}),
    "HTTP/2 without being asked": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {0, 400, 505}),
    "an absurd host": (b'GET /api/v1/skus HTTP/1.1\r\nHost: evil.example"><script>\r\n' + CLOSE, {400}),
    "two hosts": (b"GET /api/v1/skus HTTP/1.1\r\nHost: evil.example\r\n" + HOST + CLOSE, {400}),
    "the server as a proxy": (
        b"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE,
        {200, 400},
    ),
    "nobody's address": (b"OPTIONS * HTTP/1.1\r\n" + HOST + CLOSE, {404}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + CLOSE, {403, 404, 405}),
    "an unknown method": (b"FROB /api/v1/skus HTTP/1.1\r\n" + HOST + CLOSE, {401, 405}),
    "bytes in the path": (b"GET /api/v1/orders/\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE, {400}),
    "bytes in the escaped path": (b"GET /api/v1/orders/%ff%fe%00 HTTP/1.1\r\n" + HOST + CLOSE, {401, 404}),
    "bytes in the query": (b"GET /admin/login/?next=%ff%00 HTTP/1.1\r\n" + HOST + CLOSE, {200, 400}),
    "bytes in a header": (b"GET /api/v1/skus HTTP/1.1\r\nAuthorization: Bearer \xff\xfe\r\n" + HOST + CLOSE, {401}),
    "bytes in a cookie": (b"GET /admin/login/ HTTP/1.1\r\nCookie: sessionid=\xff\r\n" + HOST + CLOSE, {200}),
    "a folded header": (b"GET /healthz HTTP/1.1\r\nX-A: b\r\n c\r\n" + HOST + CLOSE, {400}),
    "a NUL in a header": (b"GET /healthz HTTP/1.1\r\nX-A: a\x00b\r\n" + HOST + CLOSE, {400}),
    "ten thousand headers": (b"GET /healthz HTTP/1.1\r\n" + 10_000 * b"X-A: b\r\n" + HOST + CLOSE, {431}),
    "a header of 100 kB": (b"GET /healthz HTTP/1.1\r\nX-A: " + 100_000 * b"b" + b"\r\n" + HOST + CLOSE, {200}),
    "a header of 1 MB": (b"GET /healthz HTTP/1.1\r\nX-A: " + MEGABYTE * b"b" + b"\r\n" + HOST + CLOSE, {431}),
    "a path of 100 kB": (b"GET /" + 100_000 * b"b" + b" HTTP/1.1\r\n" + HOST + CLOSE, {414}),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_refused_and_harms_nobody(wire: Wire, name: str) -> None:
    sent, expected = FORGED[name]

    assert status(wire.say(sent)) in expected
    assert wire.is_well()


LENGTHS = {
    "a negative length": (b"Content-Length: -1\r\n", b"", 400),
    "a length in words": (b"Content-Length: abc\r\n", b"", 400),
    "a length beyond any number": (b"Content-Length: 99999999999999999999999\r\n", b"", 400),
    "two lengths": (b"Content-Length: 2\r\nContent-Length: 5\r\n", b"{}   ", 400),
    "a packed transfer": (b"Transfer-Encoding: gzip\r\n", b"{}", 400),
    "chunks that are none": (b"Transfer-Encoding: chunked\r\n", b"ZZ\r\n{}\r\n0\r\n\r\n", 400),
    "chunks and a length": (b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n", 400),
    "a packed body that is none": (b"Content-Encoding: gzip\r\nContent-Length: 5\r\n", b"abcde", 415),
    "a body and its question": (b"Expect: 100-continue\r\nContent-Length: 2\r\n", b"{}", 100),
    "one body shorter than it says": (b"Content-Length: 3000\r\n", b"{}", 400),
    "chunks without end": (b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n", 400),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_body_that_is_not_what_it_says_is_refused(wire: Wire, key: bytes, name: str) -> None:
    headers, body, expected = LENGTHS[name]

    told = wire.say(b"POST /api/v1/orders HTTP/1.1\r\n", HOST, key, JSON, headers, CLOSE, body)

    assert status(told) == expected, told
    assert b" 500 " not in told
    assert wire.is_well()


CUT_OFF = {
    "between two chunks": b"",
    "within a chunk": b"ff\r\nS1,",
    "before the last line": b"0\r\n",
    "before its first byte": None,
    "by what is no chunk": b"ZZ\r\n",
}


@pytest.mark.parametrize("rows", [1, 40_000], ids=["a short feed", "a long feed"])
@pytest.mark.parametrize("name", CUT_OFF)
def test_a_feed_in_chunks_that_is_cut_off_between_its_lines_is_no_whole_feed(
    wire: Wire, key: bytes, name: str, rows: int
) -> None:
    feed = b"sku,node,on_hand\n" + rows * b"S1,N1,5\n"
    end = CUT_OFF[name]
    sent = b"" if end is None else b"%x\r\n%b\r\n" % (len(feed), feed) + end

    with wire.open(b"PUT /api/v1/stock HTTP/1.1\r\n" + HOST + key + CSV + CHUNKED + CLOSE + sent) as made:
        made.shutdown(socket.SHUT_WR)
        told = heard(made)

    assert status(told) == 400
    assert b"The body could not be read to its end" in told
    assert not Job.objects.exists()


def test_a_feed_in_chunks_that_ends_as_it_should_is_taken(wire: Wire, key: bytes) -> None:
    parts = [b"sku,node,on_hand\n", 1_001 * b"S1,N1,5\n", b"S1,N1,5"]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    told = wire.say(b"PUT /api/v1/stock HTTP/1.1\r\n", HOST, key, CSV, CHUNKED, CLOSE, sent)

    assert status(told) == 202
    assert b'"rows_total":1002' in told


def test_requests_in_one_breath_are_answered_one_by_one(wire: Wire) -> None:
    one = b"GET /healthz HTTP/1.1\r\n" + HOST

    assert wire.say(3 * (one + b"\r\n"), one, CLOSE).count(b"HTTP/1.1 200 OK") == 4


def test_an_answer_in_parts_comes_whole(wire: Wire) -> None:
    name = "unfold/css/styles.css"
    content = Path(finders.find(name) or "").read_bytes()
    assert len(content) > 3 * 64 * 1024

    told = wire.say(b"GET /static/%b HTTP/1.0\r\n" % name.encode(), HOST, b"\r\n")

    assert told.partition(b"\r\n\r\n")[2] == content


def test_what_follows_a_body_that_is_longer_than_it_says_is_no_part_of_it(wire: Wire, key: bytes) -> None:
    told = wire.say(
        b"POST /api/v1/orders HTTP/1.1\r\n", HOST, key, JSON, b"Content-Length: 2\r\n\r\n", b"{}smuggled\r\n\r\n"
    )

    assert {line[9:12] for line in told.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")} == {b"400"}


def test_a_header_with_an_underscore_stands_for_no_other(wire: Wire) -> None:
    asked = b"GET /api/v1/skus HTTP/1.1\r\n" + HOST

    assert b"x-request-id: told-by-me" in wire.say(asked, b"X-Request-ID: told-by-me\r\n", CLOSE)
    assert b"told-by-me" not in wire.say(asked, b"X_Request_ID: told-by-me\r\n", CLOSE)


@pytest.mark.parametrize("kind", [b"application/json", b"application/x-ndjson", b"text/csv"])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_hundred_megabytes_take_no_memory(wire: Wire, key: bytes, kind: bytes, chunked: bool) -> None:
    feed = b"PUT /api/v1/stock HTTP/1.1\r\n" + HOST + key + b"Content-Type: " + kind + b"\r\n"
    block = b" " * MEGABYTE
    length = b"Transfer-Encoding: chunked\r\n" if chunked else b"Content-Length: %d\r\n" % (100 * MEGABYTE)
    parts = 100 * ([b"%x\r\n%b\r\n" % (MEGABYTE, block)] if chunked else [block])
    servers = _servers()
    # A process loads the code of an address when it is first asked for.
    for _ in range(MANY):
        wire.say(feed, b"Content-Length: 2\r\n", CLOSE, b"[]")
    before = _forget_peaks(servers)

    told = wire.say(feed, length, CLOSE, *parts)

    assert status(told) in {0, 413}  # who does not listen while sending may not hear the answer
    assert _peaks(servers) - before < 50  # and not the hundred, at no time
    assert wire.is_well()


def _servers() -> list[Path]:
    """Return where the kernel tells of the server's processes."""
    mark, found = f"DATA={settings.DATA.data}".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (told := (place / "environ").read_bytes().split(b"\0")) and b"DOM_PROCESS=web" in told:
                found.append(place)
        except OSError:
            continue
    return found


def _forget_peaks(servers: list[Path]) -> int:
    """Return how many megabytes the processes keep now, and count their peaks from here."""
    for place in servers:
        (place / "clear_refs").write_text("5")
    return _peaks(servers)


def _peaks(servers: list[Path]) -> int:
    """Return the most megabytes that each process kept at a time, added up."""
    told = [(place / "status").read_text().partition("VmHWM:")[2].split()[0] for place in servers]
    return sum(map(int, told)) // 1024


STUCK = {
    "before the headers end": b"GET /healthz HTTP/1.1\r\n" + HOST,
    "in a form for everybody": b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 3000\r\n\r\nusername=",
    "in chunks": b"POST /api/v1/orders HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n",
    "far into a feed": b"PUT /api/v1/stock HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/x-ndjson\r\nContent-Length: 900000\r\n\r\n"
    + 400_000 * b"\n",
}


@pytest.mark.parametrize("name", STUCK)
def test_clients_who_stop_halfway_keep_no_thread_from_others(wire: Wire, key: bytes, name: str) -> None:
    sent = STUCK[name].replace(HOST, HOST + key, 1)
    stuck = [wire.open(sent) for _ in range(MANY)]
    try:
        assert all(wire.is_well() for _ in range(10))
    finally:
        for made in stuck:
            made.close()
    assert wire.is_well()


def test_a_body_that_does_not_come_is_given_up(wire: Wire, key: bytes) -> None:
    asked = b"POST /api/v1/orders HTTP/1.1\r\n" + HOST + key + JSON + b"Content-Length: 9\r\n"

    with wire.open(asked + CLOSE + b"{") as made:
        begun = time.monotonic()
        told = heard(made)

    assert b"The body could not be read to its end." in told
    assert time.monotonic() - begun < 10


#: Who asks for a long answer and has no room for it.
DEAF = b"GET /long-answer HTTP/1.1\r\n" + HOST + b"\r\n"


def test_clients_who_do_not_read_their_answer_keep_no_thread_and_no_memory_from_others(wire: Wire) -> None:
    servers, whole = _servers(), BLOCKS * BLOCK
    wire.say(DEAF.replace(b"1.1", b"1.0"))
    before = _forget_peaks(servers)
    deaf = [wire.open(DEAF, room=4096) for _ in range(5 * MANY)]
    try:
        assert all(wire.is_well() for _ in range(10))
        assert wire.say(DEAF.replace(b"1.1", b"1.0")).partition(b"\r\n\r\n")[2] == whole
        assert _peaks(servers) - before < 100  # of the 640 that nobody has read
    finally:
        for made in deaf:
            made.close()
    assert wire.is_well()


def test_an_answer_that_fails_halfway_is_no_answer(wire: Wire) -> None:
    told = wire.say(b"GET /broken-answer HTTP/1.1\r\n", HOST, CLOSE)

    assert status(told) == 500
    assert BLOCK not in told


def test_a_file_asked_for_by_its_head_alone_comes_without_its_body(wire: Wire) -> None:
    told = wire.say(b"HEAD /static/unfold/css/styles.css HTTP/1.1\r\n", HOST, CLOSE)

    head, _, body = told.partition(b"\r\n\r\n")
    assert (status(told), body) == (200, b"")
    assert b"content-length: " in head
