"""What the parts of one step share: fills, receipts, and the arrays being filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.simulate.acting import Acting
from kizuna.simulate.state import Settings, State
from kizuna.simulate.world import World

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """How full orders are filled: ``home`` and ``abroad`` fills of what may be shipped, ``delivered`` the fill of all
    foreign orders, ``sold`` output sold abroad over base output; all ``[node, draw]``, ``sold`` None without sharing.
    """

    home: Array
    abroad: Array
    delivered: Array
    sold: Array | None


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of each supplier of a stage in orders from abroad and from its own economy, ``[economy, draw]``."""

    abroad: Array
    home: Array


@dataclass(frozen=True, slots=True)
class OfAll:
    """What reached makers and final users of each stage's product, ``[economy, stage, draw]``, per year at this rate.

    Unmet is final need not met plus input that makers lacked; stock is in steps of base use times base use.
    """

    received: Array
    use: Array
    unmet: Array
    stock: Array


@dataclass(frozen=True, slots=True)
class Served:
    """What reached the users of each stage's product, per year at this step's rate.

    Parameters
    ----------
    final_use, final_unmet
        Final use, and need at base prices that is not met, too dear or not to be had; shape ``[economy, stage, draw]``.
    of_all
        Of makers and final users together; None for input-output networks, where nobody asks for them.
    """

    final_use: Array
    final_unmet: Array
    of_all: OfAll | None


@dataclass(frozen=True, slots=True)
class Step:
    """What the blocks of one step share; ``orders`` and ``home_orders`` are filled, per year, ``[economy, stage,
    draw]``."""

    world: World
    settings: Settings
    state: State
    acting: Acting
    sent: Sent
    weight: Array
    home_weight: Array
    wanted: Array
    orders: Array
    home_orders: Array
    served: Served

    def weights_of_stage(self, stage: int, *, new: bool, final: bool) -> Weights:
        """Return the weights of a stage's suppliers in the orders now served, or in ``new`` ones; 1 for final users who
        keep their suppliers.
        """
        abroad = self.rows(self.weight if new else self.state.weight, stage)
        if final and not self.world.laws.final_reorders:
            return Weights(np.ones_like(abroad), np.ones_like(abroad))
        return Weights(abroad, self.rows(self.home_weight if new else self.state.home_weight, stage))

    def rows(self, nodes: Array, stage: int) -> Array:
        """Return the part of an array of nodes that belongs to the suppliers of a stage, ``[economy, draw]``."""
        return np.ascontiguousarray(nodes.reshape(self.world.economies, self.world.stages, -1)[:, stage])

    def of_makers(self, nodes: Array, stage: int) -> Array:
        """Return the part of an array of nodes that belongs to the makers of a stage, ``[maker, draw]``."""
        found = self.world.makers[stage].nodes
        return nodes if found is None else nodes[found]

    def by_stage(self, nodes: Array) -> Array:
        """Return an array of nodes with the stage first, ``[stage, economy, draw]``."""
        return nodes.reshape(self.world.economies, self.world.stages, -1).transpose(1, 0, 2)
