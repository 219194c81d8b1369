"""What routing knows: live and former configuration, decisions and their reasons."""

from dom.kernel.config import versions
from routing.selectors.decisions import (
    Replayed,
    StoredDecision,
    decision,
    decisions,
    latest_of_each_group,
    replay,
)
from routing.selectors.documents import Checked, check, check_policy, diff, live_documents, live_rows
from routing.selectors.driving import Driven, drive

__all__ = [
    "Checked",
    "Driven",
    "Replayed",
    "StoredDecision",
    "check",
    "check_policy",
    "decision",
    "decisions",
    "diff",
    "drive",
    "latest_of_each_group",
    "live_documents",
    "live_rows",
    "replay",
    "versions",
]
