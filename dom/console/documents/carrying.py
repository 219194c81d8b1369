"""What carrying costs, who carries and what may not travel, as merchandisers write it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dom.console.documents import choosing, rate_changes, rate_face
from dom.console.documents.editor import Block, Body, Section, Series
from dom.console.documents.sort import DocumentSort, ender
from dom.console.masters import cells
from dom.kernel import config
from dom.kernel.models import ConfigVersion
from inventory.rules import WEEKDAYS
from routing import services
from routing.kinds import CARRIER_SERVICES, LANES, ONLY, RATE_CARD

_DAYS = list(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_RATE = re.compile(r"rates\[(\d+)\](.*)")


def _places(prefix: str, *, hint: str = "") -> dict[str, Any]:
    return {
        f"{prefix}.countries": cells.Words("To countries", "US, CA", hint=hint),
        f"{prefix}.regions": cells.Words("To regions", hint=hint),
        f"{prefix}.postal_prefixes": cells.Words("Postal codes starting", hint=hint),
    }


def _zone() -> dict[str, Any]:
    return {
        "zone": cells.Text("Zone"),
        "within_km": cells.Number("Up to", unit="km", hint="any"),
        "from_countries": cells.Words("From countries", hint="any"),
        **_places("to", hint="any"),
    }


def _prices() -> dict[str, Any]:
    return {
        "zones": cells.Words("Zones", hint="every zone"),
        "prices": Series("Price", cells.Amount("Price")),
        "per_extra_kg": cells.Amount("Each started kg more", hint="same price"),
        "per_km": cells.Amount("Each km", hint="nothing"),
    }


def _card_block() -> Block:
    return Block(
        (
            Section(
                "The card", "",
                {
                    "code": cells.Code("Code", "Carrier services name it. It never changes afterwards."),
                    "currency": cells.Text("Currency", "Such as USD."),
                    "dimensional_divisor": cells.Number(
                        "Dimensional divisor", "Bulky goods count 1 kg for so many cm³. Empty: weight alone.",
                        unit="cm³ per kg",
                    ),
                },
            ),
        ),
        (
            Block(
                (Section("", "", _zone()),), name="zones", title="Zones",
                about="The first zone whose conditions hold is the parcel's; without one the card does not go there.",
                one="zone", moves=True, needed=("zone",),
            ),
            Block(
                (Section("", "", {
                    "services": cells.Words("For services", "Empty: every service."),
                    "up_to_grams": Series("Price of a parcel up to, in grams", cells.Number("Up to, g")),
                }),),
                (
                    Block(
                        (Section("", "", _prices()),), name="rows", one="row of prices", layout="grid",
                        needed=("prices",),
                    ),
                ),
                name="grids", title="Prices", layout="cards", one="table of prices", moves=True,
                needed=("up_to_grams",),
                about="In the card's currency. A row for each zone, a column for each weight step, in rising grams "
                "(450 is 0.45 kg); prices never fall along a row. Paste from a sheet into the first cell.",
            ),
        ),
        needed=("code",),
    )  # fmt: skip


def _grids(body: Body) -> list[Body]:
    """Return the rates as tables: rates that follow each other with the same services and steps share one."""
    grids: list[Body] = []
    for rate in body.get("rates") or ():
        if not isinstance(rate, Mapping):
            continue
        head = {name: rate[name] for name in ("services", "up_to_grams") if name in rate}
        row = {name: value for name, value in rate.items() if name not in head}
        if not grids or {name: value for name, value in grids[-1].items() if name != "rows"} != head:
            grids.append({**head, "rows": []})
        grids[-1]["rows"].append(row)
    return grids


def _card_page(body: Body) -> Body:
    return {**{name: value for name, value in body.items() if name != "rates"}, "grids": _grids(body)}


def _card_document(page: Body) -> Body:
    rates = [
        {**{name: value for name, value in grid.items() if name != "rows"}, **row}
        for grid in page.get("grids") or ()
        for row in grid.get("rows") or ()
    ]
    return {**{name: value for name, value in page.items() if name != "grids"}, "rates": rates}


def _card_placed(page: Body, path: str) -> str:
    """Return the input of a refusal about "rates[3].prices[1]"."""
    found = _RATE.match(path)
    if found is None:
        return path
    left, rest = int(found[1]), found[2]
    for number, grid in enumerate(page.get("grids") or ()):
        rows = len(grid.get("rows") or ())
        if left < rows:
            return f"grids[{number}]{rest}" if "up_to_grams" in rest else f"grids[{number}].rows[{left}]{rest}"
        left -= rows
    return path


def _card_warns(body: Body) -> list[str]:
    zones, priced = [str(zone.get("zone")) for zone in body.get("zones") or ()], set()
    for rate in body.get("rates") or ():
        told = rate.get("zones") or zones
        priced |= {told} if isinstance(told, str) else set(told)
    open_ended = [n for n, z in enumerate(body.get("zones") or ()) if set(z) == {"zone"}]
    never = zones[open_ended[0] + 1 :] if open_ended else []
    return [
        *(f"Zone {zone} has no price: the card does not go there." for zone in zones if zone not in priced),
        *(f"Zone {zone} is never reached: zone {zones[open_ended[0]]} before it takes every way." for zone in never),
    ]


def _publish_card(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
    return services.publish_rate_cards(bodies=[body], actor=actor, at=at, note=note)[0]


RATE_CARDS = DocumentSort(
    kind="rate-card",
    words="Rate cards",
    word="rate card",
    about="What carrying a parcel costs: zones by distance or destination, prices by weight step.",
    blank={"currency": "USD", "zones": [{"zone": "1"}], "rates": [{"up_to_grams": [1000, 5000], "prices": ["0", "0"]}]},
    block=_card_block,
    parse=RATE_CARD.read,
    publish=_publish_card,
    end=ender("rate-card"),
    page=_card_page,
    document=_card_document,
    placed=_card_placed,
    warns=_card_warns,
    face=rate_face.face,
    face_template="console/rate_card.html",
    changes=rate_changes.changes,
    briefs=rate_face.briefs,
)


def _services_block() -> Block:
    cards = [("", "The first card"), *((code, code) for code in config.live_versions("rate-card"))]
    ways = (("SHIP", "Ship"), ("SHIP_TO_STORE", "Ship to store"), ("SAME_DAY", "Same day"))
    return Block(
        (),
        (
            Block(
                (
                    Section("", "", {
                        "code": cells.Text("Service"), "carrier": cells.Text("Carrier"),
                        "rate_card": cells.Choice("Prices", choices=cards),
                        "methods": cells.Many("Carries", "None ticked: ship and ship to store.", choices=ways),
                        "levels": cells.Words("Service levels", "Empty: every level."),
                    }),
                    Section("How long it takes", "", {
                        "transit.days": cells.Number("Days beyond the steps", unit="days"),
                        "pickup_days": cells.Days("Picks up on", choices=_DAYS),
                        "delivery_days": cells.Days("Delivers on", choices=_DAYS),
                    }),
                    Section("What it carries", "", {
                        "hazmat_classes": cells.Words("Hazmat classes"),
                        "temperature_hours.AMBIENT": cells.Number("Other goods up to", unit="h"),
                        "temperature_hours.CHILLED": cells.Number("Chilled goods up to", unit="h"),
                        "temperature_hours.FROZEN": cells.Number("Frozen goods up to", unit="h"),
                        "max_package_grams": cells.Number("Heaviest package", unit="g"),
                        "max_side_mm": cells.Number("Longest side", unit="mm"),
                        "adult_signature": cells.Flag("Checks the age at the door"),
                    }),
                    Section("Where to", "Nothing named: anywhere.", _places("to")),
                    *choosing.from_nodes("nodes", distance=True),
                ),
                (
                    Block(
                        (Section("", "", {
                            "within_km": cells.Number("Up to", unit="km"), "days": cells.Number("Takes", unit="days"),
                        }),),
                        name="transit.steps", title="Transit steps", one="step",
                    ),
                ),
                name="services", title="Services", layout="cards", one="service", moves=True, needed=("code",),
                about="Of services that cost the same, the first one is taken.",
            ),
        ),
    )  # fmt: skip


def _services_warns(body: Body) -> list[str]:
    cards = config.live_versions("rate-card")
    named = {str(one.get("rate_card")) for one in body.get("services") or () if one.get("rate_card")}
    return [f"No rate card is called {card}: the first card is taken." for card in sorted(named - set(cards))]


def _publish_services(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
    return services.publish_carrier_services(body=body, actor=actor, at=at, note=note)


SERVICES = DocumentSort(
    kind="carrier-services",
    words="Carrier services",
    word="list of carrier services",
    about="Which carrier services there are, what each may carry, when it picks up and how long it takes.",
    blank={"services": []},
    block=_services_block,
    parse=CARRIER_SERVICES.read,
    publish=_publish_services,
    end=ender("carrier-services"),
    one_only=ONLY,
    warns=_services_warns,
)


def _lanes_block() -> Block:
    goods = {
        "skus.tags": cells.Words("SKUs tagged"), "skus.codes": cells.Words("SKUs named"),
        "skus.handling_classes": cells.Words("Handling classes"), "skus.hazmat_classes": cells.Words("Hazmat classes"),
        "skus.export_controlled": cells.YesNo("Under export control"),
        "skus.age_restricted": cells.YesNo("With an age limit"),
    }  # fmt: skip
    return Block(
        (
            Section("Where no lane speaks", "Within a country everything may travel.", {
                "cross_border": cells.Flag("Goods may cross a border", absent=True),
                "export_controlled_abroad": cells.Flag("Goods under export control may, too"),
            }),
        ),
        (
            Block(
                (
                    Section("", "", {
                        "why": cells.Text("Why", "Shown where it keeps goods from travelling."),
                        "allow": cells.Flag("They may travel", absent=True),
                    }),
                    Section("Which goods", "Nothing named: all goods.", goods),
                    Section("Which way", "", {"from_countries": cells.Words("From countries"), **_places("to")}),
                ),
                name="lanes", title="Lanes", layout="cards", one="lane", moves=True,
                about="For each line of an order, the first lane that speaks of it decides.",
            ),
        ),
    )  # fmt: skip


def _publish_lanes(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
    return services.publish_lanes(body=body, actor=actor, at=at, note=note)


LANES_SORT = DocumentSort(
    kind="lanes",
    words="Lanes",
    word="list of lanes",
    about="What may not travel from where to where, and what may cross a border.",
    blank={"lanes": []},
    block=_lanes_block,
    parse=LANES.read,
    publish=_publish_lanes,
    end=ender("lanes"),
    one_only=ONLY,
)
