"""The trade network of the asked commodities and years, as arrays ready to be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from kizuna.exposure.arrays import Integers
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

Basis = Literal["value", "mass"]
BASES: tuple[Basis, ...] = get_args(Basis)
NO_MASS = -1

_FLOWS = """
SELECT commodity, year, enum_code(buyer) AS buyer, enum_code(supplier) AS supplier, value_usd AS value,
       coalesce(mass_kg, $no_mass)::BIGINT AS mass
FROM flows
JOIN (SELECT unnest($positions)::SMALLINT AS commodity, unnest($revisions) AS revision, unnest($products) AS product)
  USING (revision, product)
WHERE year BETWEEN $first AND $last AND buyer <> supplier
"""
_BOUGHT = " AND buyer IN (SELECT unnest($buyers)::economy)"


@dataclass(frozen=True, slots=True)
class TradePanel:
    """Flows of several commodities and years; one row a commodity, year, buyer and supplier.

    ``commodity``, ``year``, ``buyer`` and ``supplier`` are positions in ``commodities``, ``years`` and ``economies``;
    ``value`` is USD; ``mass`` is kg, -1 where the publisher gives none; ``rows`` counts the flows added up.
    """

    commodities: tuple[Commodity, ...]
    years: tuple[int, ...]
    economies: tuple[str, ...]
    commodity: Integers
    year: Integers
    buyer: Integers
    supplier: Integers
    value: Integers
    mass: Integers
    rows: Integers

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of commodities, years and economies."""
        return len(self.commodities), len(self.years), len(self.economies)

    @property
    def order_key(self) -> Integers:
        """Position of commodity and year of each row, ascending in a panel as read."""
        return self.commodity.astype(np.int32) * np.int32(len(self.years)) + self.year

    def position(self, commodity: int, year: int) -> int:
        """Return the order key of a commodity (position) and a calendar year."""
        return commodity * len(self.years) + self.years.index(year)

    def amount(self, basis: Basis) -> Integers:
        """Return the amounts of one basis, shape ``[row]``."""
        return self.value if basis == "value" else self.mass

    def with_blocs(self, blocs: Sequence[Bloc]) -> TradePanel:
        """Return the panel with each bloc added as a buyer, without flows inside it.

        Its members keep their own rows.
        """
        panel = self
        for bloc in blocs:
            member = np.isin(np.arange(len(panel.economies)), [panel.economies.index(code) for code in bloc.economies])
            bought = member[panel.buyer] & ~member[panel.supplier]
            key = np.stack([panel.commodity[bought], panel.year[bought], panel.supplier[bought]])
            cells, place = np.unique(key, axis=1, return_inverse=True)
            place = place.reshape(-1)
            panel = TradePanel(
                panel.commodities,
                panel.years,
                (*panel.economies, bloc.id),
                np.append(panel.commodity, cells[0]),
                np.append(panel.year, cells[1]),
                np.append(panel.buyer, np.full(cells.shape[1], len(panel.economies))),
                np.append(panel.supplier, cells[2]),
                np.append(panel.value, _added(panel.value[bought], place, cells.shape[1])),
                np.append(panel.mass, _added_known(panel.mass[bought], place, cells.shape[1])),
                np.append(panel.rows, _added(panel.rows[bought], place, cells.shape[1])),
            )
        return panel


@dataclass(frozen=True, slots=True)
class Cells:
    """The flows of one basis laid out by commodity, year and buyer, largest supplier first.

    ``amount``, ``supplier`` have shape ``[row]``; the others ``[cell]``; ``starts`` is the first row of each cell.
    """

    commodity: Integers
    year: Integers
    buyer: Integers
    starts: Integers
    amount: Integers
    supplier: Integers
    flows: Integers


