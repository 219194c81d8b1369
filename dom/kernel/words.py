"""Answers how a number is said with its noun, and a truth. Pure."""


def many(count: int, one: str, more: str = "") -> str:
    """Return "1 unit" or "1,204 units"; `more` where the plural is not the noun with an s."""
    return f"{count:,} {one}" if abs(count) == 1 else f"{count:,} {more or one + 's'}"


def yes_or_no(holds: bool) -> str:
    """Return the word for a truth."""
    return "yes" if holds else "no"
