"""Shapes that many bodies share: codes, quantities, money, instants, attributes."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dom.kernel import money

_CODE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")
_COST = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,4})?")
MAX_QUANTITY = 1_000_000_000
_MAX_ATTRIBUTES = 100


class Text(serializers.CharField):
    """A string; a number or a boolean in its place is refused rather than guessed at."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text.

        Raises:
            serializers.ValidationError: it is no string, or too long.
        """
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Code(Text):
    """A code or reference of up to 64 characters without control characters or outer blanks."""

    default_error_messages = {"code": "A code has 1 to 64 characters, no control characters and no outer blanks."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the code.

        Raises:
            serializers.ValidationError: it is no code.
        """
        code = super().to_internal_value(data)
        if not _CODE.fullmatch(code):
            self.fail("code")
        return code


class Whole(serializers.IntegerField):
    """A whole number; "3", 3.5 and true are refused."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number.

        Raises:
            serializers.ValidationError: it is no whole number.
        """
        if isinstance(data, bool) or not isinstance(data, (int, Decimal)) or data != int(data):
            self.fail("invalid")
        return int(super().to_internal_value(int(data)))


class Quantity(Whole):
    """Units of a SKU: a whole number from `min_value` (1 unless told) to 10⁹."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", MAX_QUANTITY)
        super().__init__(**kwargs)


@extend_schema_field({"type": "object", "additionalProperties": True, "maxProperties": _MAX_ATTRIBUTES})
class Attributes(serializers.JSONField):
    """A partner's own names and values, stored as they are; exact decimals become JSON numbers again."""

    default_error_messages = {"object": "An object with up to 100 members.", "deep": "Values nest at most 4 levels."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object with every Decimal as the JSON number it was.

        Raises:
            serializers.ValidationError: no object, too wide or too deep.
        """
        if not isinstance(data, Mapping) or len(data) > _MAX_ATTRIBUTES:
            self.fail("object")
        return {str(name): self._storable(value, 4) for name, value in data.items()}

    def to_representation(self, value: Any) -> Any:
        """Return the stored object."""
        return value

    def _storable(self, value: Any, depth: int) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        if not isinstance(value, (Mapping, list)):
            return value
        if depth == 0:
            self.fail("deep")
        if isinstance(value, list):
            return [self._storable(child, depth - 1) for child in value]
        return {str(name): self._storable(child, depth - 1) for name, child in value.items()}


class Currency(Text):
    """An ISO 4217 code."""

    default_error_messages = {"currency": "An ISO 4217 currency code such as USD."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=3, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the code.

        Raises:
            serializers.ValidationError: there is no such currency.
        """
        code = super().to_internal_value(data)
        if code not in money.CURRENCIES:
            self.fail("currency")
        return code


class MoneyShape(serializers.Serializer[Any]):
    """An exact amount: a decimal as text, and its currency. Inside it is (minor units, currency)."""

    amount = Text(max_length=20, help_text="A decimal such as 12.34")
    currency = Currency()

    def to_internal_value(self, data: Any) -> Any:
        """Return (minor units, currency).

        Raises:
            serializers.ValidationError: the amount is no decimal of the currency.
        """
        told = super().to_internal_value(data)
        try:
            return money.to_minor(told["amount"], told["currency"]), told["currency"]
        except ValueError as wrong:
            raise serializers.ValidationError({"amount": str(wrong)}) from None

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return (minor units, currency) as an object."""
        minor, currency = instance
        return {"amount": money.to_amount(minor, currency), "currency": currency}


class CostE4(Text):
    """A cost as decimal text, in the engine's 1/10,000 of the major unit inside."""

    default_error_messages = {"cost": "A decimal from 0 to 1000000 with up to 4 places, as text, such as 1.25."}

    def to_internal_value(self, data: Any) -> Any:
        """Return the cost in 1/10,000.

        Raises:
            serializers.ValidationError: it is no such decimal.
        """
        text = super().to_internal_value(data)
        if not _COST.fullmatch(text):
            self.fail("cost")
        return int(Decimal(text).scaleb(4))

    def to_representation(self, value: Any) -> str:
        """Return the cost as text."""
        return format(Decimal(value).scaleb(-4).normalize(), "f")


class OneOf(serializers.ChoiceField):
    """One word of an enumeration, spelled exactly."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the word.

        Raises:
            serializers.ValidationError: it is none of them.
        """
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:80])
        return super().to_internal_value(data)


class Degrees(serializers.FloatField):
    """Degrees as a JSON number."""

    def to_internal_value(self, data: Any) -> float:
        """Return the degrees.

        Raises:
            serializers.ValidationError: it is no number, or out of range.
        """
        if isinstance(data, bool) or not isinstance(data, (int, Decimal)):
            self.fail("invalid")
        # A whole number may have more digits than a float can take.
        if not -360 <= data <= 360:
            self.fail("invalid")
        return float(super().to_internal_value(float(data)))


class Instant(serializers.DateTimeField):
    """An RFC 3339 instant with its offset, from 1970 to 2200; a local time without offset is refused."""

    default_error_messages = {
        "offset": "Say the offset: 2026-11-24T20:15:00Z or …+01:00.",
        "range": "An instant from 1970 to 2200.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the instant in UTC.

        Raises:
            serializers.ValidationError: it names no offset, or is far from any plausible time.
        """
        if value.tzinfo is None:
            self.fail("offset")
        if not 1970 < value.year < 2200:
            self.fail("range")
        return value.astimezone(UTC)

    def to_internal_value(self, value: Any) -> datetime:
        """Return the instant in UTC.

        Raises:
            serializers.ValidationError: it is no instant.
        """
        if not isinstance(value, str) or len(value) > 40:
            self.fail("invalid", format="RFC 3339")
        try:
            return super().to_internal_value(value)
        except OverflowError:
            self.fail("range")
