"""Keeps how people log in, where they are logged in, and what they have set."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('stores', '0001_node_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LogInThrottle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('failures', models.IntegerField()),
                ('last_at', models.DateTimeField()),
                ('blocked_until', models.DateTimeField()),
            ],
            options={
                'db_table': 'stores_log_in_throttle',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LogInTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('username', models.CharField(max_length=150)),
                ('address', models.GenericIPAddressField(null=True)),
                ('outcome', models.CharField(choices=[('GOOD', 'Logged in'), ('WRONG', 'Wrong name or password'), ('THROTTLED', 'Too many tries')], max_length=10)),
            ],
            options={
                'db_table': 'stores_log_in_try',
                'default_permissions': (),
                'indexes': [models.Index(fields=['username', '-id'], name='log_in_try_of'), models.Index(fields=['at'], name='log_in_try_age')],
            },
        ),
        migrations.CreateModel(
            name='PasswordLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_by', models.CharField(max_length=150)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stores_password_link',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('must_change_password', models.BooleanField(default=False)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stores_person',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PersonSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('address', models.GenericIPAddressField(null=True)),
                ('browser', models.CharField(blank=True, max_length=200)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='person_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stores_person_session',
                'default_permissions': (),
            },
        ),
    ]
