"""``kizuna screen``: all products of some partners in one pass."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.exposure.screen import Screen, screen
from kizuna.floor.errors import RequestError
from kizuna.floor.params import parameter
from kizuna.tables.build import build_tables

LONGEST_NAME = 60


def run_screen(
    economies: Sequence[str], year: int | None, revision: str, most: int, form: Literal["text", "json"]
) -> None:
    """Print the products for which all partners hang on the same supplier, most at stake first."""
    if most < 1:
        raise RequestError(f"{most} rows", where="--top", expected="1 or more")
    tables = build_tables(figures_in_use())
    partners = list(dict.fromkeys(tables.economies.get(name).iso3 for name in economies))
    when = int(parameter("last_settled_year")) if year is None else year
    found = screen(tables, partners, when, revision=revision.upper())
    if form == "json":
        shown = asdict(found)
        del shown["bought"]
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
    else:
        _print(found, most)


def _print(found: Screen, most: int) -> None:
    console = Console(highlight=False)
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
        console.print(f"{len(found.common) - most} more: --top N, or --format json")
