"""Finds the decisions of a time: by block ranges, since they are stored in their order, and those without proof by time.

A block range index costs next to nothing to keep, and few decisions lack a proof: recording stays as fast as it was.
"""

from django.db import migrations

BY_TIME = """
CREATE INDEX routing_decision_at ON routing_decision USING brin (at) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX routing_run_at ON routing_run USING brin (at) WITH (pages_per_range = 16, autosummarize = on);
"""
UNPROVEN = "CREATE INDEX routing_decision_unproven ON routing_decision (at) WHERE NOT proven"


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_partitions")]

    operations = [
        migrations.RunSQL(BY_TIME, reverse_sql="DROP INDEX routing_decision_at, routing_run_at"),
        migrations.RunSQL(UNPROVEN, reverse_sql="DROP INDEX routing_decision_unproven"),
    ]
