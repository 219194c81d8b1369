"""The ASGI application."""

import os

from django.core.asgi import get_asgi_application

from dom.celery import app as celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")

application = get_asgi_application()
#: Named here so that the jobs of this process find their carrier.
__all__ = ["application", "celery"]
