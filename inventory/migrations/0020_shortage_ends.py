"""Lets a shortage fall as claims end and goods come: left high, it would let as many units be claimed twice."""

from django.db import migrations

from dom.kernel.sql import install

#: Evaluated for every change of a level, so it compares numbers of one row and calls nothing.
TRIGGER = """
CREATE TRIGGER stock_level_less_short BEFORE UPDATE ON inventory_stock_level FOR EACH ROW
    WHEN (NEW.shortage > greatest(0, NEW.reserved + NEW.unsellable - NEW.on_hand))
    EXECUTE FUNCTION inventory_lower_shortage();
"""
#: Finds its rows by the index of short levels; the trigger computes the rest.
LOWER = "UPDATE inventory_stock_level SET shortage = shortage WHERE shortage > 0"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0019_low_stock_dates")]

    operations = [
        *install("inventory", "inventory_lower_shortage", "inventory_receive_supply"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER stock_level_less_short ON inventory_stock_level"),
        migrations.RunSQL(LOWER, migrations.RunSQL.noop),
    ]
