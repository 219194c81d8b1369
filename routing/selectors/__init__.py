"""What routing knows: live and former configuration, decisions and their reasons."""

from routing.selectors.documents import Checked, check, check_policy, diff, live_documents, live_rows, versions

__all__ = ["Checked", "check", "check_policy", "diff", "live_documents", "live_rows", "versions"]
