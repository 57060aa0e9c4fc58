"""What moves in a run, and the drawn numbers that hold still in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.simulate.laws import BOARIO, Laws
from kizuna.simulate.world import Users, World

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers of the network and the laws in each draw of a chunk.

    Parameters
    ----------
    draws
        Number of draws in the chunk.
    rigidity
        Share of trade by contract, shape ``[stage, draw]``.
    target, final_target
        Stock that makers and final users want, in steps of use, shape ``[stage, draw]`` and ``[stage, economy, draw]``.
    needed
        Stock per output below which an input limits, in steps of use, shape ``[stage, draw]``.
    restock
        Share of a gap in stocks that makers order each step, shape ``[stage, draw]``; 0 where they are never short.
    final_restock
        The same of final users, shape ``[draw]``.
    abroad
        Base orders from abroad over base output, shape ``[node, 1]``.
    spare
        Output above the base that can be reached, shape ``[node, draw]``.
    capacity_rate, trust_rate
        Share of the way that capacity and trust go in a step, shape ``[draw]``.
    elasticity
        Price elasticity of final need, shape ``[draw]``.
    """

    draws: int
    rigidity: Array
    target: Array
    final_target: Array
    needed: Array
    restock: Array
    final_restock: Array
    abroad: Array
    spare: Array
    capacity_rate: Array
    trust_rate: Array
    elasticity: Array


@dataclass(slots=True)
class State:
    """All that changes from step to step; arrays over base values, draws last.

    ``plain`` says that all buyers fare alike in this run. ``weight`` is that of a supplier in the orders of buyers
    abroad, ``home_weight`` in those of its own economy.

    ``asked`` is what all users of a stage's product ordered for this step, per year, ``[stage, draw]``. ``aware`` is
    how
    far buyers know of each link or route shock, ``[shock, draw]``. ``stocks`` and ``calls`` have one entry a block,
    ``[user, draw]``; ``final_stocks`` and ``final_calls`` are
    ``[stage, economy, draw]``. ``late`` holds what arrives in later steps, a ring ``[step, user, draw]`` for makers and
    final users of each block.
    """

    plain: bool
    step: int
    output: Array
    orders: Array
    home_orders: Array
    spare: Array
    weight: Array
    home_weight: Array
    cover: Array
    price: Array
    asked: Array
    aware: Array
    stocks: list[Array]
    calls: list[Array]
    final_stocks: Array
    final_calls: Array
    late: list[tuple[Array, Array]] = field(default_factory=list)


def settings_of(world: World, values: Mapping[str, Array], draws: int) -> Settings:
    """Return the numbers of each draw.

    Parameters
    ----------
    values
        Drawn shifts and factors, named ``model.*``; those left out are 0 and 1.
    """

    def drawn(name: str, neutral: float) -> Array:
        return np.broadcast_to(np.asarray(values.get(f"model.{name}", neutral), world.dtype), (draws,))

    network, laws, days = world.network, world.laws, world.step_days
    stock = drawn("stock_factor", 1)
    # Where nothing is bound since no trade is known, no draw binds any.
    bound = network.rigidity[:, None] > 0
    rigidity = np.where(bound, np.clip(network.rigidity[:, None] + drawn("rigidity_shift", 0), 0, 1), 0)
    if laws.by_contract:
        rigidity = np.ones_like(rigidity)
    target = _target(laws, np.where(np.isfinite(network.stock_days), network.stock_days, 0)[:, None] / days * stock)
    final_target = network.final_stock_days.T[:, :, None] / days * stock
    restock = np.minimum(days / (laws.restocking_days * drawn("restocking_factor", 1)), 1)
    kept = {
        "rigidity": rigidity,
        "target": target,
        "final_target": final_target,
        "needed": np.maximum(laws.stock_share * target, 1),
        "restock": np.isfinite(network.stock_days)[:, None] * restock,
        "final_restock": restock,
        "abroad": np.maximum(base_orders(world) - _home_orders(world), 0)[:, None],
        "spare": network.spare.reshape(-1, 1) * drawn("spare_factor", 1),
        "capacity_rate": np.minimum(np.full(draws, days / laws.capacity_days), 1),
        "trust_rate": np.minimum(days / (laws.trust_days * drawn("trust_factor", 1)), 1),
        "elasticity": laws.demand_elasticity * drawn("elasticity_factor", 1),
    }
    return Settings(draws, **{name: np.ascontiguousarray(array, world.dtype) for name, array in kept.items()})


