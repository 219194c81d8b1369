"""Seals what has to be read again, so that a copy of the database alone tells nothing.

Keys are derived from SECRET_KEY, another for each purpose. What was sealed under a key that stands in
SECRET_KEY_FALLBACKS can still be opened.
"""

import base64
import functools
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@functools.cache
def _box(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    derived = (hashlib.sha256(f"{purpose}\0{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def _box_for(purpose: str) -> MultiFernet:
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(clear: bytes, *, purpose: str) -> str:
    """Return `clear` as it is stored; what is sealed for one purpose is opened for no other."""
    return _box_for(purpose).encrypt(clear).decode()


def unseal(sealed: str, *, purpose: str) -> bytes:
    """Return what was sealed; nothing where that was under a key that is not known here."""
    try:
        return _box_for(purpose).decrypt(sealed.encode())
    except InvalidToken:
        return b""
