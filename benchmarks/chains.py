"""Material chains: 100,000 draws of three stages, and every single-exporter outage of all 74 products.

Prints times and memory.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from machine import describe

from kizuna.floor.errors import NetworkError
from kizuna.network.build import build_network
from kizuna.network.supply_network import Block, SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.simulate.ranking import rank_outages
from kizuna.simulate.simulate import simulate
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

MONTH = 365 / 12
DAYS = 730
STAGES = ("mine", "refined", "part")


def main() -> None:
    """Run both and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    print(describe(), flush=True)
    _draws(asked.draws // 10, asked.workers)
    _draws(asked.draws, asked.workers)
    for year in (2015, 2023):
        _outages(year)


def chain(economies: int = 60, seed: int = 1) -> SupplyNetwork:
    """Return a made-up balanced chain of three stages with few large suppliers, as in real ones."""
    rng = np.random.default_rng(seed)
    weights = rng.pareto(1.0, (len(STAGES), economies)) + 1e-3

    def flows(stage: int, need: np.ndarray) -> np.ndarray:
        shares = weights[stage][:, None] * rng.uniform(0.2, 1.8, (economies, economies))
        return shares / shares.sum(axis=0) * need

    final = [
        np.zeros((economies, economies)),
        np.zeros((economies, economies)),
        flows(2, rng.pareto(1.0, economies) + 0.1),
    ]
    output = np.zeros((economies, len(STAGES)))
    makers = [np.zeros((economies, 0))] * len(STAGES)
    nodes = [np.zeros(0, np.int64)] * len(STAGES)
    output[:, 2] = final[2].sum(axis=1)
    for stage in (1, 0):
        makers[stage] = flows(stage, output[:, stage + 1] * 1.1)
        nodes[stage] = np.arange(economies) * len(STAGES) + stage + 1
        output[:, stage] = makers[stage].sum(axis=1)
    return SupplyNetwork(
        name="made up", kind="material", year=2023, unit="t", covers="use",
        economies=tuple(f"E{number:02d}" for number in range(economies)), stages=STAGES,
        products=tuple((stage,) for stage in STAGES), output=output,
        blocks=tuple(Block(name, makers[at], nodes[at], final[at]) for at, name in enumerate(STAGES)),
        stock_days=np.full(3, 45.0), final_stock_days=np.full(output.shape, 45.0), spare=np.full(output.shape, 0.05),
        rigidity=np.full(3, 0.5), home_priority=np.full(3, 0.5), value_added_usd=np.full(output.shape, np.nan),
    )  # fmt: skip


def _draws(draws: int, workers: int) -> None:
    network = chain()
    largest = int(network.output[:, 0].argmax()) * len(STAGES)
    halt = AimedShock(
        "halt", "export", np.array([largest]), None, Spread(0.5, 0.9, 1.0), Spread(0, 30, 60), Spread(60, 180, 365),
        Spread(30, 90, 180), "linear",
    )  # fmt: skip
    begun, busy = time.perf_counter(), time.process_time()
    outcome = simulate(
        network, {"halt": [halt]}, draws, np.random.default_rng(1), horizon_days=DAYS, step_days=MONTH, workers=workers
    )
    taken = time.perf_counter() - begun
    unmet = outcome.draws.final_unmet.sum(("economy", "stage")).values[0]
    low, middle, high = np.quantile(unmet / (2 * network.blocks[2].final.sum()), [0.1, 0.5, 0.9])
    own = time.process_time() - busy
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e3
    print(f"{draws:,} draws, 60 economies x 3 stages x 24 months, {workers} workers: {taken:.1f} s")
    each = taken / draws * 1e6
    print(f"  {each:.0f} microseconds a draw; this process alone {own:.1f} s; largest process {memory:.0f} MB")
    print(f"  unmet final need {middle:.3%} ({low:.3%} to {high:.3%})", flush=True)


def _outages(year: int) -> None:
    tables = build_tables(embedded_snapshot())
    products = [row[0] for row in tables.rows("SELECT DISTINCT product FROM flows WHERE revision = 'HS92' ORDER BY 1")]
    begun = time.perf_counter()
    scenarios, buyers, skipped = 0, 0, []
    building = 0.0
    for product in products:
        start = time.perf_counter()
        try:
            network = build_network(tables, f"HS92:{product}", year)
        except NetworkError as error:
            skipped.append(f"{product}: {str(error).splitlines()[0]}")
            continue
        building += time.perf_counter() - start
        ranking = rank_outages(network, horizon_days=DAYS, step_days=MONTH)
        scenarios += len(ranking.outages)
        buyers += int((ranking.need > 0).sum())
    taken = time.perf_counter() - begun
    many = len(products) - len(skipped)
    print(f"{year}: {scenarios:,} single outages of {many} products, {buyers:,} importers: {taken:.1f} s")
    print(f"  of it building networks {building:.1f} s; {taken / max(scenarios, 1) * 1e3:.2f} ms an outage")
    for line in skipped:
        print(f"  no network: {line}")


if __name__ == "__main__":
    main()
