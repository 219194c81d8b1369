"""Olga of ops lets partners in, sees what they are told, and follows their feeds."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from dom.console.roles import ensure_roles
from dom.kernel.models import ApiClient, Job, WebhookEndpoint
from dom.kernel.rest import clients
from dom.kernel.rest.clients import Rights
from dom.kernel.rest.scopes import ALL_SCOPES
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import services
from tests import cast
from tests.browser.conftest import Visit
from tests.webhooks import deliver, endpoint, happen, receiving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _olga(visit: Visit) -> None:
    cast.enter()
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("olga", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="Ops"))
    visit.log_in("olga", PASSWORD)


def _partners() -> None:
    at = timezone.now()
    told: list[tuple[str, Rights]] = [
        ("web-shop", Rights(ALL_SCOPES, description="The shop at quayline.example")),
        ("acme-erp", Rights(["stock:read", "stock:write"], ["dc_reno"], at + timedelta(days=6), 600, "Counts, hourly")),
        ("old-marketplace", Rights(["orders:write"])),
    ]
    with unit_of_work():
        for name, rights in told:
            clients.create_client(name, rights, at=at, actor="olga")
        clients.revoke_client("old-marketplace", at=at, actor="olga")
    ApiClient.objects.filter(name="web-shop").update(last_used_at=at - timedelta(minutes=3))


def _deliver(made: WebhookEndpoint) -> None:
    """Send from another thread, as a worker would: the browser's driver owns the event loop of this one."""

    def work() -> None:
        deliver(made)
        connection.close()

    sender = threading.Thread(target=work)
    sender.start()
    sender.join()


def _jobs() -> None:
    wrong = [
        {"row": row, "field": "sku", "code": "unknown-sku", "detail": f"There is no SKU {sku}.", "pointer": ""}
        for row, sku in ((8, "TEA"), (4_001, "MUUG"), (999_999, "LAMPE"))
    ]
    now = timezone.now()
    common: dict[str, Any] = {"rows_total": 1_000_000, "created_at": now - timedelta(minutes=4)}
    Job.objects.create(
        ref="J-7K3MQ9XWD2T", kind="stock", actor="api:acme-erp", status="RUNNING", rows_done=412_000, rows_failed=3,
        errors=wrong, **common,
    )  # fmt: skip
    Job.objects.create(
        ref="J-2T7K3MQ9XWD", kind="skus", actor="olga", status="DONE", rows_done=1_000_000, finished_at=now, **common
    )


def test_a_partner_is_let_in_and_its_key_shown_once(visit: Visit) -> None:
    _olga(visit)
    page = visit.page
    visit.open("/api-clients/")
    visit.picture("clients-none")
    page.get_by_role("link", name="New API client").first.click()
    page.get_by_label("Name").fill("wms")
    page.get_by_label("fulfillment: read").check()
    page.get_by_label("fulfillment: write").check()
    visit.picture("client-new")
    visit.axe()
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("Copy it now.").wait_for()
    visit.picture("client-key")
    visit.axe()
    page.get_by_role("link", name="It is copied").click()
    page.get_by_role("heading", name="What it may do").wait_for()

    assert ApiClient.objects.get().scopes == ["fulfillment:read", "fulfillment:write"]


def test_clients_are_kept(visit: Visit) -> None:
    _olga(visit)
    _partners()
    page = visit.page
    visit.open("/api-clients/")
    visit.picture("clients")
    visit.axe()
    page.get_by_role("link", name="acme-erp").click()
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_role("button", name="Revoke it").wait_for()
    visit.picture("client-revoke")
    page.get_by_role("button", name="Revoke it").click()
    page.get_by_text("acme-erp is revoked.").wait_for()
    visit.picture("client")
    visit.axe()
    visit.darken()
    visit.picture("client-dark")

    assert not ApiClient.objects.get(name="acme-erp").is_active


