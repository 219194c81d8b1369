import pytest
from django.core.management import call_command
from django.db import connection

from dom.kernel import prove
from dom.kernel.models import Event
from orders.models import Address, CustomerContact, Order
from orders.services.routing_flow import route_next
from routing.selectors.decisions import replay
from tests import cast
from tests.integration.orders.bodies import NEW_YORK, place

pytestmark = pytest.mark.django_db(transaction=True)

ADA = {"external_ref": "C-77", "name": "Ada Byron", "email": "ada@example.com", "phone": "+15550100"}
#: Words that must stand nowhere afterwards.
WORDS = ("Ada Byron", "ada@example.com", "+15550100", "C-77", "12 Prince Street", "10463")


def _everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            found += [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT encode(body, 'escape') FROM kernel_inbound_message")
        return "\n".join([*found, *(text for (text,) in cursor.fetchall())])


def test_an_erased_customer_stands_nowhere_and_the_books_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 5)
    home = NEW_YORK | {"name": "Ada Byron", "line1": "12 Prince Street", "postal_code": "10463"}
    order = place(("TEE", 1), customer=ADA, ship_to=home)
    route_next(at=cast.NOW)
    assert all(word in _everything_stored() for word in WORDS)

    call_command("erase_customer", "C-77")
    call_command("erase_customer", "C-77")

    assert capsys.readouterr().out == "Erased from 1 orders.\nErased from 0 orders.\n"
    stored = _everything_stored()
    assert [word for word in WORDS if word in stored] == []
    assert CustomerContact.objects.get().erased_at is not None
    assert Address.objects.get().country == "US"
    assert Event.objects.order_by("-id").values_list("kind", flat=True)[0] == "order.customer_erased"
    assert Order.objects.get().revision == order.revision + 2
    assert replay(order.ref).is_equal
    assert prove.differences() == []
