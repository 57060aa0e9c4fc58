"""Compare kizuna's engine, with the laws of ARIO, with BoARIO 0.7.2 on the same tables: paths, times, memory.

BoARIO (GPL-3.0-or-later) is no part of kizuna. It runs as a program of its own, in an environment of its own, which is
made in ``.venv-peer/boario`` unless ``--peer-python`` names the interpreter of one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import describe, plain_environment

sys.path.insert(0, str(Path(__file__).resolve().parent / "peer"))
from ario_cases import standard_case, standard_cases
from ario_tables import Table, pymrio_test, synthetic
from wiod_table import wiod_table

from kizuna.store.store import embedded_snapshot

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "benchmarks" / "peer"
RELEASE = ["boario==0.7.2", "progressbar2", "numpy", "pandas", "pymrio", "pyarrow"]
COMPAT = "boario-0.7.2"
RECORDS = {
    "production_realised": "output",
    "production_capacity": "capacity",
    "final_demand_unmet": "unmet demand",
    "inputs_stocks": "stocks",
}
TABLES: dict[str, tuple[str, Callable[[], Table]]] = {
    "test": ("pymrio's test table, 6 x 8", pymrio_test),
    "wiod": ("WIOD 2011, 41 x 35", lambda: wiod_table(embedded_snapshot())),
    "synthetic": ("made-up table, 40 x 50", lambda: synthetic(40, 50)),
}


@dataclass(frozen=True)
class Place:
    """Where one table and the files of its runs lie, and with which interpreters they are made."""

    folder: Path
    table: str
    peer_python: str

    def run(self, program: str, name: str, asked: dict) -> tuple[dict, dict]:
        """Run one tool's program on cases; return its arrays and its times."""
        python = self.peer_python if program == "boario" else sys.executable
        cases, found, times, log = (self.folder / f"{name}{end}" for end in (".json", ".npz", "_times.json", ".log"))
        cases.write_text(json.dumps({"table": self.table} | asked), encoding="utf-8")
        own = plain_environment(HOME=str(self.folder), TMPDIR=str(self.folder))
        call = [python, str(PROGRAMS / f"run_{program}.py"), str(cases), str(found), str(times)]
        with log.open("w") as told:
            done = subprocess.run(call, env=own, stdout=told, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            sys.exit(f"run_{program}.py failed:\n" + log.read_text(encoding="utf-8")[-4000:])
        with np.load(found) as stored:
            arrays = {key: stored[key] for key in stored.files}
        return arrays, json.loads(times.read_text(encoding="utf-8"))


def main() -> None:
    """Run both tools on each table, then print how far they differ and the ratios of times and memory."""
    options = _options()
    peer_python = options.peer_python or _peer_python()
    print(describe(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        for chosen in options.tables.split(","):
            title, make = TABLES[chosen]
            table, folder = make(), Path(name)
            np.savez(folder / f"{chosen}.npz", **table)
            place = Place(folder, f"{chosen}.npz", peer_python)
            print(f"\n## {title}\n", flush=True)
            _compare(place, table, options.days, sampled=chosen != "test")
            _measure(place, table, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", help=f"interpreter of an environment with {', '.join(RELEASE)}")
    parser.add_argument("--tables", default=",".join(TABLES), help="which of " + ", ".join(TABLES))
    parser.add_argument("--days", type=int, default=365, help="days that are compared")
    parser.add_argument("--timed-days", type=int, default=60, help="days of a timed run, over 26")
    parser.add_argument("--repeats", type=int, default=3, help="timed runs of each; the fastest counts")
    parser.add_argument("--draws", type=int, default=64, help="scenarios side by side in kizuna's timed run of many")
    return parser.parse_args()


def _peer_python() -> str:
    place = ROOT / ".venv-peer" / "boario"
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    if subprocess.run([str(python), "-c", "import boario.simulation"], capture_output=True, check=False).returncode:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-input", *RELEASE], check=True)
    return str(python)


def _compare(place: Place, table: Table, days: int, *, sampled: bool) -> None:
    """Print the largest differences of every case: of all days, or of some from the first to the last."""
    cases = standard_cases(table, days)
    asked = {"cases": cases, "keep": list(RECORDS)}
    if sampled:
        asked["keep_steps"] = sorted({*range(0, days, 15), 5, 6, 27, days - 1})
    theirs, _ = place.run("boario", "compare_boario", asked)
    ours, _ = place.run("kizuna_ario", "compare_kizuna", asked | {"compat": COMPAT})
    own, _ = place.run("kizuna_ario", "compare_own", asked)
    single, _ = place.run("kizuna_ario", "compare_single", asked | {"dtype": "float32"})
    print(
        f"{days} days; largest difference over the largest figure of that industry. The last two columns: kizuna's\n"
        "own laws, without the other tool's quirks, of which the largest is that its arbitrary losses act a day late;\n"
        "and its own laws in single against double precision.\n"
    )
    heads = [*RECORDS.values(), "output, own laws", "output, single"]
    print(f"| case | lowest output | {' | '.join(heads)} |\n|---|" + "---:|" * (len(heads) + 1))
    for case in cases:
        output = f"{case['name']}/production_realised"
        base = np.where(table["output"] > 0, table["output"], np.inf) / 365
        lowest = np.where(table["output"] > 0, theirs[output] / base, 1).min()
        gaps = [_gap(theirs[f"{case['name']}/{name}"], ours[f"{case['name']}/{name}"]) for name in RECORDS]
        gaps += [_gap(theirs[output], own[output]), _gap(own[output], single[output])]
        print(f"| {case['name']} | {lowest:.0%} | " + " | ".join(f"{gap:.0e}" for gap in gaps) + " |", flush=True)
    print(
        "\nOverproduction of the other tool relaxes only where demand and output are equal to the last bit, so its\n"
        "capacity depends on the order of addition: by 2e-4 where regions are named otherwise (boario_faults.py).\n"
    )


def _measure(place: Place, table: Table, options: argparse.Namespace) -> None:
    """Print seconds of a step and peak memory of runs that keep nothing."""
    days, repeats, draws = options.timed_days, options.repeats, options.draws
    print(f"| {days} steps, fastest of {repeats} | s a step | processor s | s to set up | peak MB | times as fast |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in ("recovery", "rebuild"):
        case = standard_case(table, days, kind, "alt", "psi")
        asked = {"cases": [case], "keep": [], "repeats": repeats}
        _, theirs = place.run("boario", "time_boario", asked)
        slowest = _fastest(theirs, case, "steps_s") / days
        _print_row(f"{kind}: BoARIO", theirs, case, days, 1, slowest)
        for label, more in (
            ("kizuna, quirks and all", {"compat": COMPAT}),
            ("kizuna", {}),
            (f"kizuna, {draws} scenarios, each", {"draws": draws}),
            (f"kizuna, {draws} scenarios in single precision, each", {"draws": draws, "dtype": "float32"}),
        ):
            _, ours = place.run("kizuna_ario", "time_kizuna", asked | more)
            _print_row(f"{kind}: {label}", ours, case, days, more.get("draws", 1), slowest)


def _print_row(label: str, found: dict, case: dict, days: int, draws: int, slowest: float) -> None:
    wall, cpu = (_fastest(found, case, name) / days / draws for name in ("steps_s", "steps_cpu_s"))
    build = _fastest(found, case, "build_s")
    print(
        f"| {label} | {wall:.2e} | {cpu:.2e} | {build:.3f} | {found['peak_mb']:.0f} | {slowest / wall:.1f} |",
        flush=True,
    )


def _fastest(found: dict, case: dict, name: str) -> float:
    return min(run[name] for run in found["cases"][case["name"]])


def _gap(theirs: np.ndarray, ours: np.ndarray) -> float:
    """Return the largest difference over the largest figure of its column, or over 1e-6 of the largest of all.

    Unmet demand is a difference of numbers that are equal for most industries: there it is round-off on both sides.
    """
    scale = np.abs(theirs).max(axis=0)
    return float((np.abs(theirs - ours) / np.maximum(scale, max(1e-6 * scale.max(), 1e-300))).max())


if __name__ == "__main__":
    main()
