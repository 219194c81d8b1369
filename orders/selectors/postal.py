"""Answers what is known of a postal area and of a customer's address, from the orders that came before."""

from dataclasses import replace

from django.db.models import Count

from orders.addresses import faults
from orders.models import Address, FulfillmentGroup
from orders.values import Place

_PARTS = ("name", "line1", "line2", "city", "region", "postal_code", "country", "latitude", "longitude")


def located(place: Place) -> Place:
    """Return the place with coordinates: those of its postal area, where an earlier address there had some."""
    if place.latitude is not None:
        return place
    known = (
        Address.objects.filter(postal_code=place.postal_code, country=place.country, latitude__isnull=False)
        .values_list("latitude", "longitude")
        .first()
    )
    return place if known is None else replace(place, latitude=known[0], longitude=known[1])


def suggestion(group: FulfillmentGroup) -> Place | None:
    """Return a better address for the group, None where its own looks right or nothing better is known.

    The customer's last address that is whole wins; else the city and region that its postal code usually has.
    """
    address = group.ship_to
    if address is None or address.erased_at is not None:
        return None
    place = Place(**{part: getattr(address, part) for part in _PARTS})
    area = _area(place)
    if not faults(place) and (area is None or area == (place.city, place.region)):
        return None
    earlier = _earlier(group)
    if earlier is not None and faults(place):
        return earlier
    if area is None:
        return None
    better = replace(place, city=area[0], region=area[1])
    return None if better == place else better


def _area(place: Place) -> tuple[str, str] | None:
    """Return city and region of the postal code where most earlier addresses agree; None where they do not."""
    if not place.postal_code:
        return None
    rows = (
        Address.objects.filter(postal_code=place.postal_code, country=place.country, erased_at__isnull=True)
        .exclude(city="")
        .values_list("city", "region")
        .annotate(n=Count("id"))
        .order_by("-n")[:2]
    )
    found = list(rows)
    if not found or found[0][2] < 2 or (len(found) > 1 and found[0][2] == found[1][2]):
        return None
    return found[0][0], found[0][1]


def _earlier(group: FulfillmentGroup) -> Place | None:
    """Return the customer's last other address that is whole."""
    customer = group.order.customer
    if customer is None or not customer.external_ref or group.ship_to_id is None:
        return None
    rows = Address.objects.filter(
        id__in=FulfillmentGroup.objects.filter(
            order__channel_id=group.order.channel_id, order__customer__external_ref=customer.external_ref
        ).values("ship_to_id"),
        erased_at__isnull=True,
    ).exclude(id=group.ship_to_id)
    places = (Place(**{part: getattr(row, part) for part in _PARTS}) for row in rows.order_by("-id")[:5])
    return next((place for place in places if not faults(place)), None)
