"""From a chart to SVG text that can stand in any document, and the picture that says why there is none."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from kizuna.brief.pictures.colours import INK, QUIET_INK
from kizuna.brief.pictures.fonts import FONT_STACK, font_folder
from kizuna.floor.errors import RequestError

if TYPE_CHECKING:
    import altair as alt

WIDTH = 720
LABEL_SIZE = 13
NOTE_SIZE = 11
#: Fills that become hatching in the finished SVG: Vega knows no patterns.
HATCH_NO_DATA = "#f2f1f0"
HATCH_PROVISIONAL = "#fdfcfb"
_HATCHES = {HATCH_NO_DATA: ("#f4f4f4", "#bdbdbd", 4), HATCH_PROVISIONAL: ("none", "#ffffff", 5)}
_PATH = re.compile(r'( d=")([^"]*)(")')
_DEVANAGARI = re.compile(r"<text\b[^>]*>([^<]*[\u0900-\u097f][^<]*)</text>")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def chart_to_svg(
    chart: alt.TopLevelMixin, *, text_alternative: str, shapes: Mapping[str, Mapping[str, Any]] | None = None
) -> str:
    """Render an Altair chart with inlined data as SVG text.

    The text stays text, in the bundled fonts. Element ids start with a digest of the picture, so that several pictures
    can be inlined in one page. The same chart gives the same bytes.

    Parameters
    ----------
    chart
        Chart whose data are all inlined: an address in it is an error, and nothing is fetched.
    text_alternative
        What the picture shows, as a finding; it becomes the title of the SVG.
    shapes
        GeoJSON geometries by the name under which the chart asks for them. They join after Altair has checked the
        chart: its check of large geometries takes seconds.
    """
    import vl_convert

    _register_fonts()
    specification = chart.to_dict(validate=False)
    for name, geometry in (shapes or {}).items():
        feature = {"type": "Feature", "properties": {}, "geometry": geometry}
        specification.setdefault("datasets", {})[name] = [feature]
    drawn = vl_convert.vegalite_to_svg(specification, vl_version="6.4", config=_config(), allowed_base_urls=[])
    return _finish(drawn, text_alternative)


def no_picture(reason: str, *, width: int = WIDTH) -> str:
    """Return a small framed SVG that says why there is no picture.

    Parameters
    ----------
    reason
        One sentence, such as a gap's reason.
    width
        Width in px.
    """
    lines = textwrap.wrap(f"No picture: {reason}", width=max(20, int((width - 32) / (LABEL_SIZE * 0.56))))
    height = 28 + 18 * len(lines)
    spans = "".join(f'<text x="16" y="{26 + 18 * row}">{escape(line)}</text>' for row, line in enumerate(lines))
    body = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" fill="none" stroke="{QUIET_INK}" '
        f'stroke-dasharray="4 3"/><g font-family="{FONT_STACK}" font-size="{LABEL_SIZE}" fill="{INK}">{spans}</g></svg>'
    )
    return _finish(body, f"No picture: {reason}")


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))


def _config() -> dict[str, Any]:
    text = {"labelFont": FONT_STACK, "titleFont": FONT_STACK, "labelColor": INK, "titleColor": INK}
    return {
        "font": FONT_STACK,
        "aria": False,
        "background": None,
        "view": {"stroke": None},
        "text": {"font": FONT_STACK, "fontSize": LABEL_SIZE, "fill": INK},
        "axis": text | {"labelFontSize": NOTE_SIZE, "titleFontSize": NOTE_SIZE, "titleFontWeight": "normal"},
        "title": {"font": FONT_STACK, "fontSize": LABEL_SIZE, "color": INK, "anchor": "start", "fontWeight": "bold"},
        "header": text,
    }


def _finish(svg: str, text_alternative: str) -> str:
    """Round paths to a tenth of a pixel, add the hatching, make ids unique and name the picture."""
    if broken := _DEVANAGARI.search(svg):
        raise RequestError(
            f"A picture cannot be set in Devanagari yet: {broken[1]}",
            where="the texts of a picture",
            expected="Latin or Japanese text: what draws the PDF (usvg 0.45) puts vowel signs over the next letter",
            do="Pass names in English or Japanese; Devanagari is fine in the text alternative and around the picture.",
        )
    svg = _PATH.sub(lambda hit: hit[1] + _NUMBER.sub(_tenth, hit[2]) + hit[3], svg)
    for colour in _HATCHES:
        svg = svg.replace(f'fill="{colour}"', f'fill="url(#hatch-{colour[1:]})"')
    for number, name in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg))):
        svg = re.sub(rf'(?<= id="|url\(#){re.escape(name)}(?=["\)])', f"part-{number}", svg)
    digest = "p" + hashlib.sha256((svg + text_alternative).encode()).hexdigest()[:8]
    used = [_pattern(colour) for colour in _HATCHES if f"url(#hatch-{colour[1:]})" in svg]
    root_end = svg.index(">") + 1
    root = re.sub(r' class="[^"]*"', "", svg[: root_end - 1])
    named = f'{root} role="img" aria-labelledby="title"><title id="title">{escape(text_alternative)}</title>'
    svg = named + (f"<defs>{''.join(used)}</defs>" if used else "") + svg[root_end:]
    svg = re.sub(r'(?<= id=")', f"{digest}-", svg)
    svg = re.sub(r"(?<=url\(#)", f"{digest}-", svg)
    return svg.replace('aria-labelledby="title"', f'aria-labelledby="{digest}-title"', 1)


def _tenth(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0").replace("-0.", "-.").removeprefix("0") or "0"


def _pattern(colour: str) -> str:
    ground, line, step = _HATCHES[colour]
    return (
        f'<pattern id="hatch-{colour[1:]}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{step}" height="{step}" fill="{ground}"/>'
        f'<line x1="0" y1="0" x2="0" y2="{step}" stroke="{line}" stroke-width="1.6"/></pattern>'
    )
