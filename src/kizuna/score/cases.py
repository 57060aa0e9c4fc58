"""Cases: for each event the importers to predict, with what a predictor may know and, apart from it, what happened.

A predictor may know all flows to the year before, and of the event's year only what the exporter sold to *other*
importers. An importer's own flows of the event's year stand in ``truth`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.events import Event
from kizuna.score.history import Flags, Floats, History, Integers, ProductHistory


@dataclass(frozen=True, slots=True)
class Cases:
    """One row for each event and importer.

    Parameters
    ----------
    event
        Place of the event in the list that was asked, shape ``[case]``.
    product
        HS6 code, shape ``[case]``.
    importer
        Place in the economies, shape ``[case]``.
    imports
        The importer's imports of the product in kg, the year before the event first, shape ``[case, past year]``; nan
        before the history begins.
    from_exporter
        The part of it bought from the exporter, same shape.
    others_before, others_now
        What the exporter sold to all other importers in the year before and in the event's year, kg, ``[case]``.
    world_before
        Imports of all other importers in the year before, kg, ``[case]``.
    truth
        The importer's imports in the event's year, kg, ``[case]``: for scoring only.
    """

    event: Integers
    product: tuple[str, ...]
    importer: Integers
    imports: Floats
    from_exporter: Floats
    others_before: Floats
    others_now: Floats
    world_before: Floats
    truth: Floats

    def __len__(self) -> int:
        return len(self.event)

    @property
    def before(self) -> Floats:
        """Imports of the year before, kg, above 0."""
        return np.asarray(self.imports[:, 0])

    @property
    def dependence(self) -> Floats:
        """Share of the exporter in the importer's imports of the year before."""
        return self.from_exporter[:, 0] / self.before

    @property
    def left(self) -> Floats:
        """What the exporter sold to others over the year before; nan where it had sold nothing to others."""
        unknown = np.full(len(self), np.nan)
        return np.asarray(np.divide(self.others_now, self.others_before, out=unknown, where=self.others_before > 0))

    @property
    def exposed(self) -> Flags:
        """Whether the importer is exposed."""
        return np.asarray(self.dependence >= parameter("exposed_importer_share"))

    def where(self, chosen: Flags) -> Cases:
        """Return the chosen cases; order and places of events stay."""
        kept = np.flatnonzero(chosen)
        product = tuple(self.product[row] for row in kept.tolist())
        arrays = {name.name: getattr(self, name.name)[kept] for name in fields(self) if name.name != "product"}
        return Cases(product=product, **arrays)


def build_cases(history: History, events: Sequence[Event]) -> Cases:
    """Build the cases of events: importers with ``scored_importer_share`` of world imports or more the year before."""
    columns: dict[str, list[Floats]] = {name.name: [] for name in fields(Cases)}
    product: ProductHistory | None = None
    order = sorted(range(len(events)), key=lambda place: (events[place].product, place))
    for place in order:
        if product is None or product.product != events[place].product:
            product = history.product(events[place].product)
        for name, values in _cases_of(product, history.economies, events[place], place).items():
            columns[name].append(values)
    deep = int(parameter("case_past_years"))
    empty = {name: np.zeros((0, deep) if name in ("imports", "from_exporter") else 0) for name in columns}
    joined = {name: np.concatenate([empty[name], *parts]) for name, parts in columns.items()}
    sort = np.lexsort((joined["importer"], joined["event"]))
    codes = tuple(events[int(place)].product for place in joined["event"][sort])
    whole = {name: values[sort] for name, values in joined.items() if name != "product"}
    whole |= {name: whole[name].astype(np.int64) for name in ("event", "importer")}
    return Cases(product=codes, **whole)


def _cases_of(product: ProductHistory, economies: Sequence[str], event: Event, place: int) -> dict[str, Floats]:
    exporter, now = economies.index(event.exporter), product.at(event.year)
    bought, sold = product.imports, product.mass[:, exporter, :]
    rest = np.arange(len(economies)) != exporter
    scored = bought[now - 1] >= parameter("scored_importer_share") * bought[now - 1].sum()
    who = np.flatnonzero(scored & rest & (bought[now - 1] > 0))
    return {
        "event": np.full(len(who), place, dtype=np.float64),
        "product": np.zeros(len(who)),
        "importer": who.astype(np.float64),
        "imports": _past(bought, now, who),
        "from_exporter": _past(sold, now, who),
        "others_before": sold[now - 1].sum() - sold[now - 1, who],
        "others_now": sold[now].sum() - sold[now, who],
        "world_before": bought[now - 1, rest].sum() - bought[now - 1, who],
        "truth": bought[now, who],
    }


def _past(amounts: Floats, now: int, who: Integers) -> Floats:
    """Return the years before ``now``, latest first, shape ``[importer, past year]``; nan before the history begins."""
    depth = int(parameter("case_past_years"))
    past = np.full((len(who), depth), np.nan)
    for lag in range(1, min(depth, now) + 1):
        past[:, lag - 1] = amounts[now - lag, who]
    return past
