"""Keeps transfers between nodes, and their entries from being changed."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


from dom.kernel.sql import install

GUARD = """
CREATE TRIGGER transfer_entry_append_only BEFORE UPDATE OR DELETE ON inventory_transfer_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
BACK = "DROP TRIGGER transfer_entry_append_only ON inventory_transfer_entry"


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0008_node_reasons'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('status', models.CharField(choices=[('REQUESTED', 'Waits for approval'), ('APPROVED', 'To be sent'), ('PARTLY_SHIPPED', 'Partly sent'), ('IN_TRANSIT', 'On its way'), ('PARTLY_RECEIVED', 'Partly received'), ('RECEIVED', 'Received'), ('REJECTED', 'Rejected'), ('CANCELLED', 'Cancelled')], max_length=16)),
                ('expected_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('requested_by', models.CharField(max_length=150)),
                ('requested_at', models.DateTimeField()),
                ('approved_by', models.CharField(blank=True, max_length=150)),
                ('closed_at', models.DateTimeField(null=True)),
                ('revision', models.IntegerField(default=1)),
                ('from_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
                ('to_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_transfer',
            },
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requested', models.IntegerField()),
                ('shipped', models.IntegerField(default=0)),
                ('received', models.IntegerField(default=0)),
                ('damaged', models.IntegerField(default=0)),
                ('written_off', models.IntegerField(default=0)),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.sku')),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transfer')),
            ],
            options={
                'db_table': 'inventory_transfer_line',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TransferEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('SHIP', 'Sent'), ('RECEIVE', 'Received'), ('WRITE_OFF', 'Written off')], max_length=9)),
                ('units', models.IntegerField()),
                ('damaged', models.IntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('actor', models.CharField(max_length=150)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='inventory.transferline')),
            ],
            options={
                'db_table': 'inventory_transfer_entry',
            },
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['status', 'id'], name='transfer_status'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('from_node', models.F('to_node')), _negated=True), name='transfer_goes_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.UniqueConstraint(fields=('transfer', 'sku'), name='transfer_line_once'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('damaged__gte', 0), ('received__gte', 0), ('requested__gt', 0), ('shipped__gte', 0), ('written_off__gte', 0)), name='transfer_line_gte_0'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('damaged__lte', models.F('received')), ('shipped__lte', models.F('requested'))), name='transfer_line_sent'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('shipped__gte', django.db.models.expressions.CombinedExpression(models.F('received'), '+', models.F('written_off')))), name='transfer_line_conserved'),
        ),
        migrations.AddConstraint(
            model_name='transferentry',
            constraint=models.CheckConstraint(condition=models.Q(('damaged__gte', 0), ('units__gt', 0)), name='transfer_entry_gt_0'),
        ),
        migrations.RunSQL(GUARD, BACK),
        *install("inventory", "inventory_take_in_transfer"),
    ]
