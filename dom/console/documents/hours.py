"""When nodes work, as operations write it: hours by weekday, holidays with suggestions, cut-offs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import holidays

from dom.console.documents.editor import Block, Body, Section
from dom.console.documents.sort import DocumentSort, ender
from dom.console.masters import cells
from dom.kernel.models import ConfigVersion
from inventory.models import Node
from routing import services
from routing.api.calendar_feed import runs
from routing.core.config.reading import WEEKDAYS, ConfigInvalid, weekdays
from routing.kinds import CALENDAR

#: What a document holds by name and a page in inputs or rows.
_BY_NAME = frozenset({"hours", "cut_offs", "special_hours"})
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _block() -> Block:
    hours = {
        f"{day}.{end}": cells.Clock(f"{words}, {told}")
        for day, words in zip(WEEKDAYS, _DAYS, strict=True)
        for end, told in (("opens", "opens"), ("closes", "closes"))
    }
    cut_off = {
        "cut_off": cells.Clock("Cut-off", "What is ready by then leaves the same day. Empty: closing time."),
        "processing_minutes": cells.Number(
            "Work on a parcel takes", "For a supplier, its lead time in open hours.", unit="minutes"
        ),
    }
    special = {"date": cells.Day("On"), "opens": cells.Clock("Opens"), "closes": cells.Clock("Closes")}
    return Block(
        (
            Section("The calendar", "", {"code": cells.Code("Code", "Nodes name it. It never changes afterwards.")}),
            Section("Opening hours", "In each node's own time. A day left empty is closed.", hours),
            Section("What leaves today", "", cut_off),
            Section("Holidays", "", {"holidays": cells.Lines("Closed on", "A date a line, such as 2026-12-25.")}),
        ),
        (
            Block(
                (Section("", "", special),),
                name="special_hours",
                title="Other hours on single dates",
                about="Christmas Eve that closes at 14:00, or a Sunday before Christmas that is open. They take the "
                "place of the weekday's hours; a date that stays closed is a holiday.",
                one="date",
                needed=("date", "opens", "closes"),
            ),
            Block(
                (Section("", "", {"service": cells.Text("Carrier service"), "time": cells.Clock("Cut-off")}),),
                name="cut_offs",
                title="Cut-offs of single carrier services",
                about="A service that is picked up earlier or later than the others.",
                one="cut-off",
                needed=("service", "time"),
            ),
        ),
        needed=("code",),
    )


def _page(body: Body) -> Body:
    page = {name: value for name, value in body.items() if name not in _BY_NAME}
    for name, span in _mapping(body.get("hours")).items():
        for day in _days(name):
            page[day] = _span(span)
    page["special_hours"] = [
        {"date": day, **_span(span)} for day, span in sorted(_mapping(body.get("special_hours")).items())
    ]
    page["cut_offs"] = [{"service": name, "time": time} for name, time in _mapping(body.get("cut_offs")).items()]
    return page


def _span(value: Any) -> dict[str, Any]:
    return dict(zip(("opens", "closes"), value, strict=False)) if isinstance(value, list | tuple) else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _days(name: str) -> list[str]:
    try:
        return [WEEKDAYS[day] for day in sorted(weekdays(name, ""))]
    except ConfigInvalid:
        return []


def _document(page: Body) -> Body:
    body = {name: value for name, value in page.items() if name not in {*WEEKDAYS, "cut_offs", "special_hours"}}
    told = {day: [page[day].get("opens"), page[day].get("closes")] for day in WEEKDAYS if page.get(day)}
    body["hours"] = runs(told)
    special = page.get("special_hours") or ()
    if special:
        body["special_hours"] = {str(row.get("date", "")): [row.get("opens"), row.get("closes")] for row in special}
    cut_offs = {str(row.get("service", "")): row.get("time") for row in page.get("cut_offs") or ()}
    return {**body, "cut_offs": cut_offs} if cut_offs else body


def _placed(page: Body, path: str) -> str:
    """Return the input of a refusal about "hours.MON-FRI[0]" or "special_hours.2026-12-24[1]"."""
    kind, _dot, rest = path.partition(".")
    name, bracket, end = rest.partition("[")
    input_ = "closes" if end.startswith("1") else "opens"
    if kind == "hours":
        return f"{(_days(name) or [''])[0]}.{input_}"
    if kind == "special_hours" and rest:
        dates = [str(row.get("date", "")) for row in page.get("special_hours") or ()]
        row = dates.index(name) if name in dates else 0
        return f"special_hours[{row}].{input_ if bracket else 'date'}"
    return path


def _warns(body: Body) -> list[str]:
    used = Node.objects.filter(calendar=body.get("code")).exclude(status=Node.Status.CLOSED).count()
    days = {str(day) for day in body.get("holidays") or ()}
    return [
        *([] if used else ["No node uses this calendar yet: name it on a node's page."]),
        *([] if any(day >= str(date.min) for day in days) else ["It has no holidays: the nodes work on every one."]),
    ]


def suggested(*, country: str, region: str, years: range, known: set[str]) -> list[tuple[str, str]]:
    """Return (date, name) of public holidays that the calendar does not have yet; none for an unknown place."""
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=years)
    except NotImplementedError:
        return []
    return [(day.isoformat(), name) for day, name in sorted(found.items()) if day.isoformat() not in known]


def _publish(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
    return services.publish_calendars(bodies=[body], actor=actor, at=at, note=note)[0]


CALENDARS = DocumentSort(
    kind="calendar",
    words="Calendars",
    word="calendar",
    about="When nodes are open, which days they are closed, and until when an order of today still leaves today.",
    blank={"hours": {"MON-FRI": ["09:00", "18:00"]}},
    block=_block,
    parse=CALENDAR.read,
    publish=_publish,
    end=ender("calendar"),
    page=_page,
    document=_document,
    placed=_placed,
    warns=_warns,
)
