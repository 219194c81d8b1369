"""Answers how a person is written where the reader may not know who they are. Pure."""


def initials(name: str) -> str:
    """Return "Ana Lima" as "A. L."."""
    return " ".join(f"{part[0]}." for part in name.split())


def address(email: str) -> str:
    """Return "ana@example.com" as "a…@example.com"."""
    who, at, where = email.partition("@")
    return f"{who[:1]}…{at}{where}" if at else ""
