"""The page of a screen as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kizuna.brief.amounts import TABLE_DIGITS, usd
from kizuna.brief.pages.gap_notes import gap_notes, gap_reason
from kizuna.brief.pages.offline import csv_address, offline_page, template_text
from kizuna.brief.pages.table_csv import table_csv
from kizuna.brief.pictures.colours import ACCENT, REST_COLOUR
from kizuna.brief.pictures.fonts import font_face_css
from kizuna.brief.pictures.label_places import text_width
from kizuna.brief.screen_page import ScreenPage
from kizuna.brief.screen_rows import SupplierSum

MOST_BARS = 10
STEPS = 100  # lengths of a bar in a cell
_WIDTH, _LABEL = 560.0, 13
_AMOUNT = re.compile(r"\d (?:%|(?:thousand|m|bn|tn)(?: USD)?\b|USD\b)")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: what it stands for, its length in px, what stands at its end, and its colour."""

    label: str
    length: float
    says: str
    colour: str


def screen_to_html(page: ScreenPage) -> bytes:
    """Return the page of a screen as HTML: fonts, picture and CSV inside, nothing fetched.

    All text is escaped. The page's policy lets only its own style and script run. The same page gives the same bytes.
    """
    start = max((text_width(one.name, _LABEL) for one in page.suppliers[:MOST_BARS]), default=0) * 1.05 + 14
    return offline_page(
        "screen.html.j2",
        style="\n".join([font_face_css(), template_text("brief.css"), template_text("screen.css"), _bar_rules()]),
        script=template_text("screen.js"),
        page=page,
        bars=_bars(page.suppliers, _WIDTH - start),
        start=round(start, 1),
        width=_WIDTH,
        unbroken=unbroken,
        step=lambda share: round(share * STEPS),
        csv_address=lambda table: csv_address(table_csv(table, {})),
        gap_notes=partial(gap_notes, figures={}),
        gap_reason=partial(gap_reason, figures={}),
    )


def _bars(suppliers: Sequence[SupplierSum], room: float) -> list[Bar]:
    """Return a bar for each of the largest suppliers and one for the rest, so long that every end label has room."""
    sums = [(one.name, one.stake_usd, one.products, ACCENT) for one in suppliers[:MOST_BARS]]
    if rest := suppliers[MOST_BARS:]:
        stake, products = sum(one.stake_usd for one in rest), sum(one.products for one in rest)
        sums.append((f"{len(rest)} others", stake, products, REST_COLOUR))
    says = [f"{usd(stake, TABLE_DIGITS)}, {count(products)}" for _, stake, products, _ in sums]
    ends = [text_width(text, _LABEL) + 10 for text in says]
    scale = min(((room - end) / stake for (_, stake, _, _), end in zip(sums, ends, strict=True)), default=0)
    return [
        Bar(name, round(stake * scale, 1), text, colour)
        for (name, stake, _, colour), text in zip(sums, says, strict=True)
    ]


def count(products: int) -> str:
    """Return a number of products in words.

    Examples
    --------
    >>> count(1), count(1204)
    ('1 product', '1,204 products')
    """
    return f"{products:,} product{'' if products == 1 else 's'}"


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its unit.

    Examples
    --------
    >>> unbroken("over 40 % of 5.0 bn USD of 8 suppliers").replace("\N{NO-BREAK SPACE}", "_")
    'over 40_% of 5.0_bn_USD of 8 suppliers'
    """
    return _AMOUNT.sub(lambda hit: hit[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def _bar_rules() -> str:
    """Return the lengths of bars in cells as style: the policy forbids a style of a cell's own."""
    return "".join(f".b{step}{{background-size:{step}% 3px,100% 3px}}" for step in range(STEPS + 1))
