"""Celery shells of the platform."""

from celery import shared_task

from dom.kernel import events, jobs


@shared_task(ignore_result=True, acks_late=True, queue="events", name=events.SEQUENCER)
def sequence_events(**_ids: object) -> None:
    """Give committed events their positions."""
    jobs.answer(events.SEQUENCER)
    events.sequence_events()
