"""After every test of inventory its books have to add up, whatever the test was about."""

from collections.abc import Iterator

import pytest

from dom.kernel import prove
from inventory import proofs
from tests import cast
from tests.documented import assert_events_are_as_documented


@pytest.fixture
def people(transactional_db: None) -> Iterator[cast.Cast]:
    """Enter the cast, and prove the invariants of inventory when the test is over.

    Claims here have demands that no order stands behind, so the checks of orders have nothing to say.
    """
    yield cast.enter()
    assert [found for found in prove.differences() if found.check in proofs.CHECKS] == []
    assert_events_are_as_documented()
