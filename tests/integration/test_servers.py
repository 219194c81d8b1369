import pytest
import redis
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_suite_runs_on_postgresql_18() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) // 10000 == 18


def test_the_suite_runs_on_a_real_broker(servers: None) -> None:
    client = redis.Redis.from_url(settings.CACHE_URL)

    assert client.ping() is True
    client.close()
