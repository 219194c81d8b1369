"""Answers what a rule would do to availability before it is published; the same arithmetic with another book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Greatest

from inventory.models import Sku, StockLevel
from inventory.rule_book import RuleBook
from inventory.rules import ChannelRule, SafetyRule, Scope, parse_channel_rule, parse_low_rule, parse_safety_rule
from inventory.selectors.ats import available_to_sell
from inventory.selectors.network import Network, network
from inventory.selectors.rules import rule_book

#: So many SKUs are worked out; a rule about more says so.
MOST = 5_000
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule would change on `channel`: units available before and after, and SKUs that end or begin."""

    channel: str
    skus: int
    nodes: int
    before: int
    after: int
    emptied: tuple[str, ...]
    opened: tuple[str, ...]
    is_part: bool


def rule_effect(*, kind: str, body: Mapping[str, Any], at: datetime) -> Effect | None:
    """Return what publishing `body` would do; None while there is no active channel. Ten statements at most.

    A rule for every channel is worked out for the first one by code.
    """
    whole = network(at=at)
    parse: Any = parse_safety_rule if kind == "safety-stock" else parse_channel_rule
    rule: SafetyRule | ChannelRule = parse(body)
    channel = rule.scope.channel or next((one.code for one in whole.channels.values() if one.is_active), "")
    if channel not in whole.channels:
        return None
    before = rule_book(whole, at=at)
    after, old = _with(before, rule)
    scopes = [one.scope for one in (rule, old) if one is not None]
    codes = _skus(scopes, StockLevel.objects.filter(on_hand__gt=0))
    method = min(rule.methods, default="") if isinstance(rule, ChannelRule) else ""
    pair = [_units(codes[:MOST], channel, method, at, book) for book in (before, after)]
    return Effect(
        channel=channel,
        skus=min(len(codes), MOST),
        nodes=_nodes(whole, scopes),
        before=sum(pair[0].values()),
        after=sum(pair[1].values()),
        emptied=tuple(sku for sku, units in pair[0].items() if units > 0 and pair[1][sku] == 0),
        opened=tuple(sku for sku, units in pair[0].items() if units == 0 and pair[1][sku] > 0),
        is_part=len(codes) > MOST,
    )


def _with(book: RuleBook, rule: SafetyRule | ChannelRule) -> tuple[RuleBook, SafetyRule | ChannelRule | None]:
    """Return `book` with `rule` in the place of the rule of its code, and that one."""
    held: Sequence[Any] = book.safety if isinstance(rule, SafetyRule) else book.channel
    old = next((one for one in held if one.code == rule.code), None)
    rules: list[Any] = [*(one for one in held if one.code != rule.code), rule]
    if isinstance(rule, SafetyRule):
        return replace(book, safety=rules, _known={}), old
    return replace(book, channel=rules, _known={}), old


def _skus(scopes: Sequence[Scope], levels: "QuerySet[StockLevel]") -> list[str]:
    """Return the codes of SKUs with one of `levels` that one of the scopes is about; one more than `MOST` at most."""
    wanted = Q(pk__in=[])
    for scope in scopes:
        if not (scope.tags or scope.skus):
            wanted = Q()
            break
        wanted |= Q(tags__overlap=sorted(scope.tags)) | Q(code__in=sorted(scope.skus))
    skus = Sku.objects.filter(wanted, is_active=True, id__in=levels.values("sku_id"))
    return list(skus.values_list("code", flat=True)[: MOST + 1])


def _nodes(whole: Network, scopes: Sequence[Scope]) -> int:
    groups = {scope.node_group for scope in scopes}
    return sum(1 for node in whole.nodes if "" in groups or groups & node.groups)


def _units(codes: Sequence[str], channel: str, method: str, at: datetime, book: RuleBook) -> dict[str, int]:
    told = available_to_sell(channel=channel, skus=codes, at=at, method=method, book=book)
    return {one.sku: one.available_to_sell for one in told if not one.unlimited}


def foreseen_effect(*, kind: str, body: Mapping[str, Any], at: datetime) -> list[str]:
    """Return the effect as sentences."""
    effect = rule_effect(kind=kind, body=body, at=at)
    if effect is None:
        return ["No channel sells yet, so nothing changes."]
    part = f" (the first {MOST:,} of them are worked out)" if effect.is_part else ""
    change = effect.after - effect.before
    way = "more" if change > 0 else "fewer"
    moved = (
        f"{_counted(abs(change), 'unit')} {way} can be sold: {effect.before:,} → {effect.after:,}"
        if change
        else f"as many units can be sold as before: {effect.before:,}"
    )
    return [
        f"It is about {_counted(effect.skus, 'SKU')} with stock at {_counted(effect.nodes, 'node')}{part}.",
        f"On {effect.channel} {moved}.",
        *_told("can no longer be sold there", effect.emptied),
        *_told("can be sold there again", effect.opened),
    ]


def foreseen_low(*, body: Mapping[str, Any]) -> list[str]:
    """Return what a low-stock threshold would mark today, as sentences; other rules that fit as well are not asked."""
    rule = parse_low_rule(body)
    codes = _skus([rule.scope], StockLevel.objects.all())
    levels = StockLevel.objects.filter(sku__code__in=codes[:MOST], unlimited=False)
    if rule.scope.node_group:
        levels = levels.filter(node__groups__code=rule.scope.node_group)
    share = Greatest(Value(rule.at.units), (Cast("on_hand", BigIntegerField()) * rule.at.percent + 99) / 100)
    low = levels.filter(on_hand__lte=F("unsellable") + F("reserved") + share).count()
    part = f" (the first {MOST:,} of them are looked at)" if len(codes) > MOST else ""
    about = f"It is about {_counted(min(len(codes), MOST), 'SKU')} kept in stock{part}."
    return [about, f"{_counted(low, 'level')} would be low today, where no rule of a lower rank decides."]


def _told(what: str, skus: Sequence[str]) -> list[str]:
    more = " …" if len(skus) > _NAMED else ""
    return [f"{_counted(len(skus), 'SKU')} {what}: {', '.join(skus[:_NAMED])}{more}."] if skus else []


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
