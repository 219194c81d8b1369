"""People go out for auditors without anything secret, and new ones come in after a look, without a password."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.kernel.changes import changes_of
from dom.kernel.errors import NotFound
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from stores.errors import AdministratorsAlone, NotOneself, UsernameTaken
from stores.models import NodeAccess, PasswordLink, PersonSession, SecondFactor
from stores.services.changing import Wanted, change_people
from stores.services.joining import add_people
from stores.services.people import Profile, add_person, change_person, set_active
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
        ("PAT,P,T,,,\n", "username", "Somebody is called pat already; a username never changes."),
        ("x y,P,T,,,\n", "username", "This value does not match the required pattern."),
        ("kim,K,T,,Boss;Ops,\n", "roles", "No role is called Boss."),
        ("kim,K,T,,Ops,nowhere\n", "nodes", "No node is called nowhere."),
        ("kim,K,T,no mail,Ops,\n", "email", "Enter a valid email address."),
        ("kim,,T,,Ops,\n", "first_name", "A person has a name."),
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
    with unit_of_work():
        gus = Profile("=Gus", "", "Gus@EXAMPLE.com", ("Ops", "Auditor"), ())
        add_person(username="Gus", profile=gus, at=cast.NOW, actor="pat")
        set_active(username="Gus", active=False, at=cast.NOW, actor="pat")

    out = b"".join(pat.get("/master/people/export/")).decode("utf-8-sig")
    found = pat.get(_look(pat, out)).context["found"]
    assert (list(found.added), list(found.changed), found.unchanged, list(found.faults)) == ([], [], 2, [])
    gone = b"".join(pat.get("/master/people/export/?gone=1")).decode("utf-8-sig")
    assert pat.get(_look(pat, gone)).context["found"].unchanged == 1


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


#: However many people are changed.
_STATEMENTS = 17
CHANGE = "username,roles,nodes,works_here\n"


def _petra(pat: Client) -> User:
    _apply(pat, _look(pat, HEAD + PETRA))
    return User.objects.get(username="petra")


def test_who_is_there_gets_another_name_other_roles_and_nodes_after_a_look() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    petra = _petra(pat)

    place = _look(pat, HEAD + "petra,Petra,Voss,p@example.com,Auditor;Ops,store_soho\n")
    ((_row, name, cells),) = pat.get(place).context["found"].changed
    assert (name, [(one.column, one.before, one.after) for one in cells]) == ("petra", [
        ("last_name", "Vos", "Voss"), ("email", "petra@example.com", "p@example.com"),
        ("roles", "Store associate", "Auditor;Ops"), ("nodes", "dc_reno;store_soho", "store_soho"),
    ])  # fmt: skip
    assert "1 colleague is changed" in pat.get(place).content.decode()
    petra.refresh_from_db()
    assert petra.last_name == "Vos"
    _apply(pat, place)

    petra.refresh_from_db()
    assert (petra.last_name, petra.email) == ("Voss", "p@example.com")
    assert sorted(petra.groups.values_list("name", flat=True)) == ["Auditor", "Ops"]
    assert [one.node.code for one in petra.node_access.all()] == ["store_soho"]
    assert [(one.actor, one.fields) for one in changes_of("people", "petra")][:3] == [
        ("pat", {"nodes": [["dc_reno", "store_soho"], ["store_soho"]]}),
        ("pat", {"roles": [["Store associate"], ["Auditor", "Ops"]]}),
        ("pat", {"last_name": ["Vos", "Voss"], "email": ["petra@example.com", "p@example.com"]}),
    ]


def test_a_file_writes_down_of_a_change_what_a_persons_page_does() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    before, after = Profile("A", "B", "", ("Ops",), ()), Profile("A", "C", "a@b.co", ("Auditor",), ("store_soho",))
    for name in ("byhand", "byfile"):
        with unit_of_work():
            add_person(username=name, profile=before, at=cast.NOW, actor="pat")
    with unit_of_work():
        change_person(username="byhand", profile=after, at=cast.NOW, actor="pat")
        set_active(username="byhand", active=False, at=cast.NOW, actor="pat")

    text = HEAD.replace("nodes", "nodes,works_here") + "byfile,A,C,a@b.co,Auditor,store_soho,no\n"
    _apply(pat, _look(pat, text))

    hand, file = (
        [(one.verb, one.actor, one.fields) for one in changes_of("people", name)] for name in ("byhand", "byfile")
    )
    assert hand == file


def test_who_is_let_go_by_a_file_is_out_everywhere_and_may_come_back() -> None:
    cast.enter()
    pat, petra = someone("People manager", "pat"), someone("Ops", "petra")
    assert petra.get("/orders/").status_code == 200
    link = pat.post("/people/petra/link/").context["link"].removeprefix("http://testserver")

    key = petra.cookies["sessionid"].value
    user = User.objects.get(username="petra")
    PersonSession.objects.create(user=user, session_key=key, started_at=cast.NOW, seen_at=cast.NOW)

    place = _look(pat, "username,works_here\npetra,no\n")
    assert "1 colleague is let go: logged out everywhere" in pat.get(place).content.decode()
    _apply(pat, place)

    assert not User.objects.get(username="petra").is_active
    assert petra.get("/orders/").status_code == 302
    assert not PersonSession.objects.filter(user__username="petra").exists()
    assert not PasswordLink.objects.filter(user__username="petra").exists()
    assert b"too old" in Client().get(link).content
    assert list(User.objects.get(username="petra").groups.values_list("name", flat=True)) == ["Ops"]
    back = _look(pat, "username,works_here\npetra,yes\n")
    assert "1 colleague is let come back" in pat.get(back).content.decode()
    _apply(pat, back)
    assert User.objects.get(username="petra").is_active
    assert petra.get("/orders/").status_code == 302


def test_a_column_that_is_missing_stays_and_an_empty_cell_empties() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    petra = _petra(pat)

    _apply(pat, _look(pat, "username,roles\npetra,\n"))

    petra.refresh_from_db()
    assert (petra.last_name, petra.email, petra.is_active) == ("Vos", "petra@example.com", True)
    assert (petra.groups.count(), petra.node_access.count()) == (0, 2)


def test_an_address_that_the_file_leaves_alone_stays_to_the_letter() -> None:
    cast.enter()
    pat = someone("People manager", "pat")
    _petra(pat)
    User.objects.filter(username="petra").update(email="Petra@Example.COM")

    _apply(pat, _look(pat, "username,last_name,email\npetra,Ek,Petra@Example.COM\n"))

    petra = User.objects.get(username="petra")
    assert (petra.last_name, petra.email) == ("Ek", "Petra@Example.COM")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("pat,Ops,,yes", "Nobody changes their own access. Ask a colleague."),
        ("pat,People manager;Ops,,yes", "Nobody changes their own access. Ask a colleague."),
        ("ada,,,no", "ada is an administrator; only an administrator may change that."),
        ("PETRA,Ops,,yes", "Somebody is called petra already; a username never changes."),
    ],
)
def test_nobody_lifts_themselves_up_or_reaches_above_by_a_file(row: str, words: str) -> None:
    cast.enter()
    User.objects.create_superuser("ada", first_name="Ada", last_name="Ek")
    pat = someone("People manager", "pat")
    _petra(pat)
    told = [(one.username, one.is_active, sorted(one.groups.values_list("name", flat=True))) for one in _everybody()]

    place = _look(pat, CHANGE + row + "\n")
    found = pat.get(place).context["found"]
    pat.post(place, {"seen": found.digest})

    assert ([one.detail for one in found.faults], found.to_apply) == ([words], [])
    assert told == [
        (one.username, one.is_active, sorted(one.groups.values_list("name", flat=True))) for one in _everybody()
    ]


def _everybody() -> list[User]:
    return list(User.objects.order_by("id"))


def test_the_service_itself_refuses_what_the_file_should_not_have_let_through() -> None:
    cast.enter()
    ada = User.objects.create_superuser("ada")
    with unit_of_work():
        ensure_roles()
    User.objects.create_user("pat")
    wanted = Wanted(Profile("A", "B", "", ("Ops",), ()), is_active=False)

    for name, refusal in (("pat", NotOneself), ("ada", AdministratorsAlone), ("nobody", NotFound)):
        with pytest.raises(refusal), unit_of_work():
            change_people(wanted={name: wanted}, at=cast.NOW, actor="pat")

    ada.refresh_from_db()
    assert (ada.is_active, ada.first_name, Change.objects.filter(kind="people").count()) == (True, "", 0)


def test_an_administrator_changes_another_by_a_file() -> None:
    cast.enter()
    User.objects.create_superuser("ada", first_name="Ada", last_name="Ek")
    User.objects.create_superuser("bo", first_name="Bo", last_name="Ek")
    ada = Client()
    ada.force_login(User.objects.get(username="ada"))

    _apply(ada, _look(ada, CHANGE + "bo,,,no\n"))

    bo = User.objects.get(username="bo")
    assert (bo.is_active, bo.is_superuser) == (False, True)


def test_who_may_add_people_alone_changes_nobody() -> None:
    cast.enter()
    _petra(someone("People manager", "pat"))
    adder = User.objects.create_user("adder", is_staff=True)
    adder.user_permissions.add(*Permission.objects.filter(codename__in=["add_user", "view_user", "see_every_node"]))
    client = Client()
    client.force_login(adder)

    found = client.get(_look(client, CHANGE + "petra,Ops,,yes\n")).context["found"]

    assert [one.detail for one in found.faults] == ["Somebody has this username, and you may add people alone."]
    assert found.to_apply == []


def test_somebody_new_may_come_in_who_no_longer_works_here() -> None:
    cast.enter()
    pat = someone("People manager", "pat")

    _apply(pat, _look(pat, HEAD.replace("nodes", "nodes,works_here") + "gus,Gus,Ek,,Ops,,no\n"))

    assert not User.objects.get(username="gus").is_active
    assert [one.fields for one in changes_of("people", "gus")] == [
        {"active": [True, False]},
        {"roles": [[], ["Ops"]]},
        {},
    ]


def test_changing_many_costs_what_changing_one_costs(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast.enter()
    with unit_of_work():
        ensure_roles()
        profile = Profile("A", "B", "", ("Ops",), ("store_soho",))
        add_people(profiles={f"n{number}": profile for number in range(40)}, at=cast.NOW, actor="pat")
    other = Wanted(Profile("C", "D", "e@f.co", ("Auditor",), ("dc_reno",)), is_active=False)

    for count in (1, 39):
        names = ["n0"] if count == 1 else [f"n{number}" for number in range(1, 40)]
        with django_assert_num_queries(_STATEMENTS), unit_of_work():
            change_people(wanted=dict.fromkeys(names, other), at=cast.NOW, actor="pat")

    assert User.objects.filter(is_active=False, last_name="D", groups__name="Auditor").count() == 40
    assert set(NodeAccess.objects.values_list("node__code", flat=True)) == {"dc_reno"}
