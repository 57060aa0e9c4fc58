"""Run kizuna's engine, with the laws of ARIO, on the cases that ``run_boario.py`` reads, and keep the same things.

Started by ``benchmarks/ario_peer.py`` with kizuna's interpreter. Call: ``run_kizuna_ario.py CASES.json FOUND.npz
[TIMES.json]``. Three more entries of the cases are read: ``compat``, ``boario-0.7.2`` where that tool's quirks are to
be reproduced; ``dtype``, ``float32`` for single precision; and ``draws``, how many scenarios run side by side: the case
with its damage times 1/draws, 2/draws, ... 1. The last, which is the case itself, is kept.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from ario_tables import read_table

BEGIN = time.perf_counter()
from threadpoolctl import threadpool_limits  # noqa: E402 - the import is timed

from kizuna.floor.params import parameter  # noqa: E402
from kizuna.network.supply_network import Block, SupplyNetwork  # noqa: E402
from kizuna.simulate.crew import Crew  # noqa: E402
from kizuna.simulate.damage import Damage, Damages  # noqa: E402
from kizuna.simulate.laws import ario_laws, with_laws  # noqa: E402
from kizuna.simulate.state import initial_state, settings_of  # noqa: E402
from kizuna.simulate.step import advance  # noqa: E402
from kizuna.simulate.world import prepare  # noqa: E402

IMPORT_SECONDS = time.perf_counter() - BEGIN

KINDS = {"recovery": "recovery", "rebuild": "rebuild", "arbitrary": "outage"}
CURVES = {"linear": "linear", "convexe": "scaled-convex", "convexe noscale": "convex", "concave": "s-shape"}
RECORDS = (
    "production_realised",
    "production_capacity",
    "overproduction",
    "final_demand_unmet",
    "inputs_stocks",
)
# What the other tool takes where a case does not say.
DEFAULTS = {
    "model": "psi",
    "order_type": "alt",
    "psi": 0.8,
    "alpha_max": 1.25,
    "alpha_tau": 365,
    "main_inv_dur": 90,
    "restoration_tau": 60,
    "rebuild_tau": 60,
    "capital_ratio": 4,
    "days_per_step": 1,
}


def main(cases: Path, found: Path, times: Path | None = None) -> None:
    """Run every case and write what was found, and the times where a file for them is named."""
    asked = json.loads(cases.read_text(encoding="utf-8"))
    begin = time.perf_counter()
    table = read_table(asked["table"], cases.parent)
    facts = {"import_s": IMPORT_SECONDS, "table_s": time.perf_counter() - begin, "cases": {}}
    arrays = {}
    for case in asked["cases"]:
        runs = [run(table, DEFAULTS | case, asked) for _ in range(asked.get("repeats", 1))]
        facts["cases"][case["name"]] = [seconds for _, seconds in runs]
        arrays |= {f"{case['name']}/{name}": rows for name, rows in runs[-1][0].items()}
    facts["peak_mb"] = peak_mb()
    if times is not None:
        times.write_text(json.dumps(facts), encoding="utf-8")
    np.savez_compressed(found, **arrays)


def run(table: dict, case: dict, asked: dict) -> tuple[dict, dict]:
    """Run one case: return its paths and how long each part took."""
    draws, keep = asked.get("draws", 1), [name for name in asked.get("keep", RECORDS) if name in RECORDS]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    network = network_of(table, case)
    world = prepare(
        network, laws_of(case, asked.get("compat", "")), case["days_per_step"], asked.get("dtype", "float64")
    )
    settings = settings_of(world, {}, draws)
    capital = network.value_added_usd * case["capital_ratio"]
    damages = Damages(world, [damage_of(network, event, case, draws) for event in case["events"]], capital, draws)
    state = initial_state(world, settings, damages.longest_delay(), 0, links=False, plain=damages.plain)
    times = {"build_s": time.perf_counter() - begin, "build_cpu_s": time.process_time() - begin_cpu}
    steps = set(asked.get("keep_steps", range(case["steps"]))) if keep else set()
    wall, cpu, paths = [], [], {name: [] for name in keep}
    with closing(Crew(os.cpu_count() or 1)) as crew, threadpool_limits(1):
        for step in range(case["steps"]):
            stocks = [stock[:, -1].copy() for stock in state.stocks] if step in steps else []
            begin, begin_cpu = time.perf_counter(), time.process_time()
            record = advance(world, settings, state, damages.at(step), crew, damages)
            wall.append(time.perf_counter() - begin)
            cpu.append(time.process_time() - begin_cpu)
            if step in steps:
                for name, values in _amounts(world, state, record, stocks).items():
                    if name in paths:
                        paths[name].append(values)
    times |= {"step_s": wall, "step_cpu_s": cpu, "steps_s": sum(wall), "steps_cpu_s": sum(cpu)}
    return {name: np.array(rows) for name, rows in paths.items()}, times


def network_of(table: dict, case: dict) -> SupplyNetwork:
    """Return the table as a network of kizuna, as it is, with the case's stocks."""
    regions, sectors = table["regions"].tolist(), table["sectors"].tolist()
    shape = len(regions), len(sectors)
    nodes = np.arange(shape[0] * shape[1])
    flows = table["flows"].reshape(*shape, len(nodes)).transpose(1, 0, 2)
    final = table["final"].reshape(*shape, shape[0], -1).sum(axis=3).transpose(1, 0, 2)
    blocks = zip(sectors, np.ascontiguousarray(flows), np.ascontiguousarray(final), strict=True)
    output = table["output"].reshape(shape)
    return SupplyNetwork(
        name="table",
        kind="input-output",
        year=2011,
        unit="usd",
        covers="use",
        economies=tuple(regions),
        stages=tuple(sectors),
        products=tuple((sector,) for sector in sectors),
        output=output,
        blocks=tuple(Block(sector, makers, nodes, users) for sector, makers, users in blocks),
        stock_days=np.full(shape[1], float(case["main_inv_dur"])),
        final_stock_days=np.zeros(shape),
        spare=np.full(shape, case["alpha_max"] - 1),
        rigidity=np.ones(shape[1]),
        home_priority=np.zeros(shape[1]),
        value_added_usd=np.maximum(output - table["flows"].sum(axis=0).reshape(shape), 0),
    )


