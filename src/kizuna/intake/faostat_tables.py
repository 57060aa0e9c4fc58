"""FAOSTAT by area: crops and livestock products, and food balances, out of the long form of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kizuna.floor.errors import TableError
from kizuna.intake.codes import check_codes
from kizuna.intake.faostat_areas import FORMS, areas_of
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
from kizuna.intake.rows import DO, ROW, UTF8, Rows, key_faults, read_blocks, write
from kizuna.sources.forms import form_of

PUBLISHER = "faostat"
PRODUCTION = 5510
TONNES = ("t", "tonnes")
PLACES = 2
LONG_DECIMAL = pl.Decimal(28, 9)
CHINA = "CHN is an aggregate that holds mainland China (F41) and more: never add both."
EU = "F5707 is the European Union (27), an aggregate of rows that stand here too."


def read_production(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read crops and livestock products: production in tonnes; other elements and units are counted as left out."""
    rows_in, dropped, frames = 0, Counter[str](), []
    rounded, encoding = 0, UTF8
    for header, rows in read_blocks(incoming, part, tell, (), WRITTEN):
        rows_in += rows.height
        encoding = rows.encoding
        element = rows.numbers("Element Code", pl.Int32)
        rows = kept(rows, element == PRODUCTION, ELEMENT, dropped)
        rows = kept(rows, rows.texts("Unit").is_in(TONNES), IN_UNIT, dropped)
        code, rows = _areas(rows, header, dropped)
        amount = rows.numbers("Value", LONG_DECIMAL, missing=("",))
        rows.refuse(amount < 0, "Value", "0 or more")
        tonnes = amount.round(PLACES)
        rounded += int((tonnes != amount).sum())
        item = "Item Code" if "Item Code" in header else "Item Code (FAO)"
        columns = {
            **_named(rows, code, item),
            "year": year_of(rows),
            "tonnes": tonnes.cast(pl.Decimal(18, PLACES)),
            "flag": flag_of(rows),
            ROW: rows.numbers_of,
        }
        frames.append(pl.DataFrame(columns))
    frame = _whole("food_production", frames, part.member or incoming.path.name)
    missing = frame.get_column("tonnes").null_count()
    notes = [f"{missing:,} amounts are null where FAO has none."] if missing else []
    notes += [f"{rounded:,} amounts have more than {PLACES} decimals and were rounded to them."] if rounded else []
    return write(
        "food_production", frame, target, rows_in, (*_notes(frame, encoding), *notes), tuple(sorted(dropped.items()))
    )


def read_balances(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read food balances: all elements, each in the unit that the file gives it."""
    rows_in, dropped, frames = 0, Counter[str](), []
    encoding = UTF8
    for header, rows in read_blocks(incoming, part, tell, (), WRITTEN):
        rows_in += rows.height
        encoding = rows.encoding
        code, rows = _areas(rows, header, dropped)
        amount = rows.numbers("Value", pl.Float64, missing=("",))
        rows.refuse(~amount.is_finite(), "Value", "a number")
        columns = {
            **_named(rows, code, "Item Code"),
            "element_code": number_of(rows, "Element Code", pl.Int32),
            "element": rows.texts("Element"),
            "year": year_of(rows),
            "unit": rows.texts("Unit"),
            "amount": amount,
            "flag": flag_of(rows),
            ROW: rows.numbers_of,
        }
        frames.append(pl.DataFrame(columns))
    name = part.member or incoming.path.name
    frame = _whole("food_balances", frames, name)
    _check_units(frame, name)
    missing = frame.get_column("amount").null_count()
    notes = [f"{missing:,} amounts are null where FAO has none."] if missing else []
    return write(
        "food_balances", frame, target, rows_in, (*_notes(frame, encoding), *notes), tuple(sorted(dropped.items()))
    )


def _areas(rows: Rows, header: Sequence[str], dropped: Counter[str]) -> tuple[pl.Series, Rows]:
    """Return the code of each row's area and the rows that are of no group of areas."""
    named = {form: f"Area Code ({form})" for form in FORMS if f"Area Code ({form})" in header}
    code, group = areas_of(rows, named | ({"FAO": "Area Code"} if "Area Code" in header else {}))
    rows, code = kept(rows, ~group, GROUP, dropped), code.filter(~group)
    check_codes(rows, code, PUBLISHER, rows.frame.get_column("Area"))
    return code, rows


def _named(rows: Rows, code: pl.Series, item: str) -> dict[str, pl.Series]:
    return {
        "area_code": code,
        "area": rows.texts("Area"),
        "item_code": number_of(rows, item, pl.Int32),
        "item": rows.texts("Item"),
    }


def _whole(table: str, frames: list[pl.DataFrame], name: str) -> pl.DataFrame:
    """Return the rows of all blocks; a key that stands twice is refused with its rows."""
    frame = pl.concat(frames)
    if frame.is_empty():
        raise TableError("The file holds no row of this table", ["0 rows"], where=name, expected="figures", do=DO)
    key = form_of(table).key
    twice = frame.filter(frame.select(key).is_duplicated()).sort(*key, ROW)
    if twice.height:
        faults = key_faults(twice, key, ROW)
        raise TableError(
            f"{twice.height:,} rows are of keys that stand more than once", faults, where=name,
            expected=f"one row for each {', '.join(key)}", do=DO,
        )  # fmt: skip
    return frame.drop(ROW)


def _check_units(frame: pl.DataFrame, name: str) -> None:
    """Refuse an element in two units: its amounts could not be read without looking at each."""
    units = frame.group_by("element_code", maintain_order=True).agg(pl.col("unit").unique().sort())
    faults = [f"element {code}: {', '.join(found)}" for code, found in units.rows() if len(found) > 1]
    if faults:
        raise TableError("Elements are in more than one unit", faults, where=name, expected="one for each", do=DO)


def _notes(frame: pl.DataFrame, encoding: str) -> tuple[str, ...]:
    there = set(frame.get_column("area_code").unique())
    beside = [note for code, note in (("CHN", CHINA), ("F5707", EU)) if code in there]
    return (*beside, flag_note(set(frame.get_column("flag").unique())), *encoding_note(encoding))
