"""What reaches the users of a block: by contract, late by a longer way, and from the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.simulate.state import State
from kizuna.simulate.turn import Step, Weights
from kizuna.simulate.world import Users

Array = npt.NDArray[Any]


def by_contract(step: Step, at: int, which: int, users: Users, call: Array, weights: Weights) -> Array:
    """Return what users get by their own orders, over base need: ``call (Z' sent - closed links + home) / need``."""
    state = step.state
    rigidity = step.settings.rigidity[at]
    delivered, home = step.rows(step.sent.delivered, at), step.rows(step.sent.home, at)
    bound = rigidity * delivered * weights.abroad
    total = users.flows.T @ bound
    total += users.home[:, None] * (home * weights.home - bound)[users.economy]
    for link in step.acting.links:
        group = link.groups[at]
        touched = group.final if which else group.makers
        if not touched.size:
            continue
        passing = touched.T @ (delivered * weights.abroad)[group.rows]
        total -= passing * rigidity * (link.blocked + link.late)
        _send_late(state, at, which, call * passing * link.late, link.delay)
    arrived = call * total
    if state.late:
        ring = state.late[at][which]
        now = state.step % len(ring)
        arrived += ring[now]
        ring[now] = 0
    return np.asarray(arrived * users.inverse[:, None])


def _send_late(state: State, at: int, which: int, amount: Array, delay: Array) -> None:
    """Put shipments on the ring of later steps, split between the two whole steps around each draw's delay."""
    ring = state.late[at][which]
    for steps in range(len(ring) - 1):
        part = np.clip(1 - np.abs(delay - steps), 0, None)
        if part.any():
            ring[(state.step + steps) % len(ring)] += amount * part


def from_pool(
    step: Step,
    at: int,
    groups: tuple[Users, Users],
    calls: tuple[Array, Array],
    weights: Sequence[Weights],
    arrivals: Sequence[Array],
) -> None:
    """Share what is not bound to a buyer by what each buyer orders of it; adds to ``arrivals`` in place."""
    world, rigidity = step.world, step.settings.rigidity[at]
    assert step.sent.sold is not None
    base = world.output[:, at, None]
    supply = (1 - rigidity) * (step.rows(step.sent.sold, at) * base).sum(axis=0)
    home, delivered = step.rows(step.sent.home, at), step.rows(step.sent.delivered, at)
    claims = []
    for which, (users, call, weight) in enumerate(zip(groups, calls, weights, strict=True)):
        ordered_home = users.home[:, None] * weight.home[users.economy]
        foreign = call * (users.flows.T @ weight.abroad - users.home[:, None] * weight.abroad[users.economy])
        missing = 0.0
        if world.laws.spot_access:
            got = arrivals[which] * users.need[:, None] - call * ordered_home * home[users.economy]
            missing = world.laws.spot_access * np.maximum(rigidity * foreign - got, 0)
        claims.append((1 - rigidity) * foreign + missing)
        for link in step.acting.links:
            group = link.groups[at]
            touched = group.final if which else group.makers
            passing = call * (touched.T @ (delivered * weight.abroad)[group.rows])
            supply -= (1 - rigidity) * link.late * passing.sum(axis=0)
    total = sum(claim.sum(axis=0) for claim in claims)
    fill = np.divide(supply, total, out=np.zeros_like(supply), where=total > 0)
    for users, claim, arrived in zip(groups, claims, arrivals, strict=True):
        arrived += claim * np.clip(fill, 0, 1) * users.inverse[:, None]
