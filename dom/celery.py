"""Carries jobs: the Celery application, its queues and the sender that the kernel rings."""

import logging
import os
from typing import Any

from celery import Celery
from django.core.cache import cache
from kombu.exceptions import OperationalError

from dom.kernel import jobs
from dom.schedule import LINGER

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")

log = logging.getLogger(__name__)

app = Celery("dom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


#: A message within so many seconds of the last one of its task follows it; Redis takes whole seconds.
_PAUSE_SECONDS = 2


def _linger(name: str) -> float | None:
    linger = LINGER.get(name)
    if linger is None:
        return None
    return linger.first if cache.add(f"lingers:{name}", 1, timeout=_PAUSE_SECONDS) else linger.then


def send(name: str, ids: dict[str, Any]) -> None:
    """Send the task `name` with keyword `ids` to its queue (dom.schedule).

    A broker that is away is no error: the work stands in PostgreSQL, and the next sweep finds it.
    """
    try:
        app.send_task(name, kwargs=ids, retry=False, countdown=_linger(name))
    except OperationalError as refusal:
        log.warning("A doorbell was lost: %s (%s)", name, refusal)


jobs.connect(send)
