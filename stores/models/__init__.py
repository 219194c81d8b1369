"""The people: where they may work, how they log in."""

from stores.models.access import NodeAccess
from stores.models.log_in import LogInThrottle, LogInTry, PasswordLink, PersonSession
from stores.models.person import Person
from stores.models.second_factor import KnownBrowser, RecoveryCode, SecondFactor

__all__ = [
    "KnownBrowser",
    "LogInThrottle",
    "LogInTry",
    "NodeAccess",
    "PasswordLink",
    "Person",
    "PersonSession",
    "RecoveryCode",
    "SecondFactor",
]
