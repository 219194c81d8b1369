from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dom.demo import rates
from dom.kernel import config
from dom.kernel.models import Change, Job
from dom.kernel.rest import feed_jobs
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import ChannelQuota, NodeGroup, Sku
from routing.services import publish_rate_cards
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def maya() -> Client:
    """A merchandiser, in the cast's network."""
    cast.enter()
    return someone("Merchandiser")


def _send(browser: Client, slug: str, text: str) -> Any:
    file = SimpleUploadedFile("rows.csv", text.encode(), content_type="text/csv")
    return browser.post(f"/master/{slug}/import/", {"file": file}, follow=True)


def _apply(browser: Client, shown: Any) -> Any:
    path = shown.redirect_chain[-1][0]
    return browser.post(path, {"seen": shown.context["found"].digest}, follow=True)


def _out(browser: Client, slug: str, query: str = "") -> str:
    answer: Any = browser.get(f"/master/{slug}/export/{query}")
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("slug", ["skus", "nodes", "node-groups", "channels", "quotas"])
def test_what_goes_out_comes_in_again_and_changes_nothing(maya: Client, slug: str) -> None:
    with unit_of_work():
        services.upsert_quotas(rows=[services.QuotaRow("web", "TEE", 5)], at=cast.NOW, actor="t")
    shown = _send(maya, slug, _out(maya, slug))

    found = shown.context["found"]
    assert (found.to_apply, found.faults) == ([], [])
    assert found.unchanged == {"skus": 3, "nodes": 3, "node-groups": 2, "channels": 2, "quotas": 1}[slug]


def test_a_file_is_looked_at_before_anything_is_applied(maya: Client) -> None:
    text = "code,name,weight_grams\nTEE,T-shirt,200\nMUG,,400\nNEW,New,1\nLAMP,Lamp,3000\nTEE2,x,heavy\nTEE3,x\n"
    noted = Change.objects.count()
    shown = _send(maya, "skus", text)

    found = shown.context["found"]
    cells = [(name, c.column, c.before, c.after) for _row, name, cells in found.changed for c in cells]
    assert cells == [("TEE", "name", "Tee", "T-shirt"), ("MUG", "name", "Mug", "")]
    assert [row.value["code"] for row in found.added] == ["NEW"]
    assert found.unchanged == 1
    assert [(f.row, f.field, f.detail) for f in found.faults] == [
        (5, "weight_grams", "A valid integer is required."),
        (6, "", "The row has 2 cells, the first line 3."),
    ]
    assert Change.objects.count() == noted

    done = _apply(maya, shown)
    assert done.context["job"].status == "DONE"
    assert list(Sku.objects.order_by("code").values_list("code", "name", "value_minor")) == [
        ("LAMP", "Lamp", 8_900), ("MUG", "", 1_200), ("NEW", "New", 0), ("TEE", "T-shirt", 1_900),
    ]  # fmt: skip
    assert set(Change.objects.order_by("-id")[:3].values_list("actor", flat=True)) == {"maya"}


def test_what_only_the_service_knows_is_foreseen_too(maya: Client) -> None:
    shown = _send(maya, "node-groups", "code,nodes\nstores,store_soho;nowhere\nwest,dc_reno\n")
    file: Any = maya.get(shown.redirect_chain[-1][0] + "wrong/")

    assert [(f.row, f.field, f.detail) for f in shown.context["found"].faults] == [
        (1, "nodes", "There is no node nowhere.")
    ]
    assert "1,nodes,There is no node nowhere." in b"".join(file.streaming_content).decode()
    _apply(maya, shown)
    assert NodeGroup.objects.get(code="stores").nodes.count() == 2
    assert NodeGroup.objects.get(code="west").nodes.get().code == "dc_reno"


def test_a_file_that_no_longer_does_what_was_shown_is_shown_again(maya: Client) -> None:
    shown = _send(maya, "quotas", "channel,sku,quota\nweb,TEE,5\n")
    with unit_of_work():
        services.upsert_quotas(rows=[services.QuotaRow("web", "TEE", 9)], at=cast.NOW, actor="ops")
    again = _apply(maya, shown)

    assert again.context["waits"]
    assert ChannelQuota.objects.get().quota == 9
    path = shown.redirect_chain[-1][0]
    maya.post(path, {"seen": again.context["found"].digest})
    assert ChannelQuota.objects.get().quota == 5


def test_rules_limits_and_prices_go_out_and_come_in_again_unchanged(maya: Client) -> None:
    limits = [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]}]
    with unit_of_work():
        services.publish_safety_stock(bodies=[{"code": "a", "units": 2, "tags": ["x"]}], at=cast.NOW, actor="t")
        services.publish_channel_rules(bodies=[{"code": "b", "sell": False}], at=cast.NOW, actor="t")
        services.publish_capacities(bodies=[{"node": "store_soho", "limits": limits}], at=cast.NOW, actor="t")
        publish_rate_cards(bodies=rates.RATE_CARDS, at=cast.NOW, actor="t")
    for slug, rows in (("safety-stock", 1), ("channel-rules", 1), ("capacity-lines", 2), ("rate-card-prices", 129)):
        found = _send(maya, slug, _out(maya, slug)).context["found"]
        assert (found.to_apply, found.faults, found.unchanged) == ([], [], rows)


