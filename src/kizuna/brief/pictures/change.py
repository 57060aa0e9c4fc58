"""What changed between two moments, as dumbbells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kizuna.brief.amounts import per_cent
from kizuna.brief.pictures.colours import ACCENT, QUIET_INK
from kizuna.brief.pictures.pixels import Page
from kizuna.brief.pictures.ranking import label_column, write_labels, write_reason
from kizuna.brief.pictures.svg import NOTE_SIZE, WIDTH, chart_to_svg, no_picture
from kizuna.floor.gaps import Gap

_ROW = 26
_MARGIN = 58
_GRID, _BAR = "#E3E3E3", "#9A9A9A"


@dataclass(frozen=True)
class ChangeRow:
    """A value then and now, both in the unit of the picture and not negative; either may be a gap."""

    label: str
    then: float | Gap
    now: float | Gap


def change(
    rows: Sequence[ChangeRow],
    *,
    then: str,
    now: str,
    text_alternative: str,
    title: str = "",
    note: str = "",
    full: float | None = 1.0,
    write: Callable[[float], str] = per_cent,
) -> str:
    """Draw dumbbells: an open ring for the value then, a full dot for the value now, both written out.

    Where one end is a gap, the other stands alone and the reason is written beside it.

    Parameters
    ----------
    rows
        In the order given.
    then, now
        What the two ends are called, such as ``2019`` and ``2023``.
    text_alternative
        What the picture shows, as a finding.
    title, note
        Printed above and below if given.
    full
        Value at the right end, 1 for shares; the largest value if None.
    write
        How a value is written.
    """
    if not rows:
        return no_picture("there is no change to show.")
    values = [value for row in rows for value in (row.then, row.now) if not isinstance(value, Gap)]
    reach = (full if full is not None else max(values, default=0)) or 1
    page = Page()
    left, right, bottom = label_column([row.label for row in rows]) + _MARGIN, WIDTH - _MARGIN, _ROW * len(rows)
    for part in (0, 0.25, 0.5, 0.75, 1):
        x = left + (right - left) * part
        page.rules([{"x": x, "y": 0, "x2": x, "y2": bottom}], stroke=_GRID, strokeWidth=0.8)
        page.texts([{"x": x, "y": bottom + 10, "says": write(reach * part)}], align="center", fontSize=NOTE_SIZE)
    write_labels(page, [row.label for row in rows], left - _MARGIN, _ROW)
    for place, row in enumerate(rows):
        y = _ROW * (place + 0.5)
        ends = {
            name: left + (right - left) * value / reach
            for name, value in (("then", row.then), ("now", row.now))
            if not isinstance(value, Gap)
        }
        _draw_row(page, row, ends, y, {"then": then, "now": now}, write, left)
    key = f"Ring: {then}; dot: {now}."
    chart = page.chart(bottom + 18, title=title, note=f"{key} {note}" if note else key)
    return chart_to_svg(chart, text_alternative=text_alternative)


def _draw_row(
    page: Page,
    row: ChangeRow,
    ends: dict[str, float],
    y: float,
    called: dict[str, str],
    write: Callable[[float], str],
    left: float,
) -> None:
    if len(ends) == 2:
        page.rules([{"x": ends["then"], "y": y, "x2": ends["now"], "y2": y}], stroke=_BAR, strokeWidth=2)
    for name, x in sorted(ends.items(), reverse=True):  # then first, so that the dot lies over the ring
        paint = {"fill": ACCENT} if name == "now" else {"fill": "#FFFFFF", "stroke": ACCENT, "strokeWidth": 1.6}
        page.dots([{"x": x, "y": y}], size=80, **paint)
    value = {"then": row.then, "now": row.now}
    said = {name: write(given) for name, given in value.items() if not isinstance(given, Gap)}
    places = sorted(ends, key=lambda name: (ends[name], name == "now"))
    for order, name in enumerate(places):
        side = -1 if order == 0 and len(places) == 2 else 1
        style = {"align": "right" if side < 0 else "left", "fontWeight": "bold" if name == "now" else "normal"}
        page.texts([{"x": ends[name] + 9 * side, "y": y, "says": said[name]}], halo=True, fontSize=NOTE_SIZE, **style)
    gaps = [f"{called[name]}: {given.reason}" for name, given in value.items() if isinstance(given, Gap)]
    if gaps and len(ends) == 1:
        (x,) = ends.values()
        if x < (left + WIDTH) / 2:
            write_reason(page, "; ".join(gaps), x + 62, y)
        else:
            page.texts(
                [{"x": x - 12, "y": y, "says": "; ".join(gaps)}],
                halo=True,
                align="right",
                fontSize=NOTE_SIZE,
                fill=QUIET_INK,
                limit=x - left,
            )
    elif gaps:
        write_reason(page, "; ".join(gaps), left, y)
