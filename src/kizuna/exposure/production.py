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
from kizuna.exposure.scores import read_scores
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
    with tables.listed("asked_mineral", ("mineral",), [(name,) for name in minerals]):
        rows = tables.rows(
            """SELECT mineral, year, enum_code(economy), amount_thousandths, kg_per_thousandth
               FROM mine_production JOIN asked_mineral USING (mineral)
               WHERE year BETWEEN $first AND $last AND amount_thousandths > 0
               ORDER BY mineral, year, amount_thousandths DESC, economy""",
            first=min(years),
            last=max(years),
        )
    grouped: dict[tuple[str, int], list[tuple[int, int, float]]] = {}
    for mineral, year, economy, amount, kg in rows:
        grouped.setdefault((mineral, year), []).append((economy, amount, kg))
    return {
        (mineral, year): Production(
            mineral, year, np.array([e for e, _, _ in found]), np.array([a for _, a, _ in found], dtype=np.int64), found[0][2]
        )
        for (mineral, year), found in grouped.items()
    }


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
    scores = {year: read_scores(tables, year, assumptions) for year in years}
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
