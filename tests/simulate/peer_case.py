"""A case of the peer's harness, run by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.network.supply_network import Block, SupplyNetwork
from kizuna.simulate.crew import Crew
from kizuna.simulate.damage import Damage, Damages
from kizuna.simulate.laws import ario_laws, with_laws
from kizuna.simulate.state import initial_state, settings_of
from kizuna.simulate.step import advance
from kizuna.simulate.world import prepare

Array = npt.NDArray[np.float64]
KINDS = {"recovery": "recovery", "rebuild": "rebuild", "arbitrary": "outage"}
CURVES = {"linear": "linear", "convexe": "scaled-convex", "convexe noscale": "convex", "concave": "s-shape"}
DEFAULTS: dict[str, Any] = {
    "model": "psi", "order_type": "alt", "psi": 0.8, "alpha_max": 1.25, "alpha_tau": 365, "main_inv_dur": 90,
    "restoration_tau": 60, "rebuild_tau": 60, "capital_ratio": 4, "days_per_step": 1, "scarcity_tolerance": 0.0,
}  # fmt: skip
YEAR = 365


def network_of(table: Mapping[str, Array], case: Mapping[str, Any]) -> SupplyNetwork:
    """Return a table as it is, unbalanced where it is, with the case's stocks."""
    regions, sectors = table["regions"].tolist(), table["sectors"].tolist()
    many, kinds = len(regions), len(sectors)
    nodes = many * kinds
    flows = np.ascontiguousarray(table["flows"].reshape(many, kinds, nodes).transpose(1, 0, 2))
    final = table["final"].reshape(many, kinds, many, -1).sum(axis=3).transpose(1, 0, 2)
    output = table["output"].reshape(many, kinds)
    blocks = tuple(
        Block(sector, flows[at], np.arange(nodes), np.ascontiguousarray(final[at])) for at, sector in enumerate(sectors)
    )
    value_added = np.maximum(output - table["flows"].sum(axis=0).reshape(many, kinds), 0)
    return SupplyNetwork(
        name="table", kind="input-output", year=2011, unit="usd", covers="use", economies=tuple(regions),
        stages=tuple(sectors), products=tuple((sector,) for sector in sectors), output=output, blocks=blocks,
        stock_days=np.full(kinds, float(case["main_inv_dur"])), final_stock_days=np.zeros((many, kinds)),
        spare=np.full((many, kinds), case["alpha_max"] - 1), rigidity=np.ones(kinds), home_priority=np.zeros(kinds),
        value_added_usd=value_added,
    )  # fmt: skip


def run_case(table: Mapping[str, Array], asked: Mapping[str, Any], compat: str = "boario-0.7.2") -> dict[str, Array]:
    """Run a case and return records ``[step, industry]``, stocks ``[step, sector, industry]`` at the start of a
    step."""
    case = DEFAULTS | dict(asked)
    network = network_of(table, case)
    base = case["model"] == "base"
    laws = with_laws(
        ario_laws(
            psi=1.0 if base else case["psi"],
            orders="capacity" if case["order_type"] == "alt" else "fixed",
            compat=compat,
        ),
        restocking_days=1.0 * case["days_per_step"] if base else float(case["restoration_tau"]),
        capacity_days=float(case["alpha_tau"]),
        scarcity_tolerance=case["scarcity_tolerance"],
    )
    world = prepare(network, laws, case["days_per_step"])
    settings = settings_of(world, {}, 1)
    state = initial_state(world, settings, 0, 0, links=False, plain=True)
    capital = network.value_added_usd * case["capital_ratio"]
    damages = Damages(world, [_damage(network, event, case) for event in case["events"]], capital, 1)
    return _records(case, world, settings, state, damages)


def _records(case: Mapping[str, Any], world: Any, settings: Any, state: Any, damages: Damages) -> dict[str, Array]:
    per_step = case["days_per_step"] / YEAR
    output = world.output.reshape(-1) * per_step
    need = np.stack([users.need for users in world.makers]) * per_step
    kept: dict[str, list[Array]] = {}
    crew = Crew(1)
    for step in range(case["steps"]):
        stocks = np.stack([stock[:, 0] for stock in state.stocks]) * need
        acting = damages.at(step)
        record = advance(world, settings, state, acting, crew, damages)
        for name, values in {
            "production_realised": record.output[:, 0] * output,
            "production_capacity": record.capacity[:, 0] * output,
            "overproduction": state.spare[:, 0].copy(),
            "final_demand_unmet": record.served.final_unmet[:, :, 0].reshape(-1) * per_step,
            "inputs_stocks": stocks,
        }.items():
            kept.setdefault(name, []).append(values)
    return {name: np.array(values) for name, values in kept.items()}


def _damage(network: SupplyNetwork, event: Mapping[str, Any], case: Mapping[str, Any]) -> Damage:
    nodes = [
        network.economies.index(region) * len(network.stages) + network.stages.index(sector)
        for region, sector, _ in event["impact"]
    ]
    rebuild = event["kind"] == "rebuild"
    return Damage(
        kind=KINDS[event["kind"]],  # type: ignore[arg-type]
        nodes=np.array(nodes),
        amount=np.array([amount for _, _, amount in event["impact"]], float),
        onset_day=event["occurrence"],
        duration_days=event["duration"],
        recovery_days=event.get("rebuild_tau", case["rebuild_tau"]) if rebuild else event["recovery_tau"],
        curve=CURVES[event.get("recovery_function", "linear")],  # type: ignore[arg-type]
        builders={network.stages.index(name): share for name, share in event.get("rebuilding_sectors", {}).items()},
        building_factor=event.get("rebuilding_factor", 1.0),
    )
