import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from dom.kernel.models import ApiClient, Event, IdempotencyRecord
from dom.kernel.rest.clients import rotate_key
from dom.kernel.rest.keys import issue_key
from dom.kernel.rest.spec import Deprecation
from dom.kernel.transactions import unit_of_work
from tests.functional.api.conftest import Partner, partner_with

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.functional.api.probe_urls")]


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer["X-Request-ID"]
    return body


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer dom_x_y", f"Bearer dom_{'0' * 12}_{'A' * 43}"])
def test_a_stranger_gets_one_answer_whatever_was_wrong(partner: Partner, header: str) -> None:
    answer = partner.get("/things", Authorization=header)

    problem(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_that_ended_or_was_switched_off_is_a_strangers(partner: Partner) -> None:
    ApiClient.objects.update(expires_at=timezone.now())
    problem(partner.get("/things"), 401, "unauthenticated")
    ApiClient.objects.update(expires_at=None, is_active=False)
    problem(partner.get("/things"), 401, "unauthenticated")


def test_a_rotated_key_works_beside_the_old_one_for_a_while(partner: Partner) -> None:
    with unit_of_work():
        fresh = Partner(rotate_key("partner", at=timezone.now(), actor="tests"))

    assert partner.get("/things").status_code == fresh.get("/things").status_code == 200
    ApiClient.objects.update(previous_until=timezone.now())
    problem(partner.get("/things"), 401, "unauthenticated")
    assert fresh.get("/things").status_code == 200


def test_the_database_never_holds_a_key(partner: Partner) -> None:
    client = ApiClient.objects.get()
    assert partner.key.rpartition("_")[2] not in (client.secret_hash, client.prefix)


def test_a_scope_that_is_missing_is_named() -> None:
    body = problem(partner_with("stock:write").get("/things"), 403, "scope-missing")

    assert body["facts"] == {"scope": "orders:read"}


def test_the_last_use_is_kept(partner: Partner) -> None:
    partner.get("/things")

    assert ApiClient.objects.get().last_used_at is not None


def test_a_post_needs_an_idempotency_key(partner: Partner) -> None:
    for key in ("", "two words", "x" * 256, "é"):
        problem(partner.post("/things", {"name": "a"}, Idempotency_Key=key), 400, "idempotency-key-required")


def test_the_same_post_again_gets_the_same_answer_byte_for_byte_and_happens_once(partner: Partner) -> None:
    first = partner.post("/things", {"name": "a"}, Idempotency_Key="k1")
    again = partner.post("/things", {"name": "a"}, Idempotency_Key="k1")

    assert (first.status_code, first.content) == (201, b'{"zebra":1,"name":"a","by":"api:partner"}')
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Event.objects.count() == 1


def test_another_body_under_a_used_key_is_refused(partner: Partner) -> None:
    partner.post("/things", {"name": "a"}, Idempotency_Key="k1")

    problem(partner.post("/things", {"name": "b"}, Idempotency_Key="k1"), 422, "idempotency-key-reused")
    assert Event.objects.count() == 1


def test_two_clients_may_use_the_same_key(partner: Partner) -> None:
    other = partner_with(name="other")

    assert partner.post("/things", {"name": "a"}, Idempotency_Key="k").status_code == 201
    assert other.post("/things", {"name": "b"}, Idempotency_Key="k").status_code == 201


def test_a_refusal_leaves_no_trace_and_names_its_facts(partner: Partner) -> None:
    body = problem(partner.post("/things", {"name": "refused"}, Idempotency_Key="k"), 409, "probe-refused")

    assert body["facts"] == {"asked": 1}
    assert not Event.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_a_failure_of_ours_is_a_plain_500_problem(partner: Partner, caplog: pytest.LogCaptureFixture) -> None:
    body = problem(partner.post("/things", {"name": "broken"}), 500, "internal")

    assert "ZeroDivision" not in json.dumps(body)
    assert not Event.objects.exists()
    assert "ZeroDivisionError" in caplog.text


def test_the_frame_costs_four_statements(partner: Partner, django_assert_num_queries: Any) -> None:
    partner.get("/things")
    # key, savepoint of the test's unit of work, claim, (the event itself), answer, end of the savepoint
    with django_assert_num_queries(6) as seen:
        partner.post("/things", {"name": "a"})
    ours = [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"] and "kernel_event" not in q["sql"]]
    assert len(ours) == 3


def test_each_wrong_place_of_a_body_is_pointed_to(partner: Partner) -> None:
    lines = [{"sku": "A", "quantity": 1}, {"sku": " A", "quantity": "2"}, {"quantity": -1}]

    body = problem(partner.post("/things", {"name": "a", "lines": lines}), 400, "validation")

    assert [fault["pointer"] for fault in body["errors"]] == [
        "#/lines/1/sku", "#/lines/1/quantity", "#/lines/2/sku", "#/lines/2/quantity",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "malformed-json"),
        (b"{", "malformed-json"),
        (b"\xff\xfe", "malformed-json"),
        (b'{"name": "a", "name": "b"}', "malformed-json"),
        (b'{"name": NaN}', "malformed-json"),
        (b'{"name": 1e999999}', "malformed-json"),
        (b'{"name": ' + b"9" * 5000 + b"}", "malformed-json"),
        (b"[" * 100_000, "malformed-json"),
        (b'{"name": ' + b"[" * 100 + b"]" * 100 + b"}", "malformed-json"),
        (b'{"name": "a\x00b"}', "malformed-json"),
        (b'{"name": "a\\u0000b"}', "validation"),
        (b'{"name": "\\ud800"}', "validation"),
        (b'{"name": "ok", "attributes": {"\\u0000": 1}}', "validation"),
        (b"[]", "validation"),
        (b"null", "validation"),
        (b'"text"', "validation"),
        (b'{"name": 7}', "validation"),
    ],
)
def test_a_malformed_body_is_a_typed_400(partner: Partner, sent: bytes, code: str) -> None:
    problem(partner.post("/things", sent), 400, code)
    assert not Event.objects.exists()


