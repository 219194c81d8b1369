"""Declares what happens to nodes, stock, transfers and counts; the texts and fields are part of the contract."""

from dom.kernel.event_kinds import declare

declare(
    "node",
    "reason by",
    [
        ("paused", "It gets no new work; `data.until` says until when, null until somebody resumes it", "until"),
        ("resumed", "It gets new work again", ""),
        ("methods_switched", "It offers other methods; `data.methods` names all of them", "methods"),
        (
            "capacity_limited",
            "It takes more or less on a day; on `data.day` `data.limit` of `data.unit`, null for the usual",
            "day unit limit",
        ),
    ],
)
declare(
    "stock",
    "sku node free threshold",
    [
        ("low", "No more than the threshold is free there", ""),
        ("recovered", "More than the threshold is free again", ""),
    ],
)
declare(
    "transfer",
    "from to status by",
    [
        ("requested", "Somebody asked for it; a large one waits for approval", ""),
        ("approved", "It may be sent", ""),
        ("rejected", "It may not be sent", "reason"),
        (
            "shipped",
            "Units left the sending node and are incoming supply of the other; `data.lines` names them",
            "lines",
        ),
        (
            "received",
            "Units came in; `data.lines` names them, `data.written_off` units never came",
            "lines written_off",
        ),
        ("cancelled", "What had not left stays", "reason"),
    ],
)
declare(
    "count",
    "status by",
    [
        ("opened", "SKUs of the node are to be counted; `data.skus` says how many", "skus"),
        ("submitted", "Everything is counted", ""),
        ("reopened", "Some of it is counted once more; `data.skus` says how many SKUs", "skus"),
        ("posted", "The books say what was counted; `data.changed` levels changed", "changed unchanged ignored"),
        ("cancelled", "It was given up; the books stay", ""),
    ],
)
