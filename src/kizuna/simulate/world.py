"""A network made ready for steps: base flows as they lie in memory, what each user needs, and the stocks it wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.network.supply_network import SupplyNetwork
from kizuna.simulate.laws import BOARIO, Laws

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Users:
    """The users of one block: its makers, or its final users.

    Parameters
    ----------
    flows
        Base flows per year, shape ``[supplier, user]``; a view of the network's own where the type allows.
    nodes
        Node of each maker, shape ``[user]``; None for final users and where the makers are all nodes in order.
    economy
        Economy of each user, shape ``[user]``.
    need
        Base need per year, shape ``[user]``; ``inverse`` is 1 over it, 0 where there is none.
    home
        Base flow from the user's own economy, shape ``[user]``.
    limits
        Whether lack of this input can limit the user, shape ``[user]``.
    """

    flows: Array
    nodes: npt.NDArray[np.int64] | None
    economy: npt.NDArray[np.int64]
    need: Array
    inverse: Array
    home: Array
    limits: Flags

    @property
    def size(self) -> int:
        """Number of users."""
        return int(self.flows.shape[1])

    @property
    def one_each(self) -> bool:
        """Whether there is one user in each economy, in order."""
        return self.size == self.flows.shape[0] and bool((self.economy == np.arange(self.size)).all())


@dataclass(frozen=True, slots=True)
class World:
    """A prepared network.

    Parameters
    ----------
    network, laws
        What it was made of.
    step_days
        Length of a step.
    makers, final
        Users of each block, one entry a stage; all ``final`` are views of ``final_flows``.
    final_flows
        Base flows to final use per year, shape ``[stage, supplier, economy]``; ``final_need`` their sums over
        suppliers,
        ``final_inverse`` 1 over them (0 where there is none), ``final_used`` 1 where there is any, ``[stage,
        economy]``.
    output, inverse_output
        Base output per year and 1 over it (0 where there is none), shape ``[economy, stage]``.
    """

    network: SupplyNetwork
    laws: Laws
    step_days: float
    makers: tuple[Users, ...]
    final: tuple[Users, ...]
    final_flows: Array
    final_need: Array
    final_inverse: Array
    final_used: Array
    output: Array
    inverse_output: Array

    @property
    def dtype(self) -> np.dtype[Any]:
        """Kind of number of all state."""
        return np.dtype(self.output.dtype)

    @property
    def economies(self) -> int:
        """Number of economies."""
        return len(self.network.economies)

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.network.stages)

    @property
    def shares(self) -> bool:
        """Whether home and foreign buyers can fare differently, by priority or through a pool."""
        laws, network = self.laws, self.network
        return not laws.by_contract and bool((network.rigidity < 1).any() or (network.home_priority > 0).any())


def prepare(network: SupplyNetwork, laws: Laws, step_days: float, dtype: npt.DTypeLike = np.float64) -> World:
    """Return the network made ready for steps of ``step_days`` in numbers of kind ``dtype``."""
    kind = np.dtype(dtype)
    output = network.output.astype(kind)
    makers = []
    for at, block in enumerate(network.blocks):
        flows = block.makers.astype(kind, copy=False)
        everyone = np.array_equal(block.maker_nodes, np.arange(network.nodes))
        economy = block.maker_nodes // len(network.stages)
        limits = _limits(network, block.makers.sum(axis=0), block.maker_nodes, laws, step_days)
        if not np.isfinite(network.stock_days[at]):
            limits[:] = 0
        makers.append(_users(flows, None if everyone else block.maker_nodes, economy, limits))
    final_flows = np.stack([block.final for block in network.blocks]).astype(kind)
    everywhere = np.arange(len(network.economies))
    final = [_users(flows, None, everywhere, np.zeros(len(everywhere), np.uint8)) for flows in final_flows]
    need = final_flows.sum(axis=1)
    of_final = (final_flows, need, _inverse(need), (need != 0).astype(kind))
    return World(network, laws, step_days, tuple(makers), tuple(final), *of_final, output, _inverse(output))


def _users(flows: Array, nodes: npt.NDArray[np.int64] | None, economy: npt.NDArray[np.int64], limits: Flags) -> Users:
    need = flows.sum(axis=0)
    home = flows[economy, np.arange(flows.shape[1])]
    return Users(flows, nodes, economy, need, _inverse(need), home, limits)


def _limits(network: SupplyNetwork, need: Array, nodes: npt.NDArray[np.int64], laws: Laws, step_days: float) -> Flags:
    """Return which makers the input can limit: those that use it at all, or, for the peer, more than its threshold."""
    if laws.compat == BOARIO:
        step = step_days / parameter("days_per_year")
        return (need > parameter("boario_input_threshold") * network.output.reshape(-1)[nodes] * step).astype(np.uint8)
    return (need > 0).astype(np.uint8)


def _inverse(values: Array) -> Array:
    return np.divide(1, values, out=np.zeros_like(values), where=values != 0)
