"""Lets people prove who they are by a second factor: an app that shows codes (TOTP, RFC 6238), or recovery codes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.models import User

from dom.kernel.changes import note_change
from dom.kernel.models import Change
from dom.kernel.sealing import seal, unseal
from dom.kernel.transactions import in_unit_of_work
from stores.errors import SecondFactorRefused
from stores.models import KnownBrowser, RecoveryCode, SecondFactor
from stores.services.access import PEOPLE
from stores.services.log_in import end_sessions
from stores.services.people import person_to_change

_STEP, _DIGITS = 30, 6
#: A phone's clock may be so many steps off, either way.
_DRIFT = 1
CODES = 10
_ISSUER = "Quayline"
_PURPOSE = "dom second factors"
#: No 0, 1, I, L, O: they are misread from paper. 10 of 31 letters are 49 bits; guessing is slowed besides.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def _key(factor: SecondFactor) -> bytes:
    """Return the key; nothing where it was sealed under a SECRET_KEY that is gone: no code fits then."""
    return unseal(factor.sealed_key, purpose=_PURPOSE)


def _totp(key: bytes) -> TOTP:
    return TOTP(key, _DIGITS, SHA1(), _STEP)  # noqa: S303  # the one digest that every app knows; no collision harms it


@in_unit_of_work
def begin(*, user: User, at: datetime) -> tuple[str, str]:
    """Return the address that an app scans, and its key in letters. What is not confirmed yet stays the same.

    Raises:
        SecondFactorRefused: the person has a second factor already.
    """
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorRefused("You have a second factor. Turn it off before you set up another.")
    key = _key(factor) if factor is not None else b""
    if not key:
        key = secrets.token_bytes(20)
        sealed = seal(key, purpose=_PURPOSE)
        SecondFactor.objects.update_or_create(user=user, defaults={"sealed_key": sealed, "made_at": at})
    return _totp(key).get_provisioning_uri(user.get_username(), _ISSUER), base64.b32encode(key).decode()


@in_unit_of_work
def confirm(*, user: User, code: str, at: datetime) -> bool:
    """Make the second factor count if the app shows `code`; return whether it does."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None or not _take(factor, code, at):
        return False
    SecondFactor.objects.filter(id=factor.id).update(confirmed_at=at)
    _write(user, "second_factor", "off", "on", at=at, actor=user.get_username())
    return True


@in_unit_of_work
def fresh_codes(*, user: User, at: datetime) -> Sequence[str]:
    """Return new recovery codes, which are shown this once; earlier ones end."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(code)) for code in codes])
    _write(user, "recovery_codes", "", "made", at=at, actor=user.get_username())
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@in_unit_of_work
def accept(*, user: User, code: str, at: datetime) -> bool:
    """Return whether `code` lets the person in: what the app shows, or a recovery code; neither works twice."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    typed = code.replace(" ", "").replace("-", "").upper()
    if len(typed) == _DIGITS:
        return _take(factor, typed, at)
    spent = RecoveryCode.objects.filter(user=user, digest=_digest(typed), used_at__isnull=True).update(used_at=at)
    if spent:
        _write(user, "recovery_code", "", "used", at=at, actor=user.get_username())
    return bool(spent)


def _take(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Use the code up if it is that of a step near `at` which is later than the last one used."""
    key, now = _key(factor), int(at.timestamp()) // _STEP
    typed = code.replace(" ", "")
    if not key or not typed.isascii():
        return False
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(_totp(key).generate(step * _STEP), typed.encode()):
            # Two requests with one code: the row lets one of them through.
            return SecondFactor.objects.filter(id=factor.id, last_step__lt=step).update(last_step=step) == 1
    return False


@in_unit_of_work
def take_off(*, user: User, at: datetime) -> None:
    """End one's own second factor; the caller has asked for a code."""
    forget(user=user)
    _write(user, "second_factor", "on", "off", at=at, actor=user.get_username())


@in_unit_of_work
def reset(*, username: str, at: datetime, actor: str) -> None:
    """End the second factor of somebody who lost it, with the person's sessions and remembered browsers.

    Raises:
        NotFound, NotOneself, AdministratorsAlone: nothing has changed.
        SecondFactorRefused: the person has none.
    """
    end_second_factor(user=person_to_change(username=username, actor=actor), at=at, actor=actor)


@in_unit_of_work
def end_second_factor(*, user: User, at: datetime, actor: str) -> None:
    """Do what reset does without asking who `actor` is: for who works on the machine itself.

    Raises:
        SecondFactorRefused: the person has none.
    """
    if not SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise SecondFactorRefused(f"{user.get_username()} has no second factor.")
    forget(user=user)
    end_sessions(user_id=user.pk)
    _write(user, "second_factor", "on", "reset", at=at, actor=actor)


@in_unit_of_work
def forget(*, user: User) -> None:
    """Remove key, recovery codes and remembered browsers."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    KnownBrowser.objects.filter(user=user).delete()


@in_unit_of_work
def remember(*, user: User, browser: str, days: int, at: datetime) -> str:
    """Return the secret by which this browser is known for so many days."""
    secret = secrets.token_urlsafe(32)
    KnownBrowser.objects.create(
        user=user, digest=_digest(secret), browser=browser[:200], made_at=at, expires_at=at + timedelta(days=days)
    )
    return secret


@in_unit_of_work
def forget_browsers(*, user: User) -> int:
    """Ask for a code everywhere again; return of how many browsers."""
    return KnownBrowser.objects.filter(user=user).delete()[0]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _write(user: User, what: str, before: str, after: str, *, at: datetime, actor: str) -> None:
    note_change(
        kind=PEOPLE, code=user.get_username(), verb=Change.Verb.CHANGED, actor=actor, at=at,
        fields={what: [before, after]},
    )  # fmt: skip
