from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Node, Sku
from tests import cast
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _maya(visit: Visit) -> None:
    cast.enter()
    with unit_of_work():
        ensure_roles()
        services.upsert_quotas(rows=[services.QuotaRow("web", "TEE", 25)], at=cast.NOW, actor="ops")
        services.upsert_skus(rows=[replace(cast.LAMP, is_active=False, hazmat_class="9")], at=cast.NOW, actor="ops")
    person = User.objects.create_user("maya", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="Merchandiser"))
    visit.log_in("maya", PASSWORD)


def test_a_merchandiser_keeps_the_catalog(visit: Visit) -> None:
    _maya(visit)
    page = visit.page
    visit.open("/master/skus/")
    visit.picture("master-skus")
    page.get_by_role("link", name="TEE").click()
    page.get_by_label("Weight").fill("heavy")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("A valid integer is required.").is_visible()
    assert [wrong for wrong in visit.wrongs if "400 (Bad Request)" not in wrong] == []
    visit.wrongs.clear()
    visit.picture("master-sku-wrong")
    page.get_by_label("Weight").fill("250")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("TEE is saved: Weight.").wait_for()
    visit.picture("master-sku")

    assert Sku.objects.get(code="TEE").weight_grams == 250
    visit.open("/master/quotas/")
    visit.picture("master-quotas")
    visit.open("/master/channels/one/web/")
    visit.picture("master-channel")


def test_a_node_is_kept_and_closed_after_a_look(visit: Visit) -> None:
    _maya(visit)
    page = visit.page
    visit.open("/master/nodes/")
    visit.picture("master-nodes")
    page.get_by_role("link", name="store_soho").click()
    visit.picture("master-node")
    page.get_by_role("link", name="Close…").click()
    page.get_by_text("gets no new work").wait_for()
    visit.picture("master-node-close")
    page.get_by_role("button", name="Close").click()
    page.get_by_text("store_soho: close, done.").wait_for()

    assert Node.objects.get(code="store_soho").status == "CLOSED"
    visit.open("/master/changes/")
    visit.picture("master-changes")
    visit.open("/master/node-groups/one/stores/")
    page.get_by_placeholder("Find in the list").fill("reno")
    assert page.get_by_text("store_austin · Austin").first.is_hidden()
    visit.picture("master-group")


def test_a_sheet_is_looked_at_and_applied(visit: Visit) -> None:
    _maya(visit)
    page = visit.page
    visit.open("/master/skus/import/")
    visit.picture("master-import")
    rows = b"code,name,weight_grams\nTEE,T-shirt,210\nNEW,Scarf,90\nMUG,Mug,light\n"
    page.get_by_label("CSV file").set_input_files({"name": "skus.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Look at what it would change").click()
    page.get_by_role("button", name="Apply 2 rows").wait_for()
    visit.picture("master-preview")
    page.get_by_role("button", name="Apply 2 rows").click()
    page.get_by_text("1 was left out").wait_for()
    visit.picture("master-imported")

    assert Sku.objects.get(code="TEE").name == "T-shirt"
    assert Sku.objects.get(code="MUG").weight_grams == 400


def test_an_empty_list_says_what_the_thing_is_for(visit: Visit) -> None:
    User.objects.create_superuser("maya", password=PASSWORD)
    visit.log_in("maya", PASSWORD)
    visit.open("/master/skus/")

    assert visit.page.get_by_text("No SKUs yet").is_visible()
    visit.picture("master-empty")
