"""Check a frame against the contract: columns, types, ranges and a unique key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kizuna.floor.errors import SourceError

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Column:
    """What a column may hold: its type, nulls or not, a pattern of texts, least and most of numbers (both included)."""

    dtype: pl.DataType | type[pl.DataType]
    nullable: bool = False
    pattern: str = ""
    low: float | None = None
    high: float | None = None


def checked(table: str, frame: pl.DataFrame, columns: Mapping[str, Column], key: Sequence[str]) -> pl.DataFrame:
    """Return the frame sorted by its key, with exactly the given columns in the given order.

    Parameters
    ----------
    table
        Name of the table, for the error.
    frame
        Any row order; columns beyond the contract are an error.
    columns
        What each column may hold, by its name.
    key
        Columns that together name a row once.

    Raises
    ------
    SourceError
        Saying which column failed which check, with the first values found, all faults together.
    """
    missing = [name for name in columns if name not in frame.columns]
    surplus = [name for name in frame.columns if name not in columns]
    ordered = frame.select([name for name in columns if name not in missing] + surplus)
    if not missing:
        ordered = ordered.sort(list(key), maintain_order=True, nulls_last=True)
    faults = [*_column_faults(ordered, columns), *([] if missing else _repeated(ordered, key))]
    if faults:
        raise SourceError(
            f"{table}: {len(faults)} faults\n  " + "\n  ".join(faults),
            where=f"table {table}",
            expected="the form of the table in sources/forms.py",
            do="Fetch the file again, or mend it; where the publisher changed its form, the reader needs mending.",
        )
    return ordered


def text(nullable: bool = False, pattern: str = r"\S") -> Column:
    """Return a text column; by default it may not be blank."""
    return Column(pl.String, nullable, pattern)


def number(
    dtype: pl.DataType | type[pl.DataType], low: float | None = None, high: float | None = None, nullable: bool = False
) -> Column:
    """Return a number column within ``low`` and ``high``, both included."""
    return Column(dtype, nullable, low=low, high=high)


def broken(values: pl.Series, column: Column) -> list[tuple[str, pl.Series]]:
    """Return what a column's values break: the rule in words, and the rows where it is broken, shape (rows,)."""
    rules = []
    if values.dtype != column.dtype:
        return [
            (f"its type is {values.dtype}, expected {column.dtype}", pl.repeat(value=True, n=len(values), eager=True))
        ]
    if not column.nullable:
        gone = values.is_null() | values.is_nan() if values.dtype.is_float() else values.is_null()
        rules.append(("no value", gone))
    if column.pattern:
        rules.append((f"not of the form {column.pattern}", ~values.str.contains(f"^(?:{column.pattern})")))
    if column.low is not None:
        rules.append((f"below {column.low:g}", values < column.low))
    if column.high is not None:
        rules.append((f"above {column.high:g}", values > column.high))
    return [(rule, wrong.fill_null(value=False)) for rule, wrong in rules if wrong.any()]


def _column_faults(frame: pl.DataFrame, columns: Mapping[str, Column]) -> list[str]:
    faults = [f"column {name}: it is missing" for name in columns if name not in frame.columns]
    faults += [f"column {name}: it is not part of the table" for name in frame.columns if name not in columns]
    for name in frame.columns:
        for rule, wrong in broken(frame[name], columns[name]) if name in columns else ():
            first = ", ".join(map(str, frame[name].filter(wrong).head(SHOWN)))
            faults.append(f"column {name}: {rule} in {wrong.sum()} rows, first {first}")
    return faults


def _repeated(frame: pl.DataFrame, key: Sequence[str]) -> list[str]:
    repeated = frame.group_by(list(key), maintain_order=True).len().filter(pl.col("len") > 1)
    if repeated.is_empty():
        return []
    first = ", ".join(f"{name} {value}" for name, value in zip(key, repeated.row(0), strict=False))
    return [f"key ({', '.join(key)}) stands more than once for {repeated.height} keys, first {first}"]
