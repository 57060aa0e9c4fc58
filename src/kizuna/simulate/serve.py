"""How output reaches the users of each block, what they use and keep of it, and what they order next."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.acting import Acting
from kizuna.simulate.arrivals import by_contract, from_pool
from kizuna.simulate.crew import Crew
from kizuna.simulate.kernels import serve_one, settle, settle_products
from kizuna.simulate.laws import BOARIO
from kizuna.simulate.peer import settle_as_boario
from kizuna.simulate.state import Settings, State
from kizuna.simulate.turn import OfAll, Sent, Served, Step, Weights
from kizuna.simulate.world import Users, World

Array = npt.NDArray[Any]
# Users that go through both products of a block together: their flows and products stay in the processor's cache.
TOGETHER = 512


def serve_blocks(
    world: World,
    settings: Settings,
    state: State,
    acting: Acting,
    sent: Sent,
    weights: tuple[Array, Array],
    wanted: Array,
    crew: Crew,
) -> Served:
    """Serve all blocks, then put the new orders and input covers into the state.

    Parameters
    ----------
    sent
        Fills of this step.
    weights
        Weight of each supplier in new orders, abroad and at home, ``[node, draw]``; those in the state are of the
        orders now
        served.
    wanted
        Output that makers want, over base output, same shape.
    crew
        Threads that share the blocks.
    """
    shape = (world.economies, world.stages, settings.draws)
    orders, home_orders = np.zeros(shape, world.dtype), np.zeros(shape, world.dtype)
    step = Step(world, settings, state, acting, sent, *weights, wanted, orders, home_orders, _served(world, shape))

    state.asked[:] = 0
    if state.plain:
        sent_of, weight_of = (
            np.ascontiguousarray(step.by_stage(one)) for one in (sent.home * state.weight, step.weight)
        )

    def work(blocks: range) -> Array:
        cover = np.full(state.cover.shape, np.inf, world.dtype)
        for at in blocks:
            if state.plain:
                _serve_plainly(step, at, sent_of[at], weight_of[at], cover)
            else:
                _serve_block(step, at, cover)
        if state.plain:
            _serve_final_plainly(step, slice(blocks.start, blocks.stop))
        return cover

    if world.laws.compat == BOARIO:
        covers = [_serve_as_boario(step)]
        _serve_final_plainly(step, slice(None))
    else:
        covers = crew.shares(world.stages, work)
    state.cover = covers[0] if len(covers) == 1 else np.minimum.reduce(covers)
    inverse = world.inverse_output[:, :, None]
    state.orders = (orders * inverse).reshape(state.orders.shape)
    state.home_orders = (home_orders * inverse).reshape(state.orders.shape)
    return step.served


def _served(world: World, shape: tuple[int, int, int]) -> Served:
    """Return empty results, with those of makers where the network is of one material."""
    of_all = OfAll(*(np.zeros(shape, world.dtype) for _ in range(4))) if world.network.kind == "material" else None
    return Served(np.zeros(shape, world.dtype), np.zeros(shape, world.dtype), of_all)


def _serve_plainly(step: Step, at: int, sent: Array, weight: Array, cover: Array) -> None:
    """Serve one block whose users all fare alike: both products and the booking between them, users in small groups.

    ``sent`` is fill times weight of the orders now served, ``weight`` that of new orders, ``[supplier, draw]``.
    """
    world, settings, state = step.world, step.settings, step.state
    makers, draws = world.makers[at], settings.draws
    orders = np.zeros((world.economies, draws), world.dtype)
    output, wanted, mine = step.of_makers(state.output, at), step.of_makers(step.wanted, at), cover
    if makers.nodes is not None:
        mine = np.full(output.shape, np.inf, world.dtype)
    if draws == 1:
        serve_one(
            makers.flows, sent[:, 0], weight[:, 0], makers.inverse, output[:, 0], wanted[:, 0], settings.target[at, 0],
            settings.restock[at, 0], settings.needed[at, 0], makers.limits, state.stocks[at][:, 0],
            state.calls[at][:, 0], mine[:, 0], orders[:, 0],
        )  # fmt: skip
    else:
        both = np.concatenate([sent, weight], axis=1)
        products = np.empty((min(TOGETHER, makers.size), 2 * draws), world.dtype)
        for begin in range(0, makers.size, TOGETHER):
            users = slice(begin, min(begin + TOGETHER, makers.size))
            flows, call = makers.flows[:, users], state.calls[at][users]
            found = np.matmul(flows.T, both, out=products[: users.stop - begin])
            settle_products(
                found, makers.inverse[users], output[users], wanted[users], settings.target[at], settings.restock[at],
                settings.needed[at], makers.limits[users], state.stocks[at][users], call, mine[users],
            )  # fmt: skip
            orders += flows @ call
    if makers.nodes is not None:
        cover[makers.nodes] = np.minimum(cover[makers.nodes], mine)
    step.orders[:, at] += weight * orders


def _serve_as_boario(step: Step) -> Array:
    """Serve the makers of all blocks with the peer's switches and return the new covers."""
    world, state = step.world, step.state
    arrived, bids, weights = [], [], []
    for at, users in enumerate(world.makers):
        sent, weight = step.rows(step.sent.home, at) * step.rows(state.weight, at), step.rows(step.weight, at)
        arrived.append(state.calls[at] * (users.flows.T @ sent) * users.inverse[:, None])
        bids.append((users.flows.T @ weight) * users.inverse[:, None])
        weights.append(weight)
    settle_as_boario(world, step.settings, state, arrived, step.wanted, bids)
    for at, (users, weight) in enumerate(zip(world.makers, weights, strict=True)):
        step.orders[:, at] += weight * (users.flows @ state.calls[at])
    return state.cover


