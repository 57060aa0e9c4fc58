"""Who does the work: this process, several of them, or a cluster; the same chunks, merged in the same order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import SimulationError
from kizuna.simulate.cluster import AHEAD, Part, by_cluster
from kizuna.simulate.record import Chunk
from kizuna.simulate.run import Task, fingerprint, read_chunk, run_chunk, write_chunk

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Drawn = Mapping[str, Sequence[Floats | None]]


def run_all(
    tasks: Mapping[str, Task],
    drawn: Drawn,
    *,
    workers: int = 1,
    cluster: str = "",
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, Chunk]]:
    """Yield the chunks of every scenario, each scenario's in their order.

    Parameters
    ----------
    tasks
        Scenarios by name.
    drawn
        Uniform draws of each chunk of each scenario.
    workers, cluster, folder, progress
        See ``simulate``.

    Raises
    ------
    SimulationError
        If the cluster cannot be reached, a worker is lost, or a kept chunk cannot be read.
    """
    wanted = [(name, at) for name, chunks in drawn.items() for at in range(len(chunks))]
    places = {} if folder is None else _places(folder, tasks, drawn, wanted)
    missing = [one for one in wanted if one not in places or not places[one].exists()]
    made = by_cluster(cluster, tasks, drawn, missing) if cluster else _here(workers, tasks, drawn, missing)
    new = set(missing)
    for done, part in enumerate(wanted, 1):
        if part not in new:
            chunk = read_chunk(places[part])
        else:
            chunk = next(made)
            if part in places:
                write_chunk(chunk, places[part])
        if progress is not None:
            progress(done, len(wanted))
        yield part[0], chunk


def _places(folder: Path, tasks: Mapping[str, Task], drawn: Drawn, wanted: Sequence[Part]) -> dict[Part, Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SimulationError(
            f"Finished parts cannot be kept there: {error.strerror or error}.",
            where=str(folder),
            expected="a folder, or a place where one can be made",
        ) from error
    return {(name, at): folder / f"{fingerprint(tasks[name], drawn[name][at])}.npz" for name, at in wanted}


def _here(workers: int, tasks: Mapping[str, Task], drawn: Drawn, missing: Sequence[Part]) -> Iterator[Chunk]:
    if workers == 1 or len(missing) <= 1:
        for name, at in missing:
            yield run_chunk(tasks[name], drawn[name][at])
        return
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as scratch, ProcessPoolExecutor(workers, context, _begin, (dict(tasks),)) as pool:
        waiting: deque[Future[Path]] = deque()
        try:
            for count, (name, at) in enumerate(missing):
                waiting.append(pool.submit(_work, name, drawn[name][at], Path(scratch) / f"{count}.npz"))
                if len(waiting) > AHEAD * workers:
                    yield _fetched(waiting.popleft())
            while waiting:
                yield _fetched(waiting.popleft())
        except BrokenProcessPool as error:
            raise SimulationError(
                "A worker process died during the run.",
                where=f"--workers {workers}",
                do="Most often it was stopped for want of memory: use fewer workers. "
                "With a folder that keeps finished parts, the run goes on where it stopped.",
            ) from error


# The scenarios of a worker process, sent once when it begins.
_TASKS: dict[str, Task] = {}


def _begin(tasks: dict[str, Task]) -> None:
    _TASKS.update(tasks)


def _work(name: str, uniforms: Floats | None, place: Path) -> Path:
    """Compute a chunk and leave it in a file.

    A pipe holds little: a process that is killed while it writes more would leave half a message there, for which the
    other side would wait without end.
    """
    write_chunk(run_chunk(_TASKS[name], uniforms), place)
    return place


def _fetched(chunk: Future[Path]) -> Chunk:
    place = chunk.result()
    found = read_chunk(place)
    place.unlink()
    return found
