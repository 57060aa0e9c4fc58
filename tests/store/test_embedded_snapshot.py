"""The embedded snapshot holds what the architecture page promises, and joins without fan-out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from kizuna.store.store import Store, embedded_snapshot

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "architecture.md"
MOST_BYTES = 20_000_000
SQL_TYPE = {"text": "VARCHAR", "bool": "BOOLEAN", "i16": "SMALLINT", "i32": "INTEGER", "i64": "BIGINT"}
PROMISED = re.compile(r"([a-z_0-9]+) (text|bool|i16|i32|i64|decimal\(\d+,\d+\))")
CODED = {"trade_hs92": ("buyer_code", "supplier_code"), "mine_production": ("country_code",)}


@pytest.fixture(scope="module")
def snapshot() -> Store:
    """Return the embedded snapshot."""
    return embedded_snapshot()


def ask(snapshot: Store, query: str) -> list[tuple[object, ...]]:
    """Run a query in which a table name in braces stands for its object."""
    names = {name: f"read_parquet('{snapshot.table(name)}')" for name in snapshot.names()}
    return duckdb.connect().execute(query.format(**names)).fetchall()


def promised() -> dict[str, tuple[list[tuple[str, str]], list[str]]]:
    """Return columns with their SQL types, and the key, by table, as the architecture page states them."""
    section = PAGE.read_text(encoding="utf-8").split("## Snapshot tables")[1].split("## ")[0]
    tables = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            plain = re.sub(r"\((?!\d+,\d+\))[^()]*(?:\([^()]*\)[^()]*)*\)", "", cells[1])
            columns = [(name, SQL_TYPE.get(kind, kind.upper())) for name, kind in PROMISED.findall(plain)]
            for name in re.findall(r"`([a-z_0-9]+)`", cells[0]):
                tables[name] = (columns, cells[2].split(", "))
    return tables


def test_every_object_is_what_was_built(snapshot: Store) -> None:
    snapshot.verify()


def test_no_object_lies_about_that_no_table_names(snapshot: Store) -> None:
    named = {f"{snapshot.sha256(name)}.parquet" for name in snapshot.names()}
    assert {path.name for path in (snapshot.folder / "objects").iterdir()} == named


def test_the_snapshot_stays_small(snapshot: Store) -> None:
    assert sum(path.stat().st_size for path in snapshot.folder.rglob("*") if path.is_file()) < MOST_BYTES


def test_the_tables_are_those_of_the_architecture_page(snapshot: Store) -> None:
    assert set(snapshot.names()) == set(promised())


@pytest.mark.parametrize("name", [name for name in promised() if not name.startswith("wiod")])
def test_columns_types_and_key_are_those_of_the_architecture_page(snapshot: Store, name: str) -> None:
    columns, key = promised()[name]
    found = ask(snapshot, f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {{{name}}})")
    assert found == columns
    repeated = ask(snapshot, f"SELECT {', '.join(key)} FROM {{{name}}} GROUP BY ALL HAVING count(*) > 1")
    assert repeated == []


@pytest.mark.parametrize("name", [name for name in promised() if not name.startswith("wiod")])
def test_rows_lie_in_the_order_of_their_key(snapshot: Store, name: str) -> None:
    columns = ", ".join(promised()[name][1])
    found = ask(snapshot, f"SELECT {columns} FROM {{{name}}}")
    assert found == sorted(found, key=lambda row: tuple(row))


def test_every_row_of_the_inputs_is_kept_or_counted(snapshot: Store) -> None:
    for source in snapshot.sources():
        assert source.rows_in - sum(rows for _, rows in source.dropped) == source.rows_kept, source.id
        assert source.licence
        assert source.citation
        assert source.inputs


def test_the_catalogue_s_row_counts_are_those_of_the_objects(snapshot: Store) -> None:
    for name in snapshot.names():
        assert ask(snapshot, f"SELECT count(*) FROM {{{name}}}") == [(snapshot.entry(name).rows,)]
        assert snapshot.entry(name).rows == snapshot.source(name).rows_kept


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, columns in CODED.items() for column in columns])
def test_joining_the_publisher_s_codes_neither_multiplies_nor_invents_rows(
    snapshot: Store, name: str, column: str
) -> None:
    joined = ask(
        snapshot,
        f"SELECT count(*), count(c.code) FROM {{{name}}} t LEFT JOIN {{economy_codes}} c ON t.{column} = c.code",
    )
    french_guiana = 7 if name == "mine_production" else 0
    rows = snapshot.entry(name).rows
    assert joined == [(rows, rows - french_guiana)]


def test_baci_is_complete_and_its_missing_mass_is_null(snapshot: Store) -> None:
    query = (
        "SELECT count(*), count(DISTINCT product), min(year), max(year), count(*) - count(mass_kg) FROM {trade_hs92}"
    )
    assert ask(snapshot, query) == [(1_264_888, 74, 1995, 2024, 61_682)]


def test_india_and_japan_are_found_under_the_publisher_s_codes(snapshot: Store) -> None:
    query = "SELECT code, iso3 FROM {economy_codes} WHERE code IN (251, 392, 490, 699, 757, 842, 579) ORDER BY code"
    assert ask(snapshot, query) == [
        (251, "FRA"),
        (392, "JPN"),
        (490, "S19"),
        (579, "NOR"),
        (699, "IND"),
        (757, "CHE"),
        (842, "USA"),
    ]


def test_namibia_is_there_in_every_year_of_both_trade_tables(snapshot: Store) -> None:
    hs92 = "SELECT count(DISTINCT year) FROM {trade_hs92} WHERE buyer_code = 516 OR supplier_code = 516"
    hs17 = "SELECT count(DISTINCT year) FROM {trade_hs17} WHERE buyer = 'NAM' OR supplier = 'NAM'"
    assert ask(snapshot, hs92)[0][0] == 25
    assert ask(snapshot, hs17) == [(7,)]
    assert ask(snapshot, "SELECT iso2 FROM {economy_codes} WHERE iso3 = 'NAM'") == [("NA",)]


def test_other_asia_is_s19_in_every_year_and_no_other_name_stands_for_it(snapshot: Store) -> None:
    assert ask(snapshot, "SELECT count(DISTINCT year) FROM {trade_hs17} WHERE supplier = 'S19' AND buyer = 'JPN'") == [
        (7,)
    ]
    assert ask(
        snapshot, "SELECT count(*) FROM {trade_hs17} WHERE supplier IN ('TWN', 'TW') OR buyer IN ('TWN', 'TW')"
    ) == [(0,)]


def test_the_lists_of_larger_flows_hold_most_of_the_value(snapshot: Store) -> None:
    query = "SELECT product, share_of_value FROM {trade_hs17_coverage} ORDER BY share_of_value, product"
    lowest, *_, highest = ask(snapshot, query)
    assert (lowest[0], str(lowest[1]), str(highest[1])) == ("750210", "0.9467", "1.0000")


def test_russia_is_among_the_three_largest_sellers_of_wheat(snapshot: Store) -> None:
    query = "SELECT supplier FROM {food_trade} WHERE crop = 'wheat' GROUP BY 1 ORDER BY sum(kcal) DESC LIMIT 3"
    assert ask(snapshot, query) == [("RUS",), ("USA",), ("CAN",)]


def test_egypt_and_indonesia_are_the_largest_buyers_of_wheat_and_japan_of_maize(snapshot: Store) -> None:
    query = "SELECT buyer FROM {{food_trade}} WHERE crop = '{}' GROUP BY 1 ORDER BY sum(kcal) DESC LIMIT {}"
    assert ask(snapshot, query.format("wheat", 2)) == [("EGY",), ("IDN",)]
    assert ask(snapshot, query.format("maize", 1)) == [("JPN",)]


def test_french_guiana_and_guyana_are_told_apart(snapshot: Store) -> None:
    which = "WHERE year = 2022 AND iso3 IN ('GUF', 'GUY')"
    gold = f"SELECT iso3, amount::INT FROM {{mine_production}} {which} AND mineral = 'Gold' ORDER BY 1"
    scores = f"SELECT iso3, round(estimate, 3)::TEXT FROM {{governance}} {which} ORDER BY 1"
    assert ask(snapshot, gold) == [("GUF", 916), ("GUY", 15129)]
    assert ask(snapshot, scores) == [("GUF", "0.331"), ("GUY", "0.027")]


def test_every_traded_product_has_one_name(snapshot: Store) -> None:
    query = (
        "SELECT 'HS92', product FROM {trade_hs92} UNION SELECT 'HS17', product FROM {trade_hs17} "
        "EXCEPT SELECT revision, product FROM {hs_names}"
    )
    assert ask(snapshot, query) == []
    assert snapshot.entry("hs_names").rows == 74 + 30
