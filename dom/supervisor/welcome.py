"""The words that `make run` ends its start with: where to look, who to be, what to try."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from dom.embedded.places import Places

#: Login and role; a test holds them against the people whom the seed makes. The password is the login with "-demo".
LOGINS = (
    ("admin", "everything"),
    ("maya", "merchandiser"),
    ("omar", "operations"),
    ("cleo", "customer service"),
    ("sam", "store manager"),
    ("ana", "store associate"),
    ("iris", "auditor"),
)


def text(*, address: str, seed: str, places: Places, at: datetime) -> str:
    """Return the greeting for an installation that answers at `address` and keeps its data at `places`."""
    lines = [
        "",
        f"  Running at {address}    data and logs: {_short(places.data)}",
        "",
        *(_demo(address, places, at) if seed == "demo" else _empty(places)),
        "",
        "  Ctrl-C stops everything and keeps the data.",
        "",
    ]
    return "\n".join(lines)


def _demo(address: str, places: Places, at: datetime) -> list[str]:
    manage = f"{_manage(places)}"
    people = "  ".join(f"{login} ({role})" for login, role in LOGINS)
    return [
        f"  Log in as  {people}",
        "  Password   the login with -demo behind it: cleo-demo",
        "",
        "  Five things to try",
        f"  1. {address}/ as cleo: orders arrive while you look. Open one: its story, and why it went where it went.",
        "  2. Place an order, twice if you like; the second answer is the first one again:",
        *(f"       {line}" for line in place_an_order(address=address, places=places, at=at)),
        "  3. Ask where it went and why (REF is the `ref` of the answer). Routing takes a second; after the very first",
        "     start it takes a minute, while the engine is being compiled:",
        f"       {ask_why(address=address)}",
        "  4. The same in words, every node with its cost or the reason it fell out:",
        f"       {manage} route --explain REF",
        "  5. Check that every number adds up while orders keep coming:",
        f"       {manage} prove",
    ]


def place_an_order(*, address: str, places: Places, at: datetime) -> list[str]:
    """Return the shell lines that place an order; its external reference is new at each start."""
    reference = f"TRY-{at:%m%d%H%M%S}"
    order = {
        "channel": "web",
        "external_ref": reference,
        "placed_at": at.isoformat(timespec="seconds"),
        "currency": "USD",
        "customer": {"name": "Robin Vale", "email": "robin@example.com"},
        "fulfillment": {"method": "SHIP"},
        "ship_to": {
            "name": "Robin Vale", "line1": "1 Main Street", "city": "Boise", "region": "ID",
            "postal_code": "83702", "country": "US",
        },
        "payment": {"status": "AUTHORIZED", "amount": "189.98"},
        "lines": [{"line_ref": "1", "sku": "BOOT-001", "quantity": 2, "unit_price": "94.99"}],
    }  # fmt: skip
    return [
        f"KEY=$(cat {_short(places.data / 'api_key')})",
        f'curl -s {address}/api/v1/orders -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\',
        f"  -H 'Idempotency-Key: {reference}' -d '{json.dumps(order)}'",
    ]


def ask_why(*, address: str) -> str:
    """Return the shell line that asks for the decision of the order REF."""
    return f'curl -s {address}/api/v1/orders/REF/decision -H "Authorization: Bearer $KEY"'


def _empty(places: Places) -> list[str]:
    manage = _manage(places)
    return [
        "  The product is empty. Make yourself an account and a key, then set up a network in the browser or by API:",
        f"       {manage} createsuperuser",
        f"       {manage} api_key NAME",
    ]


def _manage(places: Places) -> str:
    """Return how to call a management command on this data folder from the current folder."""
    data = _short(places.data)
    return ("" if data == "var" else f"DATA={data} ") + f"{_short(Path(sys.executable))} manage.py"


def _short(path: Path) -> str:
    """Return `path` as somebody in the current folder would write it."""
    here = Path.cwd()
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)
