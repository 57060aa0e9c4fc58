"""Hand examples of the published methods, exactly.

Not implemented, so not tested here: the 90 days of the International Energy Agency, look-through on input-output tables
(Baldwin, Freeman and Theodorakopoulos) and the OECD's chain measures, product space and economic complexity, the
disruption potential and economic vulnerability of Nassar et al. 2020 (only its trade exposure is here), partial
equilibrium losses of the US Geological Survey's 2025 method, time to recover and to survive, economic importance of the
European method, the substitution index itself, and the Yale, SCARCE, British and Japanese criticality scores.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from kizuna.exposure import concentration, dependency, governance, origin, supply_balance, world_network
from kizuna.floor.params import parameter

SUPPLIERS = [50, 30, 20]
# Who (row) exports how much to whom (column).
EXPORTS = np.array([[0, 8, 2], [1, 0, 1], [0, 3, 0]], dtype=np.float64)


def exact(value: float) -> object:
    """Return a number to be met up to the rounding of floating point."""
    return pytest.approx(value, rel=1e-14, abs=1e-15)


def printed(value: object, decimals: int) -> float:
    """Return a value as a publisher prints it."""
    return round(float(value), decimals)  # type: ignore[arg-type]


def test_three_suppliers_of_a_half_three_tenths_and_a_fifth() -> None:
    hhi = float(concentration.herfindahl(SUPPLIERS)[0])
    assert hhi == exact(0.38)
    assert float(concentration.effective_suppliers(SUPPLIERS)[0]) == exact(1 / 0.38)
    assert printed(concentration.effective_suppliers(SUPPLIERS)[0], 6) == 2.631579
    assert printed(concentration.hill_one(SUPPLIERS)[0], 6) == 2.800094
    assert float(concentration.normalised_herfindahl(SUPPLIERS)[0]) == exact((0.38 - 1 / 3) / (1 - 1 / 3))
    assert float(concentration.top_share(SUPPLIERS)[0]) == 0.5
    assert float(concentration.top_share([5, 20, 25, 50], largest=3)[0]) == exact(0.95)


def test_a_concentration_of_two_fifths_is_two_and_a_half_suppliers() -> None:
    root = math.sqrt(0.4)
    amounts = [1 + root, 1 - root / 2, 1 - root / 2]
    assert float(concentration.herfindahl(amounts)[0]) == exact(0.4)
    assert float(concentration.effective_suppliers(amounts)[0]) == exact(2.5)


def test_strategic_dependency_of_a_bloc() -> None:
    cdi1 = concentration.herfindahl(np.array([60, 25, 15]))
    cdi2 = dependency.extra_import_importance(np.array([100.0]), np.array([80.0]))
    cdi3 = dependency.import_export_ratio(np.array([100.0]), np.array([70.0]))
    assert float(cdi1[0]) == exact(0.445)
    assert (printed(cdi2[0], 6), printed(cdi3[0], 6)) == (0.555556, 1.428571)
    assert dependency.strategic_verdict(cdi1, cdi2, cdi3).tolist() == [True]


def test_a_strategic_dependency_needs_each_criterion_above_its_threshold() -> None:
    cdi1, cdi2, cdi3 = np.array([0.445, 0.4, 0.445, 0.445]), np.array([0.6, 0.6, 0.5, 0.6]), np.array([2, 2, 2, 1.0])
    assert dependency.strategic_verdict(cdi1, cdi2, cdi3).tolist() == [True, False, False, False]
    as_much = dependency.import_export_ratio(np.array([100.0]), np.array([100.0]))
    assert as_much.tolist() == [1.0]
    nowhere = np.array([np.nan])
    assert dependency.strategic_verdict(np.array([0.5]), nowhere, np.array([2.0])).tolist() == [False]


def test_geodep_needs_two_flagged_years_of_three() -> None:
    hhi, world = np.array([0.5, 0.4, 0.5, 0.5]), np.array([0.5, 0.5, 0.4, 0.5])
    ratio = dependency.import_export_ratio(np.array([2.0, 2.0, 2.0, 1.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    assert dependency.geodep_year(hhi, world, ratio).tolist() == [True, False, False, False]
    flags = np.array([[True, False, True], [False, True, False]])
    assert dependency.geodep_window(flags).tolist() == [True, False]
    unbounded = dependency.import_export_ratio(np.array([1.0]), np.array([0.0]))
    assert dependency.geodep_year(np.array([0.5]), np.array([0.5]), unbounded).tolist() == [True]


def test_common_and_reverse_dependencies_are_flags_and_the_same_top_supplier() -> None:
    assert dependency.common_dependency(True, True, "CHN", "CHN")
    assert not dependency.common_dependency(True, True, "CHN", "TUR")
    assert not dependency.common_dependency(True, False, "CHN", "CHN")
    assert dependency.reverse_dependency(True, "JPN", "JPN")
    assert not dependency.reverse_dependency(False, "JPN", "JPN")
    assert not dependency.reverse_dependency(True, "USA", "JPN")


def test_weighted_concentration_of_world_supply_and_of_own_sourcing() -> None:
    world = governance.weighted_concentration(np.array([5, 3, 2]), np.array([6.0, 3.0, 2.0]), np.array([1.1, 1.0, 1.0]))
    own = governance.weighted_concentration(np.array([6, 4]), np.array([6.0, 1.5]), np.array([1.1, 0.8]))
    assert world == exact(2.0)
    assert own == exact(2.568)
    risk = governance.supply_risk(world, own, import_reliance=0.8, recycling_input_rate=0.1, substitution_index=0.95)
    assert risk == exact(2.001384)


def test_import_reliance_of_the_european_method_is_clipped_to_a_share() -> None:
    assert governance.import_reliance(100.0, 20.0, 20.0) == exact(0.8)
    assert governance.import_reliance(10.0, 20.0, 40.0) == 0.0
    assert governance.import_reliance(10.0, 0.0, 0.0) == 1.0


@pytest.mark.parametrize(("estimate", "expected"), [(-2.5, 1.0), (0.0, 0.5), (2.5, 0.0), (-3.0, 1.0), (1.0, 0.3)])
def test_governance_is_rescaled_from_stable_to_unstable(estimate: float, expected: float) -> None:
    assert float(governance.instability(np.array([estimate]))[0]) == exact(expected)


def test_geopolrisk_score_of_two_suppliers() -> None:
    score = governance.geopolrisk_score(0.4, np.array([70.0, 30.0]), np.array([0.6, 0.3]), 50.0)
    assert float(score) == exact(0.136)
    assert float(governance.geopolrisk_factor(score, 2.0)) == exact(0.136 * 2 / 0.409412948)


def test_imports_from_members_of_a_bloc_count_no_risk_and_stay_in_the_sum() -> None:
    score = governance.geopolrisk_score(0.4, np.array([70.0, 30.0]), np.array([0.0, 0.3]), 50.0)
    assert float(score) == exact(0.4 * 9 / 150)


def test_supply_without_the_largest_supplier() -> None:
    left = supply_balance.without_largest_supplier(40, 100, 10, 60)
    assert float(left) == exact(80 / 130)
    assert printed(left, 6) == 0.615385


def test_net_import_reliance_with_scrap_in_production_and_stock_release_in_imports() -> None:
    # Primary 30 and secondary 10, imports 120, exports 20, 5 drawn from stocks: trade exposure of Nassar et al. 2020.
    reliance = supply_balance.net_import_reliance(30 + 10, 120 + 5, 20)
    assert float(reliance) == exact(105 / 145)
    assert printed(reliance, 6) == 0.724138


def test_the_65_percent_test_is_of_the_largest_supplier_in_consumption() -> None:
    assert float(supply_balance.largest_supplier_in_consumption(30, 120, 20, 91)) == exact(0.7)
    assert parameter("single_third_country") == 0.65


def test_food_balance_of_a_country_that_grows_two_fifths() -> None:
    assert float(supply_balance.self_sufficiency(40, 80, 20)) == exact(0.4)
    assert float(supply_balance.import_dependency(40, 80, 20)) == exact(0.6)
    stocks = float(supply_balance.stocks_to_use(30, 90))
    assert stocks == exact(1 / 3)
    assert printed(stocks * 365, 2) == 121.67


def test_pagerank_of_importers_and_of_suppliers() -> None:
    supplier, buyer = np.nonzero(EXPORTS)
    amount, one = EXPORTS[supplier, buyer], np.zeros(3, dtype=np.int64)
    importers = world_network.pagerank(supplier, buyer, amount, one)
    suppliers = world_network.pagerank(buyer, supplier, amount, one)
    assert importers.round(6).tolist() == [0.247106, 0.463779, 0.289114]
    assert suppliers.round(6).tolist() == [0.408083, 0.439933, 0.151984]


def test_pagerank_solves_its_own_equation() -> None:
    supplier, buyer = np.nonzero(EXPORTS)
    rank = world_network.pagerank(buyer, supplier, EXPORTS[supplier, buyer], np.zeros(3, dtype=np.int64))
    step = EXPORTS.T / EXPORTS.T.sum(axis=1, keepdims=True)
    assert rank == pytest.approx(0.05 + 0.85 * rank @ step, abs=1e-11)


def test_removing_the_largest_exporters_leaves_a_curve() -> None:
    assert world_network.removal_curve(np.array([20, 70, 10])) == pytest.approx([1.0, 0.3, 0.1, 0.0], abs=1e-15)
    star = float(world_network.removal_centralisation(np.array([100, 0, 0]))[0])
    assert star == exact(1.0)
    assert float(world_network.removal_centralisation(np.array([7, 7, 7]))[0]) == exact(0.0)
    assert float(world_network.removal_centralisation(np.array([20, 70, 10]))[0]) == exact(0.6)


def test_look_through_gives_a_hubs_goods_back_to_the_producer() -> None:
    flows = np.array([[0.0, 8.0, 0.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]])
    origins, unknown = origin.look_through(np.array([10.0, 0.0, 0.0]), flows)
    assert origins[2].tolist() == [1.0, 0.0, 0.0]
    assert unknown.tolist() == [0.0, 0.0, 0.0]
    assert float(origin.hub_share(np.array([60.0, 40.0]), np.array([False, True]))) == exact(0.4)


def test_look_through_mixes_what_an_economy_makes_with_what_it_buys() -> None:
    flows = np.array([[0.0, 6.0], [0.0, 0.0]])
    origins, _ = origin.look_through(np.array([10.0, 2.0]), flows)
    assert origins[1] == pytest.approx([0.75, 0.25], abs=1e-15)


def test_a_flag_that_comes_and_goes_has_persistence_and_churn() -> None:
    flags = np.array([[True, True, False, True, False]])
    assert float(dependency.persistence(flags)[0]) == exact(0.6)
    assert float(dependency.churn(flags)[0]) == exact(0.75)
