"""The inner loops of a step, compiled: what a user of one block receives, keeps and orders."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# Sums may be added in any order that is the same every time; no other licence is taken.
ANY_ORDER = {"reassoc", "nsz", "contract"}


@numba.njit(nogil=True, cache=True, error_model="numpy")
def settle(
    arrived: Array,
    bids: Array,
    output: Array,
    wanted: Array,
    target: Array,
    restock: Array,
    needed: Array,
    limits: Array,
    stock: Array,
    call: Array,
    cover: Array,
) -> None:
    """Book what arrived and was used, and place the next orders; changes ``stock``, ``call`` and ``cover``.

    ``stock += arrived - output``; ``call = (output + restock (target wanted - stock)+) / bids``;
    ``cover = min(cover, stock / needed)`` where the input limits.

    Parameters
    ----------
    arrived
        Receipts over base use, shape ``[user, draw]``.
    bids
        Orders that a call of 1 would send out, over base use, same shape; 0 where the user has no supplier.
    output, wanted
        Output of the user and what it would make with all inputs, over base output, same shape.
    target, restock, needed
        Stock target in steps of use, share of a gap ordered each step, and stock per output below which the input
        limits, shape ``[draw]``.
    limits
        Whether the input can limit the user, shape ``[user]``.
    stock, call, cover
        State, shape ``[user, draw]``.
    """
    users, draws = stock.shape
    for user in range(users):
        for draw in range(draws):
            made = output[user, draw]
            left = stock[user, draw] + arrived[user, draw] - made
            stock[user, draw] = left
            gap = target[draw] * wanted[user, draw] - left
            if gap < 0:
                gap = gap * 0
            order = made + restock[draw] * gap
            call[user, draw] = order / bids[user, draw] if bids[user, draw] != 0 else order * 0
        if limits[user]:
            for draw in range(draws):
                cover[user, draw] = min(cover[user, draw], stock[user, draw] / needed[draw])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def settle_products(
    products: Array,
    inverse_need: Array,
    output: Array,
    wanted: Array,
    target: Array,
    restock: Array,
    needed: Array,
    limits: Array,
    stock: Array,
    call: Array,
    cover: Array,
) -> None:
    """Do what :func:`settle` does from the two products of the block side by side, without copies of them.

    ``products`` holds ``Z'(q p)`` and ``Z' p`` in turn, shape ``[user, 2 draw]``; ``inverse_need`` is 1 over the base
    need, 0 where there is none, shape ``[user]``.
    """
    users, draws = stock.shape
    for user in range(users):
        scale = inverse_need[user]
        for draw in range(draws):
            made = output[user, draw]
            left = stock[user, draw] + call[user, draw] * products[user, draw] * scale - made
            stock[user, draw] = left
            gap = target[draw] * wanted[user, draw] - left
            if gap < 0:
                gap = gap * 0
            bids = products[user, draws + draw] * scale
            order = made + restock[draw] * gap
            call[user, draw] = order / bids if bids != 0 else order * 0
        if limits[user]:
            for draw in range(draws):
                cover[user, draw] = min(cover[user, draw], stock[user, draw] / needed[draw])


@numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=ANY_ORDER)
def serve_one(
    flows: Array,
    sent: Array,
    weight: Array,
    inverse_need: Array,
    output: Array,
    wanted: Array,
    target: float,
    restock: float,
    needed: float,
    limits: Array,
    stock: Array,
    call: Array,
    cover: Array,
    orders: Array,
) -> None:
    """Do both products of a block and :func:`settle` between them for one draw.

    Shapes as in :func:`settle_products` without the draw axis; ``flows`` ``[supplier, user]``; ``sent``, ``weight`` and
    ``orders`` ``[supplier]``; ``orders`` is added to. Suppliers go four at a time, so that sums over them are loaded
    and
    stored a quarter as often.
    """
    suppliers, users = flows.shape
    arrived = np.zeros(users, flows.dtype)
    bids = np.zeros(users, flows.dtype)
    whole = suppliers - suppliers % 4
    for at in range(0, whole, 4):
        one, two, three, four = flows[at], flows[at + 1], flows[at + 2], flows[at + 3]
        sent_1, sent_2, sent_3, sent_4 = sent[at], sent[at + 1], sent[at + 2], sent[at + 3]
        bid_1, bid_2, bid_3, bid_4 = weight[at], weight[at + 1], weight[at + 2], weight[at + 3]
        for user in range(users):
            arrived[user] += sent_1 * one[user] + sent_2 * two[user] + sent_3 * three[user] + sent_4 * four[user]
            bids[user] += bid_1 * one[user] + bid_2 * two[user] + bid_3 * three[user] + bid_4 * four[user]
    for at in range(whole, suppliers):
        for user in range(users):
            arrived[user] += sent[at] * flows[at, user]
            bids[user] += weight[at] * flows[at, user]
    reach = 1 / needed
    for user in range(users):
        made = output[user]
        left = stock[user] + call[user] * arrived[user] * inverse_need[user] - made
        stock[user] = left
        gap = max(target * wanted[user] - left, 0.0)
        bid = bids[user] * inverse_need[user]
        order = made + restock * gap
        call[user] = order / bid if bid != 0 else 0.0
        cover[user] = min(cover[user], left * reach if limits[user] else np.inf)
    for at in range(0, whole, 4):
        one, two, three, four = flows[at], flows[at + 1], flows[at + 2], flows[at + 3]
        total_1 = total_2 = total_3 = total_4 = 0.0
        for user in range(users):
            called = call[user]
            total_1 += one[user] * called
            total_2 += two[user] * called
            total_3 += three[user] * called
            total_4 += four[user] * called
        orders[at] += total_1
        orders[at + 1] += total_2
        orders[at + 2] += total_3
        orders[at + 3] += total_4
    for at in range(whole, suppliers):
        total = 0.0
        for user in range(users):
            total += flows[at, user] * call[user]
        orders[at] += total


@numba.njit(nogil=True, cache=True)
def count(values: Array, bins: Array, width: float) -> None:
    """Count values into bins of equal width from 0, one row of bins a cell; values beyond the last go into it.

    ``values`` has shape ``[draw, cell]``, ``bins`` ``[cell, bin]``; nan is counted nowhere.
    """
    draws, cells = values.shape
    last = bins.shape[1] - 1
    for draw in range(draws):
        for cell in range(cells):
            value = values[draw, cell]
            if value == value:
                at = int(value / width)
                bins[cell, min(max(at, 0), last)] += 1
