"""API clients, webhooks and jobs in the back office: who may see them, what can be done, and what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.kernel.changes import changes_of
from dom.kernel.models import ApiClient, Job, JobFault, WebhookDelivery, WebhookEndpoint
from dom.kernel.rest import clients, keys
from dom.kernel.rest.clients import Rights
from dom.kernel.transactions import unit_of_work
from tests.integration.console.people import someone
from tests.webhooks import OK, client, deliver, endpoint, happen, receiving, states

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS: dict[str, Any] = {"scopes": ["orders:read", "orders:write"], "description": "The shop"}


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def shown_key(answer: Any) -> str:
    found = re.search(r"dom_[0-9a-f]{12}_[\w-]{43}", answer.content.decode())
    assert found, answer.content
    return found[0]


def make(name: str = "shop") -> tuple[ApiClient, str]:
    with unit_of_work():
        key = clients.create_client(name, Rights(["events:read"]), at=timezone.now(), actor="maya")
    return ApiClient.objects.get(name=name), key


def act(page: Client, one: ApiClient, action: str, **fields: Any) -> Any:
    return page.post(f"/api-clients/{one.prefix}/{action}/", fields)


def test_a_new_client_gets_a_key_that_is_shown_once_and_stored_nowhere() -> None:
    page = someone("Ops", login="olga")
    answer = page.post("/api-clients/new/", {"name": "shop", "calls_per_minute": "120", **RIGHTS})
    key, made = shown_key(answer), ApiClient.objects.get()

    caller = keys.caller_of(key, at=timezone.now())
    assert caller is not None
    assert sorted(caller.scopes) == ["orders:read", "orders:write"]
    assert caller.calls_per_minute == 120
    assert answer["Cache-Control"] == "no-store"
    assert "key" not in str(answer.cookies).lower()
    assert (made.created_by, [one.actor for one in changes_of("api-client", "shop")]) == ("olga", ["olga"])
    assert key not in words(page.get(f"/api-clients/{made.prefix}/"))
    assert page.post("/api-clients/new/", {"name": "shop", **RIGHTS}).status_code == 409


def test_rights_end_and_limit_are_changed_and_told() -> None:
    one, key = make()
    page = someone("Ops")
    last = timezone.now().date() + timedelta(days=30)
    answer = act(page, one, "edit", scopes=["stock:read"], expires_on=last.isoformat(), calls_per_minute="")
    one.refresh_from_db()

    assert answer.status_code == 302
    assert (one.scopes, one.expires_at.isoformat()) == (["stock:read"], f"{last + timedelta(days=1)}T00:00:00+00:00")  # type: ignore[union-attr]  # it has an end
    shown = words(page.get(f"/api-clients/{one.prefix}/"))
    assert "events:read → stock:read" in shown
    form = words(page.get(f"/api-clients/{one.prefix}/edit/"))
    assert f'value="{last}"' in form
    assert act(page, one, "edit", scopes=["everything"]).status_code == 400
    assert keys.caller_of(key, at=timezone.now()) is not None


def test_a_key_is_rotated_revoked_and_let_in_again() -> None:
    one, old = make()
    page = someone("Ops")
    new = shown_key(act(page, one, "rotate", hours="24"))
    act(page, one, "revoke")
    assert [keys.caller_of(key, at=timezone.now()) for key in (old, new)] == [None, None]
    assert act(page, one, "rotate", hours="24").status_code == 409
    again = shown_key(act(page, one, "readmit"))

    assert [keys.caller_of(key, at=timezone.now()) is not None for key in (old, new, again)] == [False, False, True]
    assert "Let in again under a new key" in words(page.get(f"/api-clients/{one.prefix}/"))


@pytest.mark.parametrize("role", ["Auditor", "Customer service", "Store manager", "Merchandiser"])
def test_others_may_at_most_look(role: str) -> None:
    one, _key = make()
    made = endpoint("http://127.0.0.1:9/", owner=one)
    job = Job.objects.create(ref="J-1", kind="stock", actor="api:shop", created_at=timezone.now(), status="RUNNING")
    page = someone(role)
    sees = {200} if role == "Auditor" else {403}
    places = [
        "/api-clients/",
        f"/api-clients/{one.prefix}/",
        "/webhooks/",
        f"/webhooks/{made.ref}/",
        "/jobs/",
        "/jobs/J-1/",
    ]

    assert {page.get(place).status_code for place in places} == sees
    for place in ("new/", *(f"{one.prefix}/{verb}/" for verb in ("edit", "rotate", "revoke", "readmit"))):
        assert page.post(f"/api-clients/{place}").status_code == 403
    for verb in ("pause", "ping", "replay", "rotate", "remove"):
        assert page.post(f"/webhooks/{made.ref}/{verb}/").status_code == 403
    assert page.post("/jobs/J-1/cancel/").status_code == 403
    job.refresh_from_db()
    assert (job.status, ApiClient.objects.get().is_active, WebhookEndpoint.objects.get().revision) == (
        "RUNNING",
        True,
        1,
    )


def test_deliveries_can_be_looked_into_and_sent_again() -> None:
    page = someone("Ops")
    with receiving((503, {}, b"<b>closed</b>"), OK) as receiver:
        made = endpoint(receiver.url, kinds=["order.*"])
        happen("O-1", kind="order.shipped")
        deliver(made)
        one = words(page.get(f"/webhooks/{made.ref}/deliveries/evt_1/"))
        assert "&lt;b&gt;closed&lt;/b&gt;" in one
        assert "&quot;entity_ref&quot;: &quot;O-1&quot;" in one
        assert page.post(f"/webhooks/{made.ref}/deliveries/evt_1/again/").status_code == 302
        WebhookEndpoint.objects.update(quiet_until=None)
        deliver(made)

    assert states(made) == {"evt_1": "DELIVERED"}
    assert "evt_1" in words(page.get(f"/webhooks/{made.ref}/?state=DELIVERED"))
    assert "evt_1" not in words(page.get(f"/webhooks/{made.ref}/?state=FAILED"))
    assert page.get(f"/webhooks/{made.ref}/deliveries/evt_9/").status_code == 404


def test_an_endpoint_is_paused_resumed_pinged_rotated_replayed_and_removed() -> None:
    page = someone("Ops", login="olga")
    made = endpoint("http://127.0.0.1:9/")
    place = f"/webhooks/{made.ref}/"
    before = made.secret
    page.post(f"{place}pause/")
    assert "Paused by hand" in words(page.get(place))
    page.post(f"{place}resume/", {"how": "all"})
    page.post(f"{place}rotate/", {"hours": "1"})
    page.post(f"{place}ping/")
    made.refresh_from_db()
    assert (made.status, made.updated_by, made.secret != before) == ("ACTIVE", "olga", True)
    assert WebhookDelivery.objects.get(endpoint=made).kind == "webhook.ping"
    assert page.post(f"{place}replay/", {"what": "after"}).status_code == 400
    assert page.post(f"{place}replay/", {"what": "after", "position": "99"}).status_code == 409
    assert page.post(f"{place}replay/", {"what": "after", "position": "0"}).status_code == 302
    assert page.post(f"{place}remove/")["Location"] == "/webhooks/"
    assert page.get(place).status_code == 404


def job(**values: Any) -> Job:
    wrong = [{"row": 8, "field": "sku", "code": "unknown-sku", "detail": "There is no SKU =TEA.", "pointer": "#/7/sku"}]
    now = timezone.now()
    made: dict[str, Any] = {"ref": "J-1", "kind": "stock", "actor": "api:erp", "created_at": now, "status": "RUNNING"}
    made |= {"rows_total": 1000, "rows_done": 400, "rows_failed": 1, "errors": wrong}
    found = Job.objects.create(**{**made, **values})
    JobFault.objects.bulk_create([JobFault(job=found, **one) for one in wrong])
    return found


def test_a_job_shows_its_progress_and_refused_rows_and_ends_on_demand() -> None:
    job()
    page = someone("Ops")
    shown = words(page.get("/jobs/J-1/"))
    assert "400 of 1,000 done" in shown
    assert "There is no SKU =TEA." in shown
    file = b"".join(page.get("/jobs/J-1/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert file.splitlines()[1] == "8,sku,unknown-sku,There is no SKU =TEA."
    page.post("/jobs/J-1/cancel/")

    assert Job.objects.get().status == "CANCELLED"
    assert page.post("/jobs/J-1/cancel/").status_code == 409
    assert "Cancel…" not in words(page.get("/jobs/J-1/"))


def test_a_feed_that_is_being_read_says_that_nothing_is_applied_yet() -> None:
    job(rows_done=0, result={Job.READ: 600})

    shown = words(someone("Ops").get("/jobs/J-1/"))

    assert "600 rows are read; none is applied before all are." in shown
    assert '<progress class="wide" max="1000" value="300">' in shown
    assert "0 of 1,000 done" in shown


@pytest.mark.parametrize(("view", "found"), [("", 3), ("open", 1), ("refused", 2), ("failed", 1)])
def test_jobs_are_narrowed(view: str, found: int) -> None:
    job()
    job(ref="J-2", status="FAILED")
    job(ref="J-3", status="DONE", rows_failed=0)

    assert words(someone("Ops").get(f"/jobs/?view={view}")).count('class="link" href="/jobs/J-') == found


@pytest.mark.parametrize(("state", "names"), [("", "abc"), ("live", "ac"), ("ending", "a"), ("revoked", "b")])
def test_clients_are_narrowed(state: str, names: str) -> None:
    for name in "abc":
        make(f"client-{name}")
    ApiClient.objects.filter(name="client-a").update(expires_at=timezone.now() + timedelta(days=3))
    ApiClient.objects.filter(name="client-b").update(is_active=False)
    page = someone("Ops")

    assert re.findall(r">client-(\w)</a>", words(page.get(f"/api-clients/?state={state}"))) == list(names)
    file = b"".join(page.get("/api-clients/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert len(file.splitlines()) == 4


@pytest.mark.parametrize(("place", "statements"), [("/api-clients/", 5), ("/webhooks/", 6), ("/jobs/", 5)])
def test_a_list_costs_the_same_however_long_it_is(
    place: str, statements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = someone("Ops")
    for number in range(60):
        endpoint("http://127.0.0.1:9/", owner=client(f"shop-{number}"))
        job(ref=f"J-{number}")
    page.get(place)
    with django_assert_num_queries(statements) as seen:
        page.get(place)

    assert [one["sql"] for one in seen.captured_queries if "count(" in one["sql"].lower()] == []
