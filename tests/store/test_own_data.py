"""A user's own BACI: taken in row for row, once, and refused as a whole where one row is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import polars as pl
import pytest
from baci_files import COUNTRIES, HEADER, NAME, ROWS, packed, written

from kizuna.floor.errors import KizunaError, RequestError, SnapshotError, SourceError
from kizuna.intake.importing import add_file
from kizuna.score.backtest import backtest
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

KEYS = ["year", "product", "supplier_code", "buyer_code"]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as opened:
        yield opened


def stored(library: Library) -> pl.DataFrame:
    return pl.read_parquet([*layered(embedded_snapshot(), library).paths("trade_hs92")])


def test_a_year_is_taken_in_whole_dollars_and_kilograms(library: Library, tmp_path: Path) -> None:
    taken = add_file(library, written(tmp_path, HEADER + ROWS))
    assert (taken.known, taken.addition.rows) == (False, 3)
    assert stored(library).rows() == [
        (2023, "010121", 392, 842, 7001, 2000),
        (2023, "280530", 392, 156, 100_000, None),
        (2023, "280530", 699, 156, 12_345, 500),
    ]


def test_the_embedded_trade_through_the_publishers_layout_comes_back_row_for_row(
    library: Library, tmp_path: Path
) -> None:
    shipped = pl.read_parquet(embedded_snapshot().table("trade_hs92"))
    files: dict[str, str | bytes] = {"country_codes_V202601.csv": COUNTRIES, "Readme.txt": "BACI"}
    for (year,), rows in shipped.partition_by("year", as_dict=True).items():
        layout = rows.select(
            pl.col("year").alias("t"),
            pl.col("supplier_code").alias("i"),
            pl.col("buyer_code").alias("j"),
            pl.col("product").alias("k"),
            (pl.col("value_usd") / 1000).alias("v"),
            (pl.col("mass_kg") / 1000).alias("q"),
        ).sort("t", "i", "j", "k")
        files[f"BACI_HS92_Y{year}_V202601.csv"] = layout.write_csv(null_value="NA", float_precision=3)
    taken = add_file(library, packed(tmp_path, files))
    assert taken.addition.rows == shipped.height
    found = stored(library).select(shipped.columns)
    assert found.sort(KEYS).equals(shipped.sort(KEYS))
    own, embedded = (build_tables(one) for one in (layered(embedded_snapshot(), library), embedded_snapshot()))
    query = "SELECT sum(value_usd), count(*), count(mass_kg) FROM flows WHERE revision = 'HS92' AND year = 2023"
    assert own.rows(query) == embedded.rows(query)


def test_a_file_is_taken_in_once(library: Library, tmp_path: Path) -> None:
    first = add_file(library, written(tmp_path, HEADER + ROWS))
    again = add_file(library, written(tmp_path, HEADER + ROWS, "BACI_HS92_Y2023_V202601.csv"))
    assert (again.known, again.addition.id, len(library.snapshots())) == (True, first.addition.id, 2)


def test_the_same_bytes_under_a_name_that_says_otherwise_are_refused(library: Library, tmp_path: Path) -> None:
    add_file(library, written(tmp_path, HEADER + ROWS))
    with pytest.raises(SourceError, match="as BACI, HS92, V202601, 2023, and this name says BACI, HS17, V202601, 2023"):
        add_file(library, written(tmp_path, HEADER + ROWS, NAME.replace("HS92", "HS17")))
    assert len(library.additions()) == 1


def test_a_name_in_capitals_is_read_and_a_revision_that_is_none_is_not(library: Library, tmp_path: Path) -> None:
    assert add_file(library, written(tmp_path, HEADER + ROWS, NAME.upper())).addition.rows == 3
    with pytest.raises(SourceError, match="No adapter knows"):
        add_file(library, written(tmp_path, HEADER + ROWS, NAME.replace("HS92", "HS99")))


def test_the_backtest_of_figures_of_one_year_says_what_it_lacks(library: Library, tmp_path: Path) -> None:
    add_file(library, written(tmp_path, HEADER + ROWS))
    with pytest.raises(RequestError, match=r"no event that can be scored \(0 found\)"):
        backtest(build_tables(layered(embedded_snapshot(), library)))


def test_a_year_in_other_digits_or_far_away_is_no_year_and_a_letter_in_capitals_no_other_version(
    library: Library, tmp_path: Path
) -> None:
    for year in ("２０２３", "20２３", "0000", "9999"):
        with pytest.raises(SourceError, match="No adapter knows"):
            add_file(library, written(tmp_path, HEADER + ROWS, NAME.replace("2023", year)))
    add_file(library, written(tmp_path, HEADER + ROWS, NAME.replace("202601", "202601B")))
    text = HEADER + ROWS.replace("2023", "2022")
    add_file(library, written(tmp_path, text, "BACI_HS92_Y2022_V202601b.csv"))
    assert stored(library)["year"].unique().sort().to_list() == [2022, 2023]


def test_nothing_is_kept_of_a_file_that_was_replaced_while_it_was_read(library: Library, tmp_path: Path) -> None:
    first, second = "BACI_HS92_Y2022_V202601.csv", NAME
    sound: dict[str, str | bytes] = {first: HEADER + ROWS.replace("2023", "2022"), second: HEADER + ROWS}
    other: dict[str, str | bytes] = {
        first: HEADER + ROWS.replace("2023", "2022").replace("12.345", "12.346"), second: HEADER + "2091,4,8,010121,1,1"
    }  # fmt: skip
    path = packed(tmp_path, sound)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    swapped = packed(tmp_path, other, "other.zip")

    def swap(part: str, done: int, _total: int) -> None:
        if part == "2022" and done and swapped.exists():
            swapped.replace(path)

    with pytest.raises(SourceError, match="The file changed while it was read"):
        add_file(library, path, progress=swap)
    assert library.finished(sha256) == {}
    add_file(library, packed(tmp_path, sound))
    assert stored(library)["value_usd"].sum() == 2 * (7001 + 100_000 + 12_345)


def test_years_of_one_version_stand_together_and_another_version_takes_their_place(
    library: Library, tmp_path: Path
) -> None:
    for year in ("2022", "2023"):
        add_file(library, written(tmp_path, HEADER + ROWS.replace("2023", year), f"BACI_HS92_Y{year}_V202601.csv"))
    assert stored(library)["year"].unique().sort().to_list() == [2022, 2023]
    source = layered(embedded_snapshot(), library).source("trade_hs92")
    assert (source.vintage, len(source.inputs), source.rows_kept) == ("V202601, 2022-2023", 2, 6)
    add_file(library, written(tmp_path, HEADER + ROWS.replace("12.345", "12.346"), "BACI_HS92_Y2023_V202701.csv"))
    assert stored(library)["year"].unique().to_list() == [2023]
    library.use(2)
    assert stored(library)["year"].unique().sort().to_list() == [2022, 2023]


def test_what_is_in_use_is_not_removed_and_what_is_removed_leaves_no_object(library: Library, tmp_path: Path) -> None:
    taken = add_file(library, written(tmp_path, HEADER + ROWS))
    with pytest.raises(SnapshotError, match="in use"):
        library.remove(taken.addition.id)
    library.use(0)
    assert library.remove(taken.addition.id) == (1,)
    assert library.additions() == ()
    assert list((library.folder / "objects").iterdir()) == []


def test_what_comes_into_use_while_a_removal_waits_is_kept(library: Library, tmp_path: Path) -> None:
    add_file(library, written(tmp_path, HEADER + ROWS))
    add_file(library, written(tmp_path, HEADER + ROWS + "2023,8,4,010121,1,1\n", NAME.replace("2026", "2027")))
    refused: list[str] = []

    def remove() -> None:
        with Library.open(library.folder) as other, pytest.raises(SnapshotError) as caught:
            other.remove(1)
        refused.append(str(caught.value))

    thread = Thread(target=remove)
    with library.alone():
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        library.use(1)
    thread.join()
    assert "Addition 1 is in use" in refused[0]
    assert len(library.additions()) == 2


def test_an_altered_object_is_found(library: Library, tmp_path: Path) -> None:
    add_file(library, written(tmp_path, HEADER + ROWS))
    figures = layered(embedded_snapshot(), library)
    figures.verify()
    (path,) = figures.paths("trade_hs92")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match="was altered"):
        figures.verify()


def test_finished_years_are_not_read_again(library: Library, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"BACI_HS92_Y{year}_V202601.csv": HEADER + ROWS.replace("2023", str(year)) for year in (2021, 2022)
    }
    files["BACI_HS92_Y2023_V202601.csv"] = HEADER + ROWS.replace("280530", "28053")
    path = packed(tmp_path, files)
    with pytest.raises(SourceError, match="k is '28053'"):
        add_file(library, path)
    assert library.additions() == ()
    seen: list[str] = []
    with pytest.raises(SourceError):
        add_file(library, path, progress=lambda part, _done, _total: seen.append(part))
    assert seen[:2] == ["2021", "2022"]
    assert len(list((library.folder / "objects").iterdir())) == 2


WRONG_ROWS = {
    "lost leading zero": ("2023,842,392,10121,7.001,2", "row 2: k is '10121'"),
    "letters in the product": ("2023,842,392,01O121,7.001,2", "row 2: k is '01O121'"),
    "text in the value": ("2023,842,392,010121,seven,2", "row 2: v is 'seven'"),
    "text in the mass": ("2023,842,392,010121,7,two", "row 2: q is 'two'"),
    "NA in the value": ("2023,842,392,010121,NA,2", "row 2: v is 'NA'"),
    "NA in a code": ("2023,NA,392,010121,7,2", "row 2: i is 'NA'"),
    "negative value": ("2023,842,392,010121,-7,2", "row 2: v is '-7', expected a number above 0"),
    "negative mass": ("2023,842,392,010121,7,-2", "row 2: q is '-2', expected a number 0 or more"),
    "value of nothing": ("2023,842,392,010121,0,2", "row 2: v is '0'"),
    "endless value": ("2023,842,392,010121,inf,2", "row 2: v is"),
    "value that is no number": ("2023,842,392,010121,nan,2", "row 2: v is"),
    "too many decimals": ("2023,842,392,010121,7.0001,2", "v is '7.0001', expected a number above 0 with at"),
    "too large a value": ("2023,842,392,010121,1e15,2", "row 2: v is"),
    "another year": ("2022,842,392,010121,7,2", "row 2: t is '2022', expected 2023, as"),
    "a code too large": ("2023,84200,392,010121,7,2", "row 2: i is '84200'"),
    "a code of nothing": ("2023,0,392,010121,7,2", "row 2: i is '0'"),
    "an exporter that is no economy": ("2023,999,392,010121,7,2", "row 2: i is 999"),
    "an importer that is no economy": ("2023,842,3,010121,7,2", "row 2: j is 3"),
    "a field of a million characters": (f"2023,842,392,{'9' * 1_000_000},7,2", "... (1,000,002 characters)"),
    "a value of a million digits": (f"2023,842,392,010121,{'9' * 1_000_000}x,2", "... (1,000,003 characters)"),
    "ten fields that are too long": ((f"2023,842,392,{'9' * 20_000},7,2\n" * 10).strip(), "row 11: k is"),
    "a field too few": ("2023,842,392,010121,7", "row 2: 5 fields, expected 6"),
    "a field too many": ("2023,842,392,010121,7,2,3", "row 2: 7 fields, expected 6"),
    "semicolons": ("2023;842;392;010121;7;2", "row 2: 1 fields, expected 6"),
    "decimal comma": ('2023,842,392,010121,"7,5",2', "row 2: 7 fields"),
    "a NUL": ("2023,842,392,010121,7\0,2", "row 2: v is"),
    "a quote that does not end": ('2023,842,392,"010121,7,2', "row 2:"),
    "a carriage return within a row": ("2023,842,392,010121,7\r,2", "row 2: v is '7\\r'"),
    "an empty line": ("", "row 2: 1 fields, expected 6"),
    "a row twice": ("2023,156,392,280530,100,NA", "1 flows stand twice"),
    "Arabic digits": ("2023,842,392,٠١٠١٢١,7,2", "row 2: k is"),
    "an underscore": ("2023,8_42,392,010121,7,2", "row 2: i is '8_42'"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_wrong_row_is_named_and_nothing_is_taken_in(name: str, library: Library, tmp_path: Path) -> None:
    row, says = WRONG_ROWS[name]
    with pytest.raises(KizunaError) as refused:
        add_file(library, written(tmp_path, f"{HEADER}{row}\n{ROWS}"))
    assert says in str(refused.value)
    assert NAME in str(refused.value)
    assert library.additions() == ()
    assert list((library.folder / "partial").iterdir()) == []


RIGHT = {
    "a byte order mark": ("\N{ZERO WIDTH NO-BREAK SPACE}" + HEADER + ROWS, 3),
    "lines that end as on Windows": ((HEADER + ROWS).replace("\n", "\r\n"), 3),
    "no end of the last line": ((HEADER + ROWS).rstrip("\n"), 3),
    "blanks before the numbers": (HEADER + ROWS.replace(",100,", ",   100.000,   ").replace("NA", "   NA"), 3),
    "quoted products": (HEADER + ROWS.replace("280530", '"280530"'), 3),
    "an empty mass": (HEADER + ROWS.replace("NA", ""), 3),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_odd_but_right_files_are_read_right(name: str, library: Library, tmp_path: Path) -> None:
    text, rows = RIGHT[name]
    add_file(library, written(tmp_path, text))
    found = stored(library)
    assert found.height == rows
    assert found["value_usd"].to_list() == [7001, 100_000, 12_345]
    assert found["mass_kg"].to_list() == [2000, None, 500]
