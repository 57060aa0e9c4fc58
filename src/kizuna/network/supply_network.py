"""The one type that the stress engine runs on, whatever it was built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that made a network balance.

    Parameters
    ----------
    where
        Economy, stage or link that was changed.
    what
        What was done, in one sentence.
    before, after
        The figure before and after, in the unit of the network.
    """

    where: str
    what: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Block:
    """What one stage supplies in a year: base flows from each economy to the makers and final users of its product.

    Parameters
    ----------
    stage
        Name of the supplying stage.
    makers
        Base flows to makers, per year, shape ``[supplier economy, maker]``.
    maker_nodes
        Node of each maker, ``economy * stages + stage``, shape ``[maker]``.
    final
        Base flows to final use, per year, shape ``[supplier economy, economy]``.
    """

    stage: str
    makers: Floats
    maker_nodes: Integers
    final: Floats


@dataclass(frozen=True, slots=True)
class SupplyNetwork:
    """Nodes economy x stage, one block of base flows for each stage, and how stiff or buffered each stage is.

    Node ``(r, s)`` is number ``r * len(stages) + s``. Flows are per year in ``unit``. At the baseline the output of a
    node is the sum of its row in its block, to makers and to final use, so that nothing moves without a shock.

    Parameters
    ----------
    name
        What the network is of, such as ``copper`` or ``wiod-2011``.
    kind
        ``material`` (tonnes or dollars of one product from stage to stage) or ``input-output``.
    year
        Year of the figures, or the last of the years that were averaged.
    unit
        ``t``, ``usd`` or ``kcal`` (staple food).
    covers
        ``use`` where home supply is in the flows; ``imports`` where only trade is known, so losses are of imports.
    economies, stages
        Labels of the node axes.
    products
        For each stage the ids of what scenarios may aim at: HS codes with revision, material ids, sector codes.
    output
        Base output per year, shape ``[economy, stage]``.
    blocks
        One block a stage, in the order of ``stages``.
    stock_days
        Stock that makers hold of each stage's product, days of use, shape ``[stage]``; ``inf``: never short of it.
    final_stock_days
        Stock that final users hold, days of use, shape ``[economy, stage]``.
    spare
        Output above the base that each node can reach, share of output, shape ``[economy, stage]``.
    rigidity
        Share of trade in a stage's product bound to its buyer; the rest is sold to all buyers alike. Shape ``[stage]``.
    home_priority
        1 where a supplier serves its own economy first, 0 where all buyers are cut alike, shape ``[stage]``.
    value_added_usd
        Value added per year of each node, shape ``[economy, stage]``; nan where unknown.
    repairs
        What was changed to make the figures balance.
    notes
        Sentences a reader must know: coverage, vintage, assumptions.
    inputs
        (stored table, sha256) of the figures.
    """

    name: str
    kind: Literal["material", "input-output"]
    year: int
    unit: Literal["t", "usd", "kcal"]
    covers: Literal["use", "imports"]
    economies: tuple[str, ...]
    stages: tuple[str, ...]
    products: tuple[tuple[str, ...], ...]
    output: Floats
    blocks: tuple[Block, ...]
    stock_days: Floats
    final_stock_days: Floats
    spare: Floats
    rigidity: Floats
    home_priority: Floats
    value_added_usd: Floats
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = field(default=())

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.economies) * len(self.stages)
