"""Answers when a node works, and until when an order of today still leaves today.

    {"code": "dc", "hours": {"MON-FRI": ["07:00", "19:00"], "SAT": ["09:00", "14:00"]}, "holidays": ["2026-12-25"],
     "special_hours": {"2026-12-24": ["07:00", "14:00"], "2026-12-20": ["10:00", "16:00"]},
     "cut_off": "16:00", "cut_offs": {"EXPRESS": "18:00"}, "processing_minutes": 120}

Times are local to the node. `special_hours` are those of single dates: shorter ones, or an opening on a day that is
closed otherwise. A parcel is worked in open hours for `processing_minutes`; it leaves on the first open day on which
that is done by the service's cut-off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from routing.core.config.reading import (
    DAY_WORDS,
    ConfigInvalid,
    Reader,
    clock_minutes,
    read_object,
    said_days,
    weekdays,
)


def in_clock(minutes: int) -> str:
    """Return minutes after midnight as HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours by weekday and by date (minutes after midnight), holidays, cut-offs by service, time to process."""

    code: str
    hours: Mapping[int, tuple[int, int]]
    holidays: frozenset[date] = frozenset()
    cut_off: int | None = None
    cut_offs: Mapping[str, int] = field(default_factory=dict)
    processing_minutes: int = 0
    special_hours: Mapping[date, tuple[int, int]] = field(default_factory=dict)

    def open_on(self, day: date) -> tuple[int, int] | None:
        """Return when the node opens and closes on `day`, None where it stays closed."""
        if day in self.holidays:
            return None
        return self.special_hours.get(day) or self.hours.get(day.weekday())

    def cut_off_on(self, day: date, service: str) -> int:
        """Return the last minute of an open `day` at which a parcel for `service` may be ready; never past closing."""
        _, closes = self.open_on(day) or (0, 0)
        cut_off = self.cut_offs.get(service, self.cut_off)
        return closes if cut_off is None else min(cut_off, closes)

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        spans = dict.fromkeys(span for _day, span in sorted(self.hours.items()))
        hours = ", ".join(
            f"{said_days([day for day in self.hours if self.hours[day] == span])} "
            f"{in_clock(span[0])}–{in_clock(span[1])}"
            for span in spans
        )
        cut_offs = "".join(f", for {name} {in_clock(minutes)}" for name, minutes in sorted(self.cut_offs.items()))
        last = in_clock(self.cut_off) if self.cut_off is not None else "closing time"
        closed = ", ".join(day.isoformat() for day in sorted(self.holidays))
        sentences = [
            f"Open {hours}.",
            f"What is ready by {last}{cut_offs} leaves the same day.",
            f"Work on a parcel takes {self.processing_minutes} minutes." if self.processing_minutes else "",
            f"Closed on {closed}." if closed else "",
            f"Other hours on {', '.join(self._special())}." if self.special_hours else "",
        ]
        return [sentence for sentence in sentences if sentence]

    def _special(self) -> list[str]:
        spans = sorted(self.special_hours.items())
        return [
            f"{DAY_WORDS[day.weekday()]} {day.isoformat()} {in_clock(opens)}–{in_clock(closes)}"
            for day, (opens, closes) in spans
        ]


BUILT_IN_CALENDAR = Calendar(
    code="built-in", hours=dict.fromkeys(range(7), (0, 1_440)), cut_off=16 * 60, processing_minutes=60
)
"""For a node without a calendar: open always, what is ready by 16:00 leaves the same day."""


def _read_span(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ConfigInvalid(path, 'expected opening and closing time, like ["09:00", "18:00"]')
    opens, closes = clock_minutes(value[0], f"{path}[0]"), clock_minutes(value[1], f"{path}[1]")
    if opens >= closes:
        raise ConfigInvalid(path, "expected to close after opening")
    return opens, closes


def _read_hours(reader: Reader) -> dict[int, tuple[int, int]]:
    body = reader.raw("hours")
    if not isinstance(body, Mapping) or not body:
        raise ConfigInvalid(reader.at("hours"), 'expected hours by weekday, like {"MON-FRI": ["09:00", "18:00"]}')
    hours: dict[int, tuple[int, int]] = {}
    for name, value in body.items():
        path = f"{reader.at('hours')}.{name}"
        days, span = weekdays(name, path), _read_span(value, path)
        if days & hours.keys():
            raise ConfigInvalid(path, "expected each weekday once")
        hours.update(dict.fromkeys(days, span))
    return hours


def _read_holidays(reader: Reader) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(day) for day in reader.texts("holidays"))
    except ValueError as problem:
        raise ConfigInvalid(reader.at("holidays"), 'expected dates like "2026-12-25"') from problem


def _read_special_hours(reader: Reader, closed: frozenset[date]) -> dict[date, tuple[int, int]]:
    body = reader.raw("special_hours") or {}
    if not isinstance(body, Mapping):
        raise ConfigInvalid(
            reader.at("special_hours"), 'expected hours by date, like {"2026-12-24": ["09:00", "14:00"]}'
        )
    hours: dict[date, tuple[int, int]] = {}
    for name, value in body.items():
        path = f"{reader.at('special_hours')}.{name}"
        try:
            day = date.fromisoformat(str(name))
        except ValueError as problem:
            raise ConfigInvalid(path, 'expected a date like "2026-12-24"') from problem
        if day in closed:
            raise ConfigInvalid(path, "expected a date that is no holiday: it cannot be closed and open")
        hours[day] = _read_span(value, path)
    return hours


def _read_cut_offs(reader: Reader) -> dict[str, int]:
    body = reader.raw("cut_offs") or {}
    if not isinstance(body, Mapping):
        raise ConfigInvalid(reader.at("cut_offs"), "expected times by service")
    return {str(name): clock_minutes(value, f"{reader.at('cut_offs')}.{name}") for name, value in body.items()}


def _read_calendar(reader: Reader) -> Calendar:
    holidays = _read_holidays(reader)
    return Calendar(
        code=reader.text("code"),
        hours=_read_hours(reader),
        holidays=holidays,
        special_hours=_read_special_hours(reader, holidays),
        cut_off=clock_minutes(reader.raw("cut_off"), reader.at("cut_off")) if reader.has("cut_off") else None,
        cut_offs=_read_cut_offs(reader),
        processing_minutes=reader.whole("processing_minutes", 0, most=100_000),
    )


def parse_calendar(body: object) -> Calendar:
    """Read a calendar document.

    Raises:
        ConfigInvalid: a field is missing, misspelt or not what it should be; names its path.
    """
    return read_object(body, "", _read_calendar)
