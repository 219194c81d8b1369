"""Describes in the schema what we send: the messages of webhooks."""

from typing import Any

from dom.api.views import EVENT_EXAMPLE

_EVENT: dict[str, Any] = EVENT_EXAMPLE["items"][0]  # type: ignore[index]  # an example's parts are loose
_MESSAGE: dict[str, Any] = {
    "type": "object",
    "description": "One event of the feed. Verify the signature on the bytes as they came; take each webhook-id once.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "description": "The event's kind; webhook.ping for a test message"},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened"},
        "data": {"type": "object", "description": "The event as the feed shows it", "additionalProperties": True},
    },
}
_HEADERS = {
    "webhook-id": "The same for every attempt and replay of one message",
    "webhook-timestamp": "When it was signed, in seconds",
    "webhook-signature": "v1,<base64>, one for each secret that signs at present",
}


def add_messages(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add the messages that endpoints receive; a postprocessing hook of drf-spectacular."""
    result.setdefault("components", {}).setdefault("schemas", {})["WebhookMessage"] = _MESSAGE
    example = {"type": _EVENT["kind"], "timestamp": _EVENT["at"], "data": _EVENT}
    content = {"schema": {"$ref": "#/components/schemas/WebhookMessage"}, "examples": {"Message": {"value": example}}}
    result["webhooks"] = {
        "event": {
            "post": {
                "summary": "An event happened",
                "description": "Sent to your endpoint, signed as Standard Webhooks has it.",
                "tags": ["Webhooks"],
                "parameters": [
                    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
                    for name, words in _HEADERS.items()
                ],
                "requestBody": {"required": True, "content": {"application/json": content}},
                "responses": {
                    "2XX": {"description": "Taken; anything else comes again"},
                    "410": {"description": "The endpoint is paused at once"},
                },
            }
        }
    }
    return result
