"""Networks small enough to think about: drawn by hypothesis, or one supplier and its buyers."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from kizuna.network.supply_network import Block, SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread

Array = npt.NDArray[np.float64]
NO_TIME = Spread(0, 0, 0)
LONG = Spread(10_000, 10_000, 10_000)


def certain(value: float) -> Spread:
    """Return a number about which nothing is uncertain."""
    return Spread(value, value, value)


def chain_of(
    seed: int,
    economies: int = 4,
    stages: int = 3,
    *,
    rigidity: float = 0.5,
    home_priority: float = 0.5,
    stock_days: float = 45,
    spare: float = 0.05,
) -> SupplyNetwork:
    """Return a balanced chain of stages with random flows; only the last stage has final users."""
    rng = np.random.default_rng(seed)
    names = tuple(f"E{number}" for number in range(economies))

    def shares() -> Array:
        drawn = rng.random((economies, economies)) * (rng.random((economies, economies)) < 0.7) + np.eye(economies) / 10
        return np.asarray(drawn / drawn.sum(axis=0))

    output = np.zeros((economies, stages))
    final = [np.zeros((economies, economies)) for _ in range(stages)]
    makers = [np.zeros((economies, 0)) for _ in range(stages)]
    nodes = [np.zeros(0, np.int64) for _ in range(stages)]
    final[-1] = shares() * rng.uniform(10, 1000, economies)
    output[:, -1] = final[-1].sum(axis=1)
    for stage in range(stages - 2, -1, -1):
        makers[stage] = shares() * output[:, stage + 1] * rng.uniform(0.5, 3)
        nodes[stage] = np.arange(economies) * stages + stage + 1
        output[:, stage] = makers[stage].sum(axis=1)
    labels = tuple(f"stage{number}" for number in range(stages))
    blocks = tuple(Block(label, makers[at], nodes[at], final[at]) for at, label in enumerate(labels))
    return _network("material", names, labels, output, blocks, rigidity, home_priority, stock_days, spare)


def table_of(seed: int, economies: int = 3, stages: int = 4) -> SupplyNetwork:
    """Return a balanced input-output network with random flows."""
    rng = np.random.default_rng(seed)
    nodes = economies * stages
    flows = rng.random((stages, economies, nodes)) * (rng.random((stages, economies, nodes)) < 0.8)
    final = rng.random((stages, economies, economies)) * nodes
    output = np.stack([flows[at].sum(axis=1) + final[at].sum(axis=1) for at in range(stages)], axis=1)
    labels = tuple(f"s{number}" for number in range(stages))
    blocks = tuple(Block(label, flows[at], np.arange(nodes), final[at]) for at, label in enumerate(labels))
    names = tuple(f"E{number}" for number in range(economies))
    return _network("input-output", names, labels, output, blocks, 1, 0, 90, 0.25)


def trade_of(flows: Array, *, rigidity: float, stock_days: float = 0, spare: float = 0) -> SupplyNetwork:
    """Return a one-stage network of trade alone; flows ``[supplier, buyer]``."""
    size = len(flows)
    block = Block("traded", np.zeros((size, 0)), np.zeros(0, np.int64), flows)
    names = tuple(f"E{number}" for number in range(size))
    output = flows.sum(axis=1, keepdims=True)
    return _network("material", names, ("traded",), output, (block,), rigidity, 0, stock_days, spare)


def export_halt(node: int, depth: float = 1, **times: Spread) -> AimedShock:
    """Return a shock that stops sales abroad of a node from the first day."""
    given = {"onset": NO_TIME, "duration": LONG, "recovery": NO_TIME} | times
    return AimedShock("halt", "export", np.array([node]), None, certain(depth), **given)


def _network(
    kind: Literal["material", "input-output"],
    economies: tuple[str, ...],
    stages: tuple[str, ...],
    output: Array,
    blocks: tuple[Block, ...],
    rigidity: float,
    home_priority: float,
    stock_days: float,
    spare: float,
) -> SupplyNetwork:
    count = len(stages)
    return SupplyNetwork(
        name="small", kind=kind, year=2023, unit="t", covers="use", economies=economies, stages=stages,
        products=tuple((stage,) for stage in stages), output=output, blocks=blocks,
        stock_days=np.full(count, float(stock_days)),
        final_stock_days=np.full(output.shape, float(stock_days) if kind == "material" else 0.0),
        spare=np.full(output.shape, float(spare)), rigidity=np.full(count, float(rigidity)),
        home_priority=np.full(count, float(home_priority)), value_added_usd=output * 0.4,
    )  # fmt: skip
