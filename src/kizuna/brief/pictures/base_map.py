"""The base layer of every map: areas, their borders, and the borders in dispute."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from kizuna.floor.errors import RequestError, TableError

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[Point, ...]
Polygon: TypeAlias = tuple[Line, ...]

DISCLAIMER = (
    "Boundaries as drawn by Natural Earth; they imply no opinion on the status of any territory. "
    "Dashed: boundaries in dispute."
)
DISCLAIMER_OWN = "Boundaries as in the file given by the author of this brief. Dashed: lines that it marks as disputed."
_NO_PEOPLE = "ATA"
_EXPECTED = "a TopoJSON file, or a GeoJSON FeatureCollection of Polygon and MultiPolygon features"
_DO = "Give each area 'iso3' among its properties or its ISO 3166 numeric code as id, or leave out the boundaries file."


@dataclass(frozen=True)
class BaseMap:
    """Areas and lines of a world map, in degrees, ready to be projected.

    Parameters
    ----------
    areas
        ISO3 code, or the map's own name where an area has no code, to its polygons; outer rings run clockwise.
    borders
        Undisputed lines between areas; empty where the file does not share lines, then the areas' outlines are drawn.
    disputed
        Lines drawn dashed.
    disclaimer
        One line to print under every map.
    """

    areas: dict[str, tuple[Polygon, ...]]
    borders: tuple[Line, ...]
    disputed: tuple[Line, ...]
    disclaimer: str


def load_base_map(path: Path | None = None) -> BaseMap:
    """Read the bundled map, or a user's own boundaries file.

    In the bundled map the whole common line of each pair listed in ``disputed_boundaries.toml`` is disputed. A user's
    file is drawn as it is: only lines that it marks with the property ``"disputed": true`` are dashed.

    Parameters
    ----------
    path
        TopoJSON or GeoJSON in longitude and latitude (WGS 84), or None for world-atlas 2.0.2 (Natural Earth 1:50m).

    Raises
    ------
    RequestError
        If the file cannot be read as TopoJSON or as a GeoJSON FeatureCollection.
    TableError
        If areas have no code, no name, or coordinates that are not longitude and latitude; all of them are listed.
    """
    return _bundled_map() if path is None else _own_map(path)


@cache
def disputed_pairs() -> tuple[tuple[str, str, str], ...]:
    """Return the pairs of areas whose common line is dashed, each with its reason."""
    listed = tomllib.loads(_asset("disputed_boundaries.toml"))["pairs"]
    return tuple((pair["areas"][0], pair["areas"][1], pair["reason"]) for pair in listed)


@cache
def _bundled_map() -> BaseMap:
    topology = json.loads(_asset("world-50m.json"))
    arcs = _decoded_arcs(topology)
    areas: dict[str, tuple[Polygon, ...]] = {}
    owners: dict[int, set[str]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        key = geometry["properties"].get("iso3") or geometry["properties"]["name"]
        if key == _NO_PEOPLE:
            continue
        areas[key] = areas.get(key, ()) + _topojson_polygons(geometry, arcs)
        for index in _arc_indexes(geometry["arcs"]):
            owners.setdefault(index, set()).add(key)
    dashed = {frozenset(pair[:2]) for pair in disputed_pairs()}
    shared = [(arcs[index], frozenset(keys) in dashed) for index, keys in sorted(owners.items()) if len(keys) > 1]
    borders = tuple(line for line, contested in shared if not contested)
    disputed = tuple(line for line, contested in shared if contested)
    return BaseMap(areas, borders, disputed, DISCLAIMER)


def _own_map(path: Path) -> BaseMap:
    features = list(_own_features(path))
    areas: dict[str, tuple[Polygon, ...]] = {}
    borders: list[Line] = []
    disputed: list[Line] = []
    faults: list[str] = []
    numeric = _numeric_codes()
    for place, (properties, identity, kind, coordinates) in enumerate(features, start=1):
        lines = _lines(kind, coordinates)
        if not lines:
            faults.append(f"feature {place} is a {kind} and not a polygon or a line, or it is empty")
        elif not all(abs(x) <= 180.001 and abs(y) <= 90.001 for line in lines for x, y in line):
            faults.append(f"feature {place} has coordinates that are not longitude and latitude in degrees")
        elif "LineString" in kind:
            (disputed if properties.get("disputed") is True else borders).extend(lines)
        elif key := properties.get("iso3") or numeric.get(str(identity).zfill(3)) or properties.get("name"):
            if key != _NO_PEOPLE:
                areas[key] = areas.get(key, ()) + tuple(_clockwise(shape) for shape in _polygons(kind, coordinates))
        else:
            faults.append(f"feature {place} has neither iso3, nor an ISO numeric id, nor a name (id {identity!r})")
    if faults:
        raise TableError("The boundaries file cannot be used.", faults, where=str(path), expected=_EXPECTED, do=_DO)
    if not areas:
        raise RequestError("The boundaries file holds no area.", where=str(path), expected=_EXPECTED, do=_DO)
    return BaseMap(areas, tuple(borders), tuple(disputed), DISCLAIMER_OWN)


def _own_features(path: Path) -> Iterator[tuple[dict[str, Any], Any, str, Any]]:
    """Yield properties, id, geometry type and coordinates of each feature of a user's file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        reason = f"The boundaries file cannot be read: {fault}"
        raise RequestError(reason, where=str(path), expected=_EXPECTED, do=_DO) from fault
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection":
        for feature in content["features"]:
            geometry = feature.get("geometry") or {"type": "none", "coordinates": []}
            coordinates = geometry.get("coordinates", [])
            yield feature.get("properties") or {}, feature.get("id"), geometry["type"], coordinates
    elif kind == "Topology":
        arcs = _decoded_arcs(content)
        for layer in content["objects"].values():
            for geometry in layer.get("geometries", [layer]):
                properties, identity = geometry.get("properties") or {}, geometry.get("id")
                if "LineString" in geometry["type"]:
                    chains = geometry["arcs"] if geometry["type"].startswith("Multi") else [geometry["arcs"]]
                    yield properties, identity, "MultiLineString", [_joined(chain, arcs) for chain in chains]
                else:
                    yield properties, identity, "MultiPolygon", _topojson_polygons(geometry, arcs)
    else:
        found = f"The boundaries file is of type {kind!r}."
        raise RequestError(found, where=str(path), expected=_EXPECTED, do=_DO)


