"""Prove why a score of geopolrisk-py differs: compute kizuna's score again with one of its known faults imitated.

The faults are imitated here alone, with the package's own formulas; nothing of the package knows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kizuna.exposure.arrays import Floats
from kizuna.exposure.concentration import herfindahl
from kizuna.exposure.governance import geopolrisk_score, instability
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

TOLERANCE = 1e-9
WHOLE_UNITS = "production cut to whole units in the concentration index"
GAS_AS_TONNES = "natural gas: production in million m3 added to tonnes"
BLANK_IS_STABLE = "a blank governance score stored as 0, perfectly stable"
GUYANA = "Guyana's governance score taken from French Guiana"
FAULTS = (WHOLE_UNITS, GAS_AS_TONNES, BLANK_IS_STABLE, GUYANA)
NOTHING = "no imported mass and no production: 0 there, a gap here"
UNEXPLAINED = "unexplained"
OTHER_ASIA, OTHER_ASIA_SCORE = "S19", 0.5

Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Case:
    """What one score is made of: masses in kg by supplier, production in thousandths of its unit by producer."""

    economy: str
    suppliers: list[str]
    masses: Floats
    producers: list[str]
    amounts: np.ndarray
    unit: str
    kg_per_thousandth: float


class Differences:
    """Finds the cause of each difference.

    Parameters
    ----------
    tables
        The tables that kizuna's scores come from.
    codes, minerals
        HS92 codes and the mineral's table by material.
    cut
        Production cut to whole units, by mineral and year; 471155.99999999994 tonnes count 471155.
    """

    def __init__(
        self,
        tables: Tables,
        codes: dict[str, tuple[str, ...]],
        minerals: dict[str, str],
        cut: dict[tuple[str, int], list[int]],
    ) -> None:
        self.tables, self.codes, self.minerals, self.cut = tables, codes, minerals, cut
        rows = tables.rows("SELECT year, economy, estimate::DOUBLE FROM governance")
        self.listed = {(year, economy): estimate for year, economy, estimate in rows}

    def cause(self, key: Key, peer: float, ours: float | None) -> str:
        """Return what explains the peer's score; an empty text where both are the same."""
        case = self.case(key)
        plain = self.score(case, key, ())
        if ours is None:
            nothing = case.masses.sum() == 0 and case.economy not in case.producers
            return NOTHING if nothing and peer == 0.0 and np.isnan(plain) else UNEXPLAINED
        if abs(plain - ours) > TOLERANCE:
            raise AssertionError(f"{key}: the benchmark computes {plain}, the package {ours}")
        if abs(peer - ours) <= TOLERANCE:
            return ""
        for many in range(1, len(FAULTS) + 1):
            for faults in combinations(FAULTS, many):
                if abs(self.score(case, key, faults) - peer) <= TOLERANCE:
                    return " + ".join(faults)
        return UNEXPLAINED

    def case(self, key: Key) -> Case:
        """Read what the score of a (material, year, importer) is made of."""
        material, year, economy = key
        flows = self.tables.rows(
            """SELECT supplier, coalesce(sum(mass_kg), 0)::BIGINT FROM flows
               WHERE revision = 'HS92' AND product IN (SELECT unnest($codes)) AND year = $year AND buyer = $economy
               GROUP BY supplier ORDER BY supplier""",
            codes=list(self.codes[material]), year=year, economy=economy,
        )  # fmt: skip
        made = self.tables.rows(
            """SELECT economy, amount_thousandths, unit, kg_per_thousandth FROM mine_production
               WHERE mineral = $mineral AND year = $year AND amount_thousandths > 0
               ORDER BY amount_thousandths DESC, economy""",
            mineral=self.minerals[material], year=year,
        )  # fmt: skip
        return Case(
            economy,
            [supplier for supplier, _ in flows],
            np.array([mass for _, mass in flows], dtype=np.float64),
            [producer for producer, _, _, _ in made],
            np.array([amount for _, amount, _, _ in made], dtype=np.int64),
            made[0][2],
            made[0][3],
        )

    def score(self, case: Case, key: Key, faults: Sequence[str]) -> float:
        """Compute the score of a case with some faults imitated."""
        material, year, _ = key
        amounts = np.array(self.cut[self.minerals[material], year]) if WHOLE_UNITS in faults else case.amounts
        own = float(case.amounts[case.producers.index(case.economy)]) if case.economy in case.producers else 0.0
        own *= 1.0 if case.unit == "Mio m3" and GAS_AS_TONNES in faults else case.kg_per_thousandth
        weights = np.array([self._weight(supplier, year, faults) for supplier in case.suppliers])
        return float(geopolrisk_score(float(herfindahl(amounts)[0]), case.masses, weights, own))

    def _weight(self, supplier: str, year: int, faults: Sequence[str]) -> float:
        if supplier == OTHER_ASIA:
            return OTHER_ASIA_SCORE
        place = (year, "GUF" if supplier == "GUY" and GUYANA in faults else supplier)
        if place in self.listed and self.listed[place] is None and BLANK_IS_STABLE in faults:
            return 0.0
        estimate = self.listed.get(place)
        return parameter("governance_midpoint") if estimate is None else float(instability(np.array([estimate]))[0])
