"""Cases that kizuna's engine, the reference of the tests and BoARIO are all given.

Every kind of event, order and model of BoARIO, with losses deep enough that stocks run short.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from ario_tables import Table, read_table

CAPITAL_RATIO = 4
KEPT_FOR_TESTS = [
    "production_realised",
    "production_capacity",
    "overproduction",
    "final_demand_unmet",
    "inputs_stocks",
]
KINDS, ORDERS, MODELS = ("recovery", "rebuild", "arbitrary"), ("alt", "noalt"), ("psi", "base")


def main() -> None:
    """Write cases: ``ario_cases.py TABLE CASES.json STEPS [KEPT,KEPT,...]``; kept steps make a small file for tests."""
    name, file, steps = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    asked = {"table": name, "cases": standard_cases(read_table(name, file.parent), steps)}
    if len(sys.argv) > 4:
        asked |= {"keep_steps": [int(step) for step in sys.argv[4].split(",")], "keep": KEPT_FOR_TESTS}
    file.write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")


def standard_cases(table: Table, steps: int) -> list[dict[str, Any]]:
    """Return a case for every kind of event, order and model."""
    return [standard_case(table, steps, *choice) for choice in product(KINDS, ORDERS, MODELS)]


def standard_case(table: Table, steps: int, kind: str, order: str, model: str) -> dict[str, Any]:
    """Return one case: the first region loses a third, its largest industry nearly all, for three weeks from day 5."""
    return {
        "name": f"{kind}-{order}-{model}",
        "steps": steps,
        "model": model,
        "order_type": order,
        "main_inv_dur": 30,
        "restoration_tau": 20,
        "alpha_tau": 180,
        "capital_ratio": CAPITAL_RATIO,
        "events": [_event(table, kind)],
    }


def _event(table: Table, kind: str) -> dict[str, Any]:
    regions, sectors = table["regions"].tolist(), table["sectors"].tolist()
    added = np.maximum(table["output"] - table["flows"].sum(axis=0), 0)
    capital = added * CAPITAL_RATIO if kind != "arbitrary" else np.ones_like(added)
    share = np.full(len(sectors), 1 / 3)
    share[np.argmax(table["output"][: len(sectors)])] = 0.9
    if kind == "arbitrary":
        share = share.round(6)
    hit = [at for at in range(len(sectors)) if capital[at] > 0]
    event = {
        "kind": kind,
        "impact": [[regions[0], sectors[at], float(share[at] * capital[at])] for at in hit],
        "occurrence": 5,
        "duration": 21,
    }
    if kind == "rebuild":
        builders = [sectors[at] for at in _builders(table)]
        shares = dict(zip(builders, (0.6, 0.4), strict=True))
        return event | {"rebuild_tau": 60, "rebuilding_sectors": shares}
    return event | {"recovery_tau": 45, "recovery_function": "linear"}


def _builders(table: Table) -> list[int]:
    """Return the two largest sectors that sell to every industry of the first region."""
    sectors = len(table["sectors"])
    by_sector = table["flows"].reshape(-1, sectors, table["flows"].shape[1]).sum(axis=0)[:, :sectors]
    busy = table["output"][:sectors] > 0
    able = np.flatnonzero((by_sector[:, busy] > 0).all(axis=1))
    size = table["output"].reshape(-1, sectors).sum(axis=0)
    return sorted(able, key=lambda at: -size[at])[:2]


if __name__ == "__main__":
    main()
