"""One step of the engine: capacity, inputs, sharing, arrival, prices, orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.acting import Acting
from kizuna.simulate.crew import Crew
from kizuna.simulate.damage import Damages
from kizuna.simulate.laws import BOARIO
from kizuna.simulate.serve import serve_blocks
from kizuna.simulate.state import Settings, State
from kizuna.simulate.turn import Sent, Served
from kizuna.simulate.world import World

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Record:
    """What happened in one step.

    Parameters
    ----------
    output, capacity
        Over base output, shape ``[node, draw]``.
    served
        Receipts, use and unmet need of each block.
    price
        Log price index, shape ``[stage, draw]``.
    """

    output: Array
    capacity: Array
    served: Served
    price: Array


def advance(
    world: World, settings: Settings, state: State, acting: Acting, crew: Crew, damages: Damages | None = None
) -> Record:
    """Move the state on by one step and return what happened in it.

    Parameters
    ----------
    world, settings
        Prepared network and the numbers of each draw.
    state
        Changed in place.
    acting
        Shocks of this step.
    crew
        Threads that share the blocks.
    damages
        Damage that is being rebuilt, with orders of its own.
    """
    closed = _closed(world, state, acting)
    ban = _ban(settings, state, acting, closed)
    eligible = _eligible(state, closed, ban)
    rebuilding = None if damages is None else damages.asked()
    if rebuilding is not None:
        eligible = eligible + rebuilding
    if state.step > _first_change(world):
        state.spare = _capacity(world, settings, state, eligible)
    capacity = state.spare if acting.loss is None else (1 - acting.loss) * state.spare
    wanted = np.minimum(eligible, capacity)
    output = np.minimum(wanted, state.cover)
    sent = _share(world, state, eligible, output, ban, foreign_matters=closed is not None)
    if damages is not None:
        damages.build(sent.home, state.step)
        if rebuilding is not None:
            wanted = np.minimum(eligible - rebuilding * sent.home, capacity)
    state.output = output
    state.price = _price(world, state, output)
    weight, home_weight = _weights(world, settings, state, capacity, sent)
    _notice(settings, state, acting)
    served = serve_blocks(world, settings, state, acting, sent, (weight, home_weight), wanted, crew)
    state.weight, state.home_weight = weight, home_weight
    state.step += 1
    return Record(output, capacity, served, state.price)


def _notice(settings: Settings, state: State, acting: Acting) -> None:
    """Let buyers learn of each link or route shock where it acts, draw by draw, and forget it where it does not."""
    acts = np.zeros(state.aware.shape, bool)
    for link in acting.links:
        if len(link.members) == 1:
            acts[link.members[0]] = link.blocked + link.late > 0
    state.aware += settings.trust_rate * (acts - state.aware)


def _first_change(world: World) -> float:
    """Return the step after which capacity moves: the first, or day 1 as the peer counts."""
    return 1 / world.step_days if world.laws.compat == BOARIO else 0


def _capacity(world: World, settings: Settings, state: State, eligible: Array) -> Array:
    """Return the capacity multiplier after the capacity law.

    ``overproduction``: ``a += rate ((a_max - a) scarcity + (1 - a) [no scarcity])``, at least 1, with
    ``scarcity = (orders - output) / orders``. ``spare``: ``a += rate (1 + clip(orders - 1, 0, spare) - a)``.
    """
    rate = settings.capacity_rate
    if world.laws.capacity == "spare":
        return np.asarray(state.spare + rate * (1 + np.clip(eligible - 1, 0, settings.spare) - state.spare))
    scarcity = _ratio(eligible - state.output, eligible, 0)
    none = np.abs(scarcity) <= world.laws.scarcity_tolerance
    scarcity[none] = 0
    pull = (1 + settings.spare - state.spare) * scarcity + (1 - state.spare) * none
    return np.asarray(np.maximum(state.spare + rate * pull, 1))


def _closed(world: World, state: State, acting: Acting) -> Array | None:
    """Return orders on closed links, over base output, ``[node, draw]``; None where nothing hinders sales abroad."""
    if acting.ban is None and not acting.links:
        return None
    shape = (world.economies, world.stages, -1)
    closed = np.zeros_like(state.orders)
    per_node, weight = closed.reshape(shape), state.weight.reshape(shape)
    for link in acting.links:
        for stage, group in enumerate(link.groups):
            rows = group.rows
            ordered = weight[rows, stage] * (group.makers @ state.calls[stage])
            final = group.final @ state.final_calls[stage]
            ordered += final * weight[rows, stage] if world.laws.final_reorders else final
            per_node[rows, stage] += link.blocked * ordered * world.inverse_output[rows, stage, None]
    return closed


def _ban(settings: Settings, state: State, acting: Acting, closed: Array | None) -> Array | None:
    """Return the share of open foreign orders that bans forbid, ``[node, draw]``; None without a ban.

    A ban allows its share of base sales, or of orders where they are higher: orders that have already moved elsewhere
    are not cut again.
    """
    if acting.ban is None or closed is None:
        return None
    wanted = np.maximum(state.orders - state.home_orders - closed, 0)
    allowed = np.minimum(wanted, (1 - acting.ban) * np.maximum(settings.abroad, wanted))
    return np.asarray(1 - _ratio(allowed, wanted, 1))


def _eligible(state: State, closed: Array | None, ban: Array | None) -> Array:
    """Return orders that may be shipped: of foreign orders less those on closed links, what the ban leaves."""
    if closed is None:
        return state.orders
    if ban is None:
        return np.asarray(np.maximum(state.orders - closed, 0))
    foreign = np.maximum(state.orders - state.home_orders, 0)
    return np.asarray(np.maximum(state.orders - foreign + (1 - ban) * (foreign - closed), 0))


def _share(
    world: World, state: State, eligible: Array, output: Array, ban: Array | None, *, foreign_matters: bool
) -> Sent:
    """Return the fill of orders: in proportion, or home buyers first by the network's home priority.

    Home buyers get ``(1 - h) q home + h min(home, output)`` with ``q = output / eligible``, foreign ones the rest.
    """
    fill = _ratio(output, eligible, 0)
    if not world.shares and not foreign_matters:
        return Sent(fill, fill, fill, None)
    home = state.home_orders
    priority = np.tile(world.network.home_priority.astype(world.dtype), world.economies)[:, None]
    if world.laws.by_contract:
        priority = np.zeros_like(priority)
    at_home = (1 - priority) * fill * home + priority * np.minimum(home, output)
    abroad = np.maximum(output - at_home, 0)
    open_orders = np.maximum(eligible - home, 0)
    fill_abroad = np.minimum(_ratio(abroad, open_orders, 1), 1)
    delivered = fill_abroad if ban is None else fill_abroad * (1 - ban)
    return Sent(_ratio(at_home, home, 1), fill_abroad, delivered, abroad)


def _price(world: World, state: State, output: Array) -> Array:
    """Return the log price ``kappa (orders / supply - 1)`` of each stage, clipped; ``[stage, draw]``."""
    laws = world.laws
    if laws.price_response == 0:
        return state.price
    shape = (world.economies, world.stages, -1)
    supply = (output.reshape(shape) * world.output[:, :, None]).sum(axis=0)
    nothing = np.where(state.asked > 0, np.inf, 0).astype(world.dtype)
    with np.errstate(over="ignore"):
        excess = np.divide(state.asked - supply, supply, out=nothing, where=supply > 0)
    return np.asarray(np.clip(laws.price_response * excess, 0, laws.price_limit), world.dtype)


def _weights(world: World, settings: Settings, state: State, capacity: Array, sent: Sent) -> tuple[Array, Array]:
    """Return the weight of each supplier in the orders placed in this step: of buyers abroad, and at home.

    Trust follows what each of them got, so that a ban on exports turns buyers abroad away and nobody at home.
    """
    if world.laws.orders == "fixed":
        return state.weight, state.home_weight
    if world.laws.orders == "capacity":
        idle = world.output.reshape(-1) == 0
        weight = np.where(idle[:, None], np.asarray(1, world.dtype), capacity) if idle.any() else capacity
        return weight, weight
    return (
        _trust(settings, state.weight, sent.delivered, world.dtype),
        _trust(settings, state.home_weight, sent.home, world.dtype),
    )


def _trust(settings: Settings, weight: Array, got: Array, kind: np.dtype[Any]) -> Array:
    return np.asarray(np.maximum(weight + settings.trust_rate * (got - weight), parameter("weight_floor")), kind)


def _ratio(above: Array, below: Array, otherwise: float) -> Array:
    return np.divide(above, below, out=np.full_like(above, otherwise), where=below != 0)
