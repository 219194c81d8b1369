from dataclasses import replace
from typing import Any

import pytest
from django.db import InternalError, connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Node, Sku
from inventory.services import ChannelRow, NodeGroupRow, NodeRow, QuotaRow, SkuRow
from inventory.services.quotas import end_quota
from tests import cast
from tests.cast import NOW, TEE

pytestmark = pytest.mark.django_db


def _told(kind: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    rows = Change.objects.filter(kind=kind).order_by("id")
    return [(row.actor, row.code, row.verb, row.fields) for row in rows]


def _skus(*rows: SkuRow, actor: str = "maya") -> None:
    with unit_of_work():
        services.upsert_skus(rows=rows, at=NOW, actor=actor)


def test_a_change_is_told_from_what_to_what_and_the_same_again_is_none() -> None:
    _skus(TEE)
    _skus(replace(TEE, weight_grams=250, tags=("apparel", "sale")), actor="ops")
    _skus(replace(TEE, weight_grams=250, tags=("apparel", "sale")), actor="cleo")

    assert _told("skus") == [
        ("maya", "TEE", "CREATED", {}),
        ("ops", "TEE", "CHANGED", {"tags": [["apparel"], ["apparel", "sale"]], "weight_grams": [200, 250]}),
    ]
    assert Change.objects.filter(at=NOW).count() == 2


def test_no_path_escapes_the_record_and_nothing_rewrites_it() -> None:
    _skus(TEE)
    Sku.objects.filter(code="TEE").update(name="T-shirt")

    assert _told("skus")[1:] == [("maya", "TEE", "CHANGED", {"name": ["Tee", "T-shirt"]})]
    with pytest.raises((InternalError, IntegrityError), match="append-only"):
        Change.objects.update(actor="nobody")


def test_members_channels_and_quotas_are_told_too() -> None:
    people = cast.enter()
    with unit_of_work():
        services.upsert_node_groups(
            rows=[NodeGroupRow("stores", "Shops", ("store_soho", "dc_reno"))], at=NOW, actor="maya"
        )
        services.upsert_channels(rows=[ChannelRow("web", "Web shop", node_group="stores")], at=NOW, actor="maya")
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 5)], at=NOW, actor="maya")
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 7)], at=NOW, actor="maya")
        end_quota(channel="web", sku="TEE", at=NOW, actor="maya")

    assert [fields for who, code, _verb, fields in _told("node-groups") if who == "maya" and code == "stores"] == [
        {"name": ["Stores", "Shops"]},
        {"nodes": [["store_austin"], None]},
        {"nodes": [None, ["dc_reno"]]},
    ]
    assert list(_told("channels")[-1][3]) == ["node_group_id"]
    assert [(code, fields) for _who, code, _verb, fields in _told("quotas")] == [
        ("web · TEE", {"quota": [None, 5]}),
        ("web · TEE", {"quota": [5, 7]}),
        ("web · TEE", {"quota": [7, None]}),
    ]
    assert people.web.code == "web"


def test_the_use_of_a_quota_is_no_change_of_it() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 5)
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 5)], at=NOW, actor="maya")
        line = services.WantLine("O-1", "1", people.tee.id, people.dc_reno.id, 2)
        done = services.reserve(wants=[services.Want("O-1", people.web.id, (line,))], at=NOW, actor="shop")

    assert done.won == {"O-1"}
    assert len(_told("quotas")) == 1


def test_a_bulk_change_is_told_by_one_statement_a_batch() -> None:
    rows = [NodeRow(f"n{number:04d}", "STORE") for number in range(300)]
    with (
        unit_of_work(),
        CaptureQueriesContext(
            connection,
        ) as seen,
    ):
        services.upsert_nodes(rows=rows, at=NOW, actor="maya")

    assert Change.objects.filter(kind="nodes", verb="CREATED").count() == 300
    assert Node.objects.count() == 300
    assert len(seen) == 4
