"""Run kizuna's GeoPolRisk on a snapshot made of the other tool's databases: time it, and keep its scores.

Started by ``benchmarks/geopolrisk_peer.py``. Call: ``run_kizuna.py FOLDER STARTED REPEATS``; ``FOLDER`` holds what
is asked (``asked.json``), which names the snapshot.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ONE_PASS = """SELECT max(revision), max(product), max(year), max(buyer), max(supplier), sum(value_usd), sum(mass_kg)
              FROM flows"""


def main(folder: Path, started: float, repeats: int) -> None:
    """Time the building of tables, the call for everything and a call for one row; write scores and times."""
    from kizuna.exposure.assumptions import Assumptions
    from kizuna.exposure.geopolrisk import measure_geopolrisk
    from kizuna.exposure.panel import read_panel
    from kizuna.store.store import Store
    from kizuna.tables.build import build_tables
    from kizuna.tables.commodities import Commodity

    times = {"import": time.monotonic() - started}
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    (times["tables"], _), tables = _timed(lambda: build_tables(Store.open(asked["store"])))
    stored = dict(tables.rows("SELECT material, hs_codes FROM material_codes WHERE hs_codes IS NOT NULL"))
    minerals = asked["minerals"]
    codes = {name: tuple(sorted(stored[mineral].split(";"))) for name, mineral in minerals.items()}
    commodities = [Commodity(name, "HS92", codes[name], name) for name in minerals]
    method = Assumptions(other_asia_instability=0.5, unscored_limit=1.0)

    def call(chosen=commodities, economies=asked["economies"], years=asked["years"], given=method):
        return measure_geopolrisk(tables, chosen, minerals, economies, [], years, given)

    calls = []
    for repeat in range(repeats):
        seconds, blocks = _timed(call)
        calls.append(seconds)
        if repeat == 0:
            times["whole"], times["whole, processor"] = time.monotonic() - started, time.process_time()
    cobalt = [commodity for commodity in commodities if commodity.id == "Cobalt"]
    first, last = min(asked["years"]), max(asked["years"])
    for name, part in (
        ("one row", lambda: call(cobalt, ["JPN"], [2023])),
        ("flows read", lambda: read_panel(tables, commodities, first, last, asked["economies"])),
        ("one pass", lambda: tables.rows(ONE_PASS)),
    ):
        times[name] = min(_timed(part)[0][0] for _ in range(repeats))
    ((flows,),) = tables.rows("SELECT count(*) FROM flows")
    found = {
        "times": times,
        "calls": calls,
        "flows": flows,
        "peak_mb": _peak_mb(),
        "scores": _listed(blocks),
        "default": _listed(call(given=Assumptions(unscored_limit=1.0))),
    }
    (folder / "kizuna.json").write_text(json.dumps(found), encoding="utf-8")


def _listed(blocks):
    """Return [material, year, economy, score, factor] for each row, None for a number that is a gap."""
    score, factor = blocks
    rows = []
    for row in range(len(score)):
        key = [score.keys.commodity[row], int(score.keys.year[row]), score.keys.economy[row]]
        rows.append([*key, _number(score, row), _number(factor, row)])
    return rows


def _number(block, row):
    return None if block.gaps is not None and block.gaps[row] else float(block.value[row])


def _peak_mb():
    """Return the peak of this process alone; the kernel's usage count starts with that of the process that began it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


def _timed(call):
    """Return wall time and processor time of a call, and its result."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    result = call()
    return [time.perf_counter() - begin, time.process_time() - begin_cpu], result


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