def test_an_oversized_body_is_a_413(partner: Partner) -> None:
    problem(partner.post("/things", b'"' + b"x" * 11 * 1024 * 1024 + b'"'), 413, "body-too-large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16"]
)
def test_a_wrong_content_type_is_a_415(partner: Partner, kind: str) -> None:
    problem(partner.send("POST", "/things", b"{}", Content_Type=kind), 415, "unsupported-media-type")


def test_what_http_itself_refuses_is_a_problem_too(partner: Partner) -> None:
    problem(partner.get("/nothing-here"), 404, "not-found")
    problem(partner.get("/things/%00"), 404, "not-found")
    problem(partner.get("/things", Accept="text/html"), 406, "not-acceptable")
    problem(partner.delete("/things"), 405, "method-not-allowed")
    problem(partner.send("OPTIONS", "/things"), 405, "method-not-allowed")
    assert partner.delete("/things")["Allow"] == "GET, HEAD, POST"


def test_an_unknown_host_is_a_problem_too(partner: Partner) -> None:
    problem(partner.get("/things", Host="evil.example"), 400, "bad-request")


def test_a_list_is_read_page_by_page_without_gap_or_repeat(partner: Partner) -> None:
    for number in range(7):
        partner_with(name=f"client-{number}")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = partner.get(f"/things?limit=3&cursor={cursor}").json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next"]

    assert seen == [*(f"client-{number}" for number in range(7)), "partner"]


def test_a_forged_cursor_or_a_cursor_of_other_filters_is_refused(partner: Partner) -> None:
    partner_with(name="other")
    cursor = partner.get("/things?limit=1").json()["next"]

    problem(partner.get("/things?cursor=abc"), 400, "cursor-invalid")
    problem(partner.get(f"/things?cursor={cursor}&name=x"), 400, "cursor-invalid")
    for limit in ("0", "1001", "-1", "x", "²", "9" * 30):
        problem(partner.get(f"/things?limit={limit}"), 400, "validation")


def test_a_filter_that_is_none_is_refused_and_a_resource_ignores_its_query(partner: Partner) -> None:
    told = problem(partner.get("/things?nam=x&limit=1&x%00y=1"), 400, "validation")

    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [
        ("#/query/nam", "unknown"),
        ("#/query/x\0y", "unknown"),
    ]
    assert told["errors"][0]["detail"] == "There is none of this name; there are cursor, limit, name."
    assert [item["name"] for item in partner.get("/things?name=partner").json()["items"]] == ["partner"]
    assert partner.get("/things/a?nam=x").status_code == 200


def test_a_resource_that_is_known_is_not_sent_again(partner: Partner) -> None:
    listed = partner.get("/things")

    assert partner.get("/things", If_None_Match=listed["ETag"]).status_code == 304
    assert partner.get("/things", If_None_Match='"other"').status_code == 200
    assert partner.get("/things/a", If_None_Match='W/"7"').status_code == 304


def test_a_write_on_another_revision_is_a_412(partner: Partner) -> None:
    assert partner.put("/things/a", None, If_Match='"7"').status_code == 200
    problem(partner.put("/things/a", None, If_Match='"6"'), 412, "precondition-failed")


@override_settings(API_CALLS_PER_MINUTE=2)
def test_the_third_call_of_two_allowed_is_a_429(partner: Partner) -> None:
    answers = [partner.get("/things") for _ in range(3)]

    if answers[-1].status_code == 200:  # the minute turned in between
        answers = [partner.get("/things") for _ in range(3)]
    problem(answers[-1], 429, "rate-limited")
    assert int(answers[-1]["Retry-After"]) <= 60
    assert answers[0]["RateLimit-Policy"] == '"default";q=2;w=60'


def test_what_is_to_go_says_so_in_every_answer(partner: Partner) -> None:
    for answer in (partner.get("/going"), partner_with("stock:read", name="other").get("/going")):
        assert answer["Deprecation"] == "@1796083200"
        assert answer["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
        assert 'rel="deprecation"' in answer["Link"]
    assert not partner.get("/things").has_header("Deprecation")


def test_partners_get_twelve_months_to_change_over() -> None:
    with pytest.raises(ValueError, match="twelve months"):
        Deprecation(datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC), "Something else.")


def test_a_request_id_that_was_sent_comes_back(partner: Partner) -> None:
    assert partner.get("/things", X_Request_ID="trace-me-1234")["X-Request-ID"] == "trace-me-1234"
    assert partner.get("/things", X_Request_ID="no spaces!")["X-Request-ID"] != "no spaces!"


def test_a_key_limited_to_nodes_knows_them() -> None:
    with unit_of_work():
        issue_key(name="store", scopes=["orders:read"], node_codes=["SOHO"], at=timezone.now())

    assert ApiClient.objects.get(name="store").node_codes == ["SOHO"]
