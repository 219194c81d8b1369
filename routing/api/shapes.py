"""Shapes of configuration documents on the wire; what is inside one, the engine's parsers say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dom.kernel.models import ConfigVersion

_MOST = 200


def exact(value: Any) -> Any:
    """Return `value` with each decimal number as the text it was: money is read from text, and JSON keeps it exact."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(name): exact(child) for name, child in value.items()}
    if isinstance(value, list):
        return [exact(child) for child in value]
    return value


@extend_schema_field({"type": "object", "additionalProperties": True, "description": "A document; see the example."})
class DocumentField(serializers.JSONField):
    """One document as an object."""

    default_error_messages = {"object": "A document is an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object with exact numbers.

        Raises:
            serializers.ValidationError: it is no object.
        """
        if not isinstance(data, Mapping):
            self.fail("object")
        found: dict[str, Any] = exact(data)
        return found


class DocumentsShape(serializers.ListSerializer[Any]):
    """Documents with a `code` each."""

    child = DocumentField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": _MOST, **kwargs})


class ServicesShape(serializers.Serializer[Any]):
    """All carrier services of the network."""

    services = DocumentsShape()


class LanesShape(serializers.Serializer[Any]):
    """All lanes of the network, and what holds where none speaks."""

    lanes = DocumentsShape(required=False)
    cross_border = serializers.BooleanField(required=False)
    export_controlled_abroad = serializers.BooleanField(required=False)


class VersionShape(serializers.ModelSerializer[ConfigVersion]):
    """A live document: `code`, `version`, who published it, since when it is live, and what it says."""

    code = serializers.CharField(source="scope")
    version = serializers.IntegerField(source="number")
    document = DocumentField(source="body")

    class Meta:
        model = ConfigVersion
        fields = ("code", "version", "author", "note", "live_from", "document")


class PublishedOneShape(serializers.Serializer[Any]):
    """What became live."""

    code = serializers.CharField(source="scope")
    version = serializers.IntegerField(source="number")


class PublishedShape(serializers.Serializer[Any]):
    """What became live; an unchanged document keeps its version."""

    received = serializers.IntegerField()
    applied = serializers.IntegerField()
    items = PublishedOneShape(many=True)
