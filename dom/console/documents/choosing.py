"""The inputs that say which nodes a document speaks of; what it leaves out, and what of that is in after all.

Deeper exclusions are kept as they were written: the API takes them, nobody has needed inputs for them.
"""

from typing import Any

from dom.console.documents.editor import Section
from dom.console.masters import cells

_KINDS = (("DC", "Distribution centers"), ("STORE", "Stores"), ("THREE_PL", "3PLs"), ("SUPPLIER", "Suppliers"))


def from_nodes(path: str, *, distance: bool) -> tuple[Section, ...]:
    """Return the sections of a choice of nodes at `path`; with `distance`, how far away they may be."""
    within: dict[str, Any] = {f"{path}.within_km": cells.Number("Within", unit="km")} if distance else {}
    return (
        Section("From which nodes", "Nothing ticked or named: every node.", {**_nodes(path), **within}),
        Section(
            "But not from these nodes", "A node that fits everything said here is left out.", _nodes(f"{path}.not")
        ),
        Section(
            "Yet from these after all",
            "What is left out above, and fits everything said here, is taken.",
            _nodes(f"{path}.not.not"),
        ),
    )


def _nodes(path: str) -> dict[str, Any]:
    return {
        f"{path}.kinds": cells.Many("Kinds of nodes", choices=_KINDS),
        f"{path}.groups": cells.Words("In groups"),
        f"{path}.tags": cells.Words("Tagged"),
        f"{path}.codes": cells.Words("Named", "Codes of nodes, separated by commas."),
        f"{path}.countries": cells.Words("In countries"),
        f"{path}.regions": cells.Words("In regions"),
    }
