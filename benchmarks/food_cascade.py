"""Country losses of staple food under two scenarios of 2008: the engine beside the rule of Heslin et al. 2020.

    python benchmarks/food_cascade.py [--countries 6]

Wheat, maize and rice; harvest losses of the breadbasket scenario and the export bans. Losses are of use in one year,
in trillion kcal. Without reserves the rule stands beside the engine with its usual orders (by trust in suppliers), with
orders in fixed shares, and with these and all trade by contract. With reserves the rule's two forms, in which an
economy may draw on those of its suppliers, stand beside the engine, in which users hold the part of their own
economy's reserve that the rule lets it draw: refilled from what can be bought, as the engine does, or drawn once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from machine import describe

from kizuna.floor.params import parameter
from kizuna.network.food import CROPS
from kizuna.network.food_energy import food_network, food_reserves
from kizuna.network.supply_network import Floats, SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.simulate.cascade import Balance, TradeRule, cascade_rule, spread_shortage
from kizuna.simulate.food_scenario import FoodScenario, food_scenario, food_scenario_names
from kizuna.simulate.laws import OrderLaw, contract_laws, with_laws
from kizuna.simulate.simulate import simulate
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables

TRILLION = 1e12
WEEKS = 52
ALWAYS = ("IND", "JPN")
SIZES = (0.25, 0.5, 0.75, 1.0)
# Economies that lose less than this part of the largest loss are not ranked; nor is a rule that loses less of a shock.
RANKED = 1e-3


@dataclass(frozen=True, slots=True)
class Engine:
    """One configuration: how orders move, the rigidity (None: that of the network), and users' stocks."""

    orders: OrderLaw
    rigidity: float | None = None
    stocked: bool = False
    refilled: bool = True


WITHOUT = {
    "trust": Engine("trust"),
    "fixed orders": Engine("fixed"),
    "contracts": Engine("fixed", rigidity=1.0),
}
WITH = {
    "trust, own reserves": Engine("trust", stocked=True),
    "contracts, own reserves": Engine("fixed", rigidity=1.0, stocked=True),
    "contracts, own reserves drawn once": Engine("fixed", rigidity=1.0, stocked=True, refilled=False),
}
BARE, PTA, RTA = "rule, no reserves", "rule PTA", "rule RTA"
COLUMNS = (BARE, *WITHOUT, *WITH, PTA, RTA)
# Which rule each configuration is measured against.
PAIRS = [(BARE, name) for name in WITHOUT] + [(rule, name) for name in WITH for rule in (PTA, RTA)]


@dataclass(frozen=True, slots=True)
class Case:
    """One crop under one scenario: its network, without stocks and with own reserves, base year and shock."""

    scenario: str
    crop: str
    network: SupplyNetwork
    stocked: SupplyNetwork
    balance: Balance
    decline: Floats
    ban: Floats

    @property
    def shock(self) -> Floats:
        """Harvest lost and foreign sales forbidden, kcal, shape ``[economy]``."""
        return np.asarray(self.balance.production * self.decline + self.balance.trade.sum(axis=1) * self.ban)

    def of_size(self, size: float) -> Case:
        """Return the same case with a part of its shock."""
        return replace(self, decline=size * self.decline, ban=size * self.ban)


