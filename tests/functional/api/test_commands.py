"""Commands of the API's keepers."""

import io

import pytest
from django.core.management import CommandError, call_command

from dom.kernel.models import ApiClient
from dom.kernel.rest.scopes import ALL_SCOPES
from tests.functional.api.conftest import Partner

pytestmark = pytest.mark.django_db


def key_of(*words: str) -> str:
    out = io.StringIO()
    call_command("api_key", *words, stdout=out)
    return out.getvalue().removesuffix("\n")


def test_the_command_prints_the_key_alone_and_it_works() -> None:
    key = key_of("shop")

    assert Partner(key).get("/events").status_code == 200
    assert ApiClient.objects.get(name="shop").scopes == list(ALL_SCOPES)


def test_a_key_has_the_scopes_and_nodes_it_was_made_with() -> None:
    key = key_of("pos", "--scope", "stock:write", "--scope", "stock:read", "--node", "SOHO")

    assert Partner(key).get("/events").status_code == 403
    client = ApiClient.objects.get(name="pos")
    assert (client.scopes, client.node_codes) == (["stock:write", "stock:read"], ["SOHO"])


def test_a_new_key_ends_the_old_one_at_once_unless_it_is_rotated() -> None:
    first = key_of("shop")
    second = key_of("shop", "--rotate")
    assert Partner(first).get("/events").status_code == 200
    third = key_of("shop")

    statuses = [Partner(key).get("/events").status_code for key in (first, second, third)]
    assert statuses == [401, 401, 200]


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        key_of("shop", "--scope", "everything")
