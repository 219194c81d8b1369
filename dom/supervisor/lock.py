"""Answers who works on a data folder: one supervisor at a time."""

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path


class TakenError(Exception):
    """Another supervisor works on this data folder; the message is for the person at the terminal."""


class DataLock:
    """Holds the data folder until the process ends, however it ends: the kernel lets go of the lock."""

    def __init__(self, data: Path) -> None:
        self._path = data / "supervisor.lock"
        self._file: TextIOWrapper | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            TakenError: another process holds it; the message names it and the way out.
        """
        lock = self._path.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            lock.close()
            raise TakenError(
                f"{self._path.parent} is in use by {holder}.\n"
                "Stop that one first, or start a second copy on its own data: make run DATA=other"
            ) from None
        self._file = lock
        self.tell(f"process {os.getpid()}")

    def tell(self, holder: str) -> None:
        """Leave word of who holds the lock and where it answers, for whoever comes next."""
        if self._file is None:
            return
        self._file.seek(0)
        self._file.truncate()
        self._file.write(holder + "\n")
        self._file.flush()
