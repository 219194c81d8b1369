"""Celery shells of the people's side."""

from celery import shared_task
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from stores.services import log_in


@shared_task(ignore_result=True, acks_late=True, name="stores.tasks.forget_log_ins")
def forget_log_ins(**_ids: object) -> None:
    """Forget tries and sessions that are long over."""
    with unit_of_work():
        log_in.forget_old(at=timezone.now())
