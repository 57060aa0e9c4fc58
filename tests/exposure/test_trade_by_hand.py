"""Trade indicators on worlds small enough to be reckoned by hand: each number, and each verdict at its threshold."""

from __future__ import annotations

import pytest
from small_worlds import Flow, Measured, bloc_of, measured, panel_of

from kizuna.exposure.artefacts import suspect_flows
from kizuna.exposure.block import WORLD
from kizuna.exposure.panel import TradePanel

NAMES = list("ABCDEFG")
Amounts = dict[tuple[str, str], int]


def flows_of(amounts: Amounts, year: int = 2023) -> list[Flow]:
    """Return flows of a year from amounts by (supplier, buyer), each kg worth 1 USD."""
    return [(0, year, buyer, supplier, amount, amount) for (supplier, buyer), amount in amounts.items()]


def of(amounts: Amounts, economy: str, *members: str, basis: str = "value") -> dict[str, float]:
    """Return the numbers of one economy, or of the bloc U of some members, in one year by indicator."""
    blocs = [bloc_of(*members, name="U")] if members else []
    found: Measured = measured(panel_of(flows_of(amounts), NAMES, [2023]), blocs, basis)
    return {indicator: value for (_, _, name, indicator), value in found.items() if name == economy}


def world(*exports: int) -> dict[str, float]:
    """Return the indicators of world trade in which B, C, D, ... sell so much to A."""
    return of({(seller, "A"): amount for seller, amount in zip("BCDEF", exports, strict=False)}, WORLD)


@pytest.mark.parametrize("basis", ["value", "mass"])
def test_concentration_of_four_suppliers(basis: str) -> None:
    found = of({("B", "A"): 50_000, ("C", "A"): 30_000, ("D", "A"): 15_000, ("E", "A"): 5_000}, "A", basis=basis)
    assert found["imports"] == {"value": 100_000, "mass": 100}[basis]
    assert found["supplier_count"] == 4
    assert found["import_hhi"] == pytest.approx(0.365)
    assert found["effective_suppliers"] == pytest.approx(1 / 0.365)
    assert found["top1_share"] == 0.5
    assert found["top3_share"] == 0.95


@pytest.mark.parametrize(("largest", "flag"), [(66, 1.0), (65, 0.0)])
def test_the_largest_supplier_is_flagged_above_65_percent(largest: int, flag: float) -> None:
    assert of({("B", "A"): largest, ("C", "A"): 100 - largest}, "A")["over_65_percent"] == flag


# A and B form the bloc. From outside it buys 60, 25 and 15 of C, D and E; inside it trades 40, and it sells 30 to F.
BLOC: Amounts = {
    ("C", "A"): 60, ("D", "A"): 25, ("E", "B"): 15, ("A", "B"): 40, ("B", "F"): 30,
}  # fmt: skip


def test_a_bloc_above_all_three_thresholds_is_dependent() -> None:
    found = of(BLOC, "U", "A", "B")
    assert found["cdi1"] == pytest.approx(0.445)
    assert found["cdi2"] == pytest.approx(100 / 140)
    assert found["cdi3"] == pytest.approx(100 / 70)
    assert found["cdi_dependent"] == 1.0


@pytest.mark.parametrize(
    ("change", "criterion", "value"),
    [
        ({("C", "A"): 34, ("D", "A"): 33, ("E", "B"): 33}, "cdi1", 0.3334),
        ({("B", "F"): 60}, "cdi3", 1.0),
        ({("A", "B"): 150}, "cdi2", 0.4),
    ],
)
def test_a_bloc_below_one_threshold_is_not_dependent(change: Amounts, criterion: str, value: float) -> None:
    found = of(BLOC | change, "U", "A", "B")
    assert found[criterion] == pytest.approx(value)
    assert found["cdi_dependent"] == 0.0


