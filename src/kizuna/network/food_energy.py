"""Networks of staple crops in food energy, and the reserves of each economy beside them.

The network is that of :func:`kizuna.network.food.build_food` in kilocalories, whose users hold as much of their own
economy's reserve as asked for: none, unless told, since rules for one harvest set reserves apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kizuna.floor.errors import RequestError, UnknownNameError
from kizuna.floor.params import parameter
from kizuna.network.assumptions import Given
from kizuna.network.food import CROPS, build_food
from kizuna.network.supply_network import Floats, Repair, SupplyNetwork
from kizuna.tables.build import Tables

# What holds of a crop within a year, unless a user says otherwise.
OF_A_HARVEST = {"stock_days": 0.0, "final_stock_days": 0.0, "spare": 0.0, "home_priority": 1.0}
VINTAGES = "Trade is the mean of 2015 to 2017, production of 2020, stocks the mean of 2017 to 2019: approximate."
WITHOUT_STOCKS = "The network holds no stocks: losses are before reserves."
PADDY = (
    "Rice production is paddy at FAO's factor for paddy (2,800 kcal/kg); trade and stocks are of milled rice (3,600 "
    "kcal/kg). At FAO's usual milling rate of two thirds the same paddy holds about 2,400, so home use of rice is "
    "overstated by up to a sixth."
)


def food_network(
    tables: Tables, crop: str, *, reserve_share: float = 0.0, assumptions: Given | None = None
) -> SupplyNetwork:
    """Build the network of a crop in kcal: what each economy keeps of its own harvest, and whose harvest it buys.

    An economy serves itself first (``home_priority`` 1) and no harvest can be raised within the year (``spare`` 0),
    unless ``assumptions`` says otherwise; rigidity is that of materials. None of these is a figure.

    Parameters
    ----------
    tables
        The snapshot's tables.
    crop
        ``wheat``, ``maize`` or ``rice``.
    reserve_share
        Part of each economy's own reserve, from 0 to 1, that its users hold as their stock (``final_stock_days``). An
        economy without use of the crop in the network has nobody to hold any.
    assumptions
        As for ``build_network``: numbers that take the place of those above; ``final_stock_days`` (days of use) in
        place of a share of the reserve.

    Returns
    -------
    SupplyNetwork
        One stage, unit kcal. An economy that grows the crop and stands outside the 195 of the trade list is left out
        and named in the notes, since its trade is unknown and not 0.

    Raises
    ------
    UnknownNameError
        If there is no such crop.
    RequestError
        If an assumption is wrong, the share is not one, or stocks are asked for in both ways.
    """
    _check_share(reserve_share, assumptions)
    network = build_food(tables, crop, assumptions=OF_A_HARVEST | dict(assumptions or {}))
    energy = parameter(f"kcal_per_tonne_{crop}")
    listed = food_reserves(tables, crop)
    keep = np.array([code in listed for code in network.economies])
    outside = sorted(code for code in network.economies if code not in listed)
    block = network.blocks[0]
    final = block.final[np.ix_(keep, keep)] * energy
    kept = replace(
        network,
        unit="kcal",
        economies=tuple(code for code in network.economies if code in listed),
        output=final.sum(axis=1, keepdims=True),
        blocks=(replace(block, makers=np.zeros((len(final), 0)), final=final),),
        final_stock_days=network.final_stock_days[keep],
        spare=network.spare[keep],
        value_added_usd=network.value_added_usd[keep],
        repairs=tuple(Repair(one.where, one.what, one.before * energy, one.after * energy) for one in network.repairs),
        notes=_notes(tables, crop, outside, frozenset(listed)),
    )
    if "final_stock_days" in (assumptions or {}):
        return replace(kept, notes=(*kept.notes, "Stocks of users are those given, in days of use."))
    held = np.nan_to_num(reserve_share * reserve_days(kept, listed))
    what = f"Users hold {reserve_share:.0%} of their economy's own reserve." if reserve_share else WITHOUT_STOCKS
    return replace(kept, final_stock_days=held[:, None], notes=(*kept.notes, what))


def food_reserves(tables: Tables, crop: str) -> dict[str, float]:
    """Return the stock of one crop by economy, kcal; 0 where USDA lists none, no entry outside the list of 195.

    Raises
    ------
    UnknownNameError
        If there is no such crop.
    """
    if crop not in CROPS:
        raise UnknownNameError("crop", crop, CROPS)
    query = "SELECT economy::VARCHAR, kcal::DOUBLE FROM food_stocks WHERE crop = $crop ORDER BY ALL"
    return dict(tables.rows(query, crop=crop))


def reserve_days(network: SupplyNetwork, reserves: Mapping[str, float]) -> Floats:
    """Return what each economy's reserve would last, days of its base use, shape ``[economy]``.

    ``365 * reserve / (home use + imports)``; nan where the economy has no use or its reserve is unknown.
    """
    use = network.blocks[0].final.sum(axis=0)
    held = np.array([reserves.get(code, np.nan) for code in network.economies])
    of_use = np.divide(held, use, out=np.full_like(use, np.nan), where=use > 0.0)
    return np.asarray(parameter("days_per_year") * of_use)


def _check_share(reserve_share: float, assumptions: Given | None) -> None:
    faults = []
    if not 0.0 <= reserve_share <= 1.0:
        faults.append(f"reserve_share: {reserve_share} is not a share")
    if reserve_share and "final_stock_days" in (assumptions or {}):
        faults.append("stocks are asked for twice, as reserve_share and as final_stock_days")
    if faults:
        raise RequestError(
            "\n  ".join(["the stocks of a food network have faults:", *faults]),
            expected="a reserve_share from 0 to 1, or final_stock_days in days of use",
        )


def _notes(tables: Tables, crop: str, outside: list[str], listed: frozenset[str]) -> tuple[str, ...]:
    rows = tables.rows(
        "SELECT economy::VARCHAR FROM food_production WHERE item_code = $item AND year = $year AND tonnes IS NULL "
        "ORDER BY ALL",
        item=CROPS[crop],
        year=int(parameter("food_production_year")),
    )
    unknown = [code for (code,) in rows if code in listed]
    notes = [VINTAGES]
    if crop == "rice":
        notes.append(PADDY)
    if outside:
        notes.append(f"Left out, since their trade is unknown: {', '.join(outside)}.")
    if unknown:
        notes.append(f"FAO leaves their production empty, so it is not in the network: {', '.join(unknown)}.")
    notes.append("An economy without a row in FAOSTAT production is taken not to grow the crop.")
    return tuple(notes)
