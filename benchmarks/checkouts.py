"""Keeps two checkouts busy in a process of their own, beside whatever is measured, and tells how long claims took."""

import subprocess
import sys
import time
from dataclasses import dataclass

#: With fewer claims than this a 99th percentile is one slow claim, not a figure.
_ENOUGH = 200


@dataclass(frozen=True, slots=True)
class Felt:
    """How many claims were made, and the 99th percentile of their times."""

    claims: int
    p99_ms: float


class Checkouts:
    """Two checkouts that claim three lines each, over and over, from the moment this is made until `stop`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.checkouts_worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        # What begins before the first claim would be measured without buyers beside it.
        if not self._process.stdout or self._process.stdout.readline() != "begun\n":
            raise RuntimeError("The checkouts did not begin.")

    def stop(self) -> Felt:
        """End them; return what they felt since they were made."""
        told, _ = self._process.communicate("stop\n")
        claims, p99 = told.split()
        return Felt(int(claims), float(p99))


def alone(seconds: float) -> Felt:
    """Return what they feel with nothing else beside them: what anything more is to be held against."""
    checkouts = Checkouts()
    time.sleep(seconds)
    return checkouts.stop()


def report(name: str, felt: Felt, workload: str) -> None:
    """Print the percentile and of how many claims it is; of too few, say only that."""
    from benchmarks.stock_world import figure  # noqa: PLC0415  # Django is set up by now

    if felt.claims < _ENOUGH:
        print(f"{name}: {felt.claims} claims are too few for a percentile; take more rows", file=sys.stderr)
        return
    figure(name, felt.p99_ms, "ms", workload)
    figure(f"{name} of", felt.claims, "claims", workload)
