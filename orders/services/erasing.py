"""Erases a person: overwrites what says who they are, in every place that may hold it; the books stay as they are."""

from datetime import datetime

from dom.kernel.models import InboundMessage
from dom.kernel.transactions import in_unit_of_work
from orders.locks import lock_orders
from orders.models import Address, CustomerContact, FulfillmentGroup, Order
from orders.services.book import Happening, write_down

_ERASED = b""


@in_unit_of_work
def erase_customer(*, customer_ref: str, at: datetime, actor: str) -> int:
    """Overwrite contacts, addresses and raw messages of every order of the customer; return how many orders.

    Country and region of an address stay: they say where goods went, not to whom. Events, decisions and ledgers carry
    no personal data, so proofs and replays come out as before. Twice does it once.
    """
    contacts = CustomerContact.objects.filter(external_ref=customer_ref).values_list("id", flat=True)
    orders = lock_orders(list(Order.objects.filter(customer_id__in=list(contacts)).values_list("id", flat=True)))
    groups = FulfillmentGroup.objects.filter(order_id__in=orders)
    people = {*contacts, *groups.exclude(pickup_person=None).values_list("pickup_person_id", flat=True)}
    CustomerContact.objects.filter(id__in=people).update(external_ref="", name="", email="", phone="", erased_at=at)
    Address.objects.filter(id__in=groups.exclude(ship_to=None).values_list("ship_to_id", flat=True)).update(
        name="", line1="", line2="", city="", postal_code="", latitude=None, longitude=None, erased_at=at
    )
    refs = [order.ref for order in orders.values()]
    InboundMessage.objects.filter(subject_ref__in=refs).update(body=_ERASED, headers={})
    write_down(happenings=[Happening(order_id, "order.customer_erased", actor) for order_id in orders], at=at)
    return len(orders)
