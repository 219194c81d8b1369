"""The kernels' cache must never serve yesterday's code."""

import hashlib
from pathlib import Path

from routing.core.kernels import solve


def test_a_change_in_any_kernel_changes_the_file_that_the_cache_looks_at() -> None:
    folder, digest = Path(solve.__file__).parent, hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.read_text().replace(f'SOURCES = "{solve.SOURCES}"', "").encode())

    assert digest.hexdigest()[:16] == solve.SOURCES, (
        f'write SOURCES = "{digest.hexdigest()[:16]}" into {solve.__file__}'
    )
