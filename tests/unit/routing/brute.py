"""An independent router: prices a parcel from the documents and tries every plan. Slow, simple, none of our code paths.

It reads `Facts` and the configuration values only; distances, dates, freight, terms and limits are written again here.
"""

import itertools
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.core.config.calendar import BUILT_IN_CALENDAR, Calendar
from routing.core.config.carrier_services import CarrierService
from routing.core.config.policy import LAST_GROUP, Policy, Rule
from routing.core.facts import Facts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RoutingRequest

NEVER = 1 << 40
Take = tuple[int, ...]


def kilometers(node: NodeFacts, place: Destination) -> int:
    if node.latitude is None or node.longitude is None or place.latitude is None or place.longitude is None:
        return 0
    one, two = math.radians(node.latitude), math.radians(place.latitude)
    across = math.radians(place.longitude - node.longitude)
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(across / 2) ** 2
    return int(6_371.0 * 2 * math.asin(math.sqrt(half)) + 0.5)


def local(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minutes)).astimezone(UTC)


@dataclass
class Leaving:
    """A day on which a node can let a parcel go, and what that day still holds."""

    day: date
    arrives: datetime
    lines: int = NEVER
    units: int = NEVER
    pressure: int = 0
    minutes: int = NEVER


class Brute:
    """One order under one rule; `kept` parcels were placed by rules before it."""

    def __init__(
        self, request: RoutingRequest, facts: Facts, policy: Policy, rule: Rule, at: datetime, *, kept: int = 0
    ) -> None:
        self.kept = kept
        self.request, self.facts, self.policy, self.rule, self.at = request, facts, policy, rule, at
        self.nodes, self.skus = facts.network.nodes, {sku.code: sku for sku in facts.skus}
        self.row = {sku.code: index for index, sku in enumerate(facts.skus)}
        self.config = facts.network.configuration
        self.channel = facts.channels.get(request.channel)
        named = next((node for node in self.nodes if node.code == request.node), None)
        self.place = request.ship_to or self.at_node(named)
        self.cards = [self.config.rate_card_for(service.rate_card) for service in self.config.services.services]
        self.known: dict[tuple[int, Take], int | None] = {}

    @staticmethod
    def at_node(node: NodeFacts | None) -> Destination:
        assert node is not None
        return Destination(node.country, node.region, node.postal_code, node.latitude, node.longitude)

    def weight(self, amount: int, term: int) -> int:
        return amount * self.policy.weights_ppm[term] // 1_000_000

    def may_serve(self, n: int) -> bool:
        node, choice = self.nodes[n], self.rule.nodes
        if node.is_paused or node.code in self.request.excluded:
            return False
        if self.channel is not None and self.channel.nodes is not None and not self.channel.nodes[n]:
            return False
        here = node.code == self.request.node
        method = self.request.method
        if method == Method.PICKUP and (not here or "PICKUP" not in node.methods):
            return False
        if method == Method.SHIP_TO_STORE:
            wanted = {"PICKUP", "SHIP_TO_STORE"} if here else {"SHIP", "SHIP_TO_STORE"}
            if not wanted & node.methods:
                return False
        if method == Method.SHIP and "SHIP" not in node.methods:
            return False
        if choice.kinds and node.kind not in choice.kinds:
            return False
        return choice.within_km is None or kilometers(node, self.place) <= choice.within_km

    def may_handle(self, n: int, sku: SkuFacts) -> bool:
        node = self.nodes[n]
        abroad = bool(node.country and self.place.country) and node.country != self.place.country
        lanes = self.config.lanes
        for lane in lanes.lanes:
            if self.place in lane.to and sku.hazmat_class in lane.skus.hazmat_classes:
                return lane.allow and self._fits(node, sku)
        if abroad and (not lanes.cross_border or (sku.export_controlled and not lanes.export_controlled_abroad)):
            return False
        return self._fits(node, sku)

    @staticmethod
    def _fits(node: NodeFacts, sku: SkuFacts) -> bool:
        if sku.hazmat_class and sku.hazmat_class not in node.hazmat_classes:
            return False
        if sku.temperature_class not in node.temperature_classes:
            return False
        return node.max_piece_grams is None or sku.weight_grams <= node.max_piece_grams

    def stock(self, n: int, code: str) -> int:
        units = int(self.facts.available[self.row[code], n]) - self.rule.limits.keep_units
        units += sum(held.quantity for held in self.request.held if (held.sku, held.node) == (code, self.nodes[n].code))
        if self.channel is not None and self.channel.withhold is not None:
            units -= int(self.channel.withhold[self.row[code], n])
        return max(0, units)

    def calendar(self, n: int) -> Calendar:
        return self.config.calendars.get(self.nodes[n].calendar, BUILT_IN_CALENDAR)

    def worked(self, n: int) -> datetime | None:
        """The instant at which the work at node `n` is done."""
        calendar, zone = self.calendar(n), ZoneInfo(self.nodes[n].time_zone)
        left = timedelta(minutes=calendar.processing_minutes)
        start = self.at.astimezone(zone).date()
        for step in range(18):
            day = start + timedelta(days=step)
            span = calendar.open_on(day)
            if span is None or local(day, span[1], zone) < self.at:
                continue
            begin, end = max(self.at, local(day, span[0], zone)), local(day, span[1], zone)
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def leaving(self, n: int, service: CarrierService | None, transit: int) -> Leaving | None:
        done, calendar, zone = self.worked(n), self.calendar(n), ZoneInfo(self.nodes[n].time_zone)
        if done is None:
            return None
        first = done.astimezone(zone).date()
        for step in range(18):
            day = first + timedelta(days=step)
            if calendar.open_on(day) is None:
                continue
            leaving = self.with_capacity(n, day)
            if leaving is None or (service is not None and not self.picks_up(service, calendar, day, done, zone)):
                continue
            leaving.arrives = done + timedelta(days=step)
            if service is not None:
                leaving.arrives = local(self.arrival(day, service, transit), 20 * 60, zone)
            return leaving
        return None

    @staticmethod
    def picks_up(service: CarrierService, calendar: Calendar, day: date, done: datetime, zone: ZoneInfo) -> bool:
        cut_off = local(day, calendar.cut_off_on(day, service.code), zone)
        return day.weekday() in service.pickup_days and cut_off >= done

    @staticmethod
    def arrival(day: date, service: CarrierService, transit: int) -> date:
        while transit or day.weekday() not in service.delivery_days:
            day += timedelta(days=1)
            if day.weekday() in service.delivery_days:
                transit = max(0, transit - 1)
        return day

    def with_capacity(self, n: int, day: date) -> Leaving | None:
        left, start = self.facts.capacity_left, self.facts.capacity_from
        if left is None or start is None or not 0 <= (day - start).days < left.shape[1]:
            return Leaving(day, self.at)
        orders, lines, units, minutes = (int(x) for x in left[n, (day - start).days])
        if min(orders, lines, units, minutes) <= 0 or sum(self.work(n)) > 60 * minutes:
            return None
        assert self.facts.capacity_limit is not None
        price, most = self.policy.prices.full_node_e4, 0
        for unit, value in enumerate((orders, lines, units, minutes)):
            limit = int(self.facts.capacity_limit[n, (day - start).days, unit])
            if 0 < limit < NEVER:
                most = max(most, price * (limit - value) // limit)
        return Leaving(day, self.at, lines, units, self.weight(most, 5), minutes)

    def work(self, n: int) -> tuple[int, int, int]:
        """The seconds that an order, a line and a unit take at node `n`."""
        seconds = self.facts.work_seconds
        if seconds is None:
            return 0, 0, 0
        order, line, unit = (int(x) for x in seconds[n])
        return order, line, unit

    def carries(self, service: CarrierService, sku: SkuFacts, transit: int) -> bool:
        if sku.hazmat_class and sku.hazmat_class not in service.hazmat_classes:
            return False
        if sku.temperature_class == "CHILLED" and 24 * transit > service.temperature_hours.get("CHILLED", -1):
            return False
        if service.max_package_grams is not None and sku.weight_grams > service.max_package_grams:
            return False
        return not sku.minimum_age or service.adult_signature

    def freight(self, index: int, n: int, grams: int, volume: int) -> int | None:
        service, card, km = (
            self.config.services.services[index],
            self.cards[index],
            kilometers(self.nodes[n], self.place),
        )
        zone = next(
            (
                zone
                for zone in card.zones
                if self.place in zone.to
                and (not zone.from_countries or self.nodes[n].country in zone.from_countries)
                and (zone.within_km is None or km <= zone.within_km)
            ),
            None,
        )
        rate = zone and card.rate_for(zone.zone, service.code)
        if not rate:
            return None
        billable = max(grams, volume // card.dimensional_divisor) if card.dimensional_divisor else grams
        packages = max(1, math.ceil(billable / service.max_package_grams)) if service.max_package_grams else 1
        each = math.ceil(billable / packages)
        price = next(
            (p for g, p in zip(rate.up_to_grams, rate.prices_e4, strict=True) if each <= g), rate.prices_e4[-1]
        )
        price += math.ceil(max(0, each - rate.up_to_grams[-1]) / 1_000) * rate.per_extra_kg_e4
        return self.weight(packages * price, 3) + self.weight(rate.per_km_e4 * km, 3)

    def late(self, arrives: datetime) -> int | None:
        if self.request.promised_by is None:
            return 0
        hours = max(0, math.ceil((arrives - self.request.promised_by) / timedelta(hours=1)))
        most = self.rule.limits.max_late_hours
        return None if most is not None and hours > most else self.weight(hours * self.policy.prices.late_hour_e4, 4)

    def ways(self, n: int, take: Take) -> list[int]:
        """The price of every way out of node `n` for the units taken."""
        parts = [(line, units) for line, units in zip(self.request.lines, take, strict=True) if units]
        skus = [self.skus[line.sku] for line, _ in parts]
        grams = sum(self.skus[line.sku].weight_grams * units for line, units in parts)
        volume = sum(self.skus[line.sku].volume_mm3 * units for line, units in parts)
        here = self.nodes[n].code == self.request.node and self.request.method != Method.SHIP
        prices, count = [], self.lines_at_most(take)
        services = [] if here else list(enumerate(self.config.services.services))
        for index, service in services:
            km = kilometers(self.nodes[n], self.place)
            transit = next((days for most, days in service.transit.steps if km <= most), service.transit.days)
            if transit is None or self.request.method not in service.methods:
                continue
            if not all(self.carries(service, sku, transit) for sku in skus):
                continue
            freight = self.freight(index, n, grams, volume)
            leaving = self.leaving(n, service, transit)
            if freight is not None and leaving is not None:
                prices.append(self.price_leaving(n, leaving, freight, count, sum(take)))
        if here:
            leaving = self.leaving(n, None, 0)
            if leaving is not None:
                prices.append(self.price_leaving(n, leaving, 0, count, sum(take)))
        return [price for price in prices if price is not None]

    def lines_at_most(self, take: Take) -> int:
        """Loose units of one SKU may end on as many lines as ask for it: that is what a day's capacity must hold."""
        asked: dict[str, int] = {}
        taken: dict[str, int] = {}
        whole = 0
        for line, units in zip(self.request.lines, take, strict=True):
            if line.keep_together or self.rule.limits.keep_together:
                whole += units > 0
            else:
                asked[line.sku] = asked.get(line.sku, 0) + 1
                taken[line.sku] = taken.get(line.sku, 0) + units
        return whole + sum(min(asked[code], taken[code]) for code in asked)

    def price_leaving(self, n: int, leaving: Leaving, freight: int, lines: int, units: int) -> int | None:
        order, line, unit = self.work(n)
        if order + lines * line + units * unit > 60 * leaving.minutes:
            return None
        late = self.late(leaving.arrives)
        if late is None or lines > leaving.lines or units > leaving.units:
            return None
        return freight + late + leaving.pressure

    def parcel(self, n: int, take: Take) -> int | None:
        """The cost of a parcel, with the price of a split; None where it may not be."""
        key = (n, take)
        if key not in self.known:
            self.known[key] = self._parcel(n, take)
        return self.known[key]

    def _parcel(self, n: int, take: Take) -> int | None:
        if not self.may_serve(n) or not self.is_possible(n, take):
            return None
        ways = self.ways(n, take)
        if not ways:
            return None
        node, lines = self.nodes[n], self.request.lines
        cost = self.weight(node.fulfillment_cost_e4, 0) + self.policy.prices.split_e4 + min(ways)
        failed = self.weight(node.failed_pick_ppm * self.policy.prices.failed_pick_e4 // 1_000_000, 6)
        # One SKU is picked once for a parcel, unless a kit holds it apart.
        picks = {(line.sku, line.keep_together) for line, units in zip(lines, take, strict=True) if units}
        cost += len(picks) * (self.weight(node.line_cost_e4, 1) + failed)
        for preference in self.rule.prefer:
            if not preference.nodes.tags or preference.nodes.tags & node.tags:
                cost += preference.parcel_e4 + preference.per_km_e4 * kilometers(node, self.place)
        for line, units in zip(lines, take, strict=True):
            cost += units * self.weight(node.unit_cost_e4, 2)
            if self.facts.opportunity_e4 is not None:
                cost += units * self.weight(int(self.facts.opportunity_e4[self.row[line.sku], n]), 7)
            if self.facts.markdown_e4 is not None:
                cost -= units * self.weight(int(self.facts.markdown_e4[self.row[line.sku], n]), 8)
        return cost

    def is_possible(self, n: int, take: Take) -> bool:
        lines, limits = self.request.lines, self.rule.limits
        for code in {line.sku for line in lines}:
            units = sum(u for line, u in zip(lines, take, strict=True) if line.sku == code)
            if units and (units > self.stock(n, code) or not self.may_handle(n, self.skus[code])):
                return False
        if sum(take) == sum(line.quantity for line in lines) and not self.kept:
            return True
        value = sum(units * line.value_minor * 100 for line, units in zip(lines, take, strict=True))
        return value >= limits.min_parcel_value_e4 and sum(take) >= limits.min_parcel_units

    def is_whole(self, take: Take, taken: Take) -> bool:
        """Tied lines are taken together by one node or not at all; a rule may tie the units of every SKU."""
        for index, line in enumerate(self.request.lines):
            if not line.keep_together and not self.rule.limits.keep_together:
                continue
            if take[index] not in {0, line.quantity} or taken[index] not in {0, line.quantity}:
                return False
            for other, fellow in enumerate(self.request.lines):
                loose = not line.keep_together and not fellow.keep_together and line.sku == fellow.sku
                tied = line.keep_together and line.keep_together == fellow.keep_together
                if (loose or tied) and (take[index] > 0) != (take[other] > 0):
                    return False
        return True

    def best(self) -> tuple[int, int]:
        """Return (units, −cost) of the best plan: most units, then least cost."""
        lines = self.request.lines
        most = self.rule.limits.max_splits
        parcels = NEVER if most is None else most + 1
        parcels = (parcels if self.request.allow_split else 1) - self.kept
        options = []
        for n in range(len(self.nodes)):
            ranges = [range(min(line.quantity, self.stock(n, line.sku)) + 1) for line in lines]
            takes = [take for take in itertools.product(*ranges) if sum(take) and self.is_whole(take, take)]
            priced = [(take, self.parcel(n, take)) for take in takes]
            options.append([(take, cost) for take, cost in priced if cost is not None])
        reached: dict[tuple[int, Take], int] = {(0, (0,) * len(lines)): 0}
        for choices in options:
            self._offer(choices, reached, parcels)
        units, cost = max((sum(take), -cost) for (_, take), cost in reached.items())
        return units, cost + self.policy.prices.split_e4 if units and not self.kept else cost

    def _offer(self, choices: list[tuple[Take, int]], reached: dict[tuple[int, Take], int], parcels: int) -> None:
        for (count, taken), spent in list(reached.items()):
            for take, cost in choices if count < parcels else ():
                total = tuple(a + b for a, b in zip(taken, take, strict=True))
                key = (count + 1, total)
                if self.is_asked(total) and spent + cost < reached.get(key, NEVER):
                    reached[key] = spent + cost

    def is_asked(self, total: Take) -> bool:
        lines = self.request.lines
        if any(units > line.quantity for units, line in zip(total, lines, strict=True)):
            return False
        quota = None if self.channel is None else self.channel.quota_left
        if quota is None:
            return True
        sums = dict.fromkeys(self.row, 0)
        for line, units in zip(lines, total, strict=True):
            sums[line.sku] += units
        return all(units <= int(quota[self.row[code]]) for code, units in sums.items())


def best_plan(request: RoutingRequest, facts: Facts, at: datetime) -> tuple[int, int]:
    """Return (units, −cost) of the first rule that fills everything, else of the one that fills most."""
    policy = facts.network.configuration.policy_for(request.channel)
    group = policy.groups[0] if policy.groups else LAST_GROUP
    asked, best = sum(line.quantity for line in request.lines), (-1, 0)
    for rule in group.rules:
        found = Brute(request, facts, policy, rule, at).best()
        if found[0] == asked:
            return found
        best = found if found[0] > best[0] else best
    return (0, 0) if group.ship_complete else best
