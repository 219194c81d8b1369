"""What a person may do to an order from its page, one form each."""

from collections.abc import Mapping

from django.urls import reverse

from dom.console import deciding
from dom.console.acting import ActionForm, ConsoleAction
from dom.console.orderforms.addressing import AddressForm
from dom.console.orderforms.cancelling import CancelForm, CancelLineForm
from dom.console.orderforms.changing import ApproveSwapForm, DeclineSwapForm, SwapForm, WayForm
from dom.console.orderforms.giving import AppeaseForm
from dom.console.orderforms.holding import HoldForm, ReleaseForm
from dom.console.orderforms.keeping import NoteForm, WaitForm
from dom.console.orderforms.limiting import LimitsForm
from dom.console.orderforms.paying import PaymentForm
from dom.console.orderforms.planning import ForceForm, RerouteForm, SplitForm
from dom.console.orderforms.working import AnswerForm, RejectForm
from dom.console.reach import Reach

FORMS: Mapping[str, type[ActionForm]] = {
    "cancel": CancelForm,
    "cancel-line": CancelLineForm,
    "hold": HoldForm,
    "release": ReleaseForm,
    "address": AddressForm,
    "swap": SwapForm,
    "approve-swap": ApproveSwapForm,
    "decline-swap": DeclineSwapForm,
    "way": WayForm,
    "reroute": RerouteForm,
    "force": ForceForm,
    "split": SplitForm,
    "reject": RejectForm,
    "answer": AnswerForm,
    "appease": AppeaseForm,
    "payment": PaymentForm,
    "wait": WaitForm,
    "note": NoteForm,
}


class OrderAction(ConsoleAction):
    """Carries out one form of the order page and goes back to it."""

    forms = FORMS
    permission_required = "orders.change_order"
    reach = Reach.NETWORK
    audited_as = "orders"

    def has_permission(self) -> bool:
        """Let in to what settles holds who may settle some; which ones, the form knows."""
        settles = self.kwargs["action"] in deciding.FORMS and bool(deciding.decides(self.request.user))
        return settles or super().has_permission()

    def back(self) -> str:
        """Return the page that the person came from: the workbench, else the order's own."""
        if self.request.GET.get("from") == "workbench":
            return reverse("console:workbench")
        return reverse("console:order", args=[self.subject])


class Limits(ConsoleAction):
    """Sets what each role may give a customer back."""

    form_class = LimitsForm
    permission_required = "kernel.change_configversion"
    reach = Reach.NETWORK
    audited_as = ""

    def back(self) -> str:
        """Return the list of orders."""
        return reverse("console:orders")
