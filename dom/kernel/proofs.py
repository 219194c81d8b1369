"""Answers whether the books added up last time, and proves them again when it is time to."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from dom.kernel import prove
from dom.kernel.locks import only_one
from dom.kernel.models import Proof
from dom.kernel.transactions import in_unit_of_work, unit_of_work

#: The least time between two proofs; a proof that takes long comes back so seldom that it takes 5 % of the time.
_APART = timedelta(minutes=5)
_SHARE = 20
_KEPT = timedelta(days=30)


def last() -> Proof | None:
    """Return the latest proof; None before the first."""
    return Proof.objects.order_by("-id").first()


def is_due(proof: Proof | None, *, at: datetime) -> bool:
    """Say whether the books should be proven again."""
    return proof is None or at >= proof.at + max(_APART, timedelta(seconds=_SHARE * proof.seconds))


def prove_again(*, at: datetime) -> None:
    """Run every check and keep the result, unless it is too early or another process is at it.

    Each check is a transaction of its own under the report profile's limits, so nobody waits for the whole.
    """
    if not is_due(last(), at=at):
        return
    with only_one("proof") as mine:
        if not mine:
            return
        begun = time.monotonic()
        found = {difference.check.name: difference.total for difference in prove.differences()}
        with unit_of_work():
            keep(found, seconds=time.monotonic() - begun, at=at)


@in_unit_of_work
def keep(differences: Mapping[str, int], *, seconds: float, at: datetime) -> Proof:
    """Keep what a proof found, and forget those of more than a month ago."""
    Proof.objects.filter(at__lt=at - _KEPT).delete()
    return Proof.objects.create(
        at=at, seconds=round(seconds, 2), checks=len(prove.checks()), differences=dict(differences)
    )
