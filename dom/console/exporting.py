"""Sends lists as CSV, row by row, in a form that a spreadsheet opens and does not run."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict, StreamingHttpResponse

from dom.console.pages import ConsolePage

#: A file ends after so many rows.
MOST_ROWS = 200_000

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


class ExportedPage(ConsolePage):
    """A list that goes out as CSV, too, narrowed as it is on the page: `?format=csv`."""

    file_name: ClassVar[str] = ""
    columns: ClassVar[Sequence[str]] = ()

    def lines(self) -> Iterable[Sequence[object]]:
        """Yield everything that the list was narrowed to, the columns of a line each."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a page, or everything that was found as a file."""
        if request.GET.get("format") == "csv":
            return csv_answer(self.file_name, self.columns, self.lines())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the query that sends the list as a file."""
        asked: QueryDict = self.request.GET.copy()
        for name in ("before", "after"):
            asked.pop(name, None)
        asked["format"] = "csv"
        return super().get_context_data(as_file=asked.urlencode(), **kwargs)
