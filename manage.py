#!/usr/bin/env python3
"""Django's command line; attaches to the embedded servers of the same DATA folder."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import OperationalError
from redis import RedisError

import dom.celery  # noqa: F401  # jobs that a command enqueues find their carrier
from dom.embedded import absent


def main() -> None:
    """Run the command that the shell named; a server that is not running is told in a sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, RedisError):
        words = absent.explanation(settings.DATA)
        if words is None:
            raise
        sys.exit(words)


if __name__ == "__main__":
    main()
