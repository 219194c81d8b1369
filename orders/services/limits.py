"""Publishes what each role may give a customer back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dom.kernel import config
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work
from orders.limits import KIND, SCOPE, read_limits


@in_unit_of_work
def publish_limits(*, body: Mapping[str, Any], at: datetime, actor: str) -> ConfigVersion:
    """Publish {"limits": [{"role", "currency", "amount"}]} as the next version; it counts from the next gift on.

    Raises:
        LimitsRefused: a line is not valid.
    """
    read_limits(body)
    return config.publish(kind=KIND, scope=SCOPE, body=body, author=actor, at=at)
