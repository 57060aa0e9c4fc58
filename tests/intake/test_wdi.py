"""World Bank WDI: gross domestic product and population in each layout of the publisher, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import wdi
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import Read
from kizuna.sources.world_bank import GROUPS
from kizuna.store.layered import layered
from kizuna.store.library import Addition, Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables
from kizuna.tables.economies import load_economies

INDICATOR = {"gdp": ("NY.GDP.MKTP.CD", "GDP (current US$)"), "population": ("SP.POP.TOTL", "Population, total")}
COLUMN = {"gdp": "usd", "population": "persons"}
DOWNLOAD = "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_3.csv"
INDICATOR_COLUMNS = ("Indicator Name", "Indicator Code")
LEAD = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-06-28",\n\n'
HEADER = '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\n'
GDP = ('"Aruba","ABW"', '"Africa Eastern and Southern","AFE"', '"Kosovo","XKX"', '"Not classified","INX"')
VALUES = (("3544707788.06", "3648573136.0"), ("1.19e12", ""), ("9354903100", "10438351168.8"), ("", ""))
RIGHT = [
    ("ABW", 2022, "3544707788.06"), ("ABW", 2023, "3648573136.00"),
    ("XKX", 2022, "9354903100.00"), ("XKX", 2023, "10438351168.80"),
]  # fmt: skip
DATABANK = "Country Name,Country Code,Series Name,Series Code,2022 [YR2022],2023 [YR2023]\n"
FOOT = "\n\n\nData from database: World Development Indicators\nLast Updated: 06/28/2024\n"


def rows_of(names: tuple[str, ...], values: tuple[tuple[str, str], ...], table: str = "gdp", end: str = ",") -> str:
    code, label = INDICATOR[table]
    return "".join(
        f'{name},"{label}","{code}","{before}","{after}"{end}\n'
        for name, (before, after) in zip(names, values, strict=True)
    )


ROWS = rows_of(GDP, VALUES)


def written(folder: Path, text: str, name: str = DOWNLOAD, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def packed(folder: Path, name: str, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return folder / name


def stored(library: Library, table: str = "gdp") -> pl.DataFrame:
    return pl.read_parquet([*layered(embedded_snapshot(), library).paths(table)])


def plain(frame: pl.DataFrame) -> list[tuple[str, int, str]]:
    return [(iso3, year, str(value)) for iso3, year, value in frame.rows()]


def read_here(path: Path, table: str = "gdp") -> tuple[pl.DataFrame, Read]:
    """Read one table in this process, which is quicker than in one of its own."""
    incoming = recognise(path)
    (part,) = (one for one in incoming.parts if one.table == table)
    target = path.parent / "read.parquet"
    read = wdi.read(incoming, part, target, lambda _: None)
    return pl.read_parquet(target), read


def taken(library: Library, path: Path) -> Addition:
    return add_file(library, path).addition


def wide(table: str) -> tuple[list[str], list[list[str]]]:
    """Return the shipped table as the publisher lays it out: its header, and rows with the world and a group."""
    shipped = pl.read_parquet(embedded_snapshot().table(table))
    years = [str(year) for year in range(1960, 2025)]
    pivoted = shipped.cast({COLUMN[table]: pl.String}).pivot("year", index="iso3", values=COLUMN[table])
    lines = []
    for row in pivoted.iter_rows(named=True):
        name = load_economies().by_publisher("world_bank", row["iso3"])
        label = getattr(name, "name_en", "Channel Islands").replace('"', '""')
        lines.append([label, row["iso3"], INDICATOR[table][1], INDICATOR[table][0], *(row.get(y) or "" for y in years)])
    groups = [[code, code, INDICATOR[table][1], INDICATOR[table][0], *["1"] * len(years)] for code in sorted(GROUPS)]
    header = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *years]
    return header, [*lines[:9], *groups, *lines[9:]]


def quoted(cells: list[str]) -> str:
    return ",".join(f'"{cell}"' for cell in cells) + ",\n"


@pytest.mark.parametrize("table", ["gdp", "population"])
def test_the_shipped_table_through_the_publisher_s_download_comes_back_row_for_row(
    table: str, library: Library, tmp_path: Path
) -> None:
    header, lines = wide(table)
    code = INDICATOR[table][0]
    text = LEAD + quoted(header) + "".join(map(quoted, lines))
    metadata = '"Country Code","Region","IncomeGroup","SpecialNotes","TableName",\n"ABW","x","y","a\nb","Aruba",\n'
    stem = f"API_{code}_DS2_en_csv_v2_217"
    files = {f"{stem}.csv": text, f"Metadata_Country_{stem}.csv": metadata, f"Metadata_Indicator_{stem}.csv": "x,\n"}
    addition = taken(library, packed(tmp_path, f"{stem}.zip", files))
    shipped = pl.read_parquet(embedded_snapshot().table(table))
    assert stored(library, table).equals(shipped)
    assert stored(library, table).schema == shipped.schema
    source = layered(embedded_snapshot(), library).source(table)
    economies = shipped["iso3"].n_unique()
    assert dict(source.dropped) == {
        "groups of economies (regions, income groups, world): economies and years": len(GROUPS) * 65,
        "economies and years without a value": economies * 65 - shipped.height,
    }
    assert source.rows_in == source.rows_kept + sum(rows for _, rows in source.dropped)
    assert (addition.version, source.licence) == ("2024-06-28", "CC BY 4.0")
    query = f"SELECT economy, year, {COLUMN[table]} FROM {table} ORDER BY ALL"
    answers = []
    for store in (layered(embedded_snapshot(), library), embedded_snapshot()):
        tables = build_tables(store)
        tables.need(table)
        answers.append(tables.rows(query))
    assert answers[0] == answers[1] != []


def test_all_digits_of_the_publisher_come_back_as_shipped(shared: Path, tmp_path: Path) -> None:
    """The shipped table has cents; here every digit and every group of the file it was made from goes in."""
    real = pl.read_csv(shared / "data" / "world_bank" / "gdp.csv", infer_schema=False)
    pivoted = real.pivot("Year", index=["Country Name", "Country Code"], values="Value", sort_columns=True)
    label = [pl.lit(text).alias(name) for name, text in zip(INDICATOR_COLUMNS, reversed(INDICATOR["gdp"]), strict=True)]
    ordered = pivoted.select("Country Name", "Country Code", *label, pl.col(r"^\d{4}$"))
    text = LEAD + ordered.write_csv(quote_style="always", null_value="").replace("\n", ",\n")
    frame, read = read_here(written(tmp_path, text))
    assert frame.equals(pl.read_parquet(embedded_snapshot().table("gdp")))
    assert read.notes[1].startswith("The Channel Islands (CHI)")


def test_the_bulk_file_gives_both_tables_and_reads_only_their_rows(library: Library, tmp_path: Path) -> None:
    parts = {table: wide(table) for table in INDICATOR}
    other = ["Aruba", "ABW", "Sea level", "EN.SEA", *["high"] * 65]
    lines = [quoted(other), *(quoted(line) for _, found in parts.values() for line in found)]
    header = ",".join(parts["gdp"][0]) + ",\n"
    files = {
        "WDICSV.csv": header + "".join(lines),
        "WDICountry.csv": 'Country Code,Short Name,Table Name\n"ABW","Aruba","Aruba"\n',
        "WDISeries.csv": '"Series Code","Topic"\n"SP.POP.TOTL","Health"\n',
    }
    addition = taken(library, packed(tmp_path, "WDI_CSV.zip", files))
    assert [(part.table, part.name) for part in addition.parts] == [(table, one[0]) for table, one in INDICATOR.items()]
    for table in INDICATOR:
        assert stored(library, table).equals(pl.read_parquet(embedded_snapshot().table(table)))
    assert addition.version == "to 2024"


def shuffled() -> str:
    """Return the columns in another order."""
    lines = ['"Indicator Code","2023","Country Code","2022","Country Name",\n']
    for name, (before, after) in zip(GDP, VALUES, strict=True):
        label, code = name.split(",")
        lines.append(f'"NY.GDP.MKTP.CD","{after}",{code},"{before}",{label},\n')
    return LEAD + "".join(lines)


def a_row_a_year() -> str:
    """Return an extract of DataBank with a column an indicator."""
    lines = ["Time,Time Code,Country Name,Country Code,GDP (current US$) [NY.GDP.MKTP.CD],Land [AG.LND]\n"]
    for name, pair in zip(GDP, VALUES, strict=True):
        lines += [f"{year},YR{year},{name},{pair[year - 2022] or '..'},7\n" for year in (2022, 2023)]
    return "".join(lines)


UNENDED = rows_of(GDP, VALUES, end="")
EXTRACT = DATABANK + UNENDED.replace('""', "..")
FILLED = "Data Source,World Development Indicators,,,,\n,,,,,\nLast Updated Date,2024/6/28,,,,\n,,,,,\n"
RIGHT_FILES = {
    "as downloaded": LEAD + HEADER + ROWS,
    "a byte order mark": "\ufeff" + LEAD + HEADER + ROWS,
    "lines that end as on Windows": (LEAD + HEADER + ROWS).replace("\n", "\r\n"),
    "no lead lines": HEADER + ROWS,
    "no comma at the end": LEAD + HEADER.replace(",\n", "\n") + UNENDED,
    "no end of the last line": (LEAD + HEADER + ROWS).rstrip("\n"),
    "lead lines that a spreadsheet filled": FILLED + (HEADER.replace(",\n", "\n") + UNENDED).replace('"', ""),
    "columns in another order": shuffled(),
    "rows of other indicators": HEADER + '"Aruba","ABW","Sea level","EN.SEA","high","high",\n' + ROWS,
    "an extract of DataBank": EXTRACT + FOOT,
    "an extract with a full foot": EXTRACT + ",,,,,\nData from database: World Development Indicators,,,,,\n",
    "an extract with a row a year": a_row_a_year() + FOOT,
}


@pytest.mark.parametrize("name", RIGHT_FILES)
def test_each_layout_is_read_right(name: str, tmp_path: Path) -> None:
    frame, read = read_here(written(tmp_path, RIGHT_FILES[name]))
    assert plain(frame) == RIGHT
    dropped = dict(read.dropped)
    assert dropped.pop("groups of economies (regions, income groups, world): economies and years") == 4
    assert read.rows_in == read.rows_kept + 4 + sum(dropped.values())
    assert read.notes == ("Taiwan is not in the publisher's table.",)


def test_names_in_another_encoding_and_old_codes_are_read(tmp_path: Path) -> None:
    text = LEAD + HEADER + rows_of(('"Curaçao","CUW"', '"Congo","ZAR"'), (("3e9", ""), ("", "66383287003.4")))
    frame, read = read_here(written(tmp_path, text, encoding="cp1252"))
    assert plain(frame) == [("COD", 2023, "66383287003.40"), ("CUW", 2022, "3000000000.00")]
    assert "Old codes are replaced: ZAR by COD." in read.notes


def test_digits_that_a_spreadsheet_lost_are_told(tmp_path: Path) -> None:
    text = LEAD + HEADER + rows_of(('"Angola","AGO"',), (("1.13047E+11", "84824654481.5"),))
    frame, read = read_here(written(tmp_path, text))
    assert plain(frame) == [("AGO", 2022, "113047000000.00"), ("AGO", 2023, "84824654481.50")]
    assert any(note.startswith("1 values are written with an exponent") for note in read.notes)


def test_a_later_download_takes_the_place_of_the_earlier(library: Library, tmp_path: Path) -> None:
    for folder, text in (("a", LEAD + HEADER + ROWS), ("b", HEADER + rows_of(GDP[:1], (("1", "5"),)))):
        (tmp_path / folder).mkdir()
        taken(library, written(tmp_path / folder, text))
    assert plain(stored(library)) == [("ABW", 2022, "1.00"), ("ABW", 2023, "5.00")]


def one(name: str, before: str, after: str = "", table: str = "gdp") -> str:
    return LEAD + HEADER + rows_of(GDP[:1], (("1", "2"),), table) + rows_of((name,), ((before, after),), table)


KOSOVO = '"Kosovo","XKX"'
TWO_CODES = LEAD + HEADER + rows_of(('"A","COD"', '"B","ZAR"'), (("1", ""), ("2", "")))
MOVED = LEAD + HEADER + ROWS.replace('"3648573136.0",', '"3648573136.0","4"')
WRONG = {
    "a text in a number": (one(KOSOVO, "9.3 billion"), "row 7: 2022 is '9.3 billion'"),
    "a thousands separator": (one(KOSOVO, "", "9,354,903,100"), "row 7: 2023 is '9,354,903,100'"),
    "not a number": (one(KOSOVO, "nan"), "row 7: 2022 is 'nan'"),
    "n/a": (one(KOSOVO, "n/a"), "row 7: 2022 is 'n/a'"),
    "an endless number": (one(KOSOVO, "inf"), "row 7: 2022 is 'inf'"),
    "a number below 0": (one(KOSOVO, "-4"), "row 7: cell is 'XKX 2022: -4'"),
    "an unknown code": (one('"Atlantis","ATL"', "5"), "row 7: 'ATL', Atlantis"),
    "an unknown group": (one('"New group","QQQ"', "5"), "row 7: 'QQQ', New group"),
    "no code": (one('"Kosovo",""', "5"), "row 7: Country Code is ''"),
    "an economy twice": (one(GDP[0], "5"), "row 7: cell is 'ABW 2022: 5'"),
    "an economy under two codes": (TWO_CODES, "row 7: cell is 'ZAR 2022: 2'"),
    "a field too few": (LEAD + HEADER + ROWS.replace('"Aruba",', ""), "row 6: 6 fields, expected 7"),
    "a field too many": (LEAD + HEADER + ROWS.replace('"Aruba"', '"Aruba","x"'), "row 6: 8 fields, expected 7"),
    "rows moved by a field": (MOVED, "row 6: unnamed 6 is '4'"),
    "billions": (one('"Japan","JPN"', "4256", "4212"), "row 7: cell is 'JPN 2022: 4256'"),
    "thousands": (one('"United States","USA"', "27292170794"), "row 7: cell is 'USA 2022: 27292170794'"),
    "a year twice": (LEAD + HEADER.replace("2023", "2022") + ROWS, "Columns have the same name"),
    "a year out of range": (LEAD + HEADER.replace("2023", "1023") + ROWS, "column year"),
    "people in parts": (one(KOSOVO, "1761985.5", table="population"), "row 7: cell is 'XKX 2022: 1761985.5'"),
    "people in thousands": (one('"India","IND"', "1425423.2", table="population"), "cell is 'IND 2022: 1425423.2'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_naming_the_row(name: str, tmp_path: Path) -> None:
    text, says = WRONG[name]
    with pytest.raises(KizunaError) as refused:
        read_here(written(tmp_path, text), "population" if "SP.POP.TOTL" in text else "gdp")
    assert says in str(refused.value)


def test_of_a_wrong_file_nothing_is_taken_in(library: Library, tmp_path: Path) -> None:
    text, says = WRONG["a text in a number"]
    with pytest.raises(SourceError, match=says):
        add_file(library, written(tmp_path, text))
    assert library.additions() == ()


SPANISH = LEAD.replace("World", "Mundo") + HEADER.replace("Country Code", "Código")
OTHER, LONGER = (ROWS.replace("NY.GDP.MKTP.CD", code) for code in ("NY.GDP.MKTP.CN", "SP.POP.TOTL.FE.IN"))
NARROW = "Country Name,Country Code,Year,Value\nAruba,ABW,2022,1\n"
FILE = "API_X.csv"
UNREAD = {
    "another indicator": (FILE, LEAD + HEADER + OTHER, "holds another indicator"),
    "a longer code": (FILE, LEAD + HEADER + LONGER, "holds another indicator"),
    "another language": ("API_NY.GDP.MKTP.CD_DS2_es_csv_v2_3.csv", SPANISH, "another language (es)"),
    "no column of codes": (FILE, LEAD + HEADER.replace("Country Code", "Country") + ROWS, "No adapter knows"),
    "UTF-16": (FILE, "\ufeff" + LEAD + HEADER + ROWS, "No adapter knows"),
    "old Macintosh lines": (FILE, (LEAD + HEADER + ROWS).replace("\n", "\r"), "No adapter knows"),
    "a table by year and value": ("gdp.csv", NARROW, "No adapter knows"),
    "nothing": (FILE, "", "No adapter knows"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_said_before_anything_is_read(name: str, tmp_path: Path) -> None:
    file, text, says = UNREAD[name]
    with pytest.raises(SourceError) as refused:
        recognise(written(tmp_path, text, file, "utf-16-le" if name == "UTF-16" else "utf-8"))
    assert says in str(refused.value)


def test_two_downloads_in_one_zip_are_refused(tmp_path: Path) -> None:
    files = {f"{table}.csv": LEAD + HEADER + rows_of(GDP, VALUES, table) for table in INDICATOR}
    with pytest.raises(SourceError, match=r"2 members hold the indicators: gdp\.csv, population\.csv"):
        recognise(packed(tmp_path, "both.zip", files))


def test_every_group_is_a_code_that_is_no_economy() -> None:
    assert {code for code in GROUPS if hasattr(load_economies().by_publisher("world_bank", code), "iso3")} == set()
