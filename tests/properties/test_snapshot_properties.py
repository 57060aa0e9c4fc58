"""What must hold over the whole embedded snapshot."""

from __future__ import annotations

import math
from functools import partial

import duckdb
import numpy as np
import polars as pl
import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import Block
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.panel import read_panel
from kizuna.exposure.trade import TradeAsk, measure_trade
from kizuna.store.store import embedded_snapshot
from kizuna.tables.baskets import load_baskets
from kizuna.tables.build import Tables, build_tables

SHARES = {
    "top1_share", "top3_share", "cdi2", "partner_share", "partner_world_share", "hub_share", "no_production_share",
    "origin_top1_share", "origin_unknown_share", "import_share_of_supply", "supplier_pagerank",
}  # fmt: skip


@pytest.fixture(scope="module")
def every_cell(tables: Tables) -> list[Block]:
    """Return concentration of every economy, product and year, by value and by mass."""
    commodities = [tables.commodity(f"{revision}:{product}") for revision, product in sorted(tables.product_names)]
    first, last = tables.years()
    panel = read_panel(tables, commodities, first, last)
    ask = TradeAsk(np.arange(len(panel.economies)), panel.years, 5, frozenset({"concentration"}))
    return [block for basis in ("value", "mass") for block in measure_trade(panel, (), ask, basis)]


@pytest.fixture(scope="module")
def big_ask(tables: Tables) -> pl.DataFrame:
    """Return every method for every basket, three economies and two blocs."""
    baskets = [basket.id for basket in load_baskets()]
    given = Assumptions(substitution_index={"copper": 0.71, "fluorspar": 0.91}, governance="political-stability")
    names = ["IND", "JPN", "S19", "EU27", "IND+JPN"]
    return measure_exposure(tables, names, baskets=baskets, years=[2017, 2023], assumptions=given).frame()


def test_every_concentration_lies_above_nothing_and_at_most_at_one(every_cell: list[Block]) -> None:
    found = [block for block in every_cell if block.indicator == "import_hhi"]
    assert sum(len(block) for block in found) > 400_000
    for block in found:
        assert (block.value > 0).all()
        assert (block.value <= 1 + 1e-12).all()


def test_effective_suppliers_are_at_least_one_and_at_most_all_of_them(every_cell: list[Block]) -> None:
    by_name = {(block.indicator, block.basis): block.value for block in every_cell}
    for basis in ("value", "mass"):
        effective, count = by_name["effective_suppliers", basis], by_name["supplier_count", basis]
        assert (effective >= 1 - 1e-12).all()
        assert (effective <= count * (1 + 1e-12)).all()
        assert (by_name["top1_share", basis] <= by_name["top3_share", basis] + 1e-12).all()


def test_a_value_is_absent_exactly_where_a_gap_gives_a_reason(big_ask: pl.DataFrame) -> None:
    assert big_ask.height > 5000
    assert big_ask["value"].is_null().to_list() == big_ask["gap"].is_not_null().to_list()
    assert 0 < big_ask["gap"].null_count() < big_ask.height
    assert big_ask["value"].is_nan().sum() == 0
    assert big_ask["value"].is_infinite().sum() == 0
    assert big_ask.filter(pl.col("gap").str.strip_chars() == "").height == 0


def test_every_share_is_a_share(big_ask: pl.DataFrame) -> None:
    rows = big_ask.filter(pl.col("indicator").is_in(SHARES) & pl.col("value").is_not_null())
    assert set(rows["indicator"]) == SHARES
    assert rows.filter((pl.col("value") < 0) | (pl.col("value") > 1 + 1e-9)).height == 0


def test_no_two_rows_answer_the_same_question(big_ask: pl.DataFrame) -> None:
    key = ["economy", "product", "revision", "year", "indicator", "basis"]
    alone = big_ask.filter(pl.col("method") != "partners")
    assert alone.select(key).is_duplicated().sum() == 0
    # A partner indicator has one row for each partner, who is named in the detail.
    assert big_ask.select([*key, "detail"]).is_duplicated().sum() == 0


def test_every_row_with_a_number_names_its_sources_and_rows(big_ask: pl.DataFrame) -> None:
    numbers = big_ask.filter(pl.col("value").is_not_null())
    assert numbers.filter(pl.col("rows_used") <= 0).height == 0
    assert big_ask.filter(pl.col("sources").list.len() == 0).height == 0


def test_the_number_of_threads_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(count: int) -> bytes:
        monkeypatch.setattr(duckdb, "connect", partial(connect, config={"threads": count}))
        tables = build_tables(embedded_snapshot())
        assert tables.rows("SELECT current_setting('threads')") == [(count,)]
        names = ["IND", "JPN", "EU27"]
        found = measure_exposure(tables, names, baskets=["magnets", "staple-food"], products=["2701"], years=[2023])
        return found.frame().write_json().encode()

    connect = duckdb.connect
    assert asked(1) == asked(2) == asked(4)


def test_the_world_sells_what_it_buys_in_every_year(tables: Tables) -> None:
    panel = read_panel(tables, [tables.commodity("270900")], *tables.years())
    ask = TradeAsk(np.arange(len(panel.economies)), panel.years, 5, frozenset({"concentration"}))
    imports = next(block for block in measure_trade(panel, (), ask, "value") if block.indicator == "imports")
    (total,) = tables.rows(
        "SELECT sum(value_usd)::BIGINT FROM flows WHERE revision = 'HS92' AND product = '270900' AND buyer <> supplier"
    )[0]
    assert math.fsum(imports.value.tolist()) == total
