import json
from datetime import UTC, datetime
from pathlib import Path

from dom.demo.people import PEOPLE
from dom.embedded.places import Places
from dom.supervisor import welcome

AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
PLACES = Places(Path("/srv/house"))


def test_the_printed_logins_are_the_people_of_the_demonstration() -> None:
    assert [login for login, _role in welcome.LOGINS] == [person.login for person in PEOPLE]
    assert {person.password for person in PEOPLE} == {f"{login}-demo" for login, _role in welcome.LOGINS}


def test_the_printed_order_is_whole_and_new_at_each_start() -> None:
    lines = welcome.place_an_order(address="http://localhost:8000", places=PLACES, at=AT)
    body = json.loads("".join(lines).split("-d '", 1)[1].rstrip("'"))

    assert body["external_ref"] == "TRY-0504123000"
    assert "Idempotency-Key: TRY-0504123000" in lines[-1]
    assert "'" not in json.dumps(body)


def test_an_empty_product_is_told_how_to_begin() -> None:
    words = welcome.text(address="http://localhost:8000", seed="none", places=PLACES, at=AT)

    assert "DATA=/srv/house" in words
    assert "createsuperuser" in words
    assert "cleo" not in words
