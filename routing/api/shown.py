"""How a decision reads on the wire: the plan with its costs, every node with its cost or reason, versions named."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from routing.core.explain import Explanation, NodeStory
from routing.core.types import Parcel, RoutingPlan, RoutingRequest
from routing.runs import Versions
from routing.selectors import Driven, StoredDecision


class CostShape(serializers.Serializer[Any]):
    """An engine cost: up to four decimal places, in the request's currency."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class PlannedLineShape(serializers.Serializer[Any]):
    """Units of one line."""

    line_ref = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class PlannedParcelShape(serializers.Serializer[Any]):
    """What one node sends or hands over; `rule` placed it, `terms` add up to `cost`.

    `scarcity` is what its units are worth to other orders that want them: nobody pays it.
    """

    node = serializers.CharField()
    service = serializers.CharField()
    rule = serializers.CharField()
    cost = CostShape()
    terms = serializers.DictField(child=serializers.CharField())
    scarcity = CostShape()
    ship_by = serializers.DateTimeField()
    deliver_by = serializers.DateTimeField()
    lines = PlannedLineShape(many=True)


class UnfilledShape(serializers.Serializer[Any]):
    """Units that no node gives, and what happens to them."""

    line_ref = serializers.CharField()
    quantity = serializers.IntegerField()
    then = serializers.CharField()
    why = serializers.CharField()


class NodeStoryShape(serializers.Serializer[Any]):
    """One node of the network: what it would cost, or the one reason why it fell out."""

    node = serializers.CharField()
    chosen = serializers.BooleanField()
    reason = serializers.CharField()
    cost = CostShape(allow_null=True)
    sentence = serializers.CharField()


class PlanShape(serializers.Serializer[Any]):
    """A decision: plan, cost, proven bound, and the words for it; `passed_by` are the groups that did not take it.

    Where orders share scarce units, plans are compared by `cost` + `scarcity`: `bound` is the cost less the most that
    another plan could save of both.
    """

    request_ref = serializers.CharField()
    at = serializers.DateTimeField()
    policy = serializers.CharField()
    group = serializers.CharField()
    rule = serializers.CharField()
    cost = CostShape()
    scarcity = CostShape()
    bound = CostShape()
    proven = serializers.BooleanField()
    summary = serializers.ListField(child=serializers.CharField())
    passed_by = serializers.ListField(child=serializers.CharField())
    parcels = PlannedParcelShape(many=True)
    unfilled = UnfilledShape(many=True)
    nodes = NodeStoryShape(many=True)
    versions = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class DecisionShape(PlanShape):
    """A recorded decision; `lost` says why it was not carried out, `other_groups` are the order's other decisions."""

    order = serializers.CharField()
    attempt = serializers.IntegerField()
    lost = serializers.CharField(allow_blank=True)
    engine_version = serializers.CharField()
    other_groups = PlanShape(many=True, required=False)


class TestDriveAnswerShape(PlanShape):
    """What would be decided; nothing is held. `draft` is the code of the policy that was tried, if any."""

    draft = serializers.CharField(allow_blank=True)


def shown_decision(stored: StoredDecision) -> dict[str, Any]:
    """Return a recorded decision as plain data."""
    return {
        "order": stored.request.ref.partition(":")[0],
        "at": stored.at,
        "attempt": stored.attempt,
        "lost": stored.lost,
        "engine_version": stored.engine_version,
        **_shown(stored.request, stored.plan, stored.explain(), stored.versions),
    }


def shown_drive(driven: Driven) -> dict[str, Any]:
    """Return what was tried as plain data."""
    return {
        "at": driven.run.at,
        "draft": driven.draft,
        **_shown(driven.request, driven.decision.plan, driven.explanation, driven.versions),
    }


def _shown(request: RoutingRequest, plan: RoutingPlan, words: Explanation, versions: Versions) -> dict[str, Any]:
    return {
        "request_ref": request.ref,
        "policy": plan.policy,
        "group": plan.group,
        "rule": plan.rule,
        "cost": _cost(plan.cost_e4, request),
        "scarcity": _cost(plan.scarcity_e4, request),
        "bound": _cost(plan.bound_e4, request),
        "proven": plan.proven,
        "summary": list(words.summary),
        "passed_by": list(words.passed_by),
        "parcels": [_parcel(parcel, plan, request) for parcel in plan.parcels],
        "unfilled": [
            {"line_ref": one.line_ref, "quantity": one.quantity, "then": one.then.value, "why": one.why}
            for one in plan.unfilled
        ],
        "nodes": list(_nodes(words.nodes, request)),
        "versions": {kind: dict(scopes) for kind, scopes in versions.items()},
    }


def _cost(amount_e4: int, request: RoutingRequest) -> Mapping[str, str]:
    return {"amount": in_units(amount_e4), "currency": request.currency}


def in_units(amount_e4: int) -> str:
    """Return 1/10,000 of the major unit as a decimal: 12.34, and more places only where they say something."""
    amount = Decimal(amount_e4).scaleb(-4)
    cents = amount.quantize(Decimal("0.01"))
    return str(cents if cents == amount else amount)


def _parcel(parcel: Parcel, plan: RoutingPlan, request: RoutingRequest) -> dict[str, Any]:
    return {
        "node": parcel.node,
        "service": parcel.service,
        "rule": parcel.rule or plan.rule,
        "cost": _cost(parcel.cost_e4, request),
        "scarcity": _cost(parcel.scarcity_e4, request),
        "terms": {name: in_units(value) for name, value in parcel.terms_by_name.items()},
        "ship_by": parcel.ship_by,
        "deliver_by": parcel.deliver_by,
        "lines": [{"line_ref": line.line_ref, "sku": line.sku, "quantity": line.quantity} for line in parcel.lines],
    }


def _nodes(stories: tuple[NodeStory, ...], request: RoutingRequest) -> Iterator[dict[str, Any]]:
    for story in stories:
        yield {
            "node": story.node,
            "chosen": story.is_chosen,
            "reason": story.reason.name,
            "cost": None if story.cost_e4 is None else _cost(story.cost_e4, request),
            "sentence": story.sentence,
        }
