"""Inputs that nobody would choose, and rules that chunks, paths and files must not break."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from simulate.small_networks import LONG, NO_TIME, certain, chain_of, export_halt, table_of, trade_of
from simulate.test_runs import run
from simulate.test_step_properties import shocks_of, stock_of

from kizuna.floor.errors import SimulationError
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.scenario.scenario import load_scenario
from kizuna.simulate.acting import Shocks, link_sets
from kizuna.simulate.attribution import attribute
from kizuna.simulate.crew import Crew
from kizuna.simulate.damage import Damage, Damages
from kizuna.simulate.laws import Laws, ario_laws, contract_laws, with_laws
from kizuna.simulate.ranking import rank_outages
from kizuna.simulate.run import Task, fingerprint, run_chunk
from kizuna.simulate.simulate import simulate
from kizuna.simulate.state import initial_state, settings_of
from kizuna.simulate.step import advance
from kizuna.simulate.stress import Loss, StressAsk, stress
from kizuna.simulate.uncertain import uncertain_numbers
from kizuna.simulate.world import prepare
from kizuna.tables.build import Tables

Array = npt.NDArray[np.float64]
MONTH = 365 / 12
NOBODY = np.zeros(0, np.int64)


def embargo(flows: SupplyNetwork, depth: float = 1, name: str = "embargo", **more: object) -> AimedShock:
    """Return a cut of all trade between different economies, for good."""
    many = len(flows.economies)
    links = np.ones((len(flows.stages), many, many)) * ~np.eye(many, dtype=bool)
    given = {"links": links, "onset": NO_TIME, "duration": LONG, "recovery": NO_TIME} | more
    return AimedShock(name, "link", NOBODY, depth=certain(depth), **given)  # type: ignore[arg-type]


def uncertain(shocks: list[AimedShock]) -> list[AimedShock]:
    """Return shocks that begin and end on other days in every draw."""
    return [
        replace(
            shock,
            onset=Spread(0, shock.onset.mode, 200),
            duration=Spread(10, shock.duration.mode, 250),
            recovery=Spread(0, shock.recovery.mode, 250),
        )
        for shock in shocks
    ]


NETWORKS = [chain_of(0), chain_of(1, rigidity=1), table_of(0)]


@pytest.mark.parametrize("network", NETWORKS, ids=["chain", "contracts", "table"])
def test_a_draw_gives_the_same_alone_as_beside_others(network: SupplyNetwork) -> None:
    shocks = uncertain(shocks_of(network, 1))
    uniforms = np.random.default_rng(0).random((30, len(uncertain_numbers(shocks))))

    def found(rows: Array) -> Array:
        outcome = simulate(network, {"all": shocks}, uniforms={"all": rows}, horizon_days=730, step_days=MONTH)
        return np.asarray(outcome.draws.unmet.values[0])

    together = found(uniforms)
    for draw in (0, 11, 29):
        np.testing.assert_allclose(together[draw], found(uniforms[draw : draw + 1])[0], rtol=1e-9, atol=1e-9)


def test_threads_change_no_digit() -> None:
    for network, laws in ((chain_of(0), contract_laws()), (table_of(0), ario_laws())):
        shocks = tuple(uncertain(shocks_of(network, 1)))
        task = Task(prepare(network, laws, MONTH), shocks, uncertain_numbers(shocks), 24, 1, full=True, threads=1)
        uniforms = np.random.default_rng(0).random((7, len(task.numbers)))
        one, two = (run_chunk(replace(task, threads=threads), uniforms) for threads in (1, 2))
        for name, values in one.full.items():
            np.testing.assert_array_equal(values, two.full[name], err_msg=name)


def test_a_ban_on_what_is_cut_already_changes_nothing() -> None:
    flows = np.random.default_rng(1).uniform(1, 10, (4, 4))
    np.fill_diagonal(flows, 0)
    network = trade_of(flows, rigidity=1.0, stock_days=30, spare=0.3)
    links = np.zeros((1, 4, 4))
    links[0, 0, 1] = 1
    first = embargo(network, name="first", links=links)
    again = replace(first, name="again", onset=certain(365))
    outcome = simulate(network, {"one": [first], "both": [first, again]}, horizon_days=1460, step_days=MONTH)
    one, both = outcome.draws.unmet.values
    assert one.max() > 0.1
    np.testing.assert_allclose(both, one, rtol=1e-12)


def test_parts_of_one_closed_strait_close_all_of_it() -> None:
    flows = np.array([[0, 10.0, 5.0], [0, 0, 5.0], [0, 0, 0]])
    network = trade_of(flows, rigidity=1.0)
    whole = replace(embargo(network, name="strait"), kind="route")
    assert whole.links is not None
    parts = [
        replace(whole, name=f"strait.{part}", links=whole.links * share, part_of="strait")
        for part, share in (("short", 0.6), ("no-detour", 0.4))
    ]
    outcome = simulate(network, {"whole": [whole], "parts": parts}, horizon_days=365, step_days=MONTH)
    np.testing.assert_allclose(*outcome.draws.unmet.values, rtol=1e-12)
    assert outcome.draws.unmet.values[0].sum() == pytest.approx(20, rel=1e-2)


def walked(
    network: SupplyNetwork, laws: Laws, shocks: list[AimedShock], steps: int, *, plain: bool
) -> list[tuple[Array, ...]]:
    """Return output, unmet final need, orders and what is made less what is used or kept, step by step."""
    world = prepare(network, laws, 2.0)
    acts, numbers = Shocks(world, shocks, {}, 1, link_sets(world, shocks)), settings_of(world, {}, 1)
    links = any(shock.links is not None for shock in shocks)
    state = initial_state(world, numbers, acts.longest_delay(), len(shocks), links=links, plain=plain)
    found = []
    for step in range(steps):
        before = sum(stock_of(world, state))
        record = advance(world, numbers, state, acts.at(step), Crew(1))
        made = float((record.output.reshape(network.output.shape) * network.output).sum())
        used = sum(float((users.need[:, None] * record.output).sum()) for users in world.makers)
        used += float(record.served.final_use.sum())
        left = np.array([made - used - (sum(stock_of(world, state)) - before)])
        found.append((record.output, record.served.final_unmet, state.orders, left))
    return found


CHANGES: list[dict[str, object]] = [
    {},
    {"orders": "fixed"},
    {"final_reorders": True},
    {"working_step": True},
    {"price_response": 0.5, "price_limit": 1.0, "demand_elasticity": 0.1},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: "-".join(changes) or "ario")
def test_the_short_way_through_a_step_gives_what_the_long_one_gives(changes: dict[str, object]) -> None:
    network = replace(table_of(1), stock_days=np.array([0, np.inf, 5, 90.0]))
    shocks = [shock for shock in shocks_of(network, 1) if shock.kind in ("capacity", "demand")]
    laws = with_laws(ario_laws(), **changes)
    short, full = (walked(network, laws, shocks, 150, plain=plain) for plain in (True, False))
    for one, other in zip(short, full, strict=True):
        for these, those in zip(one[:3], other[:3], strict=True):
            np.testing.assert_allclose(these, those, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_table_neither_makes_nor_loses_goods_under_everything_at_once(seed: int) -> None:
    table = table_of(seed)
    shared = replace(table, rigidity=np.full(4, 0.4), home_priority=np.full(4, 0.7))
    for network, laws in ((table, ario_laws()), (shared, contract_laws())):
        for *_, left in walked(network, laws, shocks_of(network, seed), 100, plain=False):
            assert abs(left[0]) < 1e-10 * network.output.sum()


def test_a_stage_without_flows_has_the_price_of_the_base() -> None:
    outcome = simulate(trade_of(np.zeros((2, 2)), rigidity=0.5), {"none": []}, horizon_days=365, step_days=MONTH)
    assert (outcome.over_time.price == 1).all()


@pytest.mark.parametrize("shape", ["step", "linear", "exponential"])
@pytest.mark.parametrize("kind", ["capacity", "export", "demand", "hoarding"])
def test_a_shock_of_no_length_is_none(kind: str, shape: str) -> None:
    network = chain_of(1)
    shock = replace(export_halt(0, duration=NO_TIME), kind=kind, shape=shape)  # type: ignore[arg-type]
    outcome = simulate(network, {"none": [shock]}, horizon_days=730, step_days=MONTH)
    assert float(outcome.draws.unmet.max()) < 1e-9


def test_shorter_steps_end_in_the_same_loss() -> None:
    network, shocks = chain_of(1), shocks_of(chain_of(1), 3)
    losses = [
        float(simulate(network, {"all": shocks}, horizon_days=728, step_days=days).draws.final_unmet.sum())
        for days in (1, 7, 28)
    ]
    assert losses[1] == pytest.approx(losses[0], rel=0.01)
    assert losses[2] == pytest.approx(losses[0], rel=0.03)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_links_that_cannot_be_are_refused(share: float) -> None:
    network = chain_of(1)
    for links in (np.full((3, 4, 4), share) * ~np.eye(4, dtype=bool), np.ones((3, 4, 4))):
        with pytest.raises(SimulationError, match="links of embargo cannot be cut"):
            simulate(network, {"cut": [embargo(network, links=links)]}, horizon_days=365, step_days=MONTH)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"report_steps": 0}, "a period of 0 steps"),
        ({"dtype": np.float16}, "numbers of kind float16"),
        ({"horizon_days": float("inf")}, "a horizon of inf days"),
        ({"horizon_days": float("nan")}, "a horizon of nan days"),
        ({"uniforms": {}}, "uniforms of halt"),
        ({"uniforms": {"halt": np.zeros((3, 1))}}, r"uniforms of halt have the shape \(3, 1\)"),
    ],
)
def test_a_run_without_sense_says_which(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(SimulationError, match=said):
        run(10, **wrong)


def test_a_run_of_no_scenario_is_refused() -> None:
    with pytest.raises(SimulationError, match="no scenario"):
        simulate(chain_of(1), {}, horizon_days=365, step_days=MONTH)


def test_a_kept_part_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    run(600, folder=tmp_path)
    one, other, *_ = sorted(tmp_path.glob("*.npz"))
    shutil.copy(one, other)
    with pytest.raises(SimulationError, match="it holds another part"):
        run(600, folder=tmp_path)


def test_a_node_moved_from_one_shock_to_another_is_computed_anew(tmp_path: Path) -> None:
    halts = [export_halt(0), replace(export_halt(2, 0.5), name="half")]
    moved = [[0], [1, 2]], [[0, 1], [2]]

    def found(nodes: list[list[int]], folder: Path | None) -> Array:
        shocks = [replace(halt, nodes=np.array(hit)) for halt, hit in zip(halts, nodes, strict=True)]
        outcome = simulate(chain_of(3), {"halt": shocks}, horizon_days=365, step_days=MONTH, folder=folder)
        return np.asarray(outcome.draws.unmet.values)

    for nodes in moved:
        np.testing.assert_array_equal(found(nodes, tmp_path), found(nodes, None))


def test_a_part_kept_by_another_version_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(prepare(chain_of(1), contract_laws(), MONTH), (), (), 24, 1, full=True, threads=1)
    now = fingerprint(task, None)
    assert now == fingerprint(replace(task, threads=2), None)
    monkeypatch.setattr("kizuna.simulate.run.__version__", "0.0.1")
    assert now != fingerprint(task, None)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SimulationError, match="cannot be kept there"):
        run(2, folder=tmp_path / "file")


def test_a_worker_process_that_dies_ends_the_run_with_one_clear_error() -> None:
    def kill(*_: int) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(SimulationError, match="A worker process died"):
        run(5_000, workers=2, progress=kill)


def test_no_more_capital_is_lost_than_there_is() -> None:
    network = table_of(2)
    world = prepare(network, ario_laws(), 1.0)
    hit = np.array([0, 3])
    events = [Damage("recovery", hit, network.output.reshape(-1)[hit] * 3, 0, 10, 60) for _ in range(2)]
    damages, numbers = Damages(world, events, network.output * 2, 1), settings_of(world, {}, 1)
    state = initial_state(world, numbers, 0, 0, links=False, plain=True)
    for step in range(30):
        record = advance(world, numbers, state, damages.at(step), Crew(1), damages)
        assert record.output.min() >= 0
        assert (record.output[hit] == 0).all() or step >= 10


def test_the_outage_of_a_supplier_is_a_halt_of_its_exports() -> None:
    network = chain_of(1)
    ranking = rank_outages(network, horizon_days=730, step_days=MONTH)
    for at, ((economy, stage),) in enumerate(ranking.outages):
        halt = export_halt(network.economies.index(economy) * 3 + network.stages.index(stage))
        outcome = simulate(network, {"halt": [halt]}, horizon_days=730, step_days=MONTH)
        unmet = outcome.draws.final_unmet.values[0, 0].sum(axis=1)
        np.testing.assert_allclose(ranking.unmet[at], unmet, rtol=1e-9, atol=1e-9 * network.output.max())


def test_the_variance_of_a_sum_goes_back_to_its_parts() -> None:
    network = trade_of(np.array([[0, 0, 40.0], [0, 0, 80.0], [0, 0, 0]]), rigidity=1.0)
    laws = with_laws(contract_laws(), price_response=0.0, orders="fixed")
    halts = [
        replace(export_halt(node), name=f"halt{node}", depth=Spread(0, 0.5, 1), duration=certain(365))
        for node in (0, 1)
    ]
    drivers = attribute(network, halts, ["E2"], samples=256, seed=1, horizon_days=365, step_days=365, laws=laws)["E2"]
    assert isinstance(drivers, list)
    assert [driver.name for driver in drivers[:2]] == ["halt1.depth", "halt0.depth"]
    # 80 and 40 times the same spread: 4/5 and 1/5 of the variance.
    for found, expected in zip(drivers, (0.8, 0.2, 0, 0, 0), strict=False):
        assert found.first == pytest.approx(expected, abs=0.02)
        assert found.total == pytest.approx(expected, abs=0.02)


# The peak of this process alone: ru_maxrss would begin at that of the process that started it.
PEAK = """
from pathlib import Path
import numpy as np
from simulate.small_networks import chain_of, export_halt
from kizuna.simulate.laws import contract_laws
from kizuna.simulate.memory import draw_bytes, kept_bytes, network_bytes
from kizuna.simulate.simulate import simulate
from kizuna.simulate.world import prepare
def run(economies, draws):
    network = chain_of(1, economies)
    rng = np.random.default_rng(0)
    simulate(network, {"halt": [export_halt(0)]}, draws, rng, horizon_days=720, step_days=30, workers=1)
    world = prepare(network, contract_laws(), 30)
    size = network_bytes(world) + kept_bytes(world, draws, 24, full=False, copies=1)
    return size + min(draws, 250) * draw_bytes(world, 24, links=False, full=False)
def peak():
    return int(Path("/proc/self/status").read_text(encoding="utf-8").split("VmHWM:")[1].split()[0]) * 1024
run(3, 3)
before = peak()
bound = run(100, 500)
print((peak() - before) / bound)
"""


def test_a_run_takes_no_more_memory_than_it_said() -> None:
    tests = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {tests!r})\n{PEAK}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0.2 < float(ended.stdout) < 1


def test_a_horizon_within_a_step_is_counted_to_the_end_of_the_step(tables: Tables) -> None:
    scenario = load_scenario("iron-ore-port-cyclone")
    found = stress(tables, ["JPN"], scenario, StressAsk(1, 730, 1, rankings=False)).subjects[0]
    loss, network = found.losses["JPN"], found.network
    yearly = sum(block.final[:, network.economies.index("JPN")].sum() for block in network.blocks)
    assert isinstance(loss, Loss)
    assert loss.days[-1] == 735
    assert loss.need == pytest.approx(yearly * 735 / 365)
