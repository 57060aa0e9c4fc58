"""``kizuna stress``: what happens when a supply line is cut."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.floor.errors import RequestError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.scenario.scenario import Scenario, list_scenarios, load_scenario
from kizuna.simulate.basket_ranking import BasketRanking, SellersFall, rank_basket
from kizuna.simulate.merge import QUANTILES
from kizuna.simulate.stress import Loss, Outage, Stress, StressAsk, SubjectStress, stress
from kizuna.store.store import embedded_snapshot
from kizuna.tables.baskets import load_basket, load_baskets
from kizuna.tables.build import Tables, build_tables

ALL = "all"
SPAN = re.compile(r"(\d+)([dwmy])")
# Units of the network's amounts on the screen, largest first.
SCALES = {
    "usd": ((1e9, "bn USD"), (1e6, "m USD"), (1e3, "thousand USD")),
    "t": ((1e6, "Mt"), (1e3, "kt"), (1.0, "t")),
    "kcal": ((1e12, "tn kcal"), (1e9, "bn kcal")),
}
DRIVERS_SHOWN = 3
DRAWS_WITH_DRIVERS = 2


def run_list_scenarios() -> None:
    """Print the scenarios of the library."""
    table = RichTable(
        title="Scenarios", caption=Text("kizuna stress IND JPN --scenario NAME, or a TOML file of your own")
    )
    for name in ("scenario", "what happens", "network"):
        table.add_column(name, no_wrap=name != "what happens", overflow="fold")
    for scenario in list_scenarios():
        table.add_row(scenario.id, scenario.title, scenario.network)
    Console(highlight=False).print(table)


def run_stress(
    economies: Sequence[str],
    names: Sequence[str],
    baskets: Sequence[str],
    draws: int,
    horizon: str,
    seed: int,
    workers: int,
    cluster: str,
    keep: Path | None,
    samples: int,
    year: int | None,
    form: Literal["text", "json"],
    out: Path | None,
) -> None:
    """Run scenarios and print or write what the partners lose."""
    if not economies or not (names or baskets):
        raise RequestError(
            "no economy was named" if not economies else "no scenario and no basket was named",
            expected="economies and --scenario NAME, FILE or all, or --basket NAME",
            do="Such as: kizuna stress IND JPN --scenario hormuz-closure. List them with: kizuna stress --list",
        )
    if out is not None:
        check_place(out)
    days = horizon_days(horizon)
    tables = build_tables(embedded_snapshot())
    partners = list(dict.fromkeys(tables.economies.get(name).iso3 for name in economies))
    asked = [load_basket(Path(name)) if name.endswith(".toml") else load_baskets().get(name) for name in baskets]
    scenarios = list_scenarios() if ALL in names else tuple(load_scenario(name) for name in names)
    ask = StressAsk(draws, days, seed, workers, cluster, keep, samples=samples if draws >= DRAWS_WITH_DRIVERS else 0)
    found = _run(tables, partners, scenarios, ask, year)
    ranked = [rank_basket(tables, basket, partners, horizon_days=days, year=year) for basket in asked]
    if form == "json" or out is not None:
        content = _json(found, ranked)
        if out is None:
            sys.stdout.buffer.write(content)
        else:
            Console(highlight=False).print(Text(str(write_file(out, content))), soft_wrap=True)
        return
    for one in found:
        _print(one)
    for ranking in ranked:
        _print_ranking(ranking)


def horizon_days(text: str) -> float:
    """Return the days of a span such as ``24m``: d days, w weeks, m months (a twelfth of 365 days), y years.

    Raises
    ------
    RequestError
        If it is no such span, or of no length.
    """
    match = SPAN.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise RequestError(
            f"{text!r} is not a length of time", where="--horizon", expected="such as 24m, 52w, 730d or 2y"
        )
    year = parameter("days_per_year")
    days = {"d": 1.0, "w": 7.0, "m": parameter("material_step_days"), "y": year}[match[2]]
    return int(match[1]) * days


def _run(
    tables: Tables, partners: Sequence[str], scenarios: Sequence[Scenario], ask: StressAsk, year: int | None
) -> list[Stress]:
    found = []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    console = Console(stderr=True)
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        scenario_bar = bar.add_task("scenarios", total=len(scenarios))
        chunk_bar = bar.add_task("", total=1)
        for scenario in scenarios:
            found.append(stress(tables, partners, scenario, ask, year=year, progress=_told(bar, chunk_bar, scenario)))
            bar.advance(scenario_bar)
    return found


def _told(bar: Progress, task: TaskID, scenario: Scenario) -> Any:
    def tell(subject: str, done: int, total: int) -> None:
        bar.update(task, description=f"{scenario.id} {subject}", completed=done, total=total)

    return tell


def _print(found: Stress) -> None:
    console = Console(highlight=False)
    console.print(Text(f"\n{found.scenario.title} ({found.scenario.id})", style="bold"))
    console.print(Text(found.scenario.summary))
    table = RichTable(caption=Text(_caption(found)))
    for name in (
        "subject",
        "economy",
        "unmet need",
        "share of need",
        "worst period",
        "arrivals then",
        "short in",
        "first",
        "over after",
    ):
        table.add_column(name, justify="left" if name in ("subject", "economy") else "right", overflow="fold")
    for subject in found.subjects:
        for partner, loss in subject.losses.items():
            table.add_row(*map(Text, (_named(subject), partner, *_cells(loss, subject))))
    console.print(table)
    for subject in found.subjects:
        for line in (*_outage_lines(subject), *_driver_lines(subject), *dict.fromkeys(subject.network.notes)):
            console.print(Text(f"{subject.title}: {line}"))


def _named(subject: SubjectStress) -> str:
    return f"{subject.title} ({subject.subject})" if ":" in subject.subject else subject.title


def _amount(value: float, unit: str) -> str:
    """Return an amount with two or three significant figures in the largest unit that it fills."""
    scales = SCALES[unit]
    scale, name = next((one for one in scales if abs(value) >= one[0]), scales[-1])
    return f"{value / scale:,.3g} {name}"


def _caption(found: Stress) -> str:
    ask = found.ask
    drawn = (
        f"{ask.draws} draws (seed {ask.seed}): middle, and 10 to 90 % of draws"
        if ask.draws > 1
        else "most likely values"
    )
    return (
        f"{drawn}; over {ask.horizon_days:.0f} days from the first; worst period: need not met in it, and arrivals at "
        f"their lowest before stocks help; short in: share of draws with a shortfall of "
        f"{parameter('shortfall'):.0%} or more in any step; first and last day of it: medians of those draws"
    )


def _cells(loss: Loss | Gap, subject: SubjectStress) -> tuple[str, ...]:
    if isinstance(loss, Gap):
        return (f"no figure: {loss.reason}", "", "", "", "", "", "")
    low, middle, high = loss.shares
    return (
        _amount(loss.unmet[1], subject.network.unit),
        f"{middle:.1%} ({low:.1%} to {high:.1%})",
        f"{loss.worst_use:.1%}",
        "" if math.isnan(loss.worst_arrivals) else f"{-loss.worst_arrivals:.0%}",
        f"{loss.likelihood:.0%}",
        *("never" if math.isnan(day) else f"day {day:.0f}" for day in (loss.first_days, loss.recovery_days)),
    )


def _outage_lines(subject: SubjectStress) -> list[str]:
    lines = []
    for partner, outages in subject.single.items():
        named = "; ".join(f"{_suppliers(outage)} {outage.share:.0%}" for outage in outages)
        pair = subject.pair[partner]
        both = f"; worst pair found: {_suppliers(pair)} {pair.share:.0%}" if isinstance(pair, Outage) else ""
        lines.append(f"for {partner} the fall of one seller for the whole time leaves unmet: {named}{both}")
    return lines


def _suppliers(outage: Outage) -> str:
    several = len({stage for _, stage in outage.suppliers}) > 1
    return " and ".join(f"{economy} ({stage})" if several else economy for economy, stage in outage.suppliers)


def _driver_lines(subject: SubjectStress) -> list[str]:
    lines = []
    for partner, drivers in subject.drivers.items():
        if isinstance(drivers, Gap):
            lines.append(f"uncertainty for {partner}: {drivers.reason}")
        else:
            named = ", ".join(f"{driver.name} {driver.total:.2f}" for driver in drivers[:DRIVERS_SHOWN])
            lines.append(f"what moves the loss of {partner} most (total Sobol index): {named}")
    return lines


def _print_ranking(ranking: BasketRanking) -> None:
    title = f"{ranking.basket.name}: whose fall matters most"
    caption = "sales abroad stop for the whole time; need at base prices, all products of the basket together"
    table = RichTable(title=title, caption=Text(caption))
    for name in ("economy", "sellers that stop", "unmet need", "share of need", "most of it"):
        table.add_column(name, justify="right" if name in ("unmet need", "share of need") else "left", overflow="fold")
    for partner, falls in ranking.single.items():
        pair = ranking.pair[partner]
        for fall in (*falls, *([pair] if isinstance(pair, SellersFall) else [])):
            most = ", ".join(f"{title} {share:.0%}" for title, share in fall.products)
            amount = _amount(fall.unmet_usd, "usd")
            table.add_row(*map(Text, (partner, " and ".join(fall.sellers), amount, f"{fall.share:.1%}", most)))
    console = Console(highlight=False)
    console.print(table)
    for name, gap in ranking.gaps.items():
        console.print(Text(f"left out: {name}: {gap.reason}"))


def _json(found: Sequence[Stress], ranked: Sequence[BasketRanking]) -> bytes:
    document = {"scenarios": [_entry(one) for one in found], "baskets": [_ranking_entry(one) for one in ranked]}
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _ranking_entry(ranking: BasketRanking) -> dict[str, Any]:
    return {
        "basket": ranking.basket.id,
        "single": {partner: [asdict(fall) for fall in falls] for partner, falls in ranking.single.items()},
        "worst_pair": {
            partner: {"gap": pair.reason} if isinstance(pair, Gap) else asdict(pair)
            for partner, pair in ranking.pair.items()
        },
        "left_out": {name: gap.reason for name, gap in ranking.gaps.items()},
    }


def _entry(found: Stress) -> dict[str, Any]:
    ask = found.ask
    return {
        "scenario": found.scenario.id,
        "title": found.scenario.title,
        "assumptions": list(found.scenario.assumptions),
        "draws": ask.draws,
        "seed": ask.seed,
        "horizon_days": ask.horizon_days,
        "subjects": [_subject_entry(subject) for subject in found.subjects],
    }


def _subject_entry(subject: SubjectStress) -> dict[str, Any]:
    network = subject.network
    return {
        "subject": subject.subject,
        "title": subject.title,
        "unit": network.unit,
        "year": network.year,
        "covers": network.covers,
        "notes": list(network.notes),
        "losses": {partner: _loss_entry(loss) for partner, loss in subject.losses.items()},
        "single_outages": {
            partner: [{"suppliers": outage.suppliers, "share_unmet": outage.share} for outage in outages]
            for partner, outages in subject.single.items()
        },
        "worst_pair": {
            partner: {"gap": pair.reason}
            if isinstance(pair, Gap)
            else {"suppliers": pair.suppliers, "share_unmet": pair.share}
            for partner, pair in subject.pair.items()
        },
        "drivers": {
            partner: {"gap": drivers.reason}
            if isinstance(drivers, Gap)
            else [{"number": one.name, "first": one.first, "total": one.total, "margin": one.margin} for one in drivers]
            for partner, drivers in subject.drivers.items()
        },
    }


def _loss_entry(loss: Loss | Gap) -> dict[str, Any]:
    if isinstance(loss, Gap):
        return {"gap": loss.reason}
    return {
        "need": loss.need,
        "unmet": dict(zip(("low", "middle", "high"), loss.unmet, strict=True)),
        "share_unmet": dict(zip(("low", "middle", "high"), loss.shares, strict=True)),
        "likelihood_of_shortfall": loss.likelihood,
        "first_shortfall_days": _number(loss.first_days),
        "recovery_days": _number(loss.recovery_days),
        "value_added_at_risk_usd": [_number(value) for value in loss.value_added_usd],
        "worst_use": loss.worst_use,
        "worst_arrivals": _number(loss.worst_arrivals),
        "arrivals_over_need": [_number(value) for value in loss.arrivals.tolist()],
        "use": {"days": loss.days.tolist(), "quantiles": list(QUANTILES), "over_need": loss.use.tolist()},
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