def test_what_a_partner_is_told_is_seen_and_sent_again(visit: Visit) -> None:
    _olga(visit)
    _partners()
    page = visit.page
    owner = ApiClient.objects.get(name="web-shop")
    with receiving((200, {}, b"queued"), (503, {}, b'{"error": "maintenance until 14:00"}')) as receiver:
        made = endpoint(receiver.url, owner=owner, kinds=["order.*"], description="Order desk")
        happen("O-7K3MQ9XWD2T", kind="order.placed", channel="web")
        _deliver(made)
        happen("O-2T7K3MQ9XWD", "O-9XWD2T7K3MQ", kind="order.shipped", channel="web")
        _deliver(made)
    with unit_of_work():
        other = endpoint_of(owner)
        services.pause_webhook(ref=other, client_id=None, at=timezone.now(), actor="olga")
    visit.open("/webhooks/")
    visit.picture("webhooks")
    visit.axe()
    page.get_by_role("link", name="Order desk").click()
    visit.picture("webhook")
    visit.axe()
    page.get_by_role("link", name="Send again…").click()
    page.get_by_role("button", name="Send them again").wait_for()
    visit.picture("webhook-replay")
    page.get_by_role("link", name="Leave it as it is").click()
    page.get_by_role("link", name="evt_2").click()
    page.get_by_role("heading", name="Attempts").wait_for()
    visit.picture("delivery")
    visit.axe()
    visit.darken()
    visit.picture("delivery-dark")
    page.get_by_role("link", name="Send it again…").click()
    page.get_by_role("button", name="Send it again").click()
    page.get_by_text("evt_2 is sent again.").wait_for()


def endpoint_of(owner: ApiClient) -> str:
    wanted = services.Wanted("https://acme.example/hooks/quayline")
    return services.create_webhook(wanted=wanted, client_id=owner.id, at=timezone.now(), actor="api:web-shop").ref


def test_long_work_is_followed_and_ended(visit: Visit) -> None:
    _olga(visit)
    visit.open("/jobs/")
    visit.picture("jobs-none")
    _jobs()
    page = visit.page
    visit.open("/jobs/")
    visit.picture("jobs")
    visit.axe()
    page.get_by_role("link", name="Stock counts").click()
    page.get_by_role("heading", name="Refused rows").wait_for()
    visit.picture("job")
    visit.axe()
    page.get_by_role("link", name="Cancel…").click()
    page.get_by_role("button", name="Cancel it").click()
    page.get_by_text("The job is cancelled; 411,997 rows applied before.").wait_for()
    visit.darken()
    visit.picture("job-dark")

    assert Job.objects.get(ref="J-7K3MQ9XWD2T").status == "CANCELLED"


def test_an_endpoint_is_made_in_the_browser_and_pinged(visit: Visit) -> None:
    _olga(visit)
    _partners()
    with receiving() as receiver:
        visit.open("/webhooks/new/")
        visit.darken()
        visit.picture("webhook-new-dark")
        visit.axe()
        visit.darken(dark=False)
        visit.open("/webhooks/new/")
        visit.page.select_option("select[name=client]", label="web-shop")
        visit.page.fill("input[name=url]", receiver.url)
        visit.page.fill("input[name=description]", "Order desk")
        visit.page.fill("fieldset:has-text('What it hears') input[type=search]", "shipped")
        visit.page.check("input[value='order.shipped']")
        visit.picture("webhook-new")
        visit.page.click("button:has-text('Make the endpoint')")
        assert visit.page.inner_text(".secret").startswith("whsec_")
        visit.picture("webhook-secret")
        visit.page.click("a:has-text('It is copied')")
        visit.page.click("a:has-text('Send a test message')")
        visit.page.click("button:has-text('Send it')")
        visit.page.wait_for_selector("text=is on its way")
        _deliver(WebhookEndpoint.objects.get())
        assert len(receiver.received) == 1
        visit.open(f"/webhooks/{WebhookEndpoint.objects.get().ref}/")
        visit.picture("webhook-made")
