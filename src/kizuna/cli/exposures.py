"""``kizuna exposure``: measured rows on the screen or in a file."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.exposure.assumptions import Assumptions, read_assumptions
from kizuna.exposure.exposure import COLUMNS, Exposure
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import RequestError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.params import parameter
from kizuna.tables.build import build_tables

if TYPE_CHECKING:
    import polars as pl

Format = Literal["table", "json", "csv", "parquet"]
ENOUGH_DIGITS = 6
WHOLE_FROM = 1000


def run_exposure(
    economies: Sequence[str],
    baskets: Sequence[str],
    products: Sequence[str],
    materials: Sequence[str],
    years: Sequence[int],
    methods: Sequence[str] | None,
    assumptions: Path | None,
    form: Format,
    out: Path | None,
) -> None:
    """Measure and write or print the rows."""
    if not economies:
        raise RequestError(
            "no economy was named", expected="one economy or more", do="Such as: kizuna exposure IND --material cobalt"
        )
    if form == "parquet" and out is None:
        raise RequestError(
            "parquet without a file", expected="--out FILE", do="Such as: --format parquet --out exposure.parquet"
        )
    if out is not None:
        check_place(out)
    asked = years or [int(parameter("last_settled_year"))]
    given = Assumptions() if assumptions is None else read_assumptions(assumptions)
    found = measure_exposure(
        build_tables(figures_in_use()),
        economies,
        products=products,
        materials=materials,
        baskets=baskets,
        years=asked,
        methods=methods,
        assumptions=given,
    )
    if form == "table" and out is None:
        _print_table(found)
        return
    content = _content(found, form)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        Console(highlight=False).print(Text(str(write_file(out, content))), soft_wrap=True)


def _content(found: Exposure, form: Format) -> bytes:
    frame = found.frame()
    if form == "json":
        return (json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    buffer = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(buffer)
    else:
        _flat(frame).write_csv(buffer)
    return buffer.getvalue()


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(pl.col("sources").list.join(";"))


def _print_table(found: Exposure) -> None:
    rows = list(found.rows())
    shown = [name for name in COLUMNS if name not in ("sources", "rows_used", "revision", "note")]
    notes = dict.fromkeys(f"{row.commodity_key} {row.year}: {row.note}" for row in rows if row.note)
    caption = ["a gap says why there is no number; --format json has sources and rows", *notes]
    table = RichTable(title="Exposure", caption=Text("\n".join(caption)))
    for name in shown:
        number = name in ("value", "year")
        table.add_column(name, no_wrap=number, overflow="fold", justify="right" if number else "left")
    for row in rows:
        cells = {name: str(getattr(row, name) or "") for name in shown} | {"value": _readable(row.value)}
        table.add_row(*(Text(cells[name]) for name in shown))
    Console(highlight=False).print(table)


def _readable(value: float | None) -> str:
    """Return a value without an exponent: whole from a thousand on, else with six significant figures."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.{ENOUGH_DIGITS}g}"
