"""The inputs of forms: each knows its words, its unit, and how what was typed becomes a value of the API's row."""

import csv
import decimal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms

from dom.kernel import money
from routing.core.config.reading import WEEKDAYS, ConfigInvalid, instant_utc, weekdays

Choices = Sequence[tuple[str, str]]


class Text(forms.CharField):
    """A line of text; the row's shape says what is wrong with it."""

    def __init__(self, label: str, help_text: str = "", *, unit: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(label=label, help_text=help_text, required=False, strip=False, **kwargs)
        self.unit = unit
        if hint:
            self.widget.attrs["placeholder"] = hint

    def value_of(self, typed: Any) -> Any:
        """Return `typed` as the API's row has it."""
        return typed

    def typed_of(self, value: Any) -> Any:
        """Return what stands in the input for a value of the API's row."""
        return "" if value is None else value


class Code(Text):
    """The name by which everything else knows the thing; it never changes."""


class Number(Text):
    """A whole number; empty is nothing."""

    def __init__(self, label: str, help_text: str = "", *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, unit=unit, **kwargs)
        self.widget.attrs.update(inputmode="numeric", size="10")

    def value_of(self, typed: Any) -> Any:
        """Return the number, or the text as it stands where it is none."""
        text = str(typed).strip().replace(",", "")
        if not text:
            return None
        return int(text) if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() else typed


class Decimal(Text):
    """A number with a point, such as a latitude; empty is nothing."""

    def value_of(self, typed: Any) -> Any:
        """Return the number, or the text as it stands where it is none."""
        text = str(typed).strip()
        try:
            return float(text) if text else None
        except ValueError:
            return typed


class Price(Text):
    """An amount without a currency, as text."""

    def __init__(self, label: str, help_text: str = "", *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, unit=unit, **kwargs)
        self.widget.attrs.update(inputmode="decimal", size="10")

    def value_of(self, typed: Any) -> Any:
        """Return the amount as the API writes it, "0" where there is none."""
        text = str(typed).strip() or "0"
        try:
            return format(decimal.Decimal(text).normalize(), "f")
        except decimal.InvalidOperation:
            return text


class Money(Text):
    """An amount with its currency, "12.34 USD"."""

    def value_of(self, typed: Any) -> Any:
        """Return amount and currency."""
        amount, _blank, currency = str(typed).strip().partition(" ")
        amount, currency = amount or "0", currency.strip().upper() or "USD"
        try:
            return {"amount": money.to_amount(money.to_minor(amount, currency), currency), "currency": currency}
        except (ValueError, KeyError):
            return {"amount": amount, "currency": currency}

    def typed_of(self, value: Any) -> Any:
        """Return "12.34 USD"."""
        return f"{value['amount']} {value['currency']}" if value else ""


class Words(Text):
    """Several words, separated by commas; one with a comma of its own stands in quotes.

    `words` maps codes to what people call them: both may be typed, and the document holds the code.
    """

    def __init__(
        self, label: str, help_text: str = "", *, words: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, help_text, **kwargs)
        self.words = words or {}
        self._codes = {said.casefold(): code for code, said in self.words.items()}

    def value_of(self, typed: Any) -> Any:
        """Return the words, each once."""
        words = [word for part in _parted(str(typed)) if (word := part.strip())]
        return list(dict.fromkeys(self._codes.get(word.casefold(), word) for word in words))

    def typed_of(self, value: Any) -> Any:
        """Return the words with commas between them."""
        held = [value] if isinstance(value, str) else value or ()
        return ", ".join(_quoted(self.words.get(str(word), str(word))) for word in held)


def _parted(text: str) -> list[str]:
    try:
        return next(csv.reader([" ".join(text.split())], skipinitialspace=True), [])
    except csv.Error:  # A part longer than any word; the row's shape says so.
        return text.split(",")


def _quoted(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"' if {",", '"'} & set(word) else word


class Moment(Text):
    """An instant, typed in the time zone that the form's field `time_zone` names."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **kwargs)

    def in_zone(self, typed: Any, zone: str) -> Any:
        """Return the instant with the zone's offset; the text as it stands where it is none."""
        if not typed:
            return None
        try:
            return (
                datetime.fromisoformat(str(typed))
                .replace(tzinfo=ZoneInfo(zone))
                .astimezone(UTC)
                .isoformat()
                .replace("+00:00", "Z")
            )
        except (ValueError, ZoneInfoNotFoundError):
            return typed


class UtcMoment(Text):
    """An instant, typed in UTC, which its label says; a document may write it with any offset."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **kwargs)

    def value_of(self, typed: Any) -> Any:
        """Return the instant as RFC 3339 in UTC; the text as it stands where it is none."""
        try:
            return f"{datetime.fromisoformat(str(typed)):%Y-%m-%dT%H:%M:%S}Z" if typed else None
        except ValueError:
            return typed

    def typed_of(self, value: Any) -> Any:
        """Return the instant in UTC as the input holds it, with seconds only where there are some."""
        try:
            instant = instant_utc(value, "") if value else None
        except ConfigInvalid:
            return value
        return "" if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00")


class Choice(forms.ChoiceField):
    """One of several words."""

    unit = ""

    def __init__(self, label: str, help_text: str = "", choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(label=label, help_text=help_text, choices=choices, required=False, **kwargs)

    def value_of(self, typed: Any) -> Any:
        """Return the word; nothing where none was chosen."""
        return typed or None

    def typed_of(self, value: Any) -> Any:
        """Return the word."""
        return value or ""


class YesNo(Choice):
    """True, false, or nothing said."""

    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(label, help_text, choices=(("", "Says nothing"), ("yes", "Yes"), ("no", "No")))

    def value_of(self, typed: Any) -> Any:
        """Return true, false, or None; the text as it stands where it is none of these."""
        return {"yes": True, "no": False, "": None}.get(str(typed), typed)

    def typed_of(self, value: Any) -> Any:
        """Return "yes", "no" or nothing."""
        return "yes" if value is True else "no" if value is False else value or ""


class Many(forms.MultipleChoiceField):
    """Any of several words, as boxes to tick; `filtered` puts a search line above a long list."""

    unit = ""

    def __init__(
        self, label: str, help_text: str = "", choices: Choices = (), *, filtered: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(
            label=label, help_text=help_text, choices=choices, required=False, widget=forms.CheckboxSelectMultiple(),
            **kwargs,
        )  # fmt: skip
        self.filtered = filtered

    def value_of(self, typed: Any) -> Any:
        """Return the words."""
        return list(typed)

    def typed_of(self, value: Any) -> Any:
        """Return the words."""
        return list(value or ())


class Flag(forms.BooleanField):
    """Yes or no; `absent` is what a document means that says nothing."""

    unit = ""

    def __init__(self, label: str, help_text: str = "", *, absent: bool = False, **kwargs: Any) -> None:
        super().__init__(label=label, help_text=help_text, required=False, **kwargs)
        self.absent = absent

    def value_of(self, typed: Any) -> Any:
        """Return true or false."""
        return bool(typed)

    def typed_of(self, value: Any) -> Any:
        """Return true or false."""
        return bool(value)


class Amount(Price):
    """An amount of the document; empty is none."""

    def value_of(self, typed: Any) -> Any:
        """Return the amount as it was typed."""
        return str(typed).strip()


class Clock(Text):
    """A time of day, HH:MM."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, hint="09:00", **kwargs)
        self.widget.attrs.update(size="6", inputmode="numeric")


class Day(Text):
    """A date."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, widget=forms.TextInput(attrs={"type": "date"}), **kwargs)


class Lines(Text):
    """Several words, each on a line of its own, in order."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(label, help_text, widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

    def value_of(self, typed: Any) -> Any:
        """Return the words in their order, each once."""
        return sorted(dict.fromkeys(word for word in str(typed).split() if word))

    def typed_of(self, value: Any) -> Any:
        """Return a word a line."""
        return "\n".join(str(word) for word in value or ())


class Days(Many):
    """Weekdays; a document may write them as a span, MON-FRI, which is also what none means."""

    def held(self, value: Any) -> list[str]:
        """Return the weekdays of a document's value."""
        try:
            told = weekdays(value, "") if value else range(5)
        except ConfigInvalid:
            return []
        return [WEEKDAYS[day] for day in sorted(told)]
