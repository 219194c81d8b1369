"""Sets how much each role may give a customer back on one order."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from dom.console.roles import ROLES
from dom.console.seeing import SeenSetting
from dom.kernel.words import many
from orders.limits import KIND, read_limits
from orders.selectors.limits import appeasement_limits
from orders.services.limits import publish_limits


class LimitsForm(SeenSetting):
    """An amount for each role that may change orders, in every currency or in one."""

    title = "Appeasement limits"
    help_text = "What one person of a role may give back on one order in all. Every change is kept as a version."
    submit = "Publish"
    kind = KIND

    def prepare(self, subject: str) -> None:
        """Make a field for each role, and one for limits in single currencies."""
        for role in _givers():
            self.fields[f"role:{role}"] = forms.DecimalField(label=role, min_value=0, max_digits=14)
        self.fields["single"] = forms.CharField(
            label="Limits in single currencies", required=False, widget=forms.Textarea,
            help_text="A line each: role, currency, amount; for example “Ops, JPY, 10000”.",
        )  # fmt: skip
        self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what each role may give now, and the lines of single currencies."""
        live = appeasement_limits()
        amounts = {one.role: one.amount for one in live if not one.currency}
        single = "\n".join(f"{one.role}, {one.currency}, {one.amount}" for one in live if one.currency)
        return {f"role:{role}": amounts.get(role, Decimal()) for role in _givers()} | {"single": single}

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
        self.join(subject)
        body = self._body()
        publish_limits(body=body, at=at, actor=actor)
        return f"{many(len(read_limits(body)), 'limit')} live."


def _givers() -> list[str]:
    """Return the roles that may change orders."""
    return [name for name, role in ROLES.items() if {"orders", "orders.order"} & set(role.changes)]
