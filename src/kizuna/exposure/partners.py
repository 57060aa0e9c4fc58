"""What partners share: the same supplier, each other, and what one could sell the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np

from kizuna.exposure import dependency
from kizuna.exposure.block import Block, GatheredRows, Words
from kizuna.exposure.indicators import indicator
from kizuna.exposure.panel import Basis, Cells, TradePanel, cells_of, flows_by_year, totals_by
from kizuna.floor.params import parameter

Flagged = Mapping[tuple[str, int, str], bool]


def measure_partners(
    panel: TradePanel, economies: Sequence[str], years: Sequence[int], basis: Basis, flags: Flagged
) -> list[Block]:
    """Measure every ordered pair of economies: common, reverse and mutual dependencies, and what one sells the other.

    Parameters
    ----------
    flags
        Whether GeoDep criteria 1 to 3 hold, by (commodity key, year, economy), of every economy.

    Notes
    -----
    ``detail`` names the other economy, and the common supplier after a colon; see :func:`other_economy`.
    """
    cells = cells_of(panel, basis)
    top = _top_suppliers(panel, cells)
    exports = totals_by(panel, basis, "supplier")
    flows = flows_by_year(panel, basis)
    imports = totals_by(panel, basis, "buyer")
    bilateral = _bilateral(panel, basis, economies)
    rows: dict[str, GatheredRows] = {}
    place = {code: position for position, code in enumerate(panel.economies)}
    dependent_on = {(key[1], key[2], top[key][0]) for key, flagged in flags.items() if flagged and key in top}
    for at, commodity in enumerate(panel.commodities):
        for year in years:
            when = panel.years.index(year)
            world = int(exports[at, when].sum())
            for economy, partner in permutations(economies, 2):
                key, other = (commodity.key, year, economy), (commodity.key, year, partner)
                counted = int(top[key][2]) if key in top else 0
                sold = bilateral.get((at, when, place[partner], place[economy]), 0)
                if key in top:
                    _add(rows, "partner_share", key, sold / int(imports[at, when, place[economy]]), counted, partner)
                if world > 0:
                    _add(
                        rows,
                        "partner_world_share",
                        key,
                        int(exports[at, when, place[partner]]) / world,
                        int(flows[at, when]),
                        partner,
                    )
                if key in top and other in top:
                    same = top[key][0] == top[other][0]
                    heavy = min(top[key][1], top[other][1]) > parameter("common_supplier_share")
                    word = f"{partner}:{top[key][0]}" if same else partner
                    both = int(top[other][2]) + counted
                    _add(rows, "common_dependency", key, float(same and heavy), both, word)
                    common = dependency.common_dependency(
                        flags.get(key, False), flags.get(other, False), top[key][0], top[other][0]
                    )
                    _add(rows, "common_dependency_geodep", key, float(common), both, word)
            for economy in economies:
                key = (commodity.key, year, economy)
                if key in top:
                    supplier = top[key][0]
                    back = (commodity.key, year, supplier)
                    reverse = back in top and dependency.reverse_dependency(
                        flags.get(back, False), top[back][0], economy
                    )
                    _add(rows, "reverse_dependency", key, float(reverse), int(top[key][2]), supplier)
                    mutual = flags.get(key, False) and (year, supplier, economy) in dependent_on
                    _add(rows, "mutual_dependency", key, float(mutual), int(top[key][2]), supplier)
    return [found.block(name, basis, indicator(name).unit, ("flows",)) for name, found in rows.items()]


def other_economy(detail: str) -> str:
    """Return the other economy that the ``detail`` of a partner row names.

    Examples
    --------
    >>> other_economy("JPN:CHN"), other_economy("JPN")
    ('JPN', 'JPN')
    """
    return detail.partition(":")[0]


def _add(
    rows: dict[str, GatheredRows], name: str, key: tuple[str, int, str], value: float, counted: int, word: str
) -> None:
    rows.setdefault(name, GatheredRows()).add(key, value, counted, word=word)


def _top_suppliers(panel: TradePanel, cells: Cells) -> dict[tuple[str, int, str], tuple[str, float, int]]:
    """Return top supplier, its share, and the number of flows of each (commodity key, year, economy)."""
    totals = np.add.reduceat(cells.amount, cells.starts) if len(cells.starts) else cells.amount
    keys = Words(cells.commodity, tuple(commodity.key for commodity in panel.commodities))
    buyers, sellers = Words(cells.buyer, panel.economies), Words(cells.supplier[cells.starts], panel.economies)
    return {
        (keys[cell], panel.years[cells.year[cell]], buyers[cell]): (
            sellers[cell],
            float(cells.amount[cells.starts[cell]] / totals[cell]),
            int(cells.flows[cell]),
        )
        for cell in range(len(cells.starts))
    }


def _bilateral(panel: TradePanel, basis: Basis, economies: Sequence[str]) -> dict[tuple[int, int, int, int], int]:
    """Return what each of the economies sold another, by positions (commodity, year, seller, buyer)."""
    members = [panel.economies.index(code) for code in economies]
    amount = panel.amount(basis)
    kept = np.flatnonzero(np.isin(panel.buyer, members) & np.isin(panel.supplier, members) & (amount > 0))
    return {
        (int(panel.commodity[row]), int(panel.year[row]), int(panel.supplier[row]), int(panel.buyer[row])): int(
            amount[row]
        )
        for row in kept
    }
