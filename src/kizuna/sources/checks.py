"""Check a frame against the contract: columns, types, ranges and a unique key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandera.errors
import pandera.polars as pa
import polars as pl

from kizuna.floor.errors import SourceError

SHOWN = 5


def checked(table: str, frame: pl.DataFrame, columns: Mapping[str, pa.Column], key: Sequence[str]) -> pl.DataFrame:
    """Return the frame sorted by its key, with exactly the given columns in the given order.

    Parameters
    ----------
    table
        Name of the table, for the error.
    frame
        Any row order; columns beyond the contract are an error.
    columns
        Pandera column per name: type, nullability and range.
    key
        Columns that together name a row once.

    Raises
    ------
    SourceError
        Saying which column failed which check, with the first values found, all faults together.
    """
    schema = pa.DataFrameSchema(dict(columns), strict=True, ordered=True)
    missing = [name for name in columns if name not in frame.columns]
    surplus = [name for name in frame.columns if name not in columns]
    ordered = frame.select([name for name in columns if name not in missing] + surplus)
    if not missing:
        ordered = ordered.sort(list(key), maintain_order=True, nulls_last=True)
    faults = [*_schema_faults(ordered, schema), *([] if missing else _repeated(ordered, key))]
    if faults:
        raise SourceError(
            f"{table}: {len(faults)} faults\n  " + "\n  ".join(faults),
            where=f"table {table}",
            expected="the columns, types and ranges of docs/explanation/architecture.md",
            do="Mend the reader of this source, or fetch its files again.",
        )
    return ordered


def text(nullable: bool = False, pattern: str = r"\S") -> pa.Column:
    """Return a text column; by default it may not be blank."""
    return pa.Column(pl.String, pa.Check.str_matches(pattern), nullable=nullable)


def number(
    dtype: pl.DataType | type[pl.DataType], low: float | None = None, high: float | None = None, nullable: bool = False
) -> pa.Column:
    """Return a number column within ``low`` and ``high``, both included."""
    checks = [pa.Check.ge(low)] if low is not None else []
    checks += [pa.Check.le(high)] if high is not None else []
    return pa.Column(dtype, checks, nullable=nullable)


def _schema_faults(frame: pl.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
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
