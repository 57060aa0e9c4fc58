"""The form that the backtest scores is the engine itself, run for one year without stocks, spare capacity or prices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulate.small_networks import export_halt, trade_of

from kizuna.floor.params import parameters
from kizuna.score.predictor import one_year_form
from kizuna.simulate.laws import contract_laws, with_laws
from kizuna.simulate.simulate import simulate
from kizuna.simulate.state import settings_of
from kizuna.simulate.uncertain import drawn, values_of
from kizuna.simulate.world import prepare


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1), st.floats(0.3, 1))
def test_the_engine_run_for_a_year_is_the_form_that_is_scored(seed: int, rigidity: float, fall: float) -> None:
    flows = np.random.default_rng(seed).uniform(1, 10, (5, 5))
    np.fill_diagonal(flows, 0)
    laws = with_laws(contract_laws(), price_response=0.0)
    shock = [export_halt(2, fall)]
    network = trade_of(flows, rigidity=rigidity)
    outcome = simulate(network, {"fall": shock}, horizon_days=365, step_days=365, laws=laws)
    imports = flows.sum(axis=0)
    scored = one_year_form(
        imports, flows[2] / imports, np.full(5, fall), np.full(5, flows[2].sum() / flows.sum()), rigidity, 0.0
    )
    np.testing.assert_allclose(outcome.over_time.use.values[0, 0, :, 0], scored, rtol=1e-9)


@pytest.mark.parametrize("rigidity", [0.0, 0.5, 0.9, 1.0])
def test_no_draw_binds_less_than_none_or_more_than_all_of_trade(rigidity: float) -> None:
    network = trade_of(np.array([[0, 2.0], [1.0, 0]]), rigidity=rigidity)
    world = prepare(network, contract_laws(), 30)
    shifts = values_of([drawn("rigidity_shift")], np.linspace(0, 1, 101)[:, None])
    found = settings_of(world, shifts, 101).rigidity
    shift = parameters()["rigidity_shift"]
    assert found.min() == max(rigidity + shift.low, 0)
    assert found.max() == (min(rigidity + shift.high, 1) if rigidity else 0)
