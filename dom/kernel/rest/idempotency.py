"""Answers a repeated request with the answer already given, so that nothing happens twice.

The key is claimed by the first statement of the work's own transaction and carries the answer by its last one. A
second request with the key waits on the unique index until the first has ended: then it finds the answer, or, after a
roll-back, an unused key. A refusal rolls everything back, the key included, so the same key may be tried again.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.http import HttpRequest
from psycopg import errors as pg
from rest_framework.response import Response

from dom.kernel.models import IdempotencyRecord
from dom.kernel.profiles import Profile
from dom.kernel.rest.errors import IdempotencyKeyRequired, IdempotencyKeyReused
from dom.kernel.rest.problems import IN_PROGRESS, FrameProblem
from dom.kernel.rest.rendering import dump
from dom.kernel.transactions import in_unit_of_work, unit_of_work

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEPT_HEADERS = ("Location", "ETag", "Retry-After")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

_CLAIM = """
INSERT INTO kernel_idempotency_record (client_id, key, request_hash, status_code, body, headers, created_at)
VALUES (%s, %s, %s, 0, '""', '{}', %s) ON CONFLICT (client_id, key) DO NOTHING RETURNING id
"""
#: A key is remembered so long; partners are told.
REMEMBERED = timedelta(days=7)
_FORGET = """
DELETE FROM kernel_idempotency_record WHERE id IN (
    SELECT id FROM kernel_idempotency_record WHERE created_at < %s ORDER BY created_at LIMIT %s)
"""
_KEEP = "UPDATE kernel_idempotency_record SET status_code = %s, body = %s::jsonb, headers = %s::jsonb WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Claim:
    """One use of a key: who, which key, and the SHA-256 over method, address and body."""

    client_id: int
    key: str
    request_hash: str


def key_of(headers: Mapping[str, str], *, required: bool) -> str:
    """Return the key of a request, or "" where none was sent and none is needed.

    Raises:
        IdempotencyKeyRequired: there is none, or it is not 1 to 255 visible ASCII characters.
    """
    key = headers.get(HEADER)
    if key is None and not required:
        return ""
    if key is None or not _KEY.fullmatch(key):
        raise IdempotencyKeyRequired(
            f"Send the header {HEADER}: 1 to 255 visible ASCII characters, a new one for each new piece of work."
        )
    return key


def hash_of(request: HttpRequest, body: bytes) -> str:
    """Return the SHA-256 over what makes a request the same: method, address with query, and body."""
    head = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + body).hexdigest()


def answer_once(
    claim: Claim | None, work: Callable[[], Response], *, at: datetime, profile: Profile | None = None
) -> Response:
    """Do `work` in one unit of work and keep its answer under the claim; answer from there when it was done before.

    Costs two statements beside the work's own. The kept answer must carry no personal data.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
        FrameProblem: the same key is being worked on at this moment (409, try again).
    """
    with unit_of_work(profile):
        if claim is None:
            return work()
        record_id = _claim(claim, at)
        if record_id is None:
            return _replay(claim)
        answer = work()
        _keep(record_id, answer)
        return answer


@in_unit_of_work
def _claim(claim: Claim, at: datetime) -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [claim.client_id, claim.key, claim.request_hash, at])
            row = cursor.fetchone()
    except OperationalError as wrong:
        if isinstance(wrong.__cause__, pg.LockNotAvailable):
            raise FrameProblem(
                IN_PROGRESS, "Another request with this key has not ended yet.", {"Retry-After": "1"}
            ) from None
        raise
    return None if row is None else int(row[0])


def _replay(claim: Claim) -> Response:
    record = IdempotencyRecord.objects.get(client_id=claim.client_id, key=claim.key)
    if record.request_hash != claim.request_hash:
        raise IdempotencyKeyReused("This key was used for another request; take a new key.", key=claim.key)
    return Response(
        json.loads(record.body) if record.body else None,
        status=record.status_code,
        headers={**record.headers, REPLAYED: "true"},
    )


def _keep(record_id: int, answer: Response) -> None:
    body = "" if answer.data is None else dump(answer.data).decode()
    headers = {name: answer[name] for name in _KEPT_HEADERS if answer.has_header(name)}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [answer.status_code, json.dumps(body), json.dumps(headers), record_id])


def forget_old(*, at: datetime, batch: int = 5000) -> int:
    """Forget keys older than REMEMBERED, a batch a transaction; return how many."""
    forgotten: int = 0
    while True:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute(_FORGET, [at - REMEMBERED, batch])
            count: int = cursor.rowcount
        forgotten += count
        if count < batch:
            return forgotten
