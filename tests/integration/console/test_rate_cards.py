"""A rate card is read as a table for each carrier service, compared price by price, and asked what a parcel costs."""

from typing import Any

import pytest
from django.test import Client

from dom.console.documents.rate_sheet import Cell
from dom.demo import rates
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import unit_of_work
from inventory.models import Node
from routing import services as routing
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

_FAR = "Say how many km it is: none of your nodes lies where this postal code is, so it cannot be measured."
PAGE = "/configuration/rate-card/one/post/"
CARD: dict[str, Any] = {
    "code": "post",
    "currency": "USD",
    "dimensional_divisor": 6_000,
    "zones": [
        {"zone": "islands", "to": {"regions": ["HI"]}},
        {"zone": "near", "within_km": 300},
        {"zone": "far", "within_km": 5_000},
        {"zone": "void"},
        {"zone": "late", "within_km": 9_000},
    ],
    "rates": [
        {"zones": ["near", "far"], "services": ["FAST"], "up_to_grams": [2_000], "prices": ["19.00"], "per_km": "0.01"},
        {"zones": ["near"], "up_to_grams": [450, 5_000], "prices": ["5.00", "8.00"], "per_extra_kg": "0.50"},
        {"zones": ["far"], "up_to_grams": [450, 5_000], "prices": ["6.00", "9.50"]},
        {"zones": ["islands"], "services": ["BOAT"], "up_to_grams": [1_000], "prices": ["30.00"]},
    ],
}
SERVICES = {
    "services": [
        {"code": "SLOW", "carrier": "Post", "rate_card": "post",
         "transit": {"steps": [{"within_km": 200, "days": 1}, {"within_km": 1_000, "days": 3}], "days": 5}},
        {"code": "FAST", "carrier": "Post", "rate_card": "post", "transit": {"steps": [{"within_km": 400, "days": 0}]}},
        {"code": "OTHER", "rate_card": "else", "transit": {"days": 1}},
    ]
}  # fmt: skip
ELSE = {"code": "else", "zones": [{"zone": "1"}], "rates": [{"up_to_grams": [1_000], "prices": ["1.00"]}]}


def _publish(card: dict[str, Any], *, note: str = "") -> None:
    with unit_of_work():
        routing.publish_rate_cards(bodies=[card], at=cast.NOW, actor="ops", note=note)


@pytest.fixture
def maya() -> Client:
    """A merchandiser, with a card that two services of one carrier use."""
    cast.enter()
    _publish(ELSE)
    _publish(CARD)
    with unit_of_work():
        routing.publish_carrier_services(body=SERVICES, at=cast.NOW, actor="ops")
        routing.publish_lanes(body=rates.LANES, at=cast.NOW, actor="ops")
    return someone("Merchandiser")


def _sections(browser: Client, path: str = PAGE) -> dict[str, Any]:
    sheet = browser.get(path).context["face"]["sheet"]
    return {f"{one.carrier} {one.service}".strip(): one for one in sheet.sections}


def _rows(section: Any) -> list[tuple[Any, ...]]:
    return [
        (row.zone, row.reach, [cell.amount for cell in row.cells], row.absent or row.days)
        for table in section.tables
        for row in table.rows
    ]


def test_each_service_has_its_own_table_of_zones_and_weight_steps(maya: Client) -> None:
    found = _sections(maya)

    assert list(found) == ["Post SLOW", "Post FAST"]
    no_price = "No price: {} does not carry to this zone."
    never = "never reached: zone void before it takes every way"
    assert _rows(found["Post SLOW"]) == [
        ("islands", "to region HI, any distance", [], no_price.format("SLOW")),
        ("near", "up to 300 km", ["5.00", "8.00"], "1–3 days"),
        ("far", "300–5,000 km", ["6.00", "9.50"], "3–5 days"),
        ("void", "over 5,000 km", [], no_price.format("SLOW")),
        ("late", never, [], no_price.format("SLOW")),
    ]
    assert [row[2:] for row in _rows(found["Post FAST"])][1:3] == [
        (["19.00"], "same day"),
        (["19.00"], "same day, then no further"),
    ]
    (table,) = found["Post SLOW"].tables
    assert (table.steps, table.width, table.has_way) == (["0.45 kg", "5 kg"], 3, False)


