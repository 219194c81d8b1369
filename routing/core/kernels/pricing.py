"""Answers what carrying a parcel costs, and weighs amounts."""

from routing.core.kernels.jit import inlined
from routing.core.kernels.shapes import W_FREIGHT, Rules, Services, Stock


@inlined
def weighed(amount: int, weight_ppm: int) -> int:
    """Return `amount` times a weight in parts per million, rounded down; exact for the weight 1."""
    return amount if weight_ppm == 1_000_000 else amount * weight_ppm // 1_000_000


@inlined
def scarcity(stock: Stock, sku: int, n: int, weight_ppm: int) -> int:
    """Return what of a unit's weighed opportunity cost is the price at which orders share it."""
    if not stock.scarcity.size:
        return 0
    worth = stock.opportunity[sku, n]
    return weighed(worth, weight_ppm) - weighed(worth - stock.scarcity[sku, n], weight_ppm)


@inlined
def billable_grams(services: Services, service: int, grams: int, volume: int) -> int:
    """Return the larger of weight and dimensional weight."""
    if services.row[service].divisor:
        # mm³ / 1000 = cm³; cm³ / divisor = kg; so mm³ // divisor = grams.
        return max(grams, volume // services.row[service].divisor)
    return grams


@inlined
def freight(services: Services, service: int, zone: int, billable: int) -> int:
    """Return the freight of one parcel in `_e4`, way per km not included.

    Above a service's largest package the parcel ships as equal packages.
    """
    packages, each = 1, billable
    if billable > services.row[service].max_package:
        packages = -(-billable // services.row[service].max_package)
        each = -(-billable // packages)
    last = services.rate[service, zone].steps - 1
    step = 0
    while step < last and services.up_to[service, zone, step] < each:
        step += 1
    price = services.prices[service, zone, step]
    extra = each - services.up_to[service, zone, last]
    if extra > 0:
        price += -(-extra // 1000) * services.rate[service, zone].per_kg
    return packages * price


@inlined
def transit_step(services: Services, service: int, km: int) -> int:
    """Return the place of `km` among the stretches of a service, −1 where it does not go so far."""
    found = -1
    for step in range(services.stretch.shape[1] - 1, -1, -1):
        found = step if km <= services.stretch[service, step].km else found
    return found


@inlined
def parcel_freight(services: Services, rules: Rules, rule: int, v: int, zone: int, grams: int, volume: int) -> int:
    """Return the weighed freight of a parcel without its way per km; 0 at the counter."""
    if v == services.row.size:
        return 0
    billable = billable_grams(services, v, grams, volume)
    return weighed(freight(services, v, zone, billable), rules.weights[rule, W_FREIGHT])


@inlined
def first_rate(services: Services, rules: Rules, rule: int, v: int, zone: int) -> int:
    """Return the weighed freight that no parcel of a service and zone is below: its first weight step."""
    return 0 if v == services.row.size else weighed(services.prices[v, zone, 0], rules.weights[rule, W_FREIGHT])
