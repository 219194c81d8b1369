from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.demo import hours, rates, rules
from dom.kernel import config
from dom.kernel.models import Change, ConfigVersion
from dom.kernel.transactions import unit_of_work
from inventory import selectors, services
from inventory.models import NodeDay
from routing import services as routing
from tests import cast
from tests.integration.console.pages import sent_as_it_stands
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

SAFETY = {"code": "stores-2", "units": 2, "node_group": "stores", "tags": ["apparel"]}
SWITCH = {"code": "no-lamps", "sell": False, "skus": ["LAMP"], "channel": "web", "methods": ["PICKUP"]}
CAPACITY = {
    "node": "store_soho",
    "limits": [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]}],
}
CARD = "/configuration/rate-card/edit/ground/"
POLICY = "/configuration/policy/edit/retail/"
SPLITS = "groups[0].rules[0].limits.max_splits"
EDIT = "/configuration/safety-stock/edit/stores-2/"


@pytest.fixture
def maya() -> Client:
    """A merchandiser in the cast's network, with one document of each kind and those of the demonstration."""
    people = cast.enter()
    cast.stock(people.tee, people.store_soho, 5)
    cast.stock(people.tee, people.dc_reno, 10)
    with unit_of_work():
        services.publish_safety_stock(bodies=[SAFETY], at=cast.NOW, actor="ops", note="First")
        services.publish_channel_rules(bodies=[SWITCH], at=cast.NOW, actor="ops")
        services.publish_capacities(bodies=[CAPACITY], at=cast.NOW, actor="ops")
        routing.publish_policies(bodies=[rules.POLICY], at=cast.NOW, actor="ops")
        routing.publish_rate_cards(bodies=rates.RATE_CARDS, at=cast.NOW, actor="ops")
        routing.publish_carrier_services(body=rates.CARRIER_SERVICES, at=cast.NOW, actor="ops")
        routing.publish_lanes(body=rates.LANES, at=cast.NOW, actor="ops")
        routing.publish_calendars(bodies=hours.calendars(2026), at=cast.NOW, actor="ops")
    return someone("Merchandiser")


def _open(browser: Client, path: str) -> dict[str, Any]:
    return sent_as_it_stands(browser.get(path).context)


def _do(browser: Client, path: str, sent: dict[str, Any], do: str = "publish", **typed: Any) -> Any:
    return browser.post(path, {**sent, "do": do, "note": "Because", **typed}, follow=True)


def test_publishing_a_page_as_it_stands_changes_nothing_of_any_document(maya: Client) -> None:
    live = list(ConfigVersion.objects.all())
    assert len(live) >= 12
    for one in live:
        path = f"/configuration/{one.kind}/edit/{one.scope}/"
        answer = _do(maya, path, _open(maya, path))
        assert "nothing was changed" in answer.content.decode(), (one, answer.context["desk"].wrong)

    assert ConfigVersion.objects.count() == len(live)


@pytest.mark.parametrize("was", ["²", "9" * 25, "-1", "x"])
def test_a_row_that_says_no_number_of_what_it_was_is_a_new_one(maya: Client, was: str) -> None:
    page = {name: was if name.endswith("was") else value for name, value in _open(maya, POLICY).items()}
    answer = _do(maya, POLICY, page, "check")

    assert answer.status_code == 200
    assert answer.context["desk"].wrong == {}


def test_what_is_typed_again_by_hand_is_the_same_document(maya: Client) -> None:
    """Without what was there before, the inputs alone say the whole of a card, a calendar and a rule."""
    for kind, scope in (
        ("rate-card", "ground"),
        ("calendar", "store"),
        ("safety-stock", "stores-2"),
        ("capacity", "store_soho"),
    ):
        page = _open(maya, f"/configuration/{kind}/edit/{scope}/")
        new = maya.get(f"/configuration/{kind}/new/").context
        held = config.live(kind, scope)
        assert held is not None
        copy = {**{name: value for name, value in page.items() if not name.endswith("was")}, "base": new["base"]}
        name = "node" if kind == "capacity" else "code"
        answer = _do(maya, f"/configuration/{kind}/new/", {**copy, "live": "0", "draft": "", name: scope}, "check")
        assert answer.context["desk"].wrong == {name: "There is one of this name already. Open it to change it."}
        assert answer.context["sort"].sentences(answer.context["desk"].body) == answer.context["sort"].sentences(
            held.body
        )


