"""Sheets of an Excel workbook, as rows of text.

A workbook is a zip of XML. Its members are checked as those of any packed file, a document type declaration (which
Excel never writes, and which entities need) is refused before a parser sees it, rows are streamed, and how many rows,
columns and cells are read is bounded.
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from kizuna.floor.errors import SourceError, TableError
from kizuna.floor.params import parameter
from kizuna.intake.incoming import members
from kizuna.intake.rows import DO, Rows

DECLARATION = b"<!DOCTYPE"
PIECE = 1 << 20
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"")
XML = (".xml", ".rels", ".vml")
FIRST_BYTES = (b"<", b"\xef\xbb\xbf<")
FAULTS = (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError, EOFError, OverflowError)


def named_sheets(workbook: str) -> list[str]:
    """Return the names of sheets in the text of ``xl/workbook.xml``, or in its beginning, before it is parsed."""
    return [name.strip() for name in SHEET.findall(workbook)]


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets that are not hidden; SourceError where it is no sound workbook."""
    with _book(path) as book:
        seen = tuple(name for name in book.sheetnames if book[name].sheet_state == "visible")
        if not seen:
            raise SourceError("There is no sheet in it that can be read", where=str(path), expected="a table")
        return seen


def sheet_rows(path: Path, sheet: str) -> list[tuple[str, ...]]:
    """Return the rows of one sheet as text; an empty cell is an empty text, a formula its stored value.

    Raises
    ------
    SourceError
        If the workbook is unsound, has no such sheet, or is larger than the limits.
    """
    return list(_rows(path, sheet))


def book_rows(path: Path) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield each sheet with its rows, as :func:`sheet_rows` gives them; the workbook is opened once."""
    with _book(path) as book:
        for sheet in book.sheetnames:
            yield sheet, list(_cells(book, sheet, path))


def table_of(path: Path, sheet: str, rows: Sequence[Sequence[str]], at: int, fields: Sequence[str]) -> Rows:
    """Return what stands under a header as rows of text.

    Parameters
    ----------
    rows
        All rows of the sheet.
    at
        Place of the header among them.
    fields
        Columns that it must have; others are left out. Rows that are empty in all of them are left out too.
    """
    header = [cell.strip() for cell in rows[at]]
    name = f"{path.name}, sheet {sheet}"
    missing = [field for field in fields if field not in header]
    twice = sorted({field for field in fields if header.count(field) > 1})
    if missing or twice:
        found = "The header lacks columns" if missing else "Columns have the same name"
        expected = f"{', '.join(fields)} once each; found {', '.join(header)[:200]}"
        raise TableError(found, missing or twice, where=name, expected=expected, do=DO)
    places = [header.index(field) for field in fields]
    kept = [
        (line, [row[place] if place < len(row) else "" for place in places])
        for line, row in enumerate(rows[at + 1 :], start=at + 2)
    ]
    kept = [(line, cells) for line, cells in kept if any(cells)]
    frame = pl.DataFrame([cells for _, cells in kept], schema=dict.fromkeys(fields, pl.String), orient="row")
    return Rows(name, pl.Series([line for line, _ in kept], dtype=pl.Int64), frame)


def _rows(path: Path, sheet: str) -> Iterator[tuple[str, ...]]:
    with _book(path) as book:
        if sheet not in book.sheetnames:
            raise SourceError(
                f"There is no sheet {sheet!r}", where=str(path), expected=f"one of {', '.join(book.sheetnames[:20])}"
            )
        yield from _cells(book, sheet, path)


def _cells(book: Any, sheet: str, path: Path) -> Iterator[tuple[str, ...]]:
    most_rows, most_columns = (int(parameter(f"import_sheet_{name}")) for name in ("rows", "columns"))
    page = book[sheet]
    page.reset_dimensions()  # what a sheet says of its size would be filled with empty cells
    for at, row in enumerate(page.iter_rows(values_only=True, max_row=most_rows + 1)):
        if at == most_rows or len(row) > most_columns:
            raise SourceError(
                f"The sheet {sheet!r} has over {most_rows:,} rows or {most_columns:,} columns", where=str(path),
                expected="a table", do="Give a CSV or Parquet file.",
            )  # fmt: skip
        yield tuple(_text(cell) for cell in row)


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    import openpyxl

    refuse_declarations(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not touch the figures
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except FAULTS as error:
        raise SourceError(
            f"The workbook cannot be read: {type(error).__name__}: {str(error)[:200]}", where=str(path),
            expected="an Excel workbook (.xlsx)", do="Save it again from the program that made it, or give a CSV file.",
        ) from error  # fmt: skip


def refuse_declarations(path: Path) -> None:
    """Refuse XML that declares a document type, or that is not UTF-8, where a declaration could hide."""
    with members(path) as packed:
        for one in packed.infolist():
            if not one.filename.lower().endswith(XML):
                continue
            with packed.open(one) as file:
                before = b""
                first = True
                while piece := file.read(PIECE):
                    if first and not piece.lstrip().startswith(FIRST_BYTES):
                        raise ValueError(f"{one.filename} is no XML in UTF-8")
                    if DECLARATION in (before + piece).upper():
                        raise ValueError(f"{one.filename} declares a document type, which no workbook needs")
                    before, first = piece[-len(DECLARATION) :], False


def _text(cell: object) -> str:
    """Return a cell as a CSV of the same figures would have it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ") if cell.time() != datetime.time() else cell.date().isoformat()
    return str(cell).strip()
