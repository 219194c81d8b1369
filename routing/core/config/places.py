"""Answers which destinations a zone, a service or a lane speaks of."""

from dataclasses import dataclass

from routing.core.config.choosing import listed
from routing.core.config.reading import Reader
from routing.core.types import Destination


@dataclass(frozen=True, slots=True)
class Places:
    """Destinations in one of the countries, regions and postal areas; an empty set asks nothing."""

    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    postal_prefixes: frozenset[str] = frozenset()

    def __contains__(self, destination: Destination) -> bool:
        return (
            (not self.countries or destination.country in self.countries)
            and (not self.regions or destination.region in self.regions)
            and (not self.postal_prefixes or destination.postal_code.startswith(tuple(self.postal_prefixes)))
        )

    def describe(self) -> str:
        """Return the places as the end of a sentence, "anywhere" where nothing is asked."""
        parts = [
            f"{listed(self.countries)}" if self.countries else "",
            f"region {listed(self.regions)}" if self.regions else "",
            f"postal codes starting {listed(self.postal_prefixes)}" if self.postal_prefixes else "",
        ]
        return ", ".join(filter(None, parts)) or "anywhere"


ANYWHERE = Places()


def read_places(reader: Reader) -> Places:
    """Read `{countries, regions, postal_prefixes}`."""
    return Places(reader.texts("countries"), reader.texts("regions"), reader.texts("postal_prefixes"))
