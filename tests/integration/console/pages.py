"""What a browser would send for the editor of a document as it stands on the page."""

from typing import Any

from dom.console.documents.editor import DrawnRow


def sent_as_it_stands(context: Any) -> dict[str, Any]:
    """Return every input of the page with its value, the hidden ones included."""
    desk = context["desk"]
    sent: dict[str, Any] = {"base": context["base"], "live": desk.live, "draft": desk.draft, "note": desk.note}
    _collect(context["row"], sent)
    return sent


def sent_by(row: DrawnRow) -> dict[str, Any]:
    """Return every input of a drawn document with its value."""
    sent: dict[str, Any] = {}
    _collect(row, sent)
    return sent


def _collect(row: DrawnRow, sent: dict[str, Any]) -> None:
    if row.path:
        sent[f"{row.path}was"] = row.was
    for one in row.inputs:
        if one.fixed or one.value in (False, []):
            continue
        sent[one.name] = "on" if one.value is True else one.value
    for block in row.children:
        for inner in block.rows:
            _collect(inner, sent)
