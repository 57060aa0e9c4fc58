"""Country losses of staple food under two scenarios of 2008: the engine beside the rule of Heslin et al. 2020.

    python benchmarks/food_cascade.py [--countries 8]

Wheat, maize and rice; harvest losses of the breadbasket scenario and the export bans. Losses are of use in one year,
in trillion kcal. The engine's network holds no stocks, so it is set beside the rule without reserves: once with its
usual orders (by trust in suppliers), once with orders in fixed shares, and once with these and all trade by contract;
with reserves stand the rule's two forms, and the last engine's losses after each economy has drawn its own reserve.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
# Orders and rigidity (None: that of the network) of each engine column.
ENGINES: dict[str, tuple[OrderLaw, float | None]] = {
    "engine, trust": ("trust", None),
    "engine, fixed orders": ("fixed", None),
    "engine, contracts": ("fixed", 1.0),
}
AFTER = "engine, contracts, then own reserves"


@dataclass(frozen=True, slots=True)
class Case:
    """One crop under one scenario: its network, base year and shock."""

    scenario: str
    crop: str
    network: SupplyNetwork
    balance: Balance
    decline: Floats
    ban: Floats

    @property
    def shock(self) -> float:
        """Harvest lost and foreign sales forbidden, kcal."""
        banned = self.balance.trade.sum(axis=1) * self.ban
        return float((self.balance.production * self.decline + banned).sum())


def main() -> None:
    """Print one line a case, then the economies that lose most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", type=int, default=8, help="economies listed for each case")
    countries = parser.parse_args().countries
    print(describe() + "\n")
    tables = build_tables(embedded_snapshot())
    cases = list(_cases(tables))
    _print_repairs(cases)
    alike, listings = [], []
    print("\nTrillion kcal of use lost in a year.\n")
    print(_row(["scenario", "crop", "shock", "rule, no reserves", *ENGINES, "rule PTA", "rule RTA", AFTER]))
    print("|---|---|" + "---:|" * (len(ENGINES) + len(("shock", "bare", "PTA", "RTA", "after"))))
    for case in cases:
        bare = rule_losses(case, reserves=False)
        engines = [engine_losses(case, orders, rigidity) for orders, rigidity in ENGINES.values()]
        pta, rta = (rule_losses(case, trade=trade) for trade in ("proportional", "reserves"))
        after = after_own_reserves(engines[-1], case.balance.reserve)
        sums = [case.shock, *(float(part.sum()) for part in (bare, *engines, pta, rta, after))]
        print(_row([case.scenario, case.crop, *(f"{amount / TRILLION:.2f}" for amount in sums)]), flush=True)
        told = [f"{agreement(bare, one):.2f}, {rank_correlation(bare, one):.2f}" for one in engines]
        alike.append(_row([case.scenario, case.crop, *told]))
        listings.append(_listing(case, [bare, *engines, pta, after], countries))
    print("\nEngine and rule without reserves: sum of the smaller over sum of the larger loss, and rank correlation\n")
    print(_row(["scenario", "crop", *ENGINES]) + "\n|---|---|" + "---:|" * len(ENGINES))
    print("\n".join(alike))
    print("\n" + "\n\n".join(listings))
    _print_with_gains(tables)


def rule_losses(case: Case, *, trade: TradeRule = "proportional", reserves: bool = True) -> Floats:
    """Return use lost under the rule, kcal, shape ``[economy]``; without reserves nobody can raise exports."""
    balance = case.balance if reserves else replace(case.balance, reserve=np.zeros_like(case.balance.reserve))
    end = spread_shortage(balance, case.decline, case.ban, cascade_rule(trade))
    if not end.settled:
        sys.exit(f"The rule did not settle: {case.scenario}, {case.crop}, {trade}.")
    return end.use_loss


def engine_losses(case: Case, orders: OrderLaw, rigidity: float | None = None) -> Floats:
    """Return use that the engine leaves unmet in a year of weekly steps without prices, kcal, shape ``[economy]``."""
    shocks = list(_shocks("capacity", case.decline)) + list(_shocks("export", case.ban))
    year = parameter("days_per_year")
    network = case.network if rigidity is None else replace(case.network, rigidity=np.array([rigidity]))
    outcome = simulate(
        network,
        {case.scenario: shocks},
        horizon_days=year,
        step_days=year / WEEKS,
        laws=with_laws(contract_laws(), orders=orders, price_response=0.0, demand_elasticity=0.0),
    )
    unmet = outcome.draws["unmet"].sel(scenario=case.scenario, stage=case.network.stages[0]).isel(draw=0)
    return np.asarray(unmet.sel(economy=list(case.network.economies)).values, dtype=np.float64)


