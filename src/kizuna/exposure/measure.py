"""``measure_exposure``: every method, side by side, for any economies or blocs, products, materials or baskets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.absent import read_notes, uncovered, without_imports
from kizuna.exposure.ask import Ask, read_ask
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.balance import measure_balance
from kizuna.exposure.block import Block
from kizuna.exposure.exposure import Exposure
from kizuna.exposure.food import measure_food
from kizuna.exposure.geopolrisk import measure_geopolrisk
from kizuna.exposure.hubs import measure_no_production
from kizuna.exposure.panel import BASES, Basis, TradePanel, read_panel
from kizuna.exposure.partners import measure_partners
from kizuna.exposure.production import measure_production
from kizuna.exposure.trade import TradeAsk, measure_trade
from kizuna.floor.params import parameter
from kizuna.tables.baskets import Basket
from kizuna.tables.build import Tables


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
        value and a gap that says why.

    Raises
    ------
    UnknownNameError
        If a name is not known; near names are suggested.
    OutOfRangeError
        If a year lies outside the figures.
    RequestError
        If nothing to measure, no economy or no method is named, or a bloc's name stands for something else.
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
        blocks.append(uncovered(ask))
    return Exposure(tuple(blocks), tables, read_notes(tables, ask.commodities, given))


def _measure_flows(tables: Tables, ask: Ask, assumptions: Assumptions) -> list[Block]:
    start = tables.years("HS92")[0]
    back = max(int(parameter("geodep_window")), assumptions.window) - 1
    panel = read_panel(tables, ask.commodities, max(start, min(ask.years) - back), max(ask.years))
    positions = np.array([panel.economies.index(code) for code in ask.economies], dtype=np.int64)
    blocs = np.arange(len(panel.economies), len(panel.economies) + len(ask.blocs))
    asked = TradeAsk(np.concatenate([positions, blocs]), ask.years, assumptions.window, ask.methods)
    blocks: list[Block] = []
    for basis in BASES:
        blocks += measure_trade(panel, ask.blocs, asked, basis)
        if not ask.every_economy:
            blocks += without_imports(panel, ask, basis)
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
