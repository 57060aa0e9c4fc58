"""A page with a map: the edge of the world, land in four kinds, and borders, dashed where they are in dispute."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kizuna.brief.pictures.base_map import BaseMap, Line, Polygon
from kizuna.brief.pictures.colours import QUIET_INK, mix
from kizuna.brief.pictures.great_circles import Projection
from kizuna.brief.pictures.pixels import Page
from kizuna.brief.pictures.svg import HATCH_NO_DATA

_LAND, _SUPPLIER_LAND, _EDGE = "#EBEBEB", "#D0D0D0", "#DDDDDD"
_SPECK = 0.3  # degrees: less than a pixel of a map 720 px wide
#: Statistical areas whose map area has another code.
_AREA_OF = {"S19": "TWN"}


class MapPage(Page):
    """A page that also takes shapes in degrees, all in one projection."""

    def __init__(self, projection: Projection) -> None:
        super().__init__()
        self.shapes: dict[str, dict[str, Any]] = {}
        self.has_no_data = False
        self._centre = projection.centre
        self._projection = {
            "type": "equalEarth",
            "rotate": [-projection.centre, 0, 0],
            "scale": projection.scale,
            "translate": list(projection.shift),
            "precision": 0.3,
        }

    def areas(self, polygons: Sequence[Polygon], **style: Any) -> None:
        """Fill all polygons as one shape."""
        self._shape({"type": "MultiPolygon", "coordinates": polygons}, style)

    def lines(self, lines: Sequence[Line], **style: Any) -> None:
        """Stroke all lines as one shape; a line that crosses the edge of the map goes on at the other side."""
        self._shape({"type": "MultiLineString", "coordinates": lines}, {"filled": False} | style)

    def ground(
        self,
        base_map: BaseMap,
        *,
        partners: Mapping[str, str],
        suppliers: Collection[str],
        no_data: Collection[str],
        south: float,
    ) -> None:
        """Draw the edge of the world, the land and the borders.

        Parameters
        ----------
        base_map
            Areas and lines.
        partners
            ISO3 code to colour.
        suppliers
            ISO3 codes of darker land.
        no_data
            ISO3 codes of hatched land; areas of the map without a code are hatched too.
        south
            Latitude where the page ends.
        """
        cut = self._centre - 180
        sides = [tuple((cut + aside, south + step) for step in range(int(91 - south))) for aside in (0.01, -0.01)]
        self.lines(sides, stroke=_EDGE, strokeWidth=0.7)
        colours = {_AREA_OF.get(code, code): mix(colour, "#FFFFFF", 0.35) for code, colour in partners.items()}
        darker = {_AREA_OF.get(code, code) for code in suppliers}
        hatched = {_AREA_OF.get(code, code) for code in no_data} | {key for key in base_map.areas if len(key) != 3}
        kinds: dict[str, list[Polygon]] = {}
        for key, polygons in base_map.areas.items():
            plain = HATCH_NO_DATA if key in hatched else _LAND
            fill = colours.get(key) or (_SUPPLIER_LAND if key in darker else plain)
            kinds.setdefault(fill, []).extend(_visible(polygons))
        self.has_no_data = HATCH_NO_DATA in kinds
        edge = {"strokeWidth": 0} if base_map.borders else {"stroke": "#FFFFFF", "strokeWidth": 0.5}
        for fill, polygons_of_kind in sorted(kinds.items()):
            self.areas(polygons_of_kind, fill=fill, **edge)
        if base_map.borders:
            self.lines(base_map.borders, stroke="#FFFFFF", strokeWidth=0.6)
        if base_map.disputed:
            self.lines(base_map.disputed, stroke="#FFFFFF", strokeWidth=1.2)
            self.lines(base_map.disputed, stroke=QUIET_INK, strokeWidth=0.8, strokeDash=[2, 2])

    def _shape(self, geometry: dict[str, Any], style: dict[str, Any]) -> None:
        name = f"shape {len(self.shapes)}"
        self.shapes[name] = geometry
        data = self.alt.NamedData(name)
        self.layers.append(self.alt.Chart(data).mark_geoshape(**style).project(**self._projection))


def outlines(base_map: BaseMap, code: str) -> list[Line]:
    """Return all rings of an economy's area; none where the map has no such area."""
    return [ring for polygon in base_map.areas.get(_AREA_OF.get(code, code), ()) for ring in polygon]


def _visible(polygons: Sequence[Polygon]) -> list[Polygon]:
    """Leave out islands smaller than a pixel, but never the largest polygon of an area."""

    def extent(polygon: Polygon) -> float:
        longitudes, latitudes = zip(*polygon[0], strict=True)
        return float(max(max(longitudes) - min(longitudes), max(latitudes) - min(latitudes)))

    largest = max(polygons, key=extent)
    return [polygon for polygon in polygons if polygon is largest or extent(polygon) > _SPECK]
