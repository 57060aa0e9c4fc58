"""The one type that the stress engine runs on, whatever it was built from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import NetworkError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
LARGEST = float(np.finfo(np.float64).max)


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

    Raises
    ------
    NetworkError
        If a label stands twice, blocks are not those of the stages in their order, or an array has another shape than
        its labels say or holds a number that it cannot mean; lists every fault.
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

    def __post_init__(self) -> None:
        faults = [fault for name, array, rule in _arrays(self) for fault in _faults(name, array, rule)]
        faults = [*_label_faults(self), *faults]
        if faults:
            raise NetworkError(
                f"The network {self.name!r} has {len(faults)} faults:",
                faults,
                expected="shapes as the labels of economies and stages say, and numbers that mean something",
                do="Mend the figures that the network is made from.",
            )

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.economies) * len(self.stages)


@dataclass(frozen=True, slots=True)
class _Rule:
    shape: tuple[int, ...]
    highest: float = LARGEST
    lowest: float = 0
    unknown: bool = False
    whole: bool = False


def _label_faults(network: SupplyNetwork) -> list[str]:
    faults = [
        f"{axis}: {label!r} stands twice"
        for axis, labels in (("economies", network.economies), ("stages", network.stages))
        for label, times in Counter(labels).items()
        if times > 1
    ]
    blocks = tuple(block.stage for block in network.blocks)
    if blocks != network.stages:
        expected = f"{', '.join(network.stages)}, one of each stage in their order"
        faults.append(f"blocks of {', '.join(blocks) or 'none'}; expected {expected}")
    if len(network.products) != len(network.stages):
        faults.append(f"{len(network.stages)} stages and {len(network.products)} lists of products")
    return faults


def _arrays(network: SupplyNetwork) -> list[tuple[str, npt.NDArray[np.generic], _Rule]]:
    """Return every array with its name, and what it may hold."""
    economies, stages = len(network.economies), len(network.stages)
    by_node = _Rule((economies, stages))
    # A table as published may run down inventories more than is used.
    least = -LARGEST if network.kind == "input-output" else 0
    listed: list[tuple[str, npt.NDArray[np.generic], _Rule]] = [
        ("output", network.output, by_node),
        ("spare", network.spare, by_node),
        ("final_stock_days", network.final_stock_days, by_node),
        ("value_added_usd", network.value_added_usd, _Rule((economies, stages), lowest=-LARGEST, unknown=True)),
        ("stock_days", network.stock_days, _Rule((stages,), highest=np.inf)),
        ("rigidity", network.rigidity, _Rule((stages,), highest=1)),
        ("home_priority", network.home_priority, _Rule((stages,), highest=1)),
    ]
    for block in network.blocks:
        makers = len(block.maker_nodes)
        listed += [
            (f"makers of {block.stage}", block.makers, _Rule((economies, makers))),
            (
                f"maker_nodes of {block.stage}",
                block.maker_nodes,
                _Rule((makers,), highest=economies * stages - 1, whole=True),
            ),
            (f"final of {block.stage}", block.final, _Rule((economies, economies), lowest=least)),
        ]
    return listed


def _faults(name: str, array: npt.NDArray[np.generic], rule: _Rule) -> list[str]:
    """Return what is wrong with one array; without a copy of it, since a block may fill half of memory."""
    if array.shape != rule.shape:
        return [f"{name} has the shape {list(array.shape)}; expected {list(rule.shape)}"]
    if not array.size or (rule.unknown and np.isnan(array).all()):
        return []
    if rule.whole and not (array.dtype.kind in "iu" and (np.diff(array) > 0).all()):
        return [f"{name} are not whole numbers, each once and ascending"]
    lowest, highest = (np.nanmin(array), np.nanmax(array)) if rule.unknown else (array.min(), array.max())
    if not (lowest >= rule.lowest and highest <= rule.highest):
        expected = f"numbers from {rule.lowest:g} to {rule.highest:g}"
        return [f"{name} goes from {lowest:g} to {highest:g}; expected {expected}"]
    return []
