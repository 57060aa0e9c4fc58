"""The World Bank's CSV of indicators, as WDI and WGI have it, and its codes of economies.

The file is one of three: a download of one indicator (up to four lead lines, then a row an economy and a column a
year), the bulk file (the same for all indicators, without lead lines), or an extract of DataBank. The extract has a
column a year, ``1960 [YR1960]``, or a row an economy and year and a column an indicator, ``... [NY.GDP.MKTP.CD]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kizuna.floor.errors import TableError
from kizuna.intake.codes import economies_of
from kizuna.intake.incoming import Incoming, Looked, Part, Tell, look
from kizuna.intake.rows import DO, Rows, Written, header_of, read_blocks
from kizuna.sources.world_bank import OLD_CODES

ECONOMY, CODE = "Country Name", "Country Code"
INDICATOR = ("Indicator Code", "Series Code")
TIME = ("Time", "Time Code")
SOURCE, UPDATED = "Data Source", "Last Updated Date"
FOOT = ("Data from database:", "Last Updated:")
MISSING = ("", "..", "#N/A")
PIECE = 1 << 20
LEAD = 10  # lines among which the header is looked for
YEAR = re.compile(r"(\d{4})(?: \[YR\1\])?")
OF_INDICATOR = re.compile(r".*\[([\w.]+)\]")
TIME_CODE = re.compile(rb"\bYR(\d{4})\b")
EXPONENT = r"\d[eE][+-]?\d"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one of the files lies.

    Parameters
    ----------
    lead
        Lines before the header.
    said
        What the lead lines say, such as ``Last Updated Date``.
    indicator
        Column of the indicators' codes; empty where each indicator has a column.
    years
        Year of each column of values, where each year has one.
    series
        Column of each indicator, where each has one.
    """

    lead: int
    said: Mapping[str, str]
    indicator: str
    years: Mapping[str, int]
    series: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cells:
    """Values of some indicators, one row an economy, year and indicator.

    Parameters
    ----------
    rows
        Columns ``Country Code``, ``Country Name``, ``indicator`` and, for messages, ``cell``.
    years, values
        Of each row; a missing value is null.
    below
        Lines below the table.
    """

    rows: Rows
    years: pl.Series
    values: pl.Series
    below: int

    @property
    def exponents(self) -> int:
        """Values that are written with an exponent."""
        return int(self.rows.texts("cell").str.contains(EXPONENT).sum())

    def only(self, kept: pl.Series) -> Cells:
        """Return the cells where ``kept`` holds."""
        return Cells(self.rows.only(kept), self.years.filter(kept), self.values.filter(kept), self.below)


def layout_in(head: str) -> Layout | None:
    """Return how a file lies whose first text this is; None where it is none of the World Bank's."""
    said: dict[str, str] = {}
    for lead, line in enumerate(head.split("\n")[: LEAD + 1]):
        header = header_of(line)
        if ECONOMY in header and CODE in header:
            return _layout(lead, said, header)
        said |= {header[0]: header[1]} if len(header) > 1 else {}
    return None


def layouts(file: Looked) -> dict[str, Layout]:
    """Return the members of a file that are such a CSV."""
    found = {name: layout_in(file.head(name)) for name, _ in file.members if name.lower().endswith(".csv")}
    return {name: layout for name, layout in found.items() if layout is not None}


def held(file: Looked, member: str, indicators: Sequence[str]) -> frozenset[str]:
    """Return which indicators a member names; it is read as far as the last of them."""
    wanted = {one: re.compile(rb"(?<![\w.])" + re.escape(one).encode() + rb"(?![\w.])") for one in indicators}
    found: set[str] = set()
    before = b""
    with file.opened(member) as stream:
        while len(found) < len(wanted) and (block := stream.read(PIECE)):
            text = before + block
            found |= {one for one, pattern in wanted.items() if pattern.search(text)}
            before = text[-max(map(len, indicators)) - 2 :]
    return frozenset(found)


def edition(file: Looked, member: str, layout: Layout) -> tuple[str, str]:
    """Return version and vintage: when the publisher updated the file, where it says so, and its last year."""
    updated = layout.said.get(UPDATED, "").replace("/", "-")
    last = max(layout.years.values(), default=0)
    if not last:
        with file.opened(member) as stream:
            last = max((int(year) for line in stream for year in TIME_CODE.findall(line)), default=0)
    return updated or f"to {last}", f"updated {updated}, to {last}" if updated else f"to {last}"


