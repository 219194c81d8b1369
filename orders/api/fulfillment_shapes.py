"""Shapes of what nodes report: rejections, picks, packages, hand-overs."""

from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Code, OneOf, Quantity, Text
from orders.reports import PackedBox, PackedLine, Picked, Reason, Returned

_REASONS = [reason.value for reason in Reason]
_MOST_LINES = 1_000
_WORD: dict[str, Any] = {"required": False, "allow_blank": True, "default": ""}
_FOUND = "Units of the SKU on the shelf, where somebody counted; picked units are not in it"


class ReturnedShape(serializers.Serializer[Any]):
    """Units of a line that the node gives back; NOT_FOUND and DAMAGED correct its stock."""

    line_ref = Code()
    quantity = Quantity()
    reason = OneOf(choices=_REASONS)
    found = Quantity(min_value=0, required=False, help_text=_FOUND)


class RejectShape(serializers.Serializer[Any]):
    """What the node cannot send; what is not named stays its work."""

    lines = ReturnedShape(many=True, min_length=1, max_length=_MOST_LINES)  # type: ignore[call-arg]  # for the list

    @staticmethod
    def read(asked: dict[str, Any]) -> list[Returned]:
        """Return the rejected lines."""
        return [Returned(**{**line, "reason": Reason(line["reason"])}) for line in asked["lines"]]


class PickedShape(serializers.Serializer[Any]):
    """The picked units of a line; what is missing goes back for `reason`."""

    line_ref = Code()
    quantity = Quantity(min_value=0)
    reason = OneOf(choices=_REASONS, default=Reason.NOT_FOUND.value)
    found = Quantity(min_value=0, required=False, help_text=_FOUND)


class PickShape(serializers.Serializer[Any]):
    """What was picked; named lines are finished by it. Without lines everything was picked as asked."""

    lines = PickedShape(many=True, required=False, max_length=_MOST_LINES)  # type: ignore[call-arg]  # for the list

    @staticmethod
    def read(asked: dict[str, Any]) -> list[Picked]:
        """Return the picked lines."""
        return [Picked(**{**line, "reason": Reason(line["reason"])}) for line in asked.get("lines", ())]


class PackedLineAsk(serializers.Serializer[Any]):
    """Units of a line in a package."""

    line_ref = Code()
    quantity = Quantity()


class PackageAsk(serializers.Serializer[Any]):
    """One box; without lines it holds everything picked that no other names."""

    tracking_number = Text(max_length=64, **_WORD)
    carrier = Text(max_length=64, **_WORD)
    service = Text(max_length=64, **_WORD)
    lines = PackedLineAsk(many=True, required=False, max_length=_MOST_LINES)  # type: ignore[call-arg]  # for the list


class ShipShape(serializers.Serializer[Any]):
    """The packages that leave; units that are in none of them stay open."""

    packages = PackageAsk(many=True, min_length=1, max_length=_MOST_LINES)  # type: ignore[call-arg]  # for the list

    @staticmethod
    def read(asked: dict[str, Any]) -> list[PackedBox]:
        """Return the packages."""
        return [
            PackedBox(**{**box, "lines": tuple(PackedLine(**line) for line in box.get("lines", ()))})
            for box in asked["packages"]
        ]


class HandOverShape(serializers.Serializer[Any]):
    """How the customer was recognized: a code that was shown, or a name; somebody else says their relation."""

    code = Text(max_length=128, **_WORD)
    name = Text(max_length=200, **_WORD)
    relation = Text(max_length=32, **_WORD)


class GiveUpShape(serializers.Serializer[Any]):
    """Why the node ends the work."""

    reason = Code(required=False, default="")
