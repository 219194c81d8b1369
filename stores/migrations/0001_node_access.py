"""Says at which nodes a person works."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('inventory', '0004_changes_are_noted'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NodeAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.node')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='node_access', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stores_node_access',
                'permissions': [('see_every_node', 'Can see the work of every node')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('user', 'node'), name='node_access_once')],
            },
        ),
    ]
