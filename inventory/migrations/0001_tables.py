

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ReservationEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('demand_ref', models.CharField(max_length=96)),
                ('line_ref', models.CharField(max_length=64)),
                ('hold', models.CharField(choices=[('SOFT', 'Soft'), ('HARD', 'Hard')], max_length=4)),
                ('delta', models.IntegerField()),
                ('kind', models.CharField(choices=[('RESERVE', 'Reserved'), ('RELEASE', 'Released'), ('CONSUME', 'Consumed'), ('EXPIRE', 'Expired'), ('CONVERT', 'Converted'), ('RECEIVE', 'Supply received')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=64)),
                ('actor', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'db_table': 'inventory_reservation_entry',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('on_hand_delta', models.IntegerField()),
                ('unsellable_delta', models.IntegerField(default=0)),
                ('safety_stock_delta', models.IntegerField(default=0)),
                ('kind', models.CharField(choices=[('COUNT', 'Count'), ('FEED', 'Feed'), ('ADJUST', 'Adjustment'), ('RECEIVE', 'Receipt'), ('SHIP', 'Shipped or handed over'), ('TRANSFER_OUT', 'Transfer out'), ('SAFETY', 'Safety stock set')], max_length=16)),
                ('reason', models.CharField(blank=True, max_length=64)),
                ('reference', models.CharField(blank=True, max_length=96)),
                ('lot', models.CharField(blank=True, max_length=64)),
                ('actor', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'db_table': 'inventory_stock_movement',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('country', models.CharField(default='US', max_length=2)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('accept', models.CharField(choices=[('ALWAYS', 'Always'), ('ONLY_IF_RESERVED', 'Only if reserved')], default='ALWAYS', max_length=20)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'inventory_channel',
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(choices=[('DC', 'Distribution center'), ('STORE', 'Store'), ('THREE_PL', '3PL'), ('SUPPLIER', 'Supplier')], max_length=16)),
                ('status', models.CharField(choices=[('ACTIVE', 'Active'), ('PAUSED', 'Paused'), ('CLOSED', 'Closed')], default='ACTIVE', max_length=16)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('line1', models.CharField(blank=True, max_length=200)),
                ('city', models.CharField(blank=True, max_length=100)),
                ('region', models.CharField(blank=True, max_length=32)),
                ('postal_code', models.CharField(blank=True, max_length=16)),
                ('country', models.CharField(default='US', max_length=2)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('calendar', models.CharField(blank=True, max_length=64)),
                ('methods', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('SHIP', 'Ship'), ('PICKUP', 'Pickup'), ('SHIP_TO_STORE', 'Ship to store'), ('SAME_DAY', 'Same day')], max_length=16), blank=True, default=list, size=None)),
                ('hazmat_classes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('temperature_classes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                ('max_piece_grams', models.IntegerField(blank=True, null=True)),
                ('handles_oversize', models.BooleanField(default=True)),
                ('must_acknowledge', models.BooleanField(default=False)),
                ('feed_basis', models.CharField(choices=[('ON_HAND', 'On hand'), ('AVAILABLE', 'Available')], default='ON_HAND', max_length=16)),
                ('fulfillment_cost_e4', models.BigIntegerField(default=0)),
                ('line_cost_e4', models.BigIntegerField(default=0)),
                ('unit_cost_e4', models.BigIntegerField(default=0)),
                ('failed_pick_ppm', models.IntegerField(default=0)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, size=None)),
            ],
            options={
                'db_table': 'inventory_node',
            },
        ),
        migrations.CreateModel(
            name='StockFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('job_ref', models.CharField(blank=True, max_length=20)),
                ('status', models.CharField(choices=[('STAGED', 'Staged'), ('APPLYING', 'Applying'), ('DONE', 'Done'), ('FAILED', 'Failed')], default='STAGED', max_length=16)),
                ('actor', models.CharField(max_length=150)),
                ('received_at', models.DateTimeField()),
                ('rows', models.IntegerField(default=0)),
                ('unchanged', models.IntegerField(default=0)),
                ('changed', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('ignored', models.IntegerField(default=0)),
                ('chunks', models.IntegerField(default=0)),
                ('next_chunk', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'inventory_stock_feed',
            },
        ),
        migrations.CreateModel(
            name='ChannelQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quota', models.IntegerField()),
                ('used', models.IntegerField(default=0)),
                ('excess', models.IntegerField(default=0)),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.channel')),
            ],
            options={
                'db_table': 'inventory_channel_quota',
            },
        ),
        migrations.CreateModel(
            name='IncomingSupply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_ref', models.CharField(max_length=96)),
                ('expected_at', models.DateTimeField()),
                ('quantity', models.IntegerField()),
                ('received', models.IntegerField(default=0)),
                ('reserved', models.IntegerField(default=0)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_incoming_supply',
            },
        ),
        migrations.CreateModel(
            name='NodeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('slot', models.CharField(blank=True, max_length=32)),
                ('unit', models.CharField(choices=[('ORDERS', 'Orders'), ('LINES', 'Lines'), ('UNITS', 'Units'), ('MINUTES', 'Minutes')], max_length=8)),
                ('limit', models.IntegerField(null=True)),
                ('used', models.IntegerField(default=0)),
                ('excess', models.IntegerField(default=0)),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_node_day',
            },
        ),
        migrations.CreateModel(
            name='NodeDayUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demand_ref', models.CharField(max_length=96)),
                ('quantity', models.IntegerField()),
                ('node_day', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.nodeday')),
            ],
            options={
                'db_table': 'inventory_node_day_use',
            },
        ),
        migrations.CreateModel(
            name='NodeGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('nodes', models.ManyToManyField(blank=True, db_table='inventory_node_group_member', related_name='groups', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_node_group',
            },
        ),
        migrations.AddField(
            model_name='channel',
            name='node_group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.nodegroup'),
        ),
        migrations.CreateModel(
            name='Sku',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('gtin', models.CharField(blank=True, max_length=14)),
                ('weight_grams', models.IntegerField(default=0)),
                ('length_mm', models.IntegerField(default=0)),
                ('width_mm', models.IntegerField(default=0)),
                ('height_mm', models.IntegerField(default=0)),
                ('handling_class', models.CharField(blank=True, max_length=32)),
                ('hazmat_class', models.CharField(blank=True, max_length=16)),
                ('temperature_class', models.CharField(choices=[('AMBIENT', 'Ambient'), ('CHILLED', 'Chilled'), ('FROZEN', 'Frozen')], default='AMBIENT', max_length=8)),
                ('minimum_age', models.SmallIntegerField(default=0)),
                ('export_controlled', models.BooleanField(default=False)),
                ('value_minor', models.BigIntegerField(default=0)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, size=None)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name': 'SKU',
                'db_table': 'inventory_sku',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='sku_tags')],
                'constraints': [models.CheckConstraint(condition=models.Q(('height_mm__gte', 0), ('length_mm__gte', 0), ('weight_grams__gte', 0), ('width_mm__gte', 0)), name='sku_measures_gte_0'), models.CheckConstraint(condition=models.Q(('value_minor__gte', 0)), name='sku_value_gte_0')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demand_ref', models.CharField(max_length=96)),
                ('line_ref', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('SOFT', 'Soft'), ('HARD', 'Hard')], max_length=4)),
                ('quantity', models.IntegerField()),
                ('priority', models.IntegerField(default=0)),
                ('expires_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.channel')),
                ('node', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.node')),
                ('quota', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.channelquota')),
                ('supply', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.incomingsupply')),
                ('sku', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.sku')),
            ],
            options={
                'db_table': 'inventory_reservation',
            },
        ),
        migrations.CreateModel(
            name='QueuedDemand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demand_ref', models.CharField(max_length=96)),
                ('line_ref', models.CharField(max_length=64)),
                ('quantity', models.IntegerField()),
                ('created_at', models.DateTimeField()),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.channel')),
                ('sku', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.sku')),
            ],
            options={
                'db_table': 'inventory_queued_demand',
            },
        ),
        migrations.AddField(
            model_name='incomingsupply',
            name='sku',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.sku'),
        ),
        migrations.AddField(
            model_name='channelquota',
            name='sku',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.sku'),
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.IntegerField(default=0)),
                ('unsellable', models.IntegerField(default=0)),
                ('reserved', models.IntegerField(default=0)),
                ('shortage', models.IntegerField(default=0)),
                ('safety_stock', models.IntegerField(default=0)),
                ('unlimited', models.BooleanField(default=False)),
                ('counted_at', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.node')),
                ('sku', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.sku')),
            ],
            options={
                'db_table': 'inventory_stock_level',
            },
        ),
        migrations.CreateModel(
            name='CountMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_at', models.DateTimeField()),
                ('sku_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('node', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.node')),
            ],
            options={
                'db_table': 'inventory_count_mark',
                'indexes': [models.Index(fields=['node', 'counted_at'], name='count_mark_latest')],
            },
        ),
        migrations.AddConstraint(
            model_name='nodeday',
            constraint=models.UniqueConstraint(fields=('node', 'day', 'slot', 'unit'), name='node_day_once'),
        ),
        migrations.AddConstraint(
            model_name='nodeday',
            constraint=models.CheckConstraint(condition=models.Q(('excess__gte', 0), ('used__gte', 0)), name='node_day_gte_0'),
        ),
        migrations.AddConstraint(
            model_name='nodeday',
            constraint=models.CheckConstraint(condition=models.Q(('limit__isnull', True), models.Q(('limit__gte', 0), ('used__lte', django.db.models.expressions.CombinedExpression(models.F('limit'), '+', models.F('excess')))), _connector='OR'), name='node_day_kept'),
        ),
        migrations.AddConstraint(
            model_name='nodedayuse',
            constraint=models.UniqueConstraint(fields=('demand_ref', 'node_day'), name='node_day_use_once'),
        ),
        migrations.AddConstraint(
            model_name='nodedayuse',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='node_day_use_gt_0'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['sku', 'node'], name='reservation_level'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='reservation_expiry'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('supply__isnull', False)), fields=['supply'], name='reservation_supply'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(fields=('demand_ref', 'line_ref', 'sku', 'node', 'supply'), name='reservation_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='reservation_quantity_gt_0'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', False), ('kind', 'SOFT')), models.Q(('expires_at__isnull', True), ('kind', 'HARD')), _connector='OR'), name='reservation_soft_expires'),
        ),
        migrations.AddConstraint(
            model_name='queueddemand',
            constraint=models.UniqueConstraint(fields=('demand_ref', 'line_ref', 'sku'), name='queued_demand_once'),
        ),
        migrations.AddConstraint(
            model_name='queueddemand',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='queued_demand_gt_0'),
        ),
        migrations.AddIndex(
            model_name='incomingsupply',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['sku', 'expected_at'], name='incoming_supply_open'),
        ),
        migrations.AddConstraint(
            model_name='incomingsupply',
            constraint=models.UniqueConstraint(fields=('source_ref', 'sku', 'node'), name='incoming_supply_once'),
        ),
        migrations.AddConstraint(
            model_name='incomingsupply',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('received__gte', 0), ('reserved__gte', 0)), name='incoming_supply_gte_0'),
        ),
        migrations.AddConstraint(
            model_name='incomingsupply',
            constraint=models.CheckConstraint(condition=models.Q(('reserved', 0), models.Q(('closed_at__isnull', True), ('reserved__lte', django.db.models.expressions.CombinedExpression(models.F('quantity'), '-', models.F('received')))), _connector='OR'), name='incoming_supply_no_oversell'),
        ),
        migrations.AddConstraint(
            model_name='channelquota',
            constraint=models.UniqueConstraint(fields=('channel', 'sku'), name='channel_quota_once'),
        ),
        migrations.AddConstraint(
            model_name='channelquota',
            constraint=models.CheckConstraint(condition=models.Q(('excess__gte', 0), ('quota__gte', 0), ('used__gte', 0)), name='channel_quota_gte_0'),
        ),
        migrations.AddConstraint(
            model_name='channelquota',
            constraint=models.CheckConstraint(condition=models.Q(('used__lte', django.db.models.expressions.CombinedExpression(models.F('quota'), '+', models.F('excess')))), name='channel_quota_kept'),
        ),
        migrations.AddIndex(
            model_name='stocklevel',
            index=models.Index(condition=models.Q(('shortage__gt', 0)), fields=['id'], name='stock_level_short'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.UniqueConstraint(fields=('sku', 'node'), name='stock_level_once'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('on_hand__gte', 0), ('reserved__gte', 0), ('safety_stock__gte', 0), ('shortage__gte', 0), ('unsellable__gte', 0)), name='stock_level_gte_0'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('unlimited', True), ('on_hand__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('reserved'), '+', models.F('unsellable')), '-', models.F('shortage'))), _connector='OR'), name='stock_level_no_oversell'),
        ),
    ]
