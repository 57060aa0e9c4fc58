"""Balances, hubs and origins on a world of fluorspar small enough to be reckoned by hand."""

from __future__ import annotations

import pytest
from small_worlds import tables_of

from kizuna.exposure.exposure import Row
from kizuna.exposure.measure import measure_exposure

METHODS = ["supply-balance", "origin"]
# Japan digs 30 t and buys 60 t of Mexico and 40 t of Thailand, which digs none and has them of China.
MINED = {"MEX": 100_000, "CHN": 50_000, "JPN": 30_000}
FLOWS = {("MEX", "JPN"): 60_000, ("THA", "JPN"): 40_000, ("CHN", "THA"): 40_000, ("JPN", "KOR"): 20_000}


def measured(flows: dict[tuple[str, str], int], mined: dict[str, int], economy: str) -> dict[str, Row]:
    """Return the rows of one economy or bloc, by indicator, by mass."""
    tables = tables_of(flows, mined, "252922", "Fluorspar")
    found = measure_exposure(tables, [economy], materials=["fluorspar"], years=[2023], methods=METHODS)
    return {row.indicator: row for row in found.rows() if row.basis == "mass"}


@pytest.fixture(scope="module")
def japan() -> dict[str, Row]:
    return measured(FLOWS, MINED, "JPN")


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("net_import_reliance", (100 - 20) / 110),
        ("import_share_of_supply", 100 / 130),
        ("supplier_n_minus_1", (30 + 100 - 60) / 110),
        ("largest_supplier_in_consumption", 60 / 110),
        ("over_65_percent", 0.0),
        ("hub_share", 0.4),
        ("no_production_share", 0.4),
        ("origin_hhi", (30**2 + 60**2 + 40**2) / 130**2),
        ("origin_top1_share", 60 / 130),
        ("origin_unknown_share", 0.0),
    ],
)
def test_each_number_of_japan_is_the_one_reckoned_by_hand(japan: dict[str, Row], indicator: str, value: float) -> None:
    assert japan[indicator].gap is None
    assert japan[indicator].value == pytest.approx(value, rel=1e-12)


def test_an_economy_that_digs_as_much_as_it_sells_is_no_hub() -> None:
    assert measured(FLOWS, MINED | {"THA": 40_000}, "JPN")["hub_share"].value == 0.0
    assert measured(FLOWS, MINED | {"THA": 39_999}, "JPN")["hub_share"].value == pytest.approx(0.4)


def test_a_bloc_counts_what_its_members_sell_each_other_as_its_own() -> None:
    found = measured(FLOWS, MINED, "JPN+THA")
    assert found["net_import_reliance"].value == pytest.approx((100 - 20) / 110)
    assert found["hub_share"].value == 0.0
    assert "a bloc" in (found["origin_hhi"].gap or "")


@pytest.mark.parametrize(("bought", "known"), [(21_000, True), (20_000, False)])
def test_origins_are_refused_beyond_15_percent_of_unknown_origin(bought: int, known: bool) -> None:
    found = measured(FLOWS | {("CHN", "THA"): bought}, MINED, "JPN")
    assert found["origin_unknown_share"].value == pytest.approx((40_000 - bought) / 130_000)
    assert (found["origin_hhi"].gap is None) == (found["origin_top1_share"].gap is None) == known


def test_without_imports_there_is_no_share_of_hubs_and_no_origin() -> None:
    found = measured(FLOWS, MINED, "MEX")
    assert found["import_share_of_supply"].value == 0.0
    assert found["hub_share"].gap == "no imports"
    assert "refused" in (found["origin_hhi"].gap or "")


@pytest.mark.parametrize(("tonnes", "apart"), [(31, True), (80, False), (100, False), (299, False), (301, True)])
def test_a_balance_is_a_gap_where_two_publishers_count_production_three_times_apart(tonnes: int, apart: bool) -> None:
    tables = tables_of(FLOWS, MINED, "252922", "Fluorspar")
    tables.connection.execute(
        "INSERT INTO usgs_production BY NAME SELECT 'MEX' AS economy, 'fluorspar' AS commodity, 'mine' AS stage, "
        "'Mine production' AS type, 2023 AS year, 'reported' AS status, 't' AS unit, $tonnes AS amount",
        {"tonnes": tonnes},
    )
    found = measure_exposure(tables, ["MEX", "JPN"], materials=["fluorspar"], years=[2023], methods=METHODS).by_key
    mexico = found["MEX", "HS92:fluorspar", 2023, "net_import_reliance", "mass"]
    assert (mexico.value is None) == apart
    assert (mexico.gap is not None and f"World Mining Data 100 t, USGS {tonnes} t in 2023" in mexico.gap) == apart
    assert found["JPN", "HS92:fluorspar", 2023, "net_import_reliance", "mass"].value is not None
