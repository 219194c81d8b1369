"""How good decisions were: by day and live policies what they cost, and how far from the best possible they can be."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone
from psycopg.errors import LockNotAvailable, QueryCanceled

from dom.console.exporting import csv_answer
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from routing.api.shown import in_units
from routing.selectors.proofs import DayProofs, Policies, Proofs, Unproven, least_proven, proofs_by_day

#: A year of decisions is not added up while somebody waits.
MOST_DAYS = 31
_USUAL_DAYS = 7
_SPANS = (("Today", 1), ("7 days", _USUAL_DAYS), ("31 days", MOST_DAYS))
_SHOWN = 20
_EXPORTED = 10_000
_DAYS_HEAD = ("day", "policies", "decisions", "proven", "bounded", "cost", "gap", "gap_percent")
_ORDERS_HEAD = (
    "order",
    "request",
    "decided_at",
    "attempt",
    "policies",
    "parcels",
    "cost",
    "bound",
    "gap",
    "gap_percent",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """From which day to which, both included; `wrong` says what was asked and cannot be had."""

    first: date
    last: date
    wrong: str = ""

    @property
    def since(self) -> datetime:
        """The first instant."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first instant that is no longer asked for."""
        return _midnight(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Day:
    """One day: all its decisions, and those under each set of live policies."""

    day: date
    proofs: Proofs
    parts: Sequence[DayProofs]


class Decisions(ConsolePage):
    """What was decided in a time: proven best or not, and where most could have been saved."""

    title = "Decisions"
    template_name = "console/decisions.html"
    permission_required = "routing.view_routingdecision"
    reach = Reach.NETWORK

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the days, or send them, or the orders, as CSV."""
        if request.GET.get("format") == "csv":
            if request.GET.get("of") == "orders":
                return csv_answer("decisions-without-proof", _ORDERS_HEAD, _order_lines(self._worst(_EXPORTED)))
            return csv_answer("decisions-by-day", _DAYS_HEAD, _day_lines(self._parts(self._found())))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add days, their total and the orders; where that takes too long, say so."""
        try:
            found = self._found()
            worst = self._worst(_SHOWN)
        except OperationalError as late:
            if not isinstance(late.__cause__, QueryCanceled | LockNotAvailable):
                raise
            return super().get_context_data(asked=self.asked, too_much=True, **self._frame(), **kwargs)
        parts = self._parts(found)
        days = [_day(day, list(group)) for day, group in groupby(parts, key=lambda part: part.day)]
        return super().get_context_data(
            asked=self.asked, days=days, total=sum((part.proofs for part in parts), Proofs()), worst=worst,
            choices=_choices(found), chosen=self.request.GET.get("policies", ""), **self._frame(), **kwargs,
        )  # fmt: skip

    def _frame(self) -> dict[str, Any]:
        today = _today()
        return {"today": today, "ranges": _ranges(today)}

    @cached_property
    def asked(self) -> Asked:
        """The days that the address names; the last seven without."""
        return asked_days(self.request.GET, today=_today())

    @property
    def policies(self) -> Policies | None:
        """The live policies that the address narrows to; None for any."""
        try:
            told = json.loads(self.request.GET.get("policies", ""))
        except ValueError:
            return None
        is_named = isinstance(told, dict) and all(isinstance(number, int) for number in told.values())
        return told if is_named and "\x00" not in "".join(told) else None

    def _parts(self, found: Sequence[DayProofs]) -> list[DayProofs]:
        return [part for part in found if self.policies in (None, part.policies)]

    def _worst(self, limit: int) -> Sequence[Unproven]:
        return least_proven(since=self.asked.since, until=self.asked.until, limit=limit, policies=self.policies)

    def _found(self) -> Sequence[DayProofs]:
        zone = timezone.get_current_timezone_name()
        return proofs_by_day(since=self.asked.since, until=self.asked.until, zone=zone)


def asked_days(asked: Mapping[str, str], *, today: date) -> Asked:
    """Return the days that `from` and `until` name; the seven up to `today` where they name none that can be had."""
    usual = today - timedelta(days=_USUAL_DAYS - 1)
    last = _date(asked.get("until"), today)
    first = _date(asked.get("from"), last - timedelta(days=_USUAL_DAYS - 1) if last else None)
    if first is None or last is None:
        return Asked(usual, today, "These are not two dates. Shown are the last seven days.")
    if last < first:
        return Asked(usual, today, "The first day is after the last. Shown are the last seven days.")
    if (last - first).days >= MOST_DAYS:
        words = f"At most {MOST_DAYS} days are added up at once. Shown are the last of those that you asked for."
        return Asked(last - timedelta(days=MOST_DAYS - 1), last, words)
    return Asked(first, last)


def _date(text: str | None, absent: date | None) -> date | None:
    """Return the date that is written, `absent` where none is, None for no date or one far from any decision."""
    if not text:
        return absent
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in range(1971, 2200) else None


def _ranges(today: date) -> Sequence[tuple[str, date]]:
    """Return the usual spans up to `today`: words and first day."""
    return [(words, today - timedelta(days=days - 1)) for words, days in _SPANS]


def _day(day: date, parts: Sequence[DayProofs]) -> Day:
    return Day(day, sum((part.proofs for part in parts), Proofs()), parts)


def _choices(found: Sequence[DayProofs]) -> Sequence[tuple[str, str]]:
    known = {json.dumps(dict(part.policies)): part.named for part in found}
    return sorted(known.items(), key=lambda pair: pair[1])


def _day_lines(parts: Sequence[DayProofs]) -> Iterator[Sequence[object]]:
    for part in parts:
        sums = part.proofs
        counts = (sums.decisions, sums.proven, sums.bounded)
        money = (in_units(sums.cost_e4), in_units(sums.gap_e4), f"{sums.gap_percent:.3f}")
        yield (part.day.isoformat(), part.named, *counts, *money)


def _order_lines(worst: Sequence[Unproven]) -> Iterator[Sequence[object]]:
    for one in worst:
        at = one.at.isoformat(timespec="seconds")
        money = (in_units(one.cost_e4), in_units(one.bound_e4), in_units(one.gap_e4), f"{one.gap_percent:.3f}")
        yield (one.order_ref, one.request_ref, at, one.attempt, one.named, one.parcels, *money)


def _today() -> date:
    return timezone.localdate()


def _midnight(day: date) -> datetime:
    """Return when the day begins by the reader's clock, which also says which day is today."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
