"""ARIO, as a configuration of the engine, gives what BoARIO 0.7.2 itself found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pymrio
import pytest
from simulate.ario_reference import Table, simulate_ario
from simulate.peer_case import run_case

DATA = Path(__file__).parent / "data"
ASKED = json.loads((DATA / "cases_2x3.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in ASKED["cases"]}
COMPARED = {"production_realised": 1e-9, "production_capacity": 1e-9, "final_demand_unmet": 1e-9, "inputs_stocks": 1e-9}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_engine_agrees_with_what_boario_itself_found(case: dict[str, Any]) -> None:
    with np.load(DATA / "table_2x3.npz") as table:
        ours = run_case(dict(table), case)
    loose = 1e-3 if case["model"] == "base" else 1e-9
    with np.load(DATA / "boario_0_7_2.npz") as theirs:
        for record in (*COMPARED, "overproduction"):
            found = theirs[f"{case['name']}/{record}"]
            np.testing.assert_allclose(
                ours[record][ASKED["keep_steps"]], found, rtol=loose, atol=loose * found.max(), err_msg=record
            )


@pytest.fixture(scope="module")
def pymrio_table() -> dict[str, Any]:
    """Return the table that pymrio brings for trying out, regions and sectors in order."""
    system = pymrio.load_test().calc_all()
    return {
        "flows": system.Z.sort_index().sort_index(axis=1).to_numpy(),
        "final": system.Y.sort_index().sort_index(axis=1).to_numpy(),
        "output": system.x.sort_index().to_numpy().reshape(-1),
        "regions": np.array(sorted(system.get_regions())),
        "sectors": np.array(sorted(system.get_sectors())),
    }


def pymrio_case(table: dict[str, Any], kind: str, order: str) -> dict[str, Any]:
    """Return a case in which the first region loses most of its capital, or half of its output, for three weeks."""
    region, sectors = str(table["regions"][0]), [str(sector) for sector in table["sectors"]]
    added = table["output"] - table["flows"].sum(axis=0)
    lost = np.full(len(sectors), 0.5) if kind == "arbitrary" else 4 * added[: len(sectors)] * 0.8
    event = {
        "kind": kind, "impact": [[region, sector, float(part)] for sector, part in zip(sectors, lost, strict=True)],
        "occurrence": 5, "duration": 21, "recovery_tau": 45, "recovery_function": "linear",
        "rebuilding_sectors": {"manufactoring": 0.6, "construction": 0.4},
    }  # fmt: skip
    return {
        "name": kind, "steps": 365, "model": "psi", "order_type": order, "main_inv_dur": 30, "restoration_tau": 20,
        "alpha_tau": 180, "capital_ratio": 4, "events": [event],
    }  # fmt: skip


@pytest.mark.parametrize("order", ["alt", "noalt"])
@pytest.mark.parametrize("kind", ["recovery", "rebuild", "arbitrary"])
def test_a_year_agrees_to_a_billionth_once_round_off_decides_nothing(
    pymrio_table: dict[str, Any], kind: str, order: str
) -> None:
    case = pymrio_case(pymrio_table, kind, order) | {"scarcity_tolerance": 1e-9}
    labels = [tuple(pymrio_table[name].tolist()) for name in ("regions", "sectors")]
    theirs = simulate_ario(Table(pymrio_table["flows"], pymrio_table["final"], pymrio_table["output"], *labels), case)
    ours = run_case(pymrio_table, case)
    assert theirs["limited"].any()
    for record in (*COMPARED, "overproduction"):
        scale = np.abs(theirs[record]).max()
        np.testing.assert_allclose(ours[record], theirs[record], rtol=1e-9, atol=1e-9 * scale, err_msg=record)


def test_round_off_alone_moves_the_capacity_of_the_exact_rule(pymrio_table: dict[str, Any]) -> None:
    """Overproduction relaxes only where demand equals output to the last bit: the order of sums decides the
    capacity."""
    case = pymrio_case(pymrio_table, "arbitrary", "alt")
    labels = [tuple(pymrio_table[name].tolist()) for name in ("regions", "sectors")]
    exact = simulate_ario(Table(pymrio_table["flows"], pymrio_table["final"], pymrio_table["output"], *labels), case)
    ours = run_case(pymrio_table, case)
    output, capacity = (
        np.abs(ours[record] / exact[record] - 1).max() for record in ("production_realised", "production_capacity")
    )
    assert output < 1e-5
    assert 1e-9 < capacity < 1e-3
