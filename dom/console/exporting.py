"""Sends lists as CSV, row by row, in a form that a spreadsheet opens and does not run."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

#: A cell that begins so is a formula to a spreadsheet; an apostrophe before it makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """The file that the writer believes in: what is written comes back."""

    def write(self, line: str) -> str:
        """Return the line instead of keeping it."""
        return line


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Return `rows` below `header` as the file `name`.csv; numbers stay numbers, text never becomes a formula."""
    answer = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([_cell(value) for value in row]))


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
