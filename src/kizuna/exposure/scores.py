"""Governance scores of all economies in one year, and what stands in where a publisher has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.concentration import Floats
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


def read_scores(tables: Tables, year: int, assumptions: Assumptions) -> Scores | None:
    """Return the scores of one year, or None where the publisher has no such year."""
    rows = tables.rows(
        "SELECT economy, estimate::DOUBLE FROM governance WHERE year = $year AND estimate IS NOT NULL ORDER BY economy", year=year
    )
    if not rows:
        return None
    estimate = np.full(len(tables.economy_codes), np.nan)
    place = {code: position for position, code in enumerate(tables.economy_codes)}
    for economy, value in rows:
        estimate[place[economy]] = value
    scored = ~np.isnan(estimate)
    weights = np.where(scored, instability(estimate), assumptions.unscored_instability)
    if assumptions.other_asia_instability is not None:
        weights[place[OTHER_ASIA]] = assumptions.other_asia_instability
        scored[place[OTHER_ASIA]] = True
    return Scores(year, weights, scored)