def _serve_final_plainly(step: Step, stages: slice) -> None:
    """Serve the final users of several stages at once, where all of them fare alike."""
    world, state = step.world, step.state
    flows, inverse = world.final_flows[stages], world.final_inverse[stages, :, None]
    backwards = flows.transpose(0, 2, 1)
    sent, weight = step.by_stage(step.sent.home)[stages], None
    bids = world.final_used[stages, :, None]
    if world.laws.final_reorders:
        sent = sent * step.by_stage(state.weight)[stages]
        weight = step.by_stage(step.weight)[stages]
        bids = (backwards @ weight) * inverse
    _use_and_order(step, stages, state.final_calls[stages] * (backwards @ sent) * inverse, bids)
    orders = flows @ state.final_calls[stages]
    step.orders.transpose(1, 0, 2)[stages] += orders if weight is None else weight * orders


def _serve_block(step: Step, at: int, cover: Array) -> None:
    """Serve one block in full: home and foreign buyers, closed links, late arrivals, the pool."""
    world, settings, state = step.world, step.settings, step.state
    groups = (world.makers[at], world.final[at])
    calls = (state.calls[at], state.final_calls[at])
    old = [step.weights_of_stage(at, new=False, final=final) for final in (False, True)]
    arrivals = [by_contract(step, at, which, groups[which], calls[which], old[which]) for which in (0, 1)]
    if step.sent.sold is not None and (settings.rigidity[at] < 1).any():
        from_pool(step, at, groups, calls, old, arrivals)
    _serve_makers(step, at, arrivals[0], cover)
    _serve_final(step, at, arrivals[1])


