"""What the engine reads of a scenario: shocks whose targets are node numbers and link shares of one network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["capacity", "export", "link", "route", "demand", "hoarding"]
Shape = Literal["step", "linear", "exponential"]


@dataclass(frozen=True, slots=True)
class Spread:
    """An uncertain number: a triangle from ``low`` over ``mode`` to ``high``; certain where all three are equal."""

    low: float
    mode: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether nothing is uncertain about it."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class AimedShock:
    """One shock of a scenario on one network.

    Parameters
    ----------
    name
        Name of the shock, unique in its scenario; names the uncertain numbers, such as ``mines.depth``.
    kind
        ``capacity`` cuts output of ``nodes``; ``export`` their sales abroad; ``link`` the flows of ``links``; ``route``
        delays or stops flows of ``links``; ``demand`` raises final use of ``nodes`` (economy x product stage) by
        ``depth``; ``hoarding`` raises the stock that users in ``nodes`` want by ``depth``.
    nodes
        Node numbers ``economy * stages + stage``, shape ``[hit]``; empty for link and route.
    links
        Share of each flow that the shock touches, 0 to 1, shape ``[stage, supplier, buyer]``; None for other kinds.
    depth
        Share cut at the height of the shock, 0 to 1 (demand, hoarding: increase as a share of the base, above 0).
    onset, duration, recovery
        Days from the start of the run to the first day; days at full depth; days until it is gone afterwards.
    shape
        How it fades: at once (``step``), in a straight line, or exponentially (a twentieth left after ``recovery``).
    detour
        Route only: share of the cut flow that takes a longer way, 0 to 1; the rest is not shipped.
    delay
        Route only: days that the longer way adds.
    part_of
        Name of the shock that this one is a part of: a route shock is parted by the length of its detours, and its
        parts close, and open again, together. Empty for a whole shock.
    """

    name: str
    kind: Kind
    nodes: npt.NDArray[np.int64]
    links: npt.NDArray[np.float64] | None
    depth: Spread
    onset: Spread
    duration: Spread
    recovery: Spread
    shape: Shape = "step"
    detour: Spread = Spread(0.0, 0.0, 0.0)
    delay: Spread = Spread(0.0, 0.0, 0.0)
    part_of: str = ""

    def number(self, field: str) -> str:
        """Return the name of one uncertain number; parts of one shock share all but their delays and detours.

        Examples
        --------
        >>> none = Spread(0.0, 0.0, 0.0)
        >>> part = AimedShock("suez.long", "route", np.array([], int), None, none, none, none, none, part_of="suez")
        >>> part.number("depth"), part.number("delay")
        ('suez.depth', 'suez.long.delay')
        """
        own = field in ("detour", "delay") or not self.part_of
        return f"{self.name if own else self.part_of}.{field}"