def test_words_say_what_is_added_what_counts_and_what_is_not_used(maya: Client) -> None:
    answer = maya.get(PAGE)
    page = answer.content.decode()
    slow, fast = answer.context["face"]["sheet"].sections

    assert [row.more and row.more.amount for row in slow.tables[0].rows[1:3]] == ["0.50", None]
    assert [row.per_km.amount for row in fast.tables[0].rows[1:3]] == ["0.01", "0.01"]
    assert "Prices in <b>USD</b> for one parcel." in page
    assert "a box of 40 × 30 × 30 cm counts at least 6 kg." in page
    assert "Prices for BOAT are not used" in page
    assert "SKUs tagged alcohol may not travel to region UT." in page
    assert "SLOW of Post carries orders by" in page


def test_the_list_says_who_uses_a_card_and_what_it_costs(maya: Client) -> None:
    rows = {row.scope: list(row.sentences) for row in maya.get("/configuration/rate-card/").context["rows"]}

    assert rows == {
        "post": ["Used by Post SLOW, Post FAST.",
                 "5.00 to 30.00 USD for a parcel of up to 5 kg; 5 zones, islands to late."],
        "else": ["Used by OTHER.", "1.00 for a parcel of up to 1 kg; zone 1."],
    }  # fmt: skip
    assert [row.scope for row in maya.get("/configuration/rate-card/?q=slow").context["rows"]] == ["post"]


def test_a_card_that_nobody_uses_shows_its_prices_and_says_so(maya: Client) -> None:
    _publish({**CARD, "code": "spare"})

    found = _sections(maya, "/configuration/rate-card/one/spare/")

    assert list(found) == ["FAST", "BOAT"]
    assert found["BOAT"].about == ["No carrier service takes its prices from this card yet."]
    assert _rows(found["BOAT"])[0] == ("islands", "to region HI, any distance", ["30.00"], "")


def test_services_without_a_card_of_their_own_are_with_the_first_card(maya: Client) -> None:
    _publish({**ELSE, "code": "a-first"})
    with unit_of_work():
        body = {"services": [{"code": "ONE"}, {"code": "TWO", "rate_card": "gone"}]}
        routing.publish_carrier_services(body=body, at=cast.NOW, actor="ops")

    assert list(_sections(maya, "/configuration/rate-card/one/a-first/")) == ["ONE", "TWO"]


def _dearer() -> None:
    near = {"zones": ["near"], "up_to_grams": [450, 6_000], "prices": ["5.25", "9.00"], "per_extra_kg": "0.40"}
    _publish({**CARD, "dimensional_divisor": 5_000, "rates": [CARD["rates"][0], near, *CARD["rates"][2:]]}, note="2027")


def test_versions_are_compared_price_by_price_in_the_table(maya: Client) -> None:
    _dearer()

    compared = maya.get(f"{PAGE}?from=1&to=2").context["compared"]
    slow = compared["face"]["sheet"].sections[0]
    near, far = slow.tables[0].rows[1], slow.tables[1].rows[0]
    cheap, dear = near.cells

    assert (cheap.amount, cheap.was, cheap.rose) == ("5.25", "5.00", True)
    assert (dear.amount, dear.was) == ("9.00", "new")
    assert near.more == Cell("0.40", "0.50")
    assert {cell.was for cell in far.cells} == {""}


