"""Creates what the workbench needs: who looks after a hold, concerns, and views that people keep."""

import django.db.models.deletion
from django.db import migrations, models

from dom.kernel.sql import install


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_lost_supply'),
    ]

    operations = [
        migrations.AddField(
            model_name='hold',
            name='assignee',
            field=models.CharField(blank=True, db_default='', default='', max_length=150),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('ORDERS', 'Orders'), ('WORK', 'Fulfillment orders')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('owner', models.CharField(max_length=150)),
                ('role', models.CharField(blank=True, db_default='', default='', max_length=150)),
                ('query', models.CharField(max_length=1000)),
                ('is_default', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'orders_saved_view',
                'constraints': [models.UniqueConstraint(fields=('owner', 'of', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('REJECTED', 'Rejected twice'), ('UNANSWERED', 'Cancellation unanswered'), ('EXPIRING', 'Payment expires'), ('WAITING', 'Waits for stock')], max_length=16)),
                ('owner', models.CharField(max_length=64)),
                ('assignee', models.CharField(blank=True, db_default='', default='', max_length=150)),
                ('reason', models.CharField(max_length=500)),
                ('due_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, db_default='', default='', max_length=150)),
                ('fulfillment_order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.fulfillmentorder')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns', to='orders.order')),
            ],
            options={
                'db_table': 'orders_concern',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['due_at'], name='concern_open_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('order', 'fulfillment_order', 'kind'), name='concern_open_once', nulls_distinct=False)],
            },
        ),
        *install("orders", "orders_raise_concerns"),
    ]
