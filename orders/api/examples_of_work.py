"""Bodies of a node's work that the schema and the docs show."""

from typing import Any

REJECT = {"lines": [{"line_ref": "1", "quantity": 1, "reason": "NOT_FOUND", "found": 0}]}
PICK = {"lines": [{"line_ref": "1", "quantity": 2}]}
SHIP = {
    "packages": [
        {
            "tracking_number": "1Z999AA10123456784",
            "carrier": "UPS",
            "service": "GROUND",
            "lines": [{"line_ref": "1", "quantity": 2}],
        }
    ]
}
HAND_OVER = {"code": "O-7K3MQ9XWD2T"}
WORK: dict[str, Any] = {
    "ref": "F-9Q2XK4T7B1M",
    "order": "O-7K3MQ9XWD2T",
    "channel": "WEB",
    "external_ref": "W-100001",
    "node": "STORE-SOHO",
    "group": "1",
    "status": "PACKED",
    "revision": 4,
    "method": "SHIP",
    "service": "GROUND",
    "cost_e4": 83_400,
    "priority": 265,
    "currency": "USD",
    "ship_by": "2026-11-25T21:00:00Z",
    "deliver_by": "2026-11-28T23:00:00Z",
    "created_at": "2026-11-24T20:15:02Z",
    "released_at": "2026-11-25T17:00:04Z",
    "closed_at": None,
    "ship_to": {"city": "New York", "region": "NY", "postal_code": "10013", "country": "US"},
    "lines": [
        {
            "line_ref": "1",
            "sku": "TEE-BLACK-M",
            "quantity": 2,
            "to_pick": 0,
            "picked": 2,
            "shorted": 0,
            "cancelled": 0,
            "shipped": 0,
        }
    ],
    "shipments": [],
}