def test_the_history_says_how_prices_moved_and_each_from_what_to_what(maya: Client) -> None:
    _dearer()

    (newest, _oldest) = maya.get(PAGE).context["versions"]

    assert [f"{line.sign} {line.words}" for line in newest.changed] == [
        "+ 1 of 8 prices is higher, by 5.0 %.",
        "− 1 of 8 prices is lower, by 20.0 %.",
        "~ Bulky goods count 1 kg for each <del>6,000</del> <ins>5,000</ins> cm³.",
        "~ Zone near, up to 0.45 kg: <del>5.00</del> → <ins>5.25 USD</ins> (+5.0 %)",
        "+ Zone near, up to 6 kg: <ins>9.00 USD</ins>",
        "~ Zone near, each started kg more: <del>0.50</del> → <ins>0.40 USD</ins> (−20.0 %)",
        "− <del>Zone near, up to 5 kg: 8.00 USD</del>",
    ]


def test_going_back_says_in_plain_words_which_prices_it_moves(maya: Client) -> None:
    _dearer()

    back = maya.post("/configuration/rate-card/back/1/post/", {"note": "Too much"})

    assert "Zone near, up to 0.45 kg: 5.25 → 5.00 USD (−4.8 %)" in back.context["foreseen"]
    assert "No longer: Zone near, up to 6 kg: 9.00 USD" in back.context["foreseen"]
    assert ConfigVersion.objects.filter(kind="rate-card", scope="post").count() == 2


def _ask(browser: Client, **asked: str) -> Any:
    return browser.get(PAGE, {"node": "store_soho", "kg": "2.5", **asked}).context["face"]["box"]["answer"]


def test_the_box_prices_a_parcel_by_each_service(maya: Client) -> None:
    Node.objects.filter(code="dc_reno").update(postal_code="89502")

    answer = _ask(maya, postal="89501")

    assert answer.way == "about 3,851 km, measured to dc_reno (Reno), which lies in that area"
    slow, fast = answer.quotes
    assert (slow.service, slow.zone, slow.amount, slow.days, slow.how) == (
        "Post SLOW", "far", "9.50 USD", "5 days", "weighs 2.5 kg",
    )  # fmt: skip
    assert (fast.amount, fast.absent) == ("", "It does not go there.")


def test_size_distance_and_country_that_are_told_count(maya: Client) -> None:
    bulky = _ask(maya, km="120", long="60", wide="50", high="40", postal="10012")
    abroad = _ask(maya, km="9000", country="ca")

    assert bulky.way == "120 km, as you say"
    assert [(one.amount, one.days, one.how) for one in bulky.quotes] == [
        ("15.50 USD", "1 day", "counts 20 kg for its size"),
        ("20.20 USD", "same day", "counts 20 kg for its size, 1.20 of it for the way"),
    ]
    assert [one.absent for one in abroad.quotes] == ["The card has no price for zone void."] * 2


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"node": "nowhere"}, "Choose the node that it leaves from."),
        ({"kg": "heavy"}, "Say what it weighs, in kg, such as 2.5."),
        ({"kg": "nan"}, "Say what it weighs, in kg, such as 2.5."),
        ({"kg": "1e400", "km": "5"}, "Say what it weighs, in kg, such as 2.5."),
        ({"kg": "-3"}, "Say what it weighs, in kg, such as 2.5."),
        ({"km": "5", "long": "x"}, "Say length, width and height in cm, or leave them empty."),
        ({"km": "far"}, "Say the distance in km."),
        ({"postal": "33101"}, _FAR),
        ({"postal": "8"}, _FAR),
        ({"postal": "895", "country": "CA"}, _FAR),
    ],
)
def test_what_cannot_be_priced_is_said(maya: Client, asked: dict[str, str], wrong: str) -> None:
    answer = _ask(maya, **asked)

    assert (answer.wrong, answer.quotes) == (wrong, ())


def test_an_auditor_reads_the_card_and_prices_a_parcel(maya: Client) -> None:
    iris = someone("Auditor", "iris")

    assert _ask(iris, km="10").quotes[0].amount == "8.00 USD"
    assert "Change it" not in iris.get(PAGE).content.decode()
