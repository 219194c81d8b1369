"""Bodies that the schema and the docs show."""

from typing import Any

ORDER: dict[str, Any] = {
    "channel": "WEB",
    "external_ref": "W-100001",
    "placed_at": "2026-11-24T20:15:00Z",
    "currency": "USD",
    "customer": {"external_ref": "C-77", "name": "Ana Bell", "email": "ana@example.com", "tier": "GOLD"},
    "fulfillment": {"method": "SHIP", "promised_by": "2026-11-28T23:00:00Z"},
    "ship_to": {
        "name": "Ana Bell",
        "line1": "1 Mercer St",
        "city": "New York",
        "region": "NY",
        "postal_code": "10013",
        "country": "US",
        "latitude": 40.72,
        "longitude": -74.0,
    },
    "payment": {"status": "AUTHORIZED", "amount": "42.90"},
    "lines": [{"line_ref": "1", "sku": "TEE-BLACK-M", "quantity": 2, "unit_price": "19.00"}],
    "charges": [{"name": "Shipping", "amount": "4.90"}],
}


def _usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


ORDER_SHOWN: dict[str, Any] = {
    "ref": "O-7K3MQ9XWD2T",
    "channel": "WEB",
    "external_ref": "W-100001",
    "status": "QUEUED",
    "revision": 1,
    "priority": 265,
    "currency": "USD",
    "total": _usd("42.90"),
    "charges": _usd("4.90"),
    "placed_at": "2026-11-24T20:15:00Z",
    "accepted_at": "2026-11-24T20:15:01Z",
    "auto_cancel_at": None,
    "not_before": None,
    "tags": [],
    "attributes": {},
    "customer": {"external_ref": "C-77", "tier": "GOLD"},
    "groups": [
        {
            "group_ref": "1",
            "method": "SHIP",
            "node": None,
            "service_level": "",
            "promised_by": "2026-11-28T23:00:00Z",
            "allow_split": True,
            "ship_to": {"city": "New York", "region": "NY", "postal_code": "10013", "country": "US"},
        }
    ],
    "lines": [
        {
            "line_ref": "1",
            "sku": "TEE-BLACK-M",
            "kind": "PRODUCT",
            "group": "1",
            "parent": None,
            "quantity": 2,
            "queued": 2,
            "backordered": 0,
            "planned": 0,
            "shipped": 0,
            "cancelled": 0,
            "returned": 0,
            "unit_price": _usd("19.00"),
            "discount": _usd("0.00"),
            "tax": _usd("0.00"),
            "keep_together": "",
        }
    ],
    "holds": [],
    "payments": [{"kind": "AUTHORIZE", "tender": "card", "amount": _usd("42.90"), "at": "2026-11-24T20:15:01Z"}],
    "fulfillment_orders": [],
}