def test_percents_and_dates_of_rules_come_in_and_go_out(maya: Client) -> None:
    good = "code,percent,units,from,to\nPEAK,10,2,2026-11-27,2026-12-24\nSHARE,25,,,\n"
    text = f"{good}WRONG,101,,,\nBACK,,1,2026-12-24,2026-12-23\n"

    shown = _send(maya, "safety-stock", text)
    assert [(fault.row, fault.field) for fault in shown.context["found"].faults] == [(3, "percent"), (4, "to")]
    _apply(maya, shown)

    bodies = {code: version.body for code, version in config.live_versions("safety-stock").items()}
    assert bodies == {
        "PEAK": {"code": "PEAK", "percent": 10, "units": 2, "from": "2026-11-27", "to": "2026-12-24"},
        "SHARE": {"code": "SHARE", "percent": 25},
    }
    found = _send(maya, "safety-stock", _out(maya, "safety-stock")).context["found"]
    assert (found.to_apply, found.faults, found.unchanged) == ([], [], 2)


def test_limits_and_prices_are_changed_line_by_line_and_the_rest_stays(maya: Client) -> None:
    limits = [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]}]
    with unit_of_work():
        body = {"node": "store_soho", "limits": limits, "line_seconds": 45}
        services.publish_capacities(bodies=[body], at=cast.NOW, actor="t")
        publish_rate_cards(bodies=[rates.RATE_CARDS[4]], at=cast.NOW, actor="t")
    _apply(
        maya,
        _send(
            maya,
            "capacity-lines",
            "node,unit,limit,days,date\nstore_soho,ORDERS,6,SUN,\nstore_soho,UNITS,90,,2026-12-24\n",
        ),
    )
    prices = _send(maya, "rate-card-prices", "card,up_to_grams,price\ncourier,10000,9.00\ncourier,20000,12\nnone,1,1\n")
    _apply(maya, prices)

    assert [(f.row, f.field, f.detail) for f in prices.context["found"].faults] == [
        (3, "card", "There is no rate card none.")
    ]
    live = [config.live(*one) for one in (("capacity", "store_soho"), ("rate-card", "courier"))]
    assert live[0].body["limits"] == [  # type: ignore[union-attr]  # it is there
        {"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 6, "days": ["SUN"]},
        {"unit": "UNITS", "limit": 90, "date": "2026-12-24"},
    ]  # fmt: skip
    assert live[0].body["line_seconds"] == 45  # type: ignore[union-attr]  # as above
    assert live[1].body["rates"] == [  # type: ignore[union-attr]  # it is there
        {"up_to_grams": [10_000, 20_000], "prices": ["9.00", "12"], "per_extra_kg": "0.90", "per_km": "0.35"}
    ]


def test_many_rows_are_applied_by_a_worker_and_the_page_tells_how_far(maya: Client) -> None:
    shown = _send(maya, "skus", "code,name\n" + "".join(f"S{n:04d},Sock {n}\n" for n in range(2_500)))
    waiting = _apply(maya, shown)

    assert waiting.context["job"].status == "QUEUED"
    assert not Sku.objects.filter(code="S0001").exists()
    feed_jobs.run(at=cast.NOW)
    job = Job.objects.get()
    assert (job.status, job.rows_done, job.rows_failed) == ("DONE", 2_500, 0)
    assert Sku.objects.filter(code__startswith="S").count() == 2_500


def test_a_long_import_is_stopped_on_its_page_and_what_was_applied_stays(maya: Client) -> None:
    shown = _send(maya, "skus", "code,name\n" + "".join(f"S{n:04d},Sock {n}\n" for n in range(4_500)))
    path = shown.redirect_chain[-1][0]
    assert b"Stop it" in _apply(maya, shown).content
    feed_jobs.run(at=cast.NOW, most=1)

    told = maya.post(path, {"stop": "1"}, follow=True)
    feed_jobs.run(at=cast.NOW)

    assert "stopped after 2,000 of 4,500 rows" in told.content.decode()
    assert (Job.objects.get().status, Sku.objects.filter(code__startswith="S").count()) == ("CANCELLED", 2_000)
    assert maya.post(path, {"stop": "1"}).status_code == 302
    assert Job.objects.get().rows_done == 2_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code;name;wieght_grams\nA;B;1\n", "Did you mean weight_grams?"),
        ("name\nTee\n", "among them code"),
        ("", "among them code"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(maya: Client, text: str, words: str) -> None:
    answer = _send(maya, "skus", text or "\n")

    assert answer.status_code == 400
    assert words in answer.context["form"].errors["file"][0]
    assert Job.objects.count() == 0


def test_a_sheet_with_semicolons_and_the_words_of_the_form_is_understood(maya: Client) -> None:
    shown = _send(maya, "skus", "Code;Weight;Tags\nTEE;210;a;b\nMUG;410;a\n")

    assert [(name, [c.after for c in cells]) for _row, name, cells in shown.context["found"].changed] == [
        ("MUG", ["410", "a"])
    ]


def test_an_import_is_its_owners_and_can_be_forgotten(maya: Client) -> None:
    shown = _send(maya, "skus", "code,name\nTEE,T-shirt\n")
    path = shown.redirect_chain[-1][0]

    assert someone("Merchandiser", "otto").get(path).status_code == 404
    assert someone("Auditor", "iris").get("/master/skus/import/").status_code == 403
    maya.post(path, {"forget": "1"})
    assert Job.objects.count() == 0
    assert Sku.objects.get(code="TEE").name == "Tee"
