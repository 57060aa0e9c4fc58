"""World Mining Data as downloaded: workbook 6.4, production of each mineral by country, one sheet a mineral."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import DO, SHOWN, Rows, write
from kizuna.intake.workbook import book_rows, named_sheets, table_of
from kizuna.sources.forms import AMOUNT
from kizuna.sources.raw import SEE_PUBLISHER
from kizuna.tables.economies import load_economies

NAME = "world_mining_data"
READS = (
    "World Mining Data: workbook 6.4, 6.4. Production_of_Mineral_Raw_Materials_of_individual_Countries_by_Minerals.xlsx"
)
WHERE = "https://www.world-mining-data.info/?World_Mining_Data___Data_Section"
TABLE = "mine_production"
TABLES: tuple[str, ...] = (TABLE,)
WORKBOOK = "6.4"
MINERALS = ("Cobalt", "Copper", "Gold")  # sheets of every edition
COUNTRY, UNIT, SOURCE = "country", "unit", "datasource"  # headers, without case and blanks
YEAR = re.compile(r"(?:19|20)\d\d")
HEADER_AMONG = 5  # rows from the top: the title stands above the header
TOTAL = "total"
TOLERANCE = Decimal("0.001")  # of a total, by which the sum of countries may differ
MISSING = ("", "-")
UNITS = {"metr. t": "metr. t", "kg": "kg", "ct": "ct", "mio m3": "Mio m3", "mio m³": "Mio m3"}
STATUSES = ("r", "p", "e")
THOUSANDS = r"^[0-9]{1,3}([ ,\x{00A0}\x{2009}\x{202F}][0-9]{3})+(\.[0-9]+)?$"
MARKS = r"[ ,\x{00A0}\x{2009}\x{202F}]"
SHORTEST_NAME = 4  # letters; below it stand codes
Named = tuple[str, str, int]  # the country's name, ISO3 code and numeric code in the table


def recognise(file: Looked) -> Incoming | None:
    """Return what the workbook is, with the years of its first sheet.

    Raises
    ------
    SourceError
        If it is another workbook of the publisher's.
    """
    if file.path.suffix.lower() != ".xlsx" or not {*MINERALS} <= {*_sheets(file)}:
        return None
    rows = next((rows for _, rows in book_rows(file.path) if any(map(any, rows))), [])
    at = _header_at(rows)
    years = [] if at is None else _years(rows[at])
    if not years:
        raise SourceError(
            "It is a workbook of World Mining Data, but not the one of minerals by country", where=str(file.path),
            expected=READS,
        )  # fmt: skip
    span = f"{min(years)}-{max(years)}"
    return Incoming(
        path=file.path,
        adapter=NAME,
        title="World Mining Data, mine production by country",
        publisher="Austrian Federal Ministry of Finance",
        version=span,
        vintage=span,
        licence=SEE_PUBLISHER,
        citation=f"World Mining Data, Austrian Federal Ministry of Finance, years {span}.",
        url=WHERE,
        parts=(Part(TABLE, WORKBOOK, "", sum(size for _, size in file.members)),),
    )


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read all sheets; the file of another edition takes its place.

    Raises
    ------
    TableError
        Naming sheet, row and field of what is off: a header, a name, a unit, a number, a sum that is not the total.
    """
    frames: list[pl.DataFrame] = []
    notes = ["Amounts are metal or mineral content as the mineral's name says, not gross weight."]
    totals = below = rows_in = 0
    years: Sequence[str] = ()
    renamed: dict[str, str] = {}
    for sheet, cells in book_rows(incoming.path):
        if not any(map(any, cells)):
            notes.append(f"The sheet {sheet!r} is empty.")
            continue
        found = _table(incoming.path, sheet, cells)
        years = years or _year_fields(found)
        if _year_fields(found) != years:
            expected = f"{', '.join(years)}, as in the sheets before"
            faults = [", ".join(_year_fields(found))]
            raise TableError("The sheet has other years", faults, where=found.name, expected=expected, do=DO)
        countries, remarks = _countries_and_total(found, years)
        frames.append(_long(countries, sheet.strip(), years, renamed))
        totals, below, rows_in = totals + 1, below + remarks, rows_in + found.height
    tell(part.size)
    frame = pl.concat(frames)
    if renamed:
        notes.append(f"Names written as in the table: {'; '.join(f'{a} to {b}' for a, b in sorted(renamed.items()))}.")
    notes.append(f"{frame['amount'].null_count():,} amounts are missing and stay so.")
    width = len(years)
    dropped = (("world totals, checked against the sums", totals * width), ("remarks below the table", below * width))
    return write(TABLE, frame, target, rows_in * width, tuple(notes), dropped)


def country_of(name: str) -> Named | None:
    """Return name and codes of a country in the table; None where the name is no economy's.

    A name that the publisher no longer uses, such as Turkey, is that of the economy; a country that the table has not
    keeps its name, with the codes of CEPII BACI.
    """
    if name in _listed():
        return _listed()[name]
    if len(name) < SHORTEST_NAME:
        return None
    try:
        economy = load_economies().get(name)
    except UnknownNameError:
        return None
    if economy.iso3 in _by_economy():
        return _by_economy()[economy.iso3]
    return None if economy.baci_code is None else (name, economy.iso3, economy.baci_code)


