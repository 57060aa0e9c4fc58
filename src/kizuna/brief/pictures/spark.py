"""A line of history small enough to stand in a sentence or a table cell."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from kizuna.brief.pictures.colours import ACCENT, QUIET_INK
from kizuna.floor.gaps import Gap


def spark(
    values: Sequence[float | Gap],
    *,
    text_alternative: str,
    low: float | None = None,
    high: float | None = None,
    width: int = 96,
    height: int = 20,
    colour: str = ACCENT,
) -> str:
    """Draw a sparkline: one point a step, the last one as a dot; a gap breaks the line.

    Parameters
    ----------
    values
        Numbers in any one unit, oldest first, equal steps; a :class:`Gap` leaves its step empty.
    text_alternative
        What the line shows, as a finding.
    low, high
        Ends of the vertical scale in the unit of the values; the smallest and largest value if not given. Give both
        to compare lines, for shares 0 and 1; a value outside them is drawn at the edge.
    width, height
        Size in px.
    """
    known = [value for value in values if not isinstance(value, Gap)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(text_alternative)}"><title>{escape(text_alternative)}</title>'
    )
    if not known:
        middle = height / 2
        line = f'<path d="M2 {middle:g}H{width - 2}" stroke="{QUIET_INK}" stroke-dasharray="2 3"/>'
        return f"{head}{line}</svg>"
    bottom, top = min(known) if low is None else low, max(known) if high is None else high
    points = [
        None if isinstance(value, Gap) else (_across(step, len(values), width), _up(value, bottom, top, height))
        for step, value in enumerate(values)
    ]
    marks = []
    for empty, run in groupby(points, key=lambda point: point is None):
        if not empty:
            corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in run)  # type: ignore[misc]
            marks.append(f'<path d="M{corners}{"" if "L" in corners else "h.1"}"/>')
    last = next(point for point in reversed(points) if point is not None)
    style = f'fill="none" stroke="{colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"'
    dot = f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.2" fill="{colour}"/>'
    return f"{head}<g {style}>{''.join(marks)}</g>{dot}</svg>"


def _across(step: int, steps: int, width: int) -> float:
    return 3 + (width - 6) * (step / (steps - 1) if steps > 1 else 0.5)


def _up(value: float, low: float, high: float, height: int) -> float:
    part = (value - low) / (high - low) if high > low else 0.5
    return 3 + (height - 6) * (1 - min(1.0, max(0.0, part)))
