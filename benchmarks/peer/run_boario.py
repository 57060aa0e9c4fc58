"""Run BoARIO 0.7.2 in its own environment on given cases: keep its paths, its times and its memory.

Started with the interpreter of an environment that holds BoARIO, numpy, pandas, pymrio and progressbar2, and not
kizuna. Call: ``run_boario.py CASES.json FOUND.npz [TIMES.json]``. The cases are a dictionary::

    {"table": "pymrio-test" or the name of an .npz file beside the cases (see ario_tables.py),
     "cases": [{"name", "steps", "events", ...settings}, ...],
     "repeats": 1, "keep": names of records, all where missing, "keep_steps": [0, 5, ...], all where missing}

Settings are BoARIO's own words: ``model`` (psi, base), ``order_type`` (alt, noalt), ``psi``, ``alpha_base``,
``alpha_max``, ``alpha_tau``, ``main_inv_dur``, ``restoration_tau``, ``rebuild_tau``, ``capital_ratio``,
``monetary_factor``, ``days_per_step``. Where one is missing the tool's default holds. An event has ``kind`` (recovery,
rebuild, arbitrary), ``impact`` (rows of region, sector, amount in the table's unit or share), ``occurrence``,
``duration``, ``recovery_tau``, ``recovery_function``, ``rebuild_tau``, ``rebuilding_sectors``, ``rebuilding_factor``.

The tool runs as its documentation shows, without progress bar and without files. Its step is timed alone, as its own
loop calls ``next_step``; what is kept is read off its model and its records between steps and after the last. It writes
the records it always writes and no stocks. Its log, off the console, is cut to warnings, which favours the tool by a
few lines a run.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
from ario_tables import read_table

BEGIN = time.perf_counter()
from boario import __version__, event  # noqa: E402 - the import is timed
from boario.extended_models import ARIOPsiModel  # noqa: E402
from boario.model_base import ARIOBaseModel  # noqa: E402
from boario.simulation import Simulation  # noqa: E402

IMPORT_SECONDS = time.perf_counter() - BEGIN

import pandas as pd  # noqa: E402
import pymrio  # noqa: E402

SHARED_SETTINGS = (
    "order_type",
    "alpha_base",
    "alpha_max",
    "alpha_tau",
    "rebuild_tau",
    "main_inv_dur",
    "monetary_factor",
)
RECORDS = ("production_realised", "production_capacity", "final_demand_unmet", "rebuild_prod", "intermediate_demand")
READ_OFF = ("overproduction", "inputs_stocks")


def main(cases: Path, found: Path, times: Path | None = None) -> None:
    """Run every case and write what was found, and the times where a file for them is named."""
    warnings.filterwarnings("ignore")
    logging.getLogger("boario").setLevel(logging.WARNING)
    asked = json.loads(cases.read_text(encoding="utf-8"))
    begin = time.perf_counter()
    system = input_output_system(read_table(asked["table"], cases.parent))
    facts = {"version": __version__, "import_s": IMPORT_SECONDS, "table_s": time.perf_counter() - begin, "cases": {}}
    arrays = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in asked["cases"]:
            runs = [_run(system, case, asked, folder) for _ in range(asked.get("repeats", 1))]
            paths, _ = runs[-1]
            facts["cases"][case["name"]] = [seconds for _, seconds in runs]
            arrays |= {f"{case['name']}/{name}": rows for name, rows in paths.items()}
    facts["peak_mb"] = peak_mb()
    if times is not None:
        times.write_text(json.dumps(facts), encoding="utf-8")
    np.savez_compressed(found, **arrays)


def peak_mb():
    """Return the highest memory of this process; unlike ``ru_maxrss`` without that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def input_output_system(table):
    """Return the table as the tool wants it, checking that its labels are sorted as the tool sorts them."""
    regions, sectors, categories = (table[name].tolist() for name in ("regions", "sectors", "categories"))
    for labels in (regions, sectors, categories):
        if labels != sorted(labels):
            sys.exit(f"labels must be sorted, found {labels}")
    industries = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    buyers = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    flows = pd.DataFrame(table["flows"], industries, industries)
    output = pd.DataFrame(table["output"], industries, ["indout"])
    return pymrio.IOSystem(
        Z=flows, Y=pd.DataFrame(table["final"], industries, buyers), x=output, A=pymrio.calc_A(flows, output)
    )


