"""Histories of trade small enough to work by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.score.history import History
from kizuna.score.produced import Produced

# Year, supplier, buyer, mass in kg; each kg is worth 1 USD. A fifth number is the value in USD.
Flow = tuple[int, str, str, int] | tuple[int, str, str, int, int]
ECONOMIES = ("AUS", "BRA", "CHN", "DEU")
PRODUCT = "260600"
NOTHING_PRODUCED = Produced({}, frozenset(), {})

# Australia sells 60 kg a year to China and Germany, Brazil 40; in 2002 Australia's sales to China fall from 40 to 10.
CALM = (("AUS", "CHN", 40), ("AUS", "DEU", 20), ("BRA", "CHN", 10), ("BRA", "DEU", 30))
CUT = (("AUS", "CHN", 10), ("AUS", "DEU", 20), ("BRA", "CHN", 10), ("BRA", "DEU", 30))


def years_of(*years: tuple[int, Sequence[tuple[str, str, int]]]) -> list[Flow]:
    """Return the flows of several years as one list."""
    return [(year, supplier, buyer, mass) for year, flows in years for supplier, buyer, mass in flows]


def history_of(flows: Sequence[Flow], economies: Sequence[str] = ECONOMIES) -> History:
    """Return the history of one product."""
    full = [(*flow, flow[3]) if len(flow) == 4 else flow for flow in flows]
    first, last = min(flow[0] for flow in full), max(flow[0] for flow in full)
    rows = [
        (year - first, economies.index(supplier), economies.index(buyer), value, mass)
        for year, supplier, buyer, mass, value in full
    ]
    array = np.array(sorted(rows), dtype=np.int64).reshape(-1, 5).T
    return History(tuple(economies), first, last, (PRODUCT,), np.array([0, len(full)]), tuple(array))


def cut_world() -> History:
    """Return the world of 2000 to 2002 in which Australia's sales to China fall."""
    return history_of(years_of((2000, CALM), (2001, CALM), (2002, CUT)))
