"""The world trade network of a product: how much hangs on its largest exporters.

All networks (one a product and year) are solved at once: edges lie end to end and nodes are numbered through.
"""

from __future__ import annotations

import numpy as np

from kizuna.exposure.arrays import Amounts, Floats, Integers
from kizuna.exposure.concentration import descending_within, shares
from kizuna.floor.errors import OutOfRangeError
from kizuna.floor.params import parameter


def removal_curve(exports: Amounts, starts: Integers | None = None) -> Floats:
    """Return what share of world trade is left after removing the k largest exporters, ``k = 0 .. n``.

    Parameters
    ----------
    exports
        Exports of each economy, one unit, shape ``[row]``.
    starts
        First row of each network, shape ``[network]``; one network where not given.

    Returns
    -------
    The curves end to end, shape ``[row + network]``: each begins with 1, and what follows is left without the largest
    exporter; it ends with 0.

    References
    ----------
    Piccardi and Tajoli 2018, vulnerability profile by descending out-strength.

    Examples
    --------
    >>> removal_curve(np.array([20, 70, 10])).round(12).tolist()
    [1.0, 0.3, 0.1, 0.0]
    """
    group_starts = np.zeros(1, dtype=np.int64) if starts is None else starts
    totals = np.add.reduceat(exports, group_starts)
    if not (totals > 0).all():
        raise OutOfRangeError("a network without exports", expected="at least one amount above 0 in each network")
    lengths = np.diff(np.append(group_starts, len(exports))) + 1
    added = np.cumsum(np.insert(exports[descending_within(exports, group_starts)], group_starts, 0))
    removed = added - np.repeat(added[curve_starts(group_starts)], lengths)
    return np.asarray(np.clip(1.0 - removed / np.repeat(totals, lengths), 0.0, 1.0), dtype=np.float64)


def curve_starts(starts: Integers) -> Integers:
    """Return where the curve of each network begins in :func:`removal_curve`, shape ``[network]``.

    Examples
    --------
    >>> curve_starts(np.array([0, 3])).tolist()
    [0, 4]
    """
    return starts + np.arange(len(starts))


def removal_centralisation(exports: Amounts, starts: Integers | None = None) -> Floats:
    """Return how far the removal curve lies below a straight line, 0 (all exporters equal) to 1 (one exporter).

    With exporters' shares ordered from largest, ``k`` their rank from 1 and ``n`` their number,
    ``C = 1 - (2 sum_k (k - 1/2) s_k) / n``, rescaled by ``n / (n - 1)`` so that one exporter among ``n`` gives 1;
    where there is a single exporter ``C`` is 1.

    Raises
    ------
    OutOfRangeError
        If an export is negative or not finite, a network is empty, or its exports add up to 0.

    References
    ----------
    After Piccardi and Tajoli 2018; the normalisation is ours.

    Examples
    --------
    >>> removal_centralisation(np.array([1, 1, 1, 1])).round(12).tolist()
    [0.0]
    >>> removal_centralisation(np.array([5])).tolist()
    [1.0]
    """
    group_starts = np.zeros(1, dtype=np.int64) if starts is None else starts
    lengths = np.diff(np.append(group_starts, len(exports)))
    s = shares(exports, group_starts)[descending_within(exports, group_starts)]
    rank = np.arange(len(s)) - np.repeat(group_starts, lengths) + 1
    area = 2 * np.add.reduceat((rank - 1 / 2) * s, group_starts)
    n = lengths.astype(np.float64)
    return np.asarray(np.where(n > 1, (1 - area / n) * n / np.maximum(n - 1, 1), 1.0), dtype=np.float64)


def pagerank(origin: Integers, target: Integers, weight: Floats, network: Integers) -> Floats:
    """Return PageRank of every node, each network's ranks summing to 1.

    ``r_j = (1 - d)/n + d [ sum_i r_i w_ij / sum_k w_ik + (rank of nodes without links)/n ]`` with damping ``d`` = 0.85.
    For supplier importance give links from buyer to supplier; for importer importance from supplier to buyer.

    Parameters
    ----------
    origin, target
        Node at each end of a link, shape ``[link]``; nodes are numbered from 0 through all networks.
    weight
        Weight of each link, above 0, shape ``[link]``.
    network
        Network that each node belongs to, shape ``[node]``, numbered from 0.

    Raises
    ------
    OutOfRangeError
        If a weight is not above 0, a link leaves its network, or the ranks do not settle.

    References
    ----------
    Brin and Page 1998, Computer Networks 30(1-7), 107-117.

    Examples
    --------
    The three-node network of a published hand case, rows exporting to columns [[0, 8, 2], [1, 0, 1], [0, 3, 0]]:

    >>> supplier, buyer = np.array([0, 0, 1, 1, 2]), np.array([1, 2, 0, 2, 1])
    >>> amount = np.array([8.0, 2.0, 1.0, 1.0, 3.0])
    >>> pagerank(buyer, supplier, amount, np.zeros(3, dtype=np.int64)).round(6).tolist()
    [0.408083, 0.439933, 0.151984]
    """
    if not (weight > 0).all():
        raise OutOfRangeError("a link with no weight", expected="weights above 0")
    if (network[origin] != network[target]).any():
        raise OutOfRangeError("a link between two networks", expected="both ends in the same network")
    if len(network) == 0:
        return np.zeros(0)
    edges = np.argsort(network[origin], kind="stable")
    nodes = np.argsort(network, kind="stable")
    edge_network, node_network = network[origin][edges], network[nodes]
    number = np.empty_like(nodes)
    number[nodes] = np.arange(len(nodes))
    rank = np.empty(len(network))
    for first, last in _chunks(edge_network, int(node_network[-1]) + 1):
        e = edges[slice(*np.searchsorted(edge_network, [first, last]))]
        low, high = np.searchsorted(node_network, [first, last])
        rank[nodes[low:high]] = _settled(
            number[origin[e]] - low, number[target[e]] - low, weight[e], node_network[low:high] - first
        )
    return rank


def _chunks(edge_network: Integers, networks: int) -> list[tuple[int, int]]:
    """Split networks into runs whose links fit a processor's cache, so that each round works on near memory."""
    ends = np.searchsorted(edge_network, np.arange(1, networks + 1))
    chunks, first = [], 0
    while first < networks:
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + int(parameter("pagerank_chunk")), side="right")))
        chunks.append((first, last))
        first = last
    return chunks


def _settled(origin: Integers, target: Integers, weight: Floats, network: Integers) -> Floats:
    damping = parameter("pagerank_damping")
    order = np.argsort(target, kind="stable")
    source, sink = origin[order], target[order]
    step = damping * (weight / np.bincount(origin, weights=weight, minlength=len(network))[origin])[order]
    sink_starts = np.flatnonzero(np.diff(sink, prepend=-1))
    sinks = sink[sink_starts]
    size = np.bincount(network).astype(np.float64)
    dangling = np.flatnonzero(np.bincount(origin, minlength=len(network)) == 0)
    rank = 1.0 / size[network]
    for _ in range(int(parameter("pagerank_rounds"))):
        loose = np.bincount(network[dangling], weights=rank[dangling], minlength=len(size))
        renewed = (((1 - damping) + damping * loose) / size)[network]
        if len(sinks):
            renewed[sinks] += np.add.reduceat(rank[source] * step, sink_starts)
        moved = float(np.abs(renewed - rank).max())
        rank = renewed
        if moved < parameter("pagerank_tolerance"):
            return rank
    raise OutOfRangeError(
        f"ranks still move by {moved:g}", expected=f"less than {parameter('pagerank_tolerance'):g} a round"
    )