def main() -> None:
    """Print all tables: sums, what trust adds to the shock, smaller shocks, agreement, and economies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", type=int, default=6, help="economies listed for each case besides two")
    countries = parser.parse_args().countries
    print(describe() + "\n")
    tables = build_tables(embedded_snapshot())
    cases = list(_cases(tables))
    _print_repairs(cases)
    losses = [_losses(case) for case in cases]
    _print_sums(cases, losses)
    _print_excess(cases)
    _print_sizes(cases)
    _print_agreement(cases, losses)
    for case, found in zip(cases, losses, strict=True):
        _print_economies(case, found, countries)
    _print_with_gains(tables)


def rule_losses(case: Case, *, trade: TradeRule = "proportional", reserves: bool = True) -> Floats:
    """Return use lost under the rule, kcal, shape ``[economy]``; without reserves nobody can raise exports."""
    balance = case.balance if reserves else replace(case.balance, reserve=np.zeros_like(case.balance.reserve))
    end = spread_shortage(balance, case.decline, case.ban, cascade_rule(trade))
    if not end.settled:
        sys.exit(f"The rule did not settle: {case.scenario}, {case.crop}, {trade}.")
    return end.use_loss


def engine_losses(case: Case, engine: Engine) -> tuple[Floats, Floats]:
    """Return use unmet and output lost in a year of weekly steps without prices, kcal, both ``[economy]``."""
    shocks = list(_shocks("capacity", case.decline)) + list(_shocks("export", case.ban))
    year = parameter("days_per_year")
    network = case.stocked if engine.stocked else case.network
    if engine.rigidity is not None:
        network = replace(network, rigidity=np.array([engine.rigidity]))
    laws = with_laws(contract_laws(), orders=engine.orders, price_response=0.0, demand_elasticity=0.0)
    if not engine.refilled:
        laws = with_laws(laws, restocking_days=np.inf)
    scenarios = {case.scenario: shocks}
    outcome = simulate(network, scenarios, horizon_days=year, step_days=year / WEEKS, report_steps=WEEKS, laws=laws)
    found = outcome.draws.sel(scenario=case.scenario, stage=network.stages[0], economy=list(network.economies))
    unmet, lost = (np.asarray(found[name].isel(draw=0).values, dtype=np.float64) for name in ("unmet", "lost"))
    return unmet, lost


def agreement(one: Floats, other: Floats) -> float:
    """Return the sum of the smaller over the sum of the larger loss of each economy: 1 if all are equal."""
    return float(np.minimum(one, other).sum() / np.maximum(one, other).sum())


def rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's correlation over economies that lose more than a thousandth of the largest loss in either."""
    lose = (one > RANKED * one.max()) | (other > RANKED * other.max())
    return float(np.corrcoef(_ranks(one[lose]), _ranks(other[lose]))[0, 1])


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[which])


def _cases(tables: Tables) -> Iterator[Case]:
    for name in food_scenario_names():
        for crop in CROPS:
            case = _case(tables, food_scenario(tables, name), crop)
            # The engine's capacity shocks are losses: larger harvests are left out on both sides.
            yield replace(case, decline=np.maximum(case.decline, 0.0))


def _case(tables: Tables, scenario: FoodScenario, crop: str) -> Case:
    network, reserves = food_network(tables, crop), food_reserves(tables, crop)
    stocked = food_network(tables, crop, reserve_share=parameter("cascade_reserve_share"))
    sold = network.blocks[0].final.copy()
    np.fill_diagonal(sold, 0.0)
    held = np.array([reserves[code] for code in network.economies])
    balance = Balance(network.output[:, 0], held, sold)
    decline, ban = scenario.declines(crop, network.economies), scenario.bans(crop, network.economies)
    return Case(scenario.name, crop, network, stocked, balance, decline, ban)


def _shocks(kind: Literal["capacity", "export"], shares: Floats) -> Iterator[AimedShock]:
    """One shock for each depth, from the first day to beyond the year."""
    none, beyond = Spread(0.0, 0.0, 0.0), 2 * parameter("days_per_year")
    for depth in sorted(set(shares[shares > 0.0].tolist())):
        nodes = np.flatnonzero(shares == depth)
        name = f"{kind}-{depth:g}"
        yield AimedShock(
            name, kind, nodes, None, Spread(depth, depth, depth), none, Spread(beyond, beyond, beyond), none
        )


def _losses(case: Case) -> dict[str, Floats]:
    found = {name: engine_losses(case, engine)[0] for name, engine in (WITHOUT | WITH).items()}
    found[BARE] = rule_losses(case, reserves=False)
    return found | {PTA: rule_losses(case), RTA: rule_losses(case, trade="reserves")}


def _print_repairs(cases: list[Case]) -> None:
    _heading("Base year, trillion kcal", ["crop"], ["economies", "use", "reserves", "of them without users"])
    for case in cases[: len(CROPS)]:
        idle = case.balance.reserve[case.balance.use <= 0.0].sum()
        told = [_told(amount) for amount in (case.balance.use.sum(), case.balance.reserve.sum(), idle)]
        print(_row([case.crop, str(len(case.network.economies)), *told]))
    _heading("Trade, trillion kcal", ["crop"], ["as reported", "as far as supply reaches", "without re-exports"])
    for case in cases[: len(CROPS)]:
        cut, traced = case.network.repairs
        print(_row([case.crop, *(_told(amount) for amount in (cut.before, cut.after, traced.after))]))


def _print_sums(cases: list[Case], losses: list[dict[str, Floats]]) -> None:
    _heading("Use lost in a year, trillion kcal", ["scenario", "crop"], ["shock", *COLUMNS])
    for case, found in zip(cases, losses, strict=True):
        sums = [case.shock.sum(), *(found[name].sum() for name in COLUMNS)]
        print(_row([case.scenario, case.crop, *map(_told, sums)]))