def test_a_publication_counts_with_the_next_answer_and_tells_who_and_why(maya: Client) -> None:
    def available() -> int:
        return selectors.available_to_sell(channel="web", skus=["TEE"], at=cast.NOW)[0].available_to_sell

    assert available() == 13
    answer = _do(maya, EDIT, _open(maya, EDIT), units="4", note="Black Friday")

    assert available() == 11
    assert "Version 2 is live." in answer.content.decode()
    (line,) = answer.context["versions"][0].changed
    assert line.words == (
        "SKUs tagged apparel, at nodes of stores, for every channel: "
        "keep <del>2</del> <ins>4</ins> units as safety stock."
    )
    told = Change.objects.latest("id")
    assert (told.actor, told.kind, told.code, told.fields, told.note) == (
        "maya", "safety-stock", "stores-2", {"version": [1, 2]}, "Black Friday",
    )  # fmt: skip


def test_a_check_says_what_would_change_and_changes_nothing(maya: Client) -> None:
    answer = _do(maya, EDIT, _open(maya, EDIT), "check", units="9")

    assert answer.context["desk"].checked["effects"] == [
        "It is about 1 SKU with stock at 2 nodes.",
        "On market 3 units fewer can be sold: 13 → 10.",
    ]
    assert ConfigVersion.objects.filter(kind="safety-stock").count() == 1


@pytest.mark.parametrize(
    ("path", "typed", "field", "words"),
    [
        (EDIT, {"units": "-1"}, "units", "A whole number, zero or more, is needed."),
        (EDIT, {"node_group": "nowhere"}, "node_group", "There is no node group nowhere."),
        ("/configuration/capacity/edit/store_soho/", {"limits[1].limit": "few"}, "limits[1].limit", "whole number"),
        (CARD, {"grids[0].rows[2].prices": ["9", "1"]}, "grids[0].rows[2].prices", "6 prices"),
        ("/configuration/calendar/edit/store/", {"MON.opens": "25:00"}, "MON.opens", "time like"),
        (POLICY, {SPLITS: "x"}, SPLITS, "whole number"),
        ("/configuration/lanes/edit/default/", {"lanes[0].to.countries": "US", "lanes[0].why": ""}, "", ""),
    ],
)  # fmt: skip
def test_a_refusal_stands_at_its_field_and_publishes_nothing(
    maya: Client, path: str, typed: dict[str, Any], field: str, words: str
) -> None:
    count = ConfigVersion.objects.count()
    answer = _do(maya, path, _open(maya, path), **typed)
    if not field:
        assert ConfigVersion.objects.count() == count + 1
        return
    wrongs = {one.name: one.wrong for one in _inputs(answer.context["row"]) if one.wrong}

    assert answer.status_code == 400
    assert list(wrongs) == [field]
    assert words in wrongs[field]
    assert answer.context["homeless"] == []
    assert ConfigVersion.objects.count() == count


def _inputs(row: Any) -> list[Any]:
    return [*row.inputs, *(one for block in row.children for inner in block.rows for one in _inputs(inner))]


def test_a_publication_needs_a_note(maya: Client) -> None:
    answer = _do(maya, EDIT, _open(maya, EDIT), units="4", note=" ")

    assert "Say why" in answer.context["note_wrong"]
    assert config.live("safety-stock", "stores-2").number == 1  # type: ignore[union-attr]  # it is there


def test_rows_are_added_moved_and_taken_out(maya: Client) -> None:
    path = "/configuration/capacity/edit/store_soho/"
    page = _open(maya, path)
    rest = {name: value for name, value in page.items() if not name.startswith("limits")}
    second = {name: value for name, value in page.items() if name.startswith("limits[1]")}
    added = {
        "limits[n0].was": "",
        "limits[n0].unit": "UNITS",
        "limits[n0].limit": "100",
        "limits[n0].date": "2026-12-24",
    }
    _do(maya, path, {**rest, **added, **second})

    live = config.live("capacity", "store_soho")
    assert live is not None
    assert live.body["limits"] == [
        {"unit": "UNITS", "limit": 100, "date": "2026-12-24"}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]},
    ]  # fmt: skip


