"""Check a frame against the contract: columns, types, ranges and a unique key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from kizuna.floor.errors import SourceError

if TYPE_CHECKING:
    import pandera.polars as pa

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
    faults = [*_schema_faults(ordered, columns), *([] if missing else _repeated(ordered, key))]
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


def _pandera(column: Column) -> pa.Column:
    import pandera.polars as pa

    checks: list[Any] = [pa.Check.str_matches(column.pattern)] if column.pattern else []
    checks += [pa.Check.ge(column.low)] if column.low is not None else []
    checks += [pa.Check.le(column.high)] if column.high is not None else []
    return pa.Column(column.dtype, checks, nullable=column.nullable)


def _schema_faults(frame: pl.DataFrame, columns: Mapping[str, Column]) -> list[str]:
    import pandera.errors  # takes a third of a second, for pandas comes with it
    import pandera.polars as pa

    schema = pa.DataFrameSchema({name: _pandera(one) for name, one in columns.items()}, strict=True, ordered=True)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.group_by("column", "check", maintain_order=True)
        grouped = cases.agg(pl.len(), pl.col("failure_case").head(SHOWN))
        return [
            f"column {column or '(table)'}: {check} fails {rows} times, first {', '.join(map(str, values))}"
            for column, check, rows, values in grouped.rows()
        ]
    return []


def _repeated(frame: pl.DataFrame, key: Sequence[str]) -> list[str]:
    repeated = frame.group_by(list(key), maintain_order=True).len().filter(pl.col("len") > 1)
    if repeated.is_empty():
        return []
    first = ", ".join(f"{name} {value}" for name, value in zip(key, repeated.row(0), strict=False))
    return [f"key ({', '.join(key)}) stands more than once for {repeated.height} keys, first {first}"]
