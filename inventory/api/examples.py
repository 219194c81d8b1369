"""One example of each body, as the schema shows it."""

from typing import Any

SKUS: list[dict[str, Any]] = [
    {
        "code": "TEE-BLACK-M",
        "name": "T-shirt, black, M",
        "weight_grams": 180,
        "length_mm": 300,
        "width_mm": 200,
        "height_mm": 20,
        "value": {"amount": "19.00", "currency": "USD"},
        "tags": ["apparel"],
        "backorder_limit": 25,
    }
]
NODES: list[dict[str, Any]] = [
    {
        "code": "DC-RENO",
        "kind": "DC",
        "name": "Reno",
        "city": "Reno",
        "region": "NV",
        "postal_code": "89506",
        "country": "US",
        "latitude": 39.5296,
        "longitude": -119.8138,
        "time_zone": "America/Los_Angeles",
        "methods": ["SHIP"],
        "fulfillment_cost": "1.20",
        "line_cost": "0.30",
        "unit_cost": "0.10",
    }
]
NODE_GROUPS: list[dict[str, Any]] = [{"code": "WEST", "name": "West coast", "nodes": ["DC-RENO"]}]
CHANNELS: list[dict[str, Any]] = [
    {"code": "WEB", "name": "Web shop", "currency": "USD", "country": "US", "time_zone": "America/New_York"}
]
STOCK: list[dict[str, Any]] = [
    {"sku": "TEE-BLACK-M", "node": "DC-RENO", "on_hand": 120, "counted_at": "2026-11-24T20:00:00Z"}
]
ADJUSTMENTS: list[dict[str, Any]] = [
    {"sku": "TEE-BLACK-M", "node": "DC-RENO", "quantity": -2, "reason": "DAMAGED", "reference": "RMA-17"}
]
INCOMING_SUPPLY: list[dict[str, Any]] = [
    {
        "source_ref": "PO-1042",
        "sku": "TEE-BLACK-M",
        "node": "DC-RENO",
        "quantity": 500,
        "expected_at": "2026-12-01T08:00:00Z",
    }
]
SAFETY_STOCK: list[dict[str, Any]] = [
    {"code": "STORES", "units": 2, "percent": 10, "node_group": "STORES", "rank": 10},
    {"code": "PEAK", "units": 4, "tags": ["gift"], "from": "2026-11-27", "to": "2026-12-24", "rank": 5},
]
CHANNEL_RULES: list[dict[str, Any]] = [
    {"code": "MARKET-THRESHOLD", "threshold": 5, "channel": "MARKET"},
    {"code": "NO-STORES-FOR-MARKET", "sell": False, "channel": "MARKET", "node_group": "STORES"},
]
CAPACITIES: list[dict[str, Any]] = [
    {"node": "SOHO", "limits": [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 10, "days": ["SUN"]}]}
]
AVAILABILITY: dict[str, Any] = {"channel": "WEB", "skus": ["TEE-BLACK-M"], "method": "SHIP", "by_node": True}
AVAILABILITY_ANSWER: dict[str, Any] = {
    "items": [
        {
            "sku": "TEE-BLACK-M",
            "available_to_sell": 118,
            "status": "IN_STOCK",
            "unlimited": False,
            "backorders_left": 25,
            "nodes": [{"node": "DC-RENO", "available_to_sell": 118}],
        }
    ]
}
RESERVATION: dict[str, Any] = {
    "channel": "WEB",
    "lines": [{"line_ref": "1", "sku": "TEE-BLACK-M", "quantity": 2}],
    "ttl_seconds": 900,
}
RESERVATION_ANSWER: dict[str, Any] = {
    "ref": "R-7K3MQ9XWD2T",
    "expires_at": "2026-11-24T20:30:00Z",
    "lines": [{"line_ref": "1", "sku": "TEE-BLACK-M", "node": "DC-RENO", "quantity": 2}],
}
SUMMARY: dict[str, Any] = {"received": 1, "applied": 1, "failed": 0, "errors": []}
LEVEL = {
    "sku": "TEE-BLACK-M",
    "node": "DC-RENO",
    "on_hand": 120,
    "unsellable": 2,
    "reserved": 6,
    "shortage": 0,
    "safety_stock": 0,
    "unlimited": False,
    "counted_at": "2026-11-24T20:00:00Z",
}
SUPPLY_SHOWN = {**INCOMING_SUPPLY[0], "received": 0, "reserved": 12}
WATERFALL = {
    "channel": "WEB",
    "sku": "TEE-BLACK-M",
    "at": "2026-11-24T20:15:00Z",
    "nodes": [
        {
            "node": "DC-RENO",
            "steps": [
                {"name": "on_hand", "units": 120, "why": ""},
                {"name": "unsellable", "units": -2, "why": ""},
                {"name": "reserved", "units": -6, "why": ""},
            ],
            "sellable": 112,
            "excluded": "",
        }
    ],
    "steps": [
        {"name": "nodes", "units": 112, "why": "1 node offers it"},
        {"name": "queued", "units": -3, "why": "Accepted and not routed yet"},
    ],
    "available_to_sell": 109,
    "unlimited": False,
    "notes": [],
}
TRANSFER: dict[str, Any] = {
    "from_node": "DC-RENO",
    "to_node": "SOHO",
    "expected_at": "2026-12-01T08:00:00Z",
    "lines": [{"sku": "TEE-BLACK-M", "quantity": 40}],
}
TRANSFER_ANSWER: dict[str, Any] = {
    "ref": "T-7K3MQ9XWD2T",
    "status": "APPROVED",
    "from_node": "DC-RENO",
    "to_node": "SOHO",
    "expected_at": "2026-12-01T08:00:00Z",
    "requested_at": "2026-11-24T20:00:00Z",
    "requested_by": "api:erp",
    "approved_by": "",
    "note": "",
    "reason": "",
    "closed_at": None,
    "revision": 1,
    "lines": [
        {
            "sku": "TEE-BLACK-M",
            "requested": 40,
            "shipped": 0,
            "received": 0,
            "damaged": 0,
            "written_off": 0,
            "in_transit": 0,
        }
    ],
}
QUOTAS: list[dict[str, Any]] = [{"channel": "WEB", "sku": "TEE", "quota": 120}]
QUOTA_SHOWN: dict[str, Any] = {**QUOTAS[0], "used": 35}
LOW_STOCK: list[dict[str, Any]] = [{"code": "STORES-LOW", "units": 2, "node_group": "STORES", "tags": ["apparel"]}]
