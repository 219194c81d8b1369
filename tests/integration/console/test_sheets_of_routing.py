"""Calendars, carrier services and lanes go out as CSV and come in again, line by line; what has no column stays."""

from typing import Any

import pytest
from django.test import Client

from dom.kernel import config
from dom.kernel.transactions import unit_of_work
from routing import services
from tests import cast
from tests.integration.console.people import someone
from tests.integration.console.test_sheets import _apply, _out, _send
from tests.integration.console.written import Writer, calendar, carrier_services, lanes

pytestmark = pytest.mark.django_db(transaction=True)

WORDS: dict[str, Any] = {"at": cast.NOW, "actor": "t"}
SHEETS = {"calendar": "calendar-days", "carrier-services": "carrier-services", "lanes": "lanes"}
STORE = {
    "code": "store", "hours": {"MON-FRI": ["09:00", "18:00"], "SAT": ["10:00", "16:00"]}, "cut_off": "15:00",
    "holidays": ["2026-12-25"], "special_hours": {"2026-12-24": ["09:00", "14:00"]}, "cut_offs": {"EXPRESS": "17:00"},
}  # fmt: skip
GROUND = {
    "code": "GROUND", "carrier": "UPS", "transit": {"steps": [{"within_km": 300, "days": 1}], "days": 5},
    "temperature_hours": {"CHILLED": 24}, "nodes": {"kinds": ["DC"]}, "pickup_days": "MON-FRI",
}  # fmt: skip


@pytest.fixture
def maya() -> Client:
    """A merchandiser, in the cast's network."""
    cast.enter()
    return someone("Merchandiser")


def _publish(kind: str, body: Any) -> None:
    with unit_of_work():
        if kind == "calendar":
            services.publish_calendars(bodies=[body], **WORDS)
        elif kind == "lanes":
            services.publish_lanes(body=body, **WORDS)
        else:
            services.publish_carrier_services(body=body, **WORDS)


def _live(kind: str, scope: str = "default") -> Any:
    found = config.live(kind, scope)
    assert found is not None
    return found.body


def _takes(browser: Client, slug: str, text: str) -> list[tuple[int, str]]:
    """Bring a file in; return the row and the column of what was wrong."""
    shown = _send(browser, slug, text)
    _apply(browser, shown)
    return [(fault.row, fault.field) for fault in shown.context["found"].faults]


@pytest.mark.parametrize(("kind", "write"), [
    ("calendar", calendar), ("carrier-services", carrier_services), ("lanes", lanes),
])  # fmt: skip
def test_what_goes_out_comes_in_again_and_changes_nothing(maya: Client, kind: str, write: Any) -> None:
    for seed in range(12):
        _publish(kind, write(Writer(seed)))
        found = _send(maya, SHEETS[kind], _out(maya, SHEETS[kind])).context["found"]

        assert (found.to_apply, found.faults, found.unchanged > 0) == ([], [], True), seed


@pytest.mark.parametrize("kind", ["carrier-services", "lanes"])
def test_what_goes_out_makes_the_same_of_nothing(maya: Client, kind: str) -> None:
    """But for what has no column: steps and nodes of a service, and what holds where no lane speaks."""
    name = kind.rpartition("-")[2]
    body: Any = (carrier_services if kind == "carrier-services" else lanes)(Writer(5))
    parts = [{n: v for n, v in part.items() if n not in {"transit", "nodes"}} for part in body[name]]
    _publish(kind, {name: parts})
    file = _out(maya, kind)
    _publish(kind, {name: []})

    assert _takes(maya, kind, file) == []
    assert _send(maya, kind, file).context["found"].to_apply == []
    assert _out(maya, kind) == file


