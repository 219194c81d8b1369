"""Writes down that a quota ended."""

from django.db import migrations

from dom.kernel.sql import install

TRIGGER = """
CREATE TRIGGER note_delete AFTER DELETE ON inventory_channel_quota
    FOR EACH ROW EXECUTE FUNCTION inventory_note_quota();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0024_announce_in_order")]

    operations = [
        *install("inventory", "inventory_note_quota"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER note_delete ON inventory_channel_quota"),
    ]
