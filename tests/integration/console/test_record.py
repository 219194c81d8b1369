"""Whatever somebody changes by hand stands in one record, by person, thing and day, in the transaction that did it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.kernel.models import Change
from tests.integration.console.everything import World, build
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

SURE = {"confirmed": "1"}
STOCK = {"node": "dc_reno", "units": "1", "reason": "FOUND"}

#: What is sent where, and as what it is written down: kind, the beginning of the code, and words of the note.
DEEDS = [
    ("/stock/TEE/adjust/", STOCK | SURE, "stock", "TEE", "Adjust stock: +1 units of TEE at dc_reno. Reason: FOUND."),
    ("/stock/TEE/unsellable/", STOCK | SURE, "stock", "TEE", "Mark units unsellable"),
    ("/stock/TEE/count/", {"node": "dc_reno", "on_hand": "41"} | SURE, "stock", "TEE", "Count: 41 units of TEE"),
    ("/stock/TEE/safety-stock/", {"node": "dc_reno", "units": "2"} | SURE, "stock", "TEE", "2 units of TEE kept back"),
    ("/stock/TEE/unlimited/", {"node": "dc_reno", "unlimited": "1"} | SURE, "stock", "TEE", "without limit"),
    ("/supply/{number}/change/", {"quantity": "90", "expected_at": "2028-01-02T09:00"}, "supply", "", "Changed"),
    ("/supply/{number}/receive/", {"units": "5"}, "supply", "", "5 units taken in."),
    ("/counts/open/", {"node": "dc_reno", "most": "5", "blind": "on"}, "counts", "", "is open: 1 SKU at dc_reno"),
    ("/counts/{counts}/cancel/", {}, "counts", "", "Give the count up"),
    ("/counts/approval/", {"above": "10"}, "count-approval", "all", ""),
    ("/transfers/{transfers}/cancel/", {"reason": "Too late"}, "transfers", "T-", "Reason: Too late."),
    ("/transfers/approval/", {"above_units": "10"}, "transfer-approval", "all", ""),
    ("/nodes/dc_reno/pause/", {"span": "1", "reason": "Weather", "note": ""}, "nodes", "dc_reno", "Reason: Weather."),
    ("/orders/{orders}/hold/", {"reason": "Call first", "owner": "Ops"}, "orders", "O-", "Reason: Call first."),
    ("/orders/{orders}/note/", {"note": "Gift"}, "orders", "O-", "The note stands in the order's story."),
    ("/orders/{orders}/cancel/", {"reason": "CUSTOMER"} | SURE, "orders", "O-", "cancelled"),
    ("/api-clients/{prefix}/revoke/", {}, "api-client", "shop", "Revoked"),
    ("/webhooks/{webhooks}/pause/", {}, "webhooks", "", "Pause"),
    ("/jobs/{jobs}/cancel/", {}, "jobs", "J-1", "cancelled"),
    ("/people/olga/deactivate/", {}, "people", "olga", ""),
    ("/master/skus/switch/stop/TEE/", SURE, "skus", "TEE", ""),
]  # fmt: skip


def _ada() -> Client:
    User.objects.create_superuser("ada", first_name="Ada")
    client = Client()
    client.force_login(User.objects.get(username="ada"))
    return client


def _post(world: World, client: Client, path: str, sent: dict[str, str]) -> tuple[int, list[Change]]:
    """Send a form; return the status, and what was written down by it."""
    known = set(Change.objects.values_list("id", flat=True))
    answer = client.post(path.format(**world.parts, **world.refs), sent)
    return answer.status_code, list(Change.objects.exclude(id__in=known))


@pytest.mark.parametrize(("path", "sent", "kind", "code", "words"), DEEDS)
def test_a_deed_is_written_down(path: str, sent: dict[str, str], kind: str, code: str, words: str) -> None:
    status, told = _post(build(), _ada(), path, sent)

    assert status == 302
    assert {one.actor for one in told} == {"ada"}
    assert [one for one in told if one.kind == kind and one.code.startswith(code) and words in one.note]


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/transfers/{transfers}/approve/", {}, 409),
        ("/stock/TEE/adjust/", STOCK | {"units": "-99"} | SURE, 409),
        ("/stock/TEE/adjust/", STOCK, 200),
        ("/orders/{orders}/hold/", {"reason": ""}, 400),
    ],
)
def test_what_is_refused_or_only_foreseen_is_not(path: str, sent: dict[str, str], status: int) -> None:
    assert _post(build(), _ada(), path, sent) == (status, [])


def test_what_is_done_to_many_is_written_down_of_each() -> None:
    world, client = build(), _ada()
    sent = {"deed": "hold", "row": world.refs["orders"], "reason": "Stocktaking", "owner": "Ops", **SURE}
    _, told = _post(world, client, "/bulk/", sent)

    assert [(one.kind, one.code, one.note) for one in told] == [
        ("orders", world.refs["orders"], "On hold. Reason: Stocktaking.")
    ]


def test_the_record_is_narrowed_by_person_kind_and_day() -> None:
    world, client = build(), _ada()
    for path, sent, *_ in DEEDS[:5]:
        _post(world, client, path, sent)
    today = timezone.now().date().isoformat()

    def found(query: str) -> int:
        return len(client.get(f"/master/changes/?{query}").context["changes"])

    assert found("who=ada") == found("who=ada&kind=stock") == found("q=TEE&kind=stock") == 5
    assert found(f"who=ada&from={today}") == 5
    assert found("who=ada&until=2020-01-01") == found("who=omar") == found("who=ada&kind=orders") == 0


def test_what_becomes_of_people_is_for_who_may_see_people() -> None:
    world, client = build(), _ada()
    _post(world, client, "/people/olga/deactivate/", {})

    def tells(role: str) -> bool:
        reader = someone(role, role[:3].lower())
        file: Any = reader.get("/master/changes/?format=csv")
        words = b"".join(file.streaming_content).decode() + reader.get("/master/changes/").content.decode()
        return "olga,may log in" in words or "people,olga" in words or "People,olga" in words

    assert (tells("Auditor"), tells("Merchandiser")) == (True, False)


def test_the_file_has_a_line_for_each_field_and_each_deed() -> None:
    world, client = build(), _ada()
    _post(world, client, "/stock/TEE/adjust/", STOCK | SURE)
    file: Any = client.get("/master/changes/?who=ada&format=csv")
    lines = b"".join(file.streaming_content).decode().splitlines()

    assert lines[1].split(",", 1)[1] == "ada,Stock,TEE,Adjust stock: +1 units of TEE at dc_reno. Reason: FOUND.,,,,"
    assert len(lines) == 2


def test_the_record_costs_the_same_however_long_it_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    build()
    client = _ada()
    for _ in range(2):
        with django_assert_num_queries(3):  # session, person, changes
            client.get("/master/changes/?kind=safety-stock")
        rows = [Change(at=timezone.now(), kind="safety-stock", code=f"c{n}", verb="CHANGED") for n in range(60)]
        Change.objects.bulk_create(rows)
