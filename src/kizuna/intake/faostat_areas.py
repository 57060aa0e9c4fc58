"""FAO's areas in the ISO3 form of FAOSTAT: the ISO3 code, or F and FAO's number where there is none.

In that form ``CHN`` is FAO's area 351, China with Hong Kong, Macao and Taiwan; mainland China, area 41, is ``F41``.
Bulk files have FAO's number and, since 2022, the M49 code. What a file leaves out stands in the package's list of
areas: FAOSTAT's own of 2026 for crops and livestock, and areas that other data sets and years have.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import polars as pl

from kizuna.intake.rows import Rows
from kizuna.tables.economies import load_economies

GROUPS = 5000  # FAO's number of the world; groups of areas have this one and those above
EU27 = 5707
OF_CHINA = {351: "CHN", 41: "F41"}
TAIWAN = {"158": "TWN"}
FORMS = ("ISO3", "FAO", "M49")
CODE = re.compile(r"[A-Z]{3}|F(?P<number>[0-9]{1,6})")
NUMBER = re.compile("[0-9]{1,6}")
M49_DIGITS = 3


def areas_of(rows: Rows, columns: dict[str, str]) -> tuple[pl.Series, pl.Series]:
    """Return each row's area in the ISO3 form, and whether it is a group of areas other than the EU, shape (rows,).

    Parameters
    ----------
    columns
        The field of each form in which the file writes areas: ``FAO``, ``M49`` or ``ISO3``.

    Raises
    ------
    TableError
        Naming the rows whose field is no code of its form.
    """
    fields = [columns[form] for form in FORMS if form in columns]
    cells = rows.frame.select(fields)
    distinct = cells.unique(maintain_order=True)
    found = [_area({form: row[columns[form]] for form in columns}) for row in distinct.iter_rows(named=True)]
    known = distinct.with_columns(
        pl.Series("area code", [code for code, _ in found], dtype=pl.String),
        pl.Series("area number", [number for _, number in found], dtype=pl.Int64),
    )
    joined = cells.join(known, on=fields, how="left", maintain_order="left")
    code, number = joined.get_column("area code"), joined.get_column("area number")
    rows.refuse(code.is_null(), fields[0], "a code of an area")
    return code, is_group(number)


def is_group(number: pl.Series) -> pl.Series:
    """Return whether FAO's numbers are of groups of areas other than the European Union of 27."""
    return (number >= GROUPS) & (number != EU27)


def unlisted(numbers: Iterable[int]) -> list[int]:
    """Return those of FAO's numbers that the package's list of areas has not, ascending."""
    return sorted({*numbers} - {*_m49()})


def _area(cells: dict[str, str]) -> tuple[str | None, int]:
    """Return the code of an area, None where there is none, and FAO's number, 0 where it does not matter."""
    if "ISO3" in cells:
        code = CODE.fullmatch(cells["ISO3"])
        return (code[0], int(code["number"] or 0)) if code else (None, 0)
    m49 = cells.get("M49", "").strip("' ")
    m49 = m49.zfill(M49_DIGITS) if m49 else ""
    text = cells["FAO"].strip() if "FAO" in cells else str(_numbers().get(m49, ""))
    if not NUMBER.fullmatch(text):
        iso3 = _economies().get(m49) if "FAO" not in cells else None
        return iso3, 0
    number = int(text)
    return OF_CHINA.get(number) or _economies().get(m49 or _m49().get(number, ""), f"F{number}"), number


@cache
def _economies() -> dict[str, str]:
    """Return the ISO3 code by M49 code."""
    return {one.m49: one.iso3 for one in load_economies() if one.m49} | TAIWAN


@cache
def _m49() -> dict[int, str]:
    """Return the M49 code by FAO's number."""
    text = files("kizuna.tables").joinpath("data", "faostat_areas.csv").read_text(encoding="utf-8")
    return {int(row["area_code"]): row["m49"] for row in csv.DictReader(text.splitlines())}


@cache
def _numbers() -> dict[str, int]:
    """Return FAO's number by M49 code; China's 159 is 351, not 265, which leaves out the trade within it."""
    return {m49: number for number, m49 in sorted(_m49().items())}
