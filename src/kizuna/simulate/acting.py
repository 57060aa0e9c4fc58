"""What acts on a network in one step: the shocks of a scenario, drawn, at their mean intensity over the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import SimulationError
from kizuna.floor.params import parameter
from kizuna.scenario.aimed import AimedShock
from kizuna.simulate.uncertain import SHOCK_NUMBERS
from kizuna.simulate.world import World

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Flows that one link or route shock touches, of one block; only the suppliers concerned.

    ``rows`` are supplier economies, ``makers`` and ``final`` their flows times the share touched, ``[row, user]``.
    """

    rows: npt.NDArray[np.int64]
    makers: Array
    final: Array


@dataclass(frozen=True, slots=True)
class LinkSet:
    """Flows that one link or route shock touches, or that several touch at once.

    ``members`` are the numbers of the shocks in the scenario; ``groups`` has one entry a block.
    """

    members: tuple[int, ...]
    groups: tuple[LinkGroup, ...]


@dataclass(frozen=True, slots=True)
class ActingLinks:
    """A set of links in one step: shares of its flows not shipped, and shipped late by ``delay`` steps, ``[draw]``.

    What several shocks touch at once stands in sets of its own with alternating signs, so that a flow cut by shares
    ``a`` and ``b`` keeps ``(1 - a)(1 - b)``.
    """

    members: tuple[int, ...]
    groups: tuple[LinkGroup, ...]
    blocked: Array
    late: Array
    delay: Array


@dataclass(frozen=True, slots=True)
class Acting:
    """What acts in one step; None where nothing does.

    ``loss`` share of capacity lost and ``ban`` share of foreign sales forbidden ``[node, draw]``; ``demand`` and
    ``hoarding`` factors on final need and on stock targets ``[economy, stage, draw]``.
    """

    loss: Array | None = None
    ban: Array | None = None
    demand: Array | None = None
    hoarding: Array | None = None
    links: tuple[ActingLinks, ...] = ()


class Shocks:
    """The shocks of a scenario on one world, with the drawn values of a chunk.

    Parameters
    ----------
    world
        Prepared network.
    shocks
        From ``scenario.aim``.
    values
        Drawn value of each uncertain number, shape ``[draw]``.
    draws
        Number of draws in the chunk.
    sets
        From :func:`link_sets`, made once for all chunks.
    """

    def __init__(
        self,
        world: World,
        shocks: Sequence[AimedShock],
        values: Mapping[str, Array],
        draws: int,
        sets: Sequence[LinkSet],
    ) -> None:
        self.world, self.shocks, self.draws, self.sets = world, tuple(shocks), draws, tuple(sets)
        self._numbers = [
            {
                field: np.broadcast_to(
                    np.asarray(values.get(shock.number(field), getattr(shock, field).mode), float), draws
                )
                for field in SHOCK_NUMBERS
            }
            for shock in shocks
        ]

    def at(self, step: int) -> Acting:
        """Return what acts in step ``step``, counted from 0."""
        begin = step * self.world.step_days
        found: dict[str, Array] = {}
        cut: dict[int, Array] = {}
        for number, (shock, numbers) in enumerate(zip(self.shocks, self._numbers, strict=True)):
            intensity = numbers["depth"] * mean_intensity(
                begin - numbers["onset"], self.world.step_days, numbers["duration"], numbers["recovery"], shock.shape
            )
            if not intensity.any():
                continue
            if shock.links is None:
                self._add(found, shock, intensity)
            else:
                cut[number] = intensity
        links = tuple(self._acting(one, cut) for one in self.sets if all(member in cut for member in one.members))
        return Acting(found.get("capacity"), found.get("export"), *self._raised(found), links)

    def _acting(self, one: LinkSet, cut: Mapping[int, Array]) -> ActingLinks:
        """Return what a set of links suffers: not shipped, and not shipped in time."""
        sign = 1 if len(one.members) % 2 else -1
        blocked, hindered = np.full(self.draws, sign, float), np.full(self.draws, sign, float)
        delay = np.zeros(self.draws)
        for member in one.members:
            numbers = self._numbers[member]
            blocked *= cut[member] * (1 - numbers["detour"])
            hindered *= cut[member]
            delay = np.maximum(delay, np.where(numbers["detour"] > 0, numbers["delay"], 0) / self.world.step_days)
        kind = self.world.dtype
        return ActingLinks(one.members, one.groups, blocked.astype(kind), (hindered - blocked).astype(kind), delay)

    @property
    def plain(self) -> bool:
        """Whether they act on output and final need alone."""
        return all(shock.kind in ("capacity", "demand") for shock in self.shocks)

    def longest_delay(self) -> int:
        """Return how many steps late a flow can arrive at most."""
        late = [numbers["delay"].max() for shock, numbers in zip(self.shocks, self._numbers, strict=True)]
        return int(np.ceil(max(late, default=0.0) / self.world.step_days))

    def _add(self, found: dict[str, Array], shock: AimedShock, intensity: Array) -> None:
        """Add one shock on nodes: cuts of the same node combine as independent, increases add up."""
        nodes = self.world.economies * self.world.stages
        total = found.setdefault(shock.kind, np.zeros((nodes, self.draws), self.world.dtype))
        if shock.kind in ("demand", "hoarding"):
            total[shock.nodes] += intensity
        else:
            total[shock.nodes] = 1 - (1 - total[shock.nodes]) * (1 - intensity)

    def _raised(self, found: dict[str, Array]) -> tuple[Array | None, Array | None]:
        shape = (self.world.economies, self.world.stages, self.draws)
        raised = [1 + found[kind].reshape(shape) if kind in found else None for kind in ("demand", "hoarding")]
        return raised[0], raised[1]


