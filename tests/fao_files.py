"""FAOSTAT's files as they are downloaded, for tests: headers, rows, the zip with its lists of codes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kizuna.intake import faostat
from kizuna.intake.incoming import look
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot

NEW = (
    *("Area Code", "Area Code (M49)", "Area", "Item Code", "Item Code (CPC)", "Item", "Element Code", "Element"),
    *("Year Code", "Year", "Unit", "Value", "Flag", "Note"),
)
OLD = (
    *("Area Code", "Area", "Item Code", "Item", "Element Code", "Element"),
    *("Year Code", "Year", "Unit", "Value", "Flag"),
)
BALANCES = tuple("Item Code (FBS)" if name == "Item Code (CPC)" else name for name in NEW)
TRADE = (
    *("Reporter Country Code", "Reporter Country Code (M49)", "Reporter Countries"),
    *("Partner Country Code", "Partner Country Code (M49)", "Partner Countries"),
    *("Item Code", "Item Code (CPC)", "Item", "Element Code", "Element", "Year Code", "Year", "Unit", "Value", "Flag"),
)
CROPS_FILE = "Production_Crops_Livestock_E_All_Data_(Normalized)"
TRADE_FILE = "Trade_DetailedTradeMatrix_E_All_Data_(Normalized)"
BALANCES_FILE = "FoodBalanceSheets_E_All_Data_(Normalized)"
AFGHAN_WHEAT = ("2", "'004", "Afghanistan", "15", "'0111", "Wheat", "5510", "Production", "2020", "2020", "t")


def text_of(header: Sequence[str], rows: Sequence[Sequence[str]], end: str = "\n") -> str:
    """Return a file with an unquoted header and quoted fields."""
    out = io.StringIO()
    out.write(",".join(header) + end)
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    return out.getvalue()


def packed(folder: Path, name: str, text: str, dated: tuple[int, int, int] = (2026, 6, 5)) -> Path:
    """Write the zip of a data set with its lists of codes."""
    path = folder / f"{name}.zip"
    of = name.partition("_All_Data")[0]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.csv", (*dated, 8, 0, 0)), text, zipfile.ZIP_DEFLATED)
        archive.writestr(f"{of}_Flags.csv", "Flag, Description\nA,Official figure\n")
        archive.writestr(f"{of}_ItemCodes.csv", "Item Code,CPC Code,Item\n15,'0111,Wheat\n")
    return path


def written(folder: Path, text: str | bytes, name: str = CROPS_FILE) -> Path:
    path = folder / f"{name}.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read_here(path: Path, folder: Path) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, int]]:
    """Read a file in this process and return the table, its notes, and the rows left out by reason."""
    incoming = faostat.recognise(look(path))
    assert incoming is not None
    found = faostat.read(incoming, incoming.parts[0], folder / "read.parquet", lambda _: None)
    frame = pl.read_parquet(folder / "read.parquet")
    dropped = dict(found.dropped)
    assert (found.rows_kept, found.rows_in - sum(dropped.values())) == (frame.height, frame.height)
    return frame, found.notes, dropped


def stored(library: Library, table: str) -> pl.DataFrame:
    (only,) = layered(embedded_snapshot(), library).paths(table)
    return pl.read_parquet(only)


def crops_with(field: str, value: str) -> str:
    """Return a file of three rows, of which the second has another value in one field."""
    rows = [[*AFGHAN_WHEAT[:8], year, year, "t", "1.000000", "E", ""] for year in ("2018", "2019", "2020")]
    rows[1][NEW.index(field)] = value
    return text_of(NEW, rows)
