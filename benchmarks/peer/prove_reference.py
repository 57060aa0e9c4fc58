"""Compare the reference of the tests, ``tests/simulate/ario_reference.py``, with what BoARIO found on the same cases.

Call: ``prove_reference.py CASES.json FOUND.npz``, with kizuna's interpreter or the peer's; ``FOUND.npz`` is written by
``run_boario.py``. Prints, for each case, how low output fell and the largest differences.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from ario_tables import read_table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "simulate"))
from ario_reference import Table, simulate_ario

RECORDS = {
    "production_realised": "output",
    "production_capacity": "capacity",
    "overproduction": "overproduction",
    "final_demand_unmet": "unmet demand",
    "rebuild_prod": "rebuilding",
    "intermediate_demand": "orders",
    "inputs_stocks": "stocks",
}


def main(cases: Path, found: Path) -> None:
    """Print the comparison as a table."""
    asked = json.loads(cases.read_text(encoding="utf-8"))
    stored = read_table(asked["table"], cases.parent)
    labels = [tuple(stored[name].tolist()) for name in ("regions", "sectors")]
    table = Table(stored["flows"], stored["final"], stored["output"], *labels)
    records, steps = asked.get("keep", list(RECORDS)), asked.get("keep_steps", slice(None))
    heads = ["case", "lowest output, share", "steps short of an input", *(RECORDS[name] for name in records)]
    print(
        "Largest difference from BoARIO over the largest figure of that industry (stocks: of that stock) in the run\n"
    )
    print("| " + " | ".join(heads) + " |\n|---|" + "---:|" * (len(heads) - 1))
    with np.load(found) as theirs:
        for case in asked["cases"]:
            ours = simulate_ario(table, case)
            gaps = [difference(theirs[f"{case['name']}/{name}"], ours[name][steps]) for name in records]
            with np.errstate(invalid="ignore"):
                lowest = np.nanmin(ours["production_realised"] / ours["production_realised"][0])
            cells = [case["name"], f"{lowest:.2f}", f"{ours['limited'].mean():.0%}", *(f"{gap:.0e}" for gap in gaps)]
            print("| " + " | ".join(cells) + " |")


def difference(theirs: np.ndarray, ours: np.ndarray) -> float:
    """Return the largest difference over the largest figure of its column, or over 1e-9 of the largest of all.

    Unmet demand is a difference of numbers that are equal for most industries: there it is round-off on both sides.
    """
    scale = np.abs(theirs).max(axis=0)
    return float((np.abs(theirs - ours) / np.maximum(scale, max(1e-9 * scale.max(), 1e-300))).max())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
