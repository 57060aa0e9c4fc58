"""What is kept of a run: sums and counts that add up over chunks, one line a draw, and full arrays on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.state import State
from kizuna.simulate.step import Record
from kizuna.simulate.world import World

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
# Counted over their base by large ensembles; stock is kept as a mean only.
COUNTED = ("production", "use", "unmet")
KEPT = ("production", "use", "unmet", "received", "stock")
# Final use of all stages together.
FINAL = "final_use"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one chunk of draws leaves behind; plain arrays, so that it can be kept on disk and merged.

    Parameters
    ----------
    sums
        Of each kept quantity over the draws, by name, shape ``[time, economy, stage]``, units of the network per period
        (stock: days of use at its end); ``price`` has shape ``[time, stage]``, ``final_use`` of all stages ``[time,
        economy]``.
    ratios
        Of each counted quantity over its base in every draw, single precision, ``[draw, time, economy, stage]``, and
        ``final_use`` ``[draw, time, economy]``; empty where ``full`` has them.
    totals
        By draw: ``unmet``, of it ``final_unmet``, and ``lost`` (output) over the whole run, units of the network,
        ``first`` step of a shortfall
        and ``last`` step of it (-1: none), all ``[draw, economy, stage]``; ``final_first`` and ``final_last`` of all
        final need, ``value_added`` lost in USD ``[draw,
        economy]``.
    full
        Kept quantities of every draw, ``[draw, time, economy, stage]``; empty unless asked for.
    """

    sums: dict[str, Floats]
    ratios: dict[str, npt.NDArray[np.float32]]
    totals: dict[str, Array]
    full: dict[str, Array]


class Recorder:
    """Collects the records of the steps of one chunk, period by period.

    Parameters
    ----------
    world
        Prepared network.
    draws, steps
        Size of the chunk and number of steps.
    report_steps
        Steps of a reporting period; the last period may be shorter.
    full
        Whether every draw is kept in every period, in the units of the network; else as ratios for counting.
    """

    def __init__(self, world: World, draws: int, steps: int, *, report_steps: int = 1, full: bool = False) -> None:
        self.world, self.draws, self.steps, self.report_steps = world, draws, steps, report_steps
        self.per_step = world.step_days / parameter("days_per_year")
        cells = (world.economies, world.stages)
        periods = -(-steps // report_steps)
        self._output = world.output[:, :, None].astype(np.float64) * self.per_step
        self._need = base_need(world)[:, :, None] * self.per_step
        self.sums = {name: np.zeros((periods, *cells)) for name in KEPT} | {"price": np.zeros((periods, world.stages))}
        self.sums[FINAL] = np.zeros((periods, world.economies))
        self.totals: dict[str, Array] = {name: np.zeros((*cells, draws)) for name in ("unmet", "lost", "final_unmet")}
        self.totals |= {name: np.full((*cells, draws), -1, np.int32) for name in ("first", "last")}
        self.totals |= {name: np.full((world.economies, draws), -1, np.int32) for name in ("final_first", "final_last")}
        self._value_added = np.zeros((world.economies, draws))
        self._final_need = final_need(world)[:, None] * self.per_step
        shapes = dict.fromkeys(KEPT, (draws, periods, *cells)) | {FINAL: (draws, periods, world.economies)}
        self.full = {name: np.zeros(shape, world.dtype) for name, shape in shapes.items()} if full else {}
        self.ratios = {} if full else {name: np.zeros(shapes[name], np.float32) for name in (*COUNTED, FINAL)}
        self._period = {name: np.zeros((*cells, draws)) for name in KEPT}
        self._period[FINAL] = np.zeros((world.economies, draws))

    def add(self, step: int, record: Record, state: State) -> None:
        """Add what happened in one step."""
        found = self._quantities(record, state)
        for name, values in found.items():
            if name == "stock":
                self._period[name][:] = values
            else:
                self._period[name] += values
        self._period[FINAL] += record.served.final_use.sum(axis=1) * self.per_step
        self._add_totals(step, found, record.served.final_unmet * self.per_step)
        period = step // self.report_steps
        self.sums["price"][period] = np.exp(record.price).sum(axis=1)
        if (step + 1) % self.report_steps == 0 or step + 1 == self.steps:
            self._close(period, step + 1 - period * self.report_steps)

    def chunk(self) -> Chunk:
        """Return all that was collected."""
        totals = {name: np.ascontiguousarray(np.moveaxis(values, -1, 0)) for name, values in self.totals.items()}
        totals["value_added"] = np.ascontiguousarray(self._value_added.T)
        return Chunk(self.sums, self.ratios, totals, self.full)

    def _close(self, period: int, length: int) -> None:
        """Book a period of ``length`` steps and begin the next."""
        base = {"production": self._output, "use": self._need, "unmet": self._need, FINAL: self._final_need}
        for name, values in self._period.items():
            self.sums[name][period] = values.sum(axis=-1)
            if self.full:
                self.full[name][:, period] = np.moveaxis(values, -1, 0)
            if name in self.ratios:
                self.ratios[name][:, period] = np.moveaxis(over(values, base[name] * length), -1, 0)
            values[:] = 0

    def _add_totals(self, step: int, found: dict[str, Array], final_unmet: Array) -> None:
        lost = np.maximum(self._output - found["production"], 0)
        self.totals["unmet"] += found["unmet"]
        self.totals["lost"] += lost
        self.totals["final_unmet"] += final_unmet
        value_added = self.world.network.value_added_usd[:, :, None] * self.per_step
        self._value_added += np.nansum(value_added * over(lost, self._output), axis=1)
        floor = parameter("shortfall")
        self._mark(step, found["unmet"] > floor * self._need, "first", "last")
        self._mark(step, final_unmet.sum(axis=1) > floor * self._final_need, "final_first", "final_last")

    def _mark(self, step: int, short: Array, first: str, last: str) -> None:
        """Note the step where something is short, as the first unless there was one, and as the last."""
        self.totals[first][short & (self.totals[first] < 0)] = step
        self.totals[last][short] = step

    def _quantities(self, record: Record, state: State) -> dict[str, Array]:
        """Return the kept quantities of a step, units of the network per step, ``[economy, stage, draw]``."""
        world, served = self.world, record.served
        shape = (world.economies, world.stages, self.draws)
        found = {"production": record.output.reshape(shape) * self._output}
        if served.of_all is None:
            reach = state.cover.reshape(shape) * world.step_days
            found |= {"use": served.final_use * self.per_step, "unmet": served.final_unmet * self.per_step}
            return found | {"received": found["use"], "stock": np.where(np.isfinite(reach), reach, np.nan)}
        of_all = served.of_all
        found |= {name: getattr(of_all, name) * self.per_step for name in ("use", "unmet", "received")}
        return found | {"stock": over(of_all.stock * self.per_step, self._need) * world.step_days}


def base_need(world: World) -> Array:
    """Return the base need of each economy for each stage's product, per year, ``[economy, stage]``.

    Of makers and final users in a material network, of final users in an input-output network.
    """
    need = np.stack([users.need for users in world.final], axis=1).astype(np.float64)
    if world.network.kind == "material":
        for at, users in enumerate(world.makers):
            np.add.at(need[:, at], users.economy, users.need)
    return need


def final_need(world: World) -> Array:
    """Return the base need of each economy's final users, all stages together, per year, ``[economy]``."""
    return np.asarray(sum(users.need.astype(np.float64) for users in world.final))


def over(values: Array, base: Array) -> Array:
    """Return values over a base, nan where the base is 0."""
    return np.asarray(np.divide(values, base, out=np.full(values.shape, np.nan), where=base > 0))
