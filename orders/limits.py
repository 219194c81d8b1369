"""Answers how much a person of which role may give a customer back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dom.kernel.errors import DomainError, Kind
from dom.kernel.money import CURRENCIES, exponent_of

KIND = "appeasement-limits"
SCOPE = "all"


class LimitsRefused(DomainError):
    """The limits contradict themselves; the message says which line."""

    code = "limits-invalid"
    title = "The limits are not valid"
    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class Limit:
    """What a role may give in all on one order, in major units; `currency` "" stands for every one without its own."""

    role: str
    currency: str
    amount: Decimal


#: What holds until somebody publishes limits.
BUILT_IN = (Limit("Customer service", "", Decimal(25)), Limit("Ops", "", Decimal(100)))


def read_limits(body: Mapping[str, Any]) -> tuple[Limit, ...]:
    """Return the limits of a document {"limits": [{"role", "currency", "amount"}]}.

    Raises:
        LimitsRefused: a line is not valid, or a role has two limits in one currency.
    """
    limits = tuple(_read(number, line) for number, line in enumerate(body.get("limits", ()), start=1))
    keys = [(one.role, one.currency) for one in limits]
    if len(set(keys)) < len(keys):
        raise LimitsRefused("A role has one limit in each currency.")
    return limits


def _read(number: int, line: Mapping[str, Any]) -> Limit:
    role, currency = str(line.get("role", "")).strip(), str(line.get("currency", "")).strip()
    try:
        amount = Decimal(str(line.get("amount", "")))
    except InvalidOperation as wrong:
        raise LimitsRefused(f"Line {number}: the amount is a decimal such as 25.00.", line=number) from wrong
    if not role or not amount.is_finite() or amount < 0:
        raise LimitsRefused(f"Line {number}: a role and an amount of 0 or more.", line=number)
    if currency and currency not in CURRENCIES:
        raise LimitsRefused(f"Line {number}: {currency} is no currency.", line=number)
    return Limit(role, currency, amount)


def limit_minor(limits: Sequence[Limit], roles: Sequence[str] | None, currency: str) -> int:
    """Return the largest limit of `roles` (None: of all roles) in minor units of `currency`; 0 without any.

    A role's limit in the currency itself wins over the one for every currency.
    """
    by_role: dict[str, Limit] = {}
    for one in limits:
        if one.currency == currency or (not one.currency and one.role not in by_role):
            by_role[one.role] = one
    mine = [one.amount for role, one in by_role.items() if roles is None or role in roles]
    return int(max(mine, default=Decimal(0)).scaleb(exponent_of(currency)))
