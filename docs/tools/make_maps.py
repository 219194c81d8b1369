"""Turns us-atlas and world-atlas (npm, ISC) into the two small drawings of static/console/maps.

npm pack us-atlas@3.0.1 world-atlas@2.0.2, unpack both, then
python docs/tools/make_maps.py us/package/states-albers-10m.json world/package/land-110m.json
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Point = tuple[float, float]
OUT = Path(__file__).resolve().parent.parent.parent / "static" / "console" / "maps"
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs of a TopoJSON file as absolute points (its specification, section 2.1.3)."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for step in deltas:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)
    return arcs


def simplified(points: Sequence[Point], smallest: float) -> list[Point]:
    """Drop points whose triangle with their neighbors is smaller than `smallest` (Visvalingam and Whyatt 1993)."""
    kept = list(points)
    while len(kept) > 2:
        areas = [_area(*kept[i - 1 : i + 2]) for i in range(1, len(kept) - 1)]
        least = min(range(len(areas)), key=areas.__getitem__)
        if areas[least] >= smallest:
            break
        del kept[least + 1]
    return kept


def _area(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def rings_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the arc numbers of every ring below `geometry`."""
    match geometry["type"]:
        case "GeometryCollection":
            for inner in geometry["geometries"]:
                yield from rings_of(inner)
        case "MultiPolygon":
            for polygon in geometry["arcs"]:
                yield from polygon
        case "Polygon":
            yield from geometry["arcs"]


def joined(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Return the points of a ring; a negative number is an arc walked backwards."""
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc if not points else arc[1:])
    return points


def path(rings: Iterable[Sequence[Point]], place: Callable[[Point], Point], *, closed: bool) -> str:
    """Write `rings` as SVG path data with one decimal."""
    parts = []
    for ring in rings:
        words = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, ring))
        parts.append(f"M{words}" + ("Z" if closed else ""))
    return "".join(parts).replace(".0", "")


def united_states(topology: dict[str, Any]) -> str:
    """Draw the states as the Albers projection of the file has them; Alaska and Hawaii stand below."""
    arcs = [simplified(arc, 1.6) for arc in arcs_of(topology)]
    rings = list(rings_of(topology["objects"]["states"]))
    uses = Counter(number if number >= 0 else ~number for ring in rings for number in ring)
    land = [points for ring in rings if _extent(points := joined(ring, arcs)) > 5]
    borders = [arcs[number] for number, count in uses.items() if count > 1]
    drawn = (
        f'<path id="land" d="{path(land, _same, closed=True)}"/>'
        f'<path id="borders" fill="none" d="{path(borders, _same, closed=False)}"/>'
    )
    return _HEAD.format(width=975, height=610) + drawn + "</svg>\n"


def world(topology: dict[str, Any]) -> str:
    """Draw the land of the world, a degree of longitude as wide as one of latitude is high."""
    arcs = [simplified(arc, 0.25) for arc in arcs_of(topology)]
    rings = [joined(ring, arcs) for ring in rings_of(topology["objects"]["land"])]
    land = [ring for ring in rings if _extent(ring) > 1.5 and max(y for _x, y in ring) > -60]
    drawn = f'<path id="land" d="{path(land, _plate, closed=True)}"/><path id="borders" fill="none" d=""/>'
    return _HEAD.format(width=975, height=392) + drawn + "</svg>\n"


def _same(point: Point) -> Point:
    return point


def _plate(point: Point) -> Point:
    return ((point[0] + 180) / 360 * 975, (84 - point[1]) / 360 * 975)


def _extent(points: Sequence[Point]) -> float:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


if __name__ == "__main__":
    states, land = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    (OUT / "us.svg").write_text(united_states(states))
    (OUT / "world.svg").write_text(world(land))
