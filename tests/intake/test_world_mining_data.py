"""World Mining Data: the workbook comes back figure for figure; what is off is refused with sheet, row and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import world_mining_data
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import Read, look
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

FILE = "6.4. Production_of_Mineral_Raw_Materials_of_individual_Countries_by_Minerals.xlsx"
KEY = ["mineral", "iso3", "year"]
HEADER = ["Country", "unit", "2022", "2023", "data source"]
COPPER = [["Chile", "metr. t", "5,330,100", "5 250 000", "r"], ["Congo, D.R.", "metr. t", "-", "", "e"],
          ["Total", None, "5330100", 5250000, None]]  # fmt: skip
OTHERS = {
    "Cobalt": [["Zambia", "metr. t", 10, 0, "p"], ["Total", "metr. t", 10, 0, ""]],
    "Gold": [
        ["French Guiana", "kg", "1.5", 2.25, "r"],
        ["Guyana", "kg", "3", "4", "r"],
        ["Total", "kg", 4.5, 6.25, ""],
    ],
}


def shipped() -> pl.DataFrame:
    return pl.read_parquet(embedded_snapshot().table("mine_production"))


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], header: Sequence[Any] = HEADER) -> Path:
    """Write a workbook with a title and a header above the rows of each sheet."""
    made = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in [[f"Production of {name}"], header, *rows] if rows else []:
            sheet.append(list(row))
    made.save(path)
    return path


def small(path: Path, copper: Sequence[Sequence[Any]] = COPPER, header: Sequence[Any] = HEADER) -> Path:
    return book(path, {"Copper": copper, **OTHERS}, header)


def read_here(path: Path) -> tuple[Read, pl.DataFrame]:
    """Read a workbook in this process, as the child does."""
    incoming = world_mining_data.recognise(look(path))
    assert incoming is not None
    target = path.parent / "read.parquet"
    read = world_mining_data.read(incoming, incoming.parts[0], target, lambda _: None)
    return read, pl.read_parquet(target)


def shipped_sheets() -> tuple[dict[str, list[list[Any]]], list[Any]]:
    """Return the shipped table as sheets: text in the even years, numbers in the odd ones, the old sign for cubic."""
    years = list(range(2018, 2025))
    wide = shipped().pivot("year", index=["mineral", "country", "unit", "status"], values="amount", sort_columns=True)
    sheets: dict[str, list[list[Any]]] = {}
    for mineral, country, unit, status, *amounts in wide.rows():
        cells = [
            None if amount is None else str(amount) if year % 2 == 0 else float(amount)
            for year, amount in zip(years, amounts, strict=True)
        ]
        name = f"{mineral} " if mineral == "Steam Coal" else mineral
        sheets.setdefault(name, []).append([country, unit.replace("m3", "m³"), *cells, status])
    for mineral, rows in sheets.items():
        of = shipped().filter(mineral=mineral.strip()).group_by("year").agg(pl.col("amount").sum())
        sums = dict(of.rows())
        rows.append(["Total", None, *(float(sums[year]) for year in years), None])
    return sheets, ["Country", "unit", *years, "data source"]


def test_the_shipped_table_as_a_workbook_comes_back_and_answers_alike(library: Library, tmp_path: Path) -> None:
    sheets, header = shipped_sheets()
    assert len(sheets) == 65
    add_file(library, book(tmp_path / FILE, sheets, header))
    figures = layered(embedded_snapshot(), library)
    (path,) = figures.paths("mine_production")
    assert pl.read_parquet(path).equals(shipped())
    own, embedded = build_tables(figures), build_tables(embedded_snapshot())
    query = "SELECT * FROM mine_production ORDER BY ALL"
    assert own.rows(query) == embedded.rows(query)
    source, before = figures.source("mine_production"), embedded_snapshot().source("mine_production")
    assert (source.rows_in, source.rows_kept) == (before.rows_in, before.rows_kept)
    assert source.dropped == (("world totals, checked against the sums", 455),)
    assert source.vintage == "2018-2024"


def test_a_new_edition_takes_the_place_of_the_old(library: Library, tmp_path: Path) -> None:
    add_file(library, small(tmp_path / "old.xlsx"))
    add_file(library, small(tmp_path / "new.xlsx", header=["Country", "unit", 2023, 2024, "Data  Source"]))
    figures = layered(embedded_snapshot(), library)
    (path,) = figures.paths("mine_production")
    assert {*pl.read_parquet(path)["year"]} == {2023, 2024}
    assert figures.source("mine_production").vintage == "2023-2024"


def test_figures_are_read_from_text_and_numbers_and_missing_ones_stay_missing(tmp_path: Path) -> None:
    read, frame = read_here(small(tmp_path / "book.xlsx"))
    found = {(row[0], row[1], row[4]): row[2:4] + row[5:] for row in frame.rows()}
    assert found["Copper", "Chile", 2022] == (152, "CHL", "metr. t", "r", Decimal(5330100))
    assert found["Copper", "Chile", 2023] == (152, "CHL", "metr. t", "r", Decimal(5250000))
    assert (
        found["Copper", "Congo, D.R.", 2022]
        == found["Copper", "Congo, D.R.", 2023]
        == (180, "COD", "metr. t", "e", None)
    )
    assert found["Cobalt", "Zambia", 2023] == (894, "ZMB", "metr. t", "p", Decimal(0))
    assert found["Gold", "French Guiana", 2022] == (254, "GUF", "kg", "r", Decimal("1.5"))
    assert found["Gold", "Guyana", 2023] == (328, "GUY", "kg", "r", Decimal(4))
    assert (read.rows_in, read.rows_kept, dict(read.dropped)) == (
        16,
        10,
        {"world totals, checked against the sums": 6},
    )
    assert "2 amounts are missing and stay so." in read.notes


def test_countries_of_the_package_are_those_of_the_shipped_table() -> None:
    columns = ["country", "iso3", "country_code"]
    listed = shipped().select(columns).unique()
    assert {row: world_mining_data.country_of(row[0]) for row in listed.rows()} == {row: row for row in listed.rows()}
    assert listed.height == 167


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Turkey", ("Türkiye", "TUR", 792)), ("Macedonia", ("North Macedonia", "MKD", 807)),
        ("Haiti", ("Haiti", "HTI", 332)), ("Swaziland", ("Eswatini", "SWZ", 748)), ("Atlantis", None), ("US", None),
    ],
)  # fmt: skip
def test_other_names_are_those_of_economies(written: str, named: tuple[str, str, int] | None) -> None:
    assert world_mining_data.country_of(written) == named


def test_names_no_longer_used_remarks_and_empty_sheets_are_told(tmp_path: Path) -> None:
    copper = [["Turkey", "Metr. t", 1, 2, "R"], ["Total", "", 1, 2, ""], [None], ["r reported, e estimated"]]
    read, frame = read_here(book(tmp_path / "book.xlsx", {"Copper": copper, **OTHERS, "Notes": []}))
    assert frame.filter(mineral="Copper")["country"].to_list() == ["Türkiye", "Türkiye"]
    assert "Names written as in the table: Turkey to Türkiye." in read.notes
    assert "The sheet 'Notes' is empty." in read.notes
    assert dict(read.dropped) == {"world totals, checked against the sums": 6, "remarks below the table": 2}


def test_a_total_may_differ_by_a_thousandth(tmp_path: Path) -> None:
    read_here(small(tmp_path / "book.xlsx", [["Chile", "metr. t", 9991, 10, "r"], ["Total", "", 10000, 10, ""]]))
    wrong = small(tmp_path / "wrong.xlsx", [["Chile", "metr. t", 9989, 10, "r"], ["Total", "", 10000, 10, ""]])
    found = r"row 4: 2022 is 10000.000, the sum is 9989.000 \(wrong.xlsx, sheet Copper\)"
    with pytest.raises(KizunaError, match=found):
        read_here(wrong)


TOTALS = ["Total", "", 1, 2, ""]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["Atlantis", "metr. t", 1, 2, "r"], TOTALS], "row 3: country is 'Atlantis'"),
        ([["Chile", "short t", 1, 2, "r"], TOTALS], "row 3: unit is 'short t'"),
        ([["Chile", "metr. t", 1, 2, "x"], TOTALS], "row 3: datasource is 'x'"),
        ([["Chile", "metr. t", "many", 2, "r"], TOTALS], "row 3: 2022 is 'many'"),
        ([["Chile", "metr. t", "1,5", 2, "r"], TOTALS], "row 3: 2022 is '1,5'"),
        ([["Chile", "metr. t", 2, 2, "r"], ["Peru", "metr. t", -1, 0, "r"], TOTALS], "row 4: 2022 is '-1'"),
        ([["Turkey", "metr. t", 1, 2, "r"], ["Türkiye", "metr. t", 0, 0, "r"], TOTALS], "row 3: country is 'Turkey'"),
        ([["Chile", "metr. t", 1, 2, "r"]], "0 rows Total"),
        ([["Chile", "metr. t", 1, 2, "r"], TOTALS, TOTALS], "2 rows Total"),
        ([["Chile", "metr. t", 1, 2, "r"], ["Total", "", "", 2, ""]], "row 4: 2022 is empty, the sum is 1.000"),
        ([["Chile", "metr. t", 1, 2, "r"], TOTALS, ["Peru", "metr. t", 5, "", "r"]], "row 5: 2022 is '5'"),
        ([["", "metr. t", 1, 2, "r"], TOTALS], "row 3: country is ''"),
    ],
)
def test_a_wrong_row_is_refused_with_its_number(tmp_path: Path, rows: list[list[Any]], found: str) -> None:
    with pytest.raises(KizunaError, match=found + "(.|\n)*sheet Copper"):
        read_here(small(tmp_path / "book.xlsx", rows))


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (["Country", "unit", "2021", "2022", "data source"], "other years\n  2021, 2022"),
        (["Country", "unit", "2022", "data source"], "other years\n  2022"),
        (["Country", "2022", "2023", "data source"], "lacks columns\n  unit"),
        (["Country", "unit", "2022", "2023"], "lacks columns\n  datasource"),
        (["Country", "unit", "2022", "2022", "data source"], "same name\n  2022"),
        (["Land", "unit", "2022", "2023", "data source"], "has no header"),
        (["Country", "unit", "a", "b", "data source"], "has no years"),
    ],
)
def test_a_wrong_header_of_a_later_sheet_is_refused(tmp_path: Path, second: list[str], found: str) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, header in (("Copper", HEADER), ("Cobalt", HEADER), ("Gold", second)):
        sheet = made.create_sheet(name)
        for row in [["title"], header, ["Peru", "kg", 1, 2, "r"], ["Total", "", 1, 2, ""]]:
            sheet.append(row)
    made.save(tmp_path / "book.xlsx")
    with pytest.raises(KizunaError, match=found + "(.|\n)*sheet Gold"):
        read_here(tmp_path / "book.xlsx")


def test_nothing_is_taken_in_of_a_refused_workbook(library: Library, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="row 3: unit is 'oz'"):
        add_file(library, small(tmp_path / FILE, [["Chile", "oz", 1, 2, "r"], TOTALS]))
    assert library.additions() == ()


def test_another_workbook_of_the_publisher_is_refused_and_a_foreign_one_is_not_its(tmp_path: Path) -> None:
    shares = small(tmp_path / "6.5.xlsx", header=["Rank 2024", "Country", "unit", "Production 2024", "Share in %"])
    with pytest.raises(SourceError, match="not the one of minerals by country"):
        world_mining_data.recognise(look(shares))
    assert world_mining_data.recognise(look(book(tmp_path / "own.xlsx", {"Copper": COPPER}))) is None
    (tmp_path / "text.csv").write_text("Country,unit\n")
    assert world_mining_data.recognise(look(tmp_path / "text.csv")) is None
