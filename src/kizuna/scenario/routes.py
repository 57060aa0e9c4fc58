"""Which trade needs which passage at sea, and how much longer the way is without it.

A pair of regions needs a closed passage when its shortest way is longer without it: with ``D`` the shortest distances
on all legs and ``D'`` those on the legs that stay open, it needs it where ``D' > D``, and the detour adds ``D' - D``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.scenario.sealanes import SeaLanes

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DetourGroup:
    """Trade whose detours are of like length.

    Parameters
    ----------
    name
        ``no-detour``, ``short``, ``medium`` or ``long``.
    share
        Share of trade between two economies that needs the closed passages and has such a detour, shape
        ``[supplier, buyer]``.
    days
        Mean extra days of it, inf without a detour, 0 where nothing passes, shape ``[supplier, buyer]``.
    """

    name: str
    share: Floats
    days: Floats


def passing_shares(
    lanes: SeaLanes, economies: Sequence[str], chokepoints: Sequence[str], contiguous: Flags | None = None
) -> Floats:
    """Return the share of trade between two economies that needs at least one of the passages.

    Parameters
    ----------
    lanes
        The map of the sea.
    economies
        Labels of both axes.
    chokepoints
        Passages, closed together.
    contiguous
        Which economies share a land border, shape ``[economy, economy]``; their trade goes mostly by land. Without it
        only the groups of the lanes trade by land.

    Returns
    -------
    Shares of all trade, by land and by sea, 0 to 1, shape ``[supplier, buyer]``; the diagonal is 0.

    Examples
    --------
    >>> from kizuna.scenario.sealanes import load_sea_lanes
    >>> passing_shares(load_sea_lanes(), ["QAT", "IND"], ["hormuz"]).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    shares = np.zeros((len(economies), len(economies)))
    for group in detour_groups(lanes, economies, chokepoints, contiguous):
        shares += group.share
    return shares


def extra_days(lanes: SeaLanes, economies: Sequence[str], chokepoints: Sequence[str]) -> Floats:
    """Return the mean extra days at sea of the trade that needs the passages, shape ``[supplier, buyer]``.

    0 where none does; inf where some of it has no other way. Distance over speed, without queues.
    """
    total, shares = np.zeros((2, len(economies), len(economies)))
    for group in detour_groups(lanes, economies, chokepoints):
        total += np.where(group.share > 0, group.days, 0) * np.where(group.share > 0, group.share, 1)
        shares += group.share
    return np.divide(total, shares, out=np.zeros_like(shares), where=shares > 0)


def needed_chokepoints(lanes: SeaLanes, start: str, goal: str) -> tuple[str, ...]:
    """Return the passages that the shortest way between two regions needs, in the order of the lanes.

    Examples
    --------
    >>> from kizuna.scenario.sealanes import load_sea_lanes
    >>> needed_chokepoints(load_sea_lanes(), "black-sea", "india-west")
    ('suez', 'bab-el-mandeb', 'turkish-straits')
    """
    here, there = lanes.regions.index(start), lanes.regions.index(goal)
    way = shortest_ways(lanes.legs_without())[here, there]
    return tuple(name for name in lanes.chokepoints if shortest_ways(lanes.legs_without([name]))[here, there] > way)


def detour_groups(
    lanes: SeaLanes, economies: Sequence[str], chokepoints: Sequence[str], contiguous: Flags | None = None
) -> tuple[DetourGroup, ...]:
    """Return the trade that needs the passages, parted by the length of its detours; parameters as above.

    Groups in which no trade falls are left out.
    """
    days = detour_days(lanes, chokepoints)
    ports, by_sea = lanes.port_shares(economies), lanes.sea_shares(economies)
    if contiguous is not None:
        by_sea = np.where(contiguous, np.minimum(by_sea, parameter("contiguous_maritime_share")), by_sea)
    found = []
    for name, inside in _groups(days):
        share = ports @ inside.astype(float) @ ports.T
        if share.any():
            counted = np.where(inside & np.isfinite(days), days, 0.0)
            mean = np.divide(ports @ counted @ ports.T, share, out=np.zeros_like(share), where=share > 0)
            whole = np.where(share > 0, np.inf, 0.0) if name == "no-detour" else mean
            found.append(DetourGroup(name, share * by_sea, whole))
    return tuple(found)


def detour_days(lanes: SeaLanes, chokepoints: Sequence[str]) -> Floats:
    """Return the extra days between regions without the passages: 0 where they are not needed, inf without a way."""
    longer, shortest = shortest_ways(lanes.legs_without(chokepoints)), shortest_ways(lanes.legs_without())
    return np.asarray((longer - shortest) / parameter("sea_miles_per_day"))


def shortest_ways(legs: Floats) -> Floats:
    """Return the shortest distances between all nodes of a graph, shape ``[node, node]``.

    References
    ----------
    Floyd 1962, Algorithm 97: with ``D`` the distances, ``D_ij = min(D_ij, D_ik + D_kj)`` for each ``k`` in turn.

    Examples
    --------
    >>> shortest_ways(np.array([[0, 1, np.inf], [1, 0, 2], [np.inf, 2, 0]])).tolist()
    [[0.0, 1.0, 3.0], [1.0, 0.0, 2.0], [3.0, 2.0, 0.0]]
    """
    ways = legs.astype(float)
    for middle in range(len(ways)):
        ways = np.minimum(ways, ways[:, middle, None] + ways[None, middle, :])
    return ways


def _groups(days: Floats) -> tuple[tuple[str, Flags], ...]:
    short, long = parameter("short_detour"), parameter("long_detour")
    return (
        ("no-detour", np.isinf(days)),
        ("short", (days > 0) & (days <= short)),
        ("medium", (days > short) & (days <= long)),
        ("long", (days > long) & np.isfinite(days)),
    )
