"""Lets stock be low at a percent of what is on hand."""

from django.db import migrations, models

from dom.kernel.sql import install

_DROP = "DROP TRIGGER stock_level_low ON inventory_stock_level"
#: Evaluated for every change of a level, so it compares numbers of one row and calls nothing.
_TRIGGER = """
CREATE TRIGGER stock_level_low BEFORE UPDATE ON inventory_stock_level FOR EACH ROW
    WHEN ((NEW.low_since IS NOT NULL) IS DISTINCT FROM
          (NEW.low_at IS NOT NULL AND NOT NEW.unlimited AND NEW.on_hand - NEW.unsellable - NEW.reserved <= {}))
    EXECUTE FUNCTION inventory_note_low();
"""
BEFORE = _TRIGGER.format("coalesce(NEW.low_at, 0)")
#: Multiplied as bigint: a hundred times what is on hand may be more than an integer holds.
AFTER = _TRIGGER.format("greatest(NEW.low_at, (NEW.on_hand::bigint * NEW.low_percent + 99) / 100)")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0020_shortage_ends")]

    operations = [
        migrations.AddField("stocklevel", "low_percent", models.SmallIntegerField(db_default=0, default=0)),
        *install("inventory", "inventory_note_low", "inventory_mark_low"),
        migrations.RunSQL(_DROP + ";" + AFTER, _DROP + ";" + BEFORE),
    ]
