"""Answers where the product's own Python is: makes the virtual environment and installs what changed.

Runs under the system's Python, so it needs nothing but the standard library:
`python3 -m dom.supervisor.environment requirements.txt` prints the path of the environment's Python; progress goes to
standard error. Tools are then started as `python -m tool`: a script in a copied environment still names the old copy.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dom.embedded.places import readable

ROOT = Path(__file__).resolve().parent.parent.parent
_STAMP = "installed.json"


def folder() -> Path:
    """Return the folder of the environment: `.venv`, or a readable place when the servers could not read that."""
    return readable(ROOT / ".venv")


def fingerprint(requirements: Path) -> str:
    """Return the hash of a requirement file and of every file that it includes."""
    text = requirements.read_text()
    included = [line.split(maxsplit=1)[1].strip() for line in text.splitlines() if line.startswith("-r ")]
    parts = [text, *(fingerprint(requirements.parent / name) for name in included)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the lock of `place`: two commands started at once must not install into it together."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _works(python: Path) -> bool:
    """Say whether `python` runs and has pip; an upgrade of the system's Python leaves a dangling link behind."""
    try:
        return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(place: Path, python: Path) -> None:
    if _works(python):
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(f"Python's venv module is missing. Install it: sudo apt-get install python{version}-venv")
    _say(f"Making a virtual environment in {place}")
    venv.EnvBuilder(with_pip=True, symlinks=True, upgrade_deps=False).create(place)


def _install(place: Path, python: Path, requirements: Path) -> None:
    stamp = place / _STAMP
    done: dict[str, str] = json.loads(stamp.read_text()) if stamp.exists() else {}
    wanted = fingerprint(requirements)
    if wanted in done.values():
        return
    _say(f"Installing the packages of {requirements.name}, once; this takes about half a minute")
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(requirements)]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise SystemExit(f"Installing {requirements.name} failed; the lines above say why.")
    # The stamp comes last and in one step, so that a killed installation is begun again.
    fresh = stamp.with_suffix(".new")
    fresh.write_text(json.dumps({**done, requirements.name: wanted, **_covered(requirements)}, indent=1))
    fresh.replace(stamp)


def _covered(requirements: Path) -> dict[str, str]:
    """Return the fingerprints of the files that `requirements` includes: they are installed with it."""
    lines = requirements.read_text().splitlines()
    names = [line.split(maxsplit=1)[1].strip() for line in lines if line.startswith("-r ")]
    return {name: fingerprint(requirements.parent / name) for name in names}


def ensure(requirements: Path) -> Path:
    """Make the environment hold `requirements` and return its Python; does nothing when it does already."""
    place = folder()
    python = place / "bin" / "python"
    if place != (ROOT / ".venv").resolve():
        _say(f"Running as root below a closed folder: the environment goes to {place}")
    if os.geteuid() == 0:
        os.umask(0o022)  # the servers run as another account and must be able to read their programs
    with _alone(place):
        _make(place, python)
        _install(place, python, requirements)
    return python


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(ensure(ROOT / sys.argv[1]))
