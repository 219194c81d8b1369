"""Writes answers as JSON: one way for live and for repeated answers, so that both are equal byte for byte."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer

_renderer = JSONRenderer()


class Renderer(JSONRenderer):
    """JSON in UTF-8; a problem says so in its content type."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return `data` as compact JSON, whatever indent the Accept header asks for."""
        del accepted_media_type, renderer_context
        return dump(data)


def dump(data: Any) -> bytes:
    """Return `data` as the bytes of an answer."""
    return bytes(_renderer.render(data))
