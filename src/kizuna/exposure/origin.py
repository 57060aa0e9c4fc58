"""Where supply really comes from: hubs that pass goods on, and look-through to the place of production."""

from __future__ import annotations

import numpy as np

from kizuna.exposure.arrays import Flags, Floats
from kizuna.exposure.concentration import added_over_suppliers
from kizuna.floor.errors import OutOfRangeError
from kizuna.floor.params import parameter


def hub_share(extra: Floats, is_hub: Flags) -> Floats:
    """Return the share of imports that comes from re-export hubs: ``sum of hub imports / all imports``.

    Parameters
    ----------
    extra
        Imports from each supplier, one unit, shape ``[supplier, importer]``, or ``[supplier]`` of one importer.
    is_hub
        Whether the supplier exports more than it produces, shape ``[supplier]``.

    Returns
    -------
    Shares 0 to 1, shape ``[importer]``; not a number where nothing is imported.

    References
    ----------
    After Arjona, Connell and Herghelegiu 2023; the definition of a hub is ours.

    Examples
    --------
    >>> hub_share(np.array([[60.0, 0.0], [40.0, 0.0]]), np.array([False, True])).tolist()
    [0.4, nan]
    """
    total = added_over_suppliers(extra)
    with np.errstate(invalid="ignore"):
        return np.asarray(added_over_suppliers(extra[is_hub]) / np.where(total > 0, total, np.nan), dtype=np.float64)


def look_through(production: Floats, flows: Floats) -> tuple[Floats, Floats]:
    """Return the origin mix of every economy's supply, solved over the whole trade network, and its unknown share.

    An economy's supply is its production and its imports. Each import carries the mix of its supplier. What an
    economy exports beyond its production and imports has no known origin: that amount enters as an explicit unknown
    source, and so do imports that no production reaches (goods that go round in a ring). With supply
    ``z = p + u + sum_i f_ij``, ``O = (I - D)^-1 diag(p / z)`` where ``D[j, i] = f_ij / z_j``.

    Parameters
    ----------
    production
        Production of each economy, mass, shape ``[economy]``.
    flows
        Mass from supplier (row) to buyer (column), same unit, diagonal 0, shape ``[economy, economy]``.

    Returns
    -------
    origins
        Share of each producing economy (column) in the supply of each economy (row), shape ``[economy, economy]``;
        rows sum with the unknown share to 1, and are 0 for economies without supply.
    unknown
        Share of supply with no known origin, shape ``[economy]``.

    Raises
    ------
    OutOfRangeError
        If the shapes do not fit, an economy sells to itself, an amount is negative, or origins do not add up to 1.

    Notes
    -----
    Only valid when production and flows are in the same unit (metal content with metal content).

    Examples
    --------
    Economy 0 produces 10 and sells 8 to economy 1, which passes 4 on to economy 2:

    >>> origins, unknown = look_through(np.array([10.0, 0.0, 0.0]), np.array([[0.0, 8, 0], [0, 0, 4], [0, 0, 0]]))
    >>> origins[2].tolist(), unknown.tolist()
    ([1.0, 0.0, 0.0], [0.0, 0.0, 0.0])
    """
    n = len(production)
    if flows.shape != (n, n) or (np.diagonal(flows) != 0).any():
        raise OutOfRangeError(f"flows of shape {flows.shape}", expected=f"({n}, {n}) with an empty diagonal")
    if (flows < 0).any() or (production < 0).any():
        raise OutOfRangeError("a negative flow or production", expected="0 or more")
    imports, exports = flows.sum(axis=0), flows.sum(axis=1)
    unexplained = np.maximum(exports - production - imports, 0.0)
    unexplained = np.where(_fed(production + unexplained > 0, flows), unexplained, imports)
    supply = production + unexplained + imports
    known = supply > 0
    z = np.where(known, supply, 1.0)
    passed_on = flows.T / z[:, None]
    sources = np.column_stack([np.diag(np.where(known, production / z, 0.0)), np.where(known, unexplained / z, 0.0)])
    mix = _solved(np.eye(n) - passed_on, sources)
    whole = mix.sum(axis=1)[known]
    if not np.allclose(whole, 1.0, rtol=0.0, atol=parameter("origin_balance")):
        raise OutOfRangeError(
            f"origins that add up to {whole[np.abs(whole - 1).argmax()]:g}",
            expected="1 for each economy",
        )
    return np.asarray(mix[:, :n], dtype=np.float64), np.asarray(mix[:, n], dtype=np.float64)


def origin_is_known(unknown: Floats) -> Flags:
    """Return for each economy whether look-through may be reported: its unknown share is at most 15 %.

    Parameters
    ----------
    unknown
        Share of supply with no known origin, any shape.

    Examples
    --------
    >>> origin_is_known(np.array([0.01, 0.15, 0.2])).tolist()
    [True, True, False]
    """
    return np.asarray(unknown <= parameter("unknown_origin_limit"), dtype=np.bool_)


def _fed(source: Flags, flows: Floats) -> Flags:
    """Return which economies a source reaches through trade; goods that only go round in a ring come from nowhere."""
    reached = source
    while True:
        further = reached | (flows[reached].sum(axis=0) > 0)
        if (further == reached).all():
            return reached
        reached = further


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Return ``matrix^-1 right`` by elimination, to the same last digit on every machine and number of threads.

    A library solver adds in an order that depends on both. No pivot is sought: each row of ``I - D`` sums to 0 or more,
    its diagonal is 1 and nothing else in it is positive.
    """
    n = len(matrix)
    rows = np.hstack([matrix, right])
    for pivot in range(n):
        rows[pivot, pivot + 1 :] /= rows[pivot, pivot]
        below = pivot + 1 + np.flatnonzero(rows[pivot + 1 :, pivot])
        rows[below, pivot + 1 :] -= rows[below, pivot, None] * rows[pivot, pivot + 1 :]
    for pivot in range(n - 1, 0, -1):
        above = np.flatnonzero(rows[:pivot, pivot])
        rows[above, n:] -= rows[above, pivot, None] * rows[pivot, n:]
    return rows[:, n:]