def test_a_draft_is_kept_even_wrong_and_decides_nothing(maya: Client) -> None:
    _do(maya, EDIT, _open(maya, EDIT), "draft", units="many")
    page = maya.get(EDIT).context

    assert next(one.value for one in _inputs(page["row"]) if one.name == "units") == "many"
    assert config.live("safety-stock", "stores-2").body == SAFETY  # type: ignore[union-attr]  # it is there
    _do(maya, EDIT, sent_as_it_stands(page), "drop")
    assert config.draft("safety-stock", "stores-2") is None


def test_two_who_change_the_same_document_are_shown_both_and_choose(maya: Client) -> None:
    mine = _open(maya, EDIT)
    with unit_of_work():
        services.publish_safety_stock(bodies=[{**SAFETY, "units": 3}], at=cast.NOW, actor="otto")
    answer = _do(maya, EDIT, mine, units="7")

    conflict = answer.context["desk"].conflict
    assert answer.status_code == 409
    assert conflict["who"] == "otto"
    assert [("<ins>3</ins>" in line.words) for line in conflict["theirs"]] == [True]
    assert [("<ins>7</ins>" in line.words) for line in conflict["mine"]] == [True]
    assert config.live("safety-stock", "stores-2").body["units"] == 3  # type: ignore[union-attr]  # it is there

    _do(maya, EDIT, sent_as_it_stands(answer.context))
    assert config.live("safety-stock", "stores-2").body["units"] == 7  # type: ignore[union-attr]  # it is there


def test_an_earlier_version_is_made_live_again_after_a_look(maya: Client) -> None:
    _do(maya, EDIT, _open(maya, EDIT), units="4")
    back = "/configuration/safety-stock/back/1/stores-2/"
    shown = maya.post(back, {"note": "Too much"})
    assert any("Now: SKUs tagged apparel" in words for words in shown.context["foreseen"])
    assert config.live("safety-stock", "stores-2").number == 2  # type: ignore[union-attr]  # it is there

    maya.post(back, {"note": "Too much", "confirmed": "1"})
    live = config.live("safety-stock", "stores-2")
    assert live is not None
    assert (live.number, live.body, live.note, live.author) == (3, SAFETY, "Back to version 1: Too much", "maya")


def test_what_has_ended_keeps_nothing_back_and_can_come_again(maya: Client) -> None:
    with unit_of_work():
        services.retire_rule(kind="capacity", scope="store_soho", at=cast.NOW, actor="ops")
    maya.post("/configuration/safety-stock/end/stores-2/", {"note": "Over", "confirmed": "1"})

    assert selectors.available_to_sell(channel="web", skus=["TEE"], at=cast.NOW)[0].available_to_sell == 15
    assert NodeDay.objects.exclude(limit=None).count() == 0
    assert "Nothing of this name is live" in maya.get("/configuration/safety-stock/one/stores-2/").content.decode()
    maya.post("/configuration/safety-stock/back/1/stores-2/", {"note": "Again", "confirmed": "1"})
    assert config.live("safety-stock", "stores-2").number == 2  # type: ignore[union-attr]  # it is there


def test_a_calendar_is_given_the_holidays_that_were_ticked(maya: Client) -> None:
    path = "/configuration/calendar/edit/store/"
    asked = maya.post(path, {**_open(maya, path), "do": "suggest", "country": "us", "region": "TX"})
    days = dict(asked.context["suggestions"])
    assert any(words == "Thanksgiving Day" for words in days.values()) or days

    day = next(iter(days))
    _do(maya, path, sent_as_it_stands(asked.context), suggested=[day])
    live = config.live("calendar", "store")
    assert live is not None
    assert day in live.body["holidays"]


