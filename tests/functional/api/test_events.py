"""The event feed over HTTP: nothing lost, nothing twice, never a gap, whatever the writers do."""

import random
import threading
import time
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from dom.kernel import events
from dom.kernel.events import NewEvent
from dom.kernel.transactions import unit_of_work
from tests.functional.api.conftest import Partner, partner_with

pytestmark = pytest.mark.django_db(transaction=True)


class _RolledBack(Exception):
    pass


def write(*refs: str, node: str = "", kind: str = "order.placed") -> None:
    with unit_of_work():
        events.append_events([NewEvent(kind, "order", ref, 1, node=node) for ref in refs], at=timezone.now())


def follow(partner: Partner, after: int = 0, query: str = "") -> tuple[list[str], int]:
    """Read to the end of the feed as a partner does; return the references and the last position."""
    seen = []
    while True:
        page = partner.get(f"/events?after={after}&limit=7{query}").json()
        seen += [(item["position"], item["entity_ref"]) for item in page["items"]]
        after = page["last"]
        if page["next"] is None:
            return [ref for _, ref in seen], after
        assert page["next"] == str(after)


def _write_wildly(number: int, committed: set[str]) -> None:
    """Write 25 batches, each slowly, three in ten rolled back; note what was committed."""
    dice = random.Random(number)
    for turn in range(25):
        refs = [f"{number}-{turn}-{part}" for part in range(dice.randint(1, 3))]
        with suppress(_RolledBack), unit_of_work():
            events.append_events([NewEvent("probe", "order", ref, 1) for ref in refs], at=timezone.now())
            time.sleep(dice.random() / 100)  # the window in which a reader by id would step over this row
            if dice.random() < 0.3:
                raise _RolledBack
            committed |= set(refs)
    connection.close()


def _sequence_while(writing: threading.Event) -> None:
    while writing.is_set():
        events.sequence_events()
    connection.close()


def test_eight_writers_with_delays_and_rollbacks_and_one_reader() -> None:
    partner = partner_with("events:read")
    committed: set[str] = set()
    writing = threading.Event()
    writing.set()
    sequencers = [threading.Thread(target=_sequence_while, args=(writing,)) for _ in range(2)]
    writers = [threading.Thread(target=_write_wildly, args=(number, committed)) for number in range(8)]
    for thread in (*sequencers, *writers):
        thread.start()
    seen, after = [], 0
    while any(thread.is_alive() for thread in writers):
        page = partner.get(f"/events?after={after}&limit=7").json()
        seen += [(item["position"], item["entity_ref"]) for item in page["items"]]
        after = page["last"]
    writing.clear()
    for thread in sequencers:
        thread.join()
    events.sequence_events()
    refs = [ref for _, ref in seen] + follow(partner, after)[0]

    assert [position for position, _ in seen] == list(range(1, len(seen) + 1))
    assert len(refs) == len(set(refs))
    assert set(refs) == committed


def test_a_reader_that_comes_back_goes_on_where_it_was() -> None:
    partner = partner_with("events:read")
    write("a", "b")
    events.sequence_events()
    first, last = follow(partner)
    write("c")
    events.sequence_events()

    assert (first, follow(partner, last)[0]) == (["a", "b"], ["c"])


def test_filters_leave_out_and_still_move_on() -> None:
    partner = partner_with("events:read")
    write("a", kind="stock.changed")
    write("b")
    write("c", kind="stock.changed")
    events.sequence_events()

    assert follow(partner, query="&kind=order.placed") == (["b"], 3)


def test_a_key_of_one_store_sees_no_other_stores_events() -> None:
    write("soho", node="SOHO")
    write("austin", node="AUSTIN")
    write("nowhere")
    events.sequence_events()

    assert follow(partner_with("events:read", nodes=("SOHO",)))[0] == ["soho"]


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=99999999999999999999", "limit=0", "node=%20"])
def test_a_wrong_query_is_a_typed_400(query: str) -> None:
    answer = partner_with("events:read").get(f"/events?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "validation")
