"""The schema is the contract: it validates, offers every endpoint, and needs nothing from outside."""

import json
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from dom.api import views
from dom.kernel.rest.problems import registry

ROOT = Path(__file__).resolve().parents[3]
ERRORS = ROOT / "docs/api-errors.md"
CONTRACT = ROOT / "docs/api-contract.txt"
UPDATE = "UPDATE_SNAPSHOTS" in os.environ
#: Refusals are known once their module is imported; a page or a task may be the first to do so.
REFUSALS = [import_module(name) for name in ("dom.urls", "inventory.errors", "orders.errors", "stores.errors")]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The whole document, made as the endpoint makes it."""
    GENERATOR_STATS.reset()
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    return made


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{method} {path}", one) for path, methods in schema["paths"].items() for method, one in methods.items()]


def test_the_schema_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    assert GENERATOR_STATS._warn_cache == GENERATOR_STATS._error_cache == {}
    validate_schema(schema)  # type: ignore[no-untyped-call]  # the library is untyped


def test_every_operation_says_what_it_does_and_how_it_fails(schema: dict[str, Any]) -> None:
    for name, one in operations(schema):
        assert one["summary"], name
        assert len(one["description"]) > 20, name
        assert one["tags"], name
        assert one["security"] == [{"ApiKey": []}], name
        for status in ("401", "405", "406", "429", "500"):
            content = one["responses"][status]["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, name


def test_another_validator_agrees(schema: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(json.loads(json.dumps(schema))).validate()


def answers(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in operations(schema):
        for status, answer in one["responses"].items():
            for content in answer.get("content", {}).values() if status < "300" else ():
                yield f"{name} {status}", content


def test_every_answer_has_an_example_that_fits_its_shape(schema: dict[str, Any]) -> None:
    document = json.loads(json.dumps(schema))
    wrongs = []
    for name, content in answers(document):
        shape = Draft202012Validator({**content["schema"], "components": document["components"]})
        examples = [one["value"] for one in content.get("examples", {}).values()]
        wrongs += [(name, one.json_path, one.message[:90]) for value in examples for one in shape.iter_errors(value)]
        wrongs += [] if examples else [(name, "", "no example")]

    assert wrongs == []


def test_what_we_send_is_described_too(schema: dict[str, Any]) -> None:
    content = schema["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]
    message = schema["components"]["schemas"]["WebhookMessage"]

    assert set(content["examples"]["Message"]["value"]) == set(message["required"])


def test_every_body_has_an_example(schema: dict[str, Any]) -> None:
    for name, one in operations(schema):
        for kind, content in one.get("requestBody", {}).get("content", {}).items():
            assert "examples" in content, (name, kind)


def test_a_post_asks_for_its_idempotency_key(schema: dict[str, Any]) -> None:
    for name, one in operations(schema):
        if name.startswith("post ") and "idempotency-key-required" in str(one["responses"]["400"]):
            keys = [p for p in one["parameters"] if p["name"] == "Idempotency-Key"]
            assert keys, name
            assert keys[0]["required"] is True, name


def told(schema: Any) -> str:
    """Return a schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return "|".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{told(schema['items'])}]"
    parts = schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf")
    if parts:
        return "|".join(told(part) for part in parts)
    kind = schema.get("type", "any")
    return "|".join(kind) if isinstance(kind, list) else str(kind)


def contract(schema: dict[str, Any]) -> list[str]:
    """Return what partners build on, one line a fact: operations, fields (* required), enumerations."""
    lines = []
    for name, one in operations(schema):
        asked = ", ".join(p["name"] + "*" * p.get("required", False) for p in one.get("parameters", []))
        bodies = [told(content["schema"]) for content in one.get("requestBody", {}).get("content", {}).values()]
        lines.append(f"{name} ({asked}) {bodies[0] if bodies else '-'} -> {' '.join(sorted(one['responses']))}")
    for name, component in schema["components"]["schemas"].items():
        required = component.get("required", [])
        fields = [f"{n}{'*' * (n in required)}: {told(f)}" for n, f in component.get("properties", {}).items()]
        lines.append(f"{name} {{{', '.join(fields)}}}" if fields else f"{name} = {told(component)}")
    return lines


def test_the_contract_changes_only_on_purpose(schema: dict[str, Any]) -> None:
    if UPDATE:
        CONTRACT.write_text("\n".join(contract(schema)) + "\n")

    before = CONTRACT.read_text().splitlines()
    gone = [line for line in before if line not in contract(schema)]
    fresh = [line for line in contract(schema) if line not in before]
    assert (gone, fresh) == ([], []), (
        "fields may be added, not renamed: run UPDATE_SNAPSHOTS=1 pytest tests/functional/api/test_schema.py and review"
    )


def test_operation_ids_are_unique(schema: dict[str, Any]) -> None:
    ids = [one["operationId"] for _, one in operations(schema)]

    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_the_pages_that_describe_the_api_need_nothing_from_outside() -> None:
    http = Client()
    for address in ("/api/docs/", "/api/docs/?script=", "/api/docs/problems/"):
        page = http.get(address)
        assert page.status_code == 200
        assert not re.search(r"""(?:src|href)=["']https?://""", page.content.decode())
        assert "<script>" not in page.content.decode()


@pytest.mark.django_db
def test_the_document_is_drawn_up_once_in_each_form() -> None:
    http, forms = Client(), ("application/vnd.oai.openapi+json", "application/json", "application/vnd.oai.openapi")
    views._schema_as.cache_clear()
    told = [http.get("/api/schema/", headers={"Accept": form}) for form in forms]

    assert [(one.status_code, one["Content-Type"].partition(";")[0]) for one in told] == [(200, form) for form in forms]
    assert json.loads(told[0].content) == json.loads(told[1].content)
    assert told[2].content.startswith(b"openapi: 3.1.0\n")
    assert views._schema_as.cache_info().misses == 2


def test_every_code_a_partner_can_meet_is_documented() -> None:
    known = [f"| {p.status} | `{p.code}` | {p.title} |" for p in registry() if not p.code.startswith("probe-")]
    text = ERRORS.read_text()
    before = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    if UPDATE:
        head = "".join(line for line in text.splitlines(keepends=True) if not re.match(r"\| \d", line))
        ERRORS.write_text(head + "\n".join(known) + "\n")
        before = known

    assert before == known, "run UPDATE_SNAPSHOTS=1 pytest tests/functional/api/test_schema.py and review the change"


def test_one_code_means_one_thing() -> None:
    codes = [p.code for p in registry()]

    assert sorted(codes) == sorted(set(codes))
