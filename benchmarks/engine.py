"""How close the engine comes to what the machine can do: one run to its read bandwidth, many to its matrix products.

Also: memory over the base matrix, cost over steps and draws, and a year of daily steps of a table of 49 x 163.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
from machine import describe, plain_environment
from threadpoolctl import threadpool_limits

from kizuna.network.supply_network import Block, SupplyNetwork
from kizuna.simulate.acting import Acting
from kizuna.simulate.crew import Crew
from kizuna.simulate.laws import ario_laws
from kizuna.simulate.state import initial_state, settings_of
from kizuna.simulate.step import advance
from kizuna.simulate.world import prepare

THREADS = 2
STEPS = 40
HIT = 0.3


def main() -> None:
    """Print what was measured; runs whose memory is measured are processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default="", help="one part alone, as the other processes run it")
    asked = parser.parse_args()
    if asked.part:
        PARTS[asked.part]()
        return
    print(describe(), flush=True)
    for part in PARTS:
        subprocess.run([sys.executable, __file__, "--part", part], env=plain_environment(), check=True)


def limits() -> None:
    """Print a step of 40 x 50 beside the machine's own limits, measured in turn."""
    for kind in (np.float64, np.float32):
        name = np.dtype(kind).name
        for draws in (1, 64, 128):
            steps = _steps(table(40, 50), draws, kind)
            limit = _read_bandwidth() if draws == 1 else _product_peak(kind)
            taken = min(next(steps) for _ in range(STEPS))
            limit = max(limit, _read_bandwidth() if draws == 1 else _product_peak(kind))
            nodes = 2000
            work = nodes**2 * np.dtype(kind).itemsize if draws == 1 else 6 * nodes**2 * draws
            what = "GB/s read" if draws == 1 else "Gflop/s"
            print(
                f"{name}, {draws} draws: {taken * 1e3:.2f} ms a step, {taken * 1e3 / draws:.3f} ms a draw; "
                f"{work / taken / 1e9:.1f} of {limit / 1e9:.1f} {what}, {work / taken / limit:.0%}",
                flush=True,
            )


def linear() -> None:
    """Print seconds over steps and over draws of 20 x 30."""
    network = table(20, 30)
    for draws in (64, 128, 256):
        for count in (50, 100, 200):
            steps = _steps(network, draws, np.float64)
            next(steps)
            begun = time.perf_counter()
            for _ in range(count):
                next(steps)
            taken = time.perf_counter() - begun
            print(f"{draws} draws x {count} steps: {taken:.2f} s, {taken / draws / count * 1e6:.1f} microseconds each")


def memory() -> None:
    """Print peak memory beyond Python and libraries over the base matrix of 40 x 50, one draw."""
    next(_steps(table(4, 5), 1, np.float64))
    before = _peak_bytes()
    steps = _steps(table(40, 50), 1, np.float64)
    for _ in range(5):
        next(steps)
    base = 2000**2 * 8
    state = 2 * 50 * 2000 * 8
    used = _peak_bytes() - before
    print(
        f"40 x 50, one draw: {used / 1e6:.0f} MB for a base matrix of {base / 1e6:.0f} MB and states of "
        f"{state / 1e6:.1f} MB: {(used - state) / base:.2f} times the base matrix"
    )


def exiobase() -> None:
    """Print a year of daily steps of a table of 49 x 163."""
    before = _peak_bytes()
    begun = time.perf_counter()
    network = table(49, 163)
    built = time.perf_counter() - begun
    begun = time.perf_counter()
    steps = _steps(network, 1, np.float64)
    for _ in range(365):
        next(steps)
    taken = time.perf_counter() - begun
    base = (49 * 163) ** 2 * 8
    rate = base * 365 / taken / 1e9
    print(
        f"49 x 163, 365 daily steps: {taken:.1f} s (made up in {built:.1f} s), {rate:.1f} GB/s of base matrix; "
        f"peak {(_peak_bytes() - before) / 1e6:.0f} MB for a base matrix of {base / 1e6:.0f} MB"
    )


PARTS: dict[str, Callable[[], None]] = {"limits": limits, "linear": linear, "memory": memory, "exiobase": exiobase}


def table(economies: int, sectors: int, seed: int = 1) -> SupplyNetwork:
    """Return a made-up balanced input-output network, half of output going to final use."""
    rng = np.random.default_rng(seed)
    nodes = economies * sectors
    flows = rng.random((sectors, economies, nodes))
    final = rng.random((sectors, economies, economies)) * sectors
    output = np.stack([flows[at].sum(axis=1) + final[at].sum(axis=1) for at in range(sectors)], axis=1)
    places = np.arange(nodes)
    labels = tuple(f"s{number}" for number in range(sectors))
    return SupplyNetwork(
        name="made up", kind="input-output", year=2011, unit="usd", covers="use",
        economies=tuple(f"E{number}" for number in range(economies)), stages=labels,
        products=tuple((label,) for label in labels), output=output,
        blocks=tuple(Block(label, flows[at], places, final[at]) for at, label in enumerate(labels)),
        stock_days=np.full(sectors, 90.0), final_stock_days=np.zeros(output.shape), spare=np.full(output.shape, 0.25),
        rigidity=np.ones(sectors), home_priority=np.zeros(sectors), value_added_usd=output / 2,
    )  # fmt: skip


def _steps(network: SupplyNetwork, draws: int, kind: type):
    """Yield the seconds of each step of a run in which the first economy loses part of its capacity."""
    world = prepare(network, ario_laws(), 1.0, kind)
    settings = settings_of(world, {}, draws)
    state = initial_state(world, settings, 0, 1, links=False, plain=True)
    loss = np.zeros((network.nodes, draws), kind)
    loss[: len(network.stages)] = HIT
    with closing(Crew(THREADS)) as crew, threadpool_limits(1):
        while True:
            begun = time.perf_counter()
            advance(world, settings, state, Acting(loss=loss), crew)
            yield time.perf_counter() - begun


def _read_bandwidth() -> float:
    """Return bytes a second that two threads read from memory."""
    halves = np.split(np.ones(64_000_000), THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(half.nbytes for half in halves) / min(
            _timed(lambda: list(pool.map(np.sum, halves))) for _ in range(5)
        )


def _product_peak(kind: type) -> float:
    """Return operations a second of a product of two large matrices."""
    one, two = (np.ones((3000, 3000), kind) for _ in range(2))
    return 2 * 3000**3 / min(_timed(lambda: one @ two) for _ in range(4))


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _peak_bytes() -> float:
    with open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123 - no file of ours
        return int(status.read().split("VmHWM:")[1].split()[0]) * 1e3


if __name__ == "__main__":
    main()