def _target(laws: Laws, steps: Array) -> Array:
    """Return stock targets in steps: with one step in work on top, or as they are."""
    if laws.compat == BOARIO:
        return np.where((steps <= 1) & (steps > 0), 2, steps)
    return steps + 1 if laws.working_step else np.maximum(steps, 1)


def initial_state(
    world: World, settings: Settings, longest_delay: int, shocks: int, *, links: bool, plain: bool
) -> State:
    """Return the baseline: base orders, stocks at their targets, nothing on its way beyond the step.

    Parameters
    ----------
    longest_delay
        Steps by which a flow can be late at most.
    shocks
        Number of shocks.
    links
        Whether any of them is on links or routes.
    plain
        Whether shocks act on output and final need alone; then networks whose buyers are all served alike take the
        short way through a step.
    """
    draws, kind = settings.draws, world.dtype
    nodes = world.economies * world.stages

    def steady(level: Array, size: int) -> Array:
        return np.ascontiguousarray(np.broadcast_to(level, (size, draws)), kind).copy()

    stages = range(world.stages)
    alike = not world.shares and world.network.kind != "material"
    alike &= world.laws.orders != "trust" and world.laws.price_response == 0
    state = State(
        plain=plain and alike,
        step=0,
        output=np.ones((nodes, draws), kind),
        orders=np.repeat(base_orders(world)[:, None], draws, axis=1),
        home_orders=np.repeat(_home_orders(world)[:, None], draws, axis=1),
        spare=np.ones((nodes, draws), kind),
        weight=np.ones((nodes, draws), kind),
        home_weight=np.ones((nodes, draws), kind),
        cover=np.full((nodes, draws), np.inf, kind),
        price=np.zeros((world.stages, draws), kind),
        asked=np.repeat(_base_need(world)[:, None], draws, axis=1),
        aware=np.zeros((shocks, draws), kind),
        stocks=[steady(settings.target[at], world.makers[at].size) for at in stages],
        calls=[_ones(world.makers[at], draws) for at in stages],
        final_stocks=settings.final_target * (np.stack([users.need for users in world.final]) != 0)[:, :, None],
        final_calls=np.stack([_ones(world.final[at], draws) for at in stages]),
    )
    if links:
        length = longest_delay + 2
        sizes = [(world.makers[at].size, world.final[at].size) for at in stages]
        state.late = [
            (np.zeros((length, makers, draws), kind), np.zeros((length, final, draws), kind)) for makers, final in sizes
        ]
    for at in stages:
        _cover(world.makers[at], state.stocks[at] / settings.needed[at], state.cover)
    return state


def base_orders(world: World) -> Array:
    """Return base orders over base output, shape ``[node]``; 1 where a network balances, 0 for nodes without output."""
    pairs = zip(world.makers, world.final, strict=True)
    total = np.stack([makers.flows.sum(axis=1) + final.flows.sum(axis=1) for makers, final in pairs])
    return np.ascontiguousarray((total.T * world.inverse_output).reshape(-1))


def _base_need(world: World) -> Array:
    pairs = zip(world.makers, world.final, strict=True)
    return np.array([makers.need.sum() + final.need.sum() for makers, final in pairs], world.dtype)


def _home_orders(world: World) -> Array:
    total = np.zeros((world.stages, world.economies), world.dtype)
    for at in range(world.stages):
        for users in (world.makers[at], world.final[at]):
            np.add.at(total[at], users.economy, users.home)
    return np.ascontiguousarray((total.T * world.inverse_output).reshape(-1))


def _ones(users: Users, draws: int) -> Array:
    """Return a call of 1 for each user with a base need, else 0."""
    return np.repeat((users.need != 0).astype(users.flows.dtype)[:, None], draws, axis=1)


def _cover(users: Users, reach: Array, cover: Array) -> None:
    limited = np.flatnonzero(users.limits)
    nodes = limited if users.nodes is None else users.nodes[limited]
    cover[nodes] = np.minimum(cover[nodes], reach[limited])
