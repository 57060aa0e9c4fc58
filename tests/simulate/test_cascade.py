"""The food cascade and the engine beside it: worked by hand, conserved, bounded, and when more shock is more loss."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.floor.errors import OutOfRangeError, TableError, UnknownNameError
from kizuna.network.food import CROPS
from kizuna.network.food_energy import food_network, food_reserves
from kizuna.network.supply_network import Floats, SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.simulate.cascade import Balance, CascadeOutcome, TradeRule, cascade_rule, spread_shortage
from kizuna.simulate.food_scenario import food_scenario, food_scenario_names
from kizuna.simulate.laws import Laws, contract_laws, with_laws
from kizuna.simulate.outcome import Outcome
from kizuna.simulate.simulate import simulate
from kizuna.tables.build import Tables

RULES: tuple[TradeRule, ...] = ("proportional", "reserves")
# Bounded rounds keep the drawn worlds fast; conservation holds after any round.
QUICK = 300


def array(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def spread(
    balance: Balance, decline: Floats, ban: Floats | None = None, *, trade: TradeRule = "proportional"
) -> CascadeOutcome:
    return spread_shortage(balance, decline, np.zeros(len(decline)) if ban is None else ban, cascade_rule(trade))


def triangle(reserve_of_a: float) -> Balance:
    """A grows 100, sells 30 to B and 10 to C; B grows 20 and holds 20; C has nothing of its own."""
    sold = np.zeros((3, 3))
    sold[0, 1], sold[0, 2] = 30, 10
    return Balance(array(100, 20, 0), array(reserve_of_a, 20, 0), sold)


@pytest.mark.parametrize("trade", RULES)
def test_a_supplier_without_reserve_passes_its_loss_to_its_buyers_and_they_draw_half_their_stock(
    trade: TradeRule,
) -> None:
    end = spread(triangle(0), array(0.2, 0, 0), trade=trade)
    # A is 20 short and halves its sales; B misses 15 and draws 10 of 20; C misses 5.
    assert end.use_loss == pytest.approx([0, 5, 5])
    assert end.reserve_drawn == pytest.approx([0, 10, 0])
    assert end.trade[0] == pytest.approx([0, 15, 5])
    assert end.settled


@pytest.mark.parametrize("trade", RULES)
def test_a_supplier_draws_its_own_reserve_before_it_sells_less(trade: TradeRule) -> None:
    end = spread(triangle(12), array(0.2, 0, 0), trade=trade)
    # A draws 6 and sells 14 of 40 less: B misses 10.5, C 3.5.
    assert end.use_loss == pytest.approx([0, 0.5, 3.5])
    assert end.reserve_drawn == pytest.approx([6, 10, 0])


@pytest.mark.parametrize("trade", RULES)
def test_a_buyer_gets_more_from_a_supplier_as_far_as_its_reserve_reaches(trade: TradeRule) -> None:
    base = Balance(array(50, 10), array(8, 0), array(0, 20, 0, 0).reshape(2, 2))
    end = spread(base, array(0, 1), trade=trade)
    # Proportional: A first grants all 10, then has 4 to draw and takes 6 back. Reserves: A offers 4.
    assert end.use_loss == pytest.approx([0, 6])
    assert end.reserve_drawn == pytest.approx([4, 0])
    assert end.trade[0, 1] == pytest.approx(24)


def test_the_two_rules_differ_where_exports_can_be_cut_or_imports_raised() -> None:
    sold = np.zeros((3, 3))
    sold[0, 1], sold[1, 2] = 90, 10
    base = Balance(array(90, 20, 0), array(100, 0, 0), sold)
    half = spread(base, array(0, 0.5, 0))
    first = spread(base, array(0, 0.5, 0), trade="reserves")
    # B misses 10 of links worth 100: it sells a tenth less and buys a tenth more; or stops selling.
    assert half.use_loss == pytest.approx([0, 0, 1])
    assert half.reserve_drawn == pytest.approx([9, 0, 0])
    assert first.use_loss == pytest.approx([0, 0, 10])
    assert first.reserve_drawn == pytest.approx([0, 0, 0])


def test_offers_of_a_reserve_follow_the_sales_to_those_who_ask() -> None:
    sold = np.zeros((3, 3))
    sold[0, 1], sold[0, 2] = 30, 10
    base = Balance(array(100, 20, 20), array(20, 0, 0), sold)
    end = spread(base, array(0, 1, 1), trade="reserves")
    assert end.use_loss == pytest.approx([0, 12.5, 17.5])


@pytest.mark.parametrize("trade", RULES)
def test_a_ban_keeps_grain_at_home_in_store_and_no_request_lifts_it(trade: TradeRule) -> None:
    end = spread(triangle(50), np.zeros(3), array(0.5, 0, 0), trade=trade)
    assert end.trade[0] == pytest.approx([0, 15, 5])
    assert end.use_loss == pytest.approx([0, 5, 5])
    assert end.reserve_drawn == pytest.approx([-20, 10, 0])


def test_use_takes_its_part_of_a_shortage_before_trade_moves() -> None:
    rule = replace(cascade_rule(), use_share=1.0)
    end = spread_shortage(triangle(0), array(0.2, 0, 0), np.zeros(3), rule)
    assert end.use_loss == pytest.approx([20, 0, 0])
    assert end.rounds == 1


def test_a_shortage_too_small_to_pass_on_is_lost_where_it_arises() -> None:
    end = spread(triangle(0), array(1e-6, 0, 0))
    assert end.use_loss == pytest.approx([1e-4, 0, 0])


@pytest.mark.parametrize("trade", RULES)
def test_without_a_shock_nothing_moves(trade: TradeRule) -> None:
    base = triangle(5)
    end = spread(base, np.zeros(3), trade=trade)
    assert not end.use_loss.any()
    assert not end.reserve_drawn.any()
    assert (end.trade == base.trade).all()
    assert end.rounds == 1


def test_every_fault_of_a_balance_is_named() -> None:
    sold = array(1, 500, 0, 0).reshape(2, 2)
    with pytest.raises(TableError) as caught:
        spread(Balance(array(100, -1), array(np.nan, 0), sold), array(2, 0))
    told = str(caught.value)
    for part in ("economy 1: production", "economy 0: reserve", "sells to itself", "uses less", "decline"):
        assert part in told
    with pytest.raises(OutOfRangeError):
        spread(triangle(0), np.zeros(2))


@st.composite
def worlds(draw: st.DrawFn, *, reserves: bool = True) -> Balance:
    count = draw(st.integers(2, 5))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    sold = rng.uniform(0, 20, (count, count)) * (rng.random((count, count)) < 0.5)
    np.fill_diagonal(sold, 0)
    grown = sold.sum(axis=1) + rng.uniform(0, 60, count) * (rng.random(count) < 0.7)
    held = rng.uniform(0, 40, count) * (rng.random(count) < 0.5) if reserves else np.zeros(count)
    return Balance(grown, held, sold)


shares = st.lists(st.floats(0, 1), min_size=5, max_size=5)
changes = st.lists(st.floats(-0.5, 1), min_size=5, max_size=5)


@settings(max_examples=150, deadline=None)
@given(base=worlds(), decline=changes, ban=shares, trade=st.sampled_from(RULES))
def test_food_is_conserved_and_no_stock_trade_or_use_falls_below_nothing(
    base: Balance, decline: list[float], ban: list[float], trade: TradeRule
) -> None:
    count = len(base.production)
    lost, banned = np.array(decline[:count]), np.array(ban[:count])
    rule = replace(cascade_rule(trade), rounds=QUICK)
    end = spread_shortage(base, lost, banned, rule)
    total = base.production.sum() + base.reserve.sum()
    assert (base.production * lost).sum() == pytest.approx(
        end.use_loss.sum() + end.reserve_drawn.sum(), abs=1e-9 * total
    )
    assert end.residual <= 1e-9
    assert (base.reserve - end.reserve_drawn >= (1 - rule.reserve_share) * base.reserve - 1e-9 * total).all()
    assert (end.trade >= 0).all()
    assert (end.use_loss >= -1e-9 * total).all()
    if end.settled:
        assert (base.use - end.use_loss >= -1e-6 * total).all()


@settings(max_examples=60, deadline=None)
@given(base=worlds(), decline=changes, trade=st.sampled_from(RULES), unit=st.sampled_from([1e-3, 1e6]))
def test_neither_the_unit_nor_the_order_of_economies_matters(
    base: Balance, decline: list[float], trade: TradeRule, unit: float
) -> None:
    count = len(base.production)
    lost, turned = np.array(decline[:count]), np.arange(count)[::-1]
    rule = replace(cascade_rule(trade), rounds=QUICK)
    end = spread_shortage(base, lost, np.zeros(count), rule)
    other = Balance(base.production[turned] * unit, base.reserve[turned] * unit, base.trade[turned][:, turned] * unit)
    moved = spread_shortage(other, lost[turned], np.zeros(count), rule)
    assert moved.use_loss[turned] / unit == pytest.approx(end.use_loss, abs=1e-5 * base.production.sum())


@settings(max_examples=100, deadline=None)
@given(base=worlds(reserves=False), decline=shares, more=shares, trade=st.sampled_from(RULES))
def test_without_reserves_the_total_loss_is_the_shock_so_a_larger_shock_never_lowers_it(
    base: Balance, decline: list[float], more: list[float], trade: TradeRule
) -> None:
    count = len(base.production)
    small = np.array(decline[:count])
    large = small + (1 - small) * np.array(more[:count])
    rule = replace(cascade_rule(trade), rounds=QUICK)
    losses = [spread_shortage(base, lost, np.zeros(count), rule).use_loss.sum() for lost in (small, large)]
    total = base.production.sum()
    assert losses[0] == pytest.approx((base.production * small).sum(), abs=1e-9 * total)
    assert losses[1] >= losses[0] - 1e-9 * total


def test_with_reserves_the_proportional_rule_can_lose_less_in_a_larger_shock() -> None:
    """A larger early loss of X has turned it to its well-stocked supplier before a second supplier fails.

    X sells 10 to a buyer without stock and buys 100 from a supplier with stock and 100 through three middlemen, whose
    harvest fails. The more X itself lost, the less it still sells and the more it buys when that failure reaches it.
    """
    sold = np.zeros((6, 6))
    x, stocked, buyer, grower, first, second = range(6)
    sold[x, buyer], sold[stocked, x], sold[grower, first], sold[first, second], sold[second, x] = 10, 100, 100, 100, 100
    grown, held = np.zeros(6), np.zeros(6)
    grown[[x, stocked, grower]], held[stocked] = 100, 1000
    losses = []
    for own in (0.0, 0.2, 0.5):
        lost = np.zeros(6)
        lost[[x, grower]] = own, 1
        end = spread(Balance(grown, held, sold), lost)
        assert end.settled
        losses.append(end.use_loss.sum())
    assert losses == pytest.approx([9.091, 8.435, 8.037], abs=1e-3)


def test_with_reserves_the_other_rule_too_can_lose_less_in_a_larger_shock() -> None:
    """Found by drawing 40,962 small worlds; one broke the order by more than a ten-thousandth of use."""
    sold = np.zeros((5, 5))
    sold[1, 2:4], sold[2, 3], sold[3], sold[4, 0] = (23, 20), 12, (13, 0, 29, 0, 29), 12
    base = Balance(array(2, 52, 18, 54, 29), array(0, 11, 0, 31, 25), sold)
    ends = [spread(base, array(own, 0, 1, 0.1, 0.8), trade="reserves") for own in (0, 0.1)]
    assert all(end.settled for end in ends)
    assert [end.use_loss.sum() for end in ends] == pytest.approx([13.944, 13.787], abs=1e-3)


def balance_of(tables: Tables, crop: str) -> tuple[Balance, tuple[str, ...]]:
    network, reserves = food_network(tables, crop), food_reserves(tables, crop)
    sold = network.blocks[0].final.copy()
    np.fill_diagonal(sold, 0)
    held = np.array([reserves[code] for code in network.economies])
    return Balance(network.output[:, 0], held, sold), network.economies


@pytest.mark.parametrize("trade", RULES)
@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("name", food_scenario_names())
def test_on_real_figures_food_is_conserved_and_a_larger_shock_never_lowers_the_total_loss(
    tables: Tables, name: str, crop: str, trade: TradeRule
) -> None:
    base, economies = balance_of(tables, crop)
    scenario = food_scenario(tables, name)
    lost, banned = np.maximum(scenario.declines(crop, economies), 0), scenario.bans(crop, economies)
    ends = [spread(base, lost * size, banned * size, trade=trade) for size in (0.25, 0.5, 0.75, 1.0)]
    assert all(end.settled and end.residual <= 1e-9 for end in ends)
    for size, end in zip((0.25, 0.5, 0.75, 1.0), ends, strict=True):
        given_up = size * (base.production * lost).sum()
        assert end.use_loss.sum() + end.reserve_drawn.sum() == pytest.approx(given_up, abs=1e-9 * base.use.sum())
        assert (end.use_loss <= base.use * (1 + 1e-9)).all()
        assert (base.reserve - end.reserve_drawn >= 0).all()
    totals = [end.use_loss.sum() for end in ends]
    folded = cascade_rule(trade).folded * base.use.sum()
    assert all(after >= before - folded for before, after in pairwise(totals))


# The engine on the same figures, as in benchmarks/food_cascade.py: weekly steps of a year, no prices.
WEEKS = 52
SIZES = (0.25, 0.5, 0.75, 1.0)
ENGINE = with_laws(contract_laws(), price_response=0.0, demand_elasticity=0.0)
on_every_case = pytest.mark.parametrize(
    ("name", "crop", "reserve_share"), list(product(food_scenario_names(), CROPS, (0.0, 0.5)))
)


def hit(kind: Literal["capacity", "export"], shares: Floats) -> list[AimedShock]:
    """One shock for each depth, all year."""
    none, beyond = Spread(0, 0, 0), Spread(999, 999, 999)
    depths = sorted(set(shares[shares > 0].tolist()))
    return [
        AimedShock(f"{kind}-{at}", kind, np.flatnonzero(shares == at), None, Spread(at, at, at), none, beyond, none)
        for at in depths
    ]


def engine(
    tables: Tables, network: SupplyNetwork, name: str, crop: str, laws: Laws = ENGINE, sizes: tuple[float, ...] = (1.0,)
) -> Outcome:
    scenario = food_scenario(tables, name)
    lost = np.maximum(scenario.declines(crop, network.economies), 0)
    banned = scenario.bans(crop, network.economies)
    scenarios = {str(size): hit("capacity", size * lost) + hit("export", size * banned) for size in sizes}
    return simulate(network, scenarios, horizon_days=365, step_days=365 / WEEKS, laws=laws)


def by_economy(outcome: Outcome, name: str) -> Floats:
    return np.asarray(outcome.draws[name].sel(scenario="1.0").isel(draw=0, stage=0).values)


@on_every_case
def test_the_engine_neither_makes_nor_loses_food_and_nothing_falls_below_nothing(
    tables: Tables, name: str, crop: str, reserve_share: float
) -> None:
    network = food_network(tables, crop, reserve_share=reserve_share)
    outcome = engine(tables, network, name, crop)
    weekly = {
        kept: outcome.over_time[kept].sel(scenario="1.0").isel(stage=0).values
        for kept in ("production", "received", "use", "unmet", "stock")
    }
    use = network.blocks[0].final.sum(axis=0)
    total = use.sum()
    assert np.isnan(weekly["stock"])[:, use == 0].all()
    weekly["stock"] = np.where(use > 0, weekly["stock"], 0) * use / 365
    assert weekly["production"].sum(axis=1) == pytest.approx(weekly["received"].sum(axis=1), abs=1e-9 * total)
    stock = np.vstack([network.final_stock_days[:, 0] * use / 365, weekly["stock"]])
    assert np.diff(stock, axis=0) == pytest.approx(weekly["received"] - weekly["use"], abs=1e-9 * total)
    assert weekly["use"] + weekly["unmet"] == pytest.approx(np.tile(use / WEEKS, (WEEKS, 1)), abs=1e-9 * total)
    assert min(one.min() for one in weekly.values()) >= -1e-12 * total
    drawn = (stock[0] - stock[-1]).sum()
    assert by_economy(outcome, "unmet").sum() + drawn == pytest.approx(
        by_economy(outcome, "lost").sum(), abs=1e-9 * total
    )


@on_every_case
def test_in_the_engine_a_larger_shock_never_lowers_the_total_loss_on_real_figures(
    tables: Tables, name: str, crop: str, reserve_share: float
) -> None:
    network = food_network(tables, crop, reserve_share=reserve_share)
    for laws in (ENGINE, with_laws(ENGINE, orders="fixed")):
        outcome = engine(tables, network, name, crop, laws, SIZES)
        totals = outcome.draws["unmet"].sum(("draw", "economy", "stage")).values
        assert totals[0] > 0
        assert all(after >= before * (1 - 1e-9) for before, after in pairwise(totals))


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("name", food_scenario_names())
def test_with_trust_no_seller_loses_more_than_its_shock(tables: Tables, name: str, crop: str) -> None:
    base, economies = balance_of(tables, crop)
    scenario = food_scenario(tables, name)
    banned = scenario.bans(crop, economies)
    shock = base.production * np.maximum(scenario.declines(crop, economies), 0) + base.trade.sum(axis=1) * banned
    outcome = engine(tables, food_network(tables, crop), name, crop)
    beyond = by_economy(outcome, "lost") - shock
    assert beyond.max() <= 1e-9 * shock.sum()


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("name", food_scenario_names())
def test_reserves_drawn_once_under_contracts_take_their_amount_off_each_economys_loss(
    tables: Tables, name: str, crop: str
) -> None:
    laws = with_laws(ENGINE, orders="fixed", restocking_days=np.inf)
    bare, stocked = (
        food_network(tables, crop, reserve_share=share, assumptions={"rigidity": 1}) for share in (0.0, 0.5)
    )
    reserves = food_reserves(tables, crop)
    usable = np.array([0.5 * reserves[code] for code in bare.economies])
    without, held = (by_economy(engine(tables, one, name, crop, laws), "unmet") for one in (bare, stocked))
    total = bare.output.sum()
    assert held == pytest.approx(np.maximum(without - usable, 0), abs=1e-9 * total)


def test_a_food_scenario_names_its_publisher_and_an_unknown_one_is_met_with_near_names(tables: Tables) -> None:
    scenario = food_scenario(tables, "export-bans-2008")
    assert "Heslin" in scenario.publisher
    assert scenario.bans("wheat", ["ARG", "KAZ", "JPN"]).tolist() == [1.0, 0.17, 0.0]
    assert not scenario.declines("wheat", ["ARG"]).any()
    with pytest.raises(UnknownNameError, match="export-bans-2008"):
        food_scenario(tables, "export-ban-2008")
