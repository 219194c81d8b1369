"""Carries jobs: the Celery application, its queues and the sender that the kernel rings."""

import logging
import os
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from dom.kernel import jobs
from dom.schedule import LINGER

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")

log = logging.getLogger(__name__)

app = Celery("dom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def send(name: str, ids: dict[str, Any]) -> None:
    """Send the task `name` with keyword `ids` to its queue (dom.schedule).

    A broker that is away is no error: the work stands in PostgreSQL, and the next sweep finds it.
    """
    try:
        app.send_task(name, kwargs=ids, retry=False, countdown=LINGER.get(name))
    except OperationalError as refusal:
        log.warning("A doorbell was lost: %s (%s)", name, refusal)


jobs.connect(send)
