"""What inventory refuses, and how it says so."""

from collections.abc import Sequence

from dom.kernel.errors import DomainError, Kind


class RowsInvalid(DomainError):
    """Some rows of a bulk change cannot be understood; nothing of it was applied.

    `errors` is a list of {row, field, message}; rows count from 0 in the order given.
    """

    code = "rows-invalid"
    title = "Some rows are invalid"
    kind = Kind.INVALID


def refuse_rows(errors: Sequence[dict[str, object]]) -> None:
    """Refuse the whole change when there are any `errors`.

    Raises:
        RowsInvalid: there are.
    """
    if errors:
        raise RowsInvalid(f"{len(errors)} of the rows cannot be applied; nothing was changed.", errors=list(errors))
