"""The words that `make run` ends its start with: where to look, who to be, what to try."""

from dom.embedded.places import Places


def text(*, address: str, seed: str, places: Places) -> str:
    """Return the greeting for an installation that answers at `address` and keeps its data at `places`."""
    lines = [
        "",
        f"  Running at {address}   (data and logs: {places.data})",
        "",
        *(_demo(address) if seed == "demo" else _empty()),
        "",
        "  Ctrl-C stops everything and keeps the data.",
        "",
    ]
    return "\n".join(lines)


def _demo(address: str) -> list[str]:
    del address
    return []


def _empty() -> list[str]:
    return ["  The product is empty. Make yourself an account: .venv/bin/python manage.py createsuperuser"]
