"""Commands of the API's keepers."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dom.kernel.models import ApiClient
from dom.kernel.rest.scopes import ALL_SCOPES
from inventory.models import StockLevel
from tests.functional.api.conftest import Partner

pytestmark = pytest.mark.django_db


def key_of(*words: str) -> str:
    out = io.StringIO()
    call_command("api_key", *words, stdout=out)
    return out.getvalue().removesuffix("\n")


def test_the_command_prints_the_key_alone_and_it_works() -> None:
    key = key_of("shop")

    assert Partner(key).get("/events").status_code == 200
    assert ApiClient.objects.get(name="shop").scopes == list(ALL_SCOPES)


def test_a_key_has_the_scopes_and_nodes_it_was_made_with() -> None:
    key = key_of("pos", "--scope", "stock:write", "--scope", "stock:read", "--node", "SOHO")

    assert Partner(key).get("/events").status_code == 403
    client = ApiClient.objects.get(name="pos")
    assert (client.scopes, client.node_codes) == (["stock:write", "stock:read"], ["SOHO"])


def test_a_new_key_ends_the_old_one_at_once_unless_it_is_rotated() -> None:
    first = key_of("shop")
    second = key_of("shop", "--rotate")
    assert Partner(first).get("/events").status_code == 200
    third = key_of("shop")

    statuses = [Partner(key).get("/events").status_code for key in (first, second, third)]
    assert statuses == [401, 401, 200]


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        key_of("shop", "--scope", "everything")


def test_stock_is_counted_from_a_file(partner: Partner, tmp_path: Path) -> None:
    partner.put("/skus", [{"code": "TEE"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}])
    file = tmp_path / "stock.csv"
    file.write_text("sku,node,on_hand\nTEE,DC,7\n")
    out = io.StringIO()

    call_command("import_stock", str(file), stdout=out)

    assert out.getvalue().startswith("1 of 1 rows counted")
    assert StockLevel.objects.get().on_hand == 7


def test_refused_rows_of_a_file_are_named_and_the_others_counted(partner: Partner, tmp_path: Path) -> None:
    partner.put("/skus", [{"code": "TEE"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}])
    file = tmp_path / "stock.ndjson"
    file.write_text('{"sku":"TEE","node":"DC","on_hand":7}\n{"sku":"NONE","node":"DC","on_hand":1}\n')
    told = io.StringIO()

    with pytest.raises(CommandError, match="1 rows were refused"):
        call_command("import_stock", str(file), stderr=told, stdout=io.StringIO())

    assert told.getvalue() == "row 2 sku: There is no SKU NONE.\n"
    assert StockLevel.objects.get().on_hand == 7


def test_a_file_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match=r"stock\.xml is no file"):
        call_command("import_stock", "stock.xml")


def test_a_number_is_explained_on_the_command_line(partner: Partner) -> None:
    partner.put("/skus", [{"code": "TEE"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}])
    partner.put("/channels", [{"code": "WEB"}])
    partner.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7}])
    partner.put("/safety-stock", [{"code": "ALL", "units": 2}])
    out = io.StringIO()

    call_command("explain_ats", "TEE", "--channel", "WEB", stdout=out)

    assert out.getvalue().splitlines()[1:] == [
        "DC",
        "      +7  on hand",
        "      -2  safety stock (rule ALL)",
        "       5  offered here",
        "Together",
        "      +5  nodes (what the nodes below offer together)",
        "       5  available to sell",
    ]


@pytest.mark.parametrize(("sku", "channel"), [("NONE", "WEB"), ("TEE", "NONE")])
def test_what_nobody_knows_cannot_be_explained(partner: Partner, sku: str, channel: str) -> None:
    partner.put("/skus", [{"code": "TEE"}])
    partner.put("/channels", [{"code": "WEB"}])

    with pytest.raises(CommandError, match="There is no"):
        call_command("explain_ats", sku, "--channel", channel)
