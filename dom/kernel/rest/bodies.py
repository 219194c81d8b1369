"""Answers what a JSON body says, strictly: bounded, UTF-8, no duplicate keys, nothing that PostgreSQL cannot hold."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn, Protocol

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from dom.kernel.rest.errors import BodyTooLarge, Fault, JsonMalformed, ShapeInvalid
from dom.kernel.rest.problems import BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, FrameProblem

#: Escapes that may stand for NUL or half a surrogate pair; only bodies that hold one are walked.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DEEPEST = 64
_BLOCK = 64 * 1024


class Body(Protocol):
    """Something with a body: a request, or what stands in for one."""

    @property
    def body(self) -> bytes:
        """Everything at once."""

    @property
    def META(self) -> Mapping[str, Any]:  # noqa: N802  # Django's name
        """CONTENT_LENGTH, where it is known."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, b"" at the end."""


def read_bytes(request: Body) -> bytes:
    """Return the whole body.

    Raises:
        BodyTooLarge: it exceeds DATA_UPLOAD_MAX_MEMORY_SIZE.
        FrameProblem: the client stopped sending.
    """
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body = request.body if request.META.get("CONTENT_LENGTH") else _read(request, limit + 1)
    except RequestDataTooBig:
        raise BodyTooLarge(f"A body may have {limit} bytes; send feeds as NDJSON or CSV.", limit=limit) from None
    except (UnreadablePostError, MultiPartParserError, ValueError):
        raise FrameProblem(BAD_REQUEST, "The body could not be read to its end.") from None
    if len(body) > limit:
        raise BodyTooLarge(f"A body may have {limit} bytes; send feeds as NDJSON or CSV.", limit=limit)
    return body


def _read(request: Body, most: int) -> bytes:
    """Return a body of unknown length, no more of it than `most` bytes."""
    parts, missing = [], most
    while missing > 0 and (part := request.read(min(missing, _BLOCK))):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def require_json(request: HttpRequest) -> None:
    """Refuse a body that does not call itself JSON in UTF-8, or is packed: what it unpacks to has no bound.

    Raises:
        FrameProblem: 415.
    """
    kind = (request.content_type or "").lower()
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FrameProblem(UNSUPPORTED_MEDIA_TYPE, "Send the body without compression.")
    if (kind == "application/json" or kind.endswith("+json")) and charset in {"utf-8", "utf8", "us-ascii"}:
        return
    raise FrameProblem(UNSUPPORTED_MEDIA_TYPE, f"Send application/json in UTF-8, not {kind[:80] or 'nothing'}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonMalformed(f"An object names {twice[:80]!r} twice.")
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise JsonMalformed(f"{text} is not a JSON number.")


def parse_json(body: bytes) -> Any:
    """Return the value of `body`; numbers with a point or exponent are Decimals, never floats.

    Raises:
        JsonMalformed: it is no JSON, is nested too deeply, names a key twice, or has an endless number.
        ShapeInvalid: a text holds NUL or half a surrogate pair, which PostgreSQL cannot store.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise JsonMalformed("The body is not UTF-8.") from None
    except RecursionError:
        raise JsonMalformed("The body is nested too deeply.") from None
    except ValueError as wrong:
        # json's own message holds positions only, never content; an overlong integer has a message of its own.
        raise JsonMalformed(f"The body is not JSON: {str(wrong)[:120]}.") from None
    if body.count(b"[") + body.count(b"{") > _DEEPEST:
        _require_shallow(value)
    if _SUSPECT.search(body):
        _require_storable(value)
    return value


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > 40:
        raise JsonMalformed(f"The number {text[:40]} is out of any range.")
    return value


#: Made once: a feed asks it for every line.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_decimal)


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(index), child) for index, child in enumerate(value))


def _require_shallow(value: Any) -> None:
    level, depth = [value], 0
    while level:
        level = [child for parent in level for _, child in _children(parent)]
        depth += 1
        if depth > _DEEPEST:
            raise JsonMalformed(f"The body is nested more than {_DEEPEST} levels deep.")


def _require_storable(value: Any, pointer: str = "") -> None:
    for name, child in _children(value):
        here = f"{pointer}/{name}"
        if _UNSTORABLE.search(name) or (isinstance(child, str) and _UNSTORABLE.search(child)):
            safe = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", here)
            fault = Fault(f"#{safe}", "unstorable-character", "Text may hold neither NUL nor half a surrogate pair.")
            raise ShapeInvalid("A text holds a character that cannot be stored.", faults=[fault])
        _require_storable(child, here)


def storable(text: str) -> bool:
    """Return whether PostgreSQL can hold `text`."""
    return _UNSTORABLE.search(text) is None
