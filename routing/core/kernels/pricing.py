"""Answers what carrying a parcel costs, and weighs amounts."""

from routing.core.kernels.jit import inner
from routing.core.kernels.shapes import Services


@inner
def weighed(amount: int, weight_ppm: int) -> int:
    """Return `amount` times a weight in parts per million, rounded down; exact for the weight 1."""
    return amount if weight_ppm == 1_000_000 else amount * weight_ppm // 1_000_000


@inner
def freight(services: Services, service: int, zone: int, grams: int, volume: int) -> int:
    """Return the freight of one parcel in `_e4`, way per km not included.

    The billable weight is the larger of weight and dimensional weight; above a service's largest package the parcel
    ships as equal packages.
    """
    billable = grams
    if services.divisor[service]:
        # mm³ / 1000 = cm³; cm³ / divisor = kg; so mm³ // divisor = grams.
        billable = max(billable, volume // services.divisor[service])
    packages = max(1, -(-billable // services.max_package[service]))
    each = -(-billable // packages)
    last = services.steps[service, zone] - 1
    step = 0
    while step < last and services.up_to[service, zone, step] < each:
        step += 1
    price = services.prices[service, zone, step]
    extra = each - services.up_to[service, zone, last]
    if extra > 0:
        price += -(-extra // 1000) * services.per_kg[service, zone]
    return packages * price


@inner
def transit_days(services: Services, service: int, km: int) -> int:
    """Return the days on the way over `km`, −1 where the service does not go so far."""
    for step in range(services.step_km.shape[1]):
        if km <= services.step_km[service, step]:
            return int(services.step_days[service, step])
    return -1
