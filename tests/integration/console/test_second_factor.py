import base64
import hmac
import re
import struct
import time
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dom.console.entering import COOKIE
from dom.console.roles import ensure_roles
from dom.kernel.changes import changes_of
from dom.kernel.transactions import unit_of_work
from stores.models import KnownBrowser, LogInTry, PersonSession, RecoveryCode, SecondFactor
from stores.services import second_factor as services
from tests.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "harbour-lights-7"
SET_UP, CODE = "/me/second-factor/", "/admin/login/code/"


def _code(key: bytes, *, at: float | None = None) -> str:
    """Work out what an app shows, as RFC 6238 and RFC 4226 tell it."""
    step = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(key, step, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def _person(login: str = "cleo", role: str = "Customer service") -> User:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=PASSWORD, is_staff=True)
    person.groups.set(Group.objects.filter(name=role))
    return person


def _log_in(login: str = "cleo", client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/admin/login/?next=/orders/", {"username": login, "password": PASSWORD})
    return client


def _set_up(client: Client) -> tuple[bytes, Sequence[str]]:
    """Set a second factor up; return its key, and the recovery codes. The code of now is spent by it."""
    key = base64.b32decode("".join(client.get(SET_UP).context["key"]))
    answer = client.post(SET_UP, {"do": "confirm", "code": _code(key), "password": PASSWORD})
    return key, answer.context["codes"]


def _with_factor() -> tuple[Client, bytes, Sequence[str]]:
    _person()
    client = _log_in()
    key, codes = _set_up(client)
    SecondFactor.objects.update(last_step=0)  # as if half a minute had passed
    return client, key, codes


def _is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The last six digits of the vectors of RFC 6238, appendix B."""
    key = b"12345678901234567890"

    assert _code(key, at=seconds) == code
    assert services._totp(key).generate(seconds).decode() == code


def test_a_second_factor_is_set_up_with_the_password_and_told() -> None:
    _person()
    client = _log_in()
    page = client.get(SET_UP).content.decode()
    key, codes = _set_up(client)

    assert "<svg" in page
    assert "otpauth" not in page  # the address is in the picture alone
    assert len(codes) == len(set(codes)) == RecoveryCode.objects.count() == 10
    assert not _kept_in_clear(key, codes)
    told = {(name, *pair) for one in changes_of("people", "cleo") for name, pair in one.fields.items()}
    assert told == {("second_factor", "off", "on"), ("recovery_codes", "", "made")}
    assert b"Recovery codes" in client.get(SET_UP).content
    assert "key" not in client.get(SET_UP).context


def _kept_in_clear(key: bytes, codes: Sequence[str]) -> bool:
    rows = f"{list(SecondFactor.objects.values())}{list(RecoveryCode.objects.values())}"
    letters = base64.b32encode(key).decode()
    return any(word in rows for word in (letters, key.hex(), *codes, *(code.replace("-", "") for code in codes)))


@pytest.mark.parametrize(
    ("password", "code", "outcome"), [("wrong", None, "WRONG"), (PASSWORD, "000000", "WRONG_CODE"), (PASSWORD, "", "")]
)
def test_what_is_wrong_sets_nothing_up(password: str, code: str | None, outcome: str) -> None:
    _person()
    client = _log_in()
    key = base64.b32decode("".join(client.get(SET_UP).context["key"]))
    sent = {"do": "confirm", "code": _code(key) if code is None else code, "password": password}

    assert client.post(SET_UP, sent).status_code == 400
    assert SecondFactor.objects.filter(confirmed_at__isnull=True).count() == 1
    assert RecoveryCode.objects.count() == 0
    assert set(LogInTry.objects.exclude(outcome="GOOD").values_list("outcome", flat=True)) == {outcome} - {""}


def test_the_password_alone_lets_nobody_in() -> None:
    _, key, _ = _with_factor()
    client = Client()
    answer = client.post("/admin/login/?next=/orders/", {"username": "cleo", "password": PASSWORD})

    assert answer.headers["Location"] == CODE
    assert not _is_in(client)
    assert client.post(CODE, {"code": "12 34"}).status_code == 400
    assert not _is_in(client)
    assert client.post(CODE, {"code": _code(key)}).headers["Location"] == "/orders/"
    assert _is_in(client)
    assert PersonSession.objects.filter(user__username="cleo").count() == 2


def test_a_code_works_once() -> None:
    _, key, _ = _with_factor()
    code = _code(key)
    first, second = _log_in(), _log_in()

    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 400
    assert not _is_in(second)


@pytest.mark.parametrize(("off", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(off: int, taken: bool) -> None:
    user = _person()
    with unit_of_work():
        key = base64.b32decode(services.begin(user=user, at=NOW)[1])
        done = services.confirm(user=user, code=_code(key, at=NOW.timestamp() + off), at=NOW)

    assert done is taken


def test_an_earlier_code_than_the_last_one_is_refused() -> None:
    user = _person()
    with unit_of_work():
        key = base64.b32decode(services.begin(user=user, at=NOW)[1])
        assert services.confirm(user=user, code=_code(key, at=NOW.timestamp() + 30), at=NOW)
        assert not services.accept(user=user, code=_code(key, at=NOW.timestamp()), at=NOW)


def test_a_recovery_code_lets_in_once_however_it_is_typed() -> None:
    _, _, codes = _with_factor()
    client = _log_in()

    assert client.post(CODE, {"code": f" {codes[0].lower()} "}).status_code == 302
    assert _is_in(client)
    again = _log_in()
    assert again.post(CODE, {"code": codes[0]}).status_code == 400
    assert again.post(CODE, {"code": codes[1].replace("-", " ")}).status_code == 302
    assert RecoveryCode.objects.filter(used_at__isnull=True).count() == 8


def test_guessing_codes_is_slowed_as_guessing_passwords_is() -> None:
    _, key, _ = _with_factor()
    client = _log_in()
    for _ in range(6):
        client.post(CODE, {"code": "000000"})
    answer = client.post(CODE, {"code": _code(key)})

    assert answer.status_code == 429
    assert "Too many tries. Wait" in answer.content.decode()
    assert not _is_in(client)
    assert (
        "Too many tries" in Client().post("/admin/login/", {"username": "cleo", "password": PASSWORD}).content.decode()
    )


def test_a_right_password_waits_ten_minutes_for_its_code() -> None:
    _, key, _ = _with_factor()
    client = _log_in()
    session = client.session
    session["waiting_for_code"] |= {"at": (timezone.now() - timedelta(minutes=11)).timestamp()}
    session.save()

    assert client.post(CODE, {"code": _code(key)}).headers["Location"] == "/admin/login/"
    assert Client().get(CODE).headers["Location"] == "/admin/login/"
    assert not _is_in(client)


def test_whoever_is_let_go_while_the_code_is_asked_for_stays_out() -> None:
    _, key, _ = _with_factor()
    client = _log_in()
    User.objects.update(is_active=False)

    assert client.post(CODE, {"code": _code(key)}).headers["Location"] == "/admin/login/"


def test_a_browser_that_is_remembered_is_not_asked_until_it_is_forgotten() -> None:
    home, key, _ = _with_factor()
    client = _log_in()
    client.post(CODE, {"code": _code(key), "remember": "1"})
    client.post("/admin/logout/")

    assert client.cookies[COOKIE]["httponly"]
    assert _is_in(_log_in(client=client))
    assert "1 browser" in home.get(SET_UP).content.decode()
    home.post(SET_UP, {"do": "browsers"})
    client.post("/admin/logout/")
    assert not _is_in(_log_in(client=client))


def test_a_remembered_browser_is_remembered_for_its_person_and_for_a_month() -> None:
    _, key, _ = _with_factor()
    client = _log_in()
    client.post(CODE, {"code": _code(key), "remember": "1"})
    _person("maya")
    maya = _log_in("maya")
    _set_up(maya)
    maya.cookies[COOKIE] = client.cookies[COOKIE].value
    maya.post("/admin/logout/")
    assert not _is_in(_log_in("maya", maya))

    KnownBrowser.objects.update(expires_at=timezone.now())
    client.post("/admin/logout/")
    assert not _is_in(_log_in(client=client))


def test_a_new_password_forgets_remembered_browsers() -> None:
    client, key, _ = _with_factor()
    other = _log_in()
    other.post(CODE, {"code": _code(key), "remember": "1"})
    new = {"old_password": PASSWORD, "new_password1": "quiet-water-91", "new_password2": "quiet-water-91"}
    assert client.post("/me/password/", new).status_code == 302

    assert KnownBrowser.objects.count() == 0


def test_new_recovery_codes_and_turning_off_ask_for_a_code() -> None:
    client, key, codes = _with_factor()
    for deed in ("codes", "off"):
        assert client.post(SET_UP, {"do": deed, "code": "000000"}).status_code == 400
    assert RecoveryCode.objects.filter(used_at__isnull=True).count() == 10
    fresh = client.post(SET_UP, {"do": "codes", "code": codes[0]}).context["codes"]
    assert not set(fresh) & set(codes)

    assert client.post(SET_UP, {"do": "off", "code": _code(key)}).status_code == 302
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    assert _is_in(_log_in())


def test_a_colleague_resets_it_and_that_is_told() -> None:
    client, _, _ = _with_factor()
    _person("pat", "People manager")
    pat = _log_in("pat")
    assert "Reset second factor" in pat.get("/people/cleo/").content.decode()
    assert pat.post("/people/pat/reset-second-factor/").status_code == 409
    assert pat.post("/people/cleo/reset-second-factor/").status_code == 302

    assert not _is_in(client)
    assert _is_in(_log_in())
    page = re.sub(r"<[^>]+>", "", pat.get("/people/cleo/").content.decode())
    assert "pat reset the second factor" in page
    assert pat.post("/people/cleo/reset-second-factor/").status_code == 409


def test_a_role_that_needs_it_sets_it_up_before_anything_else(settings: Settings) -> None:
    settings.SECOND_FACTOR_FOR = ["customer service", "administrators"]
    _person()
    client = _log_in()
    assert client.get("/orders/").headers["Location"] == SET_UP
    assert client.get("/me/password/").headers["Location"] == SET_UP
    key, _ = _set_up(client)
    assert client.get("/orders/").status_code == 200

    SecondFactor.objects.update(last_step=0)
    assert client.post(SET_UP, {"do": "off", "code": _code(key)}).status_code == 409
    assert SecondFactor.objects.count() == 1
    _person("maya", "Merchandiser")
    assert _log_in("maya").get("/orders/").status_code == 200


@pytest.mark.parametrize(("asked", "due"), [("everyone", True), ("administrators", True), ("Ops", False)])
def test_administrators_are_asked_by_name(settings: Settings, asked: str, due: bool) -> None:
    settings.SECOND_FACTOR_FOR = [asked]
    User.objects.create_superuser("ada", password=PASSWORD)

    assert (_log_in("ada").get("/orders/").status_code == 302) is due


def test_who_works_on_the_machine_lets_a_locked_out_administrator_in() -> None:
    _with_factor()
    said = StringIO()
    call_command("reset_second_factor", "cleo", stdout=said)

    assert said.getvalue() == "cleo logs in with the password alone.\n"
    assert _is_in(_log_in())
    assert changes_of("people", "cleo")[0].actor == "manage.py"
    for name in ("cleo", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)
