"""The inner loops of a step, compiled: what a user of one block receives, keeps and orders."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


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
                reach = stock[user, draw] / needed[draw]
                if reach < cover[user, draw]:
                    cover[user, draw] = reach


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
                reach = stock[user, draw] / needed[draw]
                if reach < cover[user, draw]:
                    cover[user, draw] = reach


@numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "nsz", "contract"})
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
    together: int,
) -> None:
    """Do both products of a block and :func:`settle` between them for one draw, ``together`` users at a time.

    The flows of a group of users are read from memory once and for the second time from the cache. Shapes as in
    :func:`settle_products` without the draw axis; ``flows`` ``[supplier, user]``; ``sent``, ``weight`` and ``orders``
    ``[supplier]``; ``orders`` is added to.
    """
    suppliers, users = flows.shape
    arrived = np.empty(together, flows.dtype)
    bids = np.empty(together, flows.dtype)
    for begin in range(0, users, together):
        size = min(together, users - begin)
        arrived[:] = 0
        bids[:] = 0
        for supplier in range(suppliers):
            came, bid = sent[supplier], weight[supplier]
            row = flows[supplier, begin : begin + size]
            for at in range(size):
                arrived[at] += came * row[at]
                bids[at] += bid * row[at]
        for at in range(size):
            user = begin + at
            scale = inverse_need[user]
            made = output[user]
            left = stock[user] + call[user] * arrived[at] * scale - made
            stock[user] = left
            gap = target * wanted[user] - left
            if gap < 0:
                gap = gap * 0
            bid = bids[at] * scale
            order = made + restock * gap
            call[user] = order / bid if bid != 0 else order * 0
            if limits[user]:
                reach = left / needed
                if reach < cover[user]:
                    cover[user] = reach
        for supplier in range(suppliers):
            row = flows[supplier, begin : begin + size]
            total = sent[0] * 0
            for at in range(size):
                total += row[at] * call[begin + at]
            orders[supplier] += total


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
