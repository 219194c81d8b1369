"""Answers when the demonstration's nodes work."""

from datetime import date, timedelta
from typing import Any

import holidays

Document = dict[str, Any]

_CLOSED = ("New Year's Day", "Memorial Day", "Independence Day", "Labor Day", "Thanksgiving Day", "Christmas Day")


def _holidays(year: int) -> list[str]:
    found = holidays.country_holidays("US", years=(year, year + 1))
    return [day.isoformat() for day, name in sorted(found.items()) if name in _CLOSED]


def _special(year: int) -> dict[str, list[str]]:
    """Return a long Friday after Thanksgiving and short days before the stores' holidays."""
    november = date(year, 11, 1)
    thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
    return {
        (thanksgiving + timedelta(days=1)).isoformat(): ["08:00", "22:00"],
        f"{year}-12-24": ["09:00", "16:00"],
        f"{year}-12-31": ["10:00", "17:00"],
    }


def calendars(year: int) -> list[Document]:
    """Return the calendars of `year` and the next one."""
    closed = _holidays(year)
    return [
        {
            "code": "dc",
            "hours": {"MON-FRI": ["06:00", "22:00"], "SAT": ["07:00", "15:00"]},
            "holidays": closed,
            "cut_off": "16:00",
            "cut_offs": {"AIR": "18:00", "COLD": "14:00"},
            "processing_minutes": 90,
        },
        {
            "code": "store",
            "hours": {"MON-SAT": ["10:00", "20:00"], "SUN": ["11:00", "18:00"]},
            "holidays": [day for day in closed if day.endswith(("12-25", "01-01"))],
            "special_hours": _special(year),
            "cut_off": "15:00",
            "cut_offs": {"COURIER": "17:00"},
            "processing_minutes": 120,
        },
        {
            "code": "partner",
            "hours": {"MON-FRI": ["08:00", "18:00"]},
            "holidays": closed,
            "cut_off": "13:00",
            "processing_minutes": 180,
        },
        {
            "code": "maker",
            "hours": {"MON-THU": ["07:00", "16:00"], "FRI": ["07:00", "12:00"]},
            "holidays": closed,
            "processing_minutes": 2_400,
        },
    ]
