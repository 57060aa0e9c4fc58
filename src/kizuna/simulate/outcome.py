"""What a run gave: labelled arrays with units, quantiles over draws and one line a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameter
from kizuna.simulate.record import COUNTED, KEPT, Chunk, base_need, bin_width
from kizuna.simulate.run import Task
from kizuna.simulate.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
CELL = ("time", "economy", "stage")
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
        and ``production_quantile``, ``use_quantile``, ``unmet_quantile`` over their base, with axis ``quantile``.
        ``time`` is the day on which the period ends.
    draws
        Dataset ``[scenario, draw, economy, stage]`` with ``unmet``, ``final_unmet`` (of final users alone) and ``lost``
        (output) over the whole run, units of the network; ``first_shortfall_days`` until the end of the first step
        with one and ``recovery_days`` until the
        end of the last, from the start of the run, nan where there is none; ``value_added_at_risk`` in USD
        ``[scenario, draw, economy]``, nan where the network knows no value added.
    base
        Dataset ``[economy, stage]`` of base ``production`` and ``need`` per year.
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
    by_draw: dict[str, tuple[str, ...]] = dict.fromkeys(BY_DRAW, ("draw", "economy", "stage"))
    by_draw["value_added_at_risk"] = ("draw", "economy")
    over_time = stacked("over_time", by_time, labels | {"quantile": list(QUANTILES)})
    places = {"economy": labels["economy"], "stage": labels["stage"]}
    draws = stacked("draws", by_draw, places)
    every = stacked("full", dict.fromkeys(KEPT, ("draw", *CELL)), labels) if full else None
    base = xr.Dataset(
        {
            "production": (("economy", "stage"), world.output.astype(np.float64)),
            "need": (("economy", "stage"), base_need(world)),
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
    for name in COUNTED:
        if chunks[0].counts:
            found = quantiles_of_counts(_added([chunk.counts[name] for chunk in chunks]))
        else:
            base = world.output if name == "production" else base_need(world)
            yearly = base * world.step_days / parameter("days_per_year")
            per_period = yearly[None] * lengths[:, None, None]
            shares = np.divide(full[name], per_period, out=np.full(full[name].shape, np.nan), where=per_period > 0)
            found = np.quantile(shares, QUANTILES, axis=0)
        over_time[f"{name}_quantile"] = found
    draws = {name: totals[name] for name in ("unmet", "final_unmet", "lost")}
    for name, step in (("first_shortfall_days", totals["first"]), ("recovery_days", totals["last"])):
        draws[name] = np.where(step < 0, np.nan, (step + 1) * world.step_days)
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
