"""Answers where a place stands on a drawn map. The drawings and their license stand in static/console/maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, radians, sin, sqrt

Point = tuple[float, float]

#: The projection of us-atlas' Albers files: d3's geoAlbersUsa at this scale, moved here.
_SCALE, _MOVE = 1300.0, (487.5, 305.0)
_WORLD_WIDTH, _WORLD_TOP = 975.0, 84.0
_MARGIN = 60.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A part of the United States with a conic equal-area projection of its own (Snyder 1987, p. 98).

    Degrees: `west` … `north` say which places belong to it, `middle` is the meridian that stands upright.
    """

    west: float
    east: float
    south: float
    north: float
    middle: float
    parallels: tuple[float, float]
    center: Point
    scale: float
    shift: Point

    def holds(self, latitude: float, longitude: float) -> bool:
        """Say whether the place belongs to this part."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def place(self, latitude: float, longitude: float) -> Point:
        """Return where the place stands."""
        raw = partial(_conic, radians(self.parallels[0]), radians(self.parallels[1]))
        x, y = raw(radians(longitude - self.middle), radians(latitude))
        cx, cy = raw(radians(self.center[0]), radians(self.center[1]))
        k = _SCALE * self.scale
        return (_MOVE[0] + self.shift[0] * _SCALE + k * (x - cx), _MOVE[1] + self.shift[1] * _SCALE - k * (y - cy))


def _conic(low: float, high: float, x: float, y: float) -> Point:
    n = (sin(low) + sin(high)) / 2
    c = 1 + sin(low) * (2 * n - sin(low))
    r = sqrt(c - 2 * n * sin(y)) / n
    return (r * sin(x * n), sqrt(c) / n - r * cos(x * n))


_STATES = (
    Inset(-125.5, -66.5, 24, 49.6, -96, (29.5, 45.5), (-0.6, 38.7), 1.0, (0.0, 0.0)),
    Inset(-180, -129, 51, 72, -154, (55, 65), (-2, 58.5), 0.35, (-0.307, 0.201)),
    Inset(-161, -154, 18.5, 22.6, -157, (8, 18), (-3, 19.9), 1.0, (-0.205, 0.212)),
)


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing by name, the part of it that is shown, and where each place stands, in the order asked."""

    name: str
    view_box: str
    points: Sequence[Point]


def map_of(places: Sequence[Point]) -> Map:
    """Return the map that shows all `places` (latitude, longitude): the United States, else that part of the world."""
    insets = [next((inset for inset in _STATES if inset.holds(*place)), None) for place in places]
    if all(insets):
        found = [inset.place(*place) for inset, place in zip(insets, places, strict=True) if inset]
        return Map("us", "-12 0 987 616", found)
    points = [_on_the_world(*place) for place in places]
    return Map("world", _around(points), points)


def _on_the_world(latitude: float, longitude: float) -> Point:
    degree = _WORLD_WIDTH / 360
    return ((longitude + 180) * degree, (_WORLD_TOP - latitude) * degree)


def _around(points: Sequence[Point]) -> str:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    return f"{left:.0f} {top:.0f} {max(xs) + _MARGIN - left:.0f} {max(ys) + _MARGIN - top:.0f}"


def spark(values: Sequence[int], *, width: float, height: float, top: int) -> str:
    """Return the points of a line through `values` from left to right; `top` is the value at the upper edge."""
    step = width / max(len(values) - 1, 1)
    return " ".join(
        f"{i * step:.1f},{height - height * min(value, top) / max(top, 1):.1f}" for i, value in enumerate(values)
    )
