"""Whatever the schema allows and much that it does not, with every key: no 500, and every answer is as documented."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from dom.kernel.rest.scopes import ALL_SCOPES
from dom.wsgi import application
from tests.functional.api.conftest import partner_with

pytestmark = pytest.mark.django_db(transaction=True)

CHECKED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]
BOUND_SECONDS = 30
LONG_SECONDS = float(os.environ.get("ATTACK_SECONDS", "240"))
PATHS = re.compile(r"{(\w+)}")
#: No endpoint writes events; the scope is kept for the day on which one does.
USED_SCOPES = [scope for scope in ALL_SCOPES if scope != "events:write"]
#: Every endpoint gets so many requests of each kind, however slow the machine is.
FEWEST = 4
BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


class _TimeIsUp(KeyboardInterrupt):
    """Ends one endpoint's turn at once: anything milder would be taken for a failing example and shrunk."""


def operations() -> Iterator[Any]:
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    for found in schema.get_all_operations():
        yield found.ok()


def attack(operation: Any, key: str, *, examples: int, mode: Any, end: float) -> int:
    """Send up to `examples` requests made from the schema until `end`; return how many were sent."""
    checks = CHECKS.get_by_names(CHECKED)
    sent = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        nonlocal sent
        if sent >= FEWEST and time.monotonic() > end:
            raise _TimeIsUp
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}
        if operation.method.upper() == "POST" and mode is GenerationMode.POSITIVE:
            case.headers["Idempotency-Key"] = f"any-{mode.value}-{operation.label}-{sent}".replace(" ", "-")
        case.call_and_validate(checks=checks)
        sent += 1

    with suppress(_TimeIsUp):
        send()
    return sent


def needs(operation: Any) -> str:
    """Return the scope that an operation asks for, "" for none, as its description in the schema says."""
    words = operation.definition.raw["description"]
    return str(words.partition("Scope: `")[2].partition("`")[0]) if "Scope: `" in words else ""


def attack_all(targets: list[Any], key: str, *, seconds: float, examples: int, modes: tuple[Any, ...] = BOTH) -> None:
    begun = time.monotonic()
    for number, operation in enumerate(targets, 1):
        for half, mode in zip((0.5, 0), modes, strict=False):
            end = begun + seconds * (number - half) / len(targets)
            sent = attack(operation, key, examples=examples, mode=mode, end=end)
            assert sent > 0, f"{operation.label} was not tried"


def attack_with_one_scope(scope: str, *, seconds: float, examples: int, **how: Any) -> None:
    """Attack what the scope opens, then look at every other door once: it stays shut, as documented."""
    key, everything = partner_with(scope).key, list(operations())
    opened = [one for one in everything if needs(one) in {scope, ""}]
    assert opened, f"{scope} opens nothing"
    attack_all(opened, key, seconds=seconds, examples=examples, **how)
    must_be_shut([one for one in everything if one not in opened], key, code="scope-missing")


def must_be_shut(targets: list[Any], key: str, *, code: str) -> None:
    checks = CHECKS.get_by_names(CHECKED[:-2])
    for operation in targets:
        case = operation.Case(
            path_parameters=dict.fromkeys(PATHS.findall(operation.path), "X-1"),
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "shut"},
        )
        answer = case.call_and_validate(checks=checks)
        assert answer.json()["code"] == code, operation.label


@pytest.mark.filterwarnings("ignore")  # the generators of this test warn about their own past
def test_nothing_that_the_schema_allows_or_forbids_breaks_an_endpoint() -> None:
    attack_all(list(operations()), partner_with().key, seconds=BOUND_SECONDS, examples=40)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scope", USED_SCOPES)
def test_a_scope_opens_what_it_says_and_nothing_else(scope: str) -> None:
    attack_with_one_scope(scope, seconds=1, examples=1, modes=BOTH[:1])


@pytest.mark.filterwarnings("ignore")
def test_without_a_key_every_door_is_shut() -> None:
    must_be_shut(list(operations()), "dom_000000000000_" + 43 * "x", code="unauthenticated")


@pytest.mark.filterwarnings("ignore")
def test_a_key_of_one_channel_and_one_node_breaks_no_endpoint() -> None:
    limited = partner_with(nodes=("SOHO",), channels=("MARKET",)).key
    attack_all(list(operations()), limited, seconds=10, examples=1, modes=BOTH[:1])


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scope", USED_SCOPES)
def test_nothing_breaks_an_endpoint_for_long_and_with_any_scope(scope: str) -> None:
    attack_with_one_scope(scope, seconds=LONG_SECONDS, examples=2000)


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
def test_nothing_breaks_an_endpoint_for_long_with_every_scope() -> None:
    attack_all(list(operations()), partner_with().key, seconds=4 * LONG_SECONDS, examples=2000)
