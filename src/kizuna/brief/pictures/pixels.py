"""Marks at given pixels of one page: the ground under ranked bars, dumbbells and the map's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from kizuna.brief.pictures.colours import QUIET_INK
from kizuna.brief.pictures.svg import LABEL_SIZE, NOTE_SIZE, WIDTH

Layer: TypeAlias = Any


class Page:
    """Collects layers in the order in which they are drawn.

    Every row of marks has ``x`` and ``y`` in px from the top left, spans have ``x2`` and ``y2`` too, texts have
    ``says``, and ``fill`` gives a row its own colour.
    """

    def __init__(self) -> None:
        import altair

        self.alt: Any = altair
        self.layers: list[Layer] = []

    def rects(self, rows: Sequence[Mapping[str, Any]], **style: Any) -> None:
        """Fill rectangles."""
        self._marks("rect", rows, style)

    def rules(self, rows: Sequence[Mapping[str, Any]], **style: Any) -> None:
        """Draw straight lines."""
        self._marks("rule", rows, style)

    def dots(self, rows: Sequence[Mapping[str, Any]], **style: Any) -> None:
        """Draw circles with the given area ``size``."""
        self._marks("circle", rows, {"opacity": 1} | style)

    def texts(self, rows: Sequence[Mapping[str, Any]], *, halo: bool = False, **style: Any) -> None:
        """Write texts, left-aligned on their middle line unless the style differs, over a white halo if asked."""
        written = {"align": "left", "baseline": "middle", "fontSize": LABEL_SIZE, "limit": 0} | style
        if halo:
            white = {"fill": "#FFFFFF", "stroke": "#FFFFFF", "strokeWidth": 3, "strokeJoin": "round"}
            self._marks("text", rows, written | white)
        self._marks("text", rows, written)

    def chart(self, height: float, *, title: str = "", note: str = "") -> Layer:
        """Return the finished page with its title above and its note below."""
        if note:
            self.texts([{"x": 0, "y": height + 14, "says": note}], fontSize=NOTE_SIZE, fill=QUIET_INK)
        full_height = round(height + (24 if note else 0))
        chart = self.alt.layer(*self.layers).properties(width=WIDTH, height=full_height)
        return chart.properties(title=title) if title else chart

    def _marks(self, kind: str, rows: Sequence[Mapping[str, Any]], style: Mapping[str, Any]) -> None:
        if not rows:
            return
        alt = self.alt
        given = [{name: _tidy(value) for name, value in row.items()} for row in rows]
        places = {"x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None)}
        if "x2" in given[0]:
            places |= {"x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
        if "says" in given[0]:
            places["text"] = alt.Text("says:N")
        if "fill" in given[0]:
            places["fill"] = alt.Fill("fill:N", scale=None, legend=None)
        mark = getattr(alt.Chart(alt.Data(values=given)), f"mark_{kind}")
        self.layers.append(mark(**style).encode(**places))


def _tidy(value: Any) -> Any:
    return round(value, 1) if isinstance(value, float) else value
