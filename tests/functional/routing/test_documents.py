from typing import Any

from routing.api import examples
from tests.functional.api.conftest import Partner, partner, partner_with

__all__ = ["partner"]


def test_a_partner_publishes_and_reads_back_every_kind(partner: Partner) -> None:
    bodies: dict[str, Any] = {
        "/policies": examples.POLICIES,
        "/rate-cards": examples.RATE_CARDS,
        "/calendars": examples.CALENDARS,
        "/carrier-services": examples.CARRIER_SERVICES,
        "/lanes": examples.LANES,
    }
    for address, body in bodies.items():
        answer = partner.put(address, body)
        assert answer.status_code == 200, answer.content
        assert answer.json()["items"][0]["version"] == 1

        items = partner.get(address).json()["items"]
        assert [item["document"] for item in items] == (body if isinstance(body, list) else [body])


def test_a_bad_policy_names_its_path_and_publishes_nothing(partner: Partner) -> None:
    good, bad = examples.POLICIES[0], {**examples.POLICIES[0], "code": "bad", "prices": {"splt": "1"}}

    answer = partner.put("/policies", [good, bad])

    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["code"], problem["facts"]["path"], problem["facts"]["document"]) == (
        "config-invalid",
        "prices.splt",
        "bad",
    )
    assert problem["errors"] == [
        {
            "pointer": "#/1/prices/splt",
            "row": 2,
            "field": "prices/splt",
            "code": "config-invalid",
            "detail": problem["facts"]["problem"],
        }
    ]
    assert partner.get("/policies").json()["items"] == []


def test_the_place_in_a_document_that_is_no_list_or_stands_within_another_body_is_pointed_at(partner: Partner) -> None:
    asked = {**examples.TEST_DRIVE, "policy": {"code": "draft", "groups": [{"name": "all", "when": {}}]}}

    lanes = partner.put("/lanes", {"lanes": [{"wy": "?"}]}).json()
    drive = partner.post("/routing/test-drive", asked).json()

    assert [(wrong["errors"][0]["pointer"], "row" in wrong["errors"][0]) for wrong in (lanes, drive)] == [
        ("#/lanes/0/wy", False),
        ("#/policy/groups/0/when", False),
    ]


def test_the_same_document_again_keeps_its_version(partner: Partner) -> None:
    partner.put("/policies", examples.POLICIES)

    assert partner.put("/policies", examples.POLICIES).json()["items"] == [{"code": "retail", "version": 1}]


def test_a_number_with_a_point_is_money_to_the_last_digit(partner: Partner) -> None:
    answer = partner.put("/policies", b'[{"code": "p", "prices": {"split": 2.10}, "groups": []}]')

    assert answer.status_code == 200, answer.content
    assert partner.get("/policies").json()["items"][0]["document"]["prices"] == {"split": "2.10"}


def test_what_is_no_list_of_documents_is_refused_with_its_place(partner: Partner) -> None:
    assert partner.put("/policies", {"code": "x"}).json()["code"] == "validation"
    assert partner.put("/policies", ["x"]).json()["errors"][0]["pointer"] == "#/0"


def test_reading_policies_needs_its_scope(db: None) -> None:
    assert partner_with("policies:write").get("/policies").status_code == 403
