"""A few years of one economy's imports seen together, so that one odd year does not make a story.

The share of a supplier over a span is the mean of its yearly shares, each year counting the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.panel import Basis, TradePanel
from kizuna.floor.params import parameter

YearlyAmounts = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """Imports of one economy over consecutive years, on value.

    Parameters
    ----------
    economy
        ISO3 code.
    years
        The years, ascending.
    amounts
        USD by year and supplier; a year without imports has no suppliers.
    rows
        Flows of the snapshot behind it.
    missing
        Years in which the snapshot holds no flow of some of the commodities, of any economy: nothing is known of them.
    """

    economy: str
    years: tuple[int, ...]
    amounts: YearlyAmounts
    rows: int
    missing: tuple[int, ...] = ()

    @property
    def yearly(self) -> dict[int, int]:
        """Imports of each year, USD."""
        return {year: sum(self.amounts[year].values()) for year in self.years}

    @property
    def mean_usd(self) -> float:
        """Mean yearly imports, USD."""
        return mean_imports(self.amounts)

    @property
    def shares(self) -> dict[str, float]:
        """Mean yearly share of each supplier, largest first; empty where a year has no imports."""
        return mean_shares(self.amounts)

    @property
    def top(self) -> str:
        """The supplier with the largest mean share; empty where a year has no imports."""
        return next(iter(self.shares), "")

    @property
    def top_share(self) -> float:
        """Mean share of the top supplier; 0 where a year has no imports."""
        return next(iter(self.shares.values()), 0.0)

    @property
    def stake_usd(self) -> float:
        """US dollars a year that hang on the top supplier: mean imports times its mean share."""
        return self.mean_usd * self.top_share

    def usd_from(self, supplier: str) -> float:
        """Return mean yearly imports from one supplier, USD."""
        return sum(year.get(supplier, 0) for year in self.amounts.values()) / len(self.amounts)

    def share_in(self, year: int, supplier: str) -> float:
        """Return a supplier's share in one year of the span; 0 where that year has no imports."""
        found = self.amounts[year]
        return found.get(supplier, 0) / sum(found.values()) if found else 0.0

    @property
    def spiked(self) -> bool:
        """Whether one year dwarfs the others, or a year has no imports."""
        totals = sorted(self.yearly.values())
        middle = totals[len(totals) // 2]
        return not totals[0] or totals[-1] > parameter("one_year_spike") * middle

    @property
    def steady(self) -> bool:
        """Whether the top supplier leads in every year of the span, and no year dwarfs the others."""
        leads = [max(year.items(), key=lambda item: (item[1], item[0]))[0] for year in self.amounts.values() if year]
        return not self.spiked and all(leader == self.top for leader in leads)


def mean_imports(amounts: YearlyAmounts) -> float:
    """Return mean yearly imports.

    Examples
    --------
    >>> mean_imports({2022: {"CHN": 60, "USA": 40}, 2023: {"CHN": 200}})
    150.0
    """
    return sum(sum(year.values()) for year in amounts.values()) / len(amounts)


def mean_shares(amounts: YearlyAmounts) -> dict[str, float]:
    """Return each supplier's mean of yearly shares, largest first, ties by code; empty where a year has no imports.

    Examples
    --------
    >>> mean_shares({2022: {"CHN": 60, "USA": 40}, 2023: {"CHN": 200}})
    {'CHN': 0.8, 'USA': 0.2}
    """
    totals = {year: sum(found.values()) for year, found in amounts.items()}
    if not totals or not all(totals.values()):
        return {}
    suppliers = sorted({supplier for found in amounts.values() for supplier in found})
    mean = {s: sum(amounts[year].get(s, 0) / total for year, total in totals.items()) / len(totals) for s in suppliers}
    return dict(sorted(mean.items(), key=lambda item: (-item[1], item[0])))


def read_spans(
    panel: TradePanel,
    commodities: Iterable[int],
    economies: Sequence[str],
    years: Sequence[int],
    basis: Basis = "value",
) -> dict[str, Span]:
    """Return the span of each economy for some commodities of a panel taken together (positions in the panel)."""
    positions = list(commodities)
    amount = panel.amount(basis)
    places = {panel.economies.index(code): code for code in economies}
    whens = {panel.years.index(year): year for year in years}
    kept = np.flatnonzero(
        np.isin(panel.commodity, positions)
        & np.isin(panel.year, list(whens))
        & np.isin(panel.buyer, list(places))
        & (amount > 0)
    )
    amounts: dict[str, dict[int, dict[str, int]]] = {code: {year: {} for year in years} for code in economies}
    rows = dict.fromkeys(economies, 0)
    for row in kept.tolist():
        code, year = places[int(panel.buyer[row])], whens[int(panel.year[row])]
        supplier = panel.economies[int(panel.supplier[row])]
        found = amounts[code][year]
        found[supplier] = found.get(supplier, 0) + int(amount[row])
        rows[code] += int(panel.rows[row])
    traded = [traded_years(panel, at) for at in positions]
    missing = tuple(year for year in years if not all(year in found for found in traded))
    return {code: Span(code, tuple(years), amounts[code], rows[code], missing) for code in economies}


def traded_years(panel: TradePanel, commodity: int) -> set[int]:
    """Return the years in which the panel holds any flow of a commodity (position in the panel)."""
    return {panel.years[at] for at in np.unique(panel.year[panel.commodity == commodity]).tolist()}


def net_exports(panel: TradePanel, commodity: int, economy: str, years: Sequence[int]) -> int:
    """Return exports less imports of one economy over some years, USD: above 0 for one that sells more than it buys."""
    place, whens = panel.economies.index(economy), [panel.years.index(year) for year in years]
    of_it = (panel.commodity == commodity) & np.isin(panel.year, whens)
    sold, bought = of_it & (panel.supplier == place), of_it & (panel.buyer == place)
    return int(panel.value[sold].sum()) - int(panel.value[bought].sum())


def world_shares(panel: TradePanel, commodity: int, years: Sequence[int]) -> dict[str, float]:
    """Return each exporter's mean yearly share of world exports by value; empty where a year has no trade."""
    whens = {panel.years.index(year): year for year in years}
    kept = np.flatnonzero((panel.commodity == commodity) & np.isin(panel.year, list(whens)))
    amounts: dict[int, dict[str, int]] = {year: {} for year in years}
    for row in kept.tolist():
        found, supplier = amounts[whens[int(panel.year[row])]], panel.economies[int(panel.supplier[row])]
        found[supplier] = found.get(supplier, 0) + int(panel.value[row])
    return mean_shares(amounts)
