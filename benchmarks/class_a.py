"""Measure every indicator that the snapshot can give, for all economies, products and years: time and memory.

Each run is a process of its own, started by this script. Trade indicators: 74 HS92 codes, 1995 to 2024, on value and on
mass. Production indicators and GeoPolRisk: every mined material, 2018 to 2024.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from machine import describe, plain_environment

TRADE = ("concentration", "cepii-geodep", "ec-cdi", "window", "world-network", "supply-balance")
PRODUCTION = ("production", "geopolrisk")
RUNS = 5
LIMIT_SECONDS, LIMIT_MB = 5.0, 500.0
ONE_PASS = """SELECT max(revision), max(product), max(year), max(buyer), max(supplier), sum(value_usd), sum(mass_kg)
              FROM flows"""


def main() -> None:
    """Run several times and print the fastest run, its parts, and the highest memory of all runs."""
    print(describe(), flush=True)
    runs = []
    for _ in range(RUNS):
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), "once"],
            env=plain_environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        runs.append(json.loads(done.stdout) | {"whole process": time.monotonic() - start})
    best = {name: min(run[name] for run in runs) for name in runs[0]}
    fastest = min(run["trade"] + run["production"] for run in runs)
    highest = max(run["peak_mb"] for run in runs)
    print(f"\n| part, best of {RUNS} runs | |\n|---|---:|")
    print(f"| tables built, s | {best['tables']:.2f} |")
    print(f"| trade indicators, {best['trade_rows']:,} rows, s | {best['trade']:.2f} |")
    print(f"| production and GeoPolRisk, {best['production_rows']:,} rows, s | {best['production']:.2f} |")
    print(f"| measuring in all, fastest run, s (aim: under {LIMIT_SECONDS:g}) | {fastest:.2f} |")
    print(f"| the same in processor time, s | {best['measuring_processor']:.2f} |")
    print(f"| whole process, s | {best['whole process']:.2f} |")
    print(f"| memory with the tables built, MB | {best['tables_mb']:.0f} |")
    print(f"| peak memory of the process, highest run, MB (aim: under {LIMIT_MB:g}) | {highest:.0f} |")
    aims = (("time", fastest, LIMIT_SECONDS), ("memory", highest, LIMIT_MB))
    missed = [name for name, value, limit in aims if value >= limit]
    print("\n" + (f"Missed: {', '.join(missed)}." if missed else "Both aims are met."))
    print(
        f"Limit: one pass over all columns of {best['flows']:,} flows takes {best['one_pass'] * 1e3:.0f} ms;"
        f" measuring takes {fastest / best['one_pass']:,.0f} of them.\nThe {best['trade_rows']:,} values alone fill "
        f"{best['trade_rows'] * 8 / 1e6:.0f} MB."
    )


def once() -> None:
    """Measure once in this process and print times and memory as JSON."""
    import numpy as np

    from kizuna.exposure.measure import measure_exposure
    from kizuna.store.store import embedded_snapshot
    from kizuna.tables.build import build_tables
    from kizuna.tables.materials import load_materials

    start = time.perf_counter()
    tables = build_tables(embedded_snapshot())
    found: dict[str, float] = {"tables": time.perf_counter() - start, "tables_mb": _peak_mb()}
    products = [f"{revision}:{code}" for revision, code in tables.product_names if revision == "HS92"]
    first, last = tables.years("HS92")
    start, start_cpu = time.perf_counter(), time.process_time()
    trade = measure_exposure(tables, products=products, years=range(first, last + 1), methods=TRADE)
    found["trade"] = time.perf_counter() - start
    mined = [material.id for material in load_materials() if material.mine is not None]
    start = time.perf_counter()
    production = measure_exposure(tables, materials=mined, years=range(2018, last + 1), methods=PRODUCTION)
    found["production"] = time.perf_counter() - start
    found["measuring_processor"] = time.process_time() - start_cpu
    found["peak_mb"] = _peak_mb()
    found["trade_rows"] = sum(len(block) for block in trade.blocks)
    found["production_rows"] = sum(len(block) for block in production.blocks)
    if not all(
        np.isfinite(block.value).any() for block in trade.blocks if block.indicator not in ("cdi2", "cdi_dependent")
    ):
        raise AssertionError("an indicator has no number at all")
    start = time.perf_counter()
    tables.rows(ONE_PASS)
    found["one_pass"] = time.perf_counter() - start
    found["flows"] = tables.rows("SELECT count(*) FROM flows")[0][0]
    print(json.dumps(found))


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    once() if sys.argv[1:] == ["once"] else main()
