"""Answers what is wrong with a postal address by its parts alone. Pure."""

import re
from collections.abc import Mapping

from orders.values import Place

#: How postal codes look; countries that are not here are not checked.
_CODES: Mapping[str, str] = {
    "US": r"\d{5}(-\d{4})?",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "DE": r"\d{5}", "FR": r"\d{5}", "ES": r"\d{5}", "IT": r"\d{5}", "AT": r"\d{4}", "CH": r"\d{4}", "BE": r"\d{4}",
    "DK": r"\d{4}", "NO": r"\d{4}", "AU": r"\d{4}", "NL": r"\d{4} ?[A-Z]{2}", "SE": r"\d{3} ?\d{2}",
    "PL": r"\d{2}-\d{3}", "MX": r"\d{5}", "JP": r"\d{3}-?\d{4}",
}  # fmt: skip
#: Where a parcel cannot be delivered to a door, carriers return it.
_PARTS = (("line1", "street"), ("city", "city"), ("postal_code", "postal code"))


def faults(place: Place) -> list[str]:
    """Return what keeps a parcel from arriving there, a clause each; nothing where the parts look right."""
    found = [f"the {name} is missing" for part, name in _PARTS if not getattr(place, part).strip()]
    code, pattern = place.postal_code.strip().upper(), _CODES.get(place.country)
    if code and pattern and not re.fullmatch(pattern, code):
        found.append(f"{code} is no postal code of {place.country}")
    return found
