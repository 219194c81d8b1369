"""The drawing was made with d3-geo 3's geoAlbersUsa().scale(1300).translate([487.5, 305]); so are these points."""

import pytest

from dom.console.maps import map_of, spark


@pytest.mark.parametrize(
    ("city", "place", "point"),
    [
        ("Seattle", (47.61, -122.33), (97.6795, 46.2451)),
        ("Miami", (25.76, -80.19), (822.7813, 572.5723)),
        ("Bangor", (44.81, -68.77), (929.5924, 103.1971)),
        ("San Diego", (32.72, -117.16), (99.7857, 397.3768)),
        ("Anchorage", (61.22, -149.90), (112.2776, 544.2627)),
        ("Honolulu", (21.31, -157.86), (266.9240, 549.1204)),
    ],
)
def test_a_city_stands_where_the_drawing_has_it(
    city: str, place: tuple[float, float], point: tuple[float, float]
) -> None:
    found = map_of([place])

    assert (city, found.name) == (city, "us")
    assert found.points[0] == pytest.approx(point, abs=0.0001)


def test_a_place_abroad_turns_the_map_into_the_world_around_all_places() -> None:
    found = map_of([(51.5, -0.1), (40.7, -74.0)])

    assert found.name == "world"
    left, top, width, height = map(float, found.view_box.split())
    assert all(left < x < left + width and top < y < top + height for x, y in found.points)


def test_a_line_goes_from_edge_to_edge_and_never_out() -> None:
    assert spark([0, 5, 10, 20], width=90, height=50, top=10) == "0.0,50.0 30.0,25.0 60.0,0.0 90.0,0.0"
    assert spark([3], width=90, height=50, top=0) == "0.0,50.0"
