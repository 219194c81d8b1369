from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from dom.kernel.arrays import literal, literals

pytestmark = pytest.mark.django_db

_TEXTS = st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=8)


def _round_trip(kind: str, values: list[object]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [literal(values)])
        return cursor.fetchone()[0]


@given(values=_TEXTS)
@settings(max_examples=200, deadline=None)
def test_any_text_survives(values: list[str | None]) -> None:
    assert _round_trip("text", list(values)) == values


def test_numbers_booleans_dates_and_instants_survive() -> None:
    at = datetime(2026, 11, 24, 17, 0, 0, 123456, tzinfo=UTC)

    assert _round_trip("bigint", [1, None, -(2**62)]) == [1, None, -(2**62)]
    assert _round_trip("boolean", [True, False]) == [True, False]
    assert _round_trip("date", [date(2026, 2, 28)]) == [date(2026, 2, 28)]
    assert _round_trip("timestamptz", [at, None]) == [at, None]


def test_columns_of_no_rows_are_empty_arrays() -> None:
    assert literals([], width=2) == ["{}", "{}"]
    assert literals([(1, "a"), (2, "b")], width=2) == ["{1,2}", '{"a","b"}']
