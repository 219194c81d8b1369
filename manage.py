#!/usr/bin/env python3
"""Django's command line; attaches to the embedded servers of the same DATA folder."""

import os
import sys

from django.core.management import execute_from_command_line

import dom.celery  # noqa: F401  # jobs that a command enqueues find their carrier


def main() -> None:
    """Run the command that the shell named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
