"""Where a material is mined or made: concentration of world production, plain and weighted by governance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import WORLD, Block, listed_gaps, listed_keys
from kizuna.exposure.concentration import Floats, herfindahl
from kizuna.exposure.governance import weighted_concentration
from kizuna.exposure.panel import Integers
from kizuna.exposure.scores import scores_by_year
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

SIX_DIMENSIONS = (
    "needs the mean of six governance dimensions; the snapshot holds political stability only, which does not stand in for it"
)


@dataclass(frozen=True, slots=True)
class Production:
    """World production of one mineral and year.

    ``amount`` counts thousandths of the publisher's unit, shape ``[producer]``, so that sums are exact; ``economy`` are
    positions in the tables' economy codes; ``kg`` is the mass of one thousandth of the unit.
    """

    mineral: str
    year: int
    economy: Integers
    amount: Integers
    kg: float

    def mass_kg(self, economies: int) -> Floats:
        """Return production in kg for every economy, shape ``[economy]``; 0 where the publisher lists none."""
        mass = np.zeros(economies)
        mass[self.economy] = self.amount * self.kg
        return mass


def read_production(tables: Tables, minerals: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], Production]:
    """Return production by (mineral, year); a pair that the publisher lacks is not in it."""
    names = tuple(dict.fromkeys(minerals))
    found = tables.arrays(
        """SELECT asked.position, year, enum_code(economy) AS economy, amount_thousandths AS amount,
                  kg_per_thousandth AS kg
           FROM mine_production
           JOIN (SELECT unnest($positions) AS position, unnest($names) AS mineral) asked USING (mineral)
           WHERE year BETWEEN $first AND $last AND amount_thousandths > 0
           ORDER BY asked.position, year, amount DESC, mine_production.economy""",
        positions=list(range(len(names))), names=list(names), first=min(years), last=max(years),
    )  # fmt: skip
    key = np.stack([found["position"], found["year"]])
    starts = np.flatnonzero(np.diff(key, axis=1, prepend=-1).any(axis=0))
    made = {}
    for first, last in zip(starts, np.append(starts, key.shape[1])[1:], strict=True):
        mineral, year = names[key[0, first]], int(key[1, first])
        economy, amount = found["economy"][first:last].astype(np.int64), found["amount"][first:last]
        made[mineral, year] = Production(mineral, year, economy, amount, float(found["kg"][first]))
    return made


def measure_production(
    tables: Tables, minerals: dict[str, str], years: Sequence[int], assumptions: Assumptions
) -> list[Block]:
    """Measure the concentration of world production of each material and year.

    Parameters
    ----------
    minerals
        Publisher's mineral name by material id.
    """
    found = read_production(tables, list(minerals.values()), years)
    scores = scores_by_year(tables, years, assumptions)
    keys = [(material, year) for material in minerals for year in years]
    hhi, weighted, rows = np.full(len(keys), np.nan), np.full(len(keys), np.nan), np.zeros(len(keys), dtype=np.int64)
    gaps: dict[int, str] = {}
    gaps_weighted: dict[int, str] = {}
    for row, (material, year) in enumerate(keys):
        production = found.get((minerals[material], year))
        if production is None:
            gaps[row] = gaps_weighted[row] = f"no world production of {minerals[material]} in {year} in this snapshot"
            continue
        rows[row] = len(production.amount)
        hhi[row] = herfindahl(production.amount)[0]
        year_scores = scores[year]
        if year_scores is None:
            gaps_weighted[row] = f"no governance scores for {year}"
        elif not year_scores.scored[production.economy].all():
            unscored = [tables.economy_codes[e] for e in production.economy if not year_scores.scored[e]]
            gaps_weighted[row] = f"no governance score for {', '.join(unscored)}"
        else:
            weighted[row] = weighted_concentration(production.amount, parameter("governance_scale") * year_scores.instability[production.economy])
    labels = listed_keys([(material, year, WORLD) for material, year in keys])
    made, scored = ("mine_production",), ("mine_production", "governance")
    six = dict.fromkeys(range(len(keys)), SIX_DIMENSIONS)
    return [
        Block("production_hhi", "mass", "index", labels, hhi, rows, made, listed_gaps(gaps, len(keys))),
        Block("production_hhi_political_stability", "mass", "index", labels, weighted, rows, scored, listed_gaps(gaps_weighted, len(keys))),
        Block("production_hhi_wgi", "mass", "index", labels, np.full(len(keys), np.nan), rows, scored, listed_gaps(six, len(keys))),
    ]
