"""Keys of API clients: rotated with an overlap, revoked, limited in calls; and who did it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dom.kernel.changes import changes_of
from dom.kernel.errors import NotFound
from dom.kernel.models import ApiClient
from dom.kernel.rest import clients, keys
from dom.kernel.rest.clients import ApiClientExists, ApiClientRevoked, Rights
from dom.kernel.transactions import unit_of_work
from tests.functional.api.conftest import Partner
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = Rights(["events:read"])


def do(verb: str, *what: Any, **how: Any) -> Any:
    with unit_of_work():
        return getattr(clients, verb)(*what, at=how.pop("at", timezone.now()), actor="maya", **how)


def lives(key: str, **when: Any) -> bool:
    return keys.caller_of(key, at=when.get("at", timezone.now())) is not None


def told(name: str = "erp") -> list[tuple[str, str, str]]:
    return list(changes_of("api-client", name).order_by("id").values_list("actor", "verb", "note"))


def test_both_keys_work_during_the_overlap_and_only_the_new_one_after_it() -> None:
    at = timezone.now()
    old = do("create_client", "erp", EVENTS, at=at)
    new = do("rotate_key", "erp", at=at, overlap=timedelta(hours=1))

    assert (lives(old, at=at), lives(new, at=at)) == (True, True)
    later = at + timedelta(hours=1)
    assert (lives(old, at=later), lives(new, at=later)) == (False, True)
    assert told() == [("maya", "CREATED", ""), ("maya", "CHANGED", "Key rotated")]


def test_a_revoked_client_is_refused_at_once_under_every_key() -> None:
    old = do("create_client", "erp", EVENTS)
    new = do("rotate_key", "erp")
    do("revoke_client", "erp")
    do("revoke_client", "erp")

    assert (lives(old), lives(new)) == (False, False)
    with pytest.raises(ApiClientRevoked):
        do("rotate_key", "erp")
    again = do("readmit_client", "erp")
    assert (lives(old), lives(new), lives(again)) == (False, False, True)
    assert [note for _, _, note in told()][-2:] == ["Revoked", "Let in again under a new key"]


def test_changed_rights_count_from_the_next_call_on_and_are_recorded() -> None:
    partner = Partner(do("create_client", "erp", EVENTS))
    assert partner.get("/events").status_code == 200
    until = timezone.now() + timedelta(days=30)
    changed = do("change_client", "erp", Rights(["stock:read"], ["SOHO"], until, 5, "The ERP"))

    problem(partner.get("/events"), 403, "scope-missing")
    assert changed["scopes"] == ["events:read", "stock:read"]
    assert changes_of("api-client", "erp").first().fields == changed  # type: ignore[union-attr]  # it is there
    assert sorted(changed) == ["calls_per_minute", "description", "expires_at", "node_codes", "scopes"]
    do("change_client", "erp", Rights(["stock:read"], ["SOHO"], until, 5, "The ERP"))
    assert len(told()) == 2


def test_a_client_has_the_limit_that_it_was_given(settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 1000
    partner = Partner(do("create_client", "erp", Rights(["events:read"], calls_per_minute=2)))
    answers = [partner.get("/events") for _ in range(3)]

    assert answers[0]["X-RateLimit-Limit"] == "2"
    assert answers[0]["RateLimit-Policy"] == '"default";q=2;w=60'
    problem(answers[2], 429, "rate-limited")
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_a_name_is_taken_once() -> None:
    do("create_client", "erp", EVENTS)

    with pytest.raises(ApiClientExists):
        do("create_client", "erp", EVENTS)
    with pytest.raises(NotFound):
        do("rotate_key", "wms")
    assert ApiClient.objects.count() == 1


def test_no_key_stands_in_the_database_or_its_history() -> None:
    key = do("create_client", "erp", EVENTS)
    secret = key.split("_", 2)[2]

    stored = str(list(ApiClient.objects.values())) + str(list(changes_of("api-client", "erp").values()))
    assert len(secret) == 43
    assert secret not in stored
