"""The page about events says what is declared; what is written is held against it wherever orders and stock move."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone

from dom.kernel.event_kinds import KINDS
from dom.kernel.events import NewEvent, append_event
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from tests.documented import assert_events_are_as_documented
from tests.functional.api.conftest import partner_with
from tests.functional.api.test_partners_day import (
    count_the_stock,
    do_the_work,
    let_workers_work,
    ok,
    order,
    set_up_the_network,
)
from tests.webhooks import endpoint

PAGE = Path(__file__).resolve().parents[3] / "docs/api-events.md"
ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \|.*$", re.MULTILINE)


def documented() -> dict[str, str]:
    return {found[1]: found[0] for found in ROW.finditer(PAGE.read_text())}


def declared() -> dict[str, str]:
    return {kind.name: f"| `{kind.name}` | {kind.happened} | {', '.join(kind.own)} |" for kind in KINDS.values()}


def test_the_page_about_events_says_what_is_declared() -> None:
    if "UPDATE_SNAPSHOTS" in os.environ:
        PAGE.write_text(ROW.sub(lambda found: declared().get(found[1], found[0]), PAGE.read_text()))
    assert documented() == declared(), "run UPDATE_SNAPSHOTS=1 pytest tests/functional/api/test_event_kinds.py"


@pytest.mark.django_db(transaction=True)
def test_a_day_of_a_partner_writes_what_is_documented() -> None:
    partner = partner_with()
    set_up_the_network(partner)
    count_the_stock(partner)
    placed = ok(partner.post("/orders", order("1001")))
    ok(partner.post(f"/orders/{placed['ref']}/changes", {"note": "Call Ada at 555-0100."}))
    let_workers_work()
    (work,) = ok(partner.get(f"/orders/{placed['ref']}"))["fulfillment_orders"]
    do_the_work(partner, work["ref"])

    assert Event.objects.values("kind").distinct().count() >= 10
    assert_events_are_as_documented()


@pytest.mark.django_db(transaction=True)
def test_what_a_person_writes_about_an_order_stays_out_of_the_feed() -> None:
    partner = partner_with()
    set_up_the_network(partner)
    placed = ok(partner.post("/orders", order("1001")))
    ok(partner.post(f"/orders/{placed['ref']}/changes", {"note": "Call Ada at 555-0100."}))
    let_workers_work()

    told = partner.get("/events?after=0").content.decode()
    assert "order.noted" in told
    assert "555-0100" not in told


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"reason": "GONE", "url": "https://x.example"}])
def test_a_field_too_few_or_too_many_is_noticed(data: dict[str, str]) -> None:
    made = endpoint("https://partner.example/hook")
    with unit_of_work():
        append_event(NewEvent("webhook.paused", "webhook", made.ref, 2, data), at=timezone.now())
    with pytest.raises(AssertionError, match="event_kinds"):
        assert_events_are_as_documented()
