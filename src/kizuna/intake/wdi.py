"""World Bank World Development Indicators as downloaded: gross domestic product and population."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import write
from kizuna.intake.world_bank_layout import (
    CODE,
    ECONOMY,
    SOURCE,
    Cells,
    Layout,
    cells_of,
    edition,
    held,
    layouts,
    stored_codes,
)  # fmt: skip
from kizuna.sources.forms import form_of
from kizuna.sources.world_bank import GROUPS

NAME = "wdi"
READS = (
    "World Bank WDI: the zip or CSV of the indicator NY.GDP.MKTP.CD or SP.POP.TOTL, WDI_CSV.zip, or a CSV extract of "
    "DataBank with one of them"
)
WHERE = (
    "https://api.worldbank.org/v2/en/indicator/NY.GDP.MKTP.CD?downloadformat=csv (and SP.POP.TOTL), "
    "https://databank.worldbank.org/data/download/WDI_CSV.zip"
)
TABLES: tuple[str, ...] = ("gdp", "population")
TITLE = "World Development Indicators"
DOWNLOAD = re.compile(r"API_[\w.]+_DS2_(?P<language>[a-z]{2})_csv_v2_\d+\.csv")
LARGE = ("CHN", "IND", "JPN", "USA")


@dataclass(frozen=True, slots=True)
class _Table:
    """A stored table: its indicator and column, how values are read, and what a large economy's are at least.

    The least value lies below that of every year since 1960 in the four economies of ``LARGE``, and above a thousandth
    of it: a file in thousands, millions or billions is told by it.
    """

    indicator: str
    title: str
    column: str
    dtype: pl.DataType
    least: int


SERIES: Mapping[str, _Table] = {
    "gdp": _Table(
        "NY.GDP.MKTP.CD", "gross domestic product, current US dollars", "usd", pl.Decimal(24, 2), 30_000_000_000
    ),
    "population": _Table("SP.POP.TOTL", "population, total", "persons", pl.Decimal(24, 6), 50_000_000),
}


def recognise(file: Looked) -> Incoming | None:
    """Return the tables whose indicator a file holds."""
    found = layouts(file)
    holding = {name: held(file, name, [one.indicator for one in SERIES.values()]) for name in found}
    members = [name for name, indicators in holding.items() if indicators]
    if not members:
        _refuse_others(file, found)
        return None
    if len(members) > 1:
        raise SourceError(
            f"{len(members)} members hold the indicators: {', '.join(members)}", where=str(file.path), expected=READS
        )
    (member,) = members
    tables = [table for table, one in SERIES.items() if one.indicator in holding[member]]
    return _incoming(file, member, found[member], tables)


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read one table; groups of economies and missing values are left out and counted."""
    table = SERIES[part.table]
    cells = cells_of(incoming, part, tell, [table.indicator], table.dtype)
    group = cells.rows.texts(CODE).str.strip_chars().is_in(list(GROUPS))
    economies = cells.only(~group)
    rows = economies.rows
    codes, replaced = stored_codes(rows, CODE, "world_bank", economies.years, rows.texts(ECONOMY))
    values = _values(economies, codes, part.table)
    frame = pl.DataFrame([codes.alias("iso3"), economies.years.alias("year"), values]).drop_nulls(table.column)
    dropped = (
        ("groups of economies (regions, income groups, world): economies and years", int(group.sum())),
        ("economies and years without a value", values.null_count()),
        ("lines below the table", cells.below),
    )
    notes = (*_notes(economies, codes), *replaced)
    return write(part.table, frame, target, cells.rows.height + cells.below, notes, dropped)


def _refuse_others(file: Looked, found: Mapping[str, Layout]) -> None:
    """Refuse what is of this publisher and has none of the indicators, or another language."""
    for name, _ in file.members:
        download = DOWNLOAD.fullmatch(name.rpartition("/")[2])
        if download is not None and name not in found and download["language"] != "en":
            raise SourceError(
                f"The file is in another language ({download['language']})", where=str(file.path), expected=READS,
                do=f"Fetch the English one: {WHERE}",
            )  # fmt: skip
        if name in found and (found[name].said.get(SOURCE) == TITLE):
            raise SourceError(
                "The file holds another indicator", where=f"{file.path}, {name}", expected=READS, do=f"Fetch {WHERE}"
            )


def _incoming(file: Looked, member: str, layout: Layout, tables: list[str]) -> Incoming:
    version, vintage = edition(file, member, layout)
    titles = "; ".join(SERIES[table].title for table in tables)
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=f"{TITLE}: {titles}",
        publisher="World Bank",
        version=version,
        vintage=vintage,
        licence="CC BY 4.0",
        citation=f"World Bank, {TITLE}, {titles}, {vintage}.",
        url=f"https://data.worldbank.org/indicator/{SERIES[tables[0]].indicator}",
        parts=tuple(file.part(table, SERIES[table].indicator, member) for table in tables),
    )


def _values(cells: Cells, codes: pl.Series, name: str) -> pl.Series:
    """Return the values in the type of the stored table; refuse those of another unit."""
    table = SERIES[name]
    cells.rows.refuse(cells.values < 0, "cell", f"{table.title}, not below 0")
    small = codes.is_in(list(LARGE)) & (cells.values.cast(pl.Float64) < table.least)
    cells.rows.refuse(small, "cell", f"{table.title}, in units: not in thousands, millions or billions")
    stored = form_of(name).columns[table.column].dtype
    if stored.is_integer():
        cells.rows.refuse(cells.values != cells.values.round(0), "cell", f"{table.title}, whole numbers")
    return cells.values.cast(stored).alias(table.column)


def _notes(cells: Cells, codes: pl.Series) -> tuple[str, ...]:
    found = {*codes}
    notes = []
    if "TWN" not in found:
        notes.append("Taiwan is not in the publisher's table.")
    if "CHI" in found:
        notes.append("The Channel Islands (CHI) are Guernsey and Jersey together, and no economy of the tables.")
    if cells.exponents:
        notes.append(
            f"{cells.exponents:,} values are written with an exponent (such as 1.13047E+11), as a spreadsheet saves "
            "them: digits were lost before the file came here."
        )
    return tuple(notes)
