"""Answers how the demonstration's merchandisers want orders routed: one policy with fifteen rules."""

from typing import Any

Document = dict[str, Any]

_MARKETPLACE: Document = {
    "name": "Marketplace orders",
    "match": {"channels": ["market"]},
    "rules": [
        {
            "name": "Distribution centers and 3PLs, one parcel",
            "nodes": {"kinds": ["DC", "THREE_PL"]},
            "limits": {"max_splits": 0},
        },
        {"name": "Distribution centers and 3PLs", "nodes": {"kinds": ["DC", "THREE_PL"]}, "limits": {"max_splits": 2}},
    ],
    "unfilled": {"then": "CANCEL"},
}
_COLD: Document = {
    "name": "Chilled and frozen",
    "match": {"temperature_classes": ["CHILLED", "FROZEN"]},
    "rules": [
        {
            "name": "Cold rooms near the customer",
            "nodes": {"tags": ["cold-room"], "within_km": 900},
            "limits": {"max_splits": 1},
        },
        {"name": "Any cold room", "nodes": {"tags": ["cold-room"]}, "limits": {"max_splits": 2}},
        {"name": "Cold rooms, the rest from anywhere"},
    ],
    "unfilled": {"then": "BACKORDER", "auto_cancel_days": 3},
}
_MADE_TO_ORDER: Document = {
    "name": "Furniture",
    "match": {"sku_tags": ["drop-ship"]},
    "rules": [
        {
            "name": "From the maker",
            "nodes": {"kinds": ["SUPPLIER", "DC"]},
            "prefer": [{"nodes": {"kinds": ["SUPPLIER"]}, "bonus": "12.00"}],
        },
        {"name": "From wherever it stands"},
    ],
}
_SAME_DAY: Document = {
    "name": "Same-day orders",
    "match": {"methods": ["SAME_DAY"]},
    "rules": [
        {
            "name": "One store across town",
            "nodes": {"kinds": ["STORE"], "within_km": 40},
            "limits": {"max_splits": 0},
        }
    ],
    "unfilled": {"then": "HOLD"},
}
_EXPRESS: Document = {
    "name": "Express orders",
    "match": {"service_levels": ["EXPRESS"]},
    "rules": [
        {
            "name": "Earliest arrival, one parcel",
            "rank": ["FEWEST_LATE_HOURS", "EARLIEST", "CHEAPEST"],
            "limits": {"max_splits": 0},
        },
        {"name": "Cheapest that is on time", "limits": {"max_late_hours": 0}},
        {"name": "Cheapest"},
    ],
}
_SMALL: Document = {
    "name": "Small orders",
    "match": {"value": {"below": "25"}, "not": {"customer_tiers": ["GOLD"]}},
    "rules": [
        {
            "name": "One parcel from a distribution center or a store that has plenty",
            "nodes": {"kinds": ["DC", "STORE"]},
            "limits": {"max_splits": 0, "keep_units": 1},
        },
        {"name": "One split at most", "limits": {"max_splits": 1}},
    ],
}
_EVERY: Document = {
    "name": "Every other order",
    "rules": [
        {
            "name": "Distribution centers, and stores with too much",
            "nodes": {"kinds": ["DC", "THREE_PL", "STORE"], "not": {"tags": ["flagship"]}},
            "prefer": [
                {"nodes": {"tags": ["overstock"]}, "bonus": "1.50"},
                {"nodes": {"kinds": ["STORE"]}, "penalty": "0.75"},
            ],
            "limits": {"max_splits": 1, "min_parcel_value": "15"},
        },
        {"name": "Everywhere, up to two splits", "limits": {"max_splits": 2}},
        {"name": "Everywhere"},
    ],
    "unfilled": {"then": "BACKORDER", "auto_cancel_days": 21},
}

POLICY: Document = {
    "code": "retail",
    "prices": {"split": "3.50", "late_hour": "0.40", "failed_pick": "8.00", "full_node": "2.00"},
    "weights": {"lateness": "1.5"},
    "groups": [_MARKETPLACE, _COLD, _MADE_TO_ORDER, _SAME_DAY, _EXPRESS, _SMALL, _EVERY],
}