def after_own_reserves(losses: Floats, reserve: Floats) -> Floats:
    """Return losses less the part of each economy's own reserve that the rule lets it draw; nobody helps another."""
    return np.maximum(losses - parameter("cascade_reserve_share") * reserve, 0.0)


def agreement(one: Floats, other: Floats) -> float:
    """Return the sum of the smaller over the sum of the larger loss of each economy: 1 if all are equal."""
    return float(np.minimum(one, other).sum() / np.maximum(one, other).sum())


def rank_correlation(one: Floats, other: Floats) -> float:
    """Return the correlation of ranks over economies that lose more than a thousandth of the largest loss in either."""
    lose = (one > 1e-3 * one.max()) | (other > 1e-3 * other.max())
    ranks = [part[lose].argsort().argsort() for part in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1])


def _cases(tables: Tables) -> Iterator[Case]:
    for name in food_scenario_names():
        for crop in CROPS:
            case = _case(tables, food_scenario(tables, name), crop)
            # The engine's capacity shocks are losses: larger harvests are left out on both sides.
            yield replace(case, decline=np.maximum(case.decline, 0.0))


def _case(tables: Tables, scenario: FoodScenario, crop: str) -> Case:
    network, reserves = food_network(tables, crop), food_reserves(tables, crop)
    sold = network.blocks[0].final.copy()
    np.fill_diagonal(sold, 0.0)
    held = np.array([reserves[code] for code in network.economies])
    balance = Balance(network.output[:, 0], held, sold)
    economies = network.economies
    return Case(
        scenario.name, crop, network, balance, scenario.declines(crop, economies), scenario.bans(crop, economies)
    )


def _shocks(kind: Literal["capacity", "export"], shares: Floats) -> Iterator[AimedShock]:
    """One shock for each depth, from the first day to beyond the year."""
    none, beyond = Spread(0.0, 0.0, 0.0), 2 * parameter("days_per_year")
    for depth in sorted(set(shares[shares > 0.0].tolist())):
        nodes = np.flatnonzero(shares == depth)
        name = f"{kind}-{depth:g}"
        yield AimedShock(
            name, kind, nodes, None, Spread(depth, depth, depth), none, Spread(beyond, beyond, beyond), none
        )


def _print_repairs(cases: list[Case]) -> None:
    print("| crop | economies | use | reserves | trade as reported | as far as supply reaches | without re-exports |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for crop in CROPS:
        case = next(case for case in cases if case.crop == crop)
        cut, traced = case.network.repairs
        amounts = (case.balance.use.sum(), case.balance.reserve.sum(), cut.before, cut.after, traced.after)
        told = [f"{amount / TRILLION:.1f}" for amount in amounts]
        print(_row([crop, str(len(case.network.economies)), *told]))


def _listing(case: Case, losses: list[Floats], countries: int) -> str:
    worst = np.argsort(-np.maximum.reduce(losses), kind="stable")[:countries]
    lines = [
        f"{case.scenario}, {case.crop}\n",
        _row(["economy", "use", "rule, no reserves", *ENGINES, "rule PTA", AFTER]),
        "|---|---:|" + "---:|" * len(losses),
    ]
    for at in worst:
        told = [f"{part[at] / TRILLION:.2f}" for part in (case.balance.use, *losses)]
        lines.append(_row([case.network.economies[at], *told]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _print_with_gains(tables: Tables) -> None:
    """The breadbasket as published, larger harvests included: the rule alone, since the engine has no gains."""
    print("\nbreadbasket-2008 with its larger harvests, the rule alone\n")
    print("| crop | change of harvest | lost, no reserves | lost, PTA | lost, RTA |\n|---|---:|---:|---:|---:|")
    for crop in CROPS:
        case = _case(tables, food_scenario(tables, "breadbasket-2008"), crop)
        losses = (
            rule_losses(case, reserves=False), rule_losses(case), rule_losses(case, trade="reserves")
        )  # fmt: skip
        told = " | ".join(f"{part.sum() / TRILLION:.3f}" for part in losses)
        print(f"| {crop} | {-(case.balance.production * case.decline).sum() / TRILLION:+.2f} | {told} |")


if __name__ == "__main__":
    main()
