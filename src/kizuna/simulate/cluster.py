"""Chunks of a run on the workers of a Dask cluster that is already there; few of them on the way at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from kizuna import __version__
from kizuna.floor.errors import SimulationError
from kizuna.simulate.record import Chunk
from kizuna.simulate.run import Task, run_chunk

if TYPE_CHECKING:
    from distributed import Client, Future

Floats = npt.NDArray[np.float64]
Part = tuple[str, int]
# A scheduler that is there answers within seconds, and a worker that is to come joins within a minute.
CONNECT_SECONDS, JOIN_SECONDS = 10, 60
# Chunks given out for each thread of the cluster beyond the one that is merged next.
AHEAD = 3
SOME = 3
HUGE = "1 TiB"


def by_cluster(
    address: str, tasks: Mapping[str, Task], drawn: Mapping[str, Sequence[Floats | None]], parts: Sequence[Part]
) -> Iterator[Chunk]:
    """Yield the chunks of ``parts`` in their order, computed by the workers of a cluster.

    Only a few chunks for each thread are given out or finished and not yet fetched. What is lost with a worker,
    a chunk or a scenario, is computed again from what the scheduler holds; none is counted twice.

    Parameters
    ----------
    address
        Of a running scheduler, such as ``tcp://127.0.0.1:8786``.
    tasks
        Scenarios by name.
    drawn
        Uniform draws of each chunk of each scenario.
    parts
        Scenario and number of each chunk wanted.

    Raises
    ------
    SimulationError
        If there is no scheduler or no worker, a worker has other versions, or the cluster fails over a chunk.
    """
    if not parts:
        return
    _check_scheduler(address)
    from distributed import CancelledError, KilledWorker

    try:
        with _quiet(), _client(address) as client:
            yield from _in_order(client, address, tasks, drawn, parts)
    except KilledWorker as error:
        raise SimulationError(
            "Worker after worker of the cluster died over one part of the run.",
            where=f"--cluster {address}",
            do="See their logs; most often they need more memory.",
        ) from error
    except (CancelledError, OSError) as error:
        raise SimulationError(
            f"The cluster was lost during the run: {error}",
            where=f"--cluster {address}",
            do="Start it and the run again; with a folder that keeps finished parts, it goes on where it stopped.",
        ) from error
    except (ImportError, RuntimeError) as error:
        raise SimulationError(
            f"The cluster cannot compute: {error.__cause__ or error}",
            where=f"--cluster {address}",
            expected="the same kizuna here, on the scheduler and on every worker",
        ) from error


def _in_order(
    client: Client,
    address: str,
    tasks: Mapping[str, Task],
    drawn: Mapping[str, Sequence[Floats | None]],
    parts: Sequence[Part],
) -> Iterator[Chunk]:
    _wait_for_worker(client, address)
    _check_kizuna(client, address)
    held: dict[str, Future[Task]] = {}
    waiting: deque[Future[Chunk]] = deque()
    left = deque(parts)
    while left or waiting:
        most = AHEAD * max(sum(client.nthreads().values()), 1)  # type: ignore[no-untyped-call]
        while left and len(waiting) < most:
            name, at = left.popleft()
            if name not in held:
                held[name] = _sent(client, tasks[name])
            waiting.append(client.submit(_chunk_of, held[name], drawn[name][at], _versions(), pure=False))
        yield _result(client, waiting.popleft(), address)


def _chunk_of(task: Task, uniforms: Floats | None, versions: Mapping[str, str]) -> Chunk:
    """Compute a chunk on a worker, if it computes as the sender would."""
    faults = [
        f"{name} {_versions()[name]} there, {here} here" for name, here in versions.items() if _versions()[name] != here
    ]
    if faults:
        raise SimulationError(
            f"A worker of the cluster has other versions: {'; '.join(faults)}.",
            expected="the same versions here and on every worker, without which results differ",
            do="Install the same environment on the cluster.",
        )
    _single_threaded()
    return run_chunk(task, uniforms)


def _versions() -> dict[str, str]:
    return {"kizuna": __version__, "numpy": np.__version__, "numba": numba.__version__}


@cache
def _single_threaded() -> None:
    """Keep matrix products of this worker on one thread for good, as several chunks may run in it at once."""
    threadpool_limits(1)


def _unchanged(task: Task) -> Task:
    return task


def _sent(client: Client, task: Task) -> Future[Task]:
    """Send a scenario as a task of its own: unlike scattered data, the scheduler can make it again when it is lost."""
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": HUGE}):
        return client.submit(_unchanged, task, pure=False)


def _result(client: Client, future: Future[Chunk], address: str) -> Chunk:
    while True:
        try:
            return future.result(timeout=CONNECT_SECONDS)
        except TimeoutError:
            _wait_for_worker(client, address)


def _wait_for_worker(client: Client, address: str) -> None:
    if client.nthreads():  # type: ignore[no-untyped-call]
        return
    try:
        client.wait_for_workers(1, timeout=JOIN_SECONDS)
    except TimeoutError as error:
        raise SimulationError(
            f"The cluster has no worker, and none joined within {JOIN_SECONDS} seconds.",
            where=f"--cluster {address}",
            do=f"Start one: dask worker {address}",
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the client from printing its own account of what is raised as an error."""
    logger = logging.getLogger("distributed.client")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _check_kizuna(client: Client, address: str) -> None:
    """Ask the scheduler and every worker for their kizuna; where it is missing they could not even read a chunk."""
    name = "kizuna:__version__"
    found = {"the scheduler": _answer(lambda: client.run_on_scheduler(resolve_name, name))}  # type: ignore[no-untyped-call]
    found |= client.run(resolve_name, name, on_error="return")
    wrong = [f"{where} has {said!r}" for where, said in found.items() if said != __version__]
    if wrong:
        raise SimulationError(
            f"The cluster has no kizuna {__version__}: {'; '.join(wrong[:SOME])}.",
            where=f"--cluster {address}",
            expected="the same kizuna here, on the scheduler and on every worker",
        )


def _answer(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except ImportError as error:
        return error


def _client(address: str) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout=f"{CONNECT_SECONDS}s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise _no_scheduler(address, str(error)) from error


def _check_scheduler(address: str) -> None:
    """Ask who listens at an address, before a client waits for it."""
    try:
        with ThreadPoolExecutor(1) as apart:
            kind = apart.submit(lambda: asyncio.run(_kind_of(address))).result()
    except ImportError as error:
        raise SimulationError(
            "A cluster was named, and the package that talks to it is not installed.",
            where=f"--cluster {address}",
            do="Install it: pip install 'kizuna[cluster]'.",
        ) from error
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        raise _no_scheduler(address, str(error)) from error
    if kind != "Scheduler":
        raise _no_scheduler(address, f"a Dask {kind.lower()} listens there")


async def _kind_of(address: str) -> str:
    """Return what part of a cluster listens, ``Scheduler`` or another."""
    from distributed import Security
    from distributed.core import rpc

    secure: Any = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    async with rpc(address, timeout=CONNECT_SECONDS, connection_args=secure) as peer:  # type: ignore[no-untyped-call]
        known = await asyncio.wait_for(peer.identity(), CONNECT_SECONDS)
    return str(known["type"])


def _no_scheduler(address: str, reason: str) -> SimulationError:
    return SimulationError(
        f"No cluster answers: {reason or f'silence for {CONNECT_SECONDS} seconds'}",
        where=f"--cluster {address}",
        expected="the address of a running Dask scheduler, such as tcp://127.0.0.1:8786",
    )
