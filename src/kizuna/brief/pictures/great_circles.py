"""Great circles, the Equal Earth projection and the points where arcs end."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.brief.pictures.base_map import Line, Point

#: Coefficients of the Equal Earth projection (Savric, Patterson and Jenny 2018, equation 2).
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


@dataclass(frozen=True)
class Projection:
    """Equal Earth centred on a meridian, in pixels.

    Parameters
    ----------
    centre
        Meridian in the middle, degrees east.
    width
        Width of the whole world in px; the north pole is at y = 0.
    """

    centre: float = 150.0
    width: float = 720.0

    @property
    def scale(self) -> float:
        """Pixels a unit of the projection."""
        return self.width / (2 * math.pi / (_M * _A1))

    @property
    def shift(self) -> Point:
        """Pixel of the point on the equator at the centre."""
        return self.width / 2, self.scale * _northing(90.0)

    def pixel(self, point: Point) -> Point:
        """Return x and y in px of a point in degrees of longitude and latitude."""
        angle = math.asin(_M * math.sin(math.radians(point[1])))
        square = angle * angle
        slope = _A1 + 3 * _A2 * square + square**3 * (7 * _A3 + 9 * _A4 * square)
        easting = math.radians(math.remainder(point[0] - self.centre, 360)) * math.cos(angle) / (_M * slope)
        return self.shift[0] + self.scale * easting, self.shift[1] - self.scale * _northing(point[1])


def _northing(latitude: float) -> float:
    angle = math.asin(_M * math.sin(math.radians(latitude)))
    square = angle * angle
    return angle * (_A1 + _A2 * square + square**3 * (_A3 + _A4 * square))


def great_circle(start: Point, end: Point, steps: int = 48) -> Line:
    """Return points along the shorter great circle between two points, both ends included.

    With a and b the unit vectors of the ends and w the angle between them, the point at part t is
    ``(sin((1 - t) w) a + sin(t w) b) / sin(w)``.

    Parameters
    ----------
    start, end
        Longitude and latitude in degrees.
    steps
        Number of equal parts.
    """
    a, b = _vector(start), _vector(end)
    angle = math.acos(max(-1.0, min(1.0, sum(i * j for i, j in zip(a, b, strict=True)))))
    if math.sin(angle) < 1e-9:
        return start, end
    points = [start]
    for step in range(1, steps):
        near, far = math.sin((1 - step / steps) * angle), math.sin(step / steps * angle)
        x, y, z = ((near * i + far * j) / math.sin(angle) for i, j in zip(a, b, strict=True))
        points.append((math.degrees(math.atan2(y, x)), math.degrees(math.asin(max(-1.0, min(1.0, z))))))
    return (*points, end)


@cache
def map_points() -> dict[str, Point]:
    """Return longitude and latitude of one point an economy: the main city of CEPII GeoDist, see ``centroids.csv``."""
    text = files("kizuna.brief").joinpath("assets", "centroids.csv").read_text(encoding="utf-8")
    return {row["iso3"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(text.splitlines())}


def _vector(point: Point) -> tuple[float, float, float]:
    longitude, latitude = math.radians(point[0]), math.radians(point[1])
    return math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)
