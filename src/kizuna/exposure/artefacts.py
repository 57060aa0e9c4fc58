"""Flows that look wrong: a value per kilogram far from what the product costs that year. Flagged, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.panel import TradePanel
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

    The median of unit values counts each flow of the world once; a commodity and year with fewer than three flows has
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
        ratio = values / np.median(values)
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