def read_panel(
    tables: Tables, commodities: Sequence[Commodity], first: int, last: int, buyers: Sequence[str] | None = None
) -> TradePanel:
    """Read the flows of the commodities from ``first`` to ``last`` year, of the whole world or of some buyers.

    Money and mass are added as integers, so the result does not depend on the order of rows or threads. Rows come out
    by commodity, year, buyer and supplier.
    """
    asked = [(position, c.revision, code) for position, c in enumerate(commodities) for code in c.codes]
    positions, revisions, products = (list(column) for column in zip(*asked, strict=True)) if asked else ([], [], [])
    values: dict[str, object] = {"positions": positions, "revisions": revisions, "products": products}
    values |= {"first": first, "last": last, "no_mass": NO_MASS}
    if buyers is not None:
        values["buyers"] = list(buyers)
    found = tables.arrays(_FLOWS if buyers is None else _FLOWS + _BOUGHT, **values)
    years = tuple(range(first, last + 1))
    shape = (len(commodities), len(years), len(tables.economy_codes), len(tables.economy_codes))
    axes = [found.pop(name).astype(np.int16) for name in ("commodity", "year", "buyer", "supplier")]
    axes[1] -= np.int16(first)
    key = np.zeros(len(axes[0]), dtype=np.int64)
    for axis, size in zip(axes, shape, strict=True):
        key = key * size + axis
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    commodity, year, buyer, supplier = (axis[order[starts]] for axis in axes)
    return TradePanel(
        tuple(commodities),
        years,
        tables.economy_codes,
        commodity,
        year,
        buyer,
        supplier,
        value=_sums(found.pop("value")[order], starts),
        mass=_known_sums(found.pop("mass")[order], starts),
        rows=np.diff(starts, append=len(key)).astype(np.int32),
    )


def cells_of(panel: TradePanel, basis: Basis, buyers: Integers | None = None) -> Cells:
    """Lay out the flows of one basis by cell; rows without an amount of that basis are left out."""
    amount = panel.amount(basis)
    keep = amount > 0
    if buyers is not None:
        keep &= np.isin(panel.buyer, buyers)
    kept = np.flatnonzero(keep)
    n_economies = len(panel.economies)
    cell = panel.order_key[kept] * n_economies + panel.buyer[kept]
    kept = kept[np.lexsort((-amount[kept], cell))]  # equal amounts stay by supplier, the order of the panel
    cell = panel.order_key[kept] * n_economies + panel.buyer[kept]
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    rows = panel.rows[kept]
    return Cells(
        commodity=panel.commodity[kept][starts],
        year=panel.year[kept][starts],
        buyer=panel.buyer[kept][starts],
        starts=starts,
        amount=amount[kept],
        supplier=panel.supplier[kept],
        flows=np.add.reduceat(rows, starts) if len(starts) else rows,
    )


def totals_by(panel: TradePanel, basis: Basis, side: Literal["buyer", "supplier"]) -> Integers:
    """Return what each economy bought or sold in all, shape ``[commodity, year, economy]``; blocs sell nothing."""
    amount = panel.amount(basis)
    known = amount > 0
    place = panel.buyer if side == "buyer" else panel.supplier
    totals = np.zeros(panel.shape, dtype=np.int64)
    np.add.at(totals, (panel.commodity[known], panel.year[known], place[known]), amount[known])
    return totals


def flows_by_year(panel: TradePanel, basis: Basis) -> Integers:
    """Return how many rows of the snapshot make up world trade, shape ``[commodity, year]``."""
    known = panel.amount(basis) > 0
    counted = np.zeros(panel.shape[:2], dtype=np.int64)
    np.add.at(counted, (panel.commodity[known], panel.year[known]), panel.rows[known])
    return counted


def _sums(amounts: Integers, starts: Integers) -> Integers:
    return amounts if len(starts) == len(amounts) else np.add.reduceat(amounts, starts)


def _known_sums(masses: Integers, starts: Integers) -> Integers:
    """Add the known masses of each group; a group without any stays without."""
    if len(starts) == len(masses):
        return masses
    total = np.add.reduceat(np.where(masses == NO_MASS, 0, masses), starts)
    return np.where(np.maximum.reduceat(masses, starts) == NO_MASS, NO_MASS, total)


def _added(amounts: Integers, place: Integers, size: int) -> Integers:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, place, amounts)
    return total


def _added_known(masses: Integers, place: Integers, size: int) -> Integers:
    known = masses != NO_MASS
    total = _added(masses[known], place[known], size)
    total[~np.isin(np.arange(size), place[known])] = NO_MASS
    return total
