"""Runs all benchmarks and prints their figures as JSON lines; fails when one of them does.

A benchmark is a module of this folder that can be run by itself (`python -m benchmarks.w1`): it starts what it needs,
prints one object a figure with `name`, `value`, `unit` and `workload`, and ends with another code than 0 when an
invariant was broken. Modules named `…_worker` are parts of another one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_FACTS = {"name", "value", "unit", "workload"}


def benchmarks() -> list[str]:
    """Return the names of the benchmarks, or those that the command line named."""
    files = sorted(_HERE.glob("*.py"))
    runnable = [file.stem for file in files if '__name__ == "__main__"' in file.read_text()]
    return [name for name in runnable if name != "run" and not name.endswith("_worker")]


def _is_figure(line: str) -> bool:
    try:
        return set(json.loads(line)) >= _FACTS
    except (ValueError, TypeError):
        return False


def run(name: str) -> bool:
    """Run one benchmark, pass its figures on as they come and its other words to standard error."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    with subprocess.Popen(command, cwd=_HERE.parent, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True, file=sys.stdout if _is_figure(line) else sys.stderr)
    if process.returncode != 0:
        print(f"{name} failed with exit code {process.returncode}", file=sys.stderr)
    return process.returncode == 0


def main() -> int:
    """Run what was asked for; return 1 when any of it failed."""
    names = sys.argv[1:] or benchmarks()
    if not names:
        print("There is no benchmark yet.", file=sys.stderr)
    failed = [name for name in names if not run(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
