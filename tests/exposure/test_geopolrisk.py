"""GeoPolRisk on the embedded figures, written out from the tables."""

from __future__ import annotations

import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables


def by_hand(tables: Tables, members: list[str]) -> tuple[float, float]:
    """Return score and factor of graphite in 2023 for a bloc or economy; flows without a mass count none."""
    risk = {
        code: min(max(parameter("governance_midpoint") - parameter("governance_slope") * estimate, 0.0), 1.0)
        for code, estimate in tables.rows(
            "SELECT economy::VARCHAR, estimate::DOUBLE FROM governance WHERE year = 2023 AND estimate IS NOT NULL"
        )
    }
    if len(members) > 1:
        risk |= dict.fromkeys(members, 0.0)
    made = dict(
        tables.rows(
            "SELECT economy::VARCHAR, amount::DOUBLE * 1000 FROM mine_production "
            "WHERE mineral = 'Graphite' AND year = 2023 AND amount > 0"
        )
    )
    flows = tables.rows(
        "SELECT supplier::VARCHAR, coalesce(sum(mass_kg), 0)::DOUBLE, sum(value_usd)::DOUBLE FROM flows "
        "WHERE revision = 'HS92' AND product IN ('250410', '250490') AND year = 2023 AND buyer <> supplier "
        "AND list_contains($members, buyer::VARCHAR) GROUP BY 1",
        members=members,
    )
    mass = sum(kg for _, kg, _ in flows)
    own = sum(made.get(code, 0.0) for code in members)
    hhi = sum((amount / sum(made.values())) ** 2 for amount in made.values())
    score = hhi * sum(kg * risk[code] for code, kg, _ in flows if kg) / (own + mass)
    price = sum(usd for _, _, usd in flows) / mass
    return score, score * price / 0.409412948


@pytest.mark.parametrize("name", ["KOR", "DEU", "CHN", "IND+JPN", "EU27"])
def test_score_and_factor_follow_from_the_tables(tables: Tables, name: str) -> None:
    found = measure_exposure(
        tables, [name], materials=["natural-graphite"], years=[2023], methods=["geopolrisk"]
    ).by_key
    members = list(tables.economies.bloc(name).economies) if "+" in name or name == "EU27" else [name]
    score, factor = by_hand(tables, members)
    assert found[name, "natural-graphite", 2023, "geopolrisk_score", "mass"].value == pytest.approx(score, rel=1e-11)
    assert found[name, "natural-graphite", 2023, "geopolrisk_cf", "mass"].value == pytest.approx(factor, rel=1e-11)


def test_what_stands_in_for_economy_490_changes_only_those_who_buy_there(tables: Tables) -> None:
    def scores(choice: float | None) -> dict[str, float | None]:
        found = measure_exposure(
            tables,
            ["JPN", "MAR", "ISL"],
            materials=["cobalt"],
            years=[2023],
            methods=["geopolrisk"],
            assumptions=Assumptions(other_asia_instability=choice),
        )
        return {row.economy: row.value for row in found.rows() if row.indicator == "geopolrisk_score"}

    buyers = {
        buyer
        for (buyer,) in tables.rows(
            "SELECT DISTINCT buyer::VARCHAR FROM flows WHERE revision = 'HS92' AND product IN ('282200', '810510') "
            "AND year = 2023 AND supplier = 'S19' AND mass_kg > 0"
        )
    }
    plain, high = scores(None), scores(1.0)
    assert "JPN" in buyers
    assert not {code for code, score in plain.items() if score is not None} <= buyers
    for economy, score in plain.items():
        assert (high[economy] != score) is (economy in buyers)
