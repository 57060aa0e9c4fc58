"""What a run gave: labelled arrays with units, quantiles over draws and one line a draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kizuna.simulate.merge import BY_DRAW, BY_ECONOMY, QUANTILES, Merger
from kizuna.simulate.record import COUNTED, FINAL, KEPT, base_need, final_need
from kizuna.simulate.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
CELL = ("time", "economy", "stage")


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
    merged: Mapping[str, Merger],
    numbers: Mapping[str, Mapping[str, Floats]],
    *,
    full: bool,
) -> Outcome:
    """Return the merged chunks of each scenario as labelled arrays."""
    import xarray as xr

    steps, report = next((one.task.steps, one.task.report_steps) for one in merged.values())
    ends = np.minimum((np.arange(-(-steps // report)) + 1) * report, steps) * world.step_days
    labels = {"time": ends, "economy": list(world.network.economies), "stage": list(world.network.stages)}
    scenario = {"scenario": list(merged)}

    def stacked(
        parts: Sequence[Mapping[str, Array]], axes: Mapping[str, tuple[str, ...]], coords: Mapping[str, Any]
    ) -> xr.Dataset:
        found = {name: (("scenario", *axis), _stack([part[name] for part in parts])) for name, axis in axes.items()}
        return xr.Dataset(found, coords=scenario | dict(coords))

    by_time: dict[str, tuple[str, ...]] = dict.fromkeys(KEPT, CELL) | {"price": ("time", "stage")}
    by_time |= {f"{name}_quantile": ("quantile", *CELL) for name in COUNTED}
    by_time |= {FINAL: ("time", "economy"), f"{FINAL}_quantile": ("quantile", "time", "economy")}
    by_draw: dict[str, tuple[str, ...]] = dict.fromkeys(BY_DRAW, ("draw", "economy", "stage"))
    by_draw |= dict.fromkeys(BY_ECONOMY, ("draw", "economy"))
    over_time = stacked([one.over_time() for one in merged.values()], by_time, labels | {"quantile": list(QUANTILES)})
    places = {"economy": labels["economy"], "stage": labels["stage"]}
    draws = stacked([one.draws() for one in merged.values()], by_draw, places)
    kept: dict[str, tuple[str, ...]] = dict.fromkeys(KEPT, ("draw", *CELL)) | {FINAL: ("draw", "time", "economy")}
    every = stacked([one.full() for one in merged.values()], kept, labels) if full else None
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


def _stack(arrays: Sequence[Array]) -> Array:
    """Return arrays along a new first axis; a single one is not copied, for it may be all that fits."""
    return arrays[0][None] if len(arrays) == 1 else np.stack(arrays)
