"""Whatever the schema allows and much that it does not: no 500, and every answer is as documented."""

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
BOUND_SECONDS = 45
#: Every endpoint gets so many requests of each kind, however slow the machine is.
FEWEST = 4


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


def attack_all(*, seconds: float, examples: int, scopes: tuple[str, ...]) -> None:
    key = partner_with(*scopes).key
    targets = list(operations())
    begun = time.monotonic()
    for number, operation in enumerate(targets, 1):
        for half, mode in ((0.5, GenerationMode.POSITIVE), (0, GenerationMode.NEGATIVE)):
            end = begun + seconds * (number - half) / len(targets)
            sent = attack(operation, key, examples=examples, mode=mode, end=end)
            assert sent > 0, f"{operation.label} was not tried"


@pytest.mark.filterwarnings("ignore")  # the generators of this test warn about their own past
def test_nothing_that_the_schema_allows_or_forbids_breaks_an_endpoint() -> None:
    attack_all(seconds=BOUND_SECONDS, examples=40, scopes=ALL_SCOPES)


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scope", ALL_SCOPES)
def test_nothing_breaks_an_endpoint_for_long_and_with_any_scope(scope: str) -> None:
    attack_all(seconds=240, examples=2000, scopes=(scope,))
