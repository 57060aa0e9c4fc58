"""The base map, a user's own boundaries, great circles and the projection."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from kizuna.brief.pictures import DISCLAIMER, load_base_map
from kizuna.brief.pictures.base_map import DISCLAIMER_OWN, disputed_pairs
from kizuna.brief.pictures.great_circles import Projection, great_circle, map_points
from kizuna.brief.pictures.svg import chart_to_svg
from kizuna.floor.errors import RequestError, TableError

SQUARE = [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]


def feature(
    coordinates: Any = SQUARE, kind: str = "Polygon", identity: Any = None, **properties: Any
) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": identity, "properties": properties, "geometry": geometry}


def written(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "own.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_the_map_keeps_small_and_large_economies() -> None:
    areas = load_base_map().areas
    assert {"JPN", "AUS", "IND", "SGP", "MLT", "BHR", "TWN", "XKX", "N. Cyprus"} <= set(areas)
    assert len(areas) == 239
    assert all(areas.values())


def test_every_disputed_pair_has_a_common_line_on_the_map() -> None:
    bundled = load_base_map()
    ends = {point for line in bundled.disputed for point in line}
    for one, other, reason in disputed_pairs():
        assert reason
        shared = [
            {point for polygon in bundled.areas[area] for ring in polygon for point in ring} for area in (one, other)
        ]
        assert shared[0] & shared[1] & ends, f"{one} and {other} share no dashed line"


def test_a_line_is_either_disputed_or_not() -> None:
    bundled = load_base_map()
    assert bundled.disputed
    assert not set(bundled.disputed) & set(bundled.borders)
    assert bundled.disclaimer == DISCLAIMER


def test_a_users_file_is_read_by_iso3_by_numeric_id_and_by_name(tmp_path: Path) -> None:
    line = feature([[0, 0], [5, 5]], "LineString", disputed=True)
    path = written(tmp_path, feature(iso3="IND"), feature(identity="392"), feature(name="Somewhere"), line)
    own = load_base_map(path)
    assert set(own.areas) == {"IND", "JPN", "Somewhere"}
    assert own.disputed == (((0, 0), (5, 5)),)
    assert own.disclaimer == DISCLAIMER_OWN


def test_a_users_ring_is_turned_clockwise_whichever_way_it_runs(tmp_path: Path) -> None:
    own = load_base_map(written(tmp_path, feature(iso3="IND"), feature([SQUARE[0][::-1]], iso3="JPN")))
    assert own.areas["IND"][0][0] == own.areas["JPN"][0][0] == ((0, 0), (0, 10), (10, 10), (10, 0), (0, 0))


def test_a_users_topojson_is_read(tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "arcs": [[0]], "properties": {"iso3": "IND"}}
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [70, 10]},
        "arcs": [[[0, 0], [0, 20], [20, 0], [0, -20], [-20, 0]]],
        "objects": {"land": {"type": "GeometryCollection", "geometries": [geometry]}},
    }
    path = tmp_path / "own.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    assert load_base_map(path).areas["IND"][0][0] == ((70, 10), (70, 20), (80, 20), (80, 10), (70, 10))


def test_all_faults_of_a_users_file_come_together(tmp_path: Path) -> None:
    metres = feature([[[0, 0], [0, 8e6], [8e6, 8e6], [0, 0]]], iso3="IND")
    with pytest.raises(TableError) as caught:
        load_base_map(written(tmp_path, metres, feature(), feature([1, 2], "Point", iso3="JPN")))
    assert [fault.split(" ")[1] for fault in caught.value.faults] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "content", ["not json", '{"type": "Feature"}', '{"type": "FeatureCollection", "features": []}']
)
def test_a_file_that_is_no_map_is_refused_with_what_was_expected(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError, match="GeoJSON FeatureCollection"):
        load_base_map(path)


def test_a_missing_boundaries_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        load_base_map(tmp_path / "none.json")


def vector(point: tuple[float, float]) -> tuple[float, float, float]:
    x, y = map(math.radians, point)
    return math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)


@pytest.mark.parametrize(("start", "end"), [("CHL", "IND"), ("USA", "IND"), ("BRA", "JPN"), ("CHN", "JPN")])
def test_an_arc_lies_in_one_plane_through_the_centre_of_the_earth_and_has_equal_steps(start: str, end: str) -> None:
    ends = map_points()[start], map_points()[end]
    line = great_circle(*ends)
    assert (line[0], line[-1]) == ends
    a, b = map(vector, ends)
    normal = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    assert all(abs(sum(i * j for i, j in zip(normal, vector(point), strict=True))) < 1e-12 for point in line)
    steps = [math.dist(vector(one), vector(other)) for one, other in itertools.pairwise(line)]
    assert max(steps) - min(steps) < 1e-9


def test_a_quarter_of_the_equator_has_its_middle_at_45_degrees() -> None:
    assert great_circle((0.0, 0.0), (90.0, 0.0), steps=2)[1] == pytest.approx((45.0, 0.0))


def geoshape(geometry: dict[str, Any]) -> str:
    projection = Projection()
    chart = alt.Chart(alt.NamedData("line")).mark_geoshape(filled=False, stroke="#123456")
    chart = chart.project(
        type="equalEarth", rotate=[-150, 0, 0], scale=projection.scale, translate=list(projection.shift)
    )
    svg = chart_to_svg(chart.properties(width=720, height=400), text_alternative="x", shapes={"line": geometry})
    return next(part.split('"')[0] for part in svg.split(' d="')[1:] if 'stroke="#123456"' in part.split(">")[0])


@pytest.mark.parametrize("point", [(77.2, 28.6), (139.7, 35.7), (-70.7, -33.5), (-74.0, 40.7), (20.0, 0.0)])
def test_our_projection_is_the_one_that_draws(point: tuple[float, float]) -> None:
    drawn = geoshape({"type": "LineString", "coordinates": [point, (point[0] + 1, point[1])]})
    x, y = map(float, drawn[1:].split("L")[0].split(","))
    assert Projection().pixel(point) == pytest.approx((x, y), abs=0.06)


def test_an_arc_over_the_edge_of_the_map_is_cut_in_two_and_never_drawn_across() -> None:
    line = great_circle(map_points()["CHL"], map_points()["IND"])
    pieces = geoshape({"type": "LineString", "coordinates": line}).split("M")[1:]
    assert len(pieces) == 2
    for piece in pieces:
        across = [float(pair.split(",")[0]) for pair in piece.split("L")]
        assert max(abs(one - other) for one, other in itertools.pairwise(across)) < 60
