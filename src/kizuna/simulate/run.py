"""One chunk of draws carried through all steps, and kept on disk."""

from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from kizuna import __version__
from kizuna.floor.errors import SimulationError
from kizuna.floor.files import replace_file
from kizuna.floor.params import parameters
from kizuna.scenario.aimed import AimedShock
from kizuna.simulate.acting import LinkSet, Shocks, link_sets
from kizuna.simulate.crew import Crew
from kizuna.simulate.outages import Outages
from kizuna.simulate.record import Chunk, Recorder
from kizuna.simulate.state import Settings, initial_state, settings_of
from kizuna.simulate.step import advance
from kizuna.simulate.uncertain import UncertainNumber, central_values, values_of
from kizuna.simulate.world import World

Floats = npt.NDArray[np.float64]
# Where a kept chunk says which it is.
NAME = "fingerprint"


@dataclass(frozen=True)
class Task:
    """One scenario on one world, for any number of draws.

    Parameters
    ----------
    world
        Prepared network.
    shocks
        The scenario on it.
    numbers
        Uncertain numbers, the columns of the uniform draws.
    steps, report_steps
        Number of steps, and of steps in a reporting period.
    full
        Whether every draw is kept; see :class:`Recorder`.
    threads
        Threads of one worker; does not change the result.
    """

    world: World
    shocks: tuple[AimedShock, ...]
    numbers: tuple[UncertainNumber, ...]
    steps: int
    report_steps: int
    full: bool
    threads: int

    @cached_property
    def sets(self) -> tuple[LinkSet, ...]:
        """The flows that the links of the shocks touch; made once for all chunks."""
        return link_sets(self.world, self.shocks)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be made again."""
        return {name: value for name, value in self.__dict__.items() if name != "sets"}


def run_chunk(task: Task, uniforms: Floats | None) -> Chunk:
    """Carry a chunk of draws of a scenario through all steps.

    Parameters
    ----------
    task
        The scenario.
    uniforms
        Draws from 0 to 1, shape ``[draw, number]``; None takes one draw at the modes.
    """
    draws = 1 if uniforms is None else len(uniforms)
    values = central_values(task.numbers) if uniforms is None else values_of(task.numbers, uniforms)
    shocks = Shocks(task.world, task.shocks, values, draws, task.sets)
    settings = settings_of(task.world, values, draws)
    return run(task, shocks, settings)


def run(task: Task, acts: Shocks | Outages, settings: Settings) -> Chunk:
    """Carry draws through all steps under whatever acts on them."""
    links = any(shock.links is not None for shock in task.shocks)
    state = initial_state(task.world, settings, acts.longest_delay(), len(task.shocks), links=links, plain=acts.plain)
    recorder = Recorder(task.world, settings.draws, task.steps, report_steps=task.report_steps, full=task.full)
    with closing(Crew(task.threads)) as crew, threadpool_limits(1):
        for step in range(task.steps):
            recorder.add(step, advance(task.world, settings, state, acts.at(step), crew), state)
    return recorder.chunk()


def fingerprint(task: Task, uniforms: Floats | None) -> str:
    """Return a hash of all that a chunk depends on, the version and its constants too; names it where it is kept."""
    world = task.world
    found = hashlib.sha256()
    run = (world.network, world.laws, world.step_days, str(world.dtype), task.steps, task.report_steps, task.full)
    _feed(found, (*run, task.shocks, task.numbers, uniforms, __version__, sorted(parameters().items())))
    return found.hexdigest()


def _feed(found: Any, value: object) -> None:
    """Hash a value to its last field, array and digit; each part with its length, so that no two run together."""
    if isinstance(value, np.ndarray):
        found.update(f"{value.dtype}{value.shape}".encode())
        found.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value):
        _feed(found, tuple(getattr(value, field.name) for field in fields(value)))
    elif isinstance(value, tuple | list):
        found.update(f"({len(value)}".encode())
        for part in value:
            _feed(found, part)
    else:
        text = repr(value)
        found.update(f"{len(text)}:{text}".encode())


def write_chunk(chunk: Chunk, place: Path) -> None:
    """Write a chunk whole or not at all."""
    arrays = {
        f"{kind}.{name}": array
        for kind in ("sums", "ratios", "totals", "full")
        for name, array in getattr(chunk, kind).items()
    }
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays | {NAME: np.array(place.stem)})
    replace_file(place, content.getvalue())


def read_chunk(place: Path) -> Chunk:
    """Return a chunk that :func:`write_chunk` wrote.

    Raises
    ------
    SimulationError
        If the file is not such a chunk.
    """
    found: dict[str, dict[str, Any]] = {"sums": {}, "ratios": {}, "totals": {}, "full": {}}
    try:
        with np.load(place) as arrays:
            if str(arrays[NAME]) != place.stem:
                raise ValueError("it holds another part")
            for key in set(arrays.files) - {NAME}:
                kind, name = key.split(".", 1)
                found[kind][name] = arrays[key]
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise SimulationError(
            f"A kept part of the run cannot be read: {error}",
            where=str(place),
            expected="a file that an earlier run of the same command wrote",
            do="Delete the file; only its draws are computed again.",
        ) from error
    return Chunk(**found)