def _serve_makers(step: Step, at: int, arrived: Array, cover: Array) -> None:
    world, settings, state = step.world, step.settings, step.state
    users = world.makers[at]
    if not users.size:
        return
    output, wanted = step.of_makers(state.output, at), step.of_makers(step.wanted, at)
    weights = step.weights_of_stage(at, new=True, final=False)
    bids = _bids(step, at, users, weights, 0)
    raised = wanted if step.acting.hoarding is None else wanted * step.acting.hoarding[users.economy, at]
    mine = np.full(output.shape, np.inf, world.dtype)
    settle(
        arrived, bids, output, np.ascontiguousarray(raised), settings.target[at],
        settings.restock[at],
        settings.needed[at], users.limits, state.stocks[at], state.calls[at], mine,
    )  # fmt: skip
    nodes = slice(None) if users.nodes is None else users.nodes
    cover[nodes] = np.minimum(cover[nodes], mine)
    _place_orders(step, at, users, weights, state.calls[at], bids)
    of_all = step.served.of_all
    if of_all is not None:
        need = users.need[:, None]
        lacked = np.maximum(wanted - output, 0) * need
        _add(of_all.received, at, users, arrived * need)
        _add(of_all.use, at, users, output * need)
        _add(of_all.unmet, at, users, lacked)
        _add(of_all.stock, at, users, state.stocks[at] * need)


def _serve_final(step: Step, at: int, arrived: Array) -> None:
    world, state, served = step.world, step.state, step.served
    users = world.final[at]
    weights = step.weights_of_stage(at, new=True, final=True)
    bids = _bids(step, at, users, weights, 1)
    _use_and_order(step, at, arrived, bids)
    _place_orders(step, at, users, weights, state.final_calls[at], bids)
    base = users.need[:, None]
    if served.of_all is not None:
        _add(served.of_all.received, at, users, arrived * base)
        _add(served.of_all.use, at, users, served.final_use[:, at])
        _add(served.of_all.unmet, at, users, served.final_unmet[:, at])
        _add(served.of_all.stock, at, users, state.final_stocks[at] * base)


def _use_and_order(step: Step, at: int | slice, arrived: Array, bids: Array) -> None:
    """Let final users of one or all stages use what they have, and order their need and part of a gap in stocks."""
    world, settings, state, acting = step.world, step.settings, step.state, step.acting
    base = world.final_need[at][..., None]
    wish = world.final_used[at][..., None]
    if acting.demand is not None:
        wish = wish * acting.demand.transpose(1, 0, 2)[at]
    need = wish * np.exp(-settings.elasticity * state.price[at][..., None, :])
    had = state.final_stocks[at] + arrived
    use = np.minimum(need, had)
    state.final_stocks[at] = had - use
    aim = settings.final_target[at] * need
    if acting.hoarding is not None:
        aim = aim * acting.hoarding.transpose(1, 0, 2)[at]
    order = need + settings.final_restock * np.maximum(aim - state.final_stocks[at], 0)
    state.final_calls[at] = np.divide(order, bids, out=np.zeros_like(order), where=bids != 0)
    step.served.final_use.transpose(1, 0, 2)[at] = use * base
    step.served.final_unmet.transpose(1, 0, 2)[at] = (wish - use) * base


def _bids(step: Step, at: int, users: Users, weights: Weights, which: int) -> Array:
    """Return the orders that a call of 1 sends out, over base need, less those that buyers know to be blocked."""
    total = users.flows.T @ weights.abroad
    total += users.home[:, None] * (weights.home - weights.abroad)[users.economy]
    least = parameter("weight_floor") * total
    for link in step.acting.links:
        group = link.groups[at]
        touched = group.final if which else group.makers
        known = link.blocked * step.state.aware[list(link.members)].min(axis=0)
        total -= (touched.T @ weights.abroad[group.rows]) * known
    return np.asarray(np.maximum(total, least) * users.inverse[:, None])


def _place_orders(step: Step, at: int, users: Users, weights: Weights, call: Array, bids: Array) -> None:
    """Send the orders of a group of users to their suppliers, those at home apart."""
    called = users.home[:, None] * call
    step.orders[:, at] += weights.abroad * (users.flows @ call)
    _add(step.orders, at, users, (weights.home - weights.abroad)[users.economy] * called)
    _add(step.home_orders, at, users, weights.home[users.economy] * called)
    step.state.asked[at] += (call * bids * users.need[:, None]).sum(axis=0)


def _add(total: Array, at: int, users: Users, amount: Array) -> None:
    if users.one_each:
        total[:, at] += amount
    else:
        np.add.at(total[:, at], users.economy, amount)
