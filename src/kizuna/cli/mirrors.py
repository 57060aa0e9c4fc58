"""``kizuna mirror``: both reports of a trade side by side."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.exposure.mirror import mirror
from kizuna.tables.build import build_tables

if TYPE_CHECKING:
    import polars as pl

CAPTION = "US dollars; an import is mostly CIF, with insurance and freight, an export FOB: a ratio above 1 is usual"


def run_mirror(importer: str, exporter: str, product: str, form: Literal["text", "json"]) -> None:
    """Print what the importer and what the exporter reports, a row a period and revision."""
    tables = build_tables(figures_in_use())
    found = mirror(tables, importer, exporter, product)
    if form == "json":
        shown = [{name: _number(value) for name, value in row.items()} for row in found.to_dicts()]
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
        return
    buyer, seller = (tables.economies.get(name).iso3 for name in (importer, exporter))
    _print(found, f"{product}: what {buyer} reports of imports from {seller}, and {seller} of exports to {buyer}")


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else float(value)


def _print(found: pl.DataFrame, title: str) -> None:
    table = RichTable(title=Text(title), title_justify="left", caption=CAPTION)
    for name in ("period", "revision", "import", "export", "difference", "ratio", "why not"):
        number = name in ("import", "export", "difference", "ratio")
        table.add_column(name, justify="right" if number else "left", overflow="fold", no_wrap=number)
    for row in found.iter_rows(named=True):
        table.add_row(
            row["period"],
            row["revision"],
            _usd(row["import_usd"], row["import_valued"]),
            _usd(row["export_usd"], row["export_valued"]),
            _usd(row["difference_usd"], None),
            "" if row["ratio"] is None else f"{row['ratio']:,.2f}",
            Text(row["reason"] or ""),
        )
    Console(highlight=False).print(table)


def _usd(value: Any, valued: str | None) -> str:
    return "" if value is None else f"{value:,.0f}{f' {valued}' if valued else ''}"