def test_what_is_left_of_world_exports_without_the_largest_exporter() -> None:
    found = world(60, 20, 20)
    assert found["world_export_hhi"] == pytest.approx(0.44)
    assert found["world_left_without_top"] == pytest.approx(0.4)
    assert found["world_centralisation"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("exports", "flag"),
    [
        ((60, 20, 20), 1.0),
        ((50, 50), 0.0),  # concentrated, but neither holds a majority
        ((55, 15, 15, 15), 0.0),  # a majority, but concentration is 0.37
    ],
)
def test_a_single_point_of_failure_is_a_majority_in_concentrated_exports(exports: tuple[int, ...], flag: float) -> None:
    assert world(*exports)["single_point_of_failure"] == flag


def test_geodep_flags_concentrated_imports_of_what_the_world_buys_from_few_and_one_exports_less_of() -> None:
    amounts = {("B", "A"): 70, ("C", "A"): 30, ("A", "D"): 40}
    found, sold = of(amounts, "A"), of(amounts | {("A", "D"): 100}, "A")
    assert (found["import_hhi"], found["import_export_ratio"]) == (pytest.approx(0.58), 2.5)
    assert of({("B", "A"): 70, ("C", "A"): 30, ("A", "D"): 10}, "A")["geodep_year"] == 1.0
    assert found["geodep_year"] == 0.0  # world exports of 70, 30 and 40 have a concentration of 0.378
    assert (sold["import_export_ratio"], sold["geodep_year"]) == (1.0, 0.0)


def test_flags_of_a_window_are_counted() -> None:
    flagged, free = {("B", "A"): 70, ("C", "A"): 30}, {("B", "A"): 40, ("C", "A"): 30, ("D", "A"): 30}
    years = {2020: free, 2021: flagged, 2022: free, 2023: flagged}
    flows = [flow for year, amounts in years.items() for flow in flows_of(amounts | {("A", "E"): 1}, year)]
    found = measured(panel_of(flows, NAMES, list(years)), window=4)
    assert found["HS92:0", 2023, "A", "geodep_dependent"] == 1.0
    assert found["HS92:0", 2022, "A", "geodep_dependent"] == 0.0
    assert found["HS92:0", 2023, "A", "geodep_persistence"] == 0.5
    assert found["HS92:0", 2023, "A", "geodep_churn"] == 1.0


def odd_world(value: int) -> TradePanel:
    """Return a world in which a kg costs 1 USD everywhere but in the flows from B to A and from C to D."""
    plain = [(0, 2023, buyer, supplier, 1000, 1000) for supplier, buyer in ("EF", "FG", "GE", "EA", "FD")]
    return panel_of([*plain, (0, 2023, "A", "B", value, 1000), (0, 2023, "D", "C", 50_000, 1000)], NAMES, [2022, 2023])


@pytest.mark.parametrize(("value", "ratio"), [(10_001, 10.001), (99, 0.099)])
def test_a_flow_far_from_the_median_price_is_suspect(value: int, ratio: float) -> None:
    (found,) = suspect_flows(odd_world(value), ["A"], [2023], least_usd=50)
    assert (found.supplier, found.buyer, found.year, found.value_usd, found.mass_t) == ("B", "A", 2023, value, 1.0)
    assert found.ratio == pytest.approx(ratio)


def test_a_price_within_the_factor_or_a_small_flow_or_one_of_others_is_not_suspect() -> None:
    assert suspect_flows(odd_world(10_000), ["A"], [2023], least_usd=50) == []
    assert suspect_flows(odd_world(10_001), ["A"], [2023], least_usd=10_002) == []
    assert suspect_flows(odd_world(10_001), ["A"], [2022], least_usd=50) == []
    assert [flow.supplier for flow in suspect_flows(odd_world(10_001), ["C", "A"], [2023], least_usd=50)] == ["C", "B"]


def test_two_flows_have_no_median_to_be_far_from() -> None:
    two = panel_of([(0, 2023, "A", "B", 1, 1000), (0, 2023, "A", "C", 9_000, 1)], NAMES, [2023])
    assert suspect_flows(two, ["A"], [2023], least_usd=0) == []
