from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Channel, ChannelQuota, Node, NodeGroup, Sku
from inventory.services import SkuRow
from inventory.services.low_stock import publish_low_stock
from routing.services import publish_policies
from tests import cast
from tests.integration.console.people import someone, typed

pytestmark = pytest.mark.django_db(transaction=True)

TEE = "/master/skus/one/TEE/"


@pytest.fixture
def maya() -> Client:
    """A merchandiser, in the cast's network."""
    cast.enter()
    return someone("Merchandiser")


def _open(browser: Client, path: str) -> dict[str, Any]:
    return typed(browser.get(path).context["form"])


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_saving_a_page_as_it_stands_changes_nothing(maya: Client) -> None:
    before = {model: list(model.objects.order_by("id").values()) for model in (Sku, Node, Channel, NodeGroup)}
    noted = Change.objects.count()
    for path in (TEE, "/master/nodes/one/store_soho/", "/master/channels/one/web/", "/master/node-groups/one/stores/"):
        answer = maya.post(path, _open(maya, path), follow=True)
        assert "nothing was changed" in _text(answer)

    assert {model: list(model.objects.order_by("id").values()) for model in before} == before
    assert Change.objects.count() == noted


def test_a_field_is_changed_and_the_page_tells_who_did_it(maya: Client) -> None:
    answer = maya.post(TEE, {**_open(maya, TEE), "weight_grams": "250", "tags": "apparel, sale"}, follow=True)

    told = Change.objects.latest("id")
    assert (told.actor, told.fields) == (
        "maya", {"tags": [["apparel"], ["apparel", "sale"]], "weight_grams": [200, 250]},
    )  # fmt: skip
    assert "TEE is saved: Tags, Weight." in _text(answer)
    assert "Weight: 200 g → 250 g" in _text(answer)


def _publish(service: Any, **body: Any) -> None:
    with unit_of_work():
        service(bodies=[{"code": "r", **body}], at=cast.NOW, actor="maya")


@pytest.mark.parametrize(
    ("name_it", "words"),
    [
        (lambda: _publish(services.publish_safety_stock, units=1, node_group="stores"), "safety stock r"),
        (lambda: _publish(services.publish_channel_rules, threshold=1, node_group="stores"), "channel rule r"),
        (lambda: _publish(publish_low_stock, units=1, node_group="stores"), "low stock r"),
        (lambda: _publish(publish_policies, groups=_groups(nodes={"not": {"groups": ["stores"]}})), "policy r"),
        (lambda: Channel.objects.filter(code="web").update(node_group=_group("stores")), "channel web"),
    ],
)  # fmt: skip
def test_a_group_that_something_names_is_not_retired(maya: Client, name_it: Any, words: str) -> None:
    name_it()
    path = "/master/node-groups/retire/stores/"

    assert f"while {words} names it" in _text(maya.get(path))
    refused = maya.post(path, {"confirmed": "1"})

    assert f"Group stores is named by {words}. Change that first." in _text(refused)
    assert _group("stores").nodes.count() == 2


def test_a_group_that_nothing_names_is_retired_and_the_record_says_by_whom(maya: Client) -> None:
    _publish(services.publish_safety_stock, units=1, node_group="dcs")
    _publish(publish_policies, groups=_groups(nodes={"kinds": ["STORE"], "tags": ["stores"]}))

    answer = maya.post("/master/node-groups/retire/stores/", {"confirmed": "1"}, follow=True)

    assert "stores is retired." in _text(answer)
    assert list(NodeGroup.objects.values_list("code", flat=True)) == ["dcs"]
    told = Change.objects.latest("id")
    assert (told.actor, told.kind, told.code) == ("maya", "node-groups", "stores")
    assert maya.get("/master/skus/retire/TEE/").status_code == 404
    assert someone("Auditor", "iris").get("/master/node-groups/retire/dcs/").status_code == 403


def _groups(**rule: Any) -> list[dict[str, Any]]:
    return [{"name": "g", "rules": [{"name": "r", **rule}]}]


def _group(code: str) -> NodeGroup:
    return NodeGroup.objects.get(code=code)


