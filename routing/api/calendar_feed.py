"""Carries the days of calendars, a line each as a sheet has them, to the calendars; what one says beside stays."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rest_framework import serializers

from dom.kernel import config
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from dom.kernel.rest.fields import Code, Text
from routing.api.lines import publish_lines
from routing.core.config.reading import WEEKDAYS, weekdays
from routing.kinds import CALENDAR
from routing.services import publish_calendars

Body = Mapping[str, Any]
_CLOCK = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
#: As spreadsheets write times of day: "9:00", "09:00:00".
_AS_TYPED = re.compile(r"(\d\d?):(\d\d)(:00)?")
_DAY_OF = re.compile(r"(?:special_)?hours\.([^\[.]+)(\[1\])?")


class _OnDay(Text):
    """A weekday, or a date."""

    def to_internal_value(self, data: Any) -> str:
        """Return the weekday or the date.

        Raises:
            serializers.ValidationError: it is neither.
        """
        told = super().to_internal_value(data)
        try:
            return told if told in WEEKDAYS else date.fromisoformat(told).isoformat()
        except ValueError:
            words = "A weekday (MON to SUN) or a date such as 2026-12-25 is needed."
            raise serializers.ValidationError(words, code="invalid") from None


def _clock() -> Any:
    wrong: Any = {"invalid": "A time of day such as 09:00 is needed."}
    return serializers.RegexField(_CLOCK, required=False, allow_blank=True, error_messages=wrong)


class CalendarDayShape(serializers.Serializer[Any]):
    """When nodes of a calendar work on a weekday, or on one date; without times they stay closed."""

    calendar = Code()
    day = _OnDay(max_length=10)
    opens = _clock()
    closes = _clock()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse one time without the other, and closing before opening.

        Raises:
            serializers.ValidationError: it is so.
        """
        opens, closes = attrs.get("opens", ""), attrs.get("closes", "")
        if bool(opens) != bool(closes):
            raise serializers.ValidationError({"closes" if opens else "opens": "Say both times, or neither."})
        if opens and opens >= closes:
            raise serializers.ValidationError({"closes": "It closes before it opens."})
        return attrs


def calendar_day(value: Body) -> tuple[str, str]:
    """Return what a line is about: the calendar and the day."""
    return value["calendar"], value["day"]


def tidied(line: Body) -> dict[str, Any]:
    """Return a line as the shape wants it, whatever a spreadsheet made of its times and its day."""
    told = {**line, "day": str(line.get("day", "")).upper()}
    for name in ("opens", "closes"):
        found = _AS_TYPED.fullmatch(str(line.get(name, "")))
        if found:
            told[name] = f"{found[1]:0>2}:{found[2]}"
    return told


def days_of(calendar: str, body: Body) -> Iterator[dict[str, Any]]:
    """Yield the seven weekdays of a calendar, then its dates with other hours, then its holidays."""
    hours, special = _by_day(body["hours"]), body.get("special_hours") or {}
    spans = [(day, hours.get(day)) for day in WEEKDAYS] + sorted(special.items())
    spans += [(day, None) for day in sorted(body.get("holidays") or ())]
    for day, span in spans:
        opens, closes = span or ("", "")
        yield {"calendar": calendar, "day": day, "opens": opens, "closes": closes}


def runs(told: Body) -> dict[str, Any]:
    """Join weekdays that follow each other and are open alike: MON-FRI."""
    hours: dict[str, Any] = {}
    first, last = "", ""
    for day in WEEKDAYS:
        if last and told.get(day) == told.get(last) and day in told:
            del hours[first if first == last else f"{first}-{last}"]
        elif day in told:
            first = day
        else:
            last = ""
            continue
        last = day
        hours[first if first == last else f"{first}-{last}"] = told[day]
    return hours


def _by_day(hours: Body) -> dict[str, Any]:
    return {WEEKDAYS[day]: list(span) for name, span in hours.items() for day in sorted(weekdays(name, ""))}


def _apply(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    live, calendars = config.live_versions(CALENDAR.kind), defaultdict[str, list[Row]](list)
    for row in rows:
        calendars[row.value["calendar"]].append(row)
    faults: list[Fault] = []
    for code, lines in calendars.items():
        body: Body = live[code].body if code in live else {"code": code, "hours": {}}

        def publish(left: Sequence[Row], body: Body = body) -> None:
            made = _made(body, [row.value for row in left])
            CALENDAR.read(made)
            hours = body["hours"] if made["hours"] == _by_day(body["hours"]) else runs(made["hours"])
            publish_calendars(bodies=[{**made, "hours": hours}], actor=context.actor, at=context.at, note="From a file")

        faults += publish_lines(lines, publish, _blamed)
    return faults


def _made(body: Body, lines: Sequence[Body]) -> dict[str, Any]:
    """Return the calendar with the days of `lines` in their places, its hours by single weekdays."""
    hours, special = _by_day(body["hours"]), dict(body.get("special_hours") or {})
    closed = set(body.get("holidays") or ())
    for line in lines:
        day, span = line["day"], [line["opens"], line["closes"]] if line.get("opens") else None
        if day not in WEEKDAYS:
            closed = closed - {day} if span else closed | {day}
        place = hours if day in WEEKDAYS else special
        if span:
            place[day] = span
        else:
            place.pop(day, None)
    dates = {"special_hours": special, "holidays": sorted(closed)}
    rest = {name: value for name, value in body.items() if name not in dates}
    return {**rest, "hours": hours, **{name: value for name, value in dates.items() if value}}


def _blamed(path: str, rows: Sequence[Row]) -> Fault:
    found = _DAY_OF.match(path)
    row = next((row for row in rows if found and row.value["day"] == found[1]), rows[-1])
    return row.fault("closes" if found and found[2] else "opens" if found else "day", "", "")


CALENDAR_DAYS = register(Feed("calendar-days", CalendarDayShape, calendar_day, _apply))
