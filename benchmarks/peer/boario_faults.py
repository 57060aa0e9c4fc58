"""Show what BoARIO 0.7.2 does where a user would expect something else, on the table that pymrio brings.

Call: ``boario_faults.py``, with the interpreter of an environment that holds BoARIO. Each probe runs the tool and
prints what was found, in one line; nothing here is compared with kizuna.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from ario_tables import pymrio_test
from boario import event
from boario.extended_models import ARIOPsiModel
from boario.simulation import Simulation
from run_boario import input_output_system

TABLE = pymrio_test()
HIT, OTHER = ("reg1", "manufactoring"), ("reg2", "trade")
BUILDERS = {"construction": 0.6, "manufactoring": 0.4}


def main() -> None:
    """Run all probes."""
    warnings.filterwarnings("ignore")
    logging.getLogger("boario").setLevel(logging.CRITICAL + 1)
    for probe in PROBES:
        name = (probe.__doc__ or "").strip().rstrip(".")
        print(f"- {name}: {probe()}", flush=True)


def arbitrary_events_come_late() -> str:
    """A loss of output on day 5 against a loss of capital on day 5."""
    lost = simulate([loss(HIT, 0.3)], 10)
    destroyed = simulate([damage(HIT, 0.3)], 10)
    return f"acts from day {first_day(lost)} against day {first_day(destroyed)}"


def two_arbitrary_events() -> str:
    """Two losses of output at once."""
    return attempt(lambda: simulate([loss(HIT, 0.3), loss(OTHER, 0.2)], 10))


def arbitrary_and_capital() -> str:
    """A loss of output and a loss of capital at once."""
    return attempt(lambda: simulate([loss(HIT, 0.3), damage(OTHER, 0.2)], 10))


def two_rebuilt_events() -> str:
    """Two rebuilt events, the first of which is finished before the second."""
    first = rebuilt(HIT, 1e-6, rebuild_tau=1)
    return attempt(lambda: simulate([first, rebuilt(OTHER, 0.01)], 60))


def rebuilding_without_end() -> str:
    """One rebuilt event with the usual time of 60 days, after ten years."""
    simulation = simulate([rebuilt(HIT, 0.01)], 3650)
    left = simulation.productive_capital_to_recover.iloc[-1].sum()
    before = simulation.productive_capital_to_recover.iloc[-730].sum()
    return f"still under way, {left:.1e} left, as two years before ({before:.1e})" if left else "finished"


def two_rebuilt_events_with_households() -> str:
    """Two rebuilt events that hit households as well."""
    both = [rebuilt(place, 0.1, households_impact=households(place[0])) for place in (HIT, OTHER)]
    return attempt(lambda: simulate(both, 20))


def events_given_at_once() -> str:
    """Events given to Simulation as its argument events_list."""
    return attempt(lambda: Simulation(model(), events_list=[damage(HIT, 0.3)]))


def length_of_a_step() -> str:
    """Share of a year's output lost by one event, its days all multiples of 7, in steps of 1 and of 7 days."""
    weeks = damage(HIT, 0.3, days=(7, 7, 28))
    losses = [relative_loss(simulate([weeks], 364, temporal_units_by_step=days)) for days in (1, 7)]
    return " against ".join(f"{loss:.2%}" for loss in losses)


def rows_between_steps() -> str:
    """Rows of the record of output in steps of 7 days."""
    rows = simulate([damage(HIT, 0.3)], 364, temporal_units_by_step=7).production_realised.isna().all(axis=1)
    return f"{rows.sum()} of {len(rows)} are empty"


def last_bit() -> str:
    """The same economy with its regions named in the opposite order."""
    names = {f"reg{number}": f"reg{7 - number}" for number in range(1, 7)}
    quick = {"main_inv_dur": 30, "inventory_restoration_tau": 20, "alpha_tau": 180}
    first = simulate([damage("reg1", 0.5)], 365, **quick).production_capacity
    renamed = renamed_table(names)
    second = simulate([damage(names["reg1"], 0.5, renamed)], 365, table=renamed, **quick).production_capacity
    second = second.rename(columns=names, level=0)[first.columns]
    return f"capacity differs by up to {relative_gap(first, second):.0e} of itself"


def unbalanced_table() -> str:
    """A table whose largest industry makes 5 % more than is asked of it, without any event."""
    table = TABLE | {"output": TABLE["output"].copy()}
    largest = np.argmax(table["output"])
    table["output"][largest] *= 1.05
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = simulate([], 365, table=table).production_realised
    words = " ".join(str(warning.message) for warning in told).lower()
    moved = float((made / made.iloc[0] - 1).abs().max().max())
    first = made.iloc[0, largest] / (table["output"][largest] / 365) - 1
    said = "a warning speaks of balance" if "balanc" in words else "taken without a word on balance"
    return f"{said}; its output is {first:+.1%} on day 0, then some output moves by {moved:.1%}"


def money_of_the_event() -> str:
    """The same damage given in units of 1 instead of the model's million, rebuilt."""
    amount = 0.3 * capital()[HIT] * 1e6
    given = event.from_series(
        pd.Series([amount], pd.MultiIndex.from_tuples([HIT], names=["region", "sector"])),
        event_type="rebuild", occurrence=5, duration=5, rebuild_tau=60, rebuilding_sectors=BUILDERS,
        event_monetary_factor=1,
    )  # fmt: skip
    return attempt(lambda: simulate([given], 60))


