"""Answers where the embedded servers keep their data, sockets and logs."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: A Unix socket address may have 107 bytes; PostgreSQL appends `/.s.PGSQL.5432.lock`.
_LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation; `data` is absolute."""

    data: Path

    @classmethod
    def of(cls, data: str | os.PathLike[str]) -> "Places":
        """Return the places below `data`, made absolute."""
        return cls(Path(data).resolve())

    @property
    def postgres(self) -> Path:
        """The PostgreSQL cluster."""
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        """The broker's working folder."""
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        """One log file per child."""
        return self.data / "logs"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets; in the temporary folder when `data` is too deep for a socket address."""
        here = self.data / "sockets"
        if len(os.fsencode(here)) <= _LONGEST_SOCKET_FOLDER:
            return here
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"dom-{digest}"

    @property
    def database(self) -> dict[str, str | int]:
        """The embedded database in the form of Django's settings; the host is the folder of the socket."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "dom",
            "USER": "dom",
            "HOST": str(self.sockets),
            "PORT": 5432,
        }

    @property
    def broker_url(self) -> str:
        """The address of the embedded broker, for Celery and the Redis client."""
        return f"redis+socket://{self.sockets}/valkey.sock"

    @property
    def cache_url(self) -> str:
        """The address of the embedded Valkey in the Redis client's own form."""
        return f"unix://{self.sockets}/valkey.sock"
