"""Keeps counts: which SKUs are counted where, what was found, what came of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0009_transfers'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('status', models.CharField(choices=[('OPEN', 'Being counted'), ('REVIEW', 'To review'), ('POSTED', 'Posted'), ('CANCELLED', 'Cancelled')], default='OPEN', max_length=16)),
                ('blind', models.BooleanField(default=True)),
                ('chosen_by', models.CharField(blank=True, max_length=200)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('opened_by', models.CharField(max_length=150)),
                ('opened_at', models.DateTimeField()),
                ('closed_by', models.CharField(blank=True, max_length=150)),
                ('closed_at', models.DateTimeField(null=True)),
                ('revision', models.IntegerField(default=1)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_count_session',
            },
        ),
        migrations.CreateModel(
            name='CountLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted', models.IntegerField(null=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('counted_by', models.CharField(blank=True, max_length=150)),
                ('on_hand', models.IntegerField(default=0)),
                ('times', models.IntegerField(default=0)),
                ('ignored', models.BooleanField(default=False)),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.sku')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.countsession')),
            ],
            options={
                'db_table': 'inventory_count_line',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='countsession',
            index=models.Index(fields=['status', 'id'], name='count_session_status'),
        ),
        migrations.AddConstraint(
            model_name='countline',
            constraint=models.UniqueConstraint(fields=('session', 'sku'), name='count_line_once'),
        ),
        migrations.AddConstraint(
            model_name='countline',
            constraint=models.CheckConstraint(condition=models.Q(('counted__isnull', True), models.Q(('counted__gte', 0), ('counted_at__isnull', False)), _connector='OR'), name='count_line_gte_0'),
        ),
    ]
