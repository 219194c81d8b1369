from datetime import timedelta
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


@pytest.mark.usefixtures("world")
def test_the_groups_that_did_not_take_an_order_say_why() -> None:
    groups = [
        {"name": "Rush", "match": {"promise": {"within_hours": 24}}, "rules": [{"name": "Any"}]},
        {"name": "Rest", "rules": [{"name": "All"}]},
    ]
    asked = [
        request_of(f"O-1:{n}", ("BOOT", 1), promised_by=AT + timedelta(hours=hours))
        for n, hours in enumerate((24, 31), start=1)
    ]
    with unit_of_work():
        services.publish_policies(bodies=[{"code": "p", "groups": groups}], actor="maya", at=AT)
    found = services.route(requests=asked, at=AT)
    with unit_of_work():
        services.record(decisions=services.packed(found), lost={}, attempts={}, at=AT)

    soon, late = _said("route", "--explain", "O-1:1"), _said("route", "--explain", "O-1:2")

    words = "it takes orders promised within 24 hours of the decision, this order is promised by 2026-11-25 22:00 UTC"
    assert f'  Group "Rush" does not take it: {words}, 31 hours after the decision.\n' in late
    assert "does not take it" not in soon
    assert _said("replay", "O-1:2") == "O-1:2: the same plan, 3 nodes with the same costs.\n"


@pytest.mark.usefixtures("decided")
def test_a_replay_comes_to_the_same() -> None:
    assert _said("replay", "O-1") == "O-1:1: the same plan, 3 nodes with the same costs.\n"


@pytest.mark.parametrize("words", [("route", "--explain", "O-2"), ("replay", "O-2")])
def test_what_nobody_decided_is_said_plainly(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="Nothing was decided for O-2"):
        _said(*words)
