"""What drives the uncertainty of a loss: Sobol indices over all uncertain numbers of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import SimulationError
from kizuna.floor.gaps import Gap
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aimed import AimedShock
from kizuna.simulate.simulate import simulate
from kizuna.simulate.uncertain import uncertain_numbers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain number and the share of the variance of a loss that goes back to it.

    ``first`` alone, ``total`` with all its interactions; ``margin`` is the half width of the 95 % interval of
    ``total``.
    """

    name: str
    first: float
    total: float
    margin: float


def attribute(
    network: SupplyNetwork,
    shocks: Sequence[AimedShock],
    economies: Sequence[str],
    *,
    samples: int,
    seed: int,
    horizon_days: float,
    step_days: float,
    **run: Any,
) -> dict[str, list[Driver] | Gap]:
    """Return the drivers of each economy's unmet final need over the horizon, strongest first.

    Parameters
    ----------
    samples
        Base samples, a power of 2; the run takes ``samples (numbers + 2)`` draws.
    seed
        Of the sample and of the bootstrap of the intervals.
    run
        Further arguments of ``simulate``.

    Returns
    -------
    By economy; a gap where the loss does not vary.

    Raises
    ------
    SimulationError
        If ``samples`` is no power of 2, on which Sobol's sequence rests.

    References
    ----------
    Saltelli et al., Computer Physics Communications 181 (2010) 259-270, as SALib computes it.
    """
    from SALib.sample import sobol

    if samples < 1 or samples & (samples - 1):
        raise SimulationError(
            f"{samples} base samples for Sobol indices",
            expected="a power of 2, such as 64",
            do="Name one, or 0 to leave the indices out.",
        )
    numbers = uncertain_numbers(shocks)
    problem = {"num_vars": len(numbers), "names": [one.name for one in numbers], "bounds": [[0, 1]] * len(numbers)}
    uniforms = np.asarray(sobol.sample(problem, samples, calc_second_order=False, seed=seed))
    outcome = simulate(
        network, {"run": shocks}, horizon_days=horizon_days, step_days=step_days, uniforms={"run": uniforms}, **run
    )
    losses = outcome.draws.final_unmet.sel(scenario="run").sum("stage")
    return {economy: _drivers(problem, losses.sel(economy=economy).values, seed) for economy in economies}


def _drivers(problem: Mapping[str, Any], losses: Floats, seed: int) -> list[Driver] | Gap:
    from SALib.analyze import sobol

    if np.ptp(losses) == 0:
        return Gap("the loss is the same in all draws")
    scaled = (losses - losses.mean()) / losses.std()
    found = sobol.analyze(problem, scaled, calc_second_order=False, seed=seed)
    drivers = [
        Driver(name, float(first), float(total), float(margin))
        for name, first, total, margin in zip(problem["names"], found["S1"], found["ST"], found["ST_conf"], strict=True)
    ]
    return sorted(drivers, key=lambda driver: -driver.total)
