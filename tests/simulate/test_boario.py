"""ARIO, as a configuration of the engine, gives what BoARIO 0.7.2 itself found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
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
