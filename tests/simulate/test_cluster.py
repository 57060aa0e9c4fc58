"""A run on a Dask cluster gives what a run here gives, loses nothing with its workers, and says what is wrong."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from simulate.test_runs import run, same

from kizuna.floor.errors import SimulationError
from kizuna.simulate.cluster import AHEAD

pytest.importorskip("distributed")
from distributed import Client

LOOPBACK = "127.0.0.1"
DRAWS = 3000
CHUNKS = 12


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler with two workers, each a process of its own."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    folder: Path


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    port = free_port()
    address = f"tcp://{LOOPBACK}:{port}"
    with started("scheduler", "--port", str(port)), joined(address, folder) as one, joined(address, folder) as two:
        with Client(address, timeout="30s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=30)
        yield Cluster(address, [one, two], folder)


@pytest.fixture(scope="module", autouse=True)
def unanswered() -> Iterator[Future[tuple[str, float]]]:
    """Begin at once, beside the other tests, to run where nothing listens: it waits for a scheduler to come."""
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(refusal, f"tcp://{LOOPBACK}:{free_port()}")


@contextmanager
def started(part: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "dask", part, "--host", LOOPBACK, "--no-dashboard", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def joined(address: str, folder: Path, *words: str) -> object:
    """Return a worker of one thread that joins a scheduler."""
    limits = ("--nthreads", "1", "--memory-limit", "1GiB", "--no-nanny", "--local-directory", str(folder))
    return started("worker", address, *limits, *words)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        return int(asked.getsockname()[1])


def refusal(address: str) -> tuple[str, float]:
    """Return how a run on a cluster that is none is refused, and after how many seconds."""
    begin = time.monotonic()
    with pytest.raises(SimulationError) as refused:
        run(600, cluster=address)
    return str(refused.value), time.monotonic() - begin


def test_a_cluster_gives_the_same_to_the_last_digit_with_few_chunks_on_the_way(cluster: Cluster) -> None:
    progress: list[tuple[int, int]] = []
    on_the_way: list[int] = []

    def tasks_held(dask_scheduler: object) -> int:
        return len(dask_scheduler.tasks)  # type: ignore[attr-defined]

    with Client(cluster.address, set_as_default=False) as client:

        def tell(done: int, total: int) -> None:
            progress.append((done, total))
            on_the_way.append(client.run_on_scheduler(tasks_held))

        found = run(DRAWS, cluster=cluster.address, progress=tell)
    same(found, run(DRAWS))
    assert progress == [(done, CHUNKS) for done in range(1, CHUNKS + 1)]
    # One task more holds the scenario, and one the chunk that has just been taken.
    assert max(on_the_way) <= 2 * AHEAD + 2


def test_chunks_kept_by_a_run_on_a_cluster_serve_a_run_here(cluster: Cluster, tmp_path: Path) -> None:
    found = run(600, cluster=cluster.address, folder=tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    same(found, run(600, folder=tmp_path))
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_a_worker_killed_midway_costs_nothing(cluster: Cluster) -> None:
    done: list[int] = []
    with joined(cluster.address, cluster.folder) as third:
        with Client(cluster.address, set_as_default=False) as client:
            client.wait_for_workers(3, timeout=30)

        def tell(chunks: int, _: int) -> None:
            done.append(chunks)
            if chunks == 2:
                third.kill()

        found = run(DRAWS, cluster=cluster.address, progress=tell)
        assert third.wait() == -9
    same(found, run(DRAWS))
    assert done == list(range(1, CHUNKS + 1))


OTHER = "import kizuna; kizuna.__version__ = '0.0.1'"
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "{package}":
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""


@pytest.mark.parametrize(
    ("preload", "said"), [(OTHER, "has '0.0.1'"), (WITHOUT.format(package="kizuna"), "No module named 'kizuna'")]
)
def test_a_worker_with_another_kizuna_or_none_is_refused(
    cluster: Cluster, tmp_path: Path, preload: str, said: str
) -> None:
    (tmp_path / "odd.py").write_text(preload, encoding="utf-8")
    with Client(cluster.address, set_as_default=False) as client:
        before = len(client.nthreads())
        with joined(cluster.address, cluster.folder, "--preload", str(tmp_path / "odd.py")):
            client.wait_for_workers(before + 1, timeout=30)
            assert said in refusal(cluster.address)[0]
        while len(client.nthreads()) > before:
            time.sleep(0.05)


def test_the_command_gives_the_same_on_a_cluster(cluster: Cluster) -> None:
    kizuna = str(Path(sys.executable).with_name("kizuna"))
    asked = [kizuna, "stress", "JPN", "--scenario", "helium-outage-qatar", "--draws", "60"]
    asked += ["--horizon", "12m", "--driver-samples", "0", "--format", "json"]
    there, here = (
        subprocess.run([*asked, *more], capture_output=True, check=True)
        for more in (["--cluster", cluster.address], [])
    )
    assert there.stdout == here.stdout
    assert there.stderr == b""
    assert b'"JPN"' in there.stdout


def test_where_nothing_listens_one_error_says_so_in_time(unanswered: Future[tuple[str, float]]) -> None:
    said, seconds = unanswered.result()
    assert said.startswith("No cluster answers")
    assert "tcp://127.0.0.1:8786" in said
    assert seconds < 15


@pytest.mark.parametrize("address", ["nonsense", "tcp://", LOOPBACK, "http://127.0.0.1:80", "tcp://127.0.0.1:x", " "])
def test_text_that_is_no_address_is_refused_at_once(address: str) -> None:
    said, seconds = refusal(address)
    assert "No cluster answers" in said
    assert f"--cluster {address}" in said
    assert seconds < 5


def test_a_worker_named_as_the_scheduler_is_told_apart(cluster: Cluster) -> None:
    with Client(cluster.address, set_as_default=False) as client:
        worker = next(iter(client.nthreads()))
    assert "a Dask worker listens there" in refusal(worker)[0]


def test_without_the_extra_the_error_names_it() -> None:
    ask = "from simulate.test_runs import run; run(600, cluster='tcp://127.0.0.1:8786')"
    code = WITHOUT.format(package="distributed") + f"sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n" + ask
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "pip install 'kizuna[cluster]'" in ended.stderr.splitlines()[-1]
