"""The places and things every test knows, and factories for the rest.

dc_reno is deep and far, store_soho shallow and near (to New York), store_austin is closed on Sundays.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Channel, Node, Sku, StockLevel, StockMovement
from inventory.services import ChannelRow, NodeGroupRow, NodeRow, SkuRow

#: A Tuesday, noon in New York.
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
ACTOR = "tests"

DC_RENO = NodeRow(
    code="dc_reno", kind="DC", name="Reno DC", city="Reno", region="NV", postal_code="89502", latitude=39.51,
    longitude=-119.78, time_zone="America/Los_Angeles", methods=("SHIP", "SHIP_TO_STORE"),
    hazmat_classes=("3", "9"), temperature_classes=("AMBIENT", "CHILLED", "FROZEN"), fulfillment_cost_e4=12_000,
    line_cost_e4=3_000, unit_cost_e4=1_000,
)  # fmt: skip
STORE_SOHO = NodeRow(
    code="store_soho", kind="STORE", name="SoHo", city="New York", region="NY", postal_code="10012", latitude=40.725,
    longitude=-73.999, time_zone="America/New_York", methods=("SHIP", "PICKUP", "SAME_DAY"), max_piece_grams=20_000,
    handles_oversize=False, must_acknowledge=True, fulfillment_cost_e4=25_000, line_cost_e4=6_000, unit_cost_e4=2_000,
    failed_pick_ppm=40_000,
)  # fmt: skip
STORE_AUSTIN = NodeRow(
    code="store_austin", kind="STORE", name="Austin", city="Austin", region="TX", postal_code="78701", latitude=30.267,
    longitude=-97.743, time_zone="America/Chicago", calendar="closed-sundays", methods=("SHIP", "PICKUP"),
    max_piece_grams=20_000, handles_oversize=False, must_acknowledge=True, fulfillment_cost_e4=22_000,
    line_cost_e4=6_000, unit_cost_e4=2_000, failed_pick_ppm=30_000,
)  # fmt: skip
TEE = SkuRow(
    code="TEE",
    name="Tee",
    weight_grams=200,
    length_mm=300,
    width_mm=200,
    height_mm=30,
    value_minor=1_900,
    tags=("apparel",),
)
MUG = SkuRow(
    code="MUG",
    name="Mug",
    weight_grams=400,
    length_mm=120,
    width_mm=100,
    height_mm=100,
    value_minor=1_200,
    handling_class="FRAGILE",
)
LAMP = SkuRow(
    code="LAMP", name="Lamp", weight_grams=3_000, length_mm=500, width_mm=300, height_mm=300, value_minor=8_900
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The network of the cast, by id."""

    dc_reno: Node
    store_soho: Node
    store_austin: Node
    tee: Sku
    mug: Sku
    lamp: Sku
    web: Channel
    market: Channel


def enter() -> Cast:
    """Create the cast in its own unit of work; it has no stock."""
    with unit_of_work():
        services.upsert_skus(rows=[TEE, MUG, LAMP], at=NOW, actor=ACTOR)
        services.upsert_nodes(rows=[DC_RENO, STORE_SOHO, STORE_AUSTIN], at=NOW, actor=ACTOR)
        services.upsert_node_groups(
            rows=[
                NodeGroupRow("stores", "Stores", ("store_soho", "store_austin")),
                NodeGroupRow("dcs", "DCs", ("dc_reno",)),
            ],
            at=NOW,
            actor=ACTOR,
        )
        services.upsert_channels(
            rows=[ChannelRow("web", "Web shop"), ChannelRow("market", "Marketplace")], at=NOW, actor=ACTOR
        )
    nodes = {node.code: node for node in Node.objects.all()}
    skus = {sku.code: sku for sku in Sku.objects.all()}
    channels = {channel.code: channel for channel in Channel.objects.all()}
    return Cast(
        nodes["dc_reno"], nodes["store_soho"], nodes["store_austin"], skus["TEE"], skus["MUG"], skus["LAMP"],
        channels["web"], channels["market"],
    )  # fmt: skip


def stock(
    sku: Sku, node: Node, on_hand: int, *, safety_stock: int = 0, unlimited: bool = False, came_at: datetime = YESTERDAY
) -> StockLevel:
    """Put `on_hand` units of a SKU where it has no stock level yet; the ledger says they came the day before `NOW`."""
    StockMovement.objects.create(
        at=came_at,
        sku=sku,
        node=node,
        on_hand_delta=on_hand,
        safety_stock_delta=safety_stock,
        kind="RECEIVE",
        actor=ACTOR,
    )
    return StockLevel.objects.create(
        sku=sku, node=node, on_hand=on_hand, safety_stock=safety_stock, unlimited=unlimited
    )
