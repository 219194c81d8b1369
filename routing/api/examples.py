"""One example of each body, as the schema shows it."""

from typing import Any

POLICIES: list[dict[str, Any]] = [
    {
        "code": "retail",
        "prices": {"split": "2.50", "late_hour": "0.40"},
        "groups": [
            {
                "name": "Web orders",
                "match": {"channels": ["WEB"]},
                "rules": [
                    {
                        "name": "Distribution centers near the customer",
                        "nodes": {"kinds": ["DC"], "within_km": 800},
                        "limits": {"max_splits": 1},
                    },
                    {"name": "Everything"},
                ],
                "unfilled": {"then": "BACKORDER", "auto_cancel_days": 14},
            }
        ],
    }
]
RATE_CARDS: list[dict[str, Any]] = [
    {
        "code": "ground",
        "currency": "USD",
        "dimensional_divisor": 5000,
        "zones": [{"zone": "near", "within_km": 300}, {"zone": "far"}],
        "rates": [
            {"zones": ["near"], "up_to_grams": [500, 5000], "prices": ["6.10", "9.50"], "per_extra_kg": "0.55"},
            {"zones": ["far"], "up_to_grams": [500, 5000], "prices": ["8.20", "14.00"], "per_extra_kg": "0.95"},
        ],
    }
]
CALENDARS: list[dict[str, Any]] = [
    {
        "code": "dc",
        "hours": {"MON-FRI": ["07:00", "19:00"], "SAT": ["09:00", "14:00"]},
        "holidays": ["2026-12-25"],
        "cut_off": "16:00",
        "processing_minutes": 120,
    }
]
CARRIER_SERVICES: dict[str, Any] = {
    "services": [
        {
            "code": "GROUND",
            "carrier": "UPS",
            "rate_card": "ground",
            "levels": ["STANDARD"],
            "transit": {"steps": [{"within_km": 300, "days": 1}, {"within_km": 1000, "days": 2}], "days": 5},
            "pickup_days": "MON-FRI",
            "hazmat_classes": ["9"],
            "max_package_grams": 30000,
        }
    ]
}
LANES: dict[str, Any] = {
    "cross_border": True,
    "lanes": [
        {"to": {"regions": ["UT"]}, "skus": {"tags": ["wine"]}, "allow": False, "why": "Wine may not go to Utah."}
    ],
}
TEST_DRIVE: dict[str, Any] = {
    "channel": "WEB",
    "fulfillment": {"method": "SHIP"},
    "ship_to": {"country": "US", "region": "CO", "postal_code": "80206"},
    "lines": [{"line_ref": "1", "sku": "TEE-BLACK-M", "quantity": 2, "unit_price": "19.00"}],
}
