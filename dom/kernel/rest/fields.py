"""Shapes that many bodies share: codes, quantities, money, instants, attributes."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_CODE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")
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
