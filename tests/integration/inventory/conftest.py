"""After every test of inventory the books have to add up, whatever the test was about."""

from collections.abc import Iterator

import pytest

from dom.kernel import prove
from tests import cast


@pytest.fixture
def people(transactional_db: None) -> Iterator[cast.Cast]:
    """Enter the cast, and prove the invariants when the test is over."""
    yield cast.enter()
    assert prove.differences() == []
