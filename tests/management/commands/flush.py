"""Empties the suite's database after a test that committed: the tables that hold rows, partitioned ones included.

Django's own command truncates every table, used or not, and makes all permissions anew; with this product's tables
that took longer than most tests. Permissions and content types are the same for every test and stay.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

_KEPT = ("django_migrations", "django_content_type", "auth_permission")
#: A table larger than this is truncated, so that later tests do not scan what is dead.
_LARGE_BYTES = 256 * 1024
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  AND relname <> ALL(%s)
"""
_SIZE = """
SELECT coalesce(sum(pg_relation_size(relid)), 0) FROM pg_partition_tree(%s)
UNION ALL SELECT pg_relation_size(%s)
"""


class Command(BaseCommand):
    help = "Empties every table that holds rows."
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate", "interactive")

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--database", default="default")

    def handle(self, *, database: str, **options: Any) -> None:
        connection = connections[database]
        with transaction.atomic(using=database), connection.cursor() as cursor:
            # No trigger fires: neither those that refuse to change a ledger, nor those of foreign keys.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(cursor):
                if _bytes(cursor, table) > _LARGE_BYTES:
                    cursor.execute(f'TRUNCATE "{table}" CASCADE')
                else:
                    cursor.execute(f'DELETE FROM "{table}"')


def _filled(cursor: CursorWrapper) -> list[str]:
    cursor.execute(_TABLES, [list(_KEPT)])
    names = [name for (name,) in cursor.fetchall()]
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names))
    return [name for (name,) in cursor.fetchall()]


def _bytes(cursor: CursorWrapper, table: str) -> int:
    cursor.execute(_SIZE, [table, table])
    return max(int(size) for (size,) in cursor.fetchall())
