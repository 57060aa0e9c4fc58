"""Arithmetic that makes production, trade and use of one stage agree; matrices are ``[supplier, buyer]``, tonnes."""

from __future__ import annotations

import numpy as np

from kizuna.floor.params import parameter
from kizuna.network.supply_network import Floats


def within_supply(production: Floats, trade: Floats) -> Floats:
    """Return trade in which nobody sells more than it makes and buys: exports above that are cut in proportion.

    Economies that no producer supplies, directly or through others, sell nothing. What is cut is passed on: the largest
    sales ``x`` with ``x = min(sold, production + to' x)``, where ``to`` are the shares of a seller's buyers.

    Parameters
    ----------
    production
        Shape ``[economy]``.
    trade
        Shape ``[supplier, buyer]``, nothing on the diagonal.

    References
    ----------
    Eisenberg and Noe, Management Science 47 (2001) 236: the same equation, of payments, and the steps to solve it.

    Examples
    --------
    A makes 10 and sells 4 to B, which sells 5 on to C:

    >>> within_supply(np.array([10.0, 0, 0]), np.array([[0.0, 4, 0], [0, 0, 5], [0, 0, 0]])).tolist()
    [[0.0, 4.0, 0.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]
    """
    wanted = trade * _supplied(production, trade)[:, None]
    sold = wanted.sum(axis=1)
    to = wanted * ratio(np.ones_like(sold), sold)[:, None]
    close = parameter("balance_tolerance") * max(float(production.sum()), 1.0)
    short = np.zeros(len(sold), dtype=np.bool_)
    able = sold.copy()
    while True:
        short |= able - (production + able @ to) > close
        rest = production[short] + sold[~short] @ to[np.ix_(~short, short)]
        settled = np.where(short, 0, sold)
        settled[short] = np.linalg.solve(np.eye(len(rest)) - to[np.ix_(short, short)].T, rest)
        if (able - settled).max(initial=0.0) <= close:
            return np.asarray(wanted * ratio(np.clip(settled, 0, sold), sold)[:, None])
        able = settled


def by_origin(production: Floats, trade: Floats) -> Floats:
    """Return what was made by each supplier and is used by each economy, with re-exports given to their origin.

    Goods of all origins mix in each economy: with supply ``q = production + imports``, the shares ``s`` of origins in
    it solve ``s (diag(q) - trade) = diag(production)``; an economy uses what it does not sell. Row sums are production.

    Parameters
    ----------
    production, trade
        As :func:`within_supply` returns them.

    References
    ----------
    Kastner, Kastner and Nonhebel, Ecological Economics 70 (2011) 1032: the same proportional mixing.

    Examples
    --------
    A makes 10 and sells 4 to B, which sells 3 on to C:

    >>> by_origin(np.array([10.0, 0, 0]), np.array([[0.0, 4, 0], [0, 0, 3], [0, 0, 0]])).tolist()
    [[6.0, 1.0, 3.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    supply = production + trade.sum(axis=0)
    active = np.flatnonzero(supply > 0)
    inner = trade[np.ix_(active, active)]
    left = np.diag(supply[active]) - inner
    shares = np.linalg.solve(left.T, np.diag(production[active])).T
    used = np.maximum(supply[active] - inner.sum(axis=1), 0)
    flows = np.zeros_like(trade)
    flows[np.ix_(active, active)] = np.maximum(shares, 0) * used
    flows[flows <= parameter("balance_tolerance") * production.sum()] = 0  # rounding, which scaling would blow up
    return flows * ratio(production, flows.sum(axis=1))[:, None]


def to_use(flows: Floats, use: Floats) -> Floats:
    """Return flows with the row sums they have and column sums ``use``, which has the same total.

    Rows and columns are scaled in turn (RAS). What scaling alone cannot settle, because a supplier has no link to a
    user who needs more, goes from all surplus to all deficit in proportion.

    Parameters
    ----------
    flows
        Shape ``[supplier, buyer]``.
    use
        Shape ``[buyer]``.

    Examples
    --------
    B needs 3, and its one supplier A has only 2; C sells to itself alone:

    >>> to_use(np.array([[0.0, 2, 0], [0, 0, 0], [0, 0, 3]]), np.array([0.0, 3, 2])).round(6).tolist()
    [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 2.0]]
    """
    made, total = flows.sum(axis=1), float(use.sum())
    rows, columns = np.flatnonzero(made > 0), np.flatnonzero(use > 0)
    found = np.zeros_like(flows)
    found[np.ix_(rows, columns)] = _scaled(flows[np.ix_(rows, columns)], made[rows], use[columns], total)
    return found + pooled(np.maximum(made - found.sum(axis=1), 0), np.maximum(use - found.sum(axis=0), 0))


def _scaled(flows: Floats, made: Floats, use: Floats, total: float) -> Floats:
    """Scale rows and columns in turn; in the end no sum is above what it should be."""
    found, last = flows.copy(), np.inf
    close = parameter("balance_tolerance") * total
    for _ in range(int(parameter("balance_rounds"))):
        found *= ratio(use, found.sum(axis=0))
        found *= ratio(made, found.sum(axis=1))[:, None]
        off = float(np.abs(found.sum(axis=0) - use).max(initial=0.0))
        if off <= close or last - off <= close * parameter("balance_tolerance"):
            break
        last = off
    bought = found.sum(axis=0)
    return np.asarray(found * ratio(np.minimum(bought, use), bought))


def pooled(surplus: Floats, deficit: Floats) -> Floats:
    """Return flows from each surplus to each deficit in proportion to both; their totals are the same.

    Examples
    --------
    >>> pooled(np.array([1.0, 3]), np.array([2.0, 2])).tolist()
    [[0.5, 0.5], [1.5, 1.5]]
    """
    total = float(deficit.sum())
    return np.outer(surplus, deficit) / total if total else np.zeros((len(surplus), len(deficit)))


def fitted_content(production: Floats, use: Floats, net_imports: Floats) -> float:
    """Return the content of a tonne of gross trade that lets production and trade meet use best.

    Least squares of ``use - production = content * net_imports`` over the economies whose use is known.

    Parameters
    ----------
    production, use
        In content, shape ``[economy]``.
    net_imports
        Gross weight, shape ``[economy]``.

    Examples
    --------
    >>> fitted_content(np.array([10.0, 0]), np.array([4.0, 6]), np.array([-20.0, 20]))
    0.3
    """
    return float(net_imports @ (use - production) / (net_imports @ net_imports))


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return ``top / bottom``, 0 where ``bottom`` is 0."""
    return np.divide(top, bottom, out=np.zeros_like(bottom, dtype=np.float64), where=bottom > 0)


def _supplied(production: Floats, trade: Floats) -> Floats:
    """Return 1 where an economy makes something or buys, over any number of steps, from one that does; else 0."""
    reached = production > 0
    while True:
        wider = reached | (trade[reached] > 0).any(axis=0)
        if (wider == reached).all():
            return reached.astype(np.float64)
        reached = wider
