"""Names the time limits a transaction may ask for; the default one goes with every connection (dom.settings)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """PostgreSQL durations; "0" means no limit."""

    lock_timeout: str
    statement_timeout: str
    idle_timeout: str


DEFAULT = Profile(lock_timeout="2s", statement_timeout="15s", idle_timeout="5s")
FEED = Profile(lock_timeout="10s", statement_timeout="120s", idle_timeout="60s")
#: A proof reads every ledger once: minutes on tens of millions of rows. It is one of a day, best on a replica.
REPORT = Profile(lock_timeout="2s", statement_timeout="3600s", idle_timeout="60s")
MIGRATE = Profile(lock_timeout="5s", statement_timeout="0", idle_timeout="0")