@cache
def _numeric_codes() -> dict[str, str]:
    listed = json.loads(_asset("world-50m.json"))["objects"]["countries"]["geometries"]
    return {entry["id"]: entry["properties"]["iso3"] for entry in listed if "id" in entry}


def _asset(name: str) -> str:
    return files("kizuna.brief").joinpath("assets", name).read_text(encoding="utf-8")


def _decoded_arcs(topology: dict[str, Any]) -> list[Line]:
    """Undo the quantisation and the delta coding of the arcs of a topology."""
    if "transform" not in topology:
        return [tuple((point[0], point[1]) for point in arc) for arc in topology["arcs"]]
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            line.append((round(x * scale_x + shift_x, 3), round(y * scale_y + shift_y, 3)))
        decoded.append(tuple(line))
    return decoded


def _arc_indexes(nested: Sequence[Any]) -> Iterator[int]:
    for entry in nested:
        if isinstance(entry, int):
            yield entry if entry >= 0 else ~entry
        else:
            yield from _arc_indexes(entry)


def _topojson_polygons(geometry: dict[str, Any], arcs: list[Line]) -> tuple[Polygon, ...]:
    shapes = {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}.get(geometry["type"]) or []
    return tuple(tuple(_joined(ring, arcs) for ring in shape) for shape in shapes if shape)


def _joined(chain: Sequence[int], arcs: list[Line]) -> Line:
    points: list[Point] = []
    for index in chain:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc if not points else arc[1:])
    return tuple(points)


def _polygons(kind: str, coordinates: Any) -> tuple[Polygon, ...]:
    shapes = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    return tuple(tuple(tuple((point[0], point[1]) for point in ring) for ring in shape) for shape in shapes)


def _lines(kind: str, coordinates: Any) -> list[Line]:
    """Return all lines of a geometry: rings of polygons, or the lines themselves."""
    if "Polygon" in kind:
        return [ring for shape in _polygons(kind, coordinates) for ring in shape]
    chains = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    return [tuple((point[0], point[1]) for point in chain) for chain in chains]


def _clockwise(shape: Polygon) -> Polygon:
    """Turn the outer ring clockwise and holes the other way, as the projection wants (GeoJSON says the opposite)."""
    return tuple(ring if (_area(ring) > 0) == (place == 0) else ring[::-1] for place, ring in enumerate(shape))


def _area(ring: Line) -> float:
    """Return the area of a ring in steradian, positive if it runs clockwise (Chamberlain and Duquette 2007)."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        turn = math.remainder(x2 - x1, 360)
        total += math.radians(turn) * (2 + math.sin(math.radians(y1)) + math.sin(math.radians(y2))) / 2
    return total
