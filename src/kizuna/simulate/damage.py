"""Capital destroyed: capacity that comes back by itself, or as fast as other industries rebuild it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.acting import Acting
from kizuna.simulate.laws import BOARIO
from kizuna.simulate.world import World

Array = npt.NDArray[Any]
Recovery = Literal["linear", "convex", "scaled-convex", "s-shape"]


@dataclass(frozen=True)
class Damage:
    """One event that destroys capital or stops output.

    Parameters
    ----------
    kind
        ``recovery``: capital comes back along a curve; ``rebuild``: as it is rebuilt by ``builders``; ``outage``:
        output,
        not capital, is lost and comes back along a curve.
    nodes
        Nodes hit, shape ``[hit]``.
    amount
        Capital destroyed, yearly units of the network; for ``outage`` the share of output lost. Shape ``[hit]`` or
        ``[hit, draw]``.
    onset_day, duration_days
        First day; days until recovery or rebuilding begins.
    recovery_days
        Time constant of the curve or of rebuilding.
    curve
        ``linear`` 1 - e/T; ``convex`` (1 - 1/T)^e; ``scaled-convex`` (1 - 1/T)^(4 e); ``s-shape`` T / (T + c e^b) with
        ``c`` the parameter ``s_shape_start`` and half left after 2 days where T is 2.
    builders
        Share of rebuilding ordered from each stage, by stage number.
    building_factor
        Value of rebuilding orders per capital destroyed.
    """

    kind: Literal["recovery", "rebuild", "outage"]
    nodes: npt.NDArray[np.int64]
    amount: Array
    onset_day: float
    duration_days: float
    recovery_days: float
    curve: Recovery = "linear"
    builders: Mapping[int, float] = field(default_factory=dict)
    building_factor: float = 1.0


class Damages:
    """Damage that acts on a world, day by day, with the orders that rebuild it.

    Parameters
    ----------
    world
        Prepared network.
    damages
        Events; several may be under way at once.
    capital
        Productive capital of each node, yearly units of the network, shape ``[economy, stage]``.
    draws
        Number of draws.
    """

    def __init__(self, world: World, damages: Sequence[Damage], capital: Array, draws: int) -> None:
        self.world, self.draws = world, draws
        self._capital = capital.reshape(-1, 1)
        self._events = [_Event(world, damage, draws) for damage in damages]
        self._outages_before = np.zeros((world.economies * world.stages, draws))

    def at(self, step: int) -> Acting:
        """Return the capacity lost in a step: of capital the sum over events up to all, of output the largest."""
        day = step * self.world.step_days
        capital, outage = np.zeros_like(self._outages_before), np.zeros_like(self._outages_before)
        for event in self._events:
            event.begin(day, self.world.step_days)
            if not event.acting:
                continue
            nodes = event.damage.nodes
            if event.damage.kind == "outage":
                outage[nodes] = np.maximum(outage[nodes], event.left)
            else:
                capital[nodes] += event.left
        lost = np.divide(capital, self._capital, out=np.zeros_like(capital), where=self._capital > 0)
        late = self.world.laws.compat == BOARIO
        lost = np.minimum(np.maximum(lost, self._outages_before if late else outage), 1)
        self._outages_before = outage
        return Acting(loss=lost.astype(self.world.dtype))

    @property
    def plain(self) -> bool:
        """True: only output is lost."""
        return True

    def longest_delay(self) -> int:
        """Return 0: nothing is late."""
        return 0

    def asked(self) -> Array | None:
        """Return orders for rebuilding in this step, over base output, ``[node, draw]``; None where there are none."""
        total = None
        for event in self._events:
            if event.status == "rebuilding":
                total = np.zeros_like(self._outages_before) if total is None else total
                total[event.rows] += event.asked(self.world.step_days).sum(axis=1)
        if total is None:
            return None
        per_step = self.world.step_days / parameter("days_per_year")
        return np.asarray(total * self.world.inverse_output.reshape(-1, 1) / per_step, self.world.dtype)

    def build(self, fill: Array, step: int) -> None:
        """Book what was rebuilt, ``fill`` of what was asked ``[node, draw]``, and what came back by itself."""
        day = step * self.world.step_days
        for event in self._events:
            event.end(day, self.world.step_days, fill)


class _Event:
    """One event and what of it is left."""

    def __init__(self, world: World, damage: Damage, draws: int) -> None:
        self.damage, self.compat = damage, world.laws.compat == BOARIO
        amount = damage.amount.reshape(len(damage.nodes), -1)
        self.start = np.broadcast_to(amount, (len(damage.nodes), draws)).astype(np.float64)
        self.left = self.start.copy()
        self.status = "pending"
        self.rows, self.wanted = _rebuilding(world, damage, self.start)

    @property
    def acting(self) -> bool:
        return self.status not in ("pending", "finished")

    def begin(self, day: float, step_days: float) -> None:
        if self.status == "pending" and day - step_days <= self.damage.onset_day <= day:
            self.status = "happening"
        if self.status == "happening" and day >= self.damage.onset_day + self.damage.duration_days:
            self.status = "rebuilding" if self.damage.kind == "rebuild" else "recovering"

    def asked(self, step_days: float) -> Array:
        return np.asarray(self.wanted * step_days / self.damage.recovery_days)

    def end(self, day: float, step_days: float, fill: Array) -> None:
        if self.status == "recovering":
            elapsed = day - self.damage.onset_day - self.damage.duration_days
            share = self.damage.kind == "outage"
            digits = parameter("boario_share_digits") if share else parameter("boario_digits")
            self.left = self._rounded(self.start * _left(self.damage.curve, elapsed, self.damage.recovery_days), digits)
        elif self.status == "rebuilding":
            built = self.asked(step_days) * fill[self.rows][:, None]
            self.wanted = np.maximum(self._rounded(self.wanted - built, parameter("boario_digits")), 0)
            self.left = self.wanted.sum(axis=0) / self.damage.building_factor
        if self.status in ("recovering", "rebuilding") and not self.left.any():
            self.status = "finished"

    def _rounded(self, values: Array, digits: float) -> Array:
        return np.asarray(values.round(int(digits)) if self.compat else np.maximum(values, 0))


def _rebuilding(world: World, damage: Damage, start: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """Return the nodes that rebuild and what is wanted of them, ``[builder, hit, draw]``.

    Each building stage has its share, each of its suppliers the part that it sells to the node that was hit.
    """
    if damage.kind != "rebuild":
        return np.zeros(0, np.int64), np.zeros((0, *start.shape))
    rows, wanted = [], []
    for stage, share in damage.builders.items():
        users = world.makers[stage]
        columns = damage.nodes if users.nodes is None else np.searchsorted(users.nodes, damage.nodes)
        origin = users.flows[:, columns].astype(np.float64) * users.inverse[columns]
        rows.append(np.arange(world.economies) * world.stages + stage)
        wanted.append(origin[:, :, None] * (start * share * damage.building_factor)[None])
    return np.concatenate(rows), np.concatenate(wanted)


def _left(curve: Recovery, elapsed: float, days: float) -> float:
    if curve == "linear":
        return 1 - elapsed / days
    if curve == "s-shape":
        start = parameter("s_shape_start")
        bend = (np.log(days) - np.log(start)) / (np.log(days) - np.log(2))
        return float(days / (days + start * elapsed**bend))
    return float((1 - 1 / days) ** (elapsed * (parameter("scaled_convex") if curve == "scaled-convex" else 1)))
