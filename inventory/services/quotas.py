"""Says how many units of a SKU a channel may take."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dom.kernel import changes, jobs
from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import refuse_rows, row_error
from inventory.models import Channel, ChannelQuota, Sku
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
        row_error(n, "channel", f"There is no channel {r.channel}.")
        for n, r in enumerate(rows)
        if r.channel not in channels
    ]
    errors += [row_error(n, "sku", f"There is no SKU {r.sku}.") for n, r in enumerate(rows) if r.sku not in skus]
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


@in_unit_of_work
def end_quota(*, channel: str, sku: str, at: datetime, actor: str) -> None:
    """Let a channel take all of a SKU that is available to it; claims stay as they are.

    Whoever claims beside this waits for the quota's row, or is counted by it for the last time.

    Raises:
        NotFound: there is no such quota.
    """
    changes.sign(actor=actor, at=at)
    ended, _ = ChannelQuota.objects.filter(channel__code=channel, sku__code=sku).delete()
    if not ended:
        raise NotFound(f"Channel {channel} has no quota of SKU {sku}.", channel=channel, sku=sku)
    jobs.ring(WAKE_BACKORDERS)
