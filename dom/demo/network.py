"""Answers what the demonstration's nodes, groups and channels are like, as rows for the services of inventory."""

from collections.abc import Iterator

from dom.demo.catalog import Article
from dom.demo.places import DISTRIBUTION_CENTERS, STORES, SUPPLIERS, THIRD_PARTIES, Place
from inventory.services import ChannelRow, NodeGroupRow, NodeRow, SkuRow

_FLAGSHIPS = frozenset({"S-001", "S-027", "S-053", "S-056", "S-060"})
_OVERSTOCK = frozenset({"S-008", "S-024", "S-034", "S-037", "S-046", "S-049", "S-051", "S-058"})
_COLD_ROOMS = frozenset({"DC-CMH", "DC-MDT", "DC-RNO", "DC-ATL", "S-001", "S-027", "S-053"})
_GAS = frozenset({"DC-DFW", "DC-RNO", "DC-MDT", "3PL-EWR"})
_PACIFIC, _MOUNTAIN = "America/Los_Angeles", "America/Denver"
_WEST = frozenset({_PACIFIC, _MOUNTAIN, "America/Phoenix", "America/Boise"})


def sku_row(article: Article) -> SkuRow:
    """Return the SKU of an article."""
    length, width, height = article.size_mm
    return SkuRow(
        code=article.code,
        name=article.name,
        weight_grams=article.weight_grams,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        handling_class=handling_class(article),
        hazmat_class=article.hazmat_class,
        temperature_class=article.temperature_class,
        minimum_age=article.minimum_age,
        export_controlled=article.export_controlled,
        value_minor=article.value_minor,
        tags=article.tags,
    )


def handling_class(article: Article) -> str:
    """Return how an article has to be handled."""
    if "bulky" in article.tags and article.weight_grams > 15_000:
        return "OVERSIZE"
    return "FRAGILE" if "fragile" in article.tags else "STANDARD"


def node_rows() -> Iterator[NodeRow]:
    """Yield every node."""
    yield from map(_distribution_center, DISTRIBUTION_CENTERS)
    yield from map(_third_party, THIRD_PARTIES)
    yield from map(_supplier, SUPPLIERS)
    yield from map(_store, STORES)


def _temperatures(place: Place) -> tuple[str, ...]:
    return ("AMBIENT", "CHILLED", "FROZEN") if place.code in _COLD_ROOMS else ("AMBIENT",)


def _tags(place: Place) -> tuple[str, ...]:
    kinds = (("cold-room", _COLD_ROOMS), ("flagship", _FLAGSHIPS), ("overstock", _OVERSTOCK))
    return tuple(tag for tag, codes in kinds if place.code in codes)


def _distribution_center(place: Place) -> NodeRow:
    return NodeRow(
        code=place.code,
        kind="DC",
        name=f"{place.city} distribution center",
        line1="100 Logistics Parkway",
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        calendar="dc",
        methods=("SHIP", "SHIP_TO_STORE"),
        hazmat_classes=("2.1", "9") if place.code in _GAS else ("9",),
        temperature_classes=_temperatures(place),
        fulfillment_cost_e4=11_000,
        line_cost_e4=3_500,
        unit_cost_e4=1_200,
        failed_pick_ppm=2_000,
        tags=_tags(place),
    )


def _third_party(place: Place) -> NodeRow:
    return NodeRow(
        code=place.code,
        kind="THREE_PL",
        name=f"Harborline {place.city}",
        line1="8 Gateway Drive",
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        calendar="partner",
        methods=("SHIP",),
        hazmat_classes=("2.1", "9") if place.code in _GAS else (),
        max_piece_grams=25_000,
        handles_oversize=False,
        must_acknowledge=True,
        release_minutes=240,  # it works in waves: until then the plan may change
        fulfillment_cost_e4=18_500,
        line_cost_e4=4_500,
        unit_cost_e4=2_000,
        failed_pick_ppm=4_000,
    )


def _supplier(place: Place) -> NodeRow:
    return NodeRow(
        code=place.code,
        kind="SUPPLIER",
        name=f"{place.city} Woodworks",
        line1="41 Mill Road",
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        calendar="maker",
        methods=("SHIP",),
        must_acknowledge=True,
        fulfillment_cost_e4=42_000,
        line_cost_e4=0,
        unit_cost_e4=9_000,
        failed_pick_ppm=10_000,
    )


def _store(place: Place) -> NodeRow:
    return NodeRow(
        code=place.code,
        kind="STORE",
        name=f"{place.city} store",
        line1="12 Market Street",
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        calendar="store",
        methods=("SHIP", "PICKUP", "SHIP_TO_STORE", "SAME_DAY"),
        hazmat_classes=("9",),
        temperature_classes=_temperatures(place),
        max_piece_grams=15_000,
        handles_oversize=False,
        must_acknowledge=True,
        accept_minutes=45 if place.code in _FLAGSHIPS else 120,
        fulfillment_cost_e4=27_000,
        line_cost_e4=9_000,
        unit_cost_e4=2_500,
        failed_pick_ppm=45_000,
        tags=_tags(place),
    )


def group_rows() -> list[NodeGroupRow]:
    """Return the groups that rules and channels speak of."""
    centers, partners, stores = (
        tuple(place.code for place in places) for places in (DISTRIBUTION_CENTERS, THIRD_PARTIES, STORES)
    )
    west = tuple(place.code for place in (*DISTRIBUTION_CENTERS, *THIRD_PARTIES, *STORES) if place.time_zone in _WEST)
    return [
        NodeGroupRow("centers", "Distribution centers", centers),
        NodeGroupRow("stores", "All stores", stores),
        NodeGroupRow("flagships", "Flagship stores", tuple(sorted(_FLAGSHIPS))),
        NodeGroupRow("west", "West of the Rockies", west),
        NodeGroupRow("marketplace", "What the marketplace may use", (*centers, *partners, *stores[::3])),
    ]


def channel_rows() -> list[ChannelRow]:
    """Return the three channels."""
    return [
        ChannelRow("web", "Web shop", time_zone="America/New_York"),
        ChannelRow("app", "Mobile app", time_zone="America/New_York"),
        ChannelRow("market", "Marketplace", time_zone=_PACIFIC, node_group="marketplace"),
    ]
