"""World Bank Worldwide Governance Indicators as downloaded: political stability, estimate and standard error."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError, TableError
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell, look
from kizuna.intake.rows import DO, Rows, write
from kizuna.intake.workbook import named_sheets, sheet_names, sheet_rows, table_of
from kizuna.intake.world_bank_layout import (
    CODE,
    ECONOMY,
    MISSING,
    SOURCE,
    cells_of,
    edition,
    held,
    layouts,
    stored_codes,
)  # fmt: skip
from kizuna.sources.forms import SCORE

NAME = "wgi"
READS = (
    "World Bank WGI: the workbook of any edition (wgidataset_with_sourcedata-2026.xlsx, wgidataset_excel.zip, "
    "wgidataset.xlsx), WGI_CSV.zip, or a CSV extract of DataBank with estimate and standard error"
)
WHERE = "https://www.worldbank.org/en/publication/worldwide-governance-indicators"
TABLES: tuple[str, ...] = ("governance",)
TITLE = "Worldwide Governance Indicators"
# Codes of political stability's estimate and standard error: since the edition of 2025, and before.
CODES = (("GOV_WGI_PV.EST", "GOV_WGI_PV.STD.ERR"), ("PV.EST", "PV.STD.ERR"))
DIMENSIONS = ("va", "pv", "ge", "rq", "rl", "cc")
WANTED = "pv"
EDITION = re.compile(r"wgidataset\w*-(20\d\d)\.xlsx", re.IGNORECASE)
BOOK = re.compile(r"wgidataset.*\.xlsx", re.IGNORECASE)
SAVED = re.compile(r"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)T")
MOST = 5  # far beyond any estimate, in standard normal units
PLACE = "PV"  # the one part: every edition replaces all years of the one before

# The workbook of 2025 and later: a sheet a dimension.
SHEETS = {"economy": "Economy (name)", "code": "Economy (code)", "year": "Year", "dimension": "Governance dimension",
          "estimate": "Governance estimate (approx. -2.5 to +2.5)",
          "standard_error": "Standard error (estimate)"}  # fmt: skip
# The workbook of 2023 and 2024: one sheet for all.
LONG = {"economy": "countryname", "code": "code", "year": "year", "dimension": "indicator",
        "estimate": "estimate", "standard_error": "stddev"}  # fmt: skip
LONG_KEY = "codeindyr"
# The workbook to 2022: a sheet a dimension, six columns a year.
WIDE_SHEET = "PoliticalStabilityNoViolence"
WIDE_NAME, WIDE_CODES, WIDE_VALUES = "Country/Territory", ("WBCode", "Code"), ("Estimate", "StdErr")
YEAR = re.compile(r"(?:19|20)\d\d")


def recognise(file: Looked) -> Incoming | None:
    """Return political stability of a file."""
    if file.path.suffix.lower() == ".xlsx":
        return _of_book(file, file.path, "") if _form(file) else None
    books = [name for name, _ in file.members if BOOK.fullmatch(name.rpartition("/")[2])] if file.packed else []
    if len(books) == 1:
        with _unpacked(file, books[0]) as path:
            return _of_book(look(path), file.path, books[0]) if _form(look(path)) else None
    return _of_csv(file)


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the table; a row with neither estimate nor error stays, with both missing."""
    if part.member.lower().endswith(".csv") or incoming.path.suffix.lower() == ".csv":
        return _read_csv(incoming, part, target, tell)
    file = look(incoming.path)
    if not part.member:
        return _read_book(file, target, part, tell)
    with _unpacked(file, part.member) as path:
        return _read_book(look(path), target, part, tell)


@contextmanager
def _unpacked(file: Looked, member: str) -> Iterator[Path]:
    """Give a workbook that lies in a zip a file of its own for a while."""
    with tempfile.TemporaryDirectory(prefix="kizuna-") as folder:
        path = Path(folder) / member.rpartition("/")[2]
        with file.opened(member) as packed, path.open("wb") as book:
            shutil.copyfileobj(packed, book)
        yield path


