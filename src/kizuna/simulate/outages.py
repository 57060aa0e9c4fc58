"""Outages side by side: in each draw other suppliers stop selling abroad, everything else alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.simulate.acting import Acting
from kizuna.simulate.world import World


class Outages:
    """Suppliers whose sales abroad stop from the first step to the last.

    Parameters
    ----------
    world
        Prepared network.
    stopped
        Nodes that stop, one entry a draw.
    """

    def __init__(self, world: World, stopped: Sequence[Sequence[int]]) -> None:
        ban = np.zeros((world.economies * world.stages, len(stopped)), world.dtype)
        for draw, nodes in enumerate(stopped):
            ban[list(nodes), draw] = 1
        self._acting = Acting(ban=ban)

    def at(self, step: int) -> Acting:
        """Return what acts in a step: the same in all of them."""
        del step
        return self._acting

    @property
    def plain(self) -> bool:
        """False: sales abroad stop."""
        return False

    def longest_delay(self) -> int:
        """Return 0: nothing is late."""
        return 0
