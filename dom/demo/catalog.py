"""Answers what the demonstration sells: about 1,000 SKUs of a house-and-outdoors retailer, all handling classes."""

from collections.abc import Iterator
from typing import NamedTuple


class Article(NamedTuple):
    """A sellable unit; sizes in millimetres, weight in grams, value in cents (cost price)."""

    code: str
    name: str
    weight_grams: int
    size_mm: tuple[int, int, int]
    value_minor: int
    price_minor: int
    tags: tuple[str, ...]
    hazmat_class: str = ""
    temperature_class: str = "AMBIENT"
    minimum_age: int = 0
    export_controlled: bool = False
    made_to_order: bool = False


class _Family(NamedTuple):
    prefix: str
    names: tuple[str, ...]
    variants: tuple[str, ...]
    grams: int
    size: tuple[int, int, int]
    price: int
    tags: tuple[str, ...]
    hazmat: str = ""
    temperature: str = "AMBIENT"
    age: int = 0
    export_controlled: bool = False
    made_to_order: bool = False


_COLORS = ("Black", "Navy", "Moss", "Sand", "Clay", "Sky", "Plum", "White")
_SHOE_SIZES = ("6", "7", "8", "9", "10", "11", "12")
_SIZES = ("XS", "S", "M", "L", "XL", "XXL")

_FAMILIES = (
    _Family(
        "BOOT",
        (
            "Ridge Boot",
            "Harbor Boot",
            "Trail Runner",
            "City Sneaker",
            "Court Shoe",
            "Rain Boot",
            "Field Boot",
            "Camp Mule",
            "Snow Boot",
            "Deck Shoe",
        ),
        tuple(f"{color} {size}" for color in _COLORS[:6] for size in _SHOE_SIZES),
        980,
        (340, 220, 130),
        9800,
        ("footwear",),
    ),
    _Family(
        "SHEL",
        ("Storm Shell", "Down Parka", "Fleece Jacket", "Rain Coat", "Wool Overshirt", "Field Vest"),
        tuple(f"{color} {size}" for color in _COLORS[:6] for size in _SIZES),
        720,
        (380, 300, 90),
        14900,
        ("apparel", "outerwear"),
    ),
    _Family(
        "BASE",
        ("Merino Tee", "Linen Shirt", "Canvas Trouser", "Knit Sweater"),
        tuple(f"{color} {size}" for color in _COLORS[:5] for size in _SIZES),
        310,
        (300, 240, 40),
        5900,
        ("apparel",),
    ),
    _Family(
        "PACK",
        ("Day Pack", "Weekender", "Dry Bag", "Hip Pack", "Duffel"),
        _COLORS,
        860,
        (460, 300, 160),
        8900,
        ("bags",),
    ),
    _Family(
        "TENT",
        ("Two-Person Tent", "Four-Person Tent", "Tarp Shelter"),
        _COLORS[:4],
        3900,
        (560, 240, 220),
        32900,
        ("camping", "bulky"),
    ),
    _Family(
        "COOK",
        ("Camp Stove", "Kettle", "Skillet", "Enamel Mug", "Mess Kit", "French Press"),
        _COLORS[:5],
        1400,
        (280, 260, 160),
        4400,
        ("camping", "kitchen"),
    ),
    _Family(
        "FUEL",
        ("Butane Canister", "Alcohol Fuel", "Fire Starter", "Lamp Oil"),
        ("110 g", "230 g", "450 g", "Twin Pack"),
        460,
        (110, 110, 120),
        900,
        ("camping", "hazmat"),
        hazmat="2.1",
    ),
    _Family(
        "POWR",
        ("Power Bank", "Headlamp", "Camp Lantern", "Solar Charger"),
        ("5 Ah", "10 Ah", "20 Ah"),
        420,
        (160, 90, 40),
        6900,
        ("electronics", "lithium"),
        hazmat="9",
    ),
    _Family(
        "PANT",
        ("Chunky Vase", "Stoneware Bowl", "Glass Carafe", "Mirror", "Ceramic Lamp", "Wine Glass Set"),
        _COLORS[:6],
        1900,
        (320, 320, 280),
        5200,
        ("home", "fragile"),
    ),
    _Family(
        "FURN",
        ("Oak Bench", "Writing Desk", "Bookcase", "Lounge Chair", "Bed Frame"),
        ("Natural", "Walnut", "Black"),
        24000,
        (1400, 620, 320),
        48900,
        ("home", "bulky", "drop-ship"),
        made_to_order=True,
    ),
    _Family(
        "TXTL",
        ("Wool Blanket", "Linen Sheet Set", "Bath Towel", "Cushion", "Rug"),
        _COLORS,
        1500,
        (420, 340, 160),
        7900,
        ("home",),
    ),
    _Family(
        "CHOC",
        ("Dark Chocolate", "Praline Box", "Truffles"),
        ("100 g", "250 g", "500 g"),
        320,
        (200, 140, 40),
        1400,
        ("food", "chilled"),
        temperature="CHILLED",
    ),
    _Family(
        "MEAL",
        ("Trail Meal", "Berry Mix", "Sorbet"),
        ("1 serving", "2 servings", "Family"),
        780,
        (240, 180, 90),
        1600,
        ("food", "frozen"),
        temperature="FROZEN",
    ),
    _Family(
        "WINE",
        ("Pinot Noir", "Riesling", "Cider", "Porter"),
        ("750 ml", "1.5 l"),
        1450,
        (330, 90, 90),
        2400,
        ("food", "alcohol"),
        age=21,
    ),
    _Family(
        "KNIF",
        ("Camp Knife", "Hatchet", "Multi-Tool"),
        ("Classic", "Pro"),
        380,
        (220, 80, 40),
        6400,
        ("camping", "sharp"),
        age=18,
    ),
    _Family(
        "NVIS",
        ("Night Optic", "Thermal Scope"),
        ("Mk 2", "Mk 3"),
        640,
        (220, 120, 90),
        89900,
        ("electronics", "controlled"),
        export_controlled=True,
    ),
    _Family(
        "GIFT",
        ("Candle", "Notebook", "Postcard Set", "Incense", "Soap"),
        _COLORS,
        260,
        (140, 100, 70),
        1900,
        ("home", "gift", "clearance"),
    ),
)


def articles() -> Iterator[Article]:
    """Yield every article in the order of its code's family; the same list at every call."""
    for family in _FAMILIES:
        number = 0
        for name in family.names:
            for variant in family.variants:
                number += 1
                yield _article(family, number, f"{name} {variant}")


def _article(family: _Family, number: int, name: str) -> Article:
    # A little spread, so that weights and prices do not look stamped.
    grams = family.grams * (90 + number * 7 % 21) // 100
    price = family.price * (85 + number * 11 % 31) // 100 // 100 * 100 + 99
    return Article(
        code=f"{family.prefix}-{number:03d}",
        name=name,
        weight_grams=grams,
        size_mm=family.size,
        value_minor=price * 55 // 100,
        price_minor=price,
        tags=family.tags,
        hazmat_class=family.hazmat,
        temperature_class=family.temperature,
        minimum_age=family.age,
        export_controlled=family.export_controlled,
        made_to_order=family.made_to_order,
    )
