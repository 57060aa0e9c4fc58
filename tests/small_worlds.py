"""Small worlds of trade for tests: panels written by hand or drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from kizuna.exposure.block import Block
from kizuna.exposure.panel import NO_MASS, TradePanel
from kizuna.exposure.trade import TradeAsk, measure_trade
from kizuna.store.store import embedded_snapshot
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables, build_tables
from kizuna.tables.commodities import Commodity

# Commodity, year, buyer, supplier, value in USD, mass in kg (None where the publisher gives none).
Flow = tuple[int, int, str, str, int, int | None]
Measured = dict[tuple[str, int, str, str], float]

TRADE_METHODS = frozenset({"concentration", "cepii-geodep", "ec-cdi", "window", "world-network", "supply-balance"})


def panel_of(flows: Sequence[Flow], economies: Sequence[str], years: Sequence[int], commodities: int = 1) -> TradePanel:
    """Return a panel of flows; flows of one commodity, year, buyer and supplier are added, as the reader adds them."""
    added: dict[tuple[int, int, int, int], list[int | None]] = {}
    for commodity, year, buyer, supplier, value, mass in flows:
        key = (commodity, years.index(year), economies.index(buyer), economies.index(supplier))
        total = added.setdefault(key, [0, None, 0])
        total[0], total[2] = (total[0] or 0) + value, (total[2] or 0) + 1
        if mass is not None:
            total[1] = (total[1] or 0) + mass
    keys = sorted(added)
    columns = np.array(keys, dtype=np.int64).reshape(-1, 4).T
    amounts = [added[key] for key in keys]
    return TradePanel(
        commodities=tuple(Commodity(f"{at}", "HS92", (f"{at:06d}",), f"commodity {at}") for at in range(commodities)),
        years=tuple(years),
        economies=tuple(economies),
        commodity=columns[0],
        year=columns[1],
        buyer=columns[2],
        supplier=columns[3],
        value=np.array([value for value, _, _ in amounts], dtype=np.int64),
        mass=np.array([NO_MASS if mass is None else mass for _, mass, _ in amounts], dtype=np.int64),
        rows=np.array([rows for _, _, rows in amounts], dtype=np.int64),
    )


def tables_of(flows: Mapping[tuple[str, str], int], mined: Mapping[str, int], product: str, mineral: str) -> Tables:
    """Return tables in which one product is traded and one mineral mined, in 2023 and nothing else ever.

    Parameters
    ----------
    flows
        kg by (supplier, buyer); each kg is worth 1 USD.
    mined
        kg by economy.
    product, mineral
        HS92 code, and the name that World Mining Data gives what it is counted in.
    """
    found = build_tables(embedded_snapshot())
    for table in ("flows", "mine_production", "usgs_production", "usgs_unnamed"):
        found.connection.execute(f"DELETE FROM {table}")
    for (supplier, buyer), kg in flows.items():
        found.connection.execute(
            "INSERT INTO flows BY NAME SELECT 'HS92' AS revision, 2023 AS year, $product AS product, $buyer AS buyer, "
            "$supplier AS supplier, $kg AS value_usd, $kg AS mass_kg, 'complete' AS coverage",
            {"product": product, "buyer": buyer, "supplier": supplier, "kg": kg},
        )
    for economy, kg in mined.items():
        found.connection.execute(
            "INSERT INTO mine_production BY NAME SELECT $economy AS economy, $mineral AS mineral, 2023 AS year, "
            "'metr. t' AS unit, $kg / 1000 AS amount, $kg AS amount_thousandths, 1.0 AS kg_per_thousandth",
            {"economy": economy, "mineral": mineral, "kg": kg},
        )
    return found


def bloc_of(*members: str, name: str = "") -> Bloc:
    """Return a bloc of some economies."""
    return Bloc(name or "+".join(members), "", members, (), "test")


def measured(panel: TradePanel, blocs: Sequence[Bloc] = (), basis: str = "value", window: int = 3) -> Measured:
    """Return every number of every trade method by (commodity key, year, economy, indicator); gaps are left out."""
    numbers: Measured = {}
    for block in blocks_of(panel, blocs, basis, window):
        for row in np.flatnonzero(~np.isnan(block.value)).tolist():
            key = (block.keys.commodity[row], int(block.keys.year[row]), block.keys.economy[row], block.indicator)
            numbers[key] = float(block.value[row])
    return numbers


def blocks_of(panel: TradePanel, blocs: Sequence[Bloc] = (), basis: str = "value", window: int = 3) -> list[Block]:
    """Measure every trade method for every economy, bloc and year of a panel."""
    everyone = np.arange(len(panel.economies) + len(blocs))
    ask = TradeAsk(everyone, panel.years, window, TRADE_METHODS)
    return measure_trade(panel, blocs, ask, "value" if basis == "value" else "mass")


@st.composite
def worlds(draw: st.DrawFn, *, economies: int = 6, years: int = 3) -> list[Flow]:
    """Draw flows between economies ``A``, ``B``, ... in years from 2020 on."""
    names = [chr(ord("A") + at) for at in range(economies)]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    flow = st.tuples(
        st.integers(0, years - 1), pairs, st.integers(1, 10**9), st.one_of(st.none(), st.integers(1, 10**9))
    )
    drawn = draw(st.lists(flow, min_size=1, max_size=25))
    return [(0, 2020 + when, buyer, supplier, value, mass) for when, (buyer, supplier), value, mass in drawn]
