"""FAOSTAT's detailed trade matrix: what each economy reports of its trade with each other, by item and year.

The file has some 50 million rows: it is read in blocks that are kept in small types by year; then one year after the
other is sorted and checked, and all are written in the order of the key, so that a year or item is few row groups.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from string import ascii_letters, ascii_uppercase

import polars as pl

from kizuna.floor.errors import TableError
from kizuna.intake.faostat_areas import is_group, unlisted
from kizuna.intake.faostat_form import (
    ELEMENT,
    GROUP,
    IN_UNIT,
    WRITTEN,
    encoding_note,
    flag_note,
    flag_of,
    kept,
    number_of,
    year_of,
)
from kizuna.intake.incoming import Incoming, Part, Read, Tell
from kizuna.intake.rows import DO, ROW, UTF8, Rows, key_faults, read_blocks
from kizuna.sources.checks import checked
from kizuna.sources.forms import form_of

TABLE = "food_trade_reports"
AREAS = ("Reporter Country Code", "Partner Country Code")
FIELDS = (*AREAS, "Item Code", "Element Code", "Element", "Year", "Unit", "Value", "Flag")
FLOW, MEASURE = pl.Enum(["export", "import"]), pl.Enum(["quantity", "value"])
UNIT = pl.Enum(["1000 An", "1000 USD", "An", "No", "t"])
IMPORTS, EXPORTS = (5607, 5608, 5609, 5610, 5622), (5907, 5908, 5909, 5910, 5922)  # elements
FLOWS = dict.fromkeys(IMPORTS, "import") | dict.fromkeys(EXPORTS, "export")
MEASURES = {element: "value" if element in (IMPORTS[-1], EXPORTS[-1]) else "quantity" for element in FLOWS}
UNITS = {
    "quantity": {"t": "t", "tonnes": "t", "An": "An", "Head": "An", "1000 An": "1000 An", "1000 Head": "1000 An",
                 "No": "No"},
    "value": {"1000 USD": "1000 USD", "1000 US$": "1000 USD"},
}  # fmt: skip
ROW_GROUP = 250_000
AGGREGATES = (
    "Areas 351 and 265 are China with Hong Kong, Macao and Taiwan, 5707 is the European Union of 27: never add them to "
    "their members, such as mainland China (41)."
)
REPORTS = "Imports are as the importer reports them, exports as the exporter does; the two differ, and both are kept."


def read_trade(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the matrix: imports and exports, quantities and values, with FAO's own numbers of areas and items."""
    rows_in, dropped, encoding = 0, Counter[str](), UTF8
    by_year: dict[int, list[pl.DataFrame]] = {}
    for _, rows in read_blocks(incoming, part, tell, FIELDS, WRITTEN):
        rows_in += rows.height
        encoding = rows.encoding
        for (year,), frame in _small(rows, dropped).partition_by("year", as_dict=True).items():
            by_year.setdefault(year, []).append(frame)
    name = part.member or incoming.path.name
    if not by_year:
        raise TableError("The file holds no row of this table", ["0 rows"], where=name, expected="trade", do=DO)
    years = [_year(by_year.pop(year), name) for year in sorted(by_year)]
    flags = {flag for year in years for flag in year.get_column("flag").cast(pl.String).unique()}
    missing = sum(year.get_column("amount").null_count() for year in years)
    whole = pl.concat(years, rechunk=False)
    texts = pl.col("flow", "measure", "unit", "flag").cast(pl.String)
    whole.lazy().with_columns(texts).sink_parquet(target, compression="zstd", row_group_size=ROW_GROUP)
    notes = [f"{missing:,} amounts are null where FAO has none."] if missing else []
    codes = [whole.get_column(name).unique().to_list() for name in ("reporter_code", "partner_code")]
    if strangers := unlisted([*codes[0], *codes[1]]):
        notes.append(f"FAO's list of areas of 2026 has not: {', '.join(map(str, strangers))}; they keep their numbers.")
    return Read(
        rows_in,
        whole.height,
        (REPORTS, AGGREGATES, flag_note(flags), *encoding_note(encoding), *notes),
        tuple(sorted(dropped.items())),
    )


def _small(rows: Rows, dropped: Counter[str]) -> pl.DataFrame:
    """Return the rows of a block in small types; unknown elements and units, and groups of areas, are counted."""
    rows = kept(rows, rows.numbers("Element Code", pl.Int32).is_in([*FLOWS]), ELEMENT, dropped)
    measure = _mapped(rows.numbers("Element Code", pl.Int32), MEASURES, MEASURE)
    rows = kept(rows, _unit(rows.texts("Unit"), measure).is_not_null(), IN_UNIT, dropped)
    reporter, partner = (number_of(rows, field, pl.Int32) for field in AREAS)
    rows = kept(rows, ~(is_group(reporter) | is_group(partner)), GROUP, dropped)
    element = rows.numbers("Element Code", pl.Int32)
    measure = _mapped(element, MEASURES, MEASURE)
    amount = rows.numbers("Value", pl.Float64, missing=("",))
    rows.refuse((amount < 0) | ~amount.is_finite(), "Value", "0 or more")
    return pl.DataFrame(
        {
            "reporter_code": rows.numbers(AREAS[0], pl.Int16),
            "partner_code": rows.numbers(AREAS[1], pl.Int16),
            "item_code": number_of(rows, "Item Code", pl.Int16),
            "flow": _mapped(element, FLOWS, FLOW),
            "measure": measure,
            "unit": _unit(rows.texts("Unit"), measure),
            "year": year_of(rows),
            "amount": amount,
            "flag": flag_of(rows).cast(_flags()),
            ROW: rows.numbers_of.cast(pl.UInt32),
        }
    )


def _mapped(element: pl.Series, known: dict[int, str], kind: pl.Enum) -> pl.Series:
    return element.replace_strict(known, default=None, return_dtype=kind)


def _unit(texts: pl.Series, measure: pl.Series) -> pl.Series:
    """Return the unit in one spelling, null where the measure has no such unit."""
    found = {of: texts.replace_strict(units, default=None, return_dtype=UNIT) for of, units in UNITS.items()}
    return found["value"].zip_with(measure == "value", found["quantity"])


def _year(blocks: list[pl.DataFrame], name: str) -> pl.DataFrame:
    """Return the rows of a year in the order of the key, which names a row once."""
    form = form_of(TABLE)
    frame = pl.concat(blocks).sort(form.key)
    blocks.clear()
    same = frame.select(pl.all_horizontal(pl.col(*form.key) == pl.col(*form.key).shift())).to_series()
    if same.any():
        faults = key_faults(frame.filter(same), form.key, ROW)
        raise TableError(
            f"{int(same.sum()):,} rows stand again", faults, where=name,
            expected=f"one row for each {', '.join(form.key)}", do=DO,
        )  # fmt: skip
    texts = pl.col("flow", "measure", "unit", "flag")
    frame = frame.drop(ROW)
    checked(TABLE, frame.with_columns(texts.cast(pl.String)), form.columns, form.key)
    return frame


@cache
def _flags() -> pl.Enum:
    """Return all that FAO writes as a flag: none, ``*``, a letter, or two."""
    two = (first + second for first in ascii_uppercase for second in ascii_letters)
    return pl.Enum(["", "*", *ascii_uppercase, *two])
