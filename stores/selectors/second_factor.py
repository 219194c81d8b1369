"""Answers who has a second factor, and which browsers are not asked for a code."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import User

from stores.models import KnownBrowser, RecoveryCode, SecondFactor


@dataclass(frozen=True, slots=True)
class Standing:
    """A second factor that counts: since when, recovery codes left, browsers that are not asked for a code."""

    since: datetime
    codes_left: int
    browsers: int


def has_second_factor(user: User) -> bool:
    """Return whether a code is asked of the person."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def second_factor_of(user: User, *, at: datetime) -> Standing | None:
    """Return how a person's second factor stands; None without one."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None or factor.confirmed_at is None:
        return None
    return Standing(
        factor.confirmed_at,
        RecoveryCode.objects.filter(user=user, used_at__isnull=True).count(),
        KnownBrowser.objects.filter(user=user, expires_at__gt=at).count(),
    )


def is_known(user: User, *, secret: str, at: datetime) -> bool:
    """Return whether the secret is that of a browser which the person asked to remember."""
    if not secret:
        return False
    digest = sha256(secret.encode()).hexdigest()
    return KnownBrowser.objects.filter(user=user, digest=digest, expires_at__gt=at).exists()
