"""Starts a server as a child that dies with its parent and never runs as root."""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_UNPRIVILEGED = "nobody"


def unprivileged_ids() -> tuple[int, int] | None:
    """Return the (uid, gid) that servers run as when we are root, else None."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def own_folder(folder: Path) -> None:
    """Create `folder` with mode 700 for the account the servers run as; one that exists is left as it is."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    folder.chmod(0o700)  # whatever the umask says
    ids = unprivileged_ids()
    if ids is not None:
        os.chown(folder, *ids)


def _before_exec(parent: int, ids: tuple[int, int] | None) -> None:
    # Without the parent-death signal a killed supervisor would leave servers behind that hold the data folder.
    # Dropping the user id clears the signal, so the user id goes first.
    if ids is not None:
        os.setgroups([])
        os.setgid(ids[1])
        os.setuid(ids[0])
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def start(
    command: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str] | None = None, as_us: bool = False
) -> subprocess.Popen[bytes]:
    """Start `command` in its own process group, with both outputs appended to `log`.

    It runs as the servers' account, or as our own when `as_us` (the product's own code, which that account may not
    be able to read).
    """
    parent = os.getpid()
    ids = None if as_us else unprivileged_ids()
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: _before_exec(parent, ids),
        )


def run(command: Sequence[str], *, cwd: Path) -> None:
    """Run `command` to its end as the unprivileged account.

    Raises:
        RuntimeError: it ended with an error; the message carries its output.
    """
    parent = os.getpid()
    ids = unprivileged_ids()
    done = subprocess.run(
        list(command),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: _before_exec(parent, ids),
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
