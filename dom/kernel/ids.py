"""Makes public references (short, typed by their first letter, not sequential), and reads the ids of rows."""

import secrets

#: Crockford's base 32: no I, L, O, U, so that a reference survives being read aloud.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 11


def new_ref(prefix: str) -> str:
    """Return a reference such as "O-7K3MQ9XWD2T": 55 random bits behind `prefix`; UNIQUE constraints guard the rest."""
    number = secrets.randbits(5 * _LENGTH)
    return prefix + "-" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 5 * _LENGTH, 5))


def row_id(text: str) -> int | None:
    """Return the id of a row that an address names; None where no row can have it.

    A bigint has no more than 19 digits, and "²" is a digit to Python that it cannot read.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
