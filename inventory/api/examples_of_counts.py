"""Examples of counts, as the schema shows them."""

from typing import Any

ASKED: dict[str, Any] = {"node": "SOHO", "skus": ["TEE-BLACK-M", "MUG-BLUE"], "note": "After the sale"}
ENTERED: dict[str, Any] = {"lines": [{"sku": "TEE-BLACK-M", "counted": 11, "counted_at": "2026-11-24T20:05:00Z"}]}
LISTED: dict[str, Any] = {
    "ref": "C-7K3MQ9XWD2T",
    "node": "SOHO",
    "status": "OPEN",
    "blind": True,
    "chosen_by": "named one by one",
    "note": "After the sale",
    "size": 2,
    "counted": 1,
    "opened_at": "2026-11-24T20:00:00Z",
    "opened_by": "api:handheld",
    "closed_at": None,
    "closed_by": "",
    "revision": 1,
}


def _line(sku: str, counted: int | None, **more: Any) -> dict[str, Any]:
    found = {"counted_at": "2026-11-24T20:05:00Z", "counted_by": "api:handheld", "times": 1}
    nobody = {"counted_at": None, "counted_by": "", "times": 0}
    line = {"sku": sku, "counted": counted, **(nobody if counted is None else found)}
    return line | {"on_hand": None, "difference": None, "ignored": False, **more}


SHOWN: dict[str, Any] = {**LISTED, "lines": [_line("TEE-BLACK-M", 11), _line("MUG-BLUE", None)]}
REVIEWED: dict[str, Any] = {
    **LISTED,
    "status": "REVIEW",
    "counted": 2,
    "revision": 2,
    "lines": [
        _line("TEE-BLACK-M", 11, on_hand=12, difference=-1),
        _line("MUG-BLUE", 4, on_hand=4, difference=0),
    ],
}
POSTED: dict[str, Any] = {
    **REVIEWED,
    "status": "POSTED",
    "closed_at": "2026-11-24T20:30:00Z",
    "closed_by": "api:wms",
    "revision": 3,
}
