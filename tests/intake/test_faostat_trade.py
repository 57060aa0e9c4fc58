"""FAOSTAT's trade matrix and food balances: every report and element in its unit, with invented figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from fao_files import BALANCES, BALANCES_FILE, TRADE, TRADE_FILE, packed, read_here, stored, text_of, written

from kizuna.floor.errors import KizunaError
from kizuna.intake import faostat_trade
from kizuna.intake.importing import add_file
from kizuna.store.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as opened:
        yield opened


def flow(
    reporter: int, partner: int, element: tuple[int, str, str], year: int, value: str, flag: str = "A", item: int = 15
) -> tuple[str, ...]:
    """Return one row of the trade matrix; names that are not read are made up."""
    code, name, unit = element
    areas = (str(reporter), "'001", f"area {reporter}", str(partner), "'002", f"area {partner}")
    return (*areas, str(item), "'0111", "Wheat", str(code), name, str(year), str(year), unit, value, flag)


BOUGHT, SOLD = (5610, "Import quantity", "t"), (5910, "Export quantity", "t")
BOUGHT_FOR, SOLD_FOR = (5622, "Import value", "1000 USD"), (5922, "Export value", "1000 USD")


def test_areas_that_no_list_has_are_named(tmp_path: Path) -> None:
    rows = [flow(59, 185, BOUGHT, 2021, "1.0"), flow(59, 4321, BOUGHT, 2021, "2.0"), flow(77, 59, SOLD, 2021, "3.0")]
    _, notes, _ = read_here(written(tmp_path, text_of(TRADE, rows), TRADE_FILE), tmp_path)
    assert "FAO's list of areas of 2026 has not: 77, 4321; they keep their numbers." in notes


def test_the_trade_matrix_keeps_both_reports_in_the_order_of_its_key(library: Library, tmp_path: Path) -> None:
    rows = [
        flow(59, 185, BOUGHT, 2021, "900.000000"),
        flow(185, 59, SOLD, 2021, "1000.500000", "X"),
        flow(185, 59, SOLD_FOR, 2021, "250.000000", "E"),
        flow(59, 185, BOUGHT_FOR, 2021, "", "M"),
        flow(59, 185, BOUGHT, 2020, "1.000000"),
        flow(230, 41, (5908, "Export quantity", "An"), 2020, "12.000000", item=1096),
        flow(41, 230, (5609, "Import quantity", "1000 An"), 2020, "0.500000", item=1096),
        flow(230, 59, (5907, "Export quantity", "No"), 2020, "40.000000", item=1181),
        flow(5707, 59, SOLD, 2020, "7.000000"),
        flow(59, 5000, BOUGHT, 2020, "8.000000"),
        flow(59, 41, (5999, "Something", "t"), 2020, "9.000000"),
        flow(59, 41, (5622, "Import value", "EUR"), 2020, "9.000000"),
        flow(59, 41, (5622, "Import value", "t"), 2020, "9.000000"),
    ]
    added = add_file(library, packed(tmp_path, TRADE_FILE, text_of(TRADE, rows))).addition
    found = stored(library, "food_trade_reports")
    assert found.rows() == [
        (59, 185, 15, "import", "quantity", "t", 2020, 1.0, "A"),
        (5707, 59, 15, "export", "quantity", "t", 2020, 7.0, "A"),
        (41, 230, 1096, "import", "quantity", "1000 An", 2020, 0.5, "A"),
        (230, 41, 1096, "export", "quantity", "An", 2020, 12.0, "A"),
        (230, 59, 1181, "export", "quantity", "No", 2020, 40.0, "A"),
        (59, 185, 15, "import", "quantity", "t", 2021, 900.0, "A"),
        (59, 185, 15, "import", "value", "1000 USD", 2021, None, "M"),
        (185, 59, 15, "export", "quantity", "t", 2021, 1000.5, "X"),
        (185, 59, 15, "export", "value", "1000 USD", 2021, 250.0, "E"),
    ]
    dropped = dict(added.source.dropped)
    assert {reason: rows for reason, rows in dropped.items() if not reason.startswith("areas")} == {
        "element 5999 Something": 1, "Import value in EUR": 1, "Import value in t": 1,
    }  # fmt: skip
    assert (sum(dropped.values()), added.version) == (4, "TM 2026-06-05")
    assert any("1 amounts are null" in note for note in added.source.repairs)


def test_an_older_trade_matrix_has_the_same_units_in_other_words(tmp_path: Path) -> None:
    old = [name for name in TRADE if "(" not in name]
    places = [TRADE.index(name) for name in old]
    rows = [
        flow(231, 2, (5910, "Export Quantity", "tonnes"), 1999, "3", ""),
        flow(231, 2, (5922, "Export Value", "1000 US$"), 1999, "4", "*"),
        flow(231, 2, (5908, "Export Quantity", "Head"), 1999, "5", "Fm", 866),
        flow(231, 2, (5909, "Export Quantity", "1000 Head"), 1999, "6", "A", 1057),
    ]
    text = text_of(old, [[row[at] for at in places] for row in rows]).encode("cp1252")
    frame, notes, dropped = read_here(written(tmp_path, text, TRADE_FILE.replace("alized", "")), tmp_path)
    assert frame.select("item_code", "unit", "amount", "flag").rows() == [
        (15, "t", 3.0, ""), (15, "1000 USD", 4.0, "*"), (866, "An", 5.0, "Fm"), (1057, "1000 An", 6.0, "A"),
    ]  # fmt: skip
    assert dropped == {}
    assert any("none is official" in note for note in notes)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (flow(59, 185, BOUGHT, 2021, "x"), "row 3: Value is 'x'"),
        (flow(59, 185, BOUGHT, 2021, "-1"), "row 3: Value is '-1'"),
        (flow(59, 185, BOUGHT, 2021, "inf"), "row 3: Value is 'inf'"),
        (flow(59, 0, BOUGHT, 2021, "1"), "row 3: Partner Country Code is '0'"),
        (flow(59, 185, BOUGHT, 1821, "1"), "row 3: Year is '1821'"),
        (flow(59, 185, BOUGHT, 2021, "1", "a"), "row 3: Flag is 'a'"),
        (flow(59, 185, BOUGHT, 2021, "1", item=0), "row 3: Item Code is '0'"),
        (flow(59, 185, BOUGHT, 2021, "1", item=40000), "row 3: Item Code is '40000'"),
        (flow(59, 185, BOUGHT, 2020, "2"), "1 rows stand again.*\n.*row 3: year 2020, item_code 15, reporter_code 59"),
    ],
)
def test_a_wrong_row_of_the_trade_matrix_is_refused(tmp_path: Path, row: tuple[str, ...], message: str) -> None:
    text = text_of(TRADE, [flow(59, 185, BOUGHT, 2020, "1.000000"), row, flow(59, 41, BOUGHT, 2020, "1.000000")])
    with pytest.raises(KizunaError, match=re.compile(message, re.S)):
        read_here(written(tmp_path, text, TRADE_FILE), tmp_path)


def test_a_question_about_a_year_of_trade_reads_few_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faostat_trade, "ROW_GROUP", 1000)
    monkeypatch.setattr("kizuna.intake.rows.BLOCK", 1 << 14)
    rows = [
        flow(reporter, partner, BOUGHT, year, f"{reporter + partner}.000000", item=item)
        for reporter in range(1, 11)
        for partner in range(1, 11)
        for item in range(15, 20)
        for year in range(2000, 2010)
    ]
    frame, _, _ = read_here(written(tmp_path, text_of(TRADE, rows), TRADE_FILE), tmp_path)
    assert (frame.height, frame["amount"].sum()) == (5000, 55_000.0)
    assert frame.equals(frame.sort("year", "item_code", "reporter_code", "partner_code"))
    groups = duckdb.sql(
        "SELECT row_group_id, stats_min_value, stats_max_value "
        f"FROM parquet_metadata('{tmp_path / 'read.parquet'}') WHERE path_in_schema = 'year'"
    ).fetchall()
    assert len(groups) == 5
    assert [(low, high) for _, low, high in sorted(groups)] == [
        (str(year), str(year + 1)) for year in range(2000, 2010, 2)
    ]


def balance(area: int, m49: str, element: tuple[int, str, str], value: str, item: int = 2511) -> tuple[str, ...]:
    code, name, unit = element
    return (
        *(str(area), f"'{m49}", f"area {area}", str(item), f"'S{item}", "Wheat and products"),
        *(str(code), name, "2022", "2022", unit, value, "E", ""),
    )


STOCKS, FOOD = (5072, "Stock Variation", "1000 t"), (664, "Food supply (kcal/capita/day)", "kcal/cap/d")


def test_food_balances_keep_every_element_in_its_unit(library: Library, tmp_path: Path) -> None:
    rows = [
        balance(110, "392", STOCKS, "-12.500000"),
        balance(110, "392", FOOD, "400.250000"),
        balance(41, "156", STOCKS, "3.000000"),
        balance(5707, "097", STOCKS, ""),
        balance(5100, "002", STOCKS, "9.000000"),
    ]
    added = add_file(library, packed(tmp_path, BALANCES_FILE, text_of(BALANCES, rows))).addition
    wheat = (2511, "Wheat and products")
    assert stored(library, "food_balances").rows() == [
        ("F41", "area 41", *wheat, 5072, "Stock Variation", 2022, "1000 t", 3.0, "E"),
        ("F5707", "area 5707", *wheat, 5072, "Stock Variation", 2022, "1000 t", None, "E"),
        ("JPN", "area 110", *wheat, 664, "Food supply (kcal/capita/day)", 2022, "kcal/cap/d", 400.25, "E"),
        ("JPN", "area 110", *wheat, 5072, "Stock Variation", 2022, "1000 t", -12.5, "E"),
    ]
    assert [rows for _, rows in added.source.dropped] == [1]
    assert (added.tables, added.version) == (("food_balances",), "FBS 2026-06-05")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (balance(2, "004", (5072, "Stock Variation", "t"), "1"), "element 5072: 1000 t, t"),
        (balance(110, "392", STOCKS, "nan"), "row 3: Value is 'nan'"),
        (balance(110, "392", STOCKS, "1"), "row 2: .*element_code 5072.*\n.*row 3: "),
        (balance(4999, "", STOCKS, "1"), "row 3: 'F4999', area 4999"),
    ],
)
def test_a_wrong_row_of_food_balances_is_refused(tmp_path: Path, row: tuple[str, ...], message: str) -> None:
    text = text_of(BALANCES, [balance(110, "392", STOCKS, "2"), row])
    with pytest.raises(KizunaError, match=re.compile(message, re.S)):
        read_here(written(tmp_path, text, BALANCES_FILE), tmp_path)
