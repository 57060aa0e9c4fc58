"""A table of the user's own, in CSV, Excel or Parquet, with a TOML file that says what its columns mean.

Its rows stand above those of the publisher: a row takes the place of the one with the same key, and every other row
stays. Economies may be written by any code or name that kizuna knows.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kizuna.floor.errors import SourceError, TableError, UnknownNameError, near_names
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell, opened
from kizuna.intake.rows import DO, SHOWN, Rows, Written, read_rows, refuse_rows, short, write
from kizuna.intake.workbook import sheet_names, sheet_rows, table_of
from kizuna.sources.forms import form_of
from kizuna.sources.table_names import OVER, TRADE, over
from kizuna.tables.economies import load_economies
from kizuna.tables.materials import load_materials

NAME = "own_table"
READS = "a table of your own (CSV, Excel, Parquet) with --map, a TOML file that says what its columns mean"
WHERE = "docs/how-to/load-your-own-data.md shows a mapping"
TABLES: tuple[str, ...] = ("mine_production", "governance", "gdp", "population", "product_names")
TEXTS, BOOKS, COLUMNAR = (".csv", ".tsv", ".txt"), (".xlsx",), (".parquet",)
ECONOMIES = ("iso3", "buyer", "supplier")
DECIMAL_COMMA = r"^[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?$"
SHORT = 8  # characters of a hash in the name of a part
SERIES = "wmd:"  # before a mineral of World Mining Data in the list of materials
NOISE = 1e-6  # of a whole unit, from multiplying floats
WHOLE = ("value_usd", "mass_kg")  # kept in whole dollars and kilograms
UNSAID = {"coverage": "top flows"}  # rows alone are not all flows of their product until the mapping says so


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
    _refuse_decimal_commas(said, file.path)
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
        parts=(Part(over(said.table), f"{file.path.name} {_sha256(file.path, mapping)}", "", size),),
        mapping=mapping,
    )


def _sha256(*paths: Path) -> str:
    """Return the beginning of a hash over files, which tells one of the same name from another."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:SHORT]


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the table into the form that its mapping names."""
    assert incoming.mapping is not None
    said = _mapping(incoming.mapping)
    rows = _rows(incoming, part, said, tell)
    table = part.table.removesuffix(OVER)
    columns = {name: _column(rows, said, table, name) for name in form_of(table).columns}
    if table == "mine_production":
        _refuse_other_minerals(rows, columns["mineral"])
        columns |= _mining_codes(columns)
    frame = pl.DataFrame(columns)
    if "mass_kg" in columns:
        frame = frame.with_columns(pl.when(pl.col("mass_kg") != 0).then(pl.col("mass_kg")))  # 0 is no mass
    refuse_rows(table, rows, frame)
    notes = [f"Rows of {incoming.path.name} take the place of those with the same key; the others stay."]
    notes += [note for name in WHOLE if (note := _rounded(rows, said, name, frame))]
    if TRADE.fullmatch(table) and (massless := frame["mass_kg"].null_count()):
        notes.append(f"{massless:,} rows have no mass: the publisher's stays where it has one of the same flow.")
    if "coverage" in columns and "coverage" not in _said(said):
        notes.append("Of a product that no publisher has, the rows count as its largest flows alone.")
    return write(table, frame, target, rows.height, tuple(notes))


def _rounded(rows: Rows, said: Said, name: str, frame: pl.DataFrame) -> str:
    """Say how many values were rounded to whole dollars or kilograms; empty where none was."""
    if name not in said.columns or name not in frame.columns:
        return ""
    field, times = _theirs(said.columns[name])
    exact = _scaled(_with_points(rows, field, said), field, said, times)
    count = int(((exact - frame[name]).abs() > NOISE).sum())
    return f"{count:,} values of {name} were rounded to whole ones." if count else ""


def _said(said: Said) -> set[str]:
    return {*said.columns, *said.constants}


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
    given = _said(said)
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


def _refuse_decimal_commas(said: Said, path: Path) -> None:
    """Refuse the decimal comma where cells are numbers: a point in them would be taken for a thousands mark."""
    if said.decimal == "," and path.suffix.lower() not in TEXTS:
        raise SourceError(
            'decimal = "," is for text files', where=str(path), expected="numbers in the cells of the file",
            do="Leave it out, or save the table as CSV.",
        )  # fmt: skip


HELP = "table, title, publisher, version, licence and [columns]; see docs/how-to/load-your-own-data.md"


def _rows(incoming: Incoming, part: Part, said: Said, tell: Tell) -> Rows:
    fields = list(dict.fromkeys(_theirs(one)[0] for one in said.columns.values()))
    kind = incoming.path.suffix.lower()
    if kind in TEXTS:
        return read_rows(incoming, part, tell, fields, Written(said.lead, said.separator))
    if kind in BOOKS:
        sheet = said.sheet or _only_sheet(incoming.path)
        found = sheet_rows(incoming.path, sheet)
        tell(part.size)
        if len(found) <= said.lead:
            raise TableError("The sheet is empty", [f"{len(found)} rows"], where=sheet, expected="a header", do=DO)
        return table_of(incoming.path, sheet, found, said.lead, fields)
    return _columnar(incoming, part, fields)


def _only_sheet(path: Path) -> str:
    """Return the one sheet that is seen; where there are several, the mapping has to name it."""
    seen = sheet_names(path)
    if len(seen) > 1:
        raise SourceError(
            f"The workbook has {len(seen)} sheets", where=str(path), expected="sheet = \"...\" in the mapping",
            do=f"One of {', '.join(seen[:SHOWN])}.",
        )  # fmt: skip
    return seen[0]


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
    try:
        texts = frame.select(_as_text(frame, field) for field in fields)
    except pl.exceptions.PolarsError as error:
        raise TableError(
            "A column is no column of values", [str(error)[:200]], where=incoming.path.name, do=DO
        ) from error
    return Rows(incoming.path.name, pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True), texts)


def _as_text(frame: pl.DataFrame, field: str) -> pl.Expr:
    """Return a column as text; whole numbers that a float holds, as pandas writes them, without a point."""
    column = pl.col(field)
    text = column.cast(pl.String)
    if frame.schema[field].is_float():
        text = (
            pl.when(column == column.round()).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(text)
        )
    return text.fill_null("").alias(field)


def _theirs(one: str | _Mapped) -> tuple[str, float]:
    return (one, 1.0) if isinstance(one, str) else (one.column, one.times)


def _column(rows: Rows, said: Said, table: str, name: str) -> pl.Series:
    """Return one column of the form: mapped, constant, or null where the form allows it and nothing is said."""
    dtype: Any = form_of(table).columns[name].dtype
    if name in said.constants:
        column = pl.repeat(str(said.constants[name]), rows.height, eager=True)
        constants = Rows("[constants] of the mapping", rows.numbers_of, pl.DataFrame({name: column}))
        if name in ECONOMIES:
            return _economies(constants, name)
        return column if dtype == pl.String else constants.numbers(name, dtype)
    if name not in said.columns:
        return pl.repeat(UNSAID.get(name), rows.height, dtype=dtype, eager=True)
    field, times = _theirs(said.columns[name])
    if name in ECONOMIES:
        return _economies(rows, field)
    if dtype == pl.String:
        return rows.texts(field, said.missing)
    return _numbers(rows, name, field, dtype, said, times)


def _numbers(rows: Rows, name: str, field: str, dtype: Any, said: Said, times: float) -> pl.Series:
    rows = _with_points(rows, field, said)
    if times == 1 and name not in WHOLE:
        return rows.numbers(field, dtype, said.missing)
    scaled = _scaled(rows, field, said, times)
    return (scaled.round() if dtype.is_integer() else scaled).cast(dtype)


def _with_points(rows: Rows, field: str, said: Said) -> Rows:
    """Return rows whose field has a decimal point, where the mapping says that it has a comma."""
    if said.decimal != ",":
        return rows
    texts = rows.texts(field).str.strip_chars()
    wrong = ~texts.str.contains(DECIMAL_COMMA) & ~texts.is_in(said.missing)
    rows.refuse(wrong, field, "a number with a decimal comma, and points between thousands alone")
    points = texts.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    written = points.zip_with(~texts.is_in(said.missing), texts)
    return Rows(rows.name, rows.numbers_of, rows.frame.with_columns(written.alias(field)))


def _scaled(rows: Rows, field: str, said: Said, times: float) -> pl.Series:
    return rows.numbers(field, pl.Decimal(28, 9), said.missing).cast(pl.Float64) * times


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


def _refuse_other_minerals(rows: Rows, minerals: pl.Series) -> None:
    """Refuse a mineral that no material counts: its figures would never be used."""
    known = sorted(
        series.removeprefix(SERIES)
        for material in load_materials()
        for stage in material.stages.values()
        for series in stage.series
        if series.startswith(SERIES)
    )
    faults = [
        f"row {at}: mineral is {short(name)}. Near it: {', '.join(near_names(name or '', known)) or 'none'}"
        for at, name in zip(rows.numbers_of, minerals, strict=True)
        if name not in known
    ]
    if faults:
        raise TableError(
            "Minerals are not known", faults[:SHOWN], where=rows.name, expected="as World Mining Data names them", do=DO
        )


def _mining_codes(columns: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Return name and BACI's code of each economy; a mining table is keyed by both."""
    economies = load_economies()
    found = [economies.get(code) for code in columns["iso3"]]
    return {
        "country": pl.Series([one.name_en for one in found], dtype=pl.String),
        "country_code": pl.Series([one.baci_code for one in found], dtype=pl.Int16),
    }
