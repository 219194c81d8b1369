"""Makes, seals and uses the secrets that sign messages (Standard Webhooks, HMAC-SHA256).

A secret is needed in clear at every message, so it cannot be hashed as API keys are; it is sealed (dom.kernel.sealing).
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from dom.kernel import sealing
from dom.kernel.models import WebhookEndpoint

_PURPOSE = "dom webhook secrets"
_PREFIX = "whsec_"
_BYTES = 32


def fresh() -> str:
    """Return a new secret in the form partners know."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def seal(secret: str) -> str:
    """Return `secret` as it is stored."""
    return sealing.seal(secret.encode(), purpose=_PURPOSE)


def unseal(sealed: str) -> str:
    """Return the secret; "" when it was sealed under a key that is not known here."""
    return sealing.unseal(sealed, purpose=_PURPOSE).decode()


def headers(message_id: str, body: bytes, *, under: Sequence[str], at: datetime) -> Mapping[str, str]:
    """Return the headers that sign `body`, with a signature for each secret of `under`."""
    # The library takes the digits of any zone for UTC.
    utc = at.astimezone(UTC)
    signatures = (Webhook(secret).sign(message_id, utc, body.decode()) for secret in under)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(utc.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def secrets_of(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    """Return the secrets that sign for `endpoint` at `at`, the present one first; [] when it cannot be opened."""
    present = unseal(endpoint.secret)
    if not present:
        return []
    overlaps = endpoint.previous_until is not None and at < endpoint.previous_until
    previous = unseal(endpoint.previous_secret) if overlaps else ""
    return [present, previous] if previous else [present]
