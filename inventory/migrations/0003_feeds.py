"""Lets a feed be compared once and applied in chunks; lets ledgers be read by time."""

from django.db import migrations

from dom.kernel.sql import install

CHANGES = """
DROP INDEX feed_row_chunk;
ALTER TABLE inventory_feed_row DROP COLUMN chunk;
CREATE INDEX feed_row_feed ON inventory_feed_row (feed_id);
CREATE UNLOGGED TABLE inventory_feed_change (
    feed_id bigint NOT NULL,
    chunk integer NOT NULL,
    sku_id bigint NOT NULL,
    node_id bigint NOT NULL,
    on_hand integer NOT NULL,
    counted_at timestamptz NOT NULL,
    row integer NOT NULL
);
CREATE INDEX feed_change_chunk ON inventory_feed_change (feed_id, chunk);
-- Compressing the marks takes longer than writing them.
ALTER TABLE inventory_count_mark ALTER COLUMN sku_ids SET STORAGE EXTERNAL;
CREATE INDEX stock_movement_at ON inventory_stock_movement USING brin (at);
CREATE INDEX reservation_entry_at ON inventory_reservation_entry USING brin (at);
"""
BACK = """
DROP INDEX reservation_entry_at;
DROP INDEX stock_movement_at;
DROP TABLE inventory_feed_change;
DROP INDEX feed_row_feed;
ALTER TABLE inventory_feed_row ADD COLUMN chunk integer;
CREATE INDEX feed_row_chunk ON inventory_feed_row (feed_id, chunk) WHERE chunk IS NOT NULL;
"""

#: The changed ones among them replace what an earlier installation has.
FUNCTIONS = (
    "inventory_count",
    "inventory_end_claims",
    "inventory_reserve",
    "inventory_set_quotas",
    "inventory_diff_feed",
    "inventory_apply_feed_chunk",
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledgers_and_functions")]

    operations = [
        migrations.RunSQL(CHANGES, BACK),
        migrations.RunSQL("DROP FUNCTION IF EXISTS inventory_set_quota(bigint, bigint, integer)", migrations.RunSQL.noop),
        *install("inventory", *FUNCTIONS),
    ]
