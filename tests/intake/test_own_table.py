"""A table of the user's own: mapped by name, above the publisher's rows with the same key, refused with its row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import SourceError
from kizuna.intake import importing
from kizuna.intake.importing import add_file
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables
from kizuna.tables.coverage import unmeasured

HEAD = 'title = "Customs"\npublisher = "Ministry of Trade"\nversion = "2026-11"\nlicence = "confidential"\n'
TRADE = (
    f'table = "trade_hs92"\n{HEAD}separator = ";"\nmissing = ["", "n.a."]\n[columns]\nyear = "Year"\nproduct = "HS6"\n'
    'buyer = "Importer"\nsupplier = "Exporter"\nvalue_usd = { column = "Value (k$)", times = 1000 }\n'
    'mass_kg = { column = "Mass (t)", times = 1000 }\n'
)
ROWS = (
    "Year;HS6;Importer;Exporter;Value (k$);Mass (t);Remark\n"
    "2023;280530;India;China;12.345;0.5;first\n2023;280530;JPN;CHN;100;n.a.;\n2023;010121;日本;United States;7.001;2;\n"
)
MINES = (
    f'table = "mine_production"\n{HEAD}[columns]\niso3 = "Country"\nyear = "Year"\namount = "Tonnes"\n'
    '[constants]\nmineral = "Graphite"\nunit = "metr. t"\nstatus = "p"\n'
)


def add(library: Library, folder: Path, name: str, content: str | bytes, mapping: str) -> None:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    add_file(library, folder / name, mapping=folder / "map.toml")


def tables_of(library: Library) -> Tables:
    return build_tables(layered(embedded_snapshot(), library))


def workbook(path: Path, rows: list[list[object]], sheet: str = "Flows") -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


FLOW = "SELECT supplier, value_usd, mass_kg FROM flows WHERE revision = 'HS92' AND year = 2023 AND product = '280530' "


def test_own_rows_take_the_place_of_those_with_the_same_key_and_the_others_stay(
    library: Library, tmp_path: Path
) -> None:
    embedded = build_tables(embedded_snapshot())
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    own = tables_of(library)
    india, japan = "AND buyer = 'IND'", "AND buyer = 'JPN'"
    (weighed,) = embedded.rows(FLOW + f"{japan} AND supplier = 'CHN'")
    for buyer, mine in ((india, ("CHN", 12_345, 500)), (japan, ("CHN", 100_000, weighed[2]))):
        others = [row for row in embedded.rows(FLOW + buyer) if row[0] != "CHN"]
        assert sorted(own.rows(FLOW + buyer), key=str) == sorted([*others, mine], key=str)
    assert own.rows(COVERAGE.format("HS92", "280530", 2023)) == [("complete",)]
    elsewhere = "SELECT count(*), sum(value_usd) FROM flows WHERE NOT (year = 2023 AND product IN ('280530', '010121'))"
    assert own.rows(elsewhere) == embedded.rows(elsewhere)
    assert own.rows("SELECT supplier, value_usd FROM flows WHERE product = '010121'") == [("USA", 7001)]
    assert own.inputs(["flows"], "HS92")[1][0] == "trade_hs92_own"
    assert own.source_ids(["flows"], "HS92")[1].startswith("own-own-table-")


def test_excel_and_parquet_give_what_the_csv_gives(library: Library, tmp_path: Path) -> None:
    rows: list[list[object]] = [["a note above the header"], ROWS.splitlines()[0].split(";")]
    rows += [[2023, "280530", "India", "China", 12.345, 0.5, "first"], [2023, "280530", "JPN", "CHN", 100, "n.a."]]
    rows += [[2023, "010121", "日本", "United States", 7.001, 2]]
    workbook(tmp_path / "made.xlsx", rows)
    heads = [str(head) for head in rows[1][:6]]
    plain = pl.DataFrame([row[:6] for row in rows[2:]], schema=heads, orient="row", strict=False)
    plain = plain.with_columns(pl.col("Mass (t)").replace("n.a.", None))
    found = []
    in_sheet = TRADE.replace("[columns]", 'sheet = "Flows"\nlead = 1\n[columns]')
    for name, content, mapping in (
        ("flows.csv", ROWS.encode(), TRADE),
        ("flows.xlsx", (tmp_path / "made.xlsx").read_bytes(), in_sheet),
        ("flows.parquet", parquet(plain, tmp_path), TRADE),
    ):
        add(library, tmp_path, name, content, mapping)
        found.append(library.additions()[-1].parts[0].sha256)
    assert len(set(found)) == 1


def parquet(frame: pl.DataFrame, folder: Path) -> bytes:
    frame.write_parquet(folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def test_own_mines_stand_above_the_publishers(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, "mines.csv", "Country,Year,Tonnes\nIndia,2023,123.5\n", MINES)
    query = "SELECT economy, amount FROM mine_production WHERE mineral = 'Graphite' AND year = 2023 ORDER BY ALL"
    own, embedded = dict(tables_of(library).rows(query)), dict(build_tables(embedded_snapshot()).rows(query))
    assert float(own.pop("IND")) == 123.5
    assert embedded.pop("IND") != 123.5
    assert own == embedded


def test_own_files_of_two_publishers_stand_beside_each_other_and_are_both_named(
    library: Library, tmp_path: Path
) -> None:
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    other = TRADE.replace("Ministry of Trade", "Ministry of Mines").replace("2026-11", "2026-12")
    add(library, tmp_path, "flows.csv", ROWS.replace("280530", "280519"), other.replace("confidential", "secret"))
    source = layered(embedded_snapshot(), library).source("trade_hs92_own")
    assert (source.publisher, source.licence) == ("Ministry of Trade; Ministry of Mines", "confidential; secret")
    query = "SELECT count(*) FROM flows WHERE product = '280530' AND buyer = 'IND' AND value_usd = 12345"
    assert tables_of(library).rows(query) == [(1,)]
    later = TRADE.replace("2026-11", "2027-01")
    add(library, tmp_path, "flows.csv", ROWS.replace("12.345", "9"), later)
    assert tables_of(library).rows(query) == [(0,)]
    assert "Ministry of Mines" in layered(embedded_snapshot(), library).source("trade_hs92_own").publisher


def test_a_file_that_is_there_is_put_on_top_again_and_no_number_is_used_twice(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    library.use(0)
    add(library, tmp_path, "mines.csv", "Country,Year,Tonnes\nIndia,2023,123.5\n", MINES)
    assert set(library.in_use().members) == {"mine_production_own"}
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    assert set(library.in_use().members) == {"mine_production_own", "trade_hs92_own"}
    library.use(0)
    library.remove(2)
    add(library, tmp_path, "mines.csv", "Country,Year,Tonnes\nIndia,2023,9\n", MINES)
    assert library.additions()[-1].id == 3
    assert library.in_use().id == 4


def test_own_scores_stand_above_those_of_the_same_economy_whatever_code_the_publisher_has(
    library: Library, tmp_path: Path
) -> None:
    mapping = f'table = "governance"\n{HEAD}[columns]\niso3 = "C"\nyear = "Y"\nestimate = "E"\n'
    add(library, tmp_path, "scores.csv", "C,Y,E\nTaiwan,2024,0.5\nKosovo,2024,-0.25\nIND,2023,0.125\n", mapping)
    query = "SELECT economy, year, estimate FROM governance WHERE (economy, year) IN "
    query += "(('S19', 2024), ('XKX', 2024), ('IND', 2023)) ORDER BY ALL"
    found = [(economy, year, float(estimate)) for economy, year, estimate in tables_of(library).rows(query)]
    assert sorted(found) == [("IND", 2023, 0.125), ("S19", 2024, 0.5), ("XKX", 2024, -0.25)]
    count = "SELECT count(*) FROM governance"
    assert tables_of(library).rows(count) == build_tables(embedded_snapshot()).rows(count)


def test_own_names_of_products_stand_above_the_shipped(library: Library, tmp_path: Path) -> None:
    mapping = f'table = "product_names"\n{HEAD}[columns]\nproduct = "P"\nname = "N"\n[constants]\nrevision = "HS92"\n'
    add(library, tmp_path, "names.csv", "P,N\n280530,Rare earths of ours\n", mapping)
    own, embedded = tables_of(library).product_names, build_tables(embedded_snapshot()).product_names
    assert own == embedded | {("HS92", "280530"): "Rare earths of ours"}


def test_trade_of_a_revision_that_nobody_ships_stands_alone(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, "flows.csv", ROWS, TRADE.replace("trade_hs92", "trade_hs22"))
    tables = tables_of(library)
    assert tables.rows("SELECT count(*) FROM flows WHERE revision = 'HS22'") == [(3,)]
    assert tables.years("HS22") == (2023, 2023)


def test_a_file_with_another_mapping_is_another_addition(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    add(library, tmp_path, "flows.csv", ROWS, TRADE.replace("times = 1000", "times = 1000000"))
    assert len(library.additions()) == 2
    query = "SELECT value_usd FROM flows WHERE revision = 'HS92' AND product = '010121' AND year = 2023"
    assert tables_of(library).rows(query) == [(7_001_000,)]


def test_two_own_files_of_one_version_with_the_same_key_are_told_apart(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    add(library, tmp_path, "later.csv", ROWS.replace("12.345", "12.346"), TRADE)
    query = FLOW + "AND buyer = 'IND' AND supplier = 'CHN'"
    assert tables_of(library).rows(query) == [("CHN", 12_346, 500)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("2023;280530;India", "2023;28053;India"), "row 2: product is '28053'"),
        (("2023;280530;India", "2023;٢٨٠٥٣٠;India"), "row 2: product is"),
        (("India;China", "Indja;China"), r"row 2: Importer is 'Indja'. Did you mean"),
        ((";12.345;", ";abc;"), r"row 2: Value \(k\$\) is 'abc'"),
        ((";12.345;", ";;"), "row 2: value_usd is None"),
        ((";12.345;", ";-1;"), "row 2: value_usd is -1000"),
        ((";first", ";first;more"), "row 2: 8 fields, expected 7"),
        (("JPN;CHN", "IND;CHN"), "row 3: year 2023, product 280530, .* stands more than once"),
        (("Importer;", "Buyer;"), "lacks columns\n  Importer"),
        (("Year;HS6;Importer", "HS6;HS6;Importer"), "lacks columns|same name"),
        (("2023;280530;JPN", "23x;280530;JPN"), "row 3: Year is '23x'"),
    ],
)
def test_a_wrong_row_is_refused_with_its_number(
    library: Library, tmp_path: Path, change: tuple[str, str], found: str
) -> None:
    with pytest.raises(SourceError, match=found):
        add(library, tmp_path, "flows.csv", ROWS.replace(*change), TRADE)
    assert library.additions() == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (('table = "trade_hs92"', 'table = "trade"'), "names the table 'trade'"),
        (('year = "Year"\n', ""), "lacks year"),
        (('year = "Year"\n', 'year = "Year"\nweight = "Year"\n'), "weight too many"),
        (('licence = "confidential"\n', ""), "licence"),
        (("[columns]", "[colums]"), "columns"),
        (('missing = ["", "n.a."]', "missing = 3"), "missing"),
        (("times = 1000", "times = -1"), "times"),
        (("table =", "table"), "cannot be read"),
    ],
)
def test_a_wrong_mapping_is_refused(library: Library, tmp_path: Path, change: tuple[str, str], found: str) -> None:
    with pytest.raises(SourceError, match=found):
        add(library, tmp_path, "flows.csv", ROWS, TRADE.replace(*change))
    assert library.additions() == ()


def test_decimal_commas_are_read_where_the_mapping_says_so(library: Library, tmp_path: Path) -> None:
    rows = ROWS.replace("12.345", "1.012,345").replace("7.001", "7,001").replace("0.5", "0,5")
    add(library, tmp_path, "flows.csv", rows, TRADE.replace("[columns]", 'decimal = ","\n[columns]'))
    query = FLOW + "AND buyer = 'IND' AND supplier = 'CHN'"
    assert tables_of(library).rows(query) == [("CHN", 1_012_345, 500)]


@pytest.mark.parametrize("text", ["1.5", "0.125", "1.2345", "1,5,5", "12.34"])
def test_a_point_that_is_no_thousands_mark_is_refused_beside_a_decimal_comma(
    library: Library, tmp_path: Path, text: str
) -> None:
    mapping = TRADE.replace("[columns]", 'decimal = ","\n[columns]')
    rows = ROWS.replace("12.345", text).replace("7.001", "7,001").replace("0.5", "0,5")
    with pytest.raises(SourceError, match="row 2: Value"):
        add(library, tmp_path, "flows.csv", rows, mapping)


def test_a_decimal_comma_is_not_for_cells_that_are_numbers(library: Library, tmp_path: Path) -> None:
    workbook(tmp_path / "made.xlsx", [[2023]])
    mapping = TRADE.replace("[columns]", 'decimal = ","\n[columns]')
    with pytest.raises(SourceError, match="is for text files"):
        add(library, tmp_path, "flows.xlsx", (tmp_path / "made.xlsx").read_bytes(), mapping)


def test_one_sheet_that_is_seen_is_read_and_of_several_one_has_to_be_named(library: Library, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "old"
    book.active.sheet_state = "hidden"
    for page in ("now", "notes"):
        book.create_sheet(page)
        book[page].append(["Year", "HS6", "Importer", "Exporter", "Value (k$)", "Mass (t)"])
        book[page].append([2023, "280530", "IND", "CHN", 9, 1])
    book.save(tmp_path / "made.xlsx")
    with pytest.raises(SourceError, match="2 sheets"):
        add(library, tmp_path, "flows.xlsx", (tmp_path / "made.xlsx").read_bytes(), TRADE)
    del book["notes"]
    book.save(tmp_path / "made.xlsx")
    add(library, tmp_path, "flows.xlsx", (tmp_path / "made.xlsx").read_bytes(), TRADE)
    assert tables_of(library).rows(FLOW + "AND buyer = 'IND' AND supplier = 'CHN'") == [("CHN", 9_000, 1_000)]


def test_whole_numbers_that_pandas_wrote_as_floats_are_read(library: Library, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "Year": [2023.0],
            "HS6": ["280530"],
            "Importer": ["IND"],
            "Exporter": ["CHN"],
            "Value (k$)": [1.0004],
            "Mass (t)": [2.0],
        }
    )
    add(library, tmp_path, "flows.parquet", parquet(frame, tmp_path), TRADE)
    assert tables_of(library).rows(FLOW + "AND buyer = 'IND' AND supplier = 'CHN'") == [("CHN", 1_000, 2_000)]
    notes = layered(embedded_snapshot(), library).source("trade_hs92_own").repairs
    assert "1 values of value_usd were rounded to whole ones." in notes


def test_a_file_that_changes_while_it_is_read_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importing.read_part

    def swapped(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        (tmp_path / "flows.csv").write_text(ROWS.replace("12.345", "9"), encoding="utf-8")
        return found

    monkeypatch.setattr(importing, "read_part", swapped)
    with pytest.raises(SourceError, match="changed while it was read"):
        add(library, tmp_path, "flows.csv", ROWS, TRADE)
    assert library.additions() == ()
    monkeypatch.undo()
    add(library, tmp_path, "flows.csv", ROWS, TRADE)
    assert library.additions()[0].rows == 3


def test_a_link_to_a_file_is_read_as_the_file(library: Library, tmp_path: Path) -> None:
    (tmp_path / "blob").write_text(ROWS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(TRADE, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "blob")
    add_file(library, tmp_path / "link.csv", mapping=tmp_path / "map.toml")
    assert library.additions()[0].rows == 3


COVERAGE = (
    "SELECT coverage::VARCHAR FROM flows WHERE revision = '{}' AND product = '{}' AND year = {} "
    "AND buyer = 'IND' AND supplier = 'CHN'"
)


def whole(mapping: str) -> str:
    return mapping.replace("[columns]", '[constants]\ncoverage = "complete"\n[columns]')


def test_own_rows_alone_are_not_all_trade_of_a_product_unless_the_mapping_says_so(
    library: Library, tmp_path: Path
) -> None:
    rows = ROWS.splitlines()[0] + "\n2023;850760;IND;CHN;5000;1;\n2023;850511;IND;CHN;5000;1;\n"
    mapping = TRADE.replace("trade_hs92", "trade_hs17")
    add(library, tmp_path, "flows.csv", rows, mapping)
    tables = tables_of(library)
    assert tables.rows(COVERAGE.format("HS17", "850760", 2023)) == [("top flows",)]
    assert ("batteries", "HS17:850760") in {found[:2] for found in unmeasured(tables)}
    measured = measure_exposure(tables, ["IND"], products=["HS17:850760"], years=[2023], methods=["concentration"])
    assert "largest flows only" in measured.notes.of("imports", "HS17:850760", 2023)
    published = COVERAGE.format("HS17", "850511", 2023)
    assert tables.rows(published) == build_tables(embedded_snapshot()).rows(published)
    add(
        library,
        tmp_path,
        "flows.csv",
        rows,
        whole(mapping),
    )
    tables = tables_of(library)
    assert tables.rows(COVERAGE.format("HS17", "850760", 2023)) == [("complete",)]
    assert "HS17:850760" not in {member for _, member, _ in unmeasured(tables)}


def test_what_the_largest_flows_hold_was_measured_in_one_year_whatever_is_added(
    library: Library, tmp_path: Path
) -> None:
    rows = ROWS.splitlines()[0] + "\n2025;850511;IND;CHN;5000;1;\n"
    mapping = TRADE.replace("trade_hs92", "trade_hs17").replace(
        "[columns]", '[constants]\ncoverage = "complete"\n[columns]'
    )
    add(library, tmp_path, "flows.csv", rows, mapping)
    measured = measure_exposure(
        tables_of(library), ["IND"], products=["HS17:850511"], years=[2023], methods=["concentration"]
    )
    assert measured.notes.of("imports", "HS17:850511", 2023).endswith("(as measured in 2024)")


def test_a_mineral_that_nothing_counts_is_refused_with_what_is_near(library: Library, tmp_path: Path) -> None:
    wrong = MINES.replace("Graphite", "graphite")
    with pytest.raises(SourceError, match=r"row 2: mineral is 'graphite'\. Near it: Graphite"):
        add(library, tmp_path, "mines.csv", "Country,Year,Tonnes\nIndia,2023,1\n", wrong)
