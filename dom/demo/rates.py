"""Answers what carrying costs in the demonstration, who carries what, and what may not travel."""

from typing import Any

Document = dict[str, Any]

_MILES = (("2", 241), ("3", 483), ("4", 966), ("5", 1_609), ("6", 2_253), ("7", 2_897))
_ZONES: list[Document] = [*({"zone": zone, "within_km": km} for zone, km in _MILES), {"zone": "8"}]
_GRAMS = [450, 900, 2_300, 4_500, 9_000, 22_500]


def _prices(first: int, step: int, *, zone: int) -> list[str]:
    """Return prices in dollars by weight step; both weight and zone make a parcel dearer."""
    cents = [first + step * index * index + (zone - 2) * (28 + 22 * index) for index in range(len(_GRAMS))]
    return [f"{value // 100}.{value % 100:02d}" for value in cents]


def _card(code: str, first: int, step: int, per_extra_kg: str, divisor: int) -> Document:
    rates = [
        {
            "zones": [str(zone)],
            "up_to_grams": _GRAMS,
            "prices": _prices(first, step, zone=zone),
            "per_extra_kg": per_extra_kg,
        }
        for zone in range(2, 9)
    ]
    return {"code": code, "currency": "USD", "dimensional_divisor": divisor, "zones": _ZONES, "rates": rates}


RATE_CARDS: list[Document] = [
    _card("ground", 565, 46, "0.62", 6_000),
    _card("air", 1_480, 118, "1.90", 5_000),
    _card("cold", 1_320, 96, "1.55", 5_000),
    {
        "code": "freight",
        "currency": "USD",
        "zones": [{"zone": "near", "within_km": 500}, {"zone": "far"}],
        "rates": [
            {"zones": ["near"], "up_to_grams": [40_000], "prices": ["48.00"], "per_extra_kg": "0.70"},
            {"zones": ["far"], "up_to_grams": [40_000], "prices": ["79.00"], "per_extra_kg": "1.10"},
        ],
    },
    {
        "code": "courier",
        "currency": "USD",
        "zones": [{"zone": "town", "within_km": 60}],
        "rates": [{"up_to_grams": [10_000], "prices": ["8.50"], "per_extra_kg": "0.90", "per_km": "0.35"}],
    },
]

_STEPS = [
    {"within_km": 300, "days": 1},
    {"within_km": 950, "days": 2},
    {"within_km": 1_900, "days": 3},
    {"within_km": 3_000, "days": 4},
]

CARRIER_SERVICES: Document = {
    "services": [
        {
            "code": "GROUND",
            "carrier": "Northway",
            "rate_card": "ground",
            "transit": {"steps": _STEPS, "days": 5},
            "delivery_days": "MON-SAT",
            "hazmat_classes": ["2.1", "9"],
            "max_package_grams": 22_500,
            "max_side_mm": 1_200,
            "adult_signature": True,
        },
        {
            "code": "AIR",
            "carrier": "Northway",
            "rate_card": "air",
            "levels": ["EXPRESS"],
            "transit": {"steps": [{"within_km": 1_900, "days": 1}], "days": 2},
            "delivery_days": "MON-SAT",
            "max_package_grams": 22_500,
            "max_side_mm": 1_200,
            "adult_signature": True,
        },
        {
            "code": "COLD",
            "carrier": "Glacier",
            "rate_card": "cold",
            "transit": {"steps": [{"within_km": 1_600, "days": 1}], "days": 2},
            "delivery_days": "MON-SAT",
            "temperature_hours": {"CHILLED": 60, "FROZEN": 48},
            "max_package_grams": 18_000,
        },
        {
            "code": "FREIGHT",
            "carrier": "Longhaul",
            "rate_card": "freight",
            "transit": {"steps": [{"within_km": 500, "days": 3}], "days": 7},
        },
        {
            "code": "COURIER",
            "carrier": "Spoke",
            "rate_card": "courier",
            "methods": ["SAME_DAY"],
            "transit": {"steps": [{"within_km": 60, "days": 0}]},
            "pickup_days": "MON-SUN",
            "delivery_days": "MON-SUN",
            "temperature_hours": {"CHILLED": 6},
            "max_package_grams": 12_000,
        },
    ]
}

LANES: Document = {
    "cross_border": False,
    "lanes": [
        {"to": {"regions": ["UT"]}, "skus": {"tags": ["alcohol"]}, "allow": False, "why": "Utah bars alcohol by mail."},
        {"to": {"regions": ["MS"]}, "skus": {"tags": ["alcohol"]}, "allow": False, "why": "Mississippi bars it too."},
        {"to": {"regions": ["HI", "AK"]}, "skus": {"hazmat_classes": ["2.1"]}, "allow": False, "why": "No gas by air."},
    ],
}