def _print_excess(cases: list[Case]) -> None:
    """What suppliers lose by trust beyond their own shock, by how far their exports are banned."""
    kinds = ["excess, %", "no ban", "part banned", "all banned", "most beyond its shock"]
    _heading("Engine, trust, no stocks: output lost less shock, trillion kcal", ["scenario", "crop"], kinds)
    for case in cases:
        beyond = engine_losses(case, WITHOUT["trust"])[1] - case.shock
        by_ban = [beyond[case.ban == 0.0], beyond[(case.ban > 0.0) & (case.ban < 1.0)], beyond[case.ban == 1.0]]
        told = [f"{part.sum() / TRILLION:+.3f}" for part in by_ban]
        most = int(beyond.argmax())
        named = (
            f"{case.network.economies[most]}, ban {case.ban[most]:.0%} ({_told(case.shock[most])}): "
            f"{beyond[most] / TRILLION:+.3f}"
        )
        print(_row([case.scenario, case.crop, f"{beyond.sum() / case.shock.sum():+.1%}", *told, named]))


def _print_sizes(cases: list[Case]) -> None:
    names = [name for name in (WITHOUT | WITH) if name != "fixed orders"]
    _heading(
        "Use lost over the shock, at parts of every decline and ban " + ", ".join(map(str, SIZES)),
        ["scenario", "crop"],
        names,
    )
    for case in cases:
        sized = [case.of_size(size) for size in SIZES]
        told = []
        for name in names:
            totals = [engine_losses(one, (WITHOUT | WITH)[name])[0].sum() for one in sized]
            parts = [total / one.shock.sum() for total, one in zip(totals, sized, strict=True)]
            falls = any(after < before * (1 - 1e-9) for before, after in pairwise(totals))
            told.append(", ".join(f"{part:.2f}" for part in parts) + (" FALLS" if falls else ""))
        print(_row([case.scenario, case.crop, *told]))


def _print_agreement(cases: list[Case], losses: list[dict[str, Floats]]) -> None:
    _heading(
        "Smaller over larger loss, summed over economies, and rank correlation",
        ["scenario", "crop"],
        [f"{name} / {rule}" for rule, name in PAIRS],
    )
    for case, found in zip(cases, losses, strict=True):
        told = [
            f"{agreement(found[rule], found[name]):.2f}, {rank_correlation(found[rule], found[name]):.2f}"
            if found[rule].sum() > RANKED * case.shock.sum()
            else "rule loses nothing"
            for rule, name in PAIRS
        ]
        print(_row([case.scenario, case.crop, *told]))


def _print_economies(case: Case, losses: Mapping[str, Floats], countries: int) -> None:
    _heading(f"{case.scenario}, {case.crop}, trillion kcal", ["economy"], ["use", *COLUMNS])
    worst = np.argsort(-np.maximum.reduce(list(losses.values())), kind="stable")[:countries].tolist()
    listed = [case.network.economies.index(code) for code in ALWAYS if code in case.network.economies]
    for at in [*worst, *(at for at in listed if at not in worst)]:
        told = [_told(part[at]) for part in (case.balance.use, *(losses[name] for name in COLUMNS))]
        print(_row([case.network.economies[at], *told]))


def _print_with_gains(tables: Tables) -> None:
    """The breadbasket as published, larger harvests included: the rule alone, since the engine has no gains."""
    _heading(
        "breadbasket-2008 with its larger harvests, the rule alone, trillion kcal",
        ["crop"],
        ["change of harvest", "lost, no reserves", "lost, PTA", "lost, RTA"],
    )
    for crop in CROPS:
        case = _case(tables, food_scenario(tables, "breadbasket-2008"), crop)
        bare, proportional = rule_losses(case, reserves=False), rule_losses(case)
        losses = (bare, proportional, rule_losses(case, trade="reserves"))
        told = [f"{part.sum() / TRILLION:.3f}" for part in losses]
        print(_row([crop, f"{-(case.balance.production * case.decline).sum() / TRILLION:+.2f}", *told]))


def _heading(title: str, names: list[str], figures: list[str]) -> None:
    print(f"\n{title}\n\n" + _row([*names, *figures]) + "\n|" + "---|" * len(names) + "---:|" * len(figures))


def _told(amount: float) -> str:
    return f"{amount / TRILLION:.2f}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
