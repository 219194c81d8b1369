"""The Celery application of routing's workers: `celery --app dom.routing_worker worker --queues routing`.

The engine's kernels are compiled (once a machine, about a minute) or read from their cache (a second) before the pool
is forked: its processes share them, and no order waits for a compiler.
"""

from celery.signals import worker_init

from dom import warming
from dom.celery import app


@worker_init.connect
def prepare(**_facts: object) -> None:
    """Warm up in the parent."""
    warming.warm_now()
    warming.settle()


__all__ = ["app", "prepare"]
