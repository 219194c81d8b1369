"""Answers where a configuration document is wrong: reads typed fields and names the path of the first that is not.

Money is read from a decimal string ("12.34") into int64 `_e4`, times of day from "HH:MM" into minutes after midnight,
instants from RFC 3339 with an offset into UTC, weekdays from "MON" … "SUN" or a span "MON-FRI" into a set of 0 … 6.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAY_WORDS = tuple(day.capitalize() for day in WEEKDAYS)
MONEY_LIMIT = 10**9
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class ConfigInvalid(ValueError):
    """A document may not be published. `path` names the field ("groups[2].rules[0].limits.max_splits")."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def money_e4(value: object, path: str) -> int:
    """Return the decimal string (or whole number) `value` in 1/10,000 of the major unit, exactly."""
    try:
        # True and False are whole numbers to Python; as text they are none.
        amount = Decimal(str(value)) if isinstance(value, str | int) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or abs(amount) > MONEY_LIMIT:
        raise ConfigInvalid(path, f'expected an amount like "12.34", not {value!r}')
    scaled = amount * 10_000
    if scaled != scaled.to_integral_value():
        raise ConfigInvalid(path, "expected at most four decimal places")
    return int(scaled)


def in_money(amount_e4: int) -> str:
    """Return `amount_e4` as people write it: 12.34, or 0.0012 where cents do not hold it."""
    places = 2 if amount_e4 % 100 == 0 else 4
    return f"{Decimal(amount_e4) / 10_000:.{places}f}"


def in_cents(amount_e4: int) -> str:
    """Return `amount_e4` half up to the cent; what is less than one, as exactly as it was reckoned."""
    return in_money(amount_e4 if abs(amount_e4) < 100 else (amount_e4 + 50) // 100 * 100)


def clock_minutes(value: object, path: str) -> int:
    """Return the minutes after midnight of "HH:MM"."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ConfigInvalid(path, f'expected a time like "14:30", not {value!r}')
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def instant_utc(value: object, path: str) -> datetime:
    """Return the RFC 3339 instant "2026-12-24T12:00:00-05:00" in UTC; one without an offset is refused."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None and found.microsecond == 0:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ConfigInvalid(path, f'expected an instant with its offset like "2026-12-24T17:00:00Z", not {value!r}')


def in_utc(instant: datetime) -> str:
    """Return an aware instant as "2026-12-24 17:00 UTC", with seconds only where there are some."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M{':%S' if instant.second else ''}} UTC"


def weekdays(value: object, path: str) -> frozenset[int]:
    """Return the weekdays (0 = Monday) of "MON", "MON-FRI" or a list of these."""
    days: set[int] = set()
    for part in value if isinstance(value, list | tuple) else [value]:
        first, _, last = str(part).partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ConfigInvalid(path, f'expected weekdays like "MON" or "MON-FRI", not {part!r}')
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def said_days(days: Collection[int]) -> str:
    """Return weekdays (0 = Monday) as people write them: "Mon–Fri", "Mon, Wed", "every day"; "no day" for none."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(days) == len(WEEKDAYS):
        return "every day"
    words = [
        f"{DAY_WORDS[run[0]]}–{DAY_WORDS[run[-1]]}" if len(run) > 2 else ", ".join(DAY_WORDS[day] for day in run)
        for run in runs
    ]
    return ", ".join(words) or "no day"


class Reader:
    """Reads the fields of one JSON object; `close` refuses those that nobody asked for."""

    def __init__(self, body: object, path: str = "") -> None:
        if not isinstance(body, Mapping):
            raise ConfigInvalid(path, f"expected an object, not {type(body).__name__}")
        self._body = body
        self._asked: set[str] = set()
        self.path = path

    def at(self, name: str) -> str:
        """Return the path of field `name`."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Say whether `name` is given and not null."""
        self._asked.add(name)
        return self._body.get(name) is not None

    def raw(self, name: str) -> Any:
        """Return the field as it is, None where it is absent."""
        self._asked.add(name)
        return self._body.get(name)

    def text(self, name: str, default: str | None = None, one_of: Sequence[str] = ()) -> str:
        """Return a string; required where `default` is None."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value or "\x00" in value:
            raise ConfigInvalid(self.at(name), "expected a text that is not empty")
        if one_of and value not in one_of:
            raise ConfigInvalid(self.at(name), f"expected one of {', '.join(one_of)}, not {value!r}")
        return value

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = 10**12) -> int:
        """Return a whole number within `least` and `most`; required where `default` is None."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ConfigInvalid(self.at(name), f"expected a whole number within {least} and {most}, not {value!r}")
        return value

    def whole_or_none(self, name: str, *, least: int = 0, most: int = 10**12) -> int | None:
        """Return a whole number, None where it is absent."""
        return self.whole(name, least=least, most=most) if self.has(name) else None

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ConfigInvalid(self.at(name), f"expected true or false, not {value!r}")
        return value

    def money(self, name: str, default: int | None = None) -> int:
        """Return an amount in `_e4`; required where `default` (in `_e4`) is None."""
        if not self.has(name) and default is not None:
            return default
        amount = money_e4(self.raw(name), self.at(name))
        if amount < 0:
            raise ConfigInvalid(self.at(name), "expected an amount of 0 or more")
        return amount

    def money_or_none(self, name: str) -> int | None:
        """Return an amount in `_e4`, None where it is absent."""
        return self.money(name) if self.has(name) else None

    def texts(self, name: str) -> frozenset[str]:
        """Return a set of strings, written as a list or as one string; empty where it is absent."""
        value = self.raw(name)
        values = [value] if isinstance(value, str) else value or []
        if not isinstance(values, list | tuple) or not all(isinstance(item, str) and item for item in values):
            raise ConfigInvalid(self.at(name), "expected a list of texts")
        return frozenset(values)

    def child(self, name: str, read: Callable[["Reader"], T]) -> T | None:
        """Return the object `name` as `read` reads it, None where it is absent."""
        return read_object(self.raw(name), self.at(name), read) if self.has(name) else None

    def children(self, name: str, read: Callable[["Reader"], T]) -> tuple[T, ...]:
        """Return the list of objects `name`, each as `read` reads it; empty where it is absent."""
        values = self.raw(name) or []
        if not isinstance(values, list | tuple):
            raise ConfigInvalid(self.at(name), "expected a list")
        return tuple(read_object(value, f"{self.at(name)}[{index}]", read) for index, value in enumerate(values))

    def close(self) -> None:
        """Refuse fields that nobody asked for: a misspelt limit must not be a limit that is silently absent."""
        for name in self._body:
            if name not in self._asked:
                near = difflib.get_close_matches(str(name), self._asked, n=1)
                hint = f'; did you mean "{near[0]}"?' if near else f"; known fields: {', '.join(sorted(self._asked))}"
                raise ConfigInvalid(self.at(str(name)), f"unknown field{hint}")


def read_object(body: object, path: str, read: Callable[[Reader], T]) -> T:
    """Read `body` with `read` and refuse the fields that it did not ask for."""
    reader = Reader(body, path)
    value = read(reader)
    reader.close()
    return value
