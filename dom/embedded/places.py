"""Answers where the embedded servers keep their data, sockets and logs."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: A Unix socket address may have 107 bytes; PostgreSQL appends `/.s.PGSQL.5432.lock`.
_LONGEST_SOCKET_FOLDER = 80
#: Where environment and data go when the servers' own account could not reach them; /root is closed to it.
_READABLE = Path("/var/lib")


def readable(wanted: str | os.PathLike[str]) -> Path:
    """Return `wanted` made absolute, or its stand-in when we are root and a folder above it is closed to others.

    As root the servers run as another account, which must walk down to their programs and data. Opening folders that
    exist is not ours to do, so both move to a place that is derived from the wanted path and is always the same.
    """
    path = Path(wanted).resolve()
    if os.geteuid() != 0 or not any(_closed(above) for above in (path, *path.parents)):
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    return _READABLE / f"dom-{digest}" / path.name.lstrip(".")


def _closed(folder: Path) -> bool:
    return folder.exists() and not folder.stat().st_mode & stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation; `data` is absolute."""

    data: Path

    @classmethod
    def of(cls, data: str | os.PathLike[str]) -> "Places":
        """Return the places below `data`, made absolute, or below its stand-in if the servers could not reach it."""
        return cls(readable(data))

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
