"""Run geopolrisk-py in its own environment: time it, and keep its scores.

Started by ``benchmarks/geopolrisk_peer.py`` with the interpreter of an environment that holds geopolrisk-py 2.0.1 and
not kizuna. Call: ``run_geopolrisk.py FOLDER STARTED REPEATS``; ``STARTED`` is the monotonic clock when the process was
started. The tool writes its own files below the home folder, so give it a temporary one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

YEARS = list(range(2018, 2025))
ECONOMIES = {"IND": "India", "JPN": "Japan", "USA": "USA", "DEU": "Germany", "CHN": "China"}


def main(folder: Path, started: float, repeats: int) -> None:
    """Time the import, the call for everything and a call for one row; write scores and times."""
    begin = time.perf_counter()
    from geopolrisk.assessment.core import HHI
    from geopolrisk.assessment.main import gprs_calc
    from geopolrisk.assessment.utils import databases, default_rmlist

    times = {"import": time.perf_counter() - begin}
    countries, materials = list(ECONOMIES.values()), default_rmlist()
    seconds, frame = _timed(lambda: gprs_calc(YEARS, countries, materials))
    calls, frames = [seconds], [frame]
    times["whole"], times["whole, processor"] = time.monotonic() - started, time.process_time()
    # A call ends at its first failure without a word, so what is missing is asked for again in groups that can succeed.
    for names, years in _groups(HHI, materials) if len(frame) < len(materials) * len(YEARS) * len(countries) else []:
        frames.append(gprs_calc(years, countries, names))
    for _ in range(repeats - 1):
        calls.append(_timed(lambda: gprs_calc(YEARS, countries, materials))[0])
    times["one row"] = _timed(lambda: gprs_calc([2023], ["Japan"], ["Cobalt"]))[0][0]
    for position, part in enumerate(frames):
        part.to_csv(folder / f"scores_{position}.csv", index=False)
    found = {
        "times": times,
        "calls": calls,
        "rows_of_call": len(frame),
        "peak_mb": _peak_mb(),
        "materials": materials,
        "databases": str(databases.directory_databases),
    }
    (folder / "geopolrisk.json").write_text(json.dumps(found), encoding="utf-8")


def _groups(hhi, materials):
    """Group materials by the years for which the tool's own production index, which costs little, can be had."""
    able = {}
    for name in materials:
        years = []
        for year in YEARS:
            try:
                hhi(name, year, "Japan")
                years.append(year)
            except Exception as error:  # noqa: BLE001 - its errors have no type of their own; each is told
                print(f"geopolrisk-py has no production index: {name} {year}: {error!r}", file=sys.stderr)
        able.setdefault(tuple(years), []).append(name)
    return [(names, list(years)) for years, names in able.items() if years]


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
