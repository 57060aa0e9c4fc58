"""Staple food: an economy or bloc without a figure is a gap, not a zero."""

from __future__ import annotations

import pytest

from kizuna.exposure.exposure import Row
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables


@pytest.fixture(scope="module")
def rows(tables: Tables) -> dict[tuple[str, str, str], Row]:
    """Return rows by (economy, crop, indicator)."""
    names = ["JPN", "SGP", "HKG", "AGO", "SGP+HKG", "EU27"]
    found = measure_exposure(tables, names, baskets=["staple-food"], years=[2023])
    return {(row.economy, row.product, row.indicator): row for row in found.rows()}


def test_the_balance_is_that_of_the_tables(tables: Tables, rows: dict[tuple[str, str, str], Row]) -> None:
    made = tables.rows("SELECT tonnes::DOUBLE FROM food_production WHERE economy = 'JPN' AND item = 'Wheat'")[0][0]
    wheat = "SELECT coalesce(sum(kcal), 0)::BIGINT FROM food_trade WHERE crop = 'wheat' AND "
    bought = float(tables.rows(wheat + "buyer = 'JPN' AND supplier <> 'JPN'")[0][0])
    sold = float(tables.rows(wheat + "supplier = 'JPN' AND buyer <> 'JPN'")[0][0])
    stocks = tables.rows("SELECT kcal::DOUBLE FROM food_stocks WHERE crop = 'wheat' AND economy = 'JPN'")[0][0]
    energy = made * parameter("kcal_per_tonne_wheat")
    used = energy + bought - sold
    assert rows["JPN", "wheat", "imports"].value == bought
    assert rows["JPN", "wheat", "food_self_sufficiency"].value == pytest.approx(energy / used, rel=1e-12)
    assert rows["JPN", "wheat", "food_import_dependency"].value == pytest.approx((bought - sold) / used, rel=1e-12)
    assert rows["JPN", "wheat", "food_stocks_to_use"].value == pytest.approx(stocks / used, rel=1e-12)


def test_indices_that_mix_vintages_say_that_they_are_approximate(rows: dict[tuple[str, str, str], Row]) -> None:
    for (_, _, indicator), row in rows.items():
        if indicator.startswith("food_"):
            assert row.detail.startswith("approximate")
            assert row.year == 2016


@pytest.mark.parametrize("economy", ["SGP", "SGP+HKG"])
def test_without_any_production_figure_there_is_a_gap(rows: dict[tuple[str, str, str], Row], economy: str) -> None:
    row = rows[economy, "wheat", "food_self_sufficiency"]
    assert row.value is None
    assert row.gap == "no production of wheat in 2020 in this snapshot"


def test_a_bloc_says_how_many_members_have_no_production_figure(rows: dict[tuple[str, str, str], Row]) -> None:
    assert "no production figure for" in rows["EU27", "rice", "food_self_sufficiency"].detail
    assert rows["EU27", "wheat", "food_self_sufficiency"].value == pytest.approx(1.247, abs=1e-3)


@pytest.mark.parametrize("crop", ["wheat", "maize", "rice"])
def test_production_without_any_trade_record_is_not_self_sufficiency(
    rows: dict[tuple[str, str, str], Row], crop: str
) -> None:
    assert rows["AGO", crop, "food_self_sufficiency"].gap == f"no trade of {crop} in this snapshot"
    assert "no imports" in (rows["AGO", crop, "import_hhi"].gap or "")
