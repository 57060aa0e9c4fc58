"""The European criticality study of 2023: invariants of its table, and worked values from our functions."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from kizuna.exposure.governance import supply_risk, weighted_concentration

HEAVY = (
    "Dysprosium",
    "Erbium",
    "Europium",
    "Gadolinium",
    "Holmium",
    "Lutetium",
    "Terbium",
    "Thulium",
    "Ytterbium",
    "Yttrium",
)
LIGHT = ("Cerium", "Lanthanum", "Neodymium", "Praseodymium", "Samarium")
PLATINUM = ("Iridium", "Palladium", "Platinum", "Rhodium", "Ruthenium")
# Praseodymium's cell of the processing stage is empty in the source; the light group is a mean of worst stages.
NOT_A_MAXIMUM = {"LREE (avg)", "Praseodymium"}


@pytest.fixture(scope="module")
def results(shared: Path) -> dict[str, dict[str, str]]:
    """Return the published results by material."""
    with (shared / "data" / "eu_crm_2023" / "results.csv").open(encoding="utf-8-sig") as file:
        return {row["material"]: row for row in csv.DictReader(file)}


def test_supply_risk_is_that_of_the_worse_stage(results: dict[str, dict[str, str]]) -> None:
    assert len(results) > 80
    for material, row in results.items():
        worst = max(float(row[stage]) for stage in ("SR_E", "SR_P") if row[stage])
        within = abs(worst - float(row["SR"])) <= 0.05
        assert within is (material not in NOT_A_MAXIMUM), material


@pytest.mark.parametrize(
    ("group", "members", "risk", "importance"),
    [
        ("HREE (avg)", HEAVY, 5.09, 4.18),
        ("LREE (avg)", LIGHT, 3.74, 5.94),
        ("PGM (avg)", PLATINUM, 2.746, 7.10),
    ],
)
def test_a_group_is_the_plain_mean_of_its_members(
    results: dict[str, dict[str, str]], group: str, members: tuple[str, ...], risk: float, importance: float
) -> None:
    assert fmean(float(results[name]["SR"]) for name in members) == pytest.approx(risk, abs=1e-9)
    assert fmean(float(results[name]["EI"]) for name in members) == pytest.approx(importance, abs=1e-9)
    assert round(risk, 1) == float(results[group]["SR"])
    assert round(importance, 1) == float(results[group]["EI"])


def test_the_thresholds_flag_thirty_two_materials_and_groups(results: dict[str, dict[str, str]]) -> None:
    alone = {name: row for name, row in results.items() if name not in {*HEAVY, *LIGHT, *PLATINUM}}
    flagged = {name for name, row in alone.items() if float(row["SR"]) >= 1.0 and float(row["EI"]) >= 2.8}
    assert len(flagged) == 32
    assert not flagged & {"Copper", "Nickel"}


def test_magnesium_worked_from_rounded_inputs() -> None:
    # China holds 91 % of world supply and 97 % of European sourcing; the others' squared shares are left out.
    world = weighted_concentration(np.array([91, 9]), np.array([5.7, 0.0]))
    own = weighted_concentration(np.array([97, 3]), np.array([5.7, 0.0]))
    risk = supply_risk(world, own, import_reliance=1.0, recycling_input_rate=0.13, substitution_index=0.94)
    assert round(risk, 2) == 4.12


def test_niobium_worked_from_rounded_inputs() -> None:
    # World supply alone is used, so it has the whole weight whatever the import reliance.
    world = weighted_concentration(np.array([92, 8]), np.array([5.6, 0.0]))
    for reliance in (0.0, 0.5, 1.0):
        risk = supply_risk(world, world, import_reliance=reliance, recycling_input_rate=0.0, substitution_index=0.96)
        assert round(risk, 2) == 4.55