def laws_of(case: dict, compat: str):
    """Return the laws of the case."""
    base = case["model"] == "base"
    orders = "capacity" if case["order_type"] == "alt" else "fixed"
    return with_laws(
        ario_laws(psi=1.0 if base else case["psi"], orders=orders, compat=compat),
        restocking_days=float(case["days_per_step"] if base else case["restoration_tau"]),
        capacity_days=float(case["alpha_tau"]),
    )


def damage_of(network: SupplyNetwork, event: dict, case: dict, draws: int) -> Damage:
    """Return an event of the case, in each draw with its part of the damage."""
    stages = network.stages
    places = [(network.economies.index(region), stages.index(sector)) for region, sector, _ in event["impact"]]
    amount = np.array([amount for _, _, amount in event["impact"]], float)
    rebuild = event["kind"] == "rebuild"
    return Damage(
        kind=KINDS[event["kind"]],
        nodes=np.array([economy * len(stages) + stage for economy, stage in places]),
        amount=amount[:, None] * np.arange(1, draws + 1) / draws,
        onset_day=event["occurrence"],
        duration_days=event["duration"],
        recovery_days=event.get("rebuild_tau", case["rebuild_tau"]) if rebuild else event["recovery_tau"],
        curve=CURVES[event.get("recovery_function", "linear")],
        builders={stages.index(name): share for name, share in event.get("rebuilding_sectors", {}).items()},
        building_factor=event.get("rebuilding_factor", 1.0),
    )


def peak_mb() -> float:
    """Return the highest memory of this process; unlike ``ru_maxrss`` without that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def _amounts(world, state, record, stocks: list) -> dict:
    """Return the records of a step in the table's unit, of the last draw."""
    per_step = world.step_days / parameter("days_per_year")
    output = world.output.reshape(-1) * per_step
    need = np.stack([users.need for users in world.makers]) * per_step
    return {
        "production_realised": record.output[:, -1] * output,
        "production_capacity": record.capacity[:, -1] * output,
        "overproduction": state.spare[:, -1].copy(),
        "final_demand_unmet": record.served.final_unmet[:, :, -1].reshape(-1) * per_step,
        "inputs_stocks": np.stack(stocks) * need,
    }


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
