"""`manage.py doctor`: one line a subject; exit code 1 when something needs a hand."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dom.kernel import doctor


class Command(BaseCommand):
    help = "Looks at servers, migrations, clock, partitions, broker, queues and workers."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        """Print the findings."""
        findings = list(doctor.examine(at=timezone.now()))
        for finding in findings:
            style = self.style.SUCCESS if finding.good else self.style.ERROR
            self.stdout.write(f"{style('ok  ' if finding.good else 'BAD ')} {finding.subject:<11}{finding.words}")
        if not all(finding.good for finding in findings):
            sys.exit(1)
