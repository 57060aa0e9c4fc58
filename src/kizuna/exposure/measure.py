"""``measure_exposure``: every method, side by side, for any economies or blocs, products, materials or baskets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.arrays import Flags
from kizuna.exposure.ask import Ask, read_ask
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.balance import measure_balance
from kizuna.exposure.block import Block, listed_gaps, listed_keys
from kizuna.exposure.exposure import Exposure
from kizuna.exposure.food import measure_food
from kizuna.exposure.geopolrisk import measure_geopolrisk
from kizuna.exposure.hubs import measure_no_production
from kizuna.exposure.indicators import TRADE_BASES, Indicator, indicators
from kizuna.exposure.panel import Basis, TradePanel, read_panel
from kizuna.exposure.partners import measure_partners
from kizuna.exposure.production import measure_production
from kizuna.exposure.trade import TradeAsk, measure_trade
from kizuna.floor.params import parameter
from kizuna.tables.baskets import Basket
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

CELL_METHODS = {"concentration", "cepii-geodep", "ec-cdi", "window"}


def measure_exposure(
    tables: Tables,
    economies: Sequence[str] | None = None,
    *,
    products: Sequence[str] = (),
    materials: Sequence[str] = (),
    baskets: Sequence[str | Basket] = (),
    years: Sequence[int],
    methods: Sequence[str] | None = None,
    assumptions: Assumptions | None = None,
) -> Exposure:
    """Measure exposure by every asked method.

    Parameters
    ----------
    tables
        The figures, see :func:`kizuna.tables.build.build_tables`.
    economies
        Codes or names of economies, and blocs (``EU27``, ``IND+JPN``, ``QUAD=IND+JPN+AUS+USA``); every economy where
        not given.
    products
        HS codes, such as ``270900``, ``HS17:850511`` or the heading ``2701``.
    materials
        Ids or names of materials; each stage with trade codes is measured by itself.
    baskets
        Ids of baskets, paths of basket files, or baskets.
    years
        Calendar years to report.
    methods
        Names of methods, see :func:`kizuna.exposure.indicators.methods`; all of them where not given.
    assumptions
        What the snapshot does not hold, and choices; see :class:`kizuna.exposure.assumptions.Assumptions`.

    Returns
    -------
    Exposure
        One row per economy, product, year, indicator and basis. Where a method cannot be computed the row has no
        value and
        a gap that says why.

    Raises
    ------
    UnknownNameError
        If a name is not known; near names are suggested.
    OutOfRangeError
        If a year lies outside the figures.
    """
    ask = read_ask(tables, economies, products, materials, baskets, years, methods)
    given = assumptions or Assumptions()
    blocks: list[Block] = []
    if ask.commodities:
        blocks += _measure_flows(tables, ask, given)
    if "food-balance" in ask.methods or "concentration" in ask.methods:
        blocks += measure_food(tables, ask.crops, ask.economies, ask.blocs, ask.methods)
    if ask.minerals and "production" in ask.methods:
        blocks += measure_production(tables, ask.minerals, ask.years, given)
    if "geopolrisk" in ask.methods and ask.mapped:
        mapped = {commodity.id: mineral for commodity, mineral in ask.mapped}
        blocks += measure_geopolrisk(
            tables, [c for c, _ in ask.mapped], mapped, ask.economies, ask.blocs, ask.years, given
        )
    if ask.stages and {"supply-balance", "origin", "eu-supply-risk"} & ask.methods:
        blocks += measure_balance(tables, ask.stages, ask.economies, ask.blocs, ask.years, given, ask.methods)
    if ask.stages and "origin" in ask.methods:
        blocks += measure_no_production(tables, ask.stages, ask.economies, ask.blocs, ask.years)
    if ask.uncovered:
        blocks.append(_uncovered(ask))
    return Exposure(tuple(blocks), tables)


def _measure_flows(tables: Tables, ask: Ask, assumptions: Assumptions) -> list[Block]:
    start = tables.years("HS92")[0]
    back = max(int(parameter("geodep_window")), assumptions.window) - 1
    panel = read_panel(tables, ask.commodities, max(start, min(ask.years) - back), max(ask.years))
    positions = np.array([panel.economies.index(code) for code in ask.economies], dtype=np.int64)
    blocs = np.arange(len(panel.economies), len(panel.economies) + len(ask.blocs))
    asked = TradeAsk(np.concatenate([positions, blocs]), ask.years, assumptions.window, ask.methods)
    blocks: list[Block] = []
    for basis in TRADE_BASES:
        blocks += measure_trade(panel, ask.blocs, asked, basis)
        if not ask.every_economy:
            blocks += _without_imports(panel, ask, basis)
            if "partners" in ask.methods and ask.economies:
                blocks += measure_partners(
                    panel, ask.economies, ask.years, basis, _flags(panel, ask, assumptions, basis)
                )
    return blocks


def _flags(panel: TradePanel, ask: Ask, assumptions: Assumptions, basis: Basis) -> dict[tuple[str, int, str], bool]:
    """Return whether GeoDep criteria 1 to 3 hold for every economy of the world, by (commodity, year, economy)."""
    world = TradeAsk(np.arange(len(panel.economies)), ask.years, assumptions.window, frozenset({"cepii-geodep"}))
    block = next(found for found in measure_trade(panel, (), world, basis) if found.indicator == "geodep_year")
    keys = block.keys
    return {
        (keys.commodity[row], int(keys.year[row]), keys.economy[row]): bool(block.value[row])
        for row in range(len(block))
    }


def _cell_indicators() -> list[Indicator]:
    """Return the indicators that every asked economy, product and year has a row of, be it a gap."""
    return [
        entry
        for entry in indicators().values()
        if (entry.method in CELL_METHODS and entry.id != "world_export_hhi") or entry.id == "over_65_percent"
    ]


def _without_imports(panel: TradePanel, ask: Ask, basis: Basis) -> list[Block]:
    """Return gaps for every asked cell in which nothing was bought, saying why there is no number."""
    bought, traded, weighed = _traded(panel, basis)
    rows: list[tuple[str, int, str]] = []
    reasons: list[str] = []
    for at, commodity in enumerate(panel.commodities):
        for year in ask.years:
            when = panel.years.index(year)
            for name, members in [(code, (code,)) for code in ask.economies] + [
                (bloc.id, bloc.economies) for bloc in ask.blocs
            ]:
                place = [panel.economies.index(member) for member in members]
                if not bought[at, when, place].any():
                    rows.append((commodity.key, year, name))
                    reasons.append(_why(commodity, year, name, bool(traded[at, when]), bool(weighed[at, when]), basis))
    gaps = listed_gaps(dict(enumerate(reasons)), len(rows))
    nothing, none = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    units = {"imports": "usd" if basis == "value" else "t"}
    return [
        Block(entry.id, basis, units.get(entry.id, entry.unit), listed_keys(rows), nothing, none, ("flows",), gaps)
        for entry in _cell_indicators()
        if rows and entry.method in ask.methods
    ]


def _traded(panel: TradePanel, basis: Basis) -> tuple[Flags, Flags, Flags]:
    known = panel.amount(basis) > 0
    bought = np.zeros(panel.shape, dtype=np.bool_)
    bought[panel.commodity[known], panel.year[known], panel.buyer[known]] = True
    traded = np.zeros(panel.shape[:2], dtype=np.bool_)
    traded[panel.commodity, panel.year] = True
    return bought, traded, np.asarray(bought.any(axis=2))


def _why(commodity: Commodity, year: int, economy: str, traded: bool, weighed: bool, basis: Basis) -> str:
    if not traded:
        return f"no bilateral data for {commodity.id} in {year} in this snapshot: add BACI or Comtrade"
    if basis == "mass" and not weighed:
        return f"the series of {commodity.id} carries no mass in {year}"
    return f"no imports of {commodity.id} by {economy} recorded in {year}" + (" with a mass" if basis == "mass" else "")


def _uncovered(ask: Ask) -> Block:
    """Return a gap for every basket member that no trade figure covers."""
    names = [*ask.economies, *(bloc.id for bloc in ask.blocs)]
    rows = [(member, year, name) for member, _ in ask.uncovered for year in ask.years for name in names]
    reasons = [reason for _, reason in ask.uncovered for _ in range(len(ask.years) * len(names))]
    nothing, none = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    gaps = listed_gaps(dict(enumerate(reasons)), len(rows))
    return Block("imports", "value", "usd", listed_keys(rows), nothing, none, ("flows",), gaps)
