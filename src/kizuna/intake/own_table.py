"""A table of the user's own, in CSV, Excel or Parquet, with a TOML file that says what its columns mean.

Its rows stand above those of the publisher: a row takes the place of the one with the same key, and every other row
stays. Economies may be written by any code or name that kizuna knows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kizuna.floor.errors import SourceError, TableError, UnknownNameError
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell, opened
from kizuna.intake.rows import DO, SHOWN, Rows, Written, read_rows, short, write
from kizuna.intake.workbook import sheet_names, sheet_rows, table_of
from kizuna.sources.forms import form_of
from kizuna.sources.table_names import OVER, TRADE, over
from kizuna.tables.economies import load_economies

NAME = "own_table"
READS = "a table of your own (CSV, Excel, Parquet) with --map, a TOML file that says what its columns mean"
WHERE = "docs/how-to/load-your-own-data.md shows a mapping"
TABLES: tuple[str, ...] = ("mine_production", "governance", "gdp", "population", "product_names")
TEXTS, BOOKS, COLUMNAR = (".csv", ".tsv", ".txt"), (".xlsx",), (".parquet",)
ECONOMIES = ("iso3", "buyer", "supplier")
DECIMAL_COMMA = r"^[+-]?\d{1,3}(\.?\d{3})*(,\d+)?$"
UNSAID = {"coverage": "complete", "status": "r"}  # what a column holds that no mapping names


class _Mapped(BaseModel):
    """One column: the user's name for it, by what its numbers are multiplied."""

    model_config = ConfigDict(extra="forbid")
    column: str = Field(min_length=1)
    times: float = Field(default=1, gt=0)


