"""Sends what the schema allows and much that it does not, and keeps whatever an endpoint could not bear.

A request is made from the schema alone, or (deeper) speaks of what exists in a small world, or carries a value that
some layer below may choke on. How many are sent is fixed, so what is found does not depend on the machine.
"""

import functools
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

from dom.wsgi import application

CHECKED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]
BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
PATHS = re.compile(r"{(\w+)}")
#: Said where a value passed its shape and fitted no column: the shape is too wide.
TOO_WIDE = b"outside the range that can be stored"
#: What layers below JSON have choked on somewhere: texts, numbers, times, shapes.
NASTY: tuple[Any, ...] = (
    "\x00", "a\x00b", "\ud800", "\udfff!", "\u202e", "\U0001f9e8" * 64, "x" * 65, "x" * 256, "x" * 70_000, "", " ",
    "%s{0}%(a)s", "'; --", "NaN", "Infinity", "-0", "1e400", "0.000000000000000001", "99999999999999999999.99",
    0, -1, 1, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**30, 10**400, 0.1, -0.0, 1e300, True, None,
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00+23:59",
    "2199-12-31T23:59:59.999999Z", "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "25:61", "24:00",
    [], {}, [[]], [{}], [None], {"": None}, {"a": {"b": {"c": {"d": {}}}}},
)  # fmt: skip
#: What a member of a body calls by another name than the world does.
ALIASES = {
    "skus": "sku", "nodes": "node", "from_node": "node", "to_node": "node", "order": "orders", "group": "group_ref",
    "fulfillment_order": "fulfillment-orders",
}  # fmt: skip


@dataclass
class Finds:
    """What endpoints could not bear: one request for each kind of failure of each endpoint."""

    found: dict[tuple[str, str], str] = field(default_factory=dict)

    def keep(self, label: str, case: Any, wrong: BaseException) -> None:
        """Note a failure with the request that led to it."""
        asked = ascii((case.path_parameters, case.query, case.body))
        for one in getattr(wrong, "exceptions", [wrong]):
            text = ascii(str(one)).replace("\\n", "\n")
            title = f"{type(one).__name__}: {text.splitlines()[0]}"
            self.found.setdefault((label, title[:120]), f"{asked[:2000]}\n{text[:1500]}")

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.found)

    def __str__(self) -> str:
        return "\n\n".join(f"{label}: {title}\n{told}" for (label, title), told in self.found.items())


@functools.cache
def operations() -> list[Any]:
    """Return every operation of the schema."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


@dataclass(frozen=True)
class Deeper:
    """Turns made-up requests into ones that speak of what exists, and puts nasty values into some of them."""

    known: Mapping[str, list[Any]]

    def __call__(self, case: Any, chance: random.Random) -> None:
        """Change the request in place."""
        folder = next((part for part in case.path.split("/") if part in self.known), "")
        for name in case.path_parameters or {}:
            here = self.known.get(name if name == "line_ref" else folder, [])
            if here and chance.random() < 0.9:
                case.path_parameters[name] = chance.choice(here)
        for name in case.query or {}:
            if (here := self._known(name)) and chance.random() < 0.7:
                case.query[name] = chance.choice(here)
        if isinstance(case.body, (dict, list)):
            case.body = self._spoiled(self._familiar(case.body, chance), chance)
            # What is sent is no longer what was made: whether it fits the schema is not asked any more.
            case._meta = None

    def _known(self, name: str) -> list[Any]:
        return self.known.get(ALIASES.get(name, name), [])

    def _familiar(self, value: Any, chance: random.Random, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._familiar(child, chance, key) for key, child in value.items()}
        if isinstance(value, list):
            return [self._familiar(child, chance, name) for child in value]
        if (here := self._known(name)) and chance.random() < 0.85:
            return chance.choice(here)
        if name in {"quantity", "counted", "damaged", "on_hand"} and chance.random() < 0.6:
            return chance.randint(0, 5)
        return value

    def _spoiled(self, body: Any, chance: random.Random) -> Any:
        """Return the body, one time in three with one of its places spoiled: a nasty value, or the same thing twice."""
        places = list(_places(body))
        if not places or chance.random() > 0.33:
            return body
        holder, key = chance.choice(places)
        if isinstance(holder, list) and chance.random() < 0.5:
            holder.append(holder[key])
        else:
            holder[key] = chance.choice(NASTY)
        return body


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield value, key
        yield from _places(child)


def as_made(_case: Any, _chance: random.Random) -> None:
    """Leave a request as it was made from the schema."""


Change = Callable[[Any, random.Random], None]


@dataclass(frozen=True)
class Attack:
    """How requests are made and sent: with which key, how many for each endpoint and kind, changed how."""

    key: str
    examples: int
    change: Change = as_made
    modes: tuple[Any, ...] = BOTH
    seed: int = 0
    before: Callable[[Any], None] = lambda _operation: None

    def on(self, targets: list[Any]) -> Finds:
        """Attack each of the operations, doing `before` each whatever it needs; return what they could not bear."""
        finds = Finds()
        for operation in targets:
            self.before(operation)
            for mode in self.modes:
                assert self._send(operation, mode, finds) > 0, f"{operation.label} was not tried"
        return finds

    def _send(self, operation: Any, mode: Any, finds: Finds) -> int:
        checks = CHECKS.get_by_names(CHECKED)
        sent = 0

        @seed(self.seed)
        @settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), chance=st.randoms(use_true_random=True))
        def send(case: Any, chance: random.Random) -> None:
            nonlocal sent
            self.change(case, random.Random(f"{self.seed} {operation.label} {mode.value} {sent}"))
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {self.key}"}
            if operation.method.upper() == "POST" and mode is GenerationMode.POSITIVE:
                case.headers["Idempotency-Key"] = f"any-{mode.value}-{operation.label}-{sent}".replace(" ", "-")
            sent += 1
            _try(case, checks, operation.label, finds)

        send()
        return sent


def _try(case: Any, checks: Any, label: str, finds: Finds) -> None:
    try:
        answer = case.call_and_validate(checks=checks)
        assert TOO_WIDE not in answer.content, "A shape lets a value pass that no column holds"
        assert answer.status_code != 503, "Nobody else is here, and it was busy"
    except (Exception, FailureGroup) as wrong:  # whatever it is, it is what this looks for
        finds.keep(label, case, wrong)


def needs(operation: Any) -> str:
    """Return the scope that an operation asks for, "" for none, as its description in the schema says."""
    words = operation.definition.raw["description"]
    return str(words.partition("Scope: `")[2].partition("`")[0]) if "Scope: `" in words else ""


def must_be_shut(targets: list[Any], key: str, *, code: str) -> None:
    """Look at every door once: it stays shut, as documented."""
    checks = CHECKS.get_by_names(CHECKED[:-2])
    for operation in targets:
        case = operation.Case(
            path_parameters=dict.fromkeys(PATHS.findall(operation.path), "X-1"),
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "shut"},
        )
        answer = case.call_and_validate(checks=checks)
        assert answer.json()["code"] == code, operation.label
