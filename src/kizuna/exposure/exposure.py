"""The result of measuring: blocks of values and gaps, as a table or by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from kizuna.exposure.absent import Notes
from kizuna.exposure.block import Block
from kizuna.exposure.indicators import indicator
from kizuna.exposure.panel import Basis
from kizuna.exposure.partners import other_economy
from kizuna.floor.errors import TableError
from kizuna.tables.build import Tables
from kizuna.tables.commodities import REVISIONS

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
    "note",
)
PARTNERS = "partners"
FOOD = "FAO"

Key = tuple[str, str, int, str, Basis | None]
PartnerKey = tuple[str, str, str, int, str, Basis | None]
AnyKey = TypeVar("AnyKey", Key, PartnerKey)
# Revision of the codes to which GeoPolRisk maps its materials.
MAPPED_REVISION = "HS92"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured row; ``value`` is None exactly where ``gap`` holds a reason.

    ``note`` says what a reader must know of the figures behind it: that only the largest flows are listed, and what
    part of the world value they hold. It is empty where the figures are complete.
    """

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
    note: str = ""

    @property
    def commodity_key(self) -> str:
        """The product with its revision, such as ``HS92:270900``."""
        return f"{self.revision}:{self.product}" if self.revision else self.product


@dataclass(frozen=True)
class Exposure:
    """Everything measured for one ask; methods stand side by side and are never merged into one score."""

    blocks: tuple[Block, ...]
    tables: Tables
    notes: Notes = field(default_factory=Notes)

    def rows(self) -> Iterator[Row]:
        """Yield every row, block by block."""
        for block in self.blocks:
            entry = indicator(block.indicator)
            by_revision = {revision: self.tables.source_ids(block.sources, revision) for revision in ("", *REVISIONS)}
            for at in range(len(block)):
                gap = block.gaps[at] if block.gaps is not None else ""
                key, year = block.keys.commodity[at], int(block.keys.year[at])
                revision, product = split_key(key)
                mapped = MAPPED_REVISION if entry.method == "geopolrisk" else revision
                yield Row(
                    economy=block.keys.economy[at],
                    product=product,
                    year=year,
                    indicator=block.indicator,
                    basis=block.basis,
                    value=None if gap else float(block.value[at]),
                    unit=block.unit,
                    gap=gap or None,
                    method=entry.method,
                    sources=by_revision.get(mapped, by_revision[""]),
                    revision=revision,
                    detail=block.detail[at] if block.detail is not None else "",
                    rows_used=int(block.rows_used[at]),
                    note=self.notes.of(block.indicator, key, year),
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
    def by_key(self) -> dict[Key, Row]:
        """Rows by (economy, commodity key, year, indicator, basis), but for those about two economies: ``by_partner``.

        Raises
        ------
        TableError
            If two rows have one key.
        """
        return _unique(
            ((row.economy, row.commodity_key, row.year, row.indicator, row.basis), row)
            for row in self.rows()
            if row.method != PARTNERS
        )

    @cached_property
    def by_partner(self) -> dict[PartnerKey, Row]:
        """Rows of the method ``partners`` by (economy, other economy, commodity key, year, indicator, basis).

        Raises
        ------
        TableError
            If two rows have one key.
        """
        return _unique(
            (
                (
                    row.economy,
                    other_economy(row.detail),
                    row.commodity_key,
                    row.year,
                    row.indicator,
                    row.basis,
                ),
                row,
            )
            for row in self.rows()
            if row.method == PARTNERS
        )


def _unique(keyed: Iterable[tuple[AnyKey, Row]]) -> dict[AnyKey, Row]:
    """Return rows by key; no row may take the place of another."""
    found: dict[AnyKey, Row] = {}
    repeated: dict[str, None] = {}
    for key, row in keyed:
        if key in found:
            repeated[" ".join(str(part) for part in key)] = None
        found[key] = row
    if repeated:
        raise TableError("Two rows have one key.", tuple(repeated), expected="one row a key")
    return found


def split_key(key: str) -> tuple[str, str]:
    """Return revision and product of a commodity key; no revision where the key has none.

    Examples
    --------
    >>> split_key("HS92:aluminium:mine"), split_key("cobalt")
    (('HS92', 'aluminium:mine'), ('', 'cobalt'))
    """
    head, _, rest = key.partition(":")
    return (head, rest) if head in (*REVISIONS, FOOD) and rest else ("", key)
