"""Flows that look wrong: a value per kilogram far from what the product costs that year. Flagged, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.arrays import Floats, Integers
from kizuna.exposure.panel import TradePanel
from kizuna.exposure.spans import read_spans
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T
from kizuna.tables.commodities import Commodity


@dataclass(frozen=True, slots=True)
class SuspectFlow:
    """One flow whose unit value is far off; ``ratio`` is its USD per kg over the median of its product and year."""

    commodity: Commodity
    year: int
    supplier: str
    buyer: str
    value_usd: int
    mass_t: float
    ratio: float


def suspect_flows(
    panel: TradePanel, economies: Sequence[str], years: Sequence[int], least_usd: float
) -> list[SuspectFlow]:
    """Return flows to or from the economies, of ``least_usd`` or more, with a suspect unit value; largest value first.

    The median of unit values is by mass; a commodity and year with fewer than three flows has
    none.
    """
    factor = parameter("unit_value_factor")
    whens = [panel.years.index(year) for year in years]
    weighed = np.flatnonzero((panel.mass > 0) & (panel.value > 0) & np.isin(panel.year, whens))
    members = np.array([panel.economies.index(code) for code in economies])
    key = panel.order_key[weighed]
    unit = panel.value[weighed] / panel.mass[weighed]
    found: list[SuspectFlow] = []
    for group in np.unique(key):
        at = weighed[key == group]
        values = unit[key == group]
        if len(at) <= 2:
            continue
        ratio = values / _median_by_mass(values, panel.mass[at])
        ours = np.isin(panel.buyer[at], members) | np.isin(panel.supplier[at], members)
        odd = ours & (panel.value[at] >= least_usd) & ((ratio > factor) | (ratio < 1 / factor))
        for row, how in zip(at[odd].tolist(), ratio[odd].tolist(), strict=True):
            found.append(
                SuspectFlow(
                    panel.commodities[int(panel.commodity[row])],
                    panel.years[int(panel.year[row])],
                    panel.economies[int(panel.supplier[row])],
                    panel.economies[int(panel.buyer[row])],
                    int(panel.value[row]),
                    float(panel.mass[row]) / KG_PER_T,
                    how,
                )
            )
    return sorted(found, key=lambda flow: (-flow.value_usd, flow.commodity.key, flow.year, flow.supplier))


def _median_by_mass(unit_values: Floats, mass: Integers) -> float:
    """Return the unit value at which half the world's mass is reached: samples by air do not set it."""
    order = np.argsort(unit_values, kind="stable")
    reached = np.cumsum(mass[order])
    return float(unit_values[order][np.searchsorted(reached, reached[-1] / 2)])


@dataclass(frozen=True, slots=True)
class VanishedFlow:
    """A supplier that is large in the years before and after, and absent between: ``before`` and ``after`` are
    shares."""

    commodity: Commodity
    year: int
    supplier: str
    buyer: str
    before: float
    after: float


def vanished_flows(panel: TradePanel, economies: Sequence[str]) -> list[VanishedFlow]:
    """Return suppliers that held a tenth or more of an economy's imports in the years before and after, and none
    between.

    Such a hole is a fault of reporting far more often than a fact; spans over it are not compared.
    """
    found: list[VanishedFlow] = []
    least = parameter("vanished_share")
    for at, commodity in enumerate(panel.commodities):
        for code, span in read_spans(panel, [at], economies, panel.years).items():
            shares = {
                year: {supplier: amount / sum(bought.values()) for supplier, amount in bought.items()}
                for year, bought in span.amounts.items()
            }
            for before, year, after in zip(panel.years, panel.years[1:], panel.years[2:], strict=False):
                for supplier in sorted(shares[before].keys() & shares[after].keys() - shares[year].keys()):
                    if min(shares[before][supplier], shares[after][supplier]) >= least and shares[year]:
                        held = shares[before][supplier], shares[after][supplier]
                        found.append(VanishedFlow(commodity, year, supplier, code, *held))
    return found
