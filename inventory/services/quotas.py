"""Says how many units of a SKU a channel may take."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dom.kernel import changes, jobs
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import refuse_rows, row_error
from inventory.models import Channel, Sku
from inventory.services import sql
from inventory.services.claims import WAKE_BACKORDERS


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """The units of a SKU that a channel may take, by code."""

    channel: str
    sku: str
    quota: int


@in_unit_of_work
def upsert_quotas(*, rows: Sequence[QuotaRow], at: datetime, actor: str) -> None:
    """Set quotas. One that begins counts the claims that are open; one below its use stops further claims.

    Raises:
        RowsInvalid: a channel or SKU is unknown, a quota is negative, or given twice; nothing was changed.
    """
    changes.sign(actor=actor, at=at)
    channels = dict(Channel.objects.filter(code__in={row.channel for row in rows}).values_list("code", "id"))
    skus = dict(Sku.objects.filter(code__in={row.sku for row in rows}).values_list("code", "id"))
    errors = [
        row_error(n, "channel", f"Unknown channel {r.channel}.")
        for n, r in enumerate(rows)
        if r.channel not in channels
    ]
    errors += [row_error(n, "sku", f"Unknown SKU {r.sku}.") for n, r in enumerate(rows) if r.sku not in skus]
    times = Counter((row.channel, row.sku) for row in rows)
    errors += [
        row_error(n, "sku", "This quota is given twice.") for n, r in enumerate(rows) if times[r.channel, r.sku] > 1
    ]
    errors += [row_error(n, "quota", "A quota is never negative.") for n, r in enumerate(rows) if r.quota < 0]
    refuse_rows(errors)
    sql.rows(
        "inventory_set_quotas",
        ("bigint[]", [channels[row.channel] for row in rows]),
        ("bigint[]", [skus[row.sku] for row in rows]),
        ("int[]", [row.quota for row in rows]),
    )
    jobs.ring(WAKE_BACKORDERS)
