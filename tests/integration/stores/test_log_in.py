from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from stores.models import LogInThrottle, LogInTry, Person, PersonSession
from stores.services import log_in
from tests.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "harbour-lights-7"


def _ana() -> User:
    return User.objects.create_superuser("ana", password=PASSWORD)


def _try(client: Client, username: str = "ana", password: str = PASSWORD, **more: str) -> int:
    answer = client.post("/admin/login/?next=/me/", {"username": username, "password": password, **more})
    return int(answer.status_code)


def _fail(times: int, *, username: str = "ana", address: str = "10.0.0.1", at: datetime = NOW) -> None:
    for _ in range(times):
        with unit_of_work():
            log_in.note_failure(username=username, address=address, at=at)


@pytest.mark.parametrize(("failures", "seconds"), [(4, 0), (5, 2), (6, 3), (8, 9), (40, 901)])
def test_each_failure_makes_the_next_try_wait_longer(failures: int, seconds: int) -> None:
    _fail(failures, address="")

    assert log_in.seconds_to_wait(username="ANA", address="10.9.9.9", at=NOW) == seconds


def test_an_address_that_tries_many_names_waits_and_others_do_not() -> None:
    for number in range(25):
        _fail(1, username=f"guess-{number}")

    assert log_in.seconds_to_wait(username="ana", address="10.0.0.1", at=NOW) > 0
    assert log_in.seconds_to_wait(username="ana", address="10.0.0.2", at=NOW) == 0


def test_failures_are_forgotten_after_an_hour_and_by_a_good_log_in() -> None:
    _fail(10, address="")
    with unit_of_work():
        log_in.note_failure(username="ana", address="", at=NOW + timedelta(hours=2))
    assert LogInThrottle.objects.filter(failures=1).count() == 2

    user = _ana()
    _fail(10, address="")
    with unit_of_work():
        log_in.note_success(user_id=user.id, username="ana", session_key="k", zone="", address=None, browser="", at=NOW)
    assert log_in.seconds_to_wait(username="ana", address="10.9.9.9", at=NOW) == 0


def test_nobody_learns_which_names_exist() -> None:
    _ana()
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    answers = {
        name: Client().post("/admin/login/", {"username": name, "password": "wrong"}).content.decode().split("desk")[1]
        for name in ("ana", "gone", "nobody")
    }
    plain = {re_named(page, name) for name, page in answers.items()}

    assert len(plain) == 1
    assert "go together" in plain.pop()


def re_named(page: str, name: str) -> str:
    """Take out what differs in any two pages: the name as typed and the token."""
    kept = page.replace(f'value="{name}"', "")
    return "".join(line for line in kept.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_blocked_account_is_not_asked_even_with_the_right_password() -> None:
    _ana()
    client = Client()
    assert [_try(client, password="wrong") for _ in range(6)] == [200] * 6
    LogInThrottle.objects.update(blocked_until=timezone.now() + timedelta(minutes=5))

    assert _try(client) == 200
    assert LogInTry.objects.latest("id").outcome == "THROTTLED"
    LogInThrottle.objects.update(blocked_until=timezone.now())
    assert _try(client) == 302


def test_every_try_is_written_down_without_the_password() -> None:
    _ana()
    _try(Client(), username="nobody", password="secret-1")
    _try(Client())

    tries = LogInTry.objects.order_by("id").values_list("username", "outcome", "address")
    assert list(tries) == [("nobody", "WRONG", "127.0.0.1"), ("ana", "GOOD", "127.0.0.1")]


def test_the_session_key_changes_with_the_log_in() -> None:
    _ana()
    client = Client()
    client.get("/admin/login/")
    client.cookies["sessionid"] = "an-old-key-of-somebody-else-1234"
    _try(client)

    assert client.cookies["sessionid"].value != "an-old-key-of-somebody-else-1234"
    assert client.cookies["sessionid"]["httponly"]
    assert PersonSession.objects.get().session_key == client.cookies["sessionid"].value


@pytest.mark.parametrize(
    ("mark", "hours", "stays"),
    [("seen", 1.9, True), ("seen", 2.1, False), ("since", 11.9, True), ("since", 12.1, False)],
)
def test_a_session_ends_unused_or_old(mark: str, hours: float, stays: bool) -> None:
    _ana()
    client = Client()
    _try(client)
    session = client.session
    session[mark] = (timezone.now() - timedelta(hours=hours)).timestamp()
    session.save()

    assert (client.get("/me/").status_code == 200) is stays
    assert (client.get("/me/").status_code == 200) is stays


def test_a_page_that_refreshes_itself_keeps_no_session_open() -> None:
    _ana()
    client = Client()
    _try(client)
    session = client.session
    before = session["seen"] = (timezone.now() - timedelta(minutes=30)).timestamp()
    session.save()
    client.get("/", headers={"X-Part": "figures"})
    assert client.session["seen"] == before
    client.get("/me/")
    assert client.session["seen"] > before


def test_the_browser_tells_the_zone_once() -> None:
    _ana()
    _try(Client(), zone="America/New_York")
    _try(Client(), zone="Asia/Tokyo")
    assert Person.objects.get().time_zone == "America/New_York"
    Person.objects.update(time_zone="")
    _try(Client(), zone="Mars/Olympus")

    assert Person.objects.get().time_zone == ""


def test_a_password_that_is_due_is_changed_before_anything_else() -> None:
    user = _ana()
    Person.objects.create(user=user, must_change_password=True)
    client, elsewhere = Client(), Client()
    _try(elsewhere)
    _try(client)
    assert client.get("/orders/").headers["Location"] == "/me/password/"

    words = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert client.post("/me/password/", words).status_code == 400
    new = {"old_password": PASSWORD, "new_password1": "quiet-water-91", "new_password2": "quiet-water-91"}
    assert client.post("/me/password/", new).status_code == 302

    assert client.get("/orders/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert PersonSession.objects.get().session_key == client.session.session_key


def test_old_tries_and_ended_sessions_are_forgotten() -> None:
    _ana()
    _try(Client())
    _fail(1, at=timezone.now())
    Session.objects.all().delete()
    with unit_of_work():
        log_in.forget_old(at=timezone.now() + timedelta(days=170))
    assert (LogInTry.objects.count(), LogInThrottle.objects.count(), PersonSession.objects.count()) == (2, 0, 0)
    with unit_of_work():
        log_in.forget_old(at=timezone.now() + timedelta(days=183))
    assert LogInTry.objects.count() == 0
