"""Networks of staple crops: who eats whose wheat, maize and rice, in tonnes, home supply included."""

from __future__ import annotations

import numpy as np

from kizuna.floor.errors import UnknownNameError
from kizuna.floor.params import parameter
from kizuna.network.assumptions import Given, assumed
from kizuna.network.balance import by_origin, within_supply
from kizuna.network.supply_network import Block, Repair, SupplyNetwork
from kizuna.tables.build import Tables
from kizuna.tables.crops import FAO_ITEMS

FOOD = "food:"
# Item of production by crop; energy of trade is turned into tonnes of it.
CROPS = FAO_ITEMS
STAGE = "crop"
APPROXIMATE = "Approximate: trade is the mean of 2015 to 2017, production of 2020, stocks are of 2017 to 2019."
SOURCES = ("food_trade", "food_production", "food_stocks")


def build_food(tables: Tables, crop: str, *, assumptions: Given | None = None) -> SupplyNetwork:
    """Build the network of a crop: one stage, no makers; every economy uses what it makes and buys and does not sell.

    Nobody sells more than it makes and buys, and re-exports are given to their origin, as in chains. Final users hold
    the stocks of their economy, none where the publisher lists none, unless the assumptions say otherwise.

    Raises
    ------
    UnknownNameError
        If there are no figures of such a crop.
    """
    if crop not in CROPS:
        raise UnknownNameError("crop", crop, CROPS)
    codes, energy = tables.economy_codes, parameter(f"kcal_per_tonne_{crop}")
    made = np.zeros(len(codes))
    for economy, tonnes in tables.rows(
        "SELECT enum_code(economy), tonnes::DOUBLE FROM food_production WHERE item_code = $item AND year = $year AND "
        "tonnes > 0",
        item=CROPS[crop],
        year=int(parameter("food_production_year")),
    ):
        made[economy] += tonnes
    trade = np.zeros((len(codes), len(codes)))
    for supplier, buyer, kcal in tables.rows(
        "SELECT enum_code(supplier), enum_code(buyer), sum(kcal)::DOUBLE FROM food_trade WHERE crop = $crop AND "
        "kcal > 0 AND buyer <> supplier GROUP BY ALL",
        crop=crop,
    ):
        trade[supplier, buyer] = kcal / energy
    stock = np.zeros(len(codes))
    for economy, kcal in tables.rows(
        "SELECT enum_code(economy), sum(kcal)::DOUBLE FROM food_stocks WHERE crop = $crop GROUP BY ALL", crop=crop
    ):
        stock[economy] += kcal / energy
    bounded = within_supply(made, trade)
    flows = by_origin(made, bounded)
    present = np.flatnonzero(flows.sum(axis=0) + flows.sum(axis=1) > 0)
    final = flows[np.ix_(present, present)]
    use = final.sum(axis=0)
    held = np.divide(stock[present], use, out=np.zeros(len(present)), where=use > 0) * parameter("days_per_year")
    known = assumed("material", len(present), (STAGE,), assumptions)
    own = "final_stock_days" not in (assumptions or {})
    traced = float(flows.sum() - np.trace(flows))
    what = "exports cut to what an economy makes and buys: vintages differ"
    origin = "re-exports given to the economy of origin"
    return SupplyNetwork(
        name=f"{FOOD}{crop}",
        kind="material",
        year=int(parameter("food_trade_year")),
        unit="t",
        covers="use",
        economies=tuple(codes[at] for at in present),
        stages=(STAGE,),
        products=((f"{FOOD}{crop}", crop),),
        output=final.sum(axis=1, keepdims=True),
        blocks=(Block(STAGE, np.zeros((len(present), 0)), np.zeros(0, dtype=np.int64), final),),
        stock_days=known.stock_days,
        final_stock_days=held[:, None] if own else known.final_stock_days,
        spare=known.spare,
        rigidity=known.rigidity,
        home_priority=known.home_priority,
        value_added_usd=np.full((len(present), 1), np.nan),
        repairs=(
            Repair("trade", what, float(trade.sum()), float(bounded.sum())),
            Repair("trade", origin, float(bounded.sum()), traced),
        ),
        notes=(APPROXIMATE, "Stocks are each economy's own, of all holders; 0 where the publisher lists none."),
        inputs=tables.inputs(SOURCES),
    )
