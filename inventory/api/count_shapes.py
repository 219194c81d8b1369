"""Shapes of counts."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Code, Instant, OneOf, Quantity, Text, Whole
from inventory.models import CountLine, CountSession
from inventory.selectors.counts import ABC
from inventory.services.counting import MOST_LINES


def _codes(told: str) -> serializers.ListField:
    return serializers.ListField(child=Code(), min_length=1, max_length=MOST_LINES, help_text=told)


class ChooseAsk(serializers.Serializer[Any]):
    """Lets us choose: never or longest ago counted SKUs first, narrowed by tag or class."""

    tag = Code(required=False)
    abc = OneOf([(one, one) for one in ABC], required=False, help_text="A: 80 % of the value shipped, B: up to 95 %")
    never_counted = serializers.BooleanField(required=False, default=False)
    most = Whole(min_value=1, max_value=MOST_LINES, default=30)


class CountAsk(serializers.Serializer[Any]):
    """What shall be counted at a node: `skus` one by one, else what `choose` finds. Blind unless told otherwise."""

    node = Code()
    skus = serializers.ListField(child=Code(), min_length=1, max_length=MOST_LINES, required=False)
    choose = ChooseAsk(required=False)
    blind = serializers.BooleanField(required=False, default=True)
    note = Text(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what was asked for.

        Raises:
            serializers.ValidationError: SKUs are named and chosen at once.
        """
        if "skus" in attrs and "choose" in attrs:
            raise serializers.ValidationError("Name skus, or let us choose.", code="one_of")
        return attrs


class SeenAsk(serializers.Serializer[Any]):
    """Units of a SKU that somebody found at `counted_at`, now unless told."""

    sku = Code()
    counted = Quantity(min_value=0)
    counted_at = Instant(required=False)


class EnterAsk(serializers.Serializer[Any]):
    """What was found; a SKU that is entered again takes the later word."""

    lines = SeenAsk(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]  # the list's own bound


class RecountAsk(serializers.Serializer[Any]):
    """What is to be counted once more."""

    skus = _codes("SKUs of the count")


class CountInListShape(serializers.Serializer[Any]):
    """A count and how far it is: `counted` of `size` SKUs."""

    ref = serializers.CharField()
    node = serializers.CharField(source="node.code")
    status = serializers.ChoiceField(choices=CountSession.Status.choices)
    blind = serializers.BooleanField()
    chosen_by = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField()
    counted = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    opened_by = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()


class CountLineShape(serializers.Serializer[Any]):
    """One SKU. `on_hand` is what the books said at `counted_at`, `difference` how many more were found.

    Both are null before somebody has counted, and while the count is blind and open. `ignored`: a later one was known.
    """

    sku = serializers.CharField(source="sku.code")
    counted = serializers.IntegerField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    counted_by = serializers.CharField(allow_blank=True)
    times = serializers.IntegerField()
    on_hand = serializers.SerializerMethodField()
    difference = serializers.SerializerMethodField()
    ignored = serializers.BooleanField()

    def _shows(self, line: CountLine) -> bool:
        hidden = line.session.blind and line.session.status == CountSession.Status.OPEN
        return line.counted is not None and not hidden

    def get_on_hand(self, line: CountLine) -> int | None:
        """Return what the books said."""
        return line.on_hand if self._shows(line) else None

    def get_difference(self, line: CountLine) -> int | None:
        """Return how many more were found."""
        return line.difference if self._shows(line) else None


class CountShape(CountInListShape):
    """A count with its SKUs in the order in which they are to be counted."""

    lines = CountLineShape(many=True)
