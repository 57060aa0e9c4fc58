"""Whose fall matters most: every supplier stopped in turn, and the worst pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import RequestError, UnknownNameError
from kizuna.floor.params import parameter
from kizuna.network.supply_network import SupplyNetwork
from kizuna.simulate.laws import Laws, contract_laws
from kizuna.simulate.outages import Outages
from kizuna.simulate.run import Task, run
from kizuna.simulate.state import settings_of
from kizuna.simulate.world import World, prepare

Floats = npt.NDArray[np.float64]
Supplier = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What each outage costs each economy.

    Parameters
    ----------
    outages
        Suppliers (economy, stage) that stop selling abroad together, one entry an outage.
    economies
        Labels of the last axis.
    unmet
        Final need not met over the horizon, all stages together, units of the network, shape ``[outage, economy]``.
    need
        Base final need over the horizon, same unit, shape ``[economy]``.
    """

    outages: tuple[tuple[Supplier, ...], ...]
    economies: tuple[str, ...]
    unmet: Floats
    need: Floats

    def worst_for(self, economies: Sequence[str], most: int) -> list[tuple[tuple[Supplier, ...], float]]:
        """Return the outages that leave most need of some economies unmet together, worst first, with the amount.

        Raises
        ------
        UnknownNameError
            If an economy is not in the network.
        """
        at = [_position(self.economies, economy) for economy in economies]
        totals = self.unmet[:, at].sum(axis=1)
        return [(self.outages[one], float(totals[one])) for one in np.argsort(-totals, kind="stable")[:most]]


def rank_outages(network: SupplyNetwork, *, horizon_days: float, step_days: float, laws: Laws | None = None) -> Ranking:
    """Stop each supplier that sells abroad in turn, at the modes of all numbers (N-1).

    Raises
    ------
    RequestError
        If the network is not of one material: an outage of one sector of one economy is asked as a scenario.
    """
    if network.kind != "material":
        raise RequestError("Outages are ranked for material networks.", where=network.name)
    world = prepare(network, laws or contract_laws(), step_days)
    abroad = [(users.flows.sum(axis=1) - _home(users.home, users.economy, world)) for users in world.final]
    for at, users in enumerate(world.makers):
        abroad[at] = abroad[at] + users.flows.sum(axis=1) - _home(users.home, users.economy, world)
    nodes = [
        economy * world.stages + stage for stage in range(world.stages) for economy in np.flatnonzero(abroad[stage] > 0)
    ]
    return _ranked(world, [(int(node),) for node in nodes], horizon_days)


def rank_pairs(
    network: SupplyNetwork,
    single: Ranking,
    economies: Sequence[str],
    *,
    horizon_days: float,
    step_days: float,
    laws: Laws | None = None,
) -> Ranking:
    """Stop pairs of the suppliers whose outages cost some economies most (N-2).

    Pairs are made of the parameter ``paired_suppliers`` worst single outages; a pair of two that hurt less alone can in
    principle be worse together, so the result is a lower bound of the worst pair.
    """
    world = prepare(network, laws or contract_laws(), step_days)
    worst = [outage[0] for outage, _ in single.worst_for(economies, int(parameter("paired_suppliers")))]
    nodes = [network.economies.index(economy) * world.stages + network.stages.index(stage) for economy, stage in worst]
    return _ranked(world, list(combinations(nodes, 2)), horizon_days)


def rank_sellers(
    network: SupplyNetwork,
    groups: Sequence[Sequence[str]],
    *,
    horizon_days: float,
    step_days: float,
    laws: Laws | None = None,
) -> Ranking:
    """Stop groups of economies that sell at any stage; one that is not in the network stops nothing.

    Parameters
    ----------
    groups
        Economies that stop together, one entry an outage.
    """
    world = prepare(network, laws or contract_laws(), step_days)
    at = {economy: number for number, economy in enumerate(network.economies)}
    stopped = [
        tuple(at[economy] * world.stages + stage for economy in group if economy in at for stage in range(world.stages))
        for group in groups
    ]
    return _ranked(world, stopped, horizon_days)


def _ranked(world: World, stopped: Sequence[tuple[int, ...]], horizon_days: float) -> Ranking:
    network = world.network
    steps = int(np.ceil(horizon_days / world.step_days))
    width = int(parameter("chunk_draws"))
    task = Task(world, (), (), steps, steps, full=False, threads=1)
    parts = []
    for begin in range(0, len(stopped), width):
        together = stopped[begin : begin + width]
        chunk = run(task, Outages(world, together), settings_of(world, {}, len(together)))
        parts.append(chunk.totals["final_unmet"].sum(axis=2))
    years = steps * world.step_days / parameter("days_per_year")
    need = sum(users.need for users in world.final) * years
    named = tuple(
        tuple((network.economies[node // world.stages], network.stages[node % world.stages]) for node in nodes)
        for nodes in stopped
    )
    unmet = np.concatenate(parts) if parts else np.zeros((0, world.economies))
    return Ranking(named, network.economies, unmet, np.asarray(need))


def _home(home: Any, economy: npt.NDArray[np.int64], world: World) -> Any:
    return np.bincount(economy, home, world.economies)


def _position(economies: Sequence[str], economy: str) -> int:
    if economy not in economies:
        raise UnknownNameError("economy", economy, economies)
    return economies.index(economy)
