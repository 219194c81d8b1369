"""A shape answers any JSON with values or with a refusal that names the field: it never breaks."""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from dom.urls import urlpatterns

#: The address book names every module that has an endpoint, and so every shape.
assert urlpatterns

OURS = ("dom.", "orders.", "inventory.", "routing.", "stores.")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.sampled_from(["12.34", "USD", "2026-11-24T20:15:00Z", "America/New_York", "{amount}", "%s", "\x00"]),
)
#: Where some layer below the shapes ends; each is told to every field and as every member of every shape.
EXTREMES: tuple[Any, ...] = (
    0, -1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**400, -(10**400), Decimal("1e40"), Decimal("-1e-40"),
    Decimal("0.5"), True, None, "", " ", "x" * 70_000, "9" * 400, "-0", "NaN", "1e400", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00", "9999-12-31", "24:00", [], [[]], [{}], [None], {}, {"": None}, {"amount": 10**400},
    {"amount": 10**400, "currency": "USD"}, {"amount": "9" * 400, "currency": "USD"},
)  # fmt: skip
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)


def below(kind: Any) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def ours(kind: type, *, but: tuple[type, ...] = ()) -> list[type]:
    found: set[type] = {one for one in below(kind) if one.__module__.startswith(OURS) and not issubclass(one, but)}
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


FIELDS = [one for one in ours(serializers.Field, but=(serializers.BaseSerializer,)) if not one.__name__.startswith("_")]
SHAPES = ours(serializers.Serializer)
#: What sentences of the framework's own fields have a place for.
FACTS = (
    "input", "format", "timezone", "value", "datatype", "input_type", "max_length", "min_length", "max_value",
    "min_value", "max_digits", "max_decimal_places", "max_whole_digits",
)  # fmt: skip


def _said(kind: type) -> list[str]:
    return [str(message) for message in vars(kind).get("default_error_messages", {}).values()]


def made(kind: type) -> Any:
    """Return a field of the kind; those that need to be told their choices get some."""
    return kind(choices=[("A", "A"), ("B", "B")]) if issubclass(kind, serializers.ChoiceField) else kind()


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_a_field_takes_or_refuses_any_json(kind: type) -> None:
    field = made(kind)

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(told=JSON)
    def tell(told: Any) -> None:
        with suppress(serializers.ValidationError, serializers.SkipField):
            field.run_validation(told)

    tell()


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_a_field_takes_or_refuses_every_extreme(kind: type) -> None:
    for told in EXTREMES:
        with suppress(serializers.ValidationError, serializers.SkipField):
            made(kind).run_validation(told)


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
def test_a_shape_takes_or_refuses_every_extreme_as_every_member(kind: type) -> None:
    shape = kind()
    answers = isinstance(shape, serializers.ModelSerializer)
    for name in () if answers else shape.fields:
        for told in EXTREMES:
            with suppress(serializers.ValidationError, serializers.SkipField):
                shape.fields[name].run_validation(told)


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_every_refusal_of_a_field_can_be_said(kind: type) -> None:
    told = [message for one in kind.__mro__ for message in _said(one)]
    facts = dict.fromkeys(FACTS, "?")
    assert all(message.format(**facts) for message in told)


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
def test_a_shape_takes_or_refuses_any_members(kind: type) -> None:
    names = sorted(kind().fields)
    members = st.dictionaries(st.sampled_from(names), JSON, max_size=6) if names else JSON

    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    @given(told=members | JSON)
    def tell(told: Any) -> None:
        kind(data=told).is_valid()

    tell()


def test_there_is_something_to_tell() -> None:
    assert len(FIELDS) > 10
    assert len(SHAPES) > 50
