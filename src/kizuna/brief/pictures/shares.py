"""Who a product came from, year by year: stacked shares of the top suppliers, one panel a partner."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kizuna.brief.amounts import per_cent
from kizuna.brief.pictures.colours import INK, QUIET_INK, REST_COLOUR, SupplierColours
from kizuna.brief.pictures.label_places import text_width
from kizuna.brief.pictures.svg import (
    HATCH_NO_DATA,
    HATCH_PROVISIONAL,
    NOTE_SIZE,
    WIDTH,
    chart_to_svg,
    no_picture,
)
from kizuna.floor.errors import TableError

REST = "Rest"
_TOP = 4
_HEIGHT, _LINE, _AXIS, _SPACE, _KEY = 210, 14, 42, 20, 24
_HALF_STEP = 0.12
_TOLERANCE = 1e-6
_Layer: TypeAlias = Any
_Corner: TypeAlias = dict[str, float]


@dataclass(frozen=True)
class SupplierShare:
    """Share of one supplier in a partner's imports of a product in one year.

    Parameters
    ----------
    partner, supplier
        ISO3 codes.
    year
        Calendar year.
    share
        0 to 1 of the value that the partner imports.
    """

    partner: str
    year: int
    supplier: str
    share: float


def shares_over_time(
    rows: Sequence[SupplierShare],
    *,
    partners: Sequence[str],
    colours: SupplierColours,
    names: Mapping[str, str],
    text_alternative: str,
    title: str = "",
    provisional: Collection[int] = (),
) -> str:
    """Draw stacked areas of the top four suppliers and the rest, one panel a partner, all on one scale.

    The top four of a panel are the suppliers with the largest sum of shares over its years, ties by code. A year
    without any row of a partner is hatched and never bridged; a supplier without a row in a year that has others sold
    nothing then.

    Parameters
    ----------
    rows
        Any number of suppliers; the shares of one partner and year add up to at most 1.
    partners
        ISO3 codes, one panel each, in this order.
    colours
        The assignment of the document.
    names
        ISO3 code to the name to print.
    text_alternative
        What the picture shows, as a finding.
    title
        Printed above the picture if given.
    provisional
        Years to mark as provisional.

    Raises
    ------
    TableError
        If shares are outside 0 to 1, add up to more than 1, a row comes twice, or a code has no name.
    """
    _check(rows, partners, names)
    years = sorted({row.year for row in rows if row.partner in partners})
    if not years:
        return no_picture(f"no shares of suppliers for {' or '.join(names[code] for code in partners)}.")
    import altair as alt

    stacks = {partner: _stack([row for row in rows if row.partner == partner]) for partner in partners}
    width = _panel_width(stacks.values(), names)
    panels = [
        _panel(alt, bands, names[partner], width, years, colours, names, provisional, with_scale=partner == partners[0])
        for partner, bands in stacks.items()
    ]
    chart = alt.hconcat(*panels, spacing=_SPACE)
    if title:
        chart = chart.properties(title=alt.TitleParams(text=title, offset=12))
    return chart_to_svg(chart, text_alternative=text_alternative)


def top_suppliers(rows: Sequence[SupplierShare], partner: str) -> tuple[str, ...]:
    """Return the suppliers that a panel names: the largest sums of shares over its years, ties by code."""
    sums: dict[str, float] = {}
    for row in rows:
        if row.partner == partner and row.share > 0:
            sums[row.supplier] = sums.get(row.supplier, 0.0) + row.share
    return tuple(sorted(sums, key=lambda code: (-sums[code], code))[:_TOP])


def _check(rows: Sequence[SupplierShare], partners: Sequence[str], names: Mapping[str, str]) -> None:
    faults = [f"{row} is outside 0 to 1" for row in rows if not 0 <= row.share <= 1]
    seen: set[tuple[str, int, str]] = set()
    totals: dict[tuple[str, int], float] = {}
    for row in rows:
        if (row.partner, row.year, row.supplier) in seen:
            faults.append(f"{row.partner} {row.year} {row.supplier} comes twice")
        seen.add((row.partner, row.year, row.supplier))
        totals[row.partner, row.year] = totals.get((row.partner, row.year), 0.0) + row.share
    faults += [f"{key[0]} {key[1]} adds up to {total:.6f}" for key, total in totals.items() if total > 1 + _TOLERANCE]
    codes = sorted({*partners, *(row.supplier for row in rows)})
    faults += [f"{code} has no name" for code in codes if code not in names]
    if faults:
        expected = "one share a supplier and year, in all at most 1, and names for all"
        raise TableError("These shares cannot be stacked.", faults, expected=expected)


def _panel_width(stacks: Iterable[Mapping[str, list[_Corner]]], names: Mapping[str, str]) -> int:
    """Share out the page: one scale at the left, and for each panel its width, its labels and a space."""
    labels = [
        max((text_width(_end_label(code, corners, names), NOTE_SIZE) for code, corners in bands.items()), default=0)
        for bands in stacks
    ]
    return int((WIDTH - _AXIS - sum(labels) - (_KEY + _SPACE) * len(labels)) / len(labels))


def _stack(rows: Sequence[SupplierShare]) -> dict[str, list[_Corner]]:
    """Stack the shares: for each supplier, largest first, and the rest, its corners; a run has no year missing."""
    top = top_suppliers(rows, rows[0].partner) if rows else ()
    share = {(row.year, row.supplier): row.share for row in rows}
    bands: dict[str, list[_Corner]] = {supplier: [] for supplier in (*top, REST)}
    years, run = sorted({row.year for row in rows}), 0
    for year in years:
        run += year - 1 not in years
        alone = year - 1 not in years and year + 1 not in years
        floor = 0.0
        for supplier in bands:
            ceiling = 1.0 if supplier == REST else min(1.0, floor + share.get((year, supplier), 0.0))
            corner = {"y": round(floor, 6), "y2": round(ceiling, 6), "run": run}
            ends = (year - _HALF_STEP, year + _HALF_STEP) if alone else (year,)
            bands[supplier] += [{"x": end, **corner} for end in ends]
            floor = ceiling
    return {supplier: band for supplier, band in bands.items() if any(c["y2"] - c["y"] > _TOLERANCE for c in band)}


def _end_label(supplier: str, corners: Sequence[_Corner], names: Mapping[str, str]) -> str:
    share = per_cent(corners[-1]["y2"] - corners[-1]["y"])
    return f"{REST if supplier == REST else names[supplier]} {share}"


def _panel(
    alt: Any,
    bands: Mapping[str, list[_Corner]],
    partner: str,
    width: int,
    years: Sequence[int],
    colours: SupplierColours,
    names: Mapping[str, str],
    provisional: Collection[int],
    *,
    with_scale: bool,
) -> _Layer:
    first, last = years[0], years[-1]
    across = alt.Scale(domain=[first - _HALF_STEP, last + _HALF_STEP], nice=False)
    middle = [year for year in range(first + 3, last - 2) if year % 10 == 0] if last - first > 12 else []
    axis_x = alt.Axis(values=sorted({first, *middle, last}), format="d", title=None, grid=False, tickSize=4)
    # The other panels keep a blank label, so that all headings stand on one line.
    written = {"labelExpr": "datum.value * 100 + ' %'" if with_scale else "'.'", "labelOpacity": int(with_scale)}
    axis_y = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], title=None, grid=False, domain=False, tickSize=4, **written)
    x, y = alt.X("x:Q", scale=across, axis=axis_x), alt.Y("y:Q", scale=alt.Scale(domain=[0, 1]), axis=axis_y)
    spans = {"x": x, "x2": alt.X2("x2:Q"), "y": alt.value(0), "y2": alt.value(_HEIGHT)}
    layers: list[_Layer] = []
    present = sorted({round(corner["x"]) for corners in bands.values() for corner in corners})
    if holes := _holes(present, first, last):
        layers.append(alt.Chart(alt.Data(values=holes)).mark_rect(fill=HATCH_NO_DATA).encode(**spans))
    for supplier, corners in bands.items():
        style = {"fill": _colour(supplier, colours), "fillOpacity": 1, "stroke": "#FFFFFF", "strokeWidth": 0.7}
        area = alt.Chart(alt.Data(values=corners)).mark_area(line=False, **style)
        layers.append(area.encode(x=x, y=y, y2=alt.Y2("y2:Q"), detail="run:N"))
    marked = sorted(year for year in provisional if year in present)
    if marked:
        veil = [{"x": max(first, marked[0] - 1), "x2": marked[-1]}]
        layers.append(alt.Chart(alt.Data(values=veil)).mark_rect(fill=HATCH_PROVISIONAL).encode(**spans))
    layers += _names_at_the_end(alt, bands, width, names, colours) if bands else [_nothing(alt, width)]
    absent = [year for year in range(first, last + 1) if year not in present]
    heading = alt.TitleParams(
        text=partner,
        subtitle=_subtitle(absent, marked),
        subtitleFontSize=NOTE_SIZE,
        subtitleColor=QUIET_INK,
        frame="group",
        offset=8,
    )
    return alt.layer(*layers).properties(width=width, height=_HEIGHT, title=heading)


def _holes(present: Sequence[int], first: int, last: int) -> list[dict[str, int]]:
    """Return the spans between neighbouring years of data that have years without data between them."""
    known = [first - 1, *present, last + 1] if present else [first - 1, last + 1]
    pairs = [(one, other) for one, other in itertools.pairwise(known) if other - one > 1]
    return [{"x": max(one, first), "x2": min(other, last)} for one, other in pairs]


def _colour(supplier: str, colours: SupplierColours) -> str:
    return REST_COLOUR if supplier == REST else colours.of(supplier)


def _subtitle(absent: Sequence[int], marked: Sequence[int]) -> str:
    said = ["share of imports by value"]
    if absent:
        said.append(f"no data {', '.join(map(str, absent)) if len(absent) < 4 else f'in {len(absent)} years'}")
    return "; ".join(said + [f"{year} provisional" for year in marked])


def _names_at_the_end(
    alt: Any, bands: Mapping[str, list[_Corner]], width: int, names: Mapping[str, str], colours: SupplierColours
) -> list[_Layer]:
    """Name each band at its right end with its last share, moved apart where bands are thin."""
    middles = [_HEIGHT * (1 - (corners[-1]["y"] + corners[-1]["y2"]) / 2) for corners in bands.values()]
    rows = [
        {"place": round(place, 1), "says": _end_label(supplier, corners, names), "fill": _colour(supplier, colours)}
        for (supplier, corners), place in zip(bands.items(), _apart(middles), strict=True)
    ]
    data = alt.Data(values=rows)
    y = alt.Y("place:Q", scale=None, axis=None)
    fill = alt.Fill("fill:N", scale=None, legend=None)
    keys = alt.Chart(data).mark_square(size=70, opacity=1).encode(x=alt.value(width + 10), y=y, fill=fill)
    says = alt.Chart(data).mark_text(align="left", baseline="middle", fontSize=NOTE_SIZE, fill=INK, limit=0)
    return [keys, says.encode(x=alt.value(width + 18), y=y, text="says:N")]


def _apart(middles: Sequence[float]) -> list[float]:
    """Move places (bottom to top of the page, so falling) until neighbours are one line apart, inside the panel."""
    places: list[float] = []
    for middle in middles:
        places.append(min(middle, places[-1] - _LINE) if places else min(middle, _HEIGHT - _LINE / 3))
    ceiling = _LINE / 3
    for index in range(len(places) - 1, -1, -1):
        places[index] = max(places[index], ceiling)
        ceiling = places[index] + _LINE
    return places


def _nothing(alt: Any, width: int) -> _Layer:
    says = alt.Chart(alt.Data(values=[{"says": "no imports in the data"}])).mark_text(fill=QUIET_INK)
    return says.encode(x=alt.value(width / 2), y=alt.value(_HEIGHT / 2), text="says:N")