def build_model(system, case):
    """Return the tool's model with the case's settings."""
    settings = {name: case[name] for name in SHARED_SETTINGS if name in case}
    if "days_per_step" in case:
        settings["temporal_units_by_step"] = case["days_per_step"]
    if "capital_ratio" in case:
        settings["productive_capital_to_VA_dict"] = dict.fromkeys(system.get_sectors(), case["capital_ratio"])
    if case.get("model", "psi") == "base":
        return ARIOBaseModel(system, **settings)
    psi = {"psi_param": case["psi"]} if "psi" in case else {}
    restoration = {"inventory_restoration_tau": case["restoration_tau"]} if "restoration_tau" in case else {}
    return ARIOPsiModel(system, **settings, **psi, **restoration)


def build_event(asked, model):
    """Return one of the tool's events; damage is in the unit of the table."""
    index = pd.MultiIndex.from_tuples([(row[0], row[1]) for row in asked["impact"]], names=["region", "sector"])
    options = {"event_type": asked["kind"], "occurrence": asked["occurrence"], "duration": asked["duration"]}
    if asked["kind"] == "rebuild":
        options["rebuild_tau"] = asked.get("rebuild_tau", model.rebuild_tau)
        options |= {name: asked[name] for name in ("rebuilding_sectors", "rebuilding_factor") if name in asked}
    else:
        options |= {name: asked[name] for name in ("recovery_tau", "recovery_function") if name in asked}
    if asked["kind"] != "arbitrary":
        options["event_monetary_factor"] = model.monetary_factor
    return event.from_series(pd.Series([float(row[2]) for row in asked["impact"]], index), **options)


def build_simulation(system, case, folder):
    """Return the tool's simulation of a case."""
    model = build_model(system, case)
    events = [build_event(asked, model) for asked in case["events"]]
    days = case["steps"] * model.n_temporal_units_by_step
    simulation = Simulation(model, n_temporal_units_to_sim=days, boario_output_dir=folder)
    simulation.add_events(events)  # given as events_list they make its constructor fail
    return simulation


def _run(system, case, asked, folder):
    """Run one case: return its paths and how long each part took."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    simulation = build_simulation(system, case, folder)
    times = {"build_s": time.perf_counter() - begin, "build_cpu_s": time.process_time() - begin_cpu}
    model, keep = simulation.model, asked.get("keep", [*RECORDS, *READ_OFF])
    steps = asked.get("keep_steps", range(case["steps"]))
    steps = [step for step in steps if step < case["steps"]] if keep else []
    wall, cpu, overproduction, stocks = [], [], [], []
    for step in range(case["steps"]):
        if step in steps and "inputs_stocks" in keep:
            stocks.append(model.inputs_stock.copy())
        begin, begin_cpu = time.perf_counter(), time.process_time()
        crashed = simulation.next_step()
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - begin_cpu)
        if crashed:
            sys.exit(f"{case['name']}: BoARIO gave up at step {step}")
        if step in steps and "overproduction" in keep:
            overproduction.append(model.overprod.copy())
    times |= {"step_s": wall, "step_cpu_s": cpu, "steps_s": sum(wall), "steps_cpu_s": sum(cpu)}
    rows = np.array(steps, int) * model.n_temporal_units_by_step
    paths = {name: _record(simulation, name)[rows] for name in RECORDS if name in keep}
    read_off = {"overproduction": overproduction, "inputs_stocks": stocks}
    return paths | {name: np.array(read_off[name]) for name in READ_OFF if name in keep}, times


def _record(simulation, name):
    """Return one of the tool's frames in the order of the table's industries."""
    frame = getattr(simulation, name)
    return frame.reindex(columns=simulation.model.industries).to_numpy()


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except RuntimeError:
        traceback.print_exc()
        sys.exit(1)
