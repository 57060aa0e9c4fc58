"""What a run gave: labelled arrays with units, quantiles over draws and one line a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.record import COUNTED, FINAL, KEPT, Chunk, base_need, bin_width, final_need
from kizuna.simulate.run import Task
from kizuna.simulate.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
CELL = ("time", "economy", "stage")
MARKS = {
    "first_shortfall_days": "first", "recovery_days": "last",
    "final_first_shortfall_days": "final_first", "final_recovery_days": "final_last",
}  # fmt: skip
BY_ECONOMY = ("final_first_shortfall_days", "final_recovery_days", "value_added_at_risk")
BY_DRAW = ("unmet", "final_unmet", "lost", "first_shortfall_days", "recovery_days")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run.

    Parameters
    ----------
    over_time
        Dataset ``[scenario, time, economy, stage]`` with ``production``, ``use``, ``unmet``, ``received``: means over
        draws, units of the network per period; ``stock``: days of base use at the end of the period (input-output
        networks: days for which the scarcest input lasts); ``price``: index, 1 at the base, ``[scenario, time,
        stage]``;
        ``final_use`` of all stages together ``[scenario, time, economy]``; and ``final_use_quantile``,
        ``production_quantile``, ``use_quantile``, ``unmet_quantile`` over their base, with axis ``quantile``.
        ``time`` is the day on which the period ends.
    draws
        Dataset ``[scenario, draw, economy, stage]`` with ``unmet``, ``final_unmet`` (of final users alone) and ``lost``
        (output) over the whole run, units of the network; ``first_shortfall_days`` until the end of the first step
        with one and ``recovery_days`` until the
        end of the last, from the start of the run, nan where there is none; ``final_first_shortfall_days`` and
        ``final_recovery_days`` of all final need together; ``value_added_at_risk`` in USD
        ``[scenario, draw, economy]``, nan where the network knows no value added.
    base
        Dataset ``[economy, stage]`` of base ``production`` and ``need`` per year, and ``final_need`` ``[economy]``.
    full
        Dataset ``[scenario, draw, time, economy, stage]`` if asked for.
    numbers
        Drawn value of each uncertain number by scenario, ``[draw]``; empty for one draw at the modes.
    """

    over_time: xr.Dataset
    draws: xr.Dataset
    base: xr.Dataset
    full: xr.Dataset | None
    numbers: Mapping[str, Mapping[str, Floats]]


def outcome_of(
    world: World,
    tasks: Mapping[str, Task],
    chunks: Mapping[str, Iterable[Chunk]],
    numbers: Mapping[str, Mapping[str, Floats]],
    *,
    full: bool,
) -> Outcome:
    """Merge the chunks of each scenario, in order, into labelled arrays."""
    import xarray as xr

    steps, report = next((task.steps, task.report_steps) for task in tasks.values())
    ends = np.minimum((np.arange(-(-steps // report)) + 1) * report, steps) * world.step_days
    labels = {"time": ends, "economy": list(world.network.economies), "stage": list(world.network.stages)}
    merged = {name: _merge(world, list(found), steps, report) for name, found in chunks.items()}
    scenario = {"scenario": list(merged)}

    def stacked(part: str, axes: Mapping[str, tuple[str, ...]], coords: Mapping[str, Any]) -> xr.Dataset:
        found = {
            name: (("scenario", *axis), np.stack([getattr(one, part)[name] for one in merged.values()]))
            for name, axis in axes.items()
        }
        return xr.Dataset(found, coords=scenario | dict(coords))

    by_time: dict[str, tuple[str, ...]] = dict.fromkeys(KEPT, CELL) | {"price": ("time", "stage")}
    by_time |= {f"{name}_quantile": ("quantile", *CELL) for name in COUNTED}
    by_time |= {FINAL: ("time", "economy"), f"{FINAL}_quantile": ("quantile", "time", "economy")}
    by_draw: dict[str, tuple[str, ...]] = dict.fromkeys(BY_DRAW, ("draw", "economy", "stage"))
    by_draw |= dict.fromkeys(BY_ECONOMY, ("draw", "economy"))
    over_time = stacked("over_time", by_time, labels | {"quantile": list(QUANTILES)})
    places = {"economy": labels["economy"], "stage": labels["stage"]}
    draws = stacked("draws", by_draw, places)
    kept: dict[str, tuple[str, ...]] = dict.fromkeys(KEPT, ("draw", *CELL)) | {FINAL: ("draw", "time", "economy")}
    every = stacked("full", kept, labels) if full else None
    base = xr.Dataset(
        {
            "production": (("economy", "stage"), world.output.astype(np.float64)),
            "need": (("economy", "stage"), base_need(world)),
            "final_need": (("economy",), final_need(world)),
        },
        coords=places,
        attrs={"unit": f"{world.network.unit} per year"},
    )
    for dataset in (over_time, draws):
        dataset.attrs = {"unit": world.network.unit, "network": world.network.name, "year": world.network.year}
    return Outcome(over_time, draws, base, every, dict(numbers))


@dataclass(frozen=True, slots=True)
class _Merged:
    over_time: dict[str, Array]
    draws: dict[str, Array]
    full: dict[str, Array]


def _merge(world: World, chunks: list[Chunk], steps: int, report: int) -> _Merged:
    """Add up the chunks of a scenario in their order."""
    totals = {name: np.concatenate([chunk.totals[name] for chunk in chunks]) for name in chunks[0].totals}
    count = len(totals["unmet"])
    over_time = {name: _added([chunk.sums[name] for chunk in chunks]) / count for name in chunks[0].sums}
    full = {name: np.concatenate([chunk.full[name] for chunk in chunks]) for name in chunks[0].full}
    lengths = np.diff(np.minimum(np.arange(-(-steps // report) + 1) * report, steps))
    bases = {"production": world.output, FINAL: final_need(world)} | dict.fromkeys(("use", "unmet"), base_need(world))
    for name in (*COUNTED, FINAL):
        if chunks[0].counts:
            found = quantiles_of_counts(_added([chunk.counts[name] for chunk in chunks]))
        else:
            per_step = bases[name] * world.step_days / parameter("days_per_year")
            per_period = np.multiply.outer(lengths, per_step)
            shares = np.divide(full[name], per_period, out=np.full(full[name].shape, np.nan), where=per_period > 0)
            found = np.quantile(shares, QUANTILES, axis=0)
        over_time[f"{name}_quantile"] = found
    draws = {name: totals[name] for name in ("unmet", "final_unmet", "lost")}
    for name, mark in MARKS.items():
        draws[name] = np.where(totals[mark] < 0, np.nan, (totals[mark] + 1) * world.step_days)
    known = np.isfinite(world.network.value_added_usd).any(axis=1)
    draws["value_added_at_risk"] = np.where(known, totals["value_added"], np.nan)
    return _Merged(over_time, draws, full)


def _added(parts: list[Array]) -> Array:
    """Return the sum of equal arrays, added from the first to the last."""
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


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
