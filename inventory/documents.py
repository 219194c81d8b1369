"""Reads configuration documents field by field, and says where one is wrong."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NoReturn

from inventory.errors import RulesInvalid


class Reader:
    """One JSON object of a document; `path` is where it stands in it."""

    def __init__(self, body: Mapping[str, Any], known: Collection[str], path: str = "") -> None:
        self._body = body
        self._path = path
        for name in body:
            if name not in known:
                self.refuse(name, f"Unknown field; known are {', '.join(sorted(known))}.")

    def refuse(self, name: str, message: str) -> NoReturn:
        """Refuse the document for its field `name`.

        Raises:
            RulesInvalid: always.
        """
        path = f"{self._path}{name}"
        raise RulesInvalid(f"{path}: {message}", path=path, problem=message)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text of 1 to 64 characters, or `default`."""
        value = self._body.get(name, default)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > 64 or "\x00" in value or (default is None and not value):
            self.refuse(name, "A text of 1 to 64 characters is needed.")
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number from 0 to one billion, or `default`."""
        value = self._body.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000_000:
            self.refuse(name, "A whole number, zero or more, is needed.")
        return value

    def percent(self, name: str) -> int:
        """Return a whole number from 1 to 100, 0 when it is absent."""
        if name not in self._body:
            return 0
        value = self.number(name)
        if not 1 <= value <= 100:
            self.refuse(name, "A whole percent from 1 to 100 is needed.")
        return value

    def flag(self, name: str, *, default: bool = True) -> bool:
        """Return true or false, or `default`."""
        value = self._body.get(name, default)
        if not isinstance(value, bool):
            self.refuse(name, "true or false is needed.")
        return value

    def choice(self, name: str, choices: Collection[str]) -> str:
        """Return one of `choices`."""
        value = self.text(name)
        if value not in choices:
            self.refuse(name, f"One of {', '.join(choices)} is needed.")
        return value

    def names(self, name: str, choices: Collection[str] | None = None) -> frozenset[str]:
        """Return a list of texts as a set, empty when it is absent; each one of `choices`, if given."""
        value = self._body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.refuse(name, "A list of texts is needed.")
        wrong = sorted(set(value) - set(choices)) if choices is not None else []
        if wrong:
            self.refuse(name, f"{wrong[0]} is none of {', '.join(choices or ())}.")
        return frozenset(value)

    def day(self, name: str) -> date | None:
        """Return a date written YYYY-MM-DD, None when it is absent."""
        if name not in self._body:
            return None
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self.refuse(name, "A date such as 2026-11-27 is needed.")

    def parts(self, name: str, known: Collection[str]) -> "list[Reader]":
        """Return a list of objects, each ready to be read."""
        value = self._body.get(name)
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.refuse(name, "A list of objects is needed.")
        return [Reader(item, known, f"{self._path}{name}[{n}].") for n, item in enumerate(value)]
