"""People go out for auditors without anything secret, and new ones come in after a look, without a password."""

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.kernel.changes import changes_of
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from stores.errors import UsernameTaken
from stores.models import SecondFactor
from stores.services.joining import add_people
from stores.services.people import Profile, add_person, set_active
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "username,first_name,last_name,email,roles,nodes\n"
PETRA = "petra,Petra,Vos,petra@example.com,Store associate,store_soho;dc_reno\n"


def _exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/master/people/export/{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def _look(client: Client, text: str) -> str:
    file = SimpleUploadedFile("people.csv", text.encode(), content_type="text/csv")
    answer = client.post("/master/people/import/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def _apply(client: Client, place: str) -> None:
    found = client.get(place).context["found"]
    client.post(place, {"seen": found.digest})


def test_new_people_come_in_after_a_look_and_cannot_log_in_before_a_link() -> None:
    cast.enter()
    pat = someone("People manager", "pat")

    place = _look(pat, HEAD + PETRA + "jo,Jo,Ek,,Ops;Auditor,\n")
    looked = pat.get(place)
    assert not User.objects.filter(username__in=["petra", "jo"]).exists()
    assert [row.value["username"] for row in looked.context["found"].added] == ["petra", "jo"]
    assert "a file holds no password" in looked.content.decode()
    _apply(pat, place)

    petra, jo = User.objects.get(username="petra"), User.objects.get(username="jo")
    assert (petra.has_usable_password(), jo.has_usable_password(), petra.is_staff) == (False, False, True)
    assert [one.node.code for one in petra.node_access.order_by("node__code")] == ["dc_reno", "store_soho"]
    assert sorted(jo.groups.values_list("name", flat=True)) == ["Auditor", "Ops"]
    link = pat.post("/people/petra/link/").context["link"]
    page = Client().get(link.removeprefix("http://testserver")).content
    assert b"Choose a password, petra" in page


def test_a_file_writes_down_what_adding_by_hand_does() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    profile = Profile("Ana", "Lima", "", ("Store associate",), ("store_soho",))
    with unit_of_work():
        add_person(username="byhand", profile=profile, at=cast.NOW, actor="pat")

    _apply(pat, _look(pat, HEAD + "byfile,Ana,Lima,,Store associate,store_soho\n"))

    hand, file = (
        {(one.verb, one.actor, str(one.fields)) for one in changes_of("people", name)} for name in ("byhand", "byfile")
    )
    assert hand == file
    assert not Change.objects.filter(kind="stock").exists()


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("PAT,P,T,,,\n", "username", "Somebody has this username already; what they may do is changed on their page."),
        ("x y,P,T,,,\n", "username", "This value does not match the required pattern."),
        ("kim,K,T,,Boss;Ops,\n", "roles", "No role is called Boss."),
        ("kim,K,T,,Ops,nowhere\n", "nodes", "No node is called nowhere."),
        ("kim,K,T,no mail,Ops,\n", "email", "Enter a valid email address."),
        ("kim,,T,,Ops,\n", "first_name", "A new person has a name."),
        ("kim,K,T,,,\nKim,K,T,,,\n", "", "A later row of the file says the same thing again."),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_before_anything_happens_and_left_out(row: str, field: str, words: str) -> None:
    cast.enter()
    pat = someone("People manager", "pat")

    found = pat.get(_look(pat, HEAD + row + PETRA)).context["found"]
    _apply(pat, _look(pat, HEAD + row + PETRA))

    assert [(one.row, one.field) for one in found.faults] == [(1, field)]
    assert words in found.faults[0].detail
    assert "petra" in set(User.objects.values_list("username", flat=True))
    assert User.objects.filter(username__in=["x y", "PAT"]).count() == 0


def test_auditors_take_out_everybody_and_nothing_that_is_secret() -> None:
    cast.enter()
    iris, at = someone("Auditor", "iris"), timezone.now()
    with unit_of_work():
        for name in ("ben", "gus"):
            profile = Profile("=Ben", "Ek", "ben@example.com", ("Store associate",), ("store_soho",))
            add_person(username=name, profile=profile, at=at, actor="pat")
        set_active(username="gus", active=False, at=at, actor="pat")
    ben = User.objects.get(username="ben")
    ben.set_password("harbour-lights-7")
    ben.last_login = cast.NOW
    ben.save()
    SecondFactor.objects.create(user=ben, sealed_key="KRSXG5A=", confirmed_at=at, made_at=at)

    rows = {row["username"]: row for row in _exported(iris)}
    raw = b"".join(iris.get("/master/people/export/")).decode()

    assert rows["ben"] == {
        "username": "ben", "first_name": "'=Ben", "last_name": "Ek", "email": "ben@example.com",
        "roles": "Store associate", "nodes": "store_soho", "administrator": "no", "works_here": "yes",
        "second_factor": "yes", "last_log_in": cast.NOW.isoformat(timespec="seconds"),
        "added": ben.date_joined.isoformat(timespec="seconds"),
    }  # fmt: skip
    assert (rows["iris"]["second_factor"], rows["iris"]["last_log_in"] != "") == ("no", True)
    assert "KRSXG5A" not in raw
    assert ben.password not in raw
    assert set(rows) == {"ben", "iris"}
    assert [row["username"] for row in _exported(iris, "?gone=1")] == ["gus"]
    assert [row["username"] for row in _exported(iris, "?role=Auditor")] == ["iris"]


def test_what_went_out_comes_in_and_changes_nothing() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    _apply(pat, _look(pat, HEAD + PETRA))

    out = b"".join(pat.get("/master/people/export/")).decode("utf-8-sig")
    found = pat.get(_look(pat, out)).context["found"]
    other = pat.get(_look(pat, out.replace("Vos", "Voss"))).context["found"]

    assert (list(found.added), list(found.changed), found.unchanged, list(found.faults)) == ([], [], 2, [])
    assert [fault.field for fault in other.faults] == ["username"]
    assert list(other.changed) == []


@pytest.mark.parametrize("role", ["Ops", "Merchandiser", "Customer service", "Store manager"])
def test_people_are_for_who_may_see_them_and_come_in_by_who_adds_them(role: str) -> None:
    cast.enter()
    other, iris = someone(role, "other"), someone("Auditor", "iris")
    file = SimpleUploadedFile("people.csv", (HEAD + PETRA).encode())

    assert other.get("/master/people/export/").status_code == 403
    assert iris.post("/master/people/import/", {"file": file}).status_code == 403
    assert "Import…" not in iris.get("/people/").content.decode()
    assert "Export CSV" in iris.get("/people/").content.decode()
    assert not User.objects.filter(username="petra").exists()


def test_many_cost_what_one_costs_and_a_name_that_is_taken_adds_nobody(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cast.enter()
    with unit_of_work():
        ensure_roles()
    profile = Profile("A", "B", "", ("Ops",), ("store_soho",))

    with django_assert_num_queries(10), unit_of_work():
        add_people(profiles={f"n{number}": profile for number in range(40)}, at=cast.NOW, actor="pat")
    with pytest.raises(UsernameTaken), unit_of_work():
        add_people(profiles={"new": profile, "N7": profile}, at=cast.NOW, actor="pat")

    assert User.objects.filter(username__startswith="n").count() == 40
