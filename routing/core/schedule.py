"""Answers when the nodes of a network work, pick up and deliver around a date: tables for the kernels."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from routing.core.config.calendar import BUILT_IN_CALENDAR, Calendar
from routing.core.config.carrier_services import CarrierService
from routing.core.config.configuration import Configuration
from routing.core.facts import NodeFacts
from routing.core.kernels.schedule import first_days
from routing.core.kernels.shapes import Dates

SHIP_DAYS = 21
"""Days ahead within which a parcel must leave."""

HORIZON_DAYS = 140
TRANSIT_DAYS = 61


def minutes_of(instant: datetime) -> int:
    """Return whole minutes since 1970 UTC, rounded up: a parcel is never ready before its work began."""
    return -(-int(instant.timestamp()) // 60)


def instant_of(minute: int) -> datetime:
    """Return the aware UTC instant of a minute since 1970."""
    return datetime.fromtimestamp(int(minute) * 60, UTC)


def _local_minute(day: date, minutes: int, zone: ZoneInfo) -> int:
    return minutes_of(datetime.combine(day, time(), zone) + timedelta(minutes=minutes))


class Rows:
    """The distinct pairs of calendar and time zone among nodes, in the order they are met."""

    def __init__(self, nodes: tuple[NodeFacts, ...], configuration: Configuration) -> None:
        found: dict[tuple[str, str], int] = {}
        self.of_node = np.array([found.setdefault((n.calendar, n.time_zone), len(found)) for n in nodes], np.int64)
        self.calendars = [configuration.calendars.get(code, BUILT_IN_CALENDAR) for code, _ in found]
        self.zones = [ZoneInfo(zone) for _, zone in found]
        self.processing = np.array([calendar.processing_minutes for calendar in self.calendars], np.int64)


class Schedule:
    """The tables around one base date (the UTC day before the decision): valid for all instants of that day."""

    def __init__(self, rows: Rows, services: tuple[CarrierService, ...], base: date) -> None:
        self.base = base
        self.rows = rows
        count, ways = len(rows.calendars), len(services) + 1
        days = [base + timedelta(days=day) for day in range(HORIZON_DAYS)]
        self.midnight = np.array([[_local_minute(day, 0, zone) for day in days] for zone in rows.zones], np.int64)
        self.midnight = self.midnight.reshape(count, HORIZON_DAYS)
        self.opens = np.full((count, SHIP_DAYS), -1, np.int64)
        self.closes = np.full((count, SHIP_DAYS), -1, np.int64)
        self.cut_off = np.full((count, ways, SHIP_DAYS), -1, np.int64)
        for row, (calendar, zone) in enumerate(zip(rows.calendars, rows.zones, strict=True)):
            for index, day in enumerate(days[:SHIP_DAYS]):
                self._fill_day(row, index, day, calendar, zone, services)
        self.deliver = _deliveries(services, base)
        self.work_dates = [day.isoformat() for day in days[:SHIP_DAYS]]

    def _fill_day(
        self, row: int, index: int, day: date, calendar: Calendar, zone: ZoneInfo, services: tuple[CarrierService, ...]
    ) -> None:
        span = calendar.open_on(day)
        if span is None:
            return
        self.opens[row, index] = _local_minute(day, span[0], zone)
        self.closes[row, index] = self.cut_off[row, -1, index] = _local_minute(day, span[1], zone)
        for v, service in enumerate(services):
            if day.weekday() in service.pickup_days:
                self.cut_off[row, v, index] = _local_minute(day, calendar.cut_off_on(day, service.code), zone)

    def dates(self, at: datetime) -> Dates:
        """Return the tables as seen at `at`."""
        count, ways, _ = self.cut_off.shape
        first, ready = np.empty((count, ways), np.int64), np.empty(count, np.int64)
        ready_day = np.empty(count, np.int64)
        processing, minute = self.rows.processing, minutes_of(at)
        first_days(self.opens, self.closes, self.cut_off, processing, minute, first, ready, ready_day)
        return Dates(self.midnight, self.cut_off, first, ready, ready_day, self.deliver)


def _deliveries(services: tuple[CarrierService, ...], base: date) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return deliver[service, ship day, transit days] = the day of arrival, counted in the service's delivery days."""
    table = np.zeros((len(services), SHIP_DAYS, TRANSIT_DAYS), np.int64)
    for v, service in enumerate(services):
        open_days = [d for d in range(HORIZON_DAYS) if (base.weekday() + d) % 7 in service.delivery_days]
        for day in range(SHIP_DAYS):
            after = [d for d in open_days if d > day]
            same = [d for d in open_days if d >= day]
            arrivals = [*same[:1], *after, *[HORIZON_DAYS - 1] * TRANSIT_DAYS]
            table[v, day] = arrivals[:TRANSIT_DAYS]
    return table


def base_date(at: datetime) -> date:
    """Return the base date of an instant: a day before, so that every time zone's today is within the tables."""
    return at.astimezone(UTC).date() - timedelta(days=1)
