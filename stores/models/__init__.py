"""The people: where they may work, how they log in."""

from stores.models.access import NodeAccess
from stores.models.log_in import LogInThrottle, LogInTry, PasswordLink, PersonSession
from stores.models.person import Person

__all__ = ["LogInThrottle", "LogInTry", "NodeAccess", "PasswordLink", "Person", "PersonSession"]
