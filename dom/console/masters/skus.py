"""What can be sold, as merchandisers keep it."""

from django.db.models import Q, QuerySet

from dom.console.masters import cells
from dom.console.masters.form import MasterForm, Part, Row
from dom.console.masters.master import Column, Filter, Link, Master, Switch, tags
from dom.kernel.words import many
from inventory.api.feeds import SKUS
from inventory.api.shapes import SkuShape
from inventory.models import ChannelQuota, Sku, StockLevel

#: So many of each way of finding are looked at; who finds more types more.
_MOST = 500
_SOLD = (("yes", "Sold"), ("no", "Not sold"))


class SkuForm(MasterForm):
    """All facts of one SKU."""

    title = "SKU"
    word = "SKU"
    help_text = (
        "A SKU is one thing that can be sold and counted. Size and handling decide where it may be stored and how it "
        "may travel."
    )
    feed = SKUS
    parts = (
        Part("What it is", "Tags are how rules speak of many SKUs at once.", ("code", "name", "gtin", "tags", "value")),
        Part("Size and weight", "Of one unit as it is packed; rate cards and capacities count with it.",
             ("weight_grams", "length_mm", "width_mm", "height_mm")),
        Part("How it must be handled", "Nodes and carrier services that cannot do this are left out.",
             ("temperature_class", "hazmat_class", "handling_class", "minimum_age", "export_controlled")),
        Part("Whether it is sold", "", ("is_active", "backorder_limit")),
    )  # fmt: skip

    code = cells.Code("Code", "What orders, feeds and partners call it. It never changes afterwards.")
    name = cells.Text("Name", "What customers and associates read.")
    gtin = cells.Text("GTIN", "The number in the bar code, 8 to 14 digits.")
    tags = cells.Words("Tags", "Separated by commas, such as sale, alcohol, drop-ship.")
    value = cells.Money("Worth of one unit", "An amount and its currency, such as 19.00 USD.")
    weight_grams = cells.Number("Weight", unit="g")
    length_mm = cells.Number("Length", unit="mm")
    width_mm = cells.Number("Width", unit="mm")
    height_mm = cells.Number("Height", unit="mm")
    temperature_class = cells.Choice("Temperature", choices=Sku.Temperature.choices)
    hazmat_class = cells.Text("Hazmat class", "The UN class, such as 3 or 2.1; empty if it is harmless.")
    handling_class = cells.Text("Handling class", "A word of your own that nodes charge for, such as FRAGILE.")
    minimum_age = cells.Number("Minimum age", "Who receives it must be so old; 0 asks nobody.", unit="years")
    export_controlled = cells.Flag("Export controlled", "It does not cross a border unless a lane allows it.")
    is_active = cells.Flag(
        "Sold", "Switched off, no channel is told of it and new orders for it are held for a person."
    )
    backorder_limit = cells.Number(
        "Backorder limit",
        "So many units may wait for stock at most, over all orders; 0 takes no backorders. Empty: any number.",
        unit="units",
    )

    @classmethod
    def current(cls, subject: str) -> Row | None:
        """Return the SKU as the API shows it."""
        sku = Sku.objects.filter(code=subject).first()
        return None if sku is None else SkuShape().to_representation(sku)


def _found(rows: "QuerySet[Sku]", text: str) -> "QuerySet[Sku]":
    """Find by the beginning of a code, a part of a name, a whole GTIN or a tag; each way looks at a bounded number."""
    name = Q(name__icontains=text) if len(text) > 2 else Q(name__istartswith=text)
    ways = [Q(code__startswith=text), name, Q(tags__contains=[text])]
    ways += [Q(gtin=text)] if text.isdigit() else []
    parts = [rows.filter(way).order_by().values("id")[:_MOST] for way in ways]
    return rows.filter(id__in=parts[0].union(*parts[1:], all=True))


def _size(sku: Sku) -> str:
    sides = (sku.length_mm, sku.width_mm, sku.height_mm)
    weight = f"{sku.weight_grams / 1000:g} kg" if sku.weight_grams >= 1000 else f"{sku.weight_grams} g"
    return f"{weight}, {' × '.join(f'{side / 10:g}' for side in sides)} cm" if any(sides) else weight


def _handling(sku: Sku) -> str:
    words = [sku.get_temperature_class_display() if sku.temperature_class != "AMBIENT" else ""]
    words += [f"hazmat {sku.hazmat_class}" if sku.hazmat_class else "", sku.handling_class.lower()]
    words += [f"{sku.minimum_age}+" if sku.minimum_age else "", "export controlled" if sku.export_controlled else ""]
    return ", ".join(filter(None, words))


def _related(code: str) -> list[Link]:
    quotas = ChannelQuota.objects.filter(sku__code=code).select_related("channel").order_by("channel__code")[:20]
    return [
        Link(
            f"Quota on {one.channel.name or one.channel.code}: {one.used:,} of {many(one.quota, 'unit')}",
            "quotas",
            str(one.id),
        )
        for one in quotas
    ]


def _what_stops(code: str) -> list[str]:
    levels = StockLevel.objects.filter(sku__code=code)
    nodes = levels.filter(on_hand__gt=0).count()
    return [
        f"{code} is no longer shown as available on any channel, and new orders for it are held for a person.",
        f"Its stock stays where it is: {many(nodes, 'node')} with some. Orders that were accepted go on."
        if nodes
        else "No node has stock of it. Orders that were accepted go on.",
    ]


MASTER = Master(
    slug="skus",
    words="SKUs",
    about="What can be sold: its code, size, weight and how it must be handled.",
    form=SkuForm,
    model=Sku,
    rows=Sku.objects.all,
    found=_found,
    search="Beginning of a code, part of a name, a GTIN or a tag",
    columns=(
        Column("Name", lambda sku: sku.name),
        Column("Size", _size),
        Column("Handling", _handling),
        Column("Tags", lambda sku: tags(sku.tags)),
        Column("Sold", lambda sku: tags([] if sku.is_active else ["not sold"], "bad") or "yes"),
    ),
    filters=(
        Filter("temperature", "Temperature", lambda: Sku.Temperature.choices, lambda to: Q(temperature_class=to)),
        Filter("sold", "Sold or not", lambda: _SOLD, lambda to: Q(is_active=to == "yes")),
    ),
    related=_related,
    blank={"is_active": True, "temperature_class": "AMBIENT"},
    switches=(
        Switch("stop", "Stop selling", "is_active", False, _what_stops, lambda row: bool(row["is_active"])),
        Switch(
            "sell", "Sell again", "is_active", True,
            lambda code: [f"{code} can be sold again on every channel whose rules allow it."],
            lambda row: not row["is_active"],
        ),
    ),
)  # fmt: skip
