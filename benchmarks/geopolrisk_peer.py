"""Compare kizuna's GeoPolRisk with geopolrisk-py 2.0.1 on that tool's own databases: scores and times, in one run.

geopolrisk-py (GPL-3.0) is no part of kizuna. It runs as a program of its own, in an environment of its own, which is
made in ``.venv-peer`` unless ``--peer-python`` names the interpreter of one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import polars as pl
from machine import describe, plain_environment
from peer.differences import FAULTS, TOLERANCE, UNEXPLAINED, Differences
from peer.peer_store import cut_production, minerals_by_name, peer_store
from peer.run_geopolrisk import ECONOMIES, YEARS

from kizuna.tables.build import build_tables

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "benchmarks" / "peer"
RELEASE = "geopolrisk-py==2.0.1"
SCORE, FACTOR = "GeoPolRisk Score", "GeoPolRisk Characterization Factor [eq. Kg-Cu/Kg]"


def main() -> None:
    """Run both tools, then print what agrees, what differs and why, and the ratio of times."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(describe(), flush=True)
        peer = _run(options.peer_python or _peer_python(), "geopolrisk", folder, options.peer_repeats)
        databases = Path(peer["databases"])
        store, same = peer_store(databases, folder)
        every = minerals_by_name(databases)
        minerals = {material: every[material] for material in peer["materials"]}
        asked = {"store": str(store.folder), "minerals": minerals, "years": YEARS, "economies": list(ECONOMIES)}
        (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        ours = _run(sys.executable, "kizuna", folder, options.repeats)
        tables = build_tables(store)
        stored = dict(tables.rows("SELECT material, hs_codes FROM material_codes WHERE hs_codes IS NOT NULL"))
        codes = {material: tuple(stored[mineral].split(";")) for material, mineral in minerals.items()}
        differences = Differences(tables, codes, minerals, cut_production(folder))
        _print_scores(_peer_scores(folder), ours, differences, same)
        _print_times(peer, ours)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", help=f"interpreter of an environment with {RELEASE}")
    parser.add_argument("--peer-repeats", type=int, default=2, help="calls of geopolrisk-py; the fastest counts")
    parser.add_argument("--repeats", type=int, default=20, help="calls of kizuna; the fastest counts")
    return parser.parse_args()


def _peer_python() -> str:
    place = ROOT / ".venv-peer"
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-input", RELEASE], check=True)
    return str(python)


def _run(python: str, program: str, folder: Path, repeats: int) -> dict:
    """Run one tool's program with a home folder of its own and return what it found."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    with (folder / f"{program}.log").open("w") as log:
        done = subprocess.run(
            [python, str(PROGRAMS / f"run_{program}.py"), str(folder), str(time.monotonic()), str(repeats)],
            env=plain_environment(HOME=str(home)), stdout=log, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"run_{program}.py failed:\n" + (folder / f"{program}.log").read_text()[-4000:])
    return json.loads((folder / f"{program}.json").read_text(encoding="utf-8"))


def _peer_scores(folder: Path) -> dict[tuple[str, int, str], tuple[float, float]]:
    frame = pl.concat([pl.read_csv(file) for file in sorted(folder.glob("scores_*.csv"))])
    iso3 = {name: code for code, name in ECONOMIES.items()}
    return {
        (row["Raw Material"], row["Year"], iso3[row["Country [Economic Entity]"]]): (row[SCORE], row[FACTOR])
        for row in frame.iter_rows(named=True)
    }


def _print_scores(peer: dict, ours: dict, differences: Differences, same: dict[str, bool]) -> None:
    scores = {(material, year, economy): (score, factor) for material, year, economy, score, factor in ours["scores"]}
    chosen = {(material, year, economy): score for material, year, economy, score, _ in ours["default"]}
    causes = {key: differences.cause(key, score, scores[key][0]) for key, (score, _) in peer.items()}
    counts = Counter(causes.values())
    equal = [key for key, cause in causes.items() if not cause]
    print("\nTables read from its databases that are, row by row, those of kizuna's snapshot:")
    print("  " + ", ".join(f"{name}: {'yes' if held else 'no'}" for name, held in same.items()))
    print(f"\n| scores (material x year x importer) | {len(peer)} |\n|---|---:|")
    print(f"| equal to {TOLERANCE:g} | {len(equal)} |")
    for cause in sorted({*counts, *FAULTS} - {"", UNEXPLAINED}, key=lambda name: -counts[name]):
        materials = ", ".join(sorted({key[0] for key, found in causes.items() if found == cause})) or "none"
        print(f"| differs, proven: {cause} ({materials}) | {counts[cause]} |")
    print(f"| {UNEXPLAINED} | {counts[UNEXPLAINED]} |")
    for key in [key for key, cause in causes.items() if cause == UNEXPLAINED]:
        print(f"  {UNEXPLAINED}: {key} there {peer[key][0]}, here {scores[key][0]}")
    far = max(abs(peer[key][0] - scores[key][0]) for key in equal)
    print(f"\nLargest difference among the equal: {far:.1e}.")
    _print_prices(peer, scores)
    moved = sum(chosen[key] is None or abs(chosen[key] - scores[key][0]) > TOLERANCE for key in equal)
    print(
        f"With kizuna's own default (Taiwan's score for economy 490, where that tool has 0.5) {moved} of the equal\n"
        "scores move; nothing else is changed between the two."
    )


def _print_prices(peer: dict, scores: dict) -> None:
    """Compare factor over score, which is the import price, for every pair of scores above 0, equal or not."""
    pairs = [(peer[key], scores[key]) for key in peer if peer[key][0] > 0 and scores[key][0]]
    close = sum(abs((own[1] / own[0]) / (other[1] / other[0]) - 1) <= TOLERANCE for other, own in pairs)
    print(
        f"Characterisation factor over score (the import price): {close} of {len(pairs)} equal to {TOLERANCE:g},\n"
        "relative. Where nothing is imported the factor is 0 there and a gap here, for want of a price."
    )


def _print_times(peer: dict, ours: dict) -> None:
    theirs, mine = peer["times"], ours["times"]
    (wall, cpu), (own_wall, own_cpu) = (
        [min(times) for times in zip(*tool["calls"], strict=True)] for tool in (peer, ours)
    )
    rows = [
        (
            f"call for {peer['rows_of_call']} scores, fastest of {len(peer['calls'])} and {len(ours['calls'])}",
            wall,
            own_wall,
        ),
        ("the same in processor time", cpu, own_cpu),
        ("the same, first call after import", peer["calls"][0][0], ours["calls"][0][0]),
        ("call for 1 score", theirs["one row"], mine["one row"]),
        ("import (and, here, building the tables)", theirs["import"], mine["import"] + mine["tables"]),
        ("whole process: start to scores", theirs["whole"], mine["whole"]),
        ("the same in processor time", theirs["whole, processor"], mine["whole, processor"]),
    ]
    print("\n| seconds | geopolrisk-py | kizuna | ratio |\n|---|---:|---:|---:|")
    for what, other, own in rows:
        print(f"| {what} | {other:.2f} | {own:.4f} | {other / own:,.0f} |")
    print(
        f"| peak memory, MB | {peer['peak_mb']:.0f} | {ours['peak_mb']:.0f} | {peer['peak_mb'] / ours['peak_mb']:.1f} |"
    )
    one_pass, read = mine["one pass"], mine["flows read"]
    print(
        f"\nLimit: one pass over all columns of {ours['flows']:,} flows takes {one_pass * 1e3:.1f} ms, reading those\n"
        f"asked for {read * 1e3:.1f} ms, the whole call {own_wall * 1e3:.1f} ms: {own_wall / one_pass:.1f} passes."
    )


if __name__ == "__main__":
    main()
