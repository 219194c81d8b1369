"""Keeps who changed master data and configuration, from what to what."""

from django.db import migrations, models

from dom.kernel.sql import install

GUARD = """
CREATE TRIGGER change_guard BEFORE UPDATE OR DELETE ON kernel_change
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""

#: What was published before this table was there is told by its versions.
PUBLISHED = """
INSERT INTO kernel_change (at, actor, kind, code, verb, fields, note)
SELECT live_from, author, kind, scope, 'PUBLISHED',
       jsonb_build_object('version', jsonb_build_array(CASE WHEN number > 1 THEN number - 1 END, number)), note
FROM kernel_config_version WHERE status = 'PUBLISHED' ORDER BY id;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_job_chunks")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(blank=True, max_length=150)),
                ("kind", models.CharField(max_length=32)),
                ("code", models.CharField(max_length=130)),
                ("verb", models.CharField(choices=[("CREATED", "Created"), ("CHANGED", "Changed"), ("REMOVED", "Removed"), ("PUBLISHED", "Published")], max_length=16)),
                ("fields", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "kernel_change",
                "indexes": [models.Index(fields=["kind", "code", "id"], name="change_of_thing"), models.Index(fields=["actor", "id"], name="change_by_actor")],
            },
        ),
        *install("dom.kernel", "kernel_note_change", "kernel_note_rows"),
        migrations.RunSQL(GUARD, "DROP TRIGGER change_guard ON kernel_change"),
        migrations.RunSQL(PUBLISHED, migrations.RunSQL.noop),
    ]
