"""Rows that rest on the largest flows alone say so."""

from __future__ import annotations

import polars as pl
import pytest

from kizuna.exposure.absent import Notes
from kizuna.exposure.measure import measure_exposure
from kizuna.tables.build import Tables

MAGNETS = "largest flows only: about 98.1 % of the world value (as measured in 2024)"


def frame(tables: Tables, products: list[str], years: list[int], **ask: object) -> pl.DataFrame:
    """Return what Japan's and India's rows of some products say."""
    return measure_exposure(tables, ["IND", "JPN"], products=products, years=years, **ask).frame()


@pytest.mark.parametrize("year", [2018, 2023])
def test_a_year_of_largest_flows_is_noted_on_every_row_with_what_they_hold(tables: Tables, year: int) -> None:
    assert frame(tables, ["HS17:850511"], [year])["note"].unique().to_list() == [MAGNETS]


def test_the_note_holds_the_share_that_the_snapshot_has_for_the_product(tables: Tables) -> None:
    query = "SELECT share_of_value FROM hs17_coverage WHERE product = $product"
    ((share,),) = tables.rows(query, product="750210")
    said = frame(tables, ["HS17:750210"], [2020])["note"].unique().to_list()
    assert said == [f"largest flows only: about {float(share) * 100:.1f} % of the world value (as measured in 2024)"]


def test_codes_measured_together_count_by_their_value(tables: Tables) -> None:
    query = """SELECT sum(value_usd * share_of_value)::DOUBLE / sum(value_usd)::DOUBLE FROM flows
               JOIN hs17_coverage USING (product)
               WHERE revision = 'HS17' AND year = 2024 AND starts_with(product, '8112')"""
    ((share,),) = tables.rows(query)
    said = frame(tables, ["HS17:8112"], [2023], methods=["concentration"])["note"].unique().to_list()
    assert said == [f"largest flows only: about {share * 100:.1f} % of the world value (as measured in 2024)"]


def test_what_rounds_to_everything_is_not_called_everything(tables: Tables) -> None:
    said = frame(tables, ["HS17:251010"], [2019], methods=["concentration"])["note"].unique().to_list()
    assert said == ["largest flows only: nearly all of the world value (as measured in 2024)"]


def test_a_complete_year_has_no_note_but_a_window_that_reaches_back_has(tables: Tables) -> None:
    found = frame(tables, ["HS17:850511"], [2024])
    noted = dict(found.group_by("indicator").agg(pl.col("note").unique()).iter_rows())
    windows = {"geodep_dependent", "geodep_persistence", "geodep_churn"}
    assert {name: noted.pop(name) for name in windows} == {name: [f"2023: {MAGNETS}"] for name in windows}
    assert "import_hhi" in noted
    assert all(notes == [""] for notes in noted.values())


def test_complete_figures_and_years_without_any_have_no_note(tables: Tables) -> None:
    assert frame(tables, ["270900"], [2019, 2023])["note"].unique().to_list() == [""]
    assert frame(tables, ["HS17:850511"], [2017])["note"].unique().to_list() == [""]


def test_the_top_supplier_stays_in_the_detail(tables: Tables) -> None:
    found = frame(tables, ["HS17:850511"], [2019], methods=["concentration"])
    top = found.filter((pl.col("indicator") == "top1_share") & (pl.col("basis") == "value"))
    assert top["detail"].to_list() == ["CHN", "PHL"]


def test_a_window_is_noted_only_as_far_as_it_reaches() -> None:
    notes = Notes({("HS17:1", 2020): "partial"}, {"long": 3})
    assert [notes.of("long", "HS17:1", year) for year in (2019, 2020, 2022, 2023)] == [
        "",
        "partial",
        "2020: partial",
        "",
    ]
    assert [notes.of("short", "HS17:1", year) for year in (2020, 2021)] == ["partial", ""]
