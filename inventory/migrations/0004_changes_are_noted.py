"""Lets no change of master data escape: triggers write each down with what it was and what it is."""

from django.db import migrations

from dom.kernel.sql import install

_TABLES = {
    "inventory_sku": "skus",
    "inventory_node": "nodes",
    "inventory_node_group": "node-groups",
    "inventory_channel": "channels",
}
_EVENTS = (
    ("INSERT", "NEW TABLE AS after_rows"),
    ("UPDATE", "OLD TABLE AS before_rows NEW TABLE AS after_rows"),
    ("DELETE", "OLD TABLE AS before_rows"),
)


def _trigger(table, event, rows, call):
    return (
        f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {call};"
    )


ROWS = "\n".join(
    _trigger(table, event, rows, f"kernel_note_rows('{kind}')")
    for table, kind in _TABLES.items()
    for event, rows in _EVENTS
)
MEMBERS = "\n".join(
    _trigger("inventory_node_group_member", event, rows, "inventory_note_members()")
    for event, rows in _EVENTS
    if event != "UPDATE"
)
#: By row, and only when the quota itself moves: its use moves with every reservation.
QUOTAS = """
CREATE TRIGGER note_insert AFTER INSERT ON inventory_channel_quota
    FOR EACH ROW EXECUTE FUNCTION inventory_note_quota();
CREATE TRIGGER note_update AFTER UPDATE ON inventory_channel_quota
    FOR EACH ROW WHEN (OLD.quota IS DISTINCT FROM NEW.quota) EXECUTE FUNCTION inventory_note_quota();
"""
BACK = "\n".join(
    f"DROP TRIGGER IF EXISTS note_{event.lower()} ON {table};"
    for table in (*_TABLES, "inventory_node_group_member", "inventory_channel_quota")
    for event, _rows in _EVENTS
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_feeds"), ("kernel", "0004_changes")]

    operations = [
        *install("inventory", "inventory_note_members", "inventory_note_quota"),
        migrations.RunSQL(ROWS + MEMBERS + QUOTAS, BACK),
    ]
