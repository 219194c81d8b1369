"""The kernels, before the first order: one process of the suite compiles them, the others wait."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def compiled(engine: None) -> None:
    """Have the engine compiled once, not once in each process."""
