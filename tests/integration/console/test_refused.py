import pytest
from django.test import Client

from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("role", "page", "status", "words"),
    [
        ("Merchandiser", "/people/", 403, "Your roles do not open it."),
        ("Merchandiser", "/stock/GHOST/", 404, "There is no SKU GHOST."),
        ("Merchandiser", "/nowhere/", 404, "The address may be mistyped, or old."),
        ("Partner", "/", 403, "Nothing here for you yet"),
    ],
)
def test_what_is_refused_says_so_and_leads_on(role: str, page: str, status: int, words: str) -> None:
    cast.enter()
    answer = someone(role).get(page)

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert ("To your first page" in answer.content.decode()) is (role != "Partner")


def test_a_stranger_is_told_nothing_of_what_is_there() -> None:
    answer = Client().get("/nowhere/")

    assert answer.status_code == 404
    assert "To the log-in page" in answer.content.decode()


def test_partners_are_answered_in_their_own_form() -> None:
    answer = Client().get("/api/v1/nowhere")

    assert answer.status_code == 404
    assert b"door" not in answer.content
