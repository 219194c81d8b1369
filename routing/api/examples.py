"""One example of each body, as the schema shows it."""

from typing import Any

POLICIES: list[dict[str, Any]] = [
    {
        "code": "retail",
        "prices": {"split": "2.50", "late_hour": "0.40"},
        "groups": [
            {
                "name": "Rush",
                "match": {"promise": {"within_hours": 24}, "not": {"methods": ["PICKUP"]}},
                "rules": [{"name": "Earliest arrival", "rank": ["FEWEST_LATE_HOURS", "EARLIEST"]}],
            },
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
            },
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
        "special_hours": {"2026-12-24": ["07:00", "14:00"]},
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


def live(code: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a live document as a list shows it."""
    return {
        "code": code,
        "version": 3,
        "author": "api:planning",
        "note": "",
        "live_from": "2026-11-20T09:00:00Z",
        "document": document,
    }


def published(code: str) -> dict[str, Any]:
    """Return what publishing one document answers."""
    return {"received": 1, "applied": 1, "items": [{"code": code, "version": 3}]}


_COST = {"amount": "8.31", "currency": "USD"}
PLAN: dict[str, Any] = {
    "request_ref": "Q-7K3MQ9XWD2T",
    "at": "2026-11-24T20:15:02Z",
    "policy": "retail",
    "group": "Web orders",
    "rule": "Distribution centers near the customer",
    "cost": _COST,
    "scarcity": {"amount": "0.00", "currency": "USD"},
    "bound": _COST,
    "proven": True,
    "summary": ["Everything ships from DC-RENO in one parcel."],
    "passed_by": [
        (
            'Group "Rush" does not take it: it takes orders promised within 24 hours of the decision, '
            "this order is promised by 2026-11-28 23:00 UTC, 98 hours 45 min after the decision."
        )
    ],
    "parcels": [
        {
            "node": "DC-RENO",
            "service": "GROUND",
            "rule": "Distribution centers near the customer",
            "cost": _COST,
            "terms": {"freight": "6.10", "handling": "2.21"},
            "scarcity": {"amount": "0.00", "currency": "USD"},
            "ship_by": "2026-11-25T00:00:00Z",
            "deliver_by": "2026-11-28T23:00:00Z",
            "lines": [{"line_ref": "1", "sku": "TEE-BLACK-M", "quantity": 2}],
        }
    ],
    "unfilled": [],
    "nodes": [
        {
            "node": "DC-RENO",
            "chosen": True,
            "reason": "CHOSEN",
            "cost": _COST,
            "sentence": "Chosen: the cheapest of 2 nodes.",
        },
        {
            "node": "SOHO",
            "chosen": False,
            "reason": "NO_STOCK",
            "cost": None,
            "sentence": "It has 1 of the 2 units of line 1.",
        },
    ],
    "versions": {"policy": {"retail": 3}, "rate-card": {"ground": 1}},
}
DECISION = {
    **PLAN,
    "order": "O-7K3MQ9XWD2T",
    "attempt": 1,
    "lost": "",
    "engine_version": "3",
    "other_groups": [],
}
TEST_DRIVEN = {**PLAN, "draft": ""}
