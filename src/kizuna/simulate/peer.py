"""Serve blocks as BoARIO 0.7.2 does, switches and all; only for comparison with that tool.

Two of its choices need all blocks before any is booked: stocks stand still where arrivals and use are close everywhere,
and no gap is ordered where stocks and goals are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.state import Settings, State
from kizuna.simulate.world import World

Array = npt.NDArray[Any]


def settle_as_boario(
    world: World, settings: Settings, state: State, arrived: Sequence[Array], wanted: Array, bids: Sequence[Array]
) -> None:
    """Book arrivals and use of all makers and place their orders; changes stocks, calls and covers of the state.

    Parameters
    ----------
    arrived, bids
        Receipts, and orders of a call of 1, over base need, one entry a block, ``[maker, draw]``.
    wanted
        Output that nodes want, over base output, ``[node, draw]``.
    """
    per_step = world.step_days / parameter("days_per_year")
    bases = [users.need[:, None] * per_step for users in world.makers]
    made = state.output
    still = _all_close(
        [came * base for came, base in zip(arrived, bases, strict=True)], [made * base for base in bases]
    )
    for stock, came in zip(state.stocks, arrived, strict=True):
        stock += np.where(still, 0, came - made)
    goals = [target * wanted for target in settings.target]
    full = _all_close(
        [stock * base for stock, base in zip(state.stocks, bases, strict=True)],
        [goal * base for goal, base in zip(goals, bases, strict=True)],
    )
    state.cover = np.full_like(state.cover, np.inf)
    for at, (stock, goal, bid) in enumerate(zip(state.stocks, goals, bids, strict=True)):
        gap = np.where(full, 0, np.maximum(goal - stock, 0))
        order = made + settings.restock[at] * gap
        state.calls[at] = np.divide(order, bid, out=np.zeros_like(order), where=bid != 0)
        reach = np.where(world.makers[at].limits[:, None] == 1, stock / settings.needed[at], np.inf)
        state.cover = np.minimum(state.cover, reach)


def _all_close(these: Sequence[Array], those: Sequence[Array]) -> Array:
    """Return for each draw whether all entries of all blocks are close, shape ``[draw]``."""
    relative, absolute = parameter("boario_close_relative"), parameter("boario_close_absolute")
    close = np.ones(these[0].shape[1], bool)
    for this, that in zip(these, those, strict=True):
        if close.any():
            close &= (np.abs(this - that) <= absolute + relative * np.abs(that)).all(axis=0)
    return close
