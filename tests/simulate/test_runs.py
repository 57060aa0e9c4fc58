"""Runs repeat to the last digit, go on where they stopped, and say before they start when they would not fit."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from simulate.small_networks import certain, chain_of, export_halt, trade_of

from kizuna.floor.errors import SimulationError
from kizuna.floor.gaps import Gap
from kizuna.scenario.aimed import Spread
from kizuna.simulate.attribution import attribute
from kizuna.simulate.outcome import Outcome
from kizuna.simulate.ranking import rank_outages, rank_pairs
from kizuna.simulate.simulate import simulate

MONTH = 365 / 12
NETWORK = chain_of(3, stock_days=20, spare=0.02)
HALT = [replace(export_halt(0), depth=Spread(0.2, 0.8, 1.0), duration=Spread(90, 180, 400), onset=certain(30))]


def run(draws: int, **more: object) -> Outcome:
    """Run the halt with one seed."""
    given = {"horizon_days": 730, "step_days": MONTH, "rng": np.random.default_rng(7)} | more
    return simulate(NETWORK, {"halt": HALT}, draws, **given)  # type: ignore[arg-type]


def same(one: Outcome, other: Outcome) -> None:
    """Check that two outcomes are equal to the last digit."""
    for part in ("over_time", "draws"):
        for name, values in getattr(one, part).items():
            np.testing.assert_array_equal(values.values, getattr(other, part)[name].values, err_msg=name)


def test_a_seed_repeats_to_the_last_digit_whatever_the_number_of_workers() -> None:
    first = run(600)
    same(first, run(600))
    same(first, run(600, workers=2))
    other = run(600, rng=np.random.default_rng(8))
    assert (other.draws.unmet.values != first.draws.unmet.values).any()


def test_a_run_goes_on_from_kept_chunks_and_gives_the_same(tmp_path: Path) -> None:
    first = run(600, folder=tmp_path)
    kept = sorted(tmp_path.glob("*.npz"))
    assert len(kept) == 3
    kept[1].unlink()
    calls: list[tuple[int, int]] = []
    same(first, run(600, folder=tmp_path, progress=lambda done, total: calls.append((done, total))))
    assert calls == [(1, 3), (2, 3), (3, 3)]
    assert len(list(tmp_path.glob("*.npz"))) == 3
    kept[0].write_bytes(b"not a chunk")
    with pytest.raises(SimulationError, match="Delete the file"):
        run(600, folder=tmp_path)


def test_kept_chunks_of_another_run_are_not_taken(tmp_path: Path) -> None:
    run(600, folder=tmp_path)
    run(600, folder=tmp_path, horizon_days=365)
    assert len(sorted(tmp_path.glob("*.npz"))) == 6


SLOW = "import sys; from pathlib import Path; from simulate.test_runs import run; run(5_000, folder=Path(sys.argv[1]))"


def test_a_killed_run_leaves_whole_chunks_and_is_finished_by_the_next(tmp_path: Path) -> None:
    tests = str(Path(__file__).parents[1])
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path)], env=os.environ | {"PYTHONPATH": tests})
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*.npz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    kept = len(list(tmp_path.glob("*.npz")))
    assert 0 < kept < 20
    same(run(5_000, folder=tmp_path), run(5_000))


def test_quantiles_of_a_large_ensemble_are_those_of_its_draws_to_one_bin() -> None:
    outcome = run(600, keep="full")
    assert outcome.full is not None
    need = outcome.base.need / 12
    shares = (outcome.full.unmet / need).sel(scenario="halt")
    exact = shares.quantile([0.1, 0.5, 0.9], dim="draw").values
    found = outcome.over_time.unmet_quantile.sel(scenario="halt", quantile=[0.1, 0.5, 0.9]).values
    assert shares.max() > 0.05
    np.testing.assert_allclose(found, exact, atol=2e-3)


def test_single_precision_gives_the_same_to_a_ten_thousandth() -> None:
    double, single = run(100, keep="full"), run(100, keep="full", dtype=np.float32)
    assert double.full is not None
    assert single.full is not None
    scale = double.full.use.max()
    np.testing.assert_allclose(single.full.use, double.full.use, atol=1e-4 * float(scale))


def test_a_run_that_does_not_fit_says_its_size_before_it_starts() -> None:
    with pytest.raises(SimulationError, match=r"needs 1,\d\d\d\.\d+ GB and may use 1\.000 GB"):
        run(100_000_000, keep="full", memory_gb=1)


@pytest.mark.parametrize(
    ("draws", "keep", "scenarios", "megabytes"),
    [(32_000, "summary", 1, 42), (8_000, "summary", 3, 84), (2_000, "full", 1, 42), (900, "full", 3, 108)],
)
def test_a_run_stays_within_the_memory_it_was_allowed(draws: int, keep: str, scenarios: int, megabytes: int) -> None:
    named = {f"halt {number}": HALT for number in range(scenarios)}

    def go(draws: int, memory_gb: float) -> None:
        simulate(
            NETWORK, named, draws, np.random.default_rng(7), horizon_days=730, step_days=MONTH,
            keep=keep, memory_gb=memory_gb,  # type: ignore[arg-type]
        )  # fmt: skip

    go(2, 1)  # what is compiled and imported once is not the run's
    with pytest.raises(SimulationError, match="may use"):
        go(draws, megabytes * 0.8e-3)
    tracemalloc.start()
    go(draws, megabytes * 1e-3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert megabytes * 0.5e6 < peak < megabytes * 1e6


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"step_days": 0}, "a step of 0 days"),
        ({"horizon_days": 3}, "a horizon of 3 days"),
        ({"workers": 0}, "0 workers"),
    ],
)
def test_a_senseless_run_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(SimulationError, match=said):
        run(10, **wrong)


def test_the_worst_outage_is_that_of_the_only_supplier() -> None:
    flows = np.array([[0, 80.0, 90.0], [0, 0, 10.0], [0, 20.0, 0]])
    ranking = rank_outages(trade_of(flows, rigidity=1), horizon_days=365, step_days=MONTH)
    assert ranking.worst_for(["E1"], 1)[0][0] == (("E0", "traded"),)
    assert ranking.worst_for(["E1"], 1)[0][1] == pytest.approx(80, rel=0.15)
    pairs = rank_pairs(trade_of(flows, rigidity=1), ranking, ["E1", "E2"], horizon_days=365, step_days=MONTH)
    assert len(pairs.outages) == 3
    (worst, amount), *_ = pairs.worst_for(["E1"], 1)
    assert set(worst) == {("E0", "traded"), ("E2", "traded")}
    assert amount == pytest.approx(100, rel=0.15)


def test_what_drives_a_loss_is_what_was_made_to() -> None:
    network = trade_of(np.array([[0, 80.0], [0, 0]]), rigidity=1, stock_days=30)
    halt = [replace(export_halt(0), depth=Spread(0.0, 0.5, 1.0), duration=certain(365))]
    drivers = attribute(network, halt, ["E0", "E1"], samples=64, seed=1, horizon_days=365, step_days=MONTH)
    assert isinstance(drivers["E0"], Gap)
    assert not isinstance(drivers["E1"], Gap)
    assert drivers["E1"][0].name == "halt.depth"
    assert drivers["E1"][0].total > 0.8
