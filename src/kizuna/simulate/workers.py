"""Who does the work: this process, several of them, or a cluster; the same chunks, merged in the same order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import SimulationError
from kizuna.simulate.record import Chunk
from kizuna.simulate.run import Task, fingerprint, read_chunk, run_chunk, write_chunk

if TYPE_CHECKING:
    from distributed import Client

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Drawn = Mapping[str, Sequence[Floats | None]]
Part = tuple[str, int]
# A chunk is tried again when its worker dies; a scheduler that is there answers within seconds.
RETRIES = 3
CONNECT_SECONDS = 10
# Chunks given out for each worker beyond the one that is merged next.
AHEAD = 3


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
        If the cluster cannot be reached, or a kept chunk cannot be read.
    """
    wanted = [(name, at) for name, chunks in drawn.items() for at in range(len(chunks))]
    places = {} if folder is None else _places(folder, tasks, drawn, wanted)
    missing = [one for one in wanted if one not in places or not places[one].exists()]
    made = _by_cluster(cluster, tasks, drawn, missing) if cluster else _here(workers, tasks, drawn, missing)
    ahead: dict[Part, Chunk] = {}
    new = set(missing)
    for done, part in enumerate(wanted, 1):
        if part not in new:
            chunk = read_chunk(places[part])
        else:
            while part not in ahead:
                other, found = next(made)
                if other in places:
                    write_chunk(found, places[other])
                ahead[other] = found
            chunk = ahead.pop(part)
        if progress is not None:
            progress(done, len(wanted))
        yield part[0], chunk


def _places(folder: Path, tasks: Mapping[str, Task], drawn: Drawn, wanted: Sequence[Part]) -> dict[Part, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return {(name, at): folder / f"{fingerprint(tasks[name], drawn[name][at])}.npz" for name, at in wanted}


def _here(
    workers: int, tasks: Mapping[str, Task], drawn: Drawn, missing: Sequence[Part]
) -> Iterator[tuple[Part, Chunk]]:
    if workers == 1 or len(missing) <= 1:
        for name, at in missing:
            yield (name, at), run_chunk(tasks[name], drawn[name][at])
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (dict(tasks),)) as pool:
        waiting: deque[tuple[Part, Future[Chunk]]] = deque()
        for name, at in missing:
            waiting.append(((name, at), pool.submit(_work, name, drawn[name][at])))
            if len(waiting) > AHEAD * workers:
                part, future = waiting.popleft()
                yield part, future.result()
        for part, future in waiting:
            yield part, future.result()


# The scenarios of a worker process, sent once when it begins.
_TASKS: dict[str, Task] = {}


def _begin(tasks: dict[str, Task]) -> None:
    _TASKS.update(tasks)


def _work(name: str, uniforms: Floats | None) -> Chunk:
    return run_chunk(_TASKS[name], uniforms)


def _by_cluster(
    address: str, tasks: Mapping[str, Task], drawn: Drawn, missing: Sequence[Part]
) -> Iterator[tuple[Part, Chunk]]:
    """Yield chunks as the cluster finishes them; one lost with its worker is computed again, none counted twice."""
    from distributed import as_completed

    with _client(address) as client:
        sent = {name: client.scatter(task, broadcast=True, hash=False) for name, task in tasks.items()}
        futures = {
            client.submit(run_chunk, sent[name], drawn[name][at], pure=False, retries=RETRIES): (name, at)
            for name, at in missing
        }
        for future in as_completed(list(futures)):  # type: ignore[no-untyped-call]
            yield futures[future], future.result()
            future.release()


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise SimulationError(
            "A cluster was named, and the package that talks to it is not installed.",
            where=f"--cluster {address}",
            do="Install it: pip install 'kizuna[cluster]'.",
        ) from error
    try:
        return Client(address, timeout=f"{CONNECT_SECONDS}s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise SimulationError(
            f"No cluster answers: {error}",
            where=f"--cluster {address}",
            expected="the address of a running Dask scheduler, such as tcp://127.0.0.1:8786",
        ) from error
