"""GeoPolRisk scores of 2023 on the embedded figures, to five decimals."""

from __future__ import annotations

import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.measure import measure_exposure
from kizuna.tables.build import Tables

MATERIALS = ("natural-graphite", "cobalt", "rare-earths", "tungsten", "copper", "niobium")
# With 0.5 for economy 490, as the method's own tool has it.
SCORES = {
    "JPN": (0.29251, 0.21309, 0.23919, 0.36240, 0.05311, 0.48239),
    "KOR": (0.24275, 0.32419, 0.22650, 0.34682, 0.05238, 0.50173),
    "USA": (0.32633, 0.18936, 0.06127, 0.31354, 0.00014, 0.43671),
}


def scores(tables: Tables, assumptions: Assumptions) -> dict[tuple[str, str], float]:
    """Return the score of each economy and material in 2023, a material's stage left out of its name."""
    found = measure_exposure(
        tables, list(SCORES), materials=MATERIALS, years=[2023], methods=["geopolrisk"], assumptions=assumptions
    )
    rows = [row for row in found.rows() if row.indicator == "geopolrisk_score"]
    assert all(row.gap is None for row in rows)
    return {(row.economy, row.product.split(":")[0]): row.value for row in rows if row.value is not None}


@pytest.fixture(scope="module")
def published_choice(tables: Tables) -> dict[tuple[str, str], float]:
    """Return the scores with the published choice for economy 490."""
    return scores(tables, Assumptions(other_asia_instability=0.5))


@pytest.mark.parametrize("economy", SCORES)
def test_scores_of_2023_are_met_to_five_decimals(published_choice: dict[tuple[str, str], float], economy: str) -> None:
    found = [published_choice[economy, material] for material in MATERIALS]
    assert [round(score, 5) for score in found] == list(SCORES[economy])


def test_with_taiwans_own_score_japans_cobalt_is_lower(tables: Tables) -> None:
    assert round(scores(tables, Assumptions())["JPN", "cobalt"], 4) == 0.2096
