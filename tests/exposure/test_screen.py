"""All products in one pass give what the measures give one by one."""

from __future__ import annotations

import polars as pl
import pytest

from kizuna.exposure.every_importer import every_importer
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.screen import screen
from kizuna.floor.errors import OutOfRangeError, RequestError
from kizuna.tables.build import Tables

PRODUCTS = ("270900", "280530", "250410", "260111", "711011", "283691")


@pytest.fixture(scope="module")
def every(tables: Tables) -> pl.DataFrame:
    return every_importer(tables, 2023)


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_importer_is_what_the_measures_say(tables: Tables, every: pl.DataFrame, product: str) -> None:
    found = measure_exposure(
        tables,
        ["IND", "JPN", "DEU", "USA"],
        products=[f"HS92:{product}"],
        years=[2023],
        methods=["concentration", "cepii-geodep"],
    )
    values = {(row.economy, row.indicator): row.value for row in found.rows() if row.basis == "value"}
    checked = 0
    for row in every.filter(pl.col("product") == product).iter_rows(named=True):
        for indicator, ours in (
            ("import_hhi", row["hhi"]),
            ("top1_share", row["top_share"]),
            ("geodep_year", float(row["geodep"])),
        ):
            value = values.get((row["buyer"], indicator))
            if value is not None:
                assert ours == pytest.approx(value, rel=1e-12)
                checked += 1
    assert checked >= 8


def test_what_is_common_is_over_the_share_for_each_and_of_no_partner(tables: Tables, every: pl.DataFrame) -> None:
    found = screen(tables, ["IND", "JPN"], 2023)
    assert len(found.common) == 14
    rows = {(row["product"], row["buyer"]): row for row in every.iter_rows(named=True)}
    for one in found.common:
        for each in one.bought:
            row = rows[one.product, each.buyer]
            assert (row["top"], row["imports_usd"]) == (one.supplier, each.imports_usd)
            assert each.top_share > 0.4
    stakes = [one.stake_usd for one in found.common]
    assert stakes == sorted(stakes, reverse=True)


def test_purchases_stand_in_the_order_of_the_partners(tables: Tables) -> None:
    found = screen(tables, ["JPN", "IND"], 2023)
    assert {tuple(each.buyer for each in one.bought) for one in found.common} == {("JPN", "IND")}
    other = screen(tables, ["IND", "JPN"], 2023)
    assert [one.bought[::-1] for one in other.common] == [one.bought for one in found.common]


def test_concentration_is_that_of_exact_sums_whoever_else_is_asked_for(tables: Tables) -> None:
    query = "SELECT product, value_usd FROM flows WHERE revision = 'HS92' AND year = 2023 AND buyer = 'JPN'"
    amounts: dict[str, list[int]] = {}
    for product, usd in tables.rows(query):
        amounts.setdefault(product, []).append(usd)
    exact = {product: float(sum(usd * usd for usd in of)) / float(sum(of)) ** 2 for product, of in amounts.items()}
    for partners in (["JPN", "IND"], ["IND", "JPN"], ["DEU", "JPN", "USA", "IND"]):
        bought = screen(tables, partners, 2023).bought
        found = {product: one.hhi for product, every in bought.items() for one in every if one.buyer == "JPN"}
        assert found == exact


def test_one_partner_and_a_year_without_flows_are_refused(tables: Tables) -> None:
    with pytest.raises(RequestError, match="1 partners"):
        screen(tables, ["IND"], 2023)
    with pytest.raises(OutOfRangeError, match="year 1890"):
        screen(tables, ["IND", "JPN"], 1890)
