"""Answers, for a command that found no server, whether the embedded ones of its data folder are simply not running."""

import os

from dom.embedded.places import Places


def explanation(places: Places) -> str | None:
    """Return the sentence that helps, or None when embedded servers are not meant or are there."""
    if not os.environ.get("DATABASE_URL") and not (places.sockets / ".s.PGSQL.5432").exists():
        server = "database"
    elif not os.environ.get("REDIS_URL") and not (places.sockets / "valkey.sock").exists():
        server = "broker"
    else:
        return None
    return (
        f"The embedded {server} of {places.data} is not running. Start it with `make run DATA={places.data}` in another"
        " terminal, or set DATABASE_URL and REDIS_URL."
    )
