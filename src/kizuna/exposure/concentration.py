"""How concentrated a list of amounts is: Herfindahl, effective suppliers, top shares.

Every formula works on one list of amounts, or on many lists laid end to end ("groups"): ``starts`` holds the
position at which each group begins. Amounts are integers where they come from the snapshot, so totals are exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.arrays import Amounts, Floats, Integers
from kizuna.floor.errors import OutOfRangeError


def shares(amounts: Amounts | Sequence[float], starts: Integers | None = None) -> Floats:
    """Return each amount as a share of its group's total.

    Parameters
    ----------
    amounts
        Amounts of one unit, shape ``[row]``, none negative.
    starts
        First row of each group, shape ``[group]``, ascending from 0; one group where not given.

    Returns
    -------
    Shares 0 to 1, shape ``[row]``; they sum to 1 in each group.

    Raises
    ------
    OutOfRangeError
        If an amount is negative or not finite, a group is empty, or a group's total is 0.

    Examples
    --------
    >>> shares([50, 30, 20]).tolist()
    [0.5, 0.3, 0.2]
    """
    row_amounts, group_starts = _checked(amounts, starts)
    totals = np.add.reduceat(row_amounts, group_starts)
    if not (totals > 0).all():
        raise OutOfRangeError("a group of amounts adds up to 0", expected="at least one amount above 0 in each group")
    return np.asarray(row_amounts / np.repeat(totals, _lengths(row_amounts, group_starts)), dtype=np.float64)


def herfindahl(amounts: Amounts | Sequence[float], starts: Integers | None = None) -> Floats:
    """Return the Herfindahl-Hirschman index of each group: ``sum_i s_i^2``, with ``s_i`` the shares.

    Returns
    -------
    Index above 0 and at most 1, shape ``[group]``.

    References
    ----------
    Hirschman 1964, American Economic Review 54(5), 761-762.

    Examples
    --------
    >>> round(float(herfindahl([50, 30, 20])[0]), 12)
    0.38
    """
    row_amounts, group_starts = _checked(amounts, starts)
    return np.asarray(np.add.reduceat(shares(row_amounts, group_starts) ** 2, group_starts), dtype=np.float64)


def effective_suppliers(amounts: Amounts | Sequence[float], starts: Integers | None = None) -> Floats:
    """Return the number of equal suppliers that would give the same Herfindahl index: ``1 / HHI`` (Hill number of
    order 2).

    Examples
    --------
    >>> round(float(effective_suppliers([50, 30, 20])[0]), 6)
    2.631579
    """
    return np.asarray(1.0 / herfindahl(amounts, starts), dtype=np.float64)


def hill_one(amounts: Amounts | Sequence[float], starts: Integers | None = None) -> Floats:
    """Return the Hill number of order 1: ``exp(-sum_i s_i ln s_i)``, less sensitive to the top supplier.

    A formula for your own work; no screen of kizuna uses it.

    Examples
    --------
    >>> round(float(hill_one([50, 30, 20])[0]), 6)
    2.800094
    """
    row_amounts, group_starts = _checked(amounts, starts)
    s = shares(row_amounts, group_starts)
    terms = np.where(s > 0, s * np.log(np.where(s > 0, s, 1.0)), 0.0)
    return np.asarray(np.exp(-np.add.reduceat(terms, group_starts)), dtype=np.float64)


def top_share(
    amounts: Amounts | Sequence[float], starts: Integers | None = None, *, largest: int = 1, descending: bool = False
) -> Floats:
    """Return the share that the ``largest`` biggest amounts hold in each group (CR1, CR3, ...).

    Parameters
    ----------
    descending
        Say that each group already has its largest amount first, so that it need not be sorted.

    Raises
    ------
    OutOfRangeError
        If an amount is negative or not finite, a group is empty, or a group's total is 0.

    Examples
    --------
    >>> round(float(top_share([20, 50, 5, 25], largest=3)[0]), 12)
    0.95
    """
    row_amounts, group_starts = _checked(amounts, starts)
    lengths = _lengths(row_amounts, group_starts)
    ordered = row_amounts if descending else row_amounts[descending_within(row_amounts, group_starts)]
    rank = np.arange(len(ordered)) - np.repeat(group_starts, lengths)
    top = np.add.reduceat(np.where(rank < largest, ordered, 0), group_starts)
    totals = np.add.reduceat(row_amounts, group_starts)
    if not (totals > 0).all():
        raise OutOfRangeError("a group of amounts adds up to 0", expected="at least one amount above 0 in each group")
    return np.asarray(top / totals, dtype=np.float64)


def normalised_herfindahl(amounts: Amounts | Sequence[float], starts: Integers | None = None) -> Floats:
    """Return ``(HHI - 1/n) / (1 - 1/n)`` with ``n`` the number of suppliers; not a number where ``n`` is 1.

    A formula for your own work; no screen of kizuna uses it.

    Examples
    --------
    >>> round(float(normalised_herfindahl([50, 30, 20])[0]), 6)
    0.07
    """
    row_amounts, group_starts = _checked(amounts, starts)
    n = _lengths(row_amounts, group_starts).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((herfindahl(row_amounts, group_starts) - 1 / n) / (1 - 1 / n), dtype=np.float64)


def added_over_suppliers(amounts: Floats) -> Floats:
    """Return the sums over suppliers (the first axis), to the last digit the same however many importers stand beside.

    A plain sum over the first axis adds in another order when only one importer is asked for.

    Parameters
    ----------
    amounts
        Shape ``[supplier, ...]``.

    Examples
    --------
    >>> added_over_suppliers(np.array([[1.0, 10.0], [2.0, 20.0]])).tolist()
    [3.0, 30.0]
    """
    return np.asarray(np.ascontiguousarray(np.moveaxis(amounts, 0, -1)).sum(axis=-1), dtype=np.float64)


def descending_within(amounts: Amounts, starts: Integers) -> Integers:
    """Return the row order that sorts each group by amount, largest first, equal amounts in their given order."""
    group = np.repeat(np.arange(len(starts)), _lengths(amounts, starts))
    return np.asarray(np.lexsort((-amounts, group)), dtype=np.int64)


def _lengths(amounts: Amounts, starts: Integers) -> Integers:
    return np.diff(np.append(starts, len(amounts)))


def _checked(amounts: Amounts | Sequence[float], starts: Integers | None) -> tuple[Amounts, Integers]:
    row_amounts: Amounts = np.asarray(amounts)
    if row_amounts.ndim != 1 or len(row_amounts) == 0:
        raise OutOfRangeError(f"amounts of shape {row_amounts.shape}", expected="a list of at least one amount")
    if row_amounts.dtype.kind not in "iuf":
        raise OutOfRangeError(f"amounts of type {row_amounts.dtype}", expected="numbers")
    if not np.isfinite(row_amounts).all() or (row_amounts < 0).any():
        worst = int(np.flatnonzero(~np.isfinite(row_amounts) | (row_amounts < 0))[0])
        raise OutOfRangeError(
            f"amount {row_amounts[worst]}", where=f"row {worst}", expected="a finite amount of 0 or more"
        )
    group_starts = np.zeros(1, dtype=np.int64) if starts is None else np.asarray(starts, dtype=np.int64)
    if (
        len(group_starts) == 0
        or group_starts[0] != 0
        or (np.diff(group_starts) <= 0).any()
        or group_starts[-1] >= len(row_amounts)
    ):
        raise OutOfRangeError("group starts that do not ascend from 0", expected="each group to hold at least one row")
    return row_amounts, group_starts
