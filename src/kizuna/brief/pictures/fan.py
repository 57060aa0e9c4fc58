"""What is left of need month by month: bands of draws around the middle one, one panel a partner, all on one scale."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kizuna.brief.pictures.colours import INK, OKABE_ITO, QUIET_INK, mix
from kizuna.brief.pictures.label_places import text_width
from kizuna.brief.pictures.svg import NOTE_SIZE, WIDTH, chart_to_svg, no_picture
from kizuna.floor.errors import TableError

_Layer: TypeAlias = Any
_HEIGHT, _AXIS, _SPACE, _KEY, _LINE = 190, 44, 22, 26, 16
_BLUE, _ORANGE = OKABE_ITO[4], OKABE_ITO[5]
_WIDE, _NARROW = mix(_BLUE, "#FFFFFF", 0.78), mix(_BLUE, "#FFFFFF", 0.5)
_DASH = [5, 3]
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MOST_TICKS, _MONTHS_APART = 6, 6
_ROUNDING = 1e-9
_ARRIVE = "arrivals, mean"
_KEYS = (("rect", _WIDE, "90 % of draws"), ("rect", _NARROW, "80 % of draws"), ("rule", INK, "middle draw"))


@dataclass(frozen=True)
class FanPanel:
    """What one partner has left in each period, as shares of need.

    Parameters
    ----------
    name
        Heading of the panel.
    months
        End of each period, months from the start.
    low, lower, middle, upper, high
        Quantiles over draws: 5, 10, 50, 90 and 95 %.
    arrivals
        Mean arrivals over need; empty where unknown.
    """

    name: str
    months: tuple[float, ...]
    low: tuple[float, ...]
    lower: tuple[float, ...]
    middle: tuple[float, ...]
    upper: tuple[float, ...]
    high: tuple[float, ...]
    arrivals: tuple[float, ...] = ()


def fan(panels: Sequence[FanPanel], *, text_alternative: str, title: str = "") -> str:
    """Draw one panel a partner: 90 and 80 % of draws as bands, the middle draw as a line, arrivals dashed.

    All panels have one scale, which starts below the lowest value and says where.

    Parameters
    ----------
    panels
        In the order given.
    text_alternative
        What the picture shows, as a finding.
    title
        Printed above the picture if given.

    Raises
    ------
    TableError
        If the lines of a panel differ in length, or the quantiles do not rise.
    """
    if not panels:
        return no_picture("no partner has figures of it.")
    _check(panels)
    import altair as alt

    ticks = fan_scale([value for panel in panels for value in (*panel.low, *panel.high, *panel.arrivals)])
    keys = [*_KEYS, *([("dash", _ORANGE, _ARRIVE)] if any(panel.arrivals for panel in panels) else [])]
    room = _KEY + max(text_width(says, NOTE_SIZE) for _, _, says in keys)
    width = int((WIDTH - _AXIS - room - _SPACE * len(panels)) / len(panels))
    drawn = []
    for panel in panels:
        named = _keys(alt, keys, width) if panel is panels[-1] else []
        drawn.append(_panel(alt, panel, ticks, width, named, first=panel is panels[0]))
    chart = alt.hconcat(*drawn, spacing=_SPACE)
    return chart_to_svg(chart.properties(title=title) if title else chart, text_alternative=text_alternative)


def fan_scale(values: Sequence[float]) -> list[float]:
    """Return the ticks of a scale that holds some shares and 1: even steps, as few as keep the values apart.

    Examples
    --------
    >>> fan_scale([0.978, 1.0]), fan_scale([0.47, 1.06])
    ([0.97, 0.98, 0.99, 1.0], [0.4, 0.6, 0.8, 1.0, 1.2])
    """
    low, high = min(*values, 1.0), max(*values, 1.0)
    for step in _STEPS:
        first, last = math.floor(round(low / step, 6)), math.ceil(round(high / step, 6))
        if last - first <= _MOST_TICKS:
            first = max(first - (last - first < 2), 0)
            return [round(tick * step, 6) for tick in range(first, last + 1)]
    return [0.0, 0.5, 1.0, *(0.5 * half for half in range(3, math.ceil(high * 2) + 1))]


def _check(panels: Sequence[FanPanel]) -> None:
    faults = []
    for panel in panels:
        lines = (panel.low, panel.lower, panel.middle, panel.upper, panel.high)
        if {len(line) for line in lines} != {len(panel.months)} or len(panel.arrivals) not in (0, len(panel.months)):
            faults.append(f"{panel.name} has lines of different lengths")
        elif any(not _rises(values) for values in zip(*lines, strict=True)):
            faults.append(f"{panel.name} has quantiles that do not rise")
    if faults:
        raise TableError("This fan cannot be drawn.", faults, expected="one value a period, low to high")


def _rises(values: Sequence[float]) -> bool:
    return all(after > before - _ROUNDING for before, after in itertools.pairwise(values))


def _panel(
    alt: Any, panel: FanPanel, ticks: Sequence[float], width: int, named: list[_Layer], *, first: bool
) -> _Layer:
    last = panel.months[-1]
    marks = list(range(0, math.ceil(last) + 1, _MONTHS_APART))
    across = alt.Scale(domain=[0, last], nice=False)
    written = {"labelExpr": "round(datum.value * 1000) / 10 + ' %'" if first else "'.'", "labelOpacity": int(first)}
    axis_x = alt.Axis(values=marks, format="d", title="months from the start", grid=False, tickSize=4)
    axis_y = alt.Axis(values=list(ticks), title=None, domain=False, tickSize=4, gridColor="#E3E3E3", **written)
    x = alt.X("x:Q", scale=across, axis=axis_x)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[ticks[0], ticks[-1]], nice=False), axis=axis_y)
    layers = [
        _chart(alt, panel.months, low, high).mark_area(fill=colour, fillOpacity=1, line=False).encode(x=x, y=y, y2="y2")
        for low, high, colour in ((panel.low, panel.high, _WIDE), (panel.lower, panel.upper, _NARROW))
    ]
    if panel.arrivals:
        line = _chart(alt, panel.months, panel.arrivals, panel.arrivals)
        layers.append(line.mark_line(stroke=_ORANGE, strokeWidth=1.6, strokeDash=_DASH).encode(x=x, y=y))
    middle = _chart(alt, panel.months, panel.middle, panel.middle)
    layers.append(middle.mark_line(stroke=INK, strokeWidth=1.8).encode(x=x, y=y))
    heading = _heading(alt, panel.name, ticks)
    return alt.layer(*layers, *named, width=width, height=_HEIGHT, title=heading)


def _chart(alt: Any, months: Sequence[float], low: Sequence[float], high: Sequence[float]) -> Any:
    corners = [
        {"x": round(month, 3), "y": round(one, 5), "y2": round(other, 5)}
        for month, one, other in zip(months, low, high, strict=True)
    ]
    return alt.Chart(alt.Data(values=corners))


def _heading(alt: Any, name: str, ticks: Sequence[float]) -> Any:
    starts = f"; scale starts at {ticks[0] * 100:.0f} %" if ticks[0] > 0 else ""
    return alt.TitleParams(
        text=name,
        subtitle=f"use as a share of need{starts}",
        subtitleFontSize=NOTE_SIZE,
        subtitleColor=QUIET_INK,
        frame="group",
        offset=8,
    )


def _keys(alt: Any, keys: Sequence[tuple[str, str, str]], width: int) -> list[_Layer]:
    """Name the bands and lines at the right of the last panel."""
    left, right = alt.value(width + 6), alt.value(width + 22)
    spot = alt.Chart(alt.Data(values=[{}]))
    layers, rows = [], []
    for place, (kind, colour, says) in enumerate(keys, start=1):
        row = _LINE * place
        rows.append({"says": says, "row": row})
        if kind == "rect":
            swatch, level = spot.mark_rect(fill=colour, fillOpacity=1), {"y": row - 5, "y2": row + 5}
        else:
            dash = {"strokeDash": _DASH} if kind == "dash" else {}
            swatch, level = spot.mark_rule(stroke=colour, strokeWidth=1.8, **dash), {"y": row}
        ends = {name: alt.value(end) for name, end in level.items()}
        layers.append(swatch.encode(x=left, x2=right, **ends))
    texts = alt.Chart(alt.Data(values=rows))
    written = texts.mark_text(align="left", baseline="middle", fontSize=NOTE_SIZE, fill=INK, limit=0)
    line = alt.Y("row:Q", scale=None, axis=None)
    return [*layers, written.encode(x=alt.value(width + _KEY), y=line, text="says:N")]
