"""Answers what the configuration of routing says, said before, and would say."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.models import ConfigVersion
from routing.errors import ConfigRefused
from routing.kinds import KINDS, POLICY


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draft means (sentences), or why it may not be published (problems, each with its path)."""

    sentences: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it may be published."""
        return not self.problems


def check(kind: str, body: object) -> Checked:
    """Read `body` as a document of `kind` and say what it means; publishes nothing."""
    try:
        value = KINDS[kind].read(body)
    except ConfigRefused as refusal:
        return Checked((), (str(refusal),))
    return Checked(tuple(value.describe()), ())


def check_policy(body: object) -> Checked:
    """Read `body` as a policy and say what it means."""
    return check(POLICY.kind, body)


def live_documents(kind: str) -> list[ConfigVersion]:
    """Return the live version of every document of `kind`, by code."""
    return list(config.live_versions(kind).values())


def live_rows(kind: str) -> "QuerySet[ConfigVersion]":
    """Return the live version of every document of `kind` as rows, for lists with pages."""
    return ConfigVersion.objects.filter(kind=kind, status=ConfigVersion.Status.PUBLISHED, live_until__isnull=True)


def diff(kind: str, scope: str, before: int, after: int) -> list[str]:
    """Return the lines of version `before` that went (-) and of `after` that came (+), in the words of the document.

    Raises:
        NotFound: there is no such version.
    """
    gone, come = (_meaning(kind, _body(kind, scope, number)) for number in (before, after))
    return [line for line in difflib.ndiff(gone, come) if line[0] in "+-"]


def _body(kind: str, scope: str, number: int) -> Mapping[str, Any]:
    found = ConfigVersion.objects.filter(kind=kind, scope=scope, number=number).first()
    if found is None:
        raise NotFound(f"{kind} {scope} has no version {number}.", kind=kind, scope=scope, number=number)
    body: Mapping[str, Any] = found.body
    return body


def _meaning(kind: str, body: Mapping[str, Any]) -> list[str]:
    told = check(kind, body)
    # A document that an older engine could read may be beyond this one; then its text is compared as it stands.
    return list(told.sentences) if told.is_valid else json.dumps(body, indent=1, sort_keys=True).splitlines()
