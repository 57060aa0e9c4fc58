"""``explain``: one figure of a brief, where it comes from, and whether it still comes out the same."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.brief.again import compute_again
from kizuna.brief.document import Brief
from kizuna.floor.errors import UnknownNameError
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.tables.build import Tables

MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure, the first rows of its query, and its value computed again."""

    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    rows_in_all: int
    again: float | Gap

    @property
    def same(self) -> bool:
        """Whether the figure came out the same to the last digit."""
        return self.again == self.figure.value


def holds(brief: Brief, name: str) -> bool:
    """Return whether a brief has a figure of this id or key."""
    return name in brief.figures or any(figure.key == name for figure in brief.figures.values())


def explain(tables: Tables, brief: Brief, name: str) -> Explanation:
    """Explain one figure of a brief by its id or key.

    Raises
    ------
    UnknownNameError
        If the brief holds no such figure.
    """
    by_key = {figure.key: figure for figure in brief.figures.values()}
    figure = brief.figures.get(name) or by_key.get(name)
    if figure is None:
        raise UnknownNameError(
            "figure", name, [*brief.figures, *by_key], where="this brief; it must be made with the same options"
        )
    frame = tables.frame(figure.derivation.query)
    rows = tuple(tuple(str(value) for value in row) for row in frame.head(MOST_ROWS).rows())
    return Explanation(figure, tuple(frame.columns), rows, frame.height, compute_again(tables, figure))
