"""The plain reference of ARIO agrees with the numbers that BoARIO 0.7.2 itself found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from simulate.ario_reference import Table, simulate_ario

DATA = Path(__file__).parent / "data"
ASKED = json.loads((DATA / "cases_2x3.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in ASKED["cases"]}


def small_table() -> Table:
    """Return the made-up table of two regions and three sectors."""
    with np.load(DATA / "table_2x3.npz") as stored:
        labels = [tuple(stored[name].tolist()) for name in ("regions", "sectors")]
        return Table(stored["flows"], stored["final"], stored["output"], *labels)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_reference_agrees_with_what_boario_itself_found(case: dict[str, Any]) -> None:
    ours = simulate_ario(small_table(), case)
    with np.load(DATA / "boario_0_7_2.npz") as theirs:
        for record in ASKED["keep"]:
            found = theirs[f"{case['name']}/{record}"]
            np.testing.assert_allclose(
                ours[record][ASKED["keep_steps"]], found, rtol=1e-9, atol=1e-9 * found.max(), err_msg=record
            )


def test_cases_run_short_of_inputs_so_that_every_branch_is_compared() -> None:
    short = {name: simulate_ario(small_table(), case)["limited"].mean() for name, case in CASES.items()}
    assert min(short.values()) > 0.2


def test_nothing_moves_without_an_event() -> None:
    paths = simulate_ario(small_table(), CASES["rebuild-alt-psi"] | {"events": []})
    for record in ("production_realised", "inputs_stocks"):
        np.testing.assert_allclose(paths[record], np.broadcast_to(paths[record][0], paths[record].shape), rtol=1e-12)


@pytest.mark.parametrize(("kind", "first"), [("recovery", 5), ("rebuild", 5), ("arbitrary", 6)])
def test_losses_act_on_their_day_and_arbitrary_ones_a_day_late(kind: str, first: int) -> None:
    capacity = simulate_ario(small_table(), CASES[f"{kind}-alt-psi"])["production_capacity"]
    assert (capacity[first - 1] == capacity[0]).all()
    assert np.isclose(capacity[first] / capacity[0], 0.1, rtol=1e-3).any()
