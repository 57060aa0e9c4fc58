"""``kizuna screen``: all products of some partners in one pass."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.exposure.screen import Screen, screen
from kizuna.floor.errors import RequestError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables, build_tables

Format = Literal["text", "json", "html"]
LONGEST_NAME = 60
_WIDTH = 116


def run_screen(
    economies: Sequence[str], year: int | None, revision: str, most: int, form: Format, out: Path | None
) -> None:
    """Print or write the products for which all partners hang on the same supplier, most at stake first."""
    if most < 1:
        raise RequestError(f"{most} rows", where="--top", expected="1 or more")
    if out is not None:
        check_place(out)
    tables = build_tables(figures_in_use())
    partners = list(dict.fromkeys(tables.economies.get(name).iso3 for name in economies))
    when = int(parameter("last_settled_year")) if year is None else year
    found = screen(tables, partners, when, revision=revision.upper())
    if form == "html":
        _write_page(tables, found, out)
    elif form == "text" and out is None:
        _print(found, most, Console(highlight=False))
    elif out is None:
        sys.stdout.buffer.write(_content(found, most, form))
    else:
        _print_path(write_file(out, _content(found, most, form)))


def _write_page(tables: Tables, found: Screen, out: Path | None) -> None:
    """Write the page, and print where it is and what it answers."""
    from kizuna.brief.pages.screen_html import screen_to_html
    from kizuna.brief.screen_page import write_screen_page

    page = write_screen_page(tables, found)
    path = out or Path(f"screen-{'-'.join(found.partners)}-{found.year}.html")
    _print_path(write_file(path, screen_to_html(page)))
    console = Console(highlight=False)
    leading = (f"{place}. {name} {rest}" for place, (name, rest) in enumerate(page.leading, start=1))
    for line in (*page.badges, page.answer, page.total, *leading):
        if line:
            console.print(Text(line))
    if page.load:
        console.print(Text(page.load), soft_wrap=True)


def _print_path(path: Path) -> None:
    Console(highlight=False).print(Text(str(path)), soft_wrap=True)


def _content(found: Screen, most: int, form: Format) -> bytes:
    if form == "json":
        shown = asdict(found)
        del shown["bought"]
        return (json.dumps(shown, ensure_ascii=False, indent=1) + "\n").encode()
    page = io.StringIO()
    _print(found, most, Console(file=page, highlight=False, width=_WIDTH, color_system=None))
    return page.getvalue().encode()


def _print(found: Screen, most: int, console: Console) -> None:
    title = (
        f"{' and '.join(found.partners)}: {len(found.common)} of {found.products} products of {found.revision} in "
        f"{found.year} for which each buys over {found.share:.0%} from the same supplier"
    )
    table = RichTable(title=title, title_justify="left", caption="m USD a year, by value; most at stake first")
    heads = (f"{code} {what}" for code in found.partners for what in ("m USD", "share"))
    for head in ("product", "name", "supplier", *heads):
        table.add_column(head, justify="right" if head.endswith(("USD", "share")) else "left", overflow="fold")
    for one in found.common[:most]:
        cells = [cell for each in one.bought for cell in (f"{each.top_usd / 1e6:,.1f}", f"{each.top_share:.0%}")]
        table.add_row(one.product, Text(one.name[:LONGEST_NAME]), one.supplier, *cells)
    console.print(table)
    if len(found.common) > most:
        console.print(f"{len(found.common) - most} more: --top N, --format json, or --format html")
