"""Answers how a number is said with its noun. Pure."""


def many(count: int, one: str, more: str = "") -> str:
    """Return "1 unit" or "1,204 units"; `more` where the plural is not the noun with an s."""
    return f"{count:,} {one}" if abs(count) == 1 else f"{count:,} {more or one + 's'}"