def cells_of(
    incoming: Incoming, part: Part, tell: Tell, indicators: Sequence[str], dtype: pl.DataType
) -> Cells:  # fmt: skip
    """Return the values of some indicators.

    Raises
    ------
    TableError
        If a value is no number that fits ``dtype``, an economy has no code, a row has too many or too few fields, or
        there is no row of an indicator.
    """
    member = part.member or incoming.path.name
    layout = layout_in(look(incoming.path).head(member))
    assert layout is not None
    written = Written(layout.lead, fallback="latin-1", foot=FOOT)  # names are not kept: any encoding of a byte will do
    found: list[pl.DataFrame] = []
    below = 0
    for _, block in read_blocks(incoming, part, tell, (), written):
        rows = _without_foot(block)
        below += block.height - rows.height
        found += _long(rows, layout, indicators, dtype)
    frame = pl.concat(found) if found else pl.DataFrame()
    lacking = [one for one in indicators if frame.is_empty() or one not in frame["indicator"]]
    if lacking:
        raise TableError("There are no rows of an indicator", lacking, where=member, expected="its rows", do=DO)
    cell = pl.format("{} {}: {}", pl.col(CODE), pl.col("year"), pl.col("text"))
    shown = frame.select(CODE, ECONOMY, "indicator", cell.alias("cell"))
    return Cells(Rows(member, frame["row"], shown), frame["year"], frame["value"], below)


def stored_codes(
    rows: Rows, field: str, publisher: str, years: pl.Series, names: pl.Series, key: Sequence[pl.Series] = ()
) -> tuple[pl.Series, tuple[str, ...]]:  # fmt: skip
    """Return the codes of economies as the stored tables have them, and a note of those replaced.

    Parameters
    ----------
    rows, field
        The rows, and their column of the publisher's codes.
    publisher
        As in :meth:`kizuna.tables.economies.Economies.by_publisher`.
    years, names
        Year and publisher's name of each row.
    key
        What else tells rows apart.

    Raises
    ------
    TableError
        If a code is unknown, or an economy stands twice, under one code or under two.
    """
    codes = rows.texts(field).str.strip_chars()
    stored = codes.replace(OLD_CODES)
    economies = economies_of(rows, stored, publisher, names).fill_null(stored)
    twice = pl.DataFrame([economies.alias("economy"), years.alias("year"), *key]).is_duplicated()
    rows.refuse(twice, "cell" if "cell" in rows.frame.columns else field, "each economy and year once")
    old = sorted({*codes} & {*OLD_CODES})
    note = f"Old codes are replaced: {', '.join(f'{one} by {OLD_CODES[one]}' for one in old)}."
    return stored, (note,) if old else ()


def _layout(lead: int, said: Mapping[str, str], header: Sequence[str]) -> Layout | None:
    years = {cell: int(match[1]) for cell in header if (match := YEAR.fullmatch(cell)) is not None}
    series = {match[1]: cell for cell in header if (match := OF_INDICATOR.fullmatch(cell)) and cell not in years}
    indicator = next((one for one in INDICATOR if one in header), "")
    if indicator and years:
        return Layout(lead, said, indicator, years, {})
    if not indicator and series and {*TIME} <= {*header}:
        return Layout(lead, said, "", {}, series)
    return None


def _without_foot(block: Rows) -> Rows:
    """Return the rows of economies, without the blank and closing lines of an extract."""
    first, *others = block.frame.columns
    bare = block.frame.get_column(CODE).str.strip_chars() == ""
    if not bare.any():
        return block
    said = pl.any_horizontal(pl.col(first) == "", *(pl.col(first).str.starts_with(one) for one in FOOT))
    foot = block.frame.select(said & pl.all_horizontal(pl.col(others) == "")).to_series()
    block.refuse(bare & ~foot, CODE, "a code")
    return block.only(~foot)


def _long(rows: Rows, layout: Layout, indicators: Sequence[str], dtype: pl.DataType) -> list[pl.DataFrame]:
    """Return the cells of some rows, a frame a column of values."""
    columns: list[tuple[str, pl.Series | str, int | None]]
    if layout.indicator:
        rows = rows.only(rows.texts(layout.indicator).is_in(list(indicators)))
        columns = [(column, rows.texts(layout.indicator), year) for column, year in layout.years.items()]
    else:
        columns = [(layout.series[one], one, None) for one in indicators if one in layout.series]
    if not rows.height:
        return []
    for surplus in (column for column in rows.frame.columns if column.startswith("unnamed ")):
        rows.refuse(rows.texts(surplus).str.strip_chars() != "", surplus, "nothing behind the last comma")
    return [_column(rows, column, indicator, year, dtype) for column, indicator, year in columns]


def _column(rows: Rows, column: str, indicator: pl.Series | str, year: int | None, dtype: pl.DataType) -> pl.DataFrame:
    fixed = pl.repeat(year or 0, rows.height, dtype=pl.Int16, eager=True)
    years = rows.numbers(TIME[0], pl.Int16) if year is None else fixed
    return rows.frame.select(
        pl.Series("row", rows.numbers_of),
        CODE,
        ECONOMY,
        pl.lit(indicator).alias("indicator"),
        years.alias("year"),
        pl.col(column).alias("text"),
        rows.numbers(column, dtype, MISSING).alias("value"),
    )