def link_sets(world: World, shocks: Sequence[AimedShock]) -> tuple[LinkSet, ...]:
    """Return the flows that each link or route shock touches, and that several touch at once, block by block.

    Parts of one shock touch different parts of a flow, so that none of it is touched by two of them.

    Raises
    ------
    SimulationError
        If a shock touches sales at home, which are no trade, or shares are not from 0 to 1.
    """
    sets: list[tuple[tuple[int, ...], npt.NDArray[np.float64]]] = []
    for number, shock in enumerate(shocks):
        if shock.links is None:
            continue
        _check_links(world, shock.name, shock.links)
        apart = {at for at in range(number) if shock.part_of and shocks[at].part_of == shock.part_of}
        both = [((*members, number), share * shock.links) for members, share in sets if apart.isdisjoint(members)]
        sets += [((number,), shock.links), *((members, share) for members, share in both if share.any())]
    return tuple(LinkSet(members, _groups(world, share)) for members, share in sets)


def _check_links(world: World, name: str, links: npt.NDArray[np.float64]) -> None:
    """Refuse sales at home, and shares outside 0 to 1 that a round-off does not explain."""
    at_home = any(
        (np.diagonal(share)[users.economy] * users.home).any()
        for share, both in zip(links, zip(world.makers, world.final, strict=True), strict=True)
        for users in both
    )
    if at_home or not ((links >= 0) & ((links <= 1) | np.isclose(links, 1))).all():
        raise SimulationError(
            f"The links of {name} cannot be cut.",
            expected="shares from 0 to 1 of flows between different economies; sales at home are cut as capacity",
        )


def _groups(world: World, links: npt.NDArray[np.float64]) -> tuple[LinkGroup, ...]:
    found = []
    for stage in range(world.stages):
        share = links[stage].astype(world.dtype)
        rows = np.flatnonzero(share.any(axis=1))
        makers, final = world.makers[stage], world.final[stage]
        found.append(
            LinkGroup(
                rows,
                makers.flows[rows] * share[rows][:, makers.economy],
                final.flows[rows] * share[rows][:, final.economy],
            )
        )
    return tuple(found)


def mean_intensity(since_onset: Array, step_days: float, duration: Array, recovery: Array, shape: str) -> Array:
    """Return the mean intensity, 0 to 1, of a shock over a step that begins ``since_onset`` days after its onset.

    Full from the onset for ``duration`` days, then fading within ``recovery`` days; all arrays ``[draw]``.

    Examples
    --------
    >>> month, no_time = np.array([30.0]), np.array([0.0])
    >>> mean_intensity(np.array([0.0]), 60.0, month, no_time, "step").tolist()
    [0.5]
    """
    ends = [_integral(since_onset + days, duration, recovery, shape) for days in (0.0, step_days)]
    return np.asarray((ends[1] - ends[0]) / step_days)


def _integral(days: Array, duration: Array, recovery: Array, shape: str) -> Array:
    """Return the integral of the intensity from the onset to ``days`` after it."""
    plateau = np.clip(days, 0, duration)
    fading = np.maximum(days - duration, 0)
    if shape == "linear":
        gone = np.minimum(fading, recovery)
        return np.asarray(
            plateau + gone - np.divide(gone**2, 2 * recovery, out=np.zeros_like(gone), where=recovery > 0)
        )
    if shape == "exponential":
        rate = np.divide(parameter("fading_rate"), recovery, out=np.zeros_like(recovery), where=recovery > 0)
        tail = np.divide(1 - np.exp(-rate * fading), rate, out=np.zeros_like(fading), where=rate > 0)
        return np.asarray(plateau + tail)
    return np.asarray(plateau)
