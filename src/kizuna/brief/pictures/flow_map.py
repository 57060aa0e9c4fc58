"""Who sells a product to the partners, as arcs on a world map centred on 150 degrees east."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kizuna.brief.amounts import dollars, per_cent
from kizuna.brief.pictures.base_map import BaseMap, Point
from kizuna.brief.pictures.colours import INK, PARTNER_COLOURS, QUIET_INK
from kizuna.brief.pictures.great_circles import Projection, great_circle, map_points
from kizuna.brief.pictures.label_places import Label, PlacedLabel, place_labels, text_width
from kizuna.brief.pictures.map_page import MapPage, outlines
from kizuna.brief.pictures.svg import HATCH_NO_DATA, LABEL_SIZE, NOTE_SIZE, WIDTH, chart_to_svg, no_picture
from kizuna.floor.errors import RequestError, TableError

_WIDEST, _THINNEST = 10.0, 0.7
_SOUTH = -57.0
_LEAST_SHARE = 0.01
_LINE, _CELL = 16, 6.0


@dataclass(frozen=True)
class Flow:
    """Imports of one partner from one supplier in one year.

    Parameters
    ----------
    supplier, partner
        ISO3 codes.
    value_usd
        Value in US dollars, not negative.
    """

    supplier: str
    partner: str
    value_usd: int


def flow_map(
    flows: Sequence[Flow],
    *,
    partners: Sequence[str],
    base_map: BaseMap,
    names: Mapping[str, str],
    text_alternative: str,
    title: str = "",
    no_data: Collection[str] = (),
    top: int = 10,
) -> str:
    """Draw the largest flows to each partner as great circles, width by value, and say what is not drawn.

    Parameters
    ----------
    flows
        One row a supplier and partner; all of one product, year and source.
    partners
        One or two ISO3 codes, in the order of the document.
    base_map
        From ``load_base_map``.
    names
        ISO3 code to the name to print, for partners and suppliers.
    text_alternative
        What the map shows, as a finding.
    title
        Printed above the map if given.
    no_data
        ISO3 codes of economies that the data do not cover; areas of the map without a code are always among them.
    top
        Most flows drawn to each partner; flows under 1 % of its imports are not drawn. What is left out is printed.

    Returns
    -------
    str
        SVG text; a framed sentence where no flow reaches any partner.

    Raises
    ------
    RequestError
        If there are no or more than two partners, or one of them has no point on the map.
    TableError
        If a flow comes twice, is negative or has a supplier without a name.
    """
    if not 1 <= len(partners) <= len(PARTNER_COLOURS):
        raise RequestError(f"A flow map shows one or two partners, not {len(partners)}.", where="partners")
    if missing := [code for code in partners if code not in map_points()]:
        raise RequestError(f"No point on the map for {', '.join(missing)}.", where="partners", do="Leave out the map.")
    _check(flows, partners, names)
    chosen = {partner: _chosen(flows, partner, top) for partner in partners}
    drawn = [flow for partner in partners for flow in chosen[partner]]
    if not drawn:
        buyers = " or ".join(names[code] for code in partners)
        return no_picture(f"the data hold no imports of {buyers} from a supplier with a place on the map.")
    notes = [_note([flow for flow in flows if flow.partner == code], chosen[code], names, code) for code in partners]

    points, projection = map_points(), Projection(width=WIDTH)
    colours = dict(zip(partners, PARTNER_COLOURS, strict=False))
    arcs = [(flow, great_circle(points[flow.supplier], points[flow.partner])) for flow in drawn]
    south = min([_SOUTH, *(latitude - 2 for _, line in arcs for _, latitude in line)])
    height = round(projection.pixel((projection.centre, south))[1])
    largest = max(flow.value_usd for flow in drawn)
    page = MapPage(projection)
    suppliers = {flow.supplier for flow in drawn}
    page.ground(base_map, partners=colours, suppliers=suppliers, no_data=no_data, south=south)
    for flow, line in sorted(arcs, key=lambda arc: -arc[0].value_usd):
        thickness = max(_THINNEST, _WIDEST * flow.value_usd / largest)
        page.lines([line], stroke=colours[flow.partner], strokeWidth=thickness, strokeOpacity=0.72)
    busy = [line[2:-2] for _, line in arcs] + [ring for code in partners for ring in outlines(base_map, code)]
    avoid = sorted({_cell(projection.pixel(point)) for line in busy for point in line})
    labels = _labels(flows, suppliers, partners, names, projection)
    placed = place_labels(labels, width=WIDTH, height=height, avoid=avoid)
    _dots(page, suppliers, colours, projection)
    _texts(page, placed)
    bottom = _foot(page, notes, base_map.disclaimer, largest, list(colours.values()), height)
    return chart_to_svg(page.chart(bottom, title=title), text_alternative=text_alternative, shapes=page.shapes)


def _check(flows: Sequence[Flow], partners: Sequence[str], names: Mapping[str, str]) -> None:
    pairs = [(flow.supplier, flow.partner) for flow in flows]
    faults = [f"{flow} is negative" for flow in flows if flow.value_usd < 0]
    faults += [
        f"{supplier} to {partner} comes {count} times"
        for supplier, partner in sorted(set(pairs))
        if (count := pairs.count((supplier, partner))) > 1
    ]
    codes = sorted({*partners, *(flow.supplier for flow in flows)})
    faults += [f"{code} has no name" for code in codes if code not in names]
    if faults:
        expected = "one row a supplier and partner, and names for all"
        raise TableError("These flows cannot be drawn.", faults, expected=expected)


def _chosen(flows: Sequence[Flow], partner: str, top: int) -> list[Flow]:
    """Choose the largest flows to a partner, from places on the map, each 1 % of its imports or more."""
    own = [flow for flow in flows if flow.partner == partner]
    total = sum(flow.value_usd for flow in own)
    able = [flow for flow in own if flow.supplier in map_points() and flow.supplier != partner]
    ranked = sorted(able, key=lambda flow: (-flow.value_usd, flow.supplier))
    return [flow for flow in ranked[:top] if flow.value_usd > 0 and flow.value_usd >= _LEAST_SHARE * total]


def _note(own: Sequence[Flow], drawn: Sequence[Flow], names: Mapping[str, str], partner: str) -> str:
    """Say what a partner imports and what of it the map leaves out, naming suppliers that have no place on it."""
    total, suppliers = sum(flow.value_usd for flow in own), sum(flow.value_usd > 0 for flow in own)
    if not total:
        return f"{names[partner]}: no imports in the data."
    said = f"{names[partner]}: {dollars(total)} USD from {suppliers} supplier{'s' if suppliers > 1 else ''}"
    rest = [flow for flow in own if flow not in drawn and flow.value_usd > 0]
    if not rest:
        return f"{said}, all drawn."
    said += f"; not drawn: {len(rest)} with {per_cent(sum(flow.value_usd for flow in rest) / total)} of the value"
    placeless = [
        f"{names[flow.supplier]} {per_cent(flow.value_usd / total)}"
        for flow in sorted(rest, key=lambda flow: (-flow.value_usd, flow.supplier))
        if flow.value_usd >= _LEAST_SHARE * total and (flow.supplier not in map_points() or flow.supplier == partner)
    ]
    return f"{said}, among them {', '.join(placeless)}, which no arc can show." if placeless else f"{said}."


def _cell(pixel: Point) -> Point:
    """Return the middle of the cell around a pixel, so that short and long arcs count alike."""
    return round(pixel[0] / _CELL) * _CELL, round(pixel[1] / _CELL) * _CELL


def _labels(
    flows: Sequence[Flow],
    suppliers: set[str],
    partners: Sequence[str],
    names: Mapping[str, str],
    projection: Projection,
) -> list[Label]:
    """Partners first, then suppliers by all that they sell to the partners together, drawn or not."""
    totals = dict.fromkeys(suppliers - set(partners), 0)
    for flow in flows:
        if flow.supplier in totals and flow.partner in partners:
            totals[flow.supplier] += flow.value_usd
    anchors = {code: projection.pixel(map_points()[code]) for code in (*partners, *totals)}
    labels = [Label(names[code], anchors[code], LABEL_SIZE, pull=5.0) for code in partners]
    ranked = sorted(totals, key=lambda code: (-totals[code], code))
    return labels + [Label(f"{names[code]} {dollars(totals[code])}", anchors[code], NOTE_SIZE) for code in ranked]


def _dots(page: MapPage, suppliers: set[str], colours: Mapping[str, str], projection: Projection) -> None:
    pixels = {code: projection.pixel(map_points()[code]) for code in (*sorted(suppliers), *colours)}
    others = [{"x": pixels[code][0], "y": pixels[code][1]} for code in sorted(suppliers - set(colours))]
    page.dots(others, size=14, fill=INK, stroke="#FFFFFF", strokeWidth=0.6)
    both = [{"x": pixels[code][0], "y": pixels[code][1], "fill": colour} for code, colour in colours.items()]
    page.dots(both, size=70, stroke="#FFFFFF", strokeWidth=1.2)


def _texts(page: MapPage, placed: Sequence[PlacedLabel]) -> None:
    """Write the labels over a white halo, partners bold; a thin line leads from a label that stands apart."""
    joins = [(place.label.anchor, place.near_end) for place in placed if place.is_apart]
    page.rules([{"x": a[0], "y": a[1], "x2": b[0], "y2": b[1]} for a, b in joins], stroke=QUIET_INK, strokeWidth=0.6)
    for size, weight in ((NOTE_SIZE, "normal"), (LABEL_SIZE, "bold")):
        own = [place for place in placed if place.label.size == size]
        rows = [{"x": place.left, "y": place.middle, "says": place.label.text} for place in own]
        page.texts(rows, halo=True, fontSize=size, fontWeight=weight)


def _foot(
    page: MapPage, notes: Sequence[str], disclaimer: str, largest: int, colours: Sequence[str], top: float
) -> float:
    """Print what is drawn and what is not, the key of the widths, and the disclaimer; return where they end."""
    y = top
    for note, colour in zip(notes, colours, strict=True):
        page.rules([{"x": 0, "y": y + _LINE, "x2": 20, "y2": y + _LINE}], stroke=colour, strokeWidth=4)
        for line in textwrap.wrap(note, 108):
            y += _LINE
            page.texts([{"x": 26, "y": y, "says": line}], fontSize=NOTE_SIZE)
    y, x = y + _LINE, 0.0
    for part in (1.0, 0.25):
        says = f"{dollars(largest * part)} USD"
        thickness = max(_THINNEST, _WIDEST * part)
        page.rules([{"x": x, "y": y, "x2": x + 20, "y2": y}], stroke="#808080", strokeWidth=thickness)
        page.texts([{"x": x + 26, "y": y, "says": says}], fontSize=NOTE_SIZE)
        x += 40 + text_width(says, NOTE_SIZE)
    if page.has_no_data:
        page.rects([{"x": x, "y": y - 5, "x2": x + 20, "y2": y + 5}], fill=HATCH_NO_DATA)
        page.texts([{"x": x + 26, "y": y, "says": "no data"}], fontSize=NOTE_SIZE)
        x += 40 + text_width("no data", NOTE_SIZE)
    meaning = f"Figure beside a name: USD sold to {'both partners' if len(notes) > 1 else 'the partner'}."
    page.texts([{"x": x, "y": y, "says": meaning}], fontSize=NOTE_SIZE)
    page.texts([{"x": 0, "y": y + _LINE, "says": disclaimer}], fontSize=NOTE_SIZE, fill=QUIET_INK)
    return y + _LINE + 8
