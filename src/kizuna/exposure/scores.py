"""Governance scores of all economies in one year, and what stands in where a publisher has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.exposure.arrays import Floats
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.governance import instability
from kizuna.tables.build import Tables

OTHER_ASIA = "S19"


@dataclass(frozen=True, slots=True)
class Scores:
    """Instability of each economy in a year, shape ``[economy]``; ``scored`` is False where the publisher has none.

    Where ``scored`` is False, ``instability`` holds what the GeoPolRisk method puts there.
    """

    year: int
    instability: Floats
    scored: npt.NDArray[np.bool_]


def scores_by_year(tables: Tables, years: Sequence[int], assumptions: Assumptions) -> dict[int, Scores | None]:
    """Return the scores of each year, None for a year that the publisher does not have."""
    found = tables.arrays(
        """SELECT year, enum_code(economy) AS economy, estimate::DOUBLE AS estimate FROM governance
           WHERE estimate IS NOT NULL AND year BETWEEN $first AND $last""",
        first=min(years),
        last=max(years),
    )
    scores: dict[int, Scores | None] = {}
    for year in years:
        of_year = found["year"] == year
        estimate = np.full(len(tables.economy_codes), np.nan)
        estimate[found["economy"][of_year]] = found["estimate"][of_year]
        scores[year] = _with_choices(tables, year, estimate, assumptions) if of_year.any() else None
    return scores


def _with_choices(tables: Tables, year: int, estimate: Floats, assumptions: Assumptions) -> Scores:
    scored = ~np.isnan(estimate)
    weights = np.where(scored, instability(estimate), assumptions.unscored_instability)
    if assumptions.other_asia_instability is not None:
        other_asia = tables.economy_codes.index(OTHER_ASIA)
        weights[other_asia] = assumptions.other_asia_instability
        scored[other_asia] = True
    return Scores(year, weights, scored)
