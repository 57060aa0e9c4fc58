"""Open publishers' files: every fault says file, field and row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from kizuna.floor.errors import SourceError

# In units of the last digit: far above the float error of the largest figure (3e-5), far below a fourth decimal.
FLOAT_NOISE = 1e-3
FETCH = "Fetch the file again from its publisher, or give --data the folder that holds it."


def fingerprints(folder: Path, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (name, sha256) of each file, in the order given; a missing file is a :class:`SourceError`."""
    return tuple((name, hashlib.sha256(_existing(folder, name).read_bytes()).hexdigest()) for name in names)


def read_text(folder: Path, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Read a CSV file with every field as text, an empty field as empty text and no word taken for null.

    Parameters
    ----------
    folder, name
        The data folder and the file in it (``.csv`` or ``.csv.gz``).
    columns
        Columns the file must have; all others are left out.
    """
    path = _existing(folder, name)
    try:
        frame = pl.read_csv(path, infer_schema=False).fill_null("")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise _unreadable(name, "UTF-8 CSV", error) from error
    return _with_columns(frame, name, columns)


def read_matrix(folder: Path, name: str) -> tuple[list[str], pl.DataFrame]:
    """Read a CSV matrix whose first column labels the rows; return the row labels and the cells as text."""
    frame = pl.read_csv(_existing(folder, name), infer_schema=False).fill_null("")
    return frame.to_series(0).to_list(), frame.drop(frame.columns[0])


def read_parquet(folder: Path, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Read a Parquet file; ``columns`` must be there and all others are left out; None takes every column."""
    path = _existing(folder, name)
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise _unreadable(name, "Parquet", error) from error
    return frame if columns is None else _with_columns(frame, name, columns)


def read_json(folder: Path, name: str) -> Any:
    """Read a JSON file."""
    try:
        return json.loads(_existing(folder, name).read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unreadable(name, "JSON", error) from error


def exact(frame: pl.DataFrame, name: str, column: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Turn a text column into numbers, empty text into null; decimals are read from the digits, not from floats.

    Raises
    ------
    SourceError
        Naming the first text that is not a number, its row and how many there are.

    Examples
    --------
    >>> texts = pl.DataFrame({"t": ["1.5", "", "63580.00000000001"]})
    >>> exact(texts, "x.csv", "t", pl.Decimal(18, 3)).to_list()
    [Decimal('1.500'), None, Decimal('63580.000')]
    """
    texts = frame.get_column(column).str.strip_chars()
    texts = texts.set(texts == "", None)
    numbers = texts.cast(dtype, strict=False)
    lost = numbers.is_null() & texts.is_not_null()
    if lost.any():
        row = lost.arg_true()[0]
        raise SourceError(
            f"{texts[row]!r} is not a number; {lost.sum()} such fields in all",
            where=f"{name}, column {column}, data row {row + 1}",
            expected=f"a number that fits {dtype}",
            do=FETCH,
        )
    return numbers


def thousandths(frame: pl.DataFrame, name: str, column: str) -> pl.Series:
    """Turn thousands with at most three decimals (thousand dollars, tonnes) into whole units, null into null.

    Raises
    ------
    SourceError
        If a number has more decimals, since whole units would lose them.

    Examples
    --------
    >>> thousandths(pl.DataFrame({"v": [88.981, None]}), "x.parquet", "v").to_list()
    [88981, None]
    """
    products = frame.get_column(column) * 1000
    whole = products.round()
    finer = (products - whole).abs() > FLOAT_NOISE
    if finer.any():
        row = finer.arg_true()[0]
        raise SourceError(
            f"{frame.get_column(column)[row]} has more than three decimals; {finer.sum()} such fields in all",
            where=f"{name}, column {column}, data row {row + 1}",
            expected="at most three decimals",
            do="Check the unit of the column, then mend the reader.",
        )
    return whole.cast(pl.Int64)


def _unreadable(name: str, expected: str, error: Exception) -> SourceError:
    return SourceError(f"The file cannot be read: {error}", where=name, expected=expected, do=FETCH)


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise SourceError("The file is missing", where=name, expected=f"it in {folder}", do=FETCH)
    return path


def _with_columns(frame: pl.DataFrame, name: str, columns: Sequence[str]) -> pl.DataFrame:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise SourceError(
            f"Columns are missing: {', '.join(missing)}",
            where=name,
            expected=f"columns {', '.join(columns)}; found {', '.join(frame.columns[:12])}",
            do=FETCH,
        )
    return frame.select(columns)
