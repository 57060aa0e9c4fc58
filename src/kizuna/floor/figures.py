"""A figure and how it was derived: the unit of proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kizuna.floor.gaps import Gap

FIGURE_ID_HEX = 8


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one figure comes from the snapshot, complete enough to repeat it by hand.

    Parameters
    ----------
    query
        SQL over the tables of ``build_tables``; running it gives the rows used.
    formula
        What is done with these rows, with the symbols named.
    function
        Public function that does it, as ``module:name``.
    inputs
        Pairs of table name and sha256 of the stored object it was read from.
    rows_used
        Number of snapshot rows that went in.
    notes
        Assumptions and choices that this figure rests on.
    """

    query: str
    formula: str
    function: str
    inputs: tuple[tuple[str, str], ...]
    rows_used: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number (or gap) with its key, unit, method, sources and derivation.

    ``value`` is a number in ``unit``, or a :class:`Gap`; shares are 0 to 1.
    """

    key: str
    value: float | int | Gap
    unit: str
    method: str
    sources: tuple[str, ...]
    derivation: Derivation

    @property
    def id(self) -> str:
        """Short name of the figure: ``F`` and eight hexadecimal digits of the sha256 of its key."""
        return figure_id(self.key)


def figure_id(key: str) -> str:
    """Return the short id of a figure key.

    Examples
    --------
    >>> figure_id("JPN.HS92:284610.2023.top1_share.value")
    'F5205bcac'
    """
    return "F" + hashlib.sha256(key.encode()).hexdigest()[:FIGURE_ID_HEX]
