"""Production and trade of one stage of a chain, in tonnes, as the tables give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kizuna.floor.errors import NetworkError
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T, KG_PER_UNIT
from kizuna.network.recipes import MINE_SERIES, USGS_SERIES, StageRecipe
from kizuna.network.supply_network import Floats, Repair
from kizuna.tables.build import Tables

# The SQL tables behind a series of production.
TABLE_OF = {MINE_SERIES: ("mine_production",), USGS_SERIES: ("usgs_production", "usgs_unnamed")}

_FLOWS = """
SELECT enum_code(supplier) AS supplier, enum_code(buyer) AS buyer, sum(value_usd)::DOUBLE AS value,
       sum(coalesce(mass_kg, 0))::DOUBLE AS mass, sum(CASE WHEN mass_kg IS NULL THEN value_usd ELSE 0 END)::DOUBLE
       AS silent
FROM flows
WHERE revision = $revision AND product = $product AND year = $year AND buyer <> supplier
GROUP BY ALL ORDER BY supplier, buyer
"""
_UNIT_VALUE = """
SELECT year, sum(value_usd)::DOUBLE / sum(mass_kg)::DOUBLE FROM flows
WHERE revision = $revision AND product = $product AND mass_kg > 0 GROUP BY year ORDER BY abs(year - $year), year
"""


@dataclass(frozen=True, slots=True)
class StageFigures:
    """What the tables hold of one stage.

    Parameters
    ----------
    recipe
        The stage.
    made
        Production of the economies that the publisher names, t, shape ``[economy]``.
    unnamed
        Production of others together, t.
    trade
        Gross weight traded, t, shape ``[supplier, buyer]``; None where trade is not in the figures.
    repairs, notes
        What was done to read them, and what a reader must know.
    """

    recipe: StageRecipe
    made: Floats
    unnamed: float
    trade: Floats | None
    repairs: tuple[Repair, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())

    @property
    def total(self) -> float:
        """World production, t."""
        return float(self.made.sum()) + self.unnamed


def read_stage(tables: Tables, recipe: StageRecipe, year: int) -> StageFigures:
    """Read production and trade of a stage; without a series of production ``made`` is 0 everywhere.

    Raises
    ------
    NetworkError
        If a figure that the recipe names is not in the tables for the year.
    """
    made, unnamed, notes = _production(tables, recipe, year)
    if not recipe.code:
        none = f"{recipe.name}: no trade of it in the figures; links between economies are not known."
        return StageFigures(recipe, made, unnamed, None, notes=(*notes, none))
    trade, repairs, more = _trade(tables, recipe, year)
    return StageFigures(recipe, made, unnamed, trade, tuple(repairs), (*notes, *more))


def tables_read(recipes: Sequence[StageRecipe]) -> tuple[str, ...]:
    """Return the SQL tables that stages are read from."""
    heads = (next((head for head in TABLE_OF if recipe.series.startswith(head)), "") for recipe in recipes)
    return tuple(dict.fromkeys(table for head in heads if head for table in TABLE_OF[head]))


def _production(tables: Tables, recipe: StageRecipe, year: int) -> tuple[Floats, float, list[str]]:
    made = np.zeros(len(tables.economy_codes))
    if not recipe.series:
        return made, 0.0, []
    rows, unnamed, notes = (
        _mined(tables, recipe, year) if recipe.series.startswith(MINE_SERIES) else _refined(tables, recipe, year)
    )
    if not rows:
        raise NetworkError(
            f"The tables hold no production of {recipe.name} ({recipe.series}) in {year}.",
            do="Take another year, or give shares of production.",
        )
    for economy, tonnes in rows:
        made[economy] += tonnes
    return made, unnamed, notes


def _mined(tables: Tables, recipe: StageRecipe, year: int) -> tuple[list[tuple[int, float]], float, list[str]]:
    rows = tables.rows(
        """SELECT enum_code(economy), sum(amount_thousandths * kg_per_thousandth)::DOUBLE FROM mine_production
           WHERE mineral = $mineral AND year = $year AND amount_thousandths > 0 GROUP BY economy ORDER BY economy""",
        mineral=recipe.series.removeprefix(MINE_SERIES),
        year=year,
    )
    return [(economy, kg / KG_PER_T) for economy, kg in rows], 0.0, []


def _refined(tables: Tables, recipe: StageRecipe, year: int) -> tuple[list[tuple[int, float]], float, list[str]]:
    _, commodity, stage, *word = recipe.series.split(":")
    asked = {"commodity": commodity, "stage": stage, "year": year, "word": word[0] if word else ""}
    where = "WHERE commodity = $commodity AND stage = $stage AND year = $year AND contains(type, $word)"
    rows = tables.rows(
        f"""SELECT enum_code(economy) AS code, unit, status, sum(amount)::DOUBLE FROM usgs_production {where}
            AND amount > 0 GROUP BY ALL ORDER BY code""",
        **asked,
    )
    others = tables.rows(f"SELECT unit, sum(amount)::DOUBLE FROM usgs_unnamed {where} GROUP BY unit", **asked)
    notes = []
    if any(status == "estimated" for _, _, status, _ in rows):
        notes.append(f"{recipe.name}: the publisher calls its figures of {year} estimates.")
    return (
        [(economy, _tonnes(unit, amount)) for economy, unit, _, amount in rows],
        sum(_tonnes(unit, amount) for unit, amount in others if amount),
        notes,
    )


def _tonnes(unit: str, amount: float) -> float:
    if unit not in KG_PER_UNIT:
        raise NetworkError(f"Production is counted in {unit}, which is no mass.", expected=", ".join(KG_PER_UNIT))
    return amount * KG_PER_UNIT[unit] / KG_PER_T


def _trade(tables: Tables, recipe: StageRecipe, year: int) -> tuple[Floats, list[Repair], list[str]]:
    revision, _, product = recipe.code.partition(":")
    asked = {"revision": revision, "product": product, "year": year}
    found = tables.arrays(_FLOWS, **asked)
    value, silent = float(found["value"].sum()), float(found["silent"].sum())
    if not value:
        raise NetworkError(f"The tables hold no trade of {recipe.name} ({recipe.code}) in {year}.")
    size = len(tables.economy_codes)
    trade = np.zeros((size, size))
    place = (found["supplier"], found["buyer"])
    notes = _coverage_notes(tables, recipe, asked)
    repairs: list[Repair] = []
    if silent <= parameter("missing_mass_limit") * value:
        weighed = float(found["mass"].sum())
        per_usd = weighed / (value - silent)
        trade[place] = (found["mass"] + found["silent"] * per_usd) / KG_PER_T
        if silent:
            what = f"flows without a mass, {silent / value:.2%} of the value, weighed by the mean value of the others"
            repairs.append(Repair(f"{recipe.name} trade", what, weighed / KG_PER_T, float(trade.sum())))
    else:
        price, said = _price(tables, recipe, asked)
        trade[place] = found["value"] / price
        notes.append(
            f"{recipe.name}: trade is published by value; tonnes are value over {price:,.0f} USD a tonne ({said})."
        )
    return trade, repairs, notes


def _price(tables: Tables, recipe: StageRecipe, asked: dict[str, object]) -> tuple[float, str]:
    if asked["year"] in recipe.usd_per_t:
        return recipe.usd_per_t[int(str(asked["year"]))], f"{recipe.price_source}, {asked['year']}"
    weighed = tables.rows(_UNIT_VALUE, **asked)
    if not weighed:
        raise NetworkError(f"Trade of {recipe.name} ({recipe.code}) has no masses in any year, and no price is known.")
    year, usd_per_kg = weighed[0]
    return usd_per_kg * KG_PER_T, f"the mean value of its trade in {year}"


def _coverage_notes(tables: Tables, recipe: StageRecipe, asked: dict[str, object]) -> list[str]:
    notes = []
    top = tables.rows(
        "SELECT bool_or(coverage = 'top flows') FROM flows WHERE revision = $revision AND product = $product AND "
        "year = $year",
        **asked,
    )
    if top[0][0]:
        notes.append(f"{recipe.name}: the largest flows of {recipe.code} only.")
    if int(str(asked["year"])) > parameter("last_settled_year"):
        notes.append(f"{recipe.name}: trade after {parameter('last_settled_year'):.0f} is provisional.")
    return notes
