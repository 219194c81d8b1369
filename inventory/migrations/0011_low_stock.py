"""Marks low stock: thresholds stand in the levels, and a trigger tells of each crossing."""

from django.db import migrations, models

from dom.kernel.sql import install

#: Evaluated for every change of a level, so it compares numbers of one row and calls nothing.
TRIGGER = """
CREATE TRIGGER stock_level_low BEFORE UPDATE ON inventory_stock_level FOR EACH ROW
    WHEN ((NEW.low_since IS NOT NULL) IS DISTINCT FROM
          (NEW.low_at IS NOT NULL AND NOT NEW.unlimited
           AND NEW.on_hand - NEW.unsellable - NEW.reserved <= coalesce(NEW.low_at, 0)))
    EXECUTE FUNCTION inventory_note_low();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_counts"), ("kernel", "0007_events_of_triggers")]

    operations = [
        migrations.CreateModel(
            name="LowStockPass",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("level_id", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
            ],
            options={
                "db_table": "inventory_low_stock_pass",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="low_stock_pass_one_row")],
            },
        ),
        migrations.AddField("stocklevel", "low_at", models.IntegerField(null=True)),
        migrations.AddField("stocklevel", "low_since", models.DateTimeField(null=True)),
        migrations.AddField("stocklevel", "low_revision", models.IntegerField(db_default=0, default=0)),
        *install("inventory", "inventory_note_low", "inventory_mark_low"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER stock_level_low ON inventory_stock_level"),
    ]
