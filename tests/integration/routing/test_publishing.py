from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.transactions import unit_of_work
from routing import selectors, services
from routing.errors import ConfigRefused

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _policy(**changes: Any) -> dict[str, Any]:
    return {"code": "retail", "groups": [{"name": "All", "rules": [{"name": "Near", **changes}]}]}


def _publish(body: dict[str, Any], at: datetime = AT) -> None:
    with unit_of_work():
        services.publish_policies(bodies=[body], actor="maya", at=at)


def test_a_bad_policy_names_its_path_and_publishes_nothing() -> None:
    before = config.clock()

    with pytest.raises(ConfigRefused) as refusal:
        _publish(_policy(limits={"max_split": 1}))

    assert refusal.value.facts["path"] == "groups[0].rules[0].limits.max_split"
    assert refusal.value.facts["document"] == "retail"
    assert selectors.live_documents("policy") == []
    assert config.clock() == before


def test_one_bad_document_of_many_publishes_none() -> None:
    with pytest.raises(ConfigRefused), unit_of_work():
        services.publish_policies(bodies=[_policy(), {"code": "second", "rules": []}], actor="maya", at=AT)

    assert selectors.live_documents("policy") == []


def test_publishing_moves_the_clock_and_numbers_the_versions() -> None:
    before = config.clock()
    _publish(_policy())
    _publish(_policy(limits={"max_splits": 0}), AT + timedelta(minutes=1))

    assert config.clock() > before
    assert [version.number for version in selectors.versions("policy", "retail")] == [2, 1]
    assert [version.number for version in selectors.live_documents("policy")] == [2]


def test_a_difference_reads_as_sentences() -> None:
    _publish(_policy())
    _publish(_policy(limits={"max_splits": 0}), AT + timedelta(minutes=1))

    assert selectors.diff("policy", "retail", 1, 2) == ["+ The order may not be split."]


def test_rolling_back_publishes_what_was_said_before() -> None:
    _publish(_policy())
    _publish(_policy(limits={"max_splits": 0}), AT + timedelta(minutes=1))
    with unit_of_work():
        services.roll_back(kind="policy", scope="retail", number=1, actor="maya", at=AT + timedelta(minutes=2))

    live = selectors.live_documents("policy")[0]
    assert (live.number, live.body) == (3, _policy())


def test_a_draft_is_checked_in_words_without_publishing() -> None:
    good, bad = selectors.check_policy(_policy()), selectors.check_policy({"code": "x", "groups": 3})

    assert good.is_valid
    assert "Near: from nodes take the cheapest plan." in " ".join(good.sentences)
    assert not bad.is_valid
    assert bad.problems == ("The policy x is not valid. groups: expected a list",)
    assert selectors.live_documents("policy") == []


def test_the_network_has_one_document_of_lanes() -> None:
    with unit_of_work():
        services.publish_lanes(body={"cross_border": False}, actor="maya", at=AT)
        services.publish_lanes(body={"cross_border": True}, actor="maya", at=AT + timedelta(minutes=1))

    assert [(version.scope, version.number) for version in selectors.live_documents("lanes")] == [("default", 2)]


def test_a_draft_decides_nothing_until_it_is_published() -> None:
    _publish(_policy())
    before = config.clock()
    with unit_of_work():
        services.save_draft(kind="policy", scope="retail", body={"code": "retail", "groups": 3}, actor="maya", at=AT)
        services.save_draft(
            kind="policy", scope="retail", body=_policy(limits={"max_splits": 0}), actor="maya", at=AT, note="No splits"
        )

    assert config.clock() == before
    assert [version.number for version in selectors.versions("policy", "retail")] == [1]

    with unit_of_work():
        published = services.publish_draft(kind="policy", scope="retail", actor="omar", at=AT + timedelta(minutes=1))

    assert (published.number, published.note, published.author) == (2, "No splits", "omar")
    assert selectors.live_documents("policy") == [published]
    assert config.draft("policy", "retail") is None


def test_a_draft_that_is_not_valid_stays_a_draft() -> None:
    with unit_of_work():
        services.save_draft(kind="policy", scope="retail", body={"code": "retail", "groups": 3}, actor="maya", at=AT)

    with pytest.raises(ConfigRefused), unit_of_work():
        services.publish_draft(kind="policy", scope="retail", actor="maya", at=AT)
    with pytest.raises(NotFound), unit_of_work():
        services.publish_draft(kind="policy", scope="other", actor="maya", at=AT)

    assert config.draft("policy", "retail") is not None
    assert selectors.live_documents("policy") == []
