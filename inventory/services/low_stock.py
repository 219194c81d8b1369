"""Says below what stock is low, and brings levels' thresholds to it, some at a time.

The trigger inventory_note_low tells of each crossing in the transaction that crosses.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dom.kernel import config, jobs
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work
from inventory import locks
from inventory.errors import refuse_rows, row_error
from inventory.models import LowStockPass, NodeGroup
from inventory.rules import parse_low_rule
from inventory.services import sql

KIND = "low-stock"
#: What the trigger writes.
LOW, RECOVERED = "stock.low", "stock.recovered"
MARK = "inventory.tasks.mark_low_stock"
_SOME = 20_000
#: After this time everything is looked at again: tags of SKUs and members of groups change without a publication.
_ANEW = timedelta(hours=6)
#: And where a threshold has dates: midnight comes to one node after the other.
_DATED = timedelta(hours=1)


@in_unit_of_work
def publish_low_stock(
    *, bodies: Sequence[Mapping[str, Any]], at: datetime, actor: str, note: str = ""
) -> list[ConfigVersion]:
    """Publish low-stock rules, each a document by `code`; see inventory.rules.parse_low_rule.

    Levels get their thresholds within seconds, or minutes where there are millions.

    Raises:
        RulesInvalid: one of them is not valid; none is published.
        RowsInvalid: one names an unknown node group; none is published.
    """
    rules = [parse_low_rule(body) for body in bodies]
    groups = {rule.scope.node_group for rule in rules}
    known = {"", *NodeGroup.objects.filter(code__in=groups).values_list("code", flat=True)}
    refuse_rows(
        [
            row_error(n, "node_group", f"There is no node group {rule.scope.node_group}.")
            for n, rule in enumerate(rules)
            if rule.scope.node_group not in known
        ]
    )
    versions = [
        config.publish(kind=KIND, scope=rule.code, body=body, author=actor, at=at, note=note)
        for rule, body in zip(rules, bodies, strict=True)
    ]
    _begin_anew(at)
    return versions


@in_unit_of_work
def retire_low_stock(*, scope: str, at: datetime, actor: str, note: str = "") -> ConfigVersion:
    """End a low-stock rule; levels get the threshold of the next that fits, or none.

    Raises:
        NotFound: nothing of that name is live.
    """
    ended = config.retire(kind=KIND, scope=scope, author=actor, at=at, note=note)
    _begin_anew(at)
    return ended


def _begin_anew(at: datetime) -> None:
    LowStockPass.objects.update_or_create(id=1, defaults={"level_id": 0, "began_at": at})
    jobs.ring(MARK)


@in_unit_of_work
def mark_some(*, at: datetime) -> bool:
    """Bring the thresholds of the next levels to what the rules say; return whether there may be more.

    Safe beside itself: one works, the other finds nothing to do.
    """
    LowStockPass.objects.get_or_create(id=1, defaults={"began_at": at})
    held = locks.lock_low_stock_pass()
    if held is None:
        return False
    if held.level_id and held.began_at <= at - (_DATED if _has_dates() else _ANEW):
        held.level_id, held.began_at = 0, at
    last = sql.rows("inventory_mark_low", ("timestamptz", at), ("bigint", held.level_id), ("int", _SOME))[0][0]
    if last is not None:
        held.level_id = last
        held.save(update_fields=["level_id", "began_at"])
    return last is not None


def _has_dates() -> bool:
    return any({"from", "to"} & set(version.body) for version in config.live_versions(KIND).values())
