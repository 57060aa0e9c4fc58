"""The result of measuring: blocks of values and gaps, as a table or by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kizuna.exposure.block import Block
from kizuna.exposure.indicators import indicator
from kizuna.exposure.panel import Basis
from kizuna.tables.build import Tables

if TYPE_CHECKING:
    import polars as pl

COLUMNS = (
    "economy",
    "product",
    "year",
    "indicator",
    "basis",
    "value",
    "unit",
    "gap",
    "method",
    "sources",
    "revision",
    "detail",
    "rows_used",
)
REVISIONS = ("HS92", "HS17", "FAO")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured row; ``value`` is None exactly where ``gap`` holds a reason."""

    economy: str
    product: str
    year: int
    indicator: str
    basis: Basis | None
    value: float | None
    unit: str
    gap: str | None
    method: str
    sources: tuple[str, ...]
    revision: str
    detail: str
    rows_used: int


@dataclass(frozen=True)
class Exposure:
    """Everything measured for one ask; methods stand side by side and are never merged into one score."""

    blocks: tuple[Block, ...]
    tables: Tables

    def rows(self) -> Iterator[Row]:
        """Yield every row, block by block."""
        for block in self.blocks:
            entry = indicator(block.indicator)
            by_revision = {
                revision: self.tables.source_ids(block.sources, revision) for revision in ("", *REVISIONS[:2])
            }
            for at in range(len(block)):
                gap = block.gaps[at] if block.gaps is not None else ""
                revision, product = split_key(block.keys.commodity[at])
                yield Row(
                    economy=block.keys.economy[at],
                    product=product,
                    year=int(block.keys.year[at]),
                    indicator=block.indicator,
                    basis=block.basis,
                    value=None if gap else float(block.value[at]),
                    unit=block.unit,
                    gap=gap or None,
                    method=entry.method,
                    sources=by_revision.get(revision, by_revision[""]),
                    revision=revision,
                    detail=block.detail[at] if block.detail is not None else "",
                    rows_used=int(block.rows_used[at]),
                )

    def frame(self) -> pl.DataFrame:
        """Return every row as a polars frame with the columns of ``COLUMNS``; ``sources`` is a list of source ids."""
        import polars as pl

        columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
        for row in self.rows():
            for name in COLUMNS:
                value = getattr(row, name)
                columns[name].append(list(value) if name == "sources" else value)
        kinds = {"year": pl.Int16(), "value": pl.Float64(), "rows_used": pl.Int64(), "sources": pl.List(pl.String())}
        return pl.DataFrame(columns, schema={name: kinds.get(name, pl.String()) for name in COLUMNS})

    @cached_property
    def by_key(self) -> dict[tuple[str, str, int, str, Basis | None], Row]:
        """Rows by (economy, commodity key, year, indicator, basis); for partner indicators the last partner stands."""
        return {
            (
                row.economy,
                f"{row.revision}:{row.product}" if row.revision else row.product,
                row.year,
                row.indicator,
                row.basis,
            ): row
            for row in self.rows()
        }


def split_key(key: str) -> tuple[str, str]:
    """Return revision and product of a commodity key; no revision where the key has none.

    Examples
    --------
    >>> split_key("HS92:aluminium:mine"), split_key("cobalt")
    (('HS92', 'aluminium:mine'), ('', 'cobalt'))
    """
    head, _, rest = key.partition(":")
    return (head, rest) if head in REVISIONS and rest else ("", key)
