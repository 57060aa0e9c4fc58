"""Chunks of draws added up, one after the other: sums, counts in bins, lines by draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.kernels import count
from kizuna.simulate.record import COUNTED, FINAL, KEPT, Chunk, base_need, final_need
from kizuna.simulate.run import Task

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MARKS = {
    "first_shortfall_days": "first", "recovery_days": "last",
    "final_first_shortfall_days": "final_first", "final_recovery_days": "final_last",
}  # fmt: skip
BY_DRAW = ("unmet", "final_unmet", "lost", "first_shortfall_days", "recovery_days")
BY_ECONOMY = ("final_first_shortfall_days", "final_recovery_days", "value_added_at_risk")


class Merger:
    """The chunks of one scenario, added in their order into arrays made once for all draws; holds no chunk.

    Parameters
    ----------
    task
        The scenario.
    draws
        Draws of all its chunks together.
    """

    def __init__(self, task: Task, draws: int) -> None:
        world = task.world
        cells = (world.economies, world.stages)
        periods = -(-task.steps // task.report_steps)
        self.task, self._size, self._added = task, draws, 0
        self._sums: dict[str, Floats] = {}
        self._counts: dict[str, npt.NDArray[np.int32]] = {}
        self._draws = {name: np.empty((draws, *cells)) for name in BY_DRAW}
        self._draws |= {name: np.empty((draws, world.economies)) for name in BY_ECONOMY}
        shapes = dict.fromkeys(KEPT, (draws, periods, *cells)) | {FINAL: (draws, periods, world.economies)}
        self._full = {name: np.empty(shape, world.dtype) for name, shape in shapes.items()} if task.full else {}
        self._known = np.isfinite(world.network.value_added_usd).any(axis=1)

    def add(self, chunk: Chunk) -> None:
        """Add the next chunk."""
        for name, values in chunk.sums.items():
            self._sums[name] = values if name not in self._sums else self._sums[name] + values
        for name, ratios in chunk.ratios.items():
            if name not in self._counts:
                self._counts[name] = np.zeros((*ratios.shape[1:], int(parameter("bins"))), np.int32)
            bins = self._counts[name]
            count(ratios.reshape(len(ratios), -1), bins.reshape(-1, bins.shape[-1]), bin_width())
        here = slice(self._added, self._added + len(chunk.totals["unmet"]))
        for name, kept in self._draws.items():
            kept[here] = self._of_draws(name, chunk.totals)
        for name, values in chunk.full.items():
            self._full[name][here] = values
        self._added = here.stop

    def over_time(self) -> dict[str, Array]:
        """Return means and quantiles over draws, period by period; quantiles over the base."""
        found = {name: values / self._size for name, values in self._sums.items()}
        for name in (*COUNTED, FINAL):
            counted = name in self._counts
            found[f"{name}_quantile"] = quantiles_of_counts(self._counts[name]) if counted else self._exact(name)
        return found

    def draws(self) -> dict[str, Floats]:
        """Return what is known of each draw over the whole run, ``[draw, economy, stage]`` or ``[draw, economy]``."""
        return self._draws

    def full(self) -> dict[str, Array]:
        """Return every draw in every period, where kept."""
        return self._full

    def _of_draws(self, name: str, totals: Mapping[str, Array]) -> Array:
        if name in MARKS:
            mark = totals[MARKS[name]]
            return np.where(mark < 0, np.nan, (mark + 1) * self.task.world.step_days)
        if name == "value_added_at_risk":
            return np.where(self._known, totals["value_added"], np.nan)
        return totals[name]

    def _exact(self, name: str) -> Floats:
        """Return quantiles over all draws kept."""
        world, steps, report = self.task.world, self.task.steps, self.task.report_steps
        bases = {"production": world.output, FINAL: final_need(world)} | dict.fromkeys(
            ("use", "unmet"), base_need(world)
        )
        lengths = np.diff(np.minimum(np.arange(-(-steps // report) + 1) * report, steps))
        base = np.multiply.outer(lengths, bases[name] * world.step_days / parameter("days_per_year"))
        values = self._full[name]
        shares = np.divide(values, base, out=np.full(values.shape, np.nan), where=base > 0)
        return np.asarray(np.quantile(shares, QUANTILES, axis=0))


def bin_width() -> float:
    """Return the width of a bin, over the base."""
    return parameter("bins_reach") / parameter("bins")


def quantiles_of_counts(counts: Array) -> Floats:
    """Return the quantiles of values counted in bins from 0, taken evenly spread in each bin; nan where none is
    counted.

    Parameters
    ----------
    counts
        Shape ``[..., bin]``.

    Returns
    -------
    Shape ``[quantile, ...]``, off by at most one bin.
    """
    cumulative = np.cumsum(counts, axis=-1, dtype=np.float64)
    total = cumulative[..., -1]
    width = bin_width()
    found = np.full((len(QUANTILES), *total.shape), np.nan)
    for number, quantile in enumerate(QUANTILES):
        wanted = (quantile * total)[..., None]
        at = (cumulative < wanted).sum(axis=-1)
        at = np.minimum(at, counts.shape[-1] - 1)
        here = np.take_along_axis(counts, at[..., None], axis=-1)[..., 0]
        before = np.take_along_axis(cumulative, at[..., None], axis=-1)[..., 0] - here
        inside = np.divide(wanted[..., 0] - before, here, out=np.zeros_like(total), where=here > 0)
        found[number] = np.where(total > 0, (at + inside) * width, np.nan)
    return found
