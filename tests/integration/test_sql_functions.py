import re

import pytest
from django.db import connection

from tests.architecture.source import PACKAGES, ROOT

_OURS = """
SELECT p.proname, p.prosrc FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


@pytest.mark.django_db
def test_the_databases_functions_are_the_files() -> None:
    files = {file.stem: file.read_text() for package in PACKAGES for file in (ROOT / package).rglob("sql/*.sql")}
    with connection.cursor() as cursor:
        cursor.execute(_OURS)
        found = dict(cursor.fetchall())

    assert sorted(found) == sorted(files)
    assert [name for name, body in found.items() if body not in files[name]] == []


def test_every_function_file_says_what_it_locks() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("sql/*.sql")
        if re.search(r"\b(UPDATE|DELETE|FOR UPDATE|LOCK)\b", file.read_text())
        and not re.search(r"^-- .*\block", file.read_text(), flags=re.MULTILINE | re.IGNORECASE)
    ]

    assert silent == []