@pytest.mark.parametrize(
    ("path", "field", "value", "words"),
    [
        (TEE, "weight_grams", "heavy", "A valid integer is required."),
        (TEE, "gtin", "12", "does not match"),
        (TEE, "value", "1.999 USD", "USD has 2 decimals."),
        ("/master/nodes/one/store_soho/", "time_zone", "Mars", "An IANA time zone"),
        ("/master/nodes/one/store_soho/", "latitude", "north", "A valid number is required."),
        ("/master/channels/one/web/", "currency", "ABC", "An ISO 4217 currency code"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_in_the_words_of_the_api(
    maya: Client, path: str, field: str, value: str, words: str
) -> None:
    noted = Change.objects.count()
    answer = maya.post(path, {**_open(maya, path), field: value})

    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors[field])
    assert Change.objects.count() == noted


def test_a_new_one_is_made_once_and_may_be_like_another(maya: Client) -> None:
    form = {**_open(maya, "/master/skus/new/?like=TEE"), "code": "TEE-2"}
    maya.post("/master/skus/new/", form)
    again = maya.post("/master/skus/new/", form)

    assert Sku.objects.get(code="TEE-2").weight_grams == 200
    assert again.status_code == 409
    assert "There is one of this name already" in again.context["form"].errors["code"][0]


def test_a_code_is_never_changed(maya: Client) -> None:
    maya.post(TEE, {**_open(maya, TEE), "code": "OTHER", "name": "T-shirt"})

    assert Sku.objects.get(code="TEE").name == "T-shirt"
    assert not Sku.objects.filter(code="OTHER").exists()


def test_what_another_changed_in_other_fields_is_kept(maya: Client) -> None:
    form = _open(maya, TEE)
    with unit_of_work():
        services.upsert_skus(rows=[replace(cast.TEE, weight_grams=300)], at=cast.NOW, actor="ops")
    maya.post(TEE, {**form, "name": "T-shirt"})

    assert Sku.objects.values_list("name", "weight_grams").get(code="TEE") == ("T-shirt", 300)


def test_two_who_change_the_same_field_are_shown_both_and_choose(maya: Client) -> None:
    form = _open(maya, TEE)
    with unit_of_work():
        theirs = replace(cast.TEE, weight_grams=300, name="Shirt")
        services.upsert_skus(rows=[theirs], at=cast.NOW, actor="ops")
    answer = maya.post(TEE, {**form, "weight_grams": "250"})

    assert answer.status_code == 409
    assert [(c.label, c.before, c.theirs, c.mine) for c in answer.context["form"].conflicts] == [
        ("Weight", "200 g", "300 g", "250 g")
    ]
    assert Sku.objects.get(code="TEE").weight_grams == 300

    maya.post(TEE, typed(answer.context["form"]))
    assert Sku.objects.values_list("name", "weight_grams").get(code="TEE") == ("Shirt", 250)


def test_a_groups_members_and_a_channels_quota_are_kept_by_form(maya: Client) -> None:
    group = "/master/node-groups/one/stores/"
    maya.post(group, {**_open(maya, group), "nodes": ["store_soho", "dc_reno"]})
    maya.post("/master/quotas/new/", {"channel": "web", "sku": "TEE", "quota": "7"})
    wrong = maya.post("/master/quotas/new/", {"channel": "web", "sku": "NONE", "quota": "7"})

    assert sorted(NodeGroup.objects.get(code="stores").nodes.values_list("code", flat=True)) == [
        "dc_reno",
        "store_soho",
    ]
    assert ChannelQuota.objects.get().quota == 7
    assert "There is no SKU NONE." in wrong.context["form"].errors["sku"][0]


@pytest.mark.parametrize("number", ["²", "9" * 25, "-1", "x"])
def test_what_is_no_number_of_a_quota_names_none(maya: Client, number: str) -> None:
    assert maya.get(f"/master/quotas/one/{number}/").status_code == 404


def test_a_pause_ends_in_the_nodes_own_time(maya: Client) -> None:
    node = "/master/nodes/one/store_soho/"
    maya.post(node, {**_open(maya, node), "status": "PAUSED", "paused_until": "2026-11-28T09:00"})

    assert Node.objects.get(code="store_soho").paused_until.isoformat() == "2026-11-28T14:00:00+00:00"  # type: ignore[union-attr]  # set
    assert _open(maya, node)["paused_until"] == "2026-11-28T09:00"


def test_closing_shows_first_what_comes_of_it(maya: Client) -> None:
    close = "/master/nodes/switch/close/store_soho/"
    shown = maya.get(close)
    assert "gets no new work" in _text(shown)
    assert Node.objects.get(code="store_soho").status == "ACTIVE"

    maya.post(close, {"confirmed": "1"})
    assert Node.objects.get(code="store_soho").status == "CLOSED"


def test_roles_see_and_change_what_is_theirs(maya: Client) -> None:
    form = {**_open(maya, TEE), "name": "Mine"}
    auditor, service = someone("Auditor", "iris"), someone("Store associate", "ana")

    assert auditor.get(TEE).status_code == 200
    assert auditor.post(TEE, form).status_code == 403
    assert auditor.get("/master/nodes/switch/close/store_soho/").status_code == 403
    assert auditor.get("/master/changes/").status_code == 200
    assert [service.get(path).status_code for path in (TEE, "/master/skus/", "/master/changes/")] == [403] * 3
    assert Client().get(TEE).status_code == 302
    assert Sku.objects.get(code="TEE").name == "Tee"


@pytest.mark.parametrize("slug", ["skus", "nodes", "node-groups", "channels", "quotas"])
def test_a_list_costs_the_same_however_long_it_is(
    maya: Client, slug: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with unit_of_work():
        services.upsert_skus(rows=[SkuRow(f"S{n:03d}", tags=("x",)) for n in range(60)], at=cast.NOW, actor="t")
        services.upsert_nodes(rows=[services.NodeRow(f"n{n:03d}", "STORE") for n in range(60)], at=cast.NOW, actor="t")
        services.upsert_quotas(
            rows=[services.QuotaRow("web", f"S{n:03d}", 1) for n in range(60)], at=cast.NOW, actor="t"
        )
    statements = {"skus": 5, "nodes": 6, "node-groups": 7, "channels": 5, "quotas": 6}[slug]
    with django_assert_num_queries(statements) as seen:
        maya.get(f"/master/{slug}/")

    assert "COUNT(*)" not in " ".join(one["sql"] for one in seen.captured_queries)


def test_a_list_is_searched_filtered_and_paged(maya: Client) -> None:
    with unit_of_work():
        services.upsert_skus(rows=[SkuRow(f"S{n:03d}", name=f"Sock {n}") for n in range(60)], at=cast.NOW, actor="t")

    def names(query: str) -> list[str]:
        return [row.name for row in maya.get(f"/master/skus/?{query}").context["rows"]]

    assert names("q=mu") == ["MUG"]
    assert names("q=apparel") == ["TEE"]
    assert names("sold=no") == []
    first = maya.get("/master/skus/?q=S0").context["page"]
    assert (len(first.rows), first.newer) == (50, None)
    second = maya.get(f"/master/skus/{first.older}").context["page"]
    assert [row.code for row in second.rows] == [f"S{n:03d}" for n in range(50, 60)]
    assert maya.get(f"/master/skus/{second.newer}").context["page"].rows[0].code == "S000"


def test_the_record_is_searched_and_taken_out(maya: Client) -> None:
    maya.post(TEE, {**_open(maya, TEE), "weight_grams": "250"})
    rows = maya.get("/master/changes/?q=TEE&who=maya&kind=skus").context["changes"]
    out: Any = maya.get("/master/changes/?q=TEE&format=csv")
    file = b"".join(out.streaming_content).decode()

    assert [(one.words, [(f.label, f.before, f.after) for f in one.fields]) for one in rows] == [
        ("Changed", [("Weight", "200 g", "250 g")])
    ]
    assert "maya,SKUs,TEE,Changed,Weight,200 g,250 g" in file
