"""Says what a page of a list is: the thousandth costs what the first does, and nothing is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the queries of the pages beside them; None where there is none."""

    rows: Sequence[Any]
    older: str | None
    newer: str | None