def test_days_of_calendars_come_in_as_spreadsheets_write_them(maya: Client) -> None:
    _publish("calendar", STORE)
    rows = (
        "store,sat,9:00,17:00:00", "store,SUN,11:00,16:00", "store,2026-12-26,,", "store,2026-12-25,10:00,12:00",
        "store,2026-12-24,,", "kiosk,MON,10:00,18:00", "kiosk,TUE,10:00,18:00",
    )  # fmt: skip

    assert _takes(maya, "calendar-days", "\n".join(("calendar,day,opens,closes", *rows)) + "\n") == []

    assert _live("calendar", "store") == {
        "code": "store", "cut_off": "15:00", "cut_offs": {"EXPRESS": "17:00"},
        "hours": {"MON-FRI": ["09:00", "18:00"], "SAT": ["09:00", "17:00"], "SUN": ["11:00", "16:00"]},
        "holidays": ["2026-12-24", "2026-12-26"], "special_hours": {"2026-12-25": ["10:00", "12:00"]},
    }  # fmt: skip
    assert _live("calendar", "kiosk") == {"code": "kiosk", "hours": {"MON-TUE": ["10:00", "18:00"]}}


def test_wrong_days_are_named_and_the_others_hold(maya: Client) -> None:
    _publish("calendar", STORE)
    rows = (
        "store,SUN,11:00,", "store,12/25/2026,,", "store,MON,18:00,09:00", "store,TUE,noon,18:00", "none,2026-12-25,,",
        "store,WED,,",
    )  # fmt: skip

    wrong = _takes(maya, "calendar-days", "\n".join(("calendar,day,opens,closes", *rows)) + "\n")

    assert wrong == [(1, "closes"), (2, "day"), (3, "closes"), (4, "opens"), (5, "day")]
    assert sorted(_live("calendar", "store")["hours"]) == ["MON-TUE", "SAT", "THU-FRI"]
    assert config.live("calendar", "none") is None


def test_carrier_services_keep_their_order_and_what_has_no_column(maya: Client) -> None:
    _publish("carrier-services", {"services": [GROUND, {"code": "AIR", "transit": {"days": 2}}]})
    rows = ("NIGHT,FedEx,1,,MON-SAT,yes,US;CA", "GROUND,,4,,MON-SAT,,", "SLOW,x,99,,,,")
    head = "code,carrier,transit_days,chilled_hours,pickup_days,adult_signature,to_countries"

    assert _takes(maya, "carrier-services", "\n".join((head, *rows)) + "\n") == [(3, "transit_days")]

    assert _live("carrier-services") == {
        "services": [
            {
                "code": "GROUND", "transit": {"steps": [{"within_km": 300, "days": 1}], "days": 4},
                "nodes": {"kinds": ["DC"]}, "pickup_days": ["MON-SAT"],
            },
            {"code": "AIR", "transit": {"days": 2}},
            {
                "code": "NIGHT", "carrier": "FedEx", "transit": {"days": 1}, "pickup_days": ["MON-SAT"],
                "adult_signature": True, "to": {"countries": ["US", "CA"]},
            },
        ]
    }  # fmt: skip


def test_what_the_engine_refuses_of_one_line_leaves_the_others(maya: Client) -> None:
    """The list may hold thirty services: the last ones are refused by row, the first thirty hold."""
    text = "code\n" + "".join(f"S{number:02}\n" for number in range(32))

    assert [row for row, _field in _takes(maya, "carrier-services", text)] == [31, 32]
    assert len(_live("carrier-services")["services"]) == 30


def test_lanes_are_changed_in_their_places_and_added_at_the_end(maya: Client) -> None:
    utah = {"to": {"countries": ["US"], "regions": ["UT"]}, "skus": {"tags": ["wine"]}, "allow": False, "why": "Law."}
    _publish("lanes", {"lanes": [utah, {"from_countries": ["US"], "allow": True}], "cross_border": False})
    rows = ("9,Law of Maine,no,ME,wine;beer,", "1,,no,UT,wine,yes", "0,x,no,,,")

    head = "lane,why,allow,to_regions,sku_tags,age_restricted"
    assert _takes(maya, "lanes", "\n".join((head, *rows)) + "\n") == [(3, "lane")]

    assert _live("lanes") == {
        "cross_border": False,
        "lanes": [
            {
                "to": {"countries": ["US"], "regions": ["UT"]}, "allow": False,
                "skus": {"tags": ["wine"], "age_restricted": True},
            },
            {"from_countries": ["US"], "allow": True},
            {"why": "Law of Maine", "allow": False, "to": {"regions": ["ME"]}, "skus": {"tags": ["wine", "beer"]}},
        ],
    }  # fmt: skip
