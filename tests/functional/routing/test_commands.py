from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dom.kernel.transactions import unit_of_work
from routing import services
from tests.integration.routing.conftest import AT, request_of, world

__all__ = ["world"]

pytestmark = pytest.mark.usefixtures("world")


def _said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def decided(world: None) -> None:
    found = services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)
    with unit_of_work():
        services.record(decisions=services.packed(found), lost={}, attempts={}, at=AT)


@pytest.mark.usefixtures("decided")
def test_every_node_is_explained_in_words() -> None:
    said = _said("route", "--explain", "O-1")

    assert "S-SOHO sends 1 × BOOT" in said
    for node in ("DC-RENO", "S-AUSTIN", "S-SOHO"):
        assert f"{node} " in said
    assert said == _said("route", "--explain", "O-1:1")


@pytest.mark.usefixtures("decided")
def test_a_replay_comes_to_the_same() -> None:
    assert _said("replay", "O-1") == "O-1:1: the same plan, 3 nodes with the same costs.\n"


@pytest.mark.parametrize("words", [("route", "--explain", "O-2"), ("replay", "O-2")])
def test_what_nobody_decided_is_said_plainly(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="Nothing was decided for O-2"):
        _said(*words)
