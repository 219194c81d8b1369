"""Answers what may not travel from where to where.

    {"cross_border": true, "export_controlled_abroad": false,
     "lanes": [{"to": {"countries": ["US"], "regions": ["UT"]}, "skus": {"tags": ["wine"]}, "allow": false,
                "why": "Wine may not be shipped to Utah."},
               {"from_countries": ["US"], "to": {"countries": ["CA"]}, "allow": true}]}

For each line, the first lane that speaks of it decides. Where none does: within a country everything may travel; across
a border, what `cross_border` and `export_controlled_abroad` say.
"""

from dataclasses import dataclass

from routing.core.config.choosing import listed
from routing.core.config.places import ANYWHERE, Places, read_places
from routing.core.config.reading import Reader, read_object


@dataclass(frozen=True, slots=True)
class SkuChoice:
    """SKUs with one of each named property; an empty set or None asks nothing."""

    codes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    handling_classes: frozenset[str] = frozenset()
    hazmat_classes: frozenset[str] = frozenset()
    export_controlled: bool | None = None
    age_restricted: bool | None = None

    def describe(self) -> str:
        """Return the choice as the subject of a sentence."""
        parts = [
            f"named {listed(self.codes)}" if self.codes else "",
            f"tagged {listed(self.tags)}" if self.tags else "",
            f"of handling class {listed(self.handling_classes)}" if self.handling_classes else "",
            f"of hazmat class {listed(self.hazmat_classes)}" if self.hazmat_classes else "",
            "under export control" if self.export_controlled else "",
            "with an age limit" if self.age_restricted else "",
        ]
        words = " ".join(filter(None, parts))
        return f"SKUs {words}" if words else "all goods"


EVERY_SKU = SkuChoice()


@dataclass(frozen=True, slots=True)
class Lane:
    """Goods on a way, allowed or not."""

    allow: bool
    from_countries: frozenset[str] = frozenset()
    to: Places = ANYWHERE
    skus: SkuChoice = EVERY_SKU
    why: str = ""

    def describe(self) -> str:
        """Return one sentence."""
        start = f"from {listed(self.from_countries)} " if self.from_countries else ""
        verb = "may travel" if self.allow else "may not travel"
        sentence = f"{self.skus.describe()} {verb} {start}to {self.to.describe()}."
        return f"{sentence[0].upper()}{sentence[1:]}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class Lanes:
    """Ordered lanes and what holds where none speaks."""

    lanes: tuple[Lane, ...] = ()
    cross_border: bool = True
    export_controlled_abroad: bool = False

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        border = (
            "Goods may cross a border." if self.cross_border else "Goods may not cross a border unless a lane says so."
        )
        export = "" if self.export_controlled_abroad else "Goods under export control stay in their country."
        return [*(lane.describe() for lane in self.lanes), border, *([export] if export else [])]


def _read_skus(reader: Reader) -> SkuChoice:
    export, age = reader.has("export_controlled"), reader.has("age_restricted")
    return SkuChoice(
        codes=reader.texts("codes"),
        tags=reader.texts("tags"),
        handling_classes=reader.texts("handling_classes"),
        hazmat_classes=reader.texts("hazmat_classes"),
        export_controlled=reader.flag("export_controlled", default=False) if export else None,
        age_restricted=reader.flag("age_restricted", default=False) if age else None,
    )


def _read_lane(reader: Reader) -> Lane:
    return Lane(
        allow=reader.flag("allow", default=True),
        from_countries=reader.texts("from_countries"),
        to=reader.child("to", read_places) or ANYWHERE,
        skus=reader.child("skus", _read_skus) or EVERY_SKU,
        why=reader.text("why", ""),
    )


def _read_lanes(reader: Reader) -> Lanes:
    return Lanes(
        lanes=reader.children("lanes", _read_lane),
        cross_border=reader.flag("cross_border", default=True),
        export_controlled_abroad=reader.flag("export_controlled_abroad", default=False),
    )


def parse_lanes(body: object) -> Lanes:
    """Read a lanes document.

    Raises:
        ConfigInvalid: a field is missing, misspelt or not what it should be; names its path.
    """
    return read_object(body, "", _read_lanes)
