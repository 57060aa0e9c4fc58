"""The reasons behind a table's gaps, as lettered notes that can be read without a pointer."""

from __future__ import annotations

from collections.abc import Mapping

from kizuna.brief.document import Cell, Mark, Table
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def gap_reason(cell: Cell, figures: Mapping[str, Figure]) -> str:
    """Return why a cell has no number: its own reason, else that of the first gap it marks; empty if it has none."""
    if cell.gap:
        return cell.gap
    values = (figures[run.figure].value for run in cell.words if isinstance(run, Mark))
    return next((value.reason for value in values if isinstance(value, Gap)), "")


def gap_notes(table: Table, figures: Mapping[str, Figure]) -> dict[str, str]:
    """Return the letter of each reason in a table, in reading order: ``a`` to ``z``, then ``aa``."""
    reasons = dict.fromkeys(reason for row in table.rows for cell in row if (reason := gap_reason(cell, figures)))
    return {reason: _letter(place) for place, reason in enumerate(reasons)}


def _letter(place: int) -> str:
    """Return the letters of a place counted from 0.

    Examples
    --------
    >>> [_letter(place) for place in (0, 25, 26, 52)]
    ['a', 'z', 'aa', 'ba']
    """
    before, last = divmod(place, len(_LETTERS))
    return (_letter(before - 1) if before else "") + _LETTERS[last]
