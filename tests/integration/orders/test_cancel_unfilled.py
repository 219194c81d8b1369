import pytest

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from orders.models import OrderChange, OrderLine
from orders.services.routing_flow import route_next
from routing.services import publish_policies
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def test_units_that_routing_cancels_take_their_exact_share_with_them() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 1)
    policy = {"code": "strict", "groups": [{"name": "all", "unfilled": {"then": "CANCEL"}}]}
    with unit_of_work():
        publish_policies(bodies=[policy], actor="maya", at=cast.NOW)
    order = place(("TEE", 3), ("MUG", 1), charges=[{"amount": "1.00"}])

    while route_next(at=cast.NOW) is not None:
        pass

    order.refresh_from_db()
    assert order.status == "PLANNED"
    fates = OrderLine.objects.order_by("id").values_list("planned", "cancelled")
    assert list(fates) == [(1, 2), (0, 1)]
    # 41.00 in all; the tees are worth 30.75, of which two units come first, the mug is worth 10.25.
    assert OrderChange.objects.get(kind="order.routed").data["cancelled_minor"] == 2050 + 1025
    assert prove.differences() == []
