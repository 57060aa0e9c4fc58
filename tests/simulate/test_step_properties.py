"""What must hold for every network and shock, and the simple models that the step becomes at its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulate.small_networks import LONG, NO_TIME, certain, chain_of, export_halt, table_of, trade_of

from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.simulate.acting import Shocks, link_sets
from kizuna.simulate.crew import Crew
from kizuna.simulate.laws import Laws, ario_laws, contract_laws, with_laws
from kizuna.simulate.simulate import simulate
from kizuna.simulate.state import State, initial_state, settings_of
from kizuna.simulate.step import advance
from kizuna.simulate.world import prepare

Array = npt.NDArray[np.float64]
MONTH = 365 / 12
SEEDS = st.integers(0, 10_000)


def walk(network: SupplyNetwork, laws: Laws, shocks: list[AimedShock], steps: int, step_days: float = MONTH):
    """Yield (world, state before, record, acting, state after) of each step."""
    world = prepare(network, laws, step_days)
    groups = link_sets(world, shocks)
    acts = Shocks(world, shocks, {}, 1, groups)
    numbers = settings_of(world, {}, 1)
    linked = any(shock.links is not None for shock in shocks)
    state = initial_state(world, numbers, acts.longest_delay(), len(shocks), links=linked, plain=acts.plain)
    for step in range(steps):
        acting = acts.at(step)
        before = stock_of(world, state)
        record = advance(world, numbers, state, acting, Crew(1))
        yield world, before, record, state


def stock_of(world, state: State) -> tuple[float, float]:
    """Return all stocks and all goods on a longer way, in units of the network per step of base use."""
    held = sum(
        float((stock * users.need[:, None]).sum()) for stock, users in zip(state.stocks, world.makers, strict=True)
    )
    held += sum(float((state.final_stocks[at] * users.need[:, None]).sum()) for at, users in enumerate(world.final))
    late = sum(float(ring.sum()) for pair in state.late for ring in pair)
    return held, late


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_nothing_moves_without_a_shock_in_a_chain(seed: int, rigidity: float, home: float) -> None:
    network = chain_of(seed, rigidity=rigidity, home_priority=home)
    for _, _, record, _ in walk(network, contract_laws(), [], 60):
        np.testing.assert_allclose(record.output[network.output.reshape(-1) > 0], 1, atol=1e-11)
        assert np.abs(record.served.final_unmet).max() <= 1e-10 * network.output.max()


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from(["capacity", "fixed"]))
def test_nothing_moves_without_a_shock_in_a_table(seed: int, orders: str) -> None:
    for _, _, record, _ in walk(table_of(seed), ario_laws(orders=orders), [], 120, 1.0):
        np.testing.assert_allclose(record.output, 1, atol=1e-11)


def shocks_of(network: SupplyNetwork, seed: int) -> list[AimedShock]:
    """Return random shocks of every kind."""
    rng = np.random.default_rng(seed)
    many, stages = len(network.economies), len(network.stages)

    def times() -> tuple[Spread, Spread, Spread]:
        return certain(rng.uniform(0, 100)), certain(rng.uniform(30, 200)), certain(rng.uniform(0, 200))

    def node() -> Array:
        return rng.integers(0, many * stages, 2)

    links = (rng.random((stages, many, many)) < 0.4) * rng.random((stages, many, many))
    links *= ~np.eye(many, dtype=bool)
    share = certain(rng.random())
    return [
        AimedShock("mine", "capacity", node(), None, share, *times(), "linear"),
        AimedShock("ban", "export", node(), None, certain(rng.random()), *times(), "exponential"),
        AimedShock("embargo", "link", np.zeros(0, int), links, certain(rng.random()), *times()),
        AimedShock(
            "strait", "route", np.zeros(0, int), links, certain(rng.random()), *times(), "step", share, certain(40)
        ),
        AimedShock("surge", "demand", node(), None, certain(0.3), *times()),
        AimedShock("fear", "hoarding", node(), None, certain(0.5), *times()),
    ]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5))
def test_goods_are_neither_made_nor_lost_on_the_way(seed: int, rigidity: float, home: float, spot: float) -> None:
    network = chain_of(seed, rigidity=rigidity, home_priority=home)
    laws = with_laws(contract_laws(), spot_access=spot)
    for world, before, record, state in walk(network, laws, shocks_of(network, seed), 24):
        after = stock_of(world, state)
        served = record.served.of_all
        assert served is not None
        made = float((record.output.reshape(network.output.shape) * network.output).sum())
        received, used = float(served.received.sum()), float(served.use.sum())
        scale = network.output.sum()
        assert made == pytest.approx(received + after[1] - before[1], abs=1e-9 * scale)
        assert after[0] - before[0] == pytest.approx(received - used, abs=1e-9 * scale)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 1))
def test_stocks_flows_and_losses_are_never_negative(seed: int, rigidity: float) -> None:
    network = chain_of(seed, rigidity=rigidity)
    for _, _, record, state in walk(network, contract_laws(), shocks_of(network, seed), 24):
        assert min(stock.min() for stock in state.stocks if stock.size) >= -1e-9
        assert state.final_stocks.min() >= -1e-9
        assert record.output.min() >= 0
        assert record.served.of_all is not None
        assert record.served.of_all.received.min() >= -1e-9 * network.output.max()
        assert record.served.final_unmet.min() >= -1e-9 * network.output.max()


@given(SEEDS, st.floats(0.01, 1), st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_an_export_halt_without_contracts_or_stocks_is_the_lost_and_the_pool_rule(
    seed: int, depth: float, exporter: int
) -> None:
    flows = np.random.default_rng(seed).uniform(1, 10, (4, 4))
    np.fill_diagonal(flows, 0)
    imports, exports, world = flows.sum(axis=0), flows.sum(axis=1), flows.sum()
    for rigidity in (0.0, 0.3, 1.0):
        network = trade_of(flows, rigidity=rigidity)
        laws = with_laws(contract_laws(), price_response=0.0)
        *_, record, _ = next(walk(network, laws, [export_halt(exporter, depth)], 1, 365))
        lost = rigidity * depth * flows[exporter] + (1 - rigidity) * imports * depth * exports[exporter] / world
        found = record.served.final_use[:, 0, 0]
        # The pool also serves the exporter itself, which buys from it like everyone else.
        np.testing.assert_allclose(found, imports - lost, rtol=1e-9)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_higher_final_demand_ends_where_leontief_puts_it(seed: int) -> None:
    network = replace(table_of(seed, 2, 3), stock_days=np.full(3, 5.0), spare=np.full((2, 3), 10.0))
    everywhere = np.arange(network.nodes)
    surge = AimedShock("surge", "demand", everywhere[:2], None, certain(0.1), NO_TIME, LONG, NO_TIME)
    laws = with_laws(ario_laws(orders="fixed"), capacity="spare", capacity_days=1.0, restocking_days=5.0)
    *_, record, _ = list(walk(network, laws, [surge], 3000, 1.0))[-1]
    flows = np.zeros((network.nodes, network.nodes))
    final = np.zeros(network.nodes)
    factor = np.ones((2, 3))
    factor.reshape(-1)[:2] = 1.1
    for at, block in enumerate(network.blocks):
        rows = np.arange(2) * 3 + at
        flows[rows] = block.makers
        final[rows] = block.final @ factor[:, at]
    technology = flows / network.output.reshape(-1)
    expected = np.linalg.solve(np.eye(network.nodes) - technology, final) / network.output.reshape(-1)
    np.testing.assert_allclose(record.output[:, 0], expected, rtol=2e-3)


@given(SEEDS, st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_ban_of_a_link_never_raises_the_flow_on_it(seed: int, depth: float) -> None:
    flows = np.random.default_rng(seed).uniform(1, 10, (4, 4))
    np.fill_diagonal(flows, 0)
    network = trade_of(flows, rigidity=1.0, stock_days=60, spare=0.1)
    links = np.zeros((1, 4, 4))
    links[0, 0, 1] = 1
    ban = AimedShock(
        "ban", "link", np.zeros(0, int), links, certain(depth), certain(60), certain(200), certain(60), "linear"
    )
    world = prepare(network, contract_laws(), MONTH)
    groups = link_sets(world, [ban])
    acts, numbers = Shocks(world, [ban], {}, 1, groups), settings_of(world, {}, 1)
    state = initial_state(world, numbers, 0, 1, links=True, plain=False)
    for step in range(24):
        acting = acts.at(step)
        ordered = flows[0, 1] * state.weight[0, 0] * state.final_calls[0, 1, 0]
        blocked = acting.links[0].blocked[0] if acting.links else 0.0
        before = state.orders[0, 0]
        record = advance(world, numbers, state, acting, Crew(1))
        fill = record.output[0, 0] / max(before - blocked * ordered / network.output[0, 0], 1e-12)
        if blocked == pytest.approx(depth, abs=1e-12):
            assert ordered * (1 - blocked) * min(fill, 1) <= flows[0, 1] * (1 + 1e-9)


def test_a_strait_that_only_delays_brings_everything_in_the_end() -> None:
    flows = np.array([[0.0, 10.0], [0.0, 0.0]])
    network = trade_of(flows, rigidity=1.0, stock_days=90)
    late = AimedShock(
        "strait", "route", np.zeros(0, int), np.ones((1, 2, 2)), certain(1), NO_TIME, certain(60), NO_TIME, "step",
        certain(1), certain(45),
    )  # fmt: skip
    outcome = simulate(network, {"late": [late]}, horizon_days=730, step_days=MONTH)
    received = outcome.over_time.received.sel(scenario="late", economy="E1").values[:, 0]
    assert received[0] == pytest.approx(0)
    assert received[1] == pytest.approx(0.5 * 10 / 12, rel=0.1)
    assert received.max() > 1.5 * 10 / 12


def test_a_longer_halt_never_loses_less() -> None:
    network = chain_of(3, stock_days=10, spare=0)
    abroad = network.blocks[0].makers.sum(axis=1) - np.diag(network.blocks[0].makers)
    halts = {
        f"{days} days": [export_halt(3 * int(abroad.argmax()), duration=certain(days), onset=certain(30))]
        for days in (30, 90, 180, 360)
    }
    outcome = simulate(network, halts, horizon_days=730, step_days=MONTH)
    unmet = outcome.draws.unmet.sel(stage="stage2").sum("economy").values[:, 0]
    assert (np.diff(unmet) >= -1e-9).all()
    assert unmet[-1] > unmet[0]