class Said(BaseModel):
    """What a mapping file says."""

    model_config = ConfigDict(extra="forbid")
    table: str
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    version: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    citation: str = ""
    sheet: str = ""
    lead: int = Field(default=0, ge=0, le=1000)
    separator: str = Field(default=",", min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    missing: list[str] = Field(default_factory=lambda: [""])
    columns: dict[str, str | _Mapped]
    constants: dict[str, str | int] = Field(default_factory=dict)


def recognise(file: Looked) -> Incoming | None:
    """Return None: a table of the user's own is read with a mapping alone."""
    del file
    return None


def mapped(file: Looked, mapping: Path) -> Incoming:
    """Return what a table of the user's own is, as its mapping says.

    Raises
    ------
    SourceError
        If the mapping cannot be read, names a table or a column that there is none of, or leaves one out.
    """
    said = _mapping(mapping)
    kind = file.path.suffix.lower()
    if kind not in (*TEXTS, *BOOKS, *COLUMNAR):
        raise SourceError(f"A file {kind or 'without an ending'} is not read", where=str(file.path), expected=READS)
    size = file.path.stat().st_size
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=said.title,
        publisher=said.publisher,
        version=said.version,
        vintage=said.version,
        licence=said.licence,
        citation=said.citation or f"{said.publisher}, {said.title}, {said.version}.",
        url="",
        parts=(Part(over(said.table), file.path.name, "", size),),
        mapping=mapping,
    )


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the table into the form that its mapping names."""
    assert incoming.mapping is not None
    said = _mapping(incoming.mapping)
    rows = _rows(incoming, part, said, tell)
    table = part.table.removesuffix(OVER)
    columns = {name: _column(rows, said, table, name) for name in form_of(table).columns}
    if table == "mine_production":
        columns |= _mining_codes(columns)
    notes = (f"Rows of {incoming.path.name} take the place of those with the same key; the others stay.",)
    return write(table, pl.DataFrame(columns), target, rows.height, notes)


def _mapping(path: Path) -> Said:
    try:
        said = Said.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"The mapping cannot be read: {error}", where=str(path), expected="a TOML file") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:SHOWN])
        raise SourceError(f"The mapping is wrong: {faults}", where=str(path), expected=HELP) from error
    if said.table not in TABLES and not TRADE.fullmatch(said.table):
        raise SourceError(
            f"The mapping names the table {said.table!r}", where=str(path),
            expected=f"trade_hs92 (or another revision), {', '.join(TABLES)}",
        )  # fmt: skip
    form = form_of(said.table)
    given = {*said.columns, *said.constants}
    filled = {"country", "country_code"} if said.table == "mine_production" else set()
    filled |= {name for name, column in form.columns.items() if column.nullable} | {*UNSAID}
    lacking = [name for name in form.columns if name not in given | filled]
    surplus = sorted(given - {*form.columns}) + sorted({*said.columns} & {*said.constants})
    if lacking or surplus:
        raise SourceError(
            f"The mapping lacks {', '.join(lacking) or 'nothing'} and has {', '.join(surplus) or 'nothing'} too many",
            where=str(path), expected=f"columns of {said.table}: {', '.join(form.columns)}",
        )  # fmt: skip
    return said


HELP = "table, title, publisher, version, licence and [columns]; see docs/how-to/load-your-own-data.md"


def _rows(incoming: Incoming, part: Part, said: Said, tell: Tell) -> Rows:
    fields = list(dict.fromkeys(_theirs(one)[0] for one in said.columns.values()))
    kind = incoming.path.suffix.lower()
    if kind in TEXTS:
        return read_rows(incoming, part, tell, fields, Written(said.lead, said.separator))
    if kind in BOOKS:
        sheet = said.sheet or sheet_names(incoming.path)[0]
        found = sheet_rows(incoming.path, sheet)
        tell(part.size)
        if len(found) <= said.lead:
            raise TableError("The sheet is empty", [f"{len(found)} rows"], where=sheet, expected="a header", do=DO)
        return table_of(incoming.path, sheet, found, said.lead, fields)
    return _columnar(incoming, part, fields)


def _columnar(incoming: Incoming, part: Part, fields: list[str]) -> Rows:
    try:
        with opened(incoming, part) as file:
            frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"The Parquet file cannot be read: {error}", where=str(incoming.path), do=DO) from error
    missing = [field for field in fields if field not in frame.columns]
    if missing:
        found = ", ".join(frame.columns)[:200]
        raise TableError("Columns are missing", missing, where=incoming.path.name, expected=f"them; found {found}")
    texts = frame.select(pl.col(field).cast(pl.String).fill_null("") for field in fields)
    return Rows(incoming.path.name, pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True), texts)


def _theirs(one: str | _Mapped) -> tuple[str, float]:
    return (one, 1.0) if isinstance(one, str) else (one.column, one.times)


def _column(rows: Rows, said: Said, table: str, name: str) -> pl.Series:
    """Return one column of the form: mapped, constant, or null where the form allows it and nothing is said."""
    dtype: Any = form_of(table).columns[name].dtype
    if name in said.constants:
        column = pl.repeat(str(said.constants[name]), rows.height, eager=True)
        constants = Rows("[constants] of the mapping", rows.numbers_of, pl.DataFrame({name: column}))
        return _economies(constants, name) if name in ECONOMIES else column.cast(dtype)
    if name not in said.columns:
        return pl.repeat(UNSAID.get(name), rows.height, dtype=dtype, eager=True)
    field, times = _theirs(said.columns[name])
    if name in ECONOMIES:
        return _economies(rows, field)
    if dtype == pl.String:
        return rows.texts(field, said.missing)
    return _numbers(rows, field, dtype, said, times)


def _numbers(rows: Rows, field: str, dtype: Any, said: Said, times: float) -> pl.Series:
    if said.decimal == ",":
        points = pl.col(field).str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        written = pl.when(pl.col(field).str.contains(DECIMAL_COMMA)).then(points).otherwise(pl.col(field))
        rows = Rows(rows.name, rows.numbers_of, rows.frame.with_columns(written.alias(field)))
    if times == 1:
        return rows.numbers(field, dtype, said.missing)
    scaled = rows.numbers(field, pl.Decimal(28, 9), said.missing).cast(pl.Float64) * times
    whole = scaled.round() if dtype.is_integer() else scaled
    rows.refuse((scaled - whole).abs() > 1e-3, field, f"a number that times {times:g} is whole")
    return whole.cast(dtype)


def _economies(rows: Rows, field: str) -> pl.Series:
    """Return economies by any code or name."""
    economies = load_economies()
    known: dict[str, str] = {}
    faults = []
    for at, text in zip(rows.numbers_of, rows.frame.get_column(field), strict=True):
        if text not in known:
            try:
                known[text] = economies.get(text).iso3
            except UnknownNameError as error:
                faults.append(f"row {at}: {field} is {short(text)}. {error.do}")
                known[text] = ""
    if faults:
        raise TableError("Economies are not known", faults[:SHOWN], where=rows.name, expected="a code or name", do=DO)
    return rows.frame.get_column(field).replace_strict(known, return_dtype=pl.String)


def _mining_codes(columns: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Return name and BACI's code of each economy; a mining table is keyed by both."""
    economies = load_economies()
    found = [economies.get(code) for code in columns["iso3"]]
    return {
        "country": pl.Series([one.name_en for one in found], dtype=pl.String),
        "country_code": pl.Series([one.baci_code for one in found], dtype=pl.Int16),
    }