def _form(file: Looked) -> str:
    """Return which of the publisher's workbooks a file is: ``sheets``, ``long``, ``wide``; empty where none."""
    names = {name for name, _ in file.members}

    def head(name: str) -> str:
        return file.head(name) if name in names else ""

    sheets = named_sheets(head("xl/workbook.xml"))
    if {*DIMENSIONS} <= {*sheets}:
        return "sheets"
    if any(_plain(sheet) == WIDE_SHEET for sheet in sheets):
        return "wide"
    return "long" if LONG_KEY in head("xl/sharedStrings.xml") + head("xl/worksheets/sheet1.xml") else ""


def _of_book(book: Looked, path: Path, member: str) -> Incoming:
    named = EDITION.fullmatch(book.path.name)
    core = "docProps/core.xml"
    saved = SAVED.search(book.head(core) if core in dict(book.members) else "")
    version = f"{named[1]} edition" if named else f"saved {saved[1]}" if saved else "undated"
    return _incoming(path, version, version, Part("governance", PLACE, member, sum(size for _, size in book.members)))


def _of_csv(file: Looked) -> Incoming | None:
    found = layouts(file)
    for name, layout in found.items():
        indicators = held(file, name, [one for pair in CODES for one in pair])
        if not indicators and layout.said.get(SOURCE) != TITLE:
            continue
        if not any({*pair} <= indicators for pair in CODES):
            raise SourceError(
                f"The file holds of political stability {', '.join(sorted(indicators)) or 'nothing'}",
                where=f"{file.path}, {name}",
                expected=f"estimate and standard error: {' or '.join(' and '.join(pair) for pair in CODES)}",
                do=f"Fetch WGI_CSV.zip or the workbook from {WHERE}, or choose both series in DataBank.",
            )
        version, vintage = edition(file, name, layout)
        return _incoming(file.path, version, vintage, file.part("governance", PLACE, name))
    return None


def _incoming(path: Path, version: str, vintage: str, part: Part) -> Incoming:
    return Incoming(
        path=path,
        adapter=NAME,
        title=f"{TITLE}, political stability",
        publisher="World Bank",
        version=version,
        vintage=vintage,
        licence="CC BY 4.0",
        citation=f"World Bank, {TITLE}, political stability, {vintage}.",
        url=WHERE,
        parts=(part,),
    )