def record_of_overproduction() -> str:
    """The record of overproduction, unless it is written to a file."""
    frame = simulate([damage(HIT, 0.3)], 30).overproduction
    return f"{frame.isna().to_numpy().mean():.0%} of it is empty"


def another_scenario() -> str:
    """A simulation set back to run another scenario."""
    return attempt(simulate([damage(HIT, 0.3)], 20).reset_sim_full)


def open_log_files() -> str:
    """Log files left open by 10 simulations."""
    before = len(logging.getLogger("boario").handlers)
    for _ in range(10):
        simulate([], 1)
    return str(len(logging.getLogger("boario").handlers) - before)


PROBES: tuple[Callable[[], str], ...] = (
    arbitrary_events_come_late,
    two_arbitrary_events,
    arbitrary_and_capital,
    two_rebuilt_events,
    rebuilding_without_end,
    two_rebuilt_events_with_households,
    events_given_at_once,
    length_of_a_step,
    rows_between_steps,
    last_bit,
    unbalanced_table,
    money_of_the_event,
    record_of_overproduction,
    another_scenario,
    open_log_files,
)


def model(table: dict | None = None, **settings: object) -> ARIOPsiModel:
    """Return a model of the table."""
    return ARIOPsiModel(input_output_system(table or TABLE), **settings)


def simulate(events: list, days: int, table: dict | None = None, **settings: object) -> Simulation:
    """Run events on the table and return the simulation."""
    simulation = Simulation(model(table, **settings), n_temporal_units_to_sim=days)
    simulation.add_events(events)
    simulation.loop()
    return simulation


def damage(
    place: tuple[str, str] | str, share: float, table: dict | None = None, days: tuple[int, int, int] = (5, 5, 30)
) -> event.Event:
    """Return a loss of a share of the capital of an industry, or of a region, that comes back by itself.

    ``days`` are those of its occurrence, its duration and its recovery.
    """
    occurrence, duration, recovery = days
    return event.from_series(
        damage_of(place, share, table), event_type="recovery", occurrence=occurrence, duration=duration,
        recovery_tau=recovery, event_monetary_factor=10**6,
    )  # fmt: skip


def rebuilt(place: tuple[str, str], share: float, *, rebuild_tau: int = 60, **more: object) -> event.Event:
    """Return the same, rebuilt."""
    return event.from_series(
        damage_of(place, share), event_type="rebuild", occurrence=5, duration=5, rebuild_tau=rebuild_tau,
        rebuilding_sectors=BUILDERS, event_monetary_factor=10**6, **more,
    )  # fmt: skip


def loss(place: tuple[str, str], share: float) -> event.Event:
    """Return a loss of a share of an industry's output on day 5."""
    impact = pd.Series([share], pd.MultiIndex.from_tuples([place], names=["region", "sector"]))
    return event.from_series(impact, event_type="arbitrary", occurrence=5, duration=5, recovery_tau=30)


def damage_of(place: tuple[str, str] | str, share: float, table: dict | None = None) -> pd.Series:
    """Return a share of the capital of an industry, or of each industry of a region."""
    every = capital(table)
    hit = (
        every.index.get_level_values("region") == place
        if isinstance(place, str)
        else [at == place for at in every.index]
    )
    return share * every[hit]


def capital(table: dict | None = None) -> pd.Series:
    """Return the capital that the tool takes by default, four times value added."""
    table = table or TABLE
    index = pd.MultiIndex.from_product([table["regions"], table["sectors"]], names=["region", "sector"])
    return pd.Series(4 * np.maximum(table["output"] - table["flows"].sum(axis=0), 0), index)


def households(region: str) -> pd.Series:
    """Return damage of households in a region."""
    index = pd.MultiIndex.from_product([[region], TABLE["categories"][:1]], names=["region", "category"])
    return pd.Series(1000.0, index)


def renamed_table(names: dict[str, str]) -> dict:
    """Return the table with other names of regions, in their alphabetical order."""
    regions, sectors = TABLE["regions"].tolist(), len(TABLE["sectors"])
    order = sorted(range(len(regions)), key=lambda at: names[regions[at]])
    rows = np.concatenate([np.arange(sectors) + at * sectors for at in order])
    width = len(TABLE["categories"])
    columns = np.concatenate([np.arange(width) + at * width for at in order])
    return TABLE | {
        "flows": TABLE["flows"][np.ix_(rows, rows)],
        "final": TABLE["final"][np.ix_(rows, columns)],
        "output": TABLE["output"][rows],
        "regions": np.array(sorted(names[region] for region in regions)),
    }


def first_day(simulation: Simulation) -> int:
    """Return the first day with less capacity."""
    capacity = simulation.production_capacity[HIT]
    return int((capacity < 0.99 * capacity.iloc[0]).to_numpy().argmax())


def relative_loss(simulation: Simulation) -> float:
    """Return the mean share of output lost by the industry hit, over the steps."""
    made = simulation.production_realised[HIT].dropna()
    return float(1 - (made / made.iloc[0]).mean())


def relative_gap(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Return the largest difference, relative."""
    return float(((first - second).abs() / first.abs()).max().max())


def attempt(call: Callable[[], object]) -> str:
    """Return what stopped a call, or that nothing did."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - what the tool raises is the answer
        cause = error.__cause__ or error
        return f"stops with {type(cause).__name__}: {' '.join(str(cause).split())[:110]}"
    return "runs"


if __name__ == "__main__":
    sys.exit(main())
