"""Two people change the same thing in forms: neither undoes the other without a word."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from dom.console.seeing import SeenForm
from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest import clients
from dom.kernel.rest.clients import Rights
from dom.kernel.transactions import unit_of_work
from inventory.models import IncomingSupply
from inventory.services import SupplyRow, upsert_incoming_supply
from stores.services import people
from tests import cast
from tests.integration.console.people import someone, typed
from tests.webhooks import endpoint

pytestmark = pytest.mark.django_db(transaction=True)


def _endpoint() -> tuple[str, type[Any], str, str]:
    made = endpoint("https://partner.example/old", kinds=["order.shipped"])
    return f"/webhooks/{made.ref}/edit/", WebhookEndpoint, "description", "url"


def _client() -> tuple[str, type[Any], str, str]:
    with unit_of_work():
        clients.create_client("shop", Rights(["events:read"]), at=timezone.now(), actor="maya")
    return f"/api-clients/{ApiClient.objects.get().prefix}/edit/", ApiClient, "description", "calls_per_minute"


def _person() -> tuple[str, type[Any], str, str]:
    with unit_of_work():
        people.add_person(
            username="pia", profile=people.Profile("Pia", "Berg", "", ["Ops"], []), at=timezone.now(), actor="maya"
        )
    return "/people/pia/roles/", User, "first_name", "last_name"


def _supply() -> tuple[str, type[Any], str, str]:
    everyone = cast.enter()
    with unit_of_work():
        row = SupplyRow("PO-1", everyone.tee.id, everyone.dc_reno.id, 5, timezone.now())
        upsert_incoming_supply(rows=[row], at=timezone.now(), actor="maya")
    return f"/supply/{IncomingSupply.objects.get().id}/change/", IncomingSupply, "quantity", "expected_at"


MADE = {"endpoint": _endpoint, "client": _client, "person": _person, "supply": _supply}
#: What each types into the field that both change, and into another one.
VALUES = {
    "description": ("Order desk", "Returns desk"), "first_name": ("Pit", "Paul"), "quantity": ("7", "9"),
    "url": ("https://partner.example/new", ""), "calls_per_minute": ("60", ""), "last_name": ("Berger", ""),
    "expected_at": ("2027-01-02T10:00", ""),
}  # fmt: skip


def _kept(model: type[Any]) -> Any:
    return model.objects.exclude(username__in=["omar", "olga"]).get() if model is User else model.objects.get()


def _browsers() -> tuple[Client, Client]:
    browsers = someone("Ops", "omar"), someone("Ops", "olga")
    User.objects.filter(username__in=["omar", "olga"]).update(is_superuser=True)
    return browsers


@pytest.mark.parametrize("what", MADE)
def test_both_values_are_shown_and_saving_again_keeps_mine(what: str) -> None:
    path, model, same, _other = MADE[what]()
    omar, olga = _browsers()
    opened = typed(olga.get(path).context["form"])
    theirs, mine = VALUES[same]
    assert omar.post(path, {**opened, same: theirs}).status_code == 302

    answer = olga.post(path, {**opened, same: mine})

    assert answer.status_code == 409
    form = answer.context["form"]
    assert [(one.theirs, one.mine) for one in form.conflicts] == [(theirs, mine)]
    assert form.other == "omar"
    assert "omar made it" in answer.content.decode()
    assert str(getattr(_kept(model), same)) == theirs
    assert olga.post(path, typed(form)).status_code == 302
    assert str(getattr(_kept(model), same)) == mine


@pytest.mark.parametrize("what", MADE)
def test_what_only_the_other_changed_stays_changed(what: str) -> None:
    path, model, same, other = MADE[what]()
    omar, olga = _browsers()
    opened = typed(olga.get(path).context["form"])
    before = getattr(_kept(model), other)
    omar.post(path, {**opened, other: VALUES[other][0]})
    kept = getattr(_kept(model), other)
    assert kept != before

    assert olga.post(path, {**opened, same: VALUES[same][1]}).status_code == 302

    after = _kept(model)
    assert (getattr(after, other), str(getattr(after, same))) == (kept, VALUES[same][1])


def test_a_forged_memory_says_nothing() -> None:
    path, model, same, _other = _endpoint()
    omar, _olga = _browsers()
    opened = typed(omar.get(path).context["form"])

    assert omar.post(path, {**opened, "seen": "forged", same: "Desk"}).status_code == 302
    assert model.objects.get().description == "Desk"


def test_every_form_for_a_whole_thing_says_what_stands_there_how_to_lock_it_and_who_changed_it() -> None:
    assert get_resolver().url_patterns  # every page of the console is loaded
    forms = SeenForm.__subclasses__()

    assert len(forms) >= 4
    for form in forms:
        for name in ("now", "hold", "changed_by"):
            assert getattr(form, name) is not getattr(SeenForm, name), (form, name)