def _read_csv(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    file = look(incoming.path)
    member = part.member or incoming.path.name
    indicators = held(file, member, [one for pair in CODES for one in pair])
    pair = next(pair for pair in CODES if {*pair} <= indicators)
    cells = cells_of(incoming, part, tell, pair, SCORE)
    indicator = cells.rows.texts("indicator")
    for code, low in zip(pair, (-MOST, 0), strict=True):
        _refuse_outside(cells.rows, "cell", cells.values.set(indicator != code, None), low)
    codes, notes = stored_codes(cells.rows, CODE, "wgi", cells.years, cells.rows.texts(ECONOMY), [indicator])
    frame = pl.DataFrame([codes.alias("iso3"), cells.years.alias("year"), cells.values.alias("value"), indicator])
    estimate, error = (
        frame.filter(pl.col("indicator") == one).select("iso3", "year", pl.col("value").alias(column))
        for one, column in zip(pair, ("estimate", "standard_error"), strict=True)
    )
    joined = estimate.join(error, on=["iso3", "year"], how="full", coalesce=True)
    dropped = (("lines below the table", cells.below),)
    return write("governance", joined, target, joined.height + cells.below, (*_notes(joined), *notes), dropped)


def _read_book(book: Looked, target: Path, part: Part, tell: Tell) -> Read:
    form = _form(book)
    rows, columns = _wide(book.path) if form == "wide" else _long(book.path, WANTED if form == "sheets" else "")
    tell(part.size)
    rows.refuse(~rows.texts(columns["dimension"]).is_in(list(DIMENSIONS)), columns["dimension"], ", ".join(DIMENSIONS))
    wanted = rows.texts(columns["dimension"]) == WANTED
    if form == "sheets":
        rows.refuse(~wanted, columns["dimension"], WANTED)
    stability = rows.only(wanted)
    years = stability.numbers(columns["year"], pl.Int16)
    codes, notes = stored_codes(stability, columns["code"], "wgi", years, stability.texts(columns["economy"]))
    values = {name: stability.numbers(columns[name], SCORE, MISSING) for name in ("estimate", "standard_error")}
    for (name, numbers), low in zip(values.items(), (-MOST, 0), strict=True):
        _refuse_outside(stability, columns[name], numbers, low)
    frame = pl.DataFrame({"iso3": codes, "year": years, **values})
    dropped = (("rows of the other five dimensions", rows.height - stability.height),)
    return write("governance", frame, target, rows.height, (*_notes(frame), *notes), dropped)


def _long(path: Path, sheet: str) -> tuple[Rows, Mapping[str, str]]:
    """Return the rows of a sheet with a row an economy and year, and what its columns are named."""
    columns = SHEETS if sheet else LONG
    sheet = sheet or sheet_names(path)[0]
    return table_of(path, sheet, _filled(path, sheet), 0, list(columns.values())), columns


def _wide(path: Path) -> tuple[Rows, Mapping[str, str]]:
    """Return the rows of a sheet with six columns a year as rows of an economy and year."""
    sheet = next(name for name in sheet_names(path) if _plain(name) == WIDE_SHEET)
    rows = _filled(path, sheet)
    at = next((place for place, row in enumerate(rows) if row[:1] == (WIDE_NAME,)), 0)
    code = next((one for one in WIDE_CODES if one in rows[at]), "")
    years, header = _header(rows[at - 1], rows[at]) if at else ((), ())
    if not years or not code:
        raise TableError(
            "The sheet has no header", [f"{WIDE_NAME}, {' or '.join(WIDE_CODES)}, and years above {WIDE_VALUES[0]}"],
            where=f"{path.name}, sheet {sheet}", do=DO,
        )  # fmt: skip
    fields = [WIDE_NAME, code, *(f"{year} {value}" for year in years for value in WIDE_VALUES)]
    wide = table_of(path, sheet, [header, *rows[at + 1 :]], 0, fields)
    wide = Rows(wide.name, wide.numbers_of + at, wide.frame)
    for field in fields[2:]:
        wide.numbers(field, SCORE, MISSING)  # a fault is told by its year
    blocks = [
        wide.frame.select(
            pl.col(WIDE_NAME).alias("economy"),
            pl.col(code).alias("code"),
            pl.lit(year).alias("year"),
            pl.lit(WANTED).alias("dimension"),
            pl.col(f"{year} {WIDE_VALUES[0]}").alias("estimate"),
            pl.col(f"{year} {WIDE_VALUES[1]}").alias("standard_error"),
        )
        for year in years
    ]
    long = Rows(wide.name, pl.concat([wide.numbers_of] * len(years)), pl.concat(blocks))
    return long, {name: name for name in LONG}


def _header(above: Sequence[str], names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the years, and the header with its year before each name of a value; a blank takes the year left of it."""
    year, years, header = "", [], []
    for place, name in enumerate(names):
        found = above[place].strip() if place < len(above) else ""
        year = found if YEAR.fullmatch(found) else year
        header.append(f"{year} {name.strip()}".strip())
        if name.strip() == WIDE_VALUES[0] and year:
            years.append(year)
    return tuple(years), tuple(header)


def _filled(path: Path, sheet: str) -> list[tuple[str, ...]]:
    rows = sheet_rows(path, sheet)
    if not rows:
        where = f"{path.name}, sheet {sheet}"
        raise TableError("The sheet is empty", ["no row"], where=where, expected="a header", do=DO)
    return rows


def _refuse_outside(rows: Rows, field: str, values: pl.Series, low: int) -> None:
    """Refuse a percentile rank or a score of 0 to 100 in the place of an estimate or its error."""
    rows.refuse(~values.cast(pl.Float64).is_between(low, MOST), field, f"a number from {low} to {MOST}, or none")


def _notes(frame: pl.DataFrame) -> tuple[str, ...]:
    missing = [f"{frame[name].null_count():,} of {name}" for name in ("estimate", "standard_error")]
    return (
        f"Values that the publisher does not have are null: {' and '.join(missing)}.",
        "Rounded to 15 decimals. One dimension of six: no stand-in for the mean of all six.",
    )


def _plain(sheet: str) -> str:
    return sheet.replace(" ", "")
