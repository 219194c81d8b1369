"""Sets how much each role may give a customer back on one order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from dom.console.acting import ActionForm
from dom.console.roles import ROLES
from dom.kernel.words import many
from orders.limits import read_limits
from orders.selectors.limits import appeasement_limits
from orders.services.limits import publish_limits


class LimitsForm(ActionForm):
    """An amount for each role that may change orders, in every currency or in one."""

    title = "Appeasement limits"
    help_text = "What one person of a role may give back on one order in all. Every change is kept as a version."
    submit = "Publish"

    def prepare(self, subject: str) -> None:
        """Make a field for each role, and one for limits in single currencies."""
        del subject
        live = appeasement_limits()
        for role in _givers():
            found = next((one.amount for one in live if one.role == role and not one.currency), 0)
            self.fields[f"role:{role}"] = forms.DecimalField(label=role, min_value=0, initial=found, max_digits=14)
        single = "\n".join(f"{one.role}, {one.currency}, {one.amount}" for one in live if one.currency)
        self.fields["single"] = forms.CharField(
            label="Limits in single currencies", required=False, widget=forms.Textarea, initial=single,
            help_text="A line each: role, currency, amount; for example “Ops, JPY, 10000”.",
        )  # fmt: skip

    def _body(self) -> Mapping[str, Any]:
        limits = [
            {"role": role, "currency": "", "amount": str(self.cleaned_data[f"role:{role}"])} for role in _givers()
        ]
        for line in filter(None, map(str.strip, self.cleaned_data["single"].splitlines())):
            role, currency, amount = ([part.strip() for part in line.split(",")] + ["", ""])[:3]
            limits.append({"role": role, "currency": currency, "amount": amount})
        return {"limits": limits}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Publish; return what happened, in words."""
        del subject
        body = self._body()
        publish_limits(body=body, at=at, actor=actor)
        return f"{many(len(read_limits(body)), 'limit')} live."


def _givers() -> list[str]:
    """Return the roles that may change orders."""
    return [name for name, role in ROLES.items() if {"orders", "orders.order"} & set(role.changes)]
