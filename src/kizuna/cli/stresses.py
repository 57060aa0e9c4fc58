"""``kizuna stress``: what happens when a supply line is cut."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.cli.stress_tables import print_ranking, print_stress
from kizuna.floor.errors import RequestError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.gaps import Gap
from kizuna.scenario.scenario import Scenario, list_scenarios, load_scenario
from kizuna.scenario.spreads import days as read_days
from kizuna.simulate.basket_ranking import BasketRanking, rank_basket
from kizuna.simulate.merge import QUANTILES
from kizuna.simulate.stress import Loss, Outage, Stress, StressAsk, SubjectStress, stress
from kizuna.tables.baskets import load_basket, load_baskets
from kizuna.tables.blocs import load_blocs
from kizuna.tables.build import Tables, build_tables

ALL = "all"
DRAWS_WITH_DRIVERS = 2


@dataclass(frozen=True, slots=True)
class StressOptions:
    """How to run, as the command line gives it; see ``StressAsk``."""

    draws: int
    horizon: str
    seed: int
    workers: int
    cluster: str
    keep: Path | None
    memory_gb: float | None
    samples: int

    def ask(self, days: float) -> StressAsk:
        """Return what is asked of the engine; a single draw has no drivers."""
        return StressAsk(
            draws=self.draws, horizon_days=days, seed=self.seed, workers=self.workers, cluster=self.cluster,
            folder=self.keep, memory_gb=self.memory_gb,
            samples=self.samples if self.draws >= DRAWS_WITH_DRIVERS else 0,
        )  # fmt: skip


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
    options: StressOptions,
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
    days = horizon_days(options.horizon)
    tables = build_tables(figures_in_use())
    partners = list(dict.fromkeys(_economy(tables, name) for name in economies))
    asked = [load_basket(Path(name)) if name.endswith(".toml") else load_baskets().get(name) for name in baskets]
    scenarios = list_scenarios() if ALL in names else tuple(load_scenario(name) for name in names)
    ask = options.ask(days)
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
        print_stress(tables, one)
    for ranking in ranked:
        print_ranking(ranking)


def _economy(tables: Tables, name: str) -> str:
    """Return the code of a single economy; a bloc is refused, since its members lose apart from each other."""
    if "+" in name or name.casefold() in {bloc.casefold() for bloc in load_blocs()}:
        raise RequestError(
            f"the bloc {name!r}", expected="single economies: members of a bloc are cut off each for itself",
            do=f"Name its members. For its exposure as one: kizuna exposure {name} --basket critical-minerals",
        )  # fmt: skip
    return tables.economies.get(name).iso3


def horizon_days(text: str) -> float:
    """Return the days of a span such as ``24m``: d days, w weeks, m months (a twelfth of 365 days), y years.

    Raises
    ------
    RequestError
        If it is no such span, or of no length.
    """
    try:
        span = read_days(text)
    except ValueError as error:
        raise RequestError(str(error), where="--horizon", expected="such as 24m, 52w, 730d or 2y") from error
    if span.mode == 0:
        raise RequestError(f"a run of {text}", where="--horizon", expected="a length of time, such as 24m")
    return span.mode


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
            partner: [_outage_entry(outage) for outage in outages] for partner, outages in subject.single.items()
        },
        "worst_pair": {
            partner: {"gap": pair.reason} if isinstance(pair, Gap) else _outage_entry(pair)
            for partner, pair in subject.pair.items()
        },
        "drivers": {
            partner: {"gap": drivers.reason}
            if isinstance(drivers, Gap)
            else [{"number": one.name, "first": one.first, "total": one.total, "margin": one.margin} for one in drivers]
            for partner, drivers in subject.drivers.items()
        },
    }


def _outage_entry(outage: Outage) -> dict[str, Any]:
    return {"suppliers": outage.suppliers, "share_unmet": outage.share, "share_bought_from_them": outage.direct}


def _loss_entry(loss: Loss | Gap) -> dict[str, Any]:
    if isinstance(loss, Gap):
        return {"gap": loss.reason}
    return {
        "need": loss.need,
        "unmet": dict(zip(("low", "middle", "high"), loss.unmet, strict=True)),
        "share_unmet": dict(zip(("low", "middle", "high"), loss.shares, strict=True)),
        "share_of_draws_short": loss.likelihood,
        "first_shortfall_days": _number(loss.first_days),
        "recovery_days": _number(loss.recovery_days),
        "value_added_at_risk_usd": [_number(value) for value in loss.value_added_usd],
        "worst_unmet_share": loss.worst_unmet,
        "worst_arrivals_lost_share": _number(loss.arrivals_lost),
        "arrivals_over_need": [_number(value) for value in loss.arrivals.tolist()],
        "use": {"days": loss.days.tolist(), "quantiles": list(QUANTILES), "over_need": loss.use.tolist()},
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