@cache
def _listed() -> dict[str, Named]:
    text = files("kizuna.intake").joinpath("data", "world_mining_countries.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["country"]: (row["country"], row["iso3"], int(row["country_code"])) for row in rows}


@cache
def _by_economy() -> dict[str, Named]:
    found = {}
    for named in _listed().values():
        economy = load_economies().by_publisher("wmd", named[1], named[0])
        if not isinstance(economy, Gap):
            found[economy.iso3] = named
    return found


def _sheets(file: Looked) -> list[str]:
    names = {name for name, _ in file.members}
    return named_sheets(file.head("xl/workbook.xml")) if "xl/workbook.xml" in names else []


def _key(cell: str) -> str:
    """Return a header without case and blanks."""
    return "".join(cell.casefold().split())


def _header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the header, whose first cell is Country."""
    found = (at for at, row in enumerate(rows[:HEADER_AMONG]) if row and _key(row[0]) == COUNTRY)
    return next(found, None)


def _years(header: Sequence[str]) -> list[int]:
    return [int(cell) for cell in header if YEAR.fullmatch(cell.strip())]


def _table(path: Path, sheet: str, cells: Sequence[Sequence[str]]) -> Rows:
    """Return a sheet's rows with the fields ``country``, ``unit``, the years and ``datasource``."""
    at = _header_at(cells)
    if at is None:
        raise TableError(
            "The sheet has no header", [f"no row among the first {HEADER_AMONG} begins with Country"],
            where=f"{path.name}, sheet {sheet}", expected="Country, unit, years, data source", do=DO,
        )  # fmt: skip
    keyed = [tuple(_key(cell) for cell in cells[at]), *cells[at + 1 :]]
    years = [str(year) for year in _years(cells[at])]
    if not years:
        name = f"{path.name}, sheet {sheet}"
        raise TableError("The header has no years", [", ".join(cells[at])[:200]], where=name, expected="years", do=DO)
    found = table_of(path, sheet, keyed, 0, (COUNTRY, UNIT, *years, SOURCE))
    return Rows(found.name, found.numbers_of + at, found.frame)


def _year_fields(rows: Rows) -> list[str]:
    return [name for name in rows.frame.columns if YEAR.fullmatch(name)]


def _countries_and_total(rows: Rows, years: Sequence[str]) -> tuple[Rows, int]:
    """Return the rows above the total, whose sums it must be, and the number of remarks below it."""
    is_total = rows.texts(COUNTRY).str.strip_chars().str.to_lowercase() == TOTAL
    if is_total.sum() != 1:
        found = f"{is_total.sum()} rows Total"
        raise TableError("The sheet has not one total", [found], where=rows.name, expected="one, the last row", do=DO)
    at = int(is_total.arg_true()[0])
    place = pl.int_range(rows.height, eager=True)
    total, countries, below = rows.only(place == at), rows.only(place < at), rows.only(place > at)
    for year in years:
        below.refuse(~below.texts(year).is_in(MISSING), year, "no figure below the total")
    faults = []
    for year in years:
        said: Decimal | None = _numbers(total, year)[0]
        summed = Decimal(_numbers(countries, year).sum() or 0)
        if abs(summed - (said or 0)) > TOLERANCE * (said or 0):
            told = "empty" if said is None else f"{said:f}"
            faults.append(f"row {total.numbers_of[0]}: {year} is {told}, the sum is {summed:f}")
    if faults:
        raise TableError(
            "The total is not the sum of the countries", faults[:SHOWN], where=rows.name,
            expected="them to differ by 0.1 % at most", do=DO,
        )  # fmt: skip
    return countries, below.height


def _numbers(rows: Rows, field: str) -> pl.Series:
    """Return figures, whose thousands may be marked by commas or blanks, and none of which is below 0."""
    texts = pl.col(field).str.strip_chars()
    grouped = pl.when(texts.str.contains(THOUSANDS)).then(texts.str.replace_all(MARKS, "")).otherwise(texts)
    numbers = Rows(rows.name, rows.numbers_of, rows.frame.with_columns(grouped)).numbers(field, AMOUNT, MISSING)
    rows.refuse(numbers < 0, field, "a number that is not below 0")
    return numbers


def _long(rows: Rows, mineral: str, years: Sequence[str], renamed: dict[str, str]) -> pl.DataFrame:
    """Return the figures of a mineral, a row for each country and year."""
    names = rows.texts(COUNTRY).str.strip_chars()
    named = [country_of(name) for name in names]
    rows.refuse(pl.Series([one is None for one in named], dtype=pl.Boolean), COUNTRY, "a country that kizuna knows")
    known = [one for one in named if one is not None]
    codes = pl.Series([iso3 for _, iso3, _ in known], dtype=pl.String)
    rows.refuse(codes.is_duplicated(), COUNTRY, "each country once")
    renamed.update({name: one[0] for name, one in zip(names, known, strict=True) if name != one[0]})
    units = rows.texts(UNIT).str.strip_chars().str.to_lowercase()
    rows.refuse(~units.is_in(list(UNITS)), UNIT, ", ".join(UNITS))
    status = rows.texts(SOURCE).str.strip_chars().str.to_lowercase()
    rows.refuse(~status.is_in(list(STATUSES)), SOURCE, "r, p or e")
    return pl.concat(
        pl.DataFrame(
            {
                "mineral": pl.repeat(mineral, rows.height, dtype=pl.String, eager=True),
                "country": pl.Series([country for country, _, _ in known], dtype=pl.String),
                "country_code": pl.Series([code for _, _, code in known], dtype=pl.Int16),
                "iso3": codes,
                "year": pl.repeat(int(year), rows.height, dtype=pl.Int16, eager=True),
                "unit": units.replace_strict(UNITS, return_dtype=pl.String),
                "status": status,
                "amount": _numbers(rows, year),
            }
        )
        for year in years
    )
