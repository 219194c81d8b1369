from collections.abc import Callable
from typing import Protocol

import pytest

from dom.kernel import prove
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from tests import cast, orderbook


class Do(Protocol):
    """Takes a step in its own unit of work, after which every law holds."""

    def __call__(self, step: Callable[..., object], **asked: object) -> object: ...


class Refused(Protocol):
    """Expects a refusal that changes nothing, and returns it."""

    def __call__(self, refusal: type[DomainError], step: Callable[..., object], **asked: object) -> DomainError: ...


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with ten tees and ten mugs at every node."""
    everyone = cast.enter()
    for node in (everyone.dc_reno, everyone.store_soho, everyone.store_austin):
        cast.stock(everyone.tee, node, 10)
        cast.stock(everyone.mug, node, 10)
    return everyone


@pytest.fixture
def do() -> Do:
    def doing(step: Callable[..., object], **asked: object) -> object:
        with unit_of_work():
            done = step(at=cast.NOW, actor=cast.ACTOR, **asked)
        orderbook.assert_lawful()
        return done

    return doing


@pytest.fixture
def proven() -> Do:
    """As `do`, for orders that came in as channels send them."""

    def doing(step: Callable[..., object], **asked: object) -> object:
        with unit_of_work():
            done = step(at=cast.NOW, actor=cast.ACTOR, **asked)
        assert prove.differences() == []
        return done

    return doing


@pytest.fixture
def refused() -> Refused:
    def refusing(refusal: type[DomainError], step: Callable[..., object], **asked: object) -> DomainError:
        before = orderbook.snapshot()
        with pytest.raises(refusal) as caught, unit_of_work():
            step(at=cast.NOW, actor=cast.ACTOR, **asked)
        assert orderbook.snapshot() == before
        return caught.value

    return refusing
