"""Policies go out as a sheet: a line a rule, in the order in which they are tried."""

import csv
import io

import pytest

from dom.console.documents.policy_lines import COLUMNS
from dom.kernel.transactions import unit_of_work
from routing import services
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

_BODY = {
    "code": "retail",
    "channels": ["web"],
    "groups": [
        {
            "name": "Gifts", "match": {"tags": ["gift"]}, "unfilled": {"then": "HOLD"}, "ship_complete": True,
            "rules": [
                {"name": "Near", "nodes": {"kinds": ["STORE"]}, "limits": {"max_splits": 0, "keep_together": True}},
                {"name": "Old", "active": False},
            ],
        },
        {"name": "Rest", "rules": [{"name": "Any", "allow_partial": True, "limits": {"min_parcel_value": "12.50"}}]},
        {"name": "Never", "active": False, "rules": [{"name": "X"}]},
    ],
}  # fmt: skip


def _lines(role: str = "Merchandiser") -> list[dict[str, str]]:
    answer = someone(role).get("/configuration/policy/?format=csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def _publish() -> None:
    cast.enter()
    with unit_of_work():
        services.publish_policies(bodies=[_BODY], actor="maya", at=cast.NOW)


def test_every_rule_has_a_line_with_its_group_and_its_limits() -> None:
    _publish()

    told = [line for line in _lines() if line["policy"] == "retail"]

    assert [(one["group"], one["rule_number"], one["rule"], one["in_force"]) for one in told] == [
        ("Gifts", "1", "Near", "yes"), ("Gifts", "", "Old", "no"), ("Rest", "1", "Any", "yes"), ("Never", "", "", "no"),
    ]  # fmt: skip
    near, _old, rest, _never = told
    assert (near["orders"], near["from_nodes"]) == ("orders tagged gift", "stores")
    assert (near["max_splits"], near["keep_together"], near["ship_complete"]) == ("0", "yes", "yes")
    assert near["unfilled"] == "What cannot be filled is held for a person."
    assert (rest["orders"], rest["min_parcel_value"], rest["allow_partial"]) == ("every order", "12.50", "yes")
    assert {(one["version"], one["author"], one["channels"]) for one in told} == {("1", "maya", "web")}
    assert all(set(one) == set(COLUMNS) for one in told)


def test_the_file_is_for_who_may_see_policies_and_kinds_with_a_sheet_keep_theirs() -> None:
    _publish()

    assert someone("Customer service", "cleo").get("/configuration/policy/?format=csv").status_code == 403
    maya = someone("Merchandiser")
    assert 'href="?format=csv"' in maya.get("/configuration/policy/").content.decode()
    assert 'href="?format=csv"' not in maya.get("/configuration/calendar/").content.decode()
