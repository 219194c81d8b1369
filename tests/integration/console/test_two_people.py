"""Two people change the same thing in forms: neither undoes the other without a word."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from dom.console.acting import ActionForm
from dom.console.masters.form import MasterForm
from dom.console.seeing import SeenForm, SeenSetting
from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest import clients
from dom.kernel.rest.clients import Rights
from dom.kernel.transactions import unit_of_work
from inventory.models import IncomingSupply, Node
from inventory.services import SupplyRow, counting, transfers, upsert_incoming_supply
from orders.models import Address, FulfillmentGroup
from orders.selectors.limits import appeasement_limits
from orders.services.short_stock import live_policy
from stores.services import people
from tests import cast, orderbook
from tests.integration.console.people import someone, typed
from tests.orderbook import Ordered, Plan
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


def _address() -> tuple[str, type[Any], str, str]:
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 40)
    order = orderbook.place(everyone, [Ordered(everyone.tee, 1)], Plan(everyone.dc_reno, {"1": 1}))
    Address.objects.update(city="New York")
    return f"/orders/{order.ref}/address/", Address, "line1", "line2"


def _handling() -> tuple[str, Callable[[], Any], str, str]:
    return "/shortages/handling/", live_policy, "wait_minutes", "most_levels"


def _limits() -> tuple[str, Callable[[], Any], str, str]:
    def kept() -> Any:
        return SimpleNamespace(**{f"role:{one.role}": one.amount for one in appeasement_limits()})

    return "/orders/appeasement-limits/", kept, "role:Ops", "role:Customer service"


def _large_transfers() -> tuple[str, Callable[[], Any], str, str]:
    return "/transfers/approval/", lambda: SimpleNamespace(above_units=transfers.approval_above()), "above_units", ""


def _large_differences() -> tuple[str, Callable[[], Any], str, str]:
    def kept() -> Any:
        return SimpleNamespace(above=(counting.count_approval_above() or 0) // 100)

    return "/counts/approval/", kept, "above", ""


MADE: dict[str, Callable[[], tuple[str, Any, str, str]]] = {
    "endpoint": _endpoint, "client": _client, "person": _person, "supply": _supply, "address": _address,
    "shortages": _handling, "limits": _limits, "transfers": _large_transfers, "counts": _large_differences,
}  # fmt: skip
#: What each types into the field that both change, and into another one.
VALUES = {
    "description": ("Order desk", "Returns desk"), "first_name": ("Pit", "Paul"), "quantity": ("7", "9"),
    "url": ("https://partner.example/new", ""), "calls_per_minute": ("60", ""), "last_name": ("Berger", ""),
    "expected_at": ("2027-01-02T10:00", ""), "line1": ("1 Elm Street", "9 Oak Street"), "line2": ("Door 2", ""),
    "wait_minutes": ("5", "7"), "most_levels": ("11", ""), "role:Ops": ("70", "90"), "above_units": ("60", "80"),
    "role:Customer service": ("15", ""), "above": ("60", "80"),
}  # fmt: skip


def _kept(model: Any) -> Any:
    if model is User:
        return User.objects.exclude(username__in=["omar", "olga"]).get()
    if model is Address:
        return FulfillmentGroup.objects.get().ship_to
    return model.objects.get() if hasattr(model, "objects") else model()


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


@pytest.mark.parametrize("what", [one for one in MADE if one not in {"transfers", "counts"}])  # they have one field
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


def test_methods_that_two_people_switch_are_joined_or_shown() -> None:
    cast.enter()
    path, reno = "/nodes/dc_reno/methods/", Node.objects.filter(code="dc_reno")
    reno.update(methods=["SHIP", "PICKUP"])
    omar, olga = _browsers()
    opened = {**typed(olga.get(path).context["form"]), "reason": "Weather"}
    assert omar.post(path, {**opened, "methods": ["SHIP"]}).status_code == 302

    assert olga.post(path, opened).status_code == 302
    assert reno.get().methods == ["SHIP"]

    answer = olga.post(path, {**opened, "methods": ["PICKUP"]})
    assert (answer.status_code, answer.context["form"].other) == (409, "olga")
    assert [(one.before, one.theirs, one.mine) for one in answer.context["form"].conflicts] == [
        ("Pickup, Ship", "Ship", "Pickup")
    ]
    assert reno.get().methods == ["SHIP"]


def test_a_forged_memory_says_nothing() -> None:
    path, model, same, _other = _endpoint()
    omar, _olga = _browsers()
    opened = typed(omar.get(path).context["form"])

    assert omar.post(path, {**opened, "seen": "forged", same: "Desk"}).status_code == 302
    assert model.objects.get().description == "Desk"


def test_every_form_for_a_whole_thing_says_what_stands_there_how_to_lock_it_and_who_changed_it() -> None:
    assert get_resolver().url_patterns  # every page of the console is loaded
    forms = [form for form in _kinds_of(SeenForm) if form is not SeenSetting]

    assert len(forms) >= 10
    for form in forms:
        for name in ("now", "hold", "changed_by"):
            assert getattr(form, name) is not getattr(SeenForm, name), (form, name)


#: Forms that do not ask whether somebody else changed the same meanwhile, and why they need not.
EXPLAINED = {
    "It begins, ends or moves something once; the service looks at the state that it finds and refuses another.": """
        counts.CancelForm counts.EnterForm counts.OpenForm counts.PostForm counts.RecountForm jobs.CancelForm
        masters.RetireForm masters.SwitchForm node.PauseForm node.ResumeForm people.DeactivateForm
        people.EndSessionsForm people.LinkForm people.ReactivateForm people.ResetSecondFactorForm repairs.DecideForm
        repairs.LookForm repairs.PostForm repairs.DismissForm supply.ReceiveForm transfer_actions.ApproveForm
        transfer_actions.CancelForm transfer_actions.ReceiveForm transfer_actions.RejectForm
        transfer_actions.RequestForm transfer_actions.ShipForm clients.ReadmitForm clients.RevokeForm
        clients.RotateForm webhook_edit.RotateSecretForm webhooks.PauseForm webhooks.PingForm webhooks.RemoveForm
        webhooks.ReplayForm webhooks.ReplayOneForm webhooks.ResumeForm
    """,
    "It acts on an order, whose lock and state decide; what it would do is shown first where it does much.": """
        cancelling.CancelForm cancelling.CancelLineForm changing.SwapForm changing.ApproveSwapForm
        changing.DeclineSwapForm changing.WayForm giving.AppeaseForm paying.PaymentForm
        holding.HoldForm holding.ReleaseForm keeping.NoteForm keeping.WaitForm planning.PlanForm planning.RerouteForm
        planning.ForceForm planning.SplitForm working.AnswerForm working.RejectForm changing.ApproveSwapForm
        changing.DeclineSwapForm paying.PaymentForm
    """,
    "It says a change of stock, or one number of a level or a day, and not what stood there.": """
        sku_actions.AdjustForm sku_actions.CountForm sku_actions.SafetyForm sku_actions.UnlimitedForm
        sku_actions.UnsellableForm node.CapacityForm
    """,
    "The rows that were looked at are compared again when they are applied.": "master_files.ImportForm",
    "It names a version, or ends what is live, and the history keeps both.": """
        documents.RetireForm documents.RollBackForm
    """,
    "It is there for others to build on.": """
        documents.NoteForm node.NodeForm sku_actions.LevelForm transfer_actions.LinesForm
    """,
}


def _kinds_of(form: type[ActionForm]) -> set[type[ActionForm]]:
    """Return the kinds of a form that the product's text names; a page may have made others while it was shown."""
    found = {form}.union(*(_kinds_of(one) for one in form.__subclasses__())) - {ActionForm, SeenForm}
    return {one for one in found if one.__module__.startswith("dom.")}


def test_every_form_of_the_back_office_joins_what_two_people_type_or_says_why_it_need_not() -> None:
    assert get_resolver().url_patterns
    forms = {form for form in _kinds_of(ActionForm) if not issubclass(form, (SeenForm, MasterForm))}
    named = {f"{form.__module__.rpartition('.')[2]}.{form.__name__}" for form in forms}

    assert named == {name for names in EXPLAINED.values() for name in names.split()}
