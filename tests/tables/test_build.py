"""The SQL tables: what stands ready, what is built when needed, and codes that become economies."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kizuna.floor.errors import UnknownNameError
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import MADE_FROM, Tables, build_tables

LATER = {"gdp", "population", "distances"}


@pytest.fixture(scope="module")
def fresh() -> Tables:
    """Return tables that nothing has been asked of yet."""
    return build_tables(embedded_snapshot())


def names(tables: Tables) -> set[str]:
    """Return the SQL tables that stand ready."""
    return {name for (name,) in tables.rows("SELECT table_name FROM duckdb_tables()")}


def test_tables_that_no_measure_reads_are_built_when_needed_and_then_once(fresh: Tables) -> None:
    assert names(fresh) == {*MADE_FROM, "economies"} - LATER
    for name in sorted(LATER):
        fresh.need(name)
        fresh.need(name)
        ((rows,),) = fresh.rows(f"SELECT count(*) FROM {name}")
        assert rows > 1000
    assert names(fresh) == {*MADE_FROM, "economies"}


def test_a_table_that_stands_ready_is_left_as_it_is(fresh: Tables) -> None:
    before = fresh.rows("SELECT count(*), sum(value_usd) FROM flows")
    fresh.need("flows")
    assert fresh.rows("SELECT count(*), sum(value_usd) FROM flows") == before


def test_a_table_that_does_not_exist_is_refused_by_name(fresh: Tables) -> None:
    with pytest.raises(UnknownNameError, match=r"'gpd' is not a table.*(?s:.)*gdp"):
        fresh.need("gpd")


def test_both_ends_of_a_pair_are_economies(fresh: Tables) -> None:
    fresh.need("distances")
    query = "SELECT distance_km FROM distances WHERE economy_a = $a AND economy_b = $b"
    there, back = (fresh.rows(query, a=a, b=b) for a, b in (("IND", "JPN"), ("JPN", "IND")))
    assert there == back == [(Decimal("5847.7100"),)]
    for name, pair in (("distances", ("economy_a", "economy_b")), ("food_trade", ("buyer", "supplier"))):
        stored = fresh.store.entry(MADE_FROM[name][0]).rows
        ((kept, known),) = fresh.rows(f"SELECT count(*), count({pair[0]}) + count({pair[1]}) FROM {name}")
        assert known == 2 * kept
        assert 0.9 * stored < kept <= stored


def test_a_publishers_own_code_becomes_the_economy_it_stands_for(fresh: Tables) -> None:
    file = str(fresh.store.table("mine_production"))
    stored = fresh.rows(
        "SELECT mineral, year, amount FROM read_parquet($file) WHERE iso3 = 'R20' ORDER BY ALL", file=file
    )
    kept = fresh.rows("SELECT mineral, year, amount FROM mine_production WHERE economy = 'XKX' ORDER BY ALL")
    assert len(stored) > 20
    assert kept == stored


def test_the_coverage_of_the_lists_of_largest_flows_stands_ready(fresh: Tables) -> None:
    assert fresh.rows("SELECT share_of_value FROM hs17_coverage WHERE product = '850511'") == [(Decimal("0.9808"),)]
    missing = """SELECT DISTINCT product FROM flows WHERE revision = 'HS17' AND coverage <> 'complete'
                 EXCEPT SELECT product FROM hs17_coverage"""
    assert fresh.rows(missing) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SELECT * FROM glob('/etc/*')",
    ],
)
def test_the_database_reads_its_objects_and_nothing_else(tables: Tables, query: str) -> None:
    import duckdb

    with pytest.raises(duckdb.Error):
        tables.rows(query)
    assert tables.rows("SELECT count(*) > 0 FROM flows") == [(True,)]