def test_what_a_policy_leaves_out_is_said_in_inputs_and_reads_back_in_words(maya: Client) -> None:
    typed = {
        "groups[0].match.not.channels": ["web"],
        "groups[0].match.not.value.below": "25",
        "groups[0].rules[0].nodes.not.tags": "flagship, outlet",
    }

    _do(maya, POLICY, {**_open(maya, POLICY), **typed})

    scope = POLICY.rstrip("/").rpartition("/")[2]
    live = config.live("policy", scope)
    assert live is not None
    group = live.body["groups"][0]
    assert group["match"]["not"] == {"channels": ["web"], "value": {"below": "25"}}
    assert group["rules"][0]["nodes"]["not"] == {"tags": ["flagship", "outlet"]}
    told = maya.get(f"/configuration/policy/one/{scope}/").content.decode()
    assert "but not those from channel web and worth below 25.00" in told
    assert "but not nodes tagged flagship or outlet" in told
    _do(maya, POLICY, {**_open(maya, POLICY), **{name: [] for name in typed}, "groups[0].match.not.value.below": ""})
    again = config.live("policy", scope)
    assert again is not None
    assert "not" not in again.body["groups"][0].get("match", {})


def test_a_promise_is_typed_in_hours_and_in_utc_and_a_group_it_leaves_nothing_is_named(maya: Client) -> None:
    typed = {"groups[0].match.promise.within_hours": "48", "groups[0].match.channels": []}
    typed |= {"groups[0].match.promise.before": "2026-12-24T17:00", "groups[2].match.promised": "no"}
    typed |= {"groups[1].match.promise.within_hours": "24", "groups[1].match.promise.before": "2026-12-24T17:00"}

    answer = _do(maya, POLICY, {**_open(maya, POLICY), **typed}, "check")
    _do(maya, POLICY, {**_open(maya, POLICY), **typed})

    assert answer.context["desk"].checked["warnings"] == [
        "Group Chilled and frozen is never reached: Marketplace orders before it takes every order that it asks for."
    ]
    live = config.live("policy", "retail")
    assert live is not None
    assert live.body["groups"][0]["match"] == {"promise": {"within_hours": 48, "before": "2026-12-24T17:00:00Z"}}
    assert live.body["groups"][2]["match"]["promised"] is False
    refused = _do(maya, POLICY, {**_open(maya, POLICY), "groups[0].match.promise.later_than_hours": "48"}, "check")
    wrong = refused.context["desk"].wrong
    assert "expected more than 48 hours" in wrong["groups[0].match.promise.within_hours"]


def test_special_hours_are_rows_of_a_calendar_and_a_refusal_finds_its_input(maya: Client) -> None:
    path = "/configuration/calendar/edit/store/"
    before = config.live("calendar", "store")
    assert before is not None
    sent = _open(maya, path)
    row = "special_hours[n1]."
    new = {f"{row}date": "2026-12-13", f"{row}opens": "11:00", f"{row}closes": "10:00"}

    refused = maya.post(path, {**sent, **new, "do": "publish", "note": "x"})
    wrongs = [(one.name, one.wrong) for one in _inputs(refused.context["row"]) if one.wrong]
    assert wrongs == [("special_hours[1].date", "Expected to close after opening")]
    _do(maya, path, {**sent, **new, f"{row}closes": "18:00"})

    live = config.live("calendar", "store")
    assert live is not None
    assert live.body["special_hours"] == {**before.body["special_hours"], "2026-12-13": ["11:00", "18:00"]}
    shown = maya.get("/configuration/calendar/one/store/").content.decode()
    assert "Sun 2026-12-13 11:00–18:00" in shown


def test_roles_look_and_change_as_they_may(maya: Client) -> None:
    sent = _open(maya, EDIT)
    iris = someone("Auditor", "iris")

    assert iris.get("/configuration/safety-stock/one/stores-2/").status_code == 200
    assert iris.get(EDIT).status_code == 403
    assert iris.post(EDIT, {**sent, "do": "publish", "note": "x"}).status_code == 403
    assert iris.get("/configuration/safety-stock/end/stores-2/").status_code == 403
    assert someone("Store associate", "ana").get("/configuration/policy/").status_code == 403


@pytest.mark.parametrize(
    ("kind", "more"),
    [("policy", 0), ("safety-stock", 0), ("channel-rules", 0), ("capacity", 0), ("calendar", 0), ("rate-card", 1)],
)
def test_a_list_of_documents_costs_two_statements_beside_the_frame(
    maya: Client, kind: str, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """And one more of the carrier services, which say who uses a rate card."""
    with django_assert_num_queries(6 + more):
        maya.get(f"/configuration/{kind}/")
