"""Run kizuna's GeoPolRisk on a snapshot made of the other tool's databases: time it, and keep its scores.

Started by ``benchmarks/geopolrisk_peer.py``. Call: ``run_kizuna.py FOLDER STARTED REPEATS``; ``FOLDER`` holds what
is asked (``asked.json``), which names the snapshot.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


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
    seconds, tables = _timed(lambda: build_tables(Store.open(asked["store"])))
    times["tables"] = seconds
    stored = dict(tables.rows("SELECT material, hs_codes FROM material_codes WHERE hs_codes IS NOT NULL"))
    minerals = asked["minerals"]
    commodities = [Commodity(name, "HS92", tuple(sorted(stored[mineral].split(";"))), name) for name, mineral in minerals.items()]
    method = Assumptions(other_asia_instability=0.5, unscored_limit=1.0)

    def call(chosen=commodities, economies=asked["economies"], years=asked["years"], given=method):
        return measure_geopolrisk(tables, chosen, minerals, economies, [], years, given)

    calls = []
    for repeat in range(repeats):
        seconds, blocks = _timed(call)
        calls.append(seconds)
        if repeat == 0:
            times["whole"] = time.monotonic() - started
    cobalt = [commodity for commodity in commodities if commodity.id == "Cobalt"]
    times["one row"] = min(_timed(lambda: call(cobalt, ["JPN"], [2023]))[0] for _ in range(repeats))
    first, last = min(asked["years"]), max(asked["years"])
    times["flows read"] = min(
        _timed(lambda: read_panel(tables, commodities, first, last, asked["economies"]))[0] for _ in range(repeats)
    )
    passing = "SELECT max(revision), max(product), max(year), max(buyer), max(supplier), sum(value_usd), sum(mass_kg) FROM flows"
    times["one pass"] = min(_timed(lambda: tables.rows(passing))[0] for _ in range(repeats))
    ((flows,),) = tables.rows("SELECT count(*) FROM flows")
    found = {
        "times": times,
        "calls": calls,
        "flows": flows,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
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
        values = [None if block.gaps is not None and block.gaps[row] else float(block.value[row]) for block in (score, factor)]
        rows.append(key + values)
    return rows


def _timed(call):
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
