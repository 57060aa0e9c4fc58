"""Ranked rows as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kizuna.brief.pictures.colours import ACCENT, QUIET_INK
from kizuna.brief.pictures.label_places import text_width
from kizuna.brief.pictures.pixels import Page
from kizuna.brief.pictures.svg import HATCH_NO_DATA, LABEL_SIZE, NOTE_SIZE, WIDTH, chart_to_svg, no_picture
from kizuna.floor.gaps import Gap

_ROW, _BAR = 26, 15
_WIDEST_LABEL = 260.0


@dataclass(frozen=True)
class RankedRow:
    """One bar.

    Parameters
    ----------
    label
        What is ranked, such as a product's name.
    value
        Length of the bar in the unit of the picture, not negative; or a gap.
    end_label
        Text at the end of the bar, such as ``China 90 %``.
    colour
        ``#RRGGBB``, such as the supplier's colour.
    """

    label: str
    value: float | Gap
    end_label: str = ""
    colour: str = ACCENT


def ranking(
    rows: Sequence[RankedRow], *, text_alternative: str, title: str = "", note: str = "", full: float | None = None
) -> str:
    """Draw horizontal bars in the order given, with labels at their ends; a gap is a hatched stub with its reason.

    Parameters
    ----------
    rows
        Best first, as the caller ranked them.
    text_alternative
        What the picture shows, as a finding.
    title, note
        Printed above and below if given; the note names unit, year and source.
    full
        Value of a bar over the whole width, 1 for shares; the largest value if not given.
    """
    if not rows:
        return no_picture("there is nothing to rank.")
    known = [(row.value, text_width(row.end_label, LABEL_SIZE) + 10) for row in rows if not isinstance(row.value, Gap)]
    start = label_column([row.label for row in rows])
    reach = (full if full is not None else max((value for value, _ in known), default=0)) or 1
    room = min([WIDTH - start, *((WIDTH - start - label) * reach / value for value, label in known if value > 0)])
    page = Page()
    write_labels(page, [row.label for row in rows], start, _ROW)
    for place, row in enumerate(rows):
        y = _ROW * (place + 0.5)
        box = {"x": start, "y": y - _BAR / 2, "y2": y + _BAR / 2}
        if isinstance(row.value, Gap):
            page.rects([box | {"x2": start + 24}], fill=HATCH_NO_DATA)
            write_reason(page, row.value.reason, start + 32, y)
        else:
            end = start + room * row.value / reach
            page.rects([box | {"x2": end}], fill=row.colour)
            page.texts([{"x": end + 6, "y": y, "says": row.end_label}])
    page.rules([{"x": start, "y": 0, "x2": start, "y2": _ROW * len(rows)}], stroke=QUIET_INK, strokeWidth=0.8)
    return chart_to_svg(page.chart(_ROW * len(rows), title=title, note=note), text_alternative=text_alternative)


def label_column(labels: Sequence[str]) -> float:
    """Return the width in px of the column of labels left of the marks."""
    return min(_WIDEST_LABEL, max(text_width(label, LABEL_SIZE) for label in labels) * 1.05 + 14)


def write_labels(page: Page, labels: Sequence[str], end: float, row_height: float) -> None:
    """Write one label a row, right-aligned before ``end``; a label too long for its column ends in an ellipsis."""
    rows = [{"x": end - 8, "y": row_height * (place + 0.5), "says": label} for place, label in enumerate(labels)]
    page.texts(rows, align="right", limit=end - 8)


def write_reason(page: Page, reason: str, start: float, y: float) -> None:
    """Write why a row has no mark, from ``start`` to the edge of the page."""
    style = {"fontSize": NOTE_SIZE, "fill": QUIET_INK, "limit": WIDTH - start - 4}
    page.texts([{"x": start, "y": y, "says": reason}], halo=True, **style)
