"""The verb: carry scenarios through a network."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import SimulationError
from kizuna.floor.params import parameter
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aimed import AimedShock
from kizuna.simulate.laws import Laws, ario_laws, contract_laws
from kizuna.simulate.memory import GB, chunk_width
from kizuna.simulate.merge import Merger
from kizuna.simulate.outcome import Outcome, outcome_of
from kizuna.simulate.run import Task
from kizuna.simulate.uncertain import uncertain_numbers, values_of
from kizuna.simulate.workers import Progress, run_all
from kizuna.simulate.world import prepare

Floats = npt.NDArray[np.float64]


def simulate(
    network: SupplyNetwork,
    scenarios: Mapping[str, Sequence[AimedShock]],
    draws: int = 1,
    rng: np.random.Generator | None = None,
    *,
    horizon_days: float,
    step_days: float,
    report_steps: int = 1,
    laws: Laws | None = None,
    keep: Literal["summary", "full"] = "summary",
    dtype: npt.DTypeLike = np.float64,
    workers: int = 1,
    cluster: str = "",
    folder: Path | None = None,
    memory_gb: float | None = None,
    uniforms: Mapping[str, Floats] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Carry scenarios through a network and return what each economy loses.

    The result is the same to the last digit for the same random numbers, whatever the number of workers, and whether or
    not parts of it were kept in ``folder`` by an earlier run.

    Parameters
    ----------
    network
        From ``build_network``.
    scenarios
        Shocks aimed at the network (``scenario.aim``) by the name of their scenario; no shock is the baseline.
    draws
        1 takes the mode of every uncertain number; more draw them all.
    rng
        Source of the draws; needed for more than one. Every scenario gets a stream of its own.
    horizon_days, step_days
        Length of the run and of a step; the last step ends at or after the horizon.
    report_steps
        Steps of a reporting period, the time axis of the outcome.
    laws
        ``contract_laws()`` for materials and ``ario_laws()`` for input-output networks unless given.
    keep
        ``summary``: means, quantiles and one line a draw; ``full``: every draw at every step as well.
    dtype
        ``float64`` or ``float32``.
    workers
        Processes that share the chunks of draws.
    cluster
        Address of a running Dask scheduler that takes the place of workers.
    folder
        Folder that keeps finished chunks, so that a broken run goes on where it stopped.
    memory_gb
        What the run may use; the parameter ``memory_gb`` unless given.
    uniforms
        Draws from 0 to 1 by scenario, ``[draw, number]``, in place of random ones; columns as ``uncertain_numbers``.
    progress
        Called with (chunks done, chunks in all).

    Raises
    ------
    SimulationError
        If the numbers of the run make no sense together, or it would not fit in memory: with the size it would need.
    """
    _check(scenarios, draws, rng, horizon_days, step_days, report_steps, workers, memory_gb, dtype, uniforms)
    world = prepare(network, laws or usual_laws(network), step_days, dtype)
    steps = int(np.ceil(horizon_days / step_days))
    limit = (parameter("memory_gb") if memory_gb is None else memory_gb) * GB
    threads = 1 if cluster else max((os.cpu_count() or 1) // workers, 1)
    tasks: dict[str, Task] = {}
    sizes: dict[str, int] = {}
    drawn: dict[str, list[Floats | None]] = {}
    numbers: dict[str, dict[str, Floats]] = {}
    streams = rng.spawn(len(scenarios)) if rng is not None else [None] * len(scenarios)
    for (name, shocks), stream in zip(scenarios.items(), streams, strict=True):
        columns = uncertain_numbers(shocks)
        count = draws if uniforms is None else len(uniforms[name])
        whole = keep == "full" or count < parameter("counted_draws")
        width = chunk_width(
            world, count, -(-steps // report_steps), len(columns), len(scenarios), workers,
            links=any(shock.links is not None for shock in shocks), full=whole, limit=limit,
        )  # fmt: skip
        given = uniforms[name] if uniforms is not None else _drawn(stream, draws, len(columns))
        sizes[name] = count
        tasks[name] = Task(world, tuple(shocks), columns, steps, report_steps, whole, threads)
        drawn[name] = [None] if given is None else [given[at : at + width] for at in range(0, count, width)]
        numbers[name] = {} if given is None else values_of(columns, given)
    merged = {name: Merger(task, sizes[name]) for name, task in tasks.items()}
    for name, chunk in run_all(tasks, drawn, workers=workers, cluster=cluster, folder=folder, progress=progress):
        merged[name].add(chunk)
    return outcome_of(world, merged, numbers, full=keep == "full")


def usual_laws(network: SupplyNetwork) -> Laws:
    """Return the laws of a network's kind: contracts for materials, ARIO for input-output tables."""
    return contract_laws() if network.kind == "material" else ario_laws()


def _check(
    scenarios: Mapping[str, Sequence[AimedShock]],
    draws: int,
    rng: np.random.Generator | None,
    horizon_days: float,
    step_days: float,
    report_steps: int,
    workers: int,
    memory_gb: float | None,
    dtype: npt.DTypeLike,
    uniforms: Mapping[str, Floats] | None,
) -> None:
    faults = [
        fault
        for wrong, fault in (
            (not scenarios, "no scenario; a baseline is one without shocks"),
            (draws < 1, f"draws is {draws}; expected 1 or more"),
            (draws > 1 and rng is None and uniforms is None, "more than one draw, and no source of random numbers"),
            (not step_days > 0, f"a step of {step_days:g} days; expected more than 0"),
            (
                not step_days <= horizon_days < np.inf,
                f"a horizon of {horizon_days:g} days; expected at least one step",
            ),
            (report_steps < 1, f"a period of {report_steps} steps; expected 1 or more"),
            (np.dtype(dtype) not in (np.float64, np.float32), f"numbers of kind {np.dtype(dtype)}; expected float64"),
            (memory_gb is not None and not memory_gb > 0, f"{memory_gb} GB of memory; expected more than 0"),
            (workers < 1, f"{workers} workers; expected 1 or more"),
        )
        if wrong
    ]
    if uniforms is not None:
        shapes = {
            name: (len(uncertain_numbers(shocks)), np.shape(uniforms.get(name, np.zeros(0))))
            for name, shocks in scenarios.items()
        }
        faults += [
            f"uniforms of {name} have the shape {shape}; expected [draw, number] with {columns} numbers"
            for name, (columns, shape) in shapes.items()
            if len(shape) != 2 or shape[0] < 1 or shape[1] != columns
        ]
    if faults:
        raise SimulationError("This run cannot start: " + "; ".join(faults) + ".")


def _drawn(stream: np.random.Generator | None, draws: int, numbers: int) -> Floats | None:
    return None if draws == 1 or stream is None else stream.random((draws, numbers))
