"""Where labels stand on a map so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.brief.pictures.base_map import Point

Points = npt.NDArray[np.float64]

_LINE = 1.25
_STEPS = (1.0, 2.0, 3.2, 4.6, 6.2, 8.0, 10.0, 12.5)
_WAYS = ((1, 0), (-1, 0), (1, -0.7), (-1, -0.7), (1, 0.7), (-1, 0.7), (0, -1), (0, 1))
_CLASSES = {
    0.25: " '!,.:;Jijl",
    0.30: "()-`",
    0.35: "/I[\\]ft",
    0.40: '"r{}',
    0.45: "?_z",
    0.50: "FLcsvy",
    0.55: "$*+0123456789<=>ESTYZ^aekx|~",
    0.60: "KPRVXbdghnopqu",
    0.75: "&DGHNU",
    0.80: "OQw",
    0.90: "%@M",
    0.95: "Wm",
}
_WIDTHS = {character: width for width, characters in _CLASSES.items() for character in characters}


@dataclass(frozen=True)
class Label:
    """One label to place.

    Parameters
    ----------
    text
        What it says.
    anchor
        Pixel of the thing that it names.
    size
        Font size in px.
    pull
        Cost of each px of distance from the anchor; larger for labels that must stay close.
    """

    text: str
    anchor: Point
    size: float
    pull: float = 1.0


@dataclass(frozen=True)
class PlacedLabel:
    """A label with its box; text starts at ``left`` and its middle is at ``middle``."""

    label: Label
    left: float
    middle: float
    width: float
    height: float

    @property
    def is_apart(self) -> bool:
        """Whether the label stands so far from its anchor that a line should join them."""
        return self.gap > self.label.size

    @property
    def near_end(self) -> Point:
        """The point of the box nearest to the anchor, where a joining line ends."""
        x, y = self.label.anchor
        top, bottom = self.middle - self.height / 2, self.middle + self.height / 2
        return min(max(x, self.left), self.left + self.width), min(max(y, top), bottom)

    @property
    def gap(self) -> float:
        """Distance in px between the anchor and the box."""
        (x, y), (near_x, near_y) = self.label.anchor, self.near_end
        return float(((x - near_x) ** 2 + (y - near_y) ** 2) ** 0.5)

    def overlaps(self, other: PlacedLabel) -> bool:
        """Whether the boxes of two labels touch."""
        across = self.left < other.left + other.width and other.left < self.left + self.width
        return across and abs(self.middle - other.middle) < (self.height + other.height) / 2

    def covered(self, points: Points, margin: float = 0.0) -> int:
        """Count the points, shape ``[point, 2]``, that the box covers when widened by ``margin``."""
        across = (self.left - margin < points[:, 0]) & (points[:, 0] < self.left + self.width + margin)
        return int((across & (np.abs(points[:, 1] - self.middle) < self.height / 2 + margin)).sum())


def place_labels(labels: Sequence[Label], *, width: float, height: float, avoid: Sequence[Point]) -> list[PlacedLabel]:
    """Place labels one after another, the first ones best; no two boxes overlap while any place is left.

    Each label tries eight directions at eight distances and takes the place with the least cost: far off the page or
    over another label is worst, over an anchor bad, over a point to avoid a little, and so is each px of distance.

    Parameters
    ----------
    labels
        In order of importance.
    width, height
        Size of the page in px.
    avoid
        Pixels that should stay visible, such as points of arcs.
    """
    placed: list[PlacedLabel] = []
    anchors = np.array([label.anchor for label in labels], dtype=np.float64).reshape(-1, 2)
    seen = np.array(avoid, dtype=np.float64).reshape(-1, 2)
    for label in labels:
        places = _places(label)
        others = anchors[(anchors != np.array(label.anchor)).any(axis=1)]
        costs = [_cost(place, placed, others, seen, width, height) for place in places]
        placed.append(places[costs.index(min(costs))])
    return placed


def text_width(text: str, size: float) -> float:
    """Return the width of a text in px, from the advance widths of Noto Sans, to 0.05 em a character.

    Characters outside ASCII count 0.65 em, those of East Asia 1 em.
    """
    widths = ((1.0 if character > "\u2e80" else _WIDTHS.get(character, 0.65)) for character in text)
    return size * sum(widths)


def _places(label: Label) -> list[PlacedLabel]:
    width, height = text_width(label.text, label.size), label.size * _LINE
    x, y = label.anchor
    places = []
    for step in _STEPS:
        for across, down in _WAYS:
            away = label.size * 0.55 * step
            left = x + away if across > 0 else x - away - width if across < 0 else x - width / 2
            middle = y + down * (away + (height / 2 if across == 0 else 0))
            places.append(PlacedLabel(label, left, middle, width, height))
    return places


def _cost(
    place: PlacedLabel,
    placed: Sequence[PlacedLabel],
    anchors: Points,
    avoid: Points,
    width: float,
    height: float,
) -> float:
    outside = place.left < 2 or place.left + place.width > width - 2 or not 8 < place.middle < height - 8
    return (
        10_000.0 * outside
        + 3_000 * sum(place.overlaps(other) for other in placed)
        + 60 * place.covered(anchors, 3)
        + 5 * place.covered(avoid, 1)
        + place.label.pull * place.gap
    )
