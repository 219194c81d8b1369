"""Keeps every refused row of a job, not the first thousand alone."""

import django.db.models.deletion
from django.db import migrations, models

#: What the jobs of before have kept.
_FILL = """
INSERT INTO kernel_job_fault (job_id, row, pointer, field, code, detail)
SELECT j.id, coalesce((e->>'row')::int, 0), coalesce(e->>'pointer', ''), coalesce(e->>'field', ''),
       coalesce(e->>'code', ''), coalesce(e->>'detail', '')
FROM kernel_job j, jsonb_array_elements(j.errors) e
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0011_change_days")]

    operations = [
        migrations.CreateModel(
            name="JobFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField()),
                ("pointer", models.TextField()),
                ("field", models.TextField()),
                ("code", models.TextField()),
                ("detail", models.TextField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="faults",
                        to="kernel.job",
                    ),
                ),
            ],
            options={
                "db_table": "kernel_job_fault",
                "indexes": [models.Index(fields=["job", "row", "id"], name="job_fault_row")],
            },
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
