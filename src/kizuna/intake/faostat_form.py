"""What is alike in FAOSTAT's files: numbers, years, flags, and what is left out of them."""

from __future__ import annotations

from collections import Counter

import polars as pl

from kizuna.intake.rows import UTF8, Rows, Written
from kizuna.sources.forms import FAO_FLAG, FIRST_YEAR, LAST_YEAR

WRITTEN = Written(fallback="cp1252")  # as files before 2022 are
ELEMENT = pl.format("element {} {}", "Element Code", "Element")
IN_UNIT = pl.format("{} in {}", "Element", "Unit")
GROUP = pl.lit("areas that are groups of areas, such as the world (FAO's numbers of 5000 and above but that of the EU)")
OLD_FLAGS, NEW_FLAGS = {"", "*", "F", "Fc", "Im"}, {"E", "I", "X"}
OLD = (
    "Flags are those until 2022: none is official data, * unofficial, Im imputed, F FAO's estimate, Fc calculated, "
    "M missing, A an aggregate of other figures (not official, as A means since)."
)
NEW = (
    "Flags are those since 2022: A is an official figure (not an aggregate, as A meant before), E estimated, "
    "I imputed, M missing, X of another organisation."
)
EITHER = "The flags do not tell whether A is an official figure (since 2022) or an aggregate (until then)."


def kept(rows: Rows, keep: pl.Series, reason: pl.Expr, dropped: Counter[str]) -> Rows:
    """Return the rows where ``keep`` holds; the others are counted in ``dropped`` by reason."""
    left = rows.frame.filter(~keep)
    if left.height:
        dropped.update(dict(left.group_by(reason.alias("reason")).len().rows()))
    return rows.only(keep)


def number_of(rows: Rows, field: str, dtype: type[pl.DataType]) -> pl.Series:
    """Return a column of FAO's numbers, which are above 0."""
    found = rows.numbers(field, dtype)
    rows.refuse(found < 1, field, "FAO's number, above 0")
    return found


def year_of(rows: Rows) -> pl.Series:
    """Return the year of each row."""
    year = rows.numbers("Year", pl.Int16)
    rows.refuse(~year.is_between(FIRST_YEAR, LAST_YEAR), "Year", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def flag_of(rows: Rows) -> pl.Series:
    """Return the flag of each row."""
    flag = rows.texts("Flag")
    rows.refuse(~flag.str.contains(FAO_FLAG), "Flag", "FAO's flag: none, * or one or two letters")
    return flag


def flag_note(flags: set[str]) -> str:
    """Return what must be known of the flags of a file."""
    old, new = flags & OLD_FLAGS, flags & NEW_FLAGS
    if old and new:
        return f"{EITHER} Both forms of flags stand in the file ({', '.join(sorted(map(repr, old | new)))})."
    return OLD if old else NEW if new else EITHER


def encoding_note(encoding: str) -> tuple[str, ...]:
    """Return what must be known of the encoding of a file."""
    return (f"The file is no UTF-8: its names were read as {encoding}.",) if encoding != UTF8 else ()
