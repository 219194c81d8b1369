"""The kernels' cache must never serve yesterday's code."""

import hashlib
from pathlib import Path

from routing.core.kernels import run


def test_a_change_in_any_kernel_changes_the_file_that_the_cache_looks_at() -> None:
    folder, digest = Path(run.__file__).parent, hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.read_text().replace(f'SOURCES = "{run.SOURCES}"', "").encode())

    assert digest.hexdigest()[:16] == run.SOURCES, f'write SOURCES = "{digest.hexdigest()[:16]}" into {run.__file__}'
