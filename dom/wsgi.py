"""The WSGI application."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dom import warming
from dom.celery import app as celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")

application = get_wsgi_application()
if settings.WARM_ENGINE:
    warming.begin()
#: Named here so that the jobs of this process find their carrier.
__all__ = ["application", "celery"]
