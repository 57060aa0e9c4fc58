"""USGS edition of 2026: one long file, ``MCS2026_Commodities_Data.csv``, a row for each figure of every table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from kizuna.floor.errors import SourceError
from kizuna.intake.incoming import Incoming, Part, Tell
from kizuna.intake.rows import Written, read_rows
from kizuna.intake.usgs_2025 import unit_of
from kizuna.intake.usgs_figures import WORDED, Figures, country_named
from kizuna.sources.usgs_names import commodity_of, unmarked, worded
from kizuna.sources.usgs_rows import (
    NOT_STATED,
    WORLD_TOTALS,
    Row,
    Tally,
    amount_of,
    country_and_type,
    is_world_total,
    plain,
    stage_of,
)

CHAPTER, SECTION, COMMODITY, COUNTRY = "MCS chapter", "Section", "Commodity", "Country"
STATISTICS, DETAIL, UNIT, YEAR, VALUE, NOTES = "Statistics", "Statistics_detail", "Unit", "Year", "Value", "Notes"
FIELDS = (CHAPTER, SECTION, COMMODITY, COUNTRY, STATISTICS, DETAIL, UNIT, YEAR, VALUE, NOTES)
WRITTEN = Written(fallback="cp1252")
WORLD = "world "  # begins the names of all tables by country: World Mine Production, World Smelter Production ...
YEARS = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<estimated>_estimated)?")
ROUNDED = re.compile(r"[:,] ?rounded$", re.IGNORECASE)
REMARKS = " -- "  # stands between the remarks of a row's notes


def is_long(header: Sequence[str]) -> bool:
    """Return whether a header is this form's."""
    return CHAPTER in header and DETAIL in header


def read_long(incoming: Incoming, part: Part, tell: Tell) -> Figures:
    """Read production by country; what is wrong with a row is kept with its number.

    Raises
    ------
    TableError
        If a column is missing, or a row has more or fewer fields than the header.
    """
    rows = read_rows(incoming, part, tell, FIELDS, WRITTEN)
    figures = Figures()
    for line, entries in zip(rows.numbers_of, rows.frame.iter_rows(named=True), strict=True):
        record = {name: plain(entry) for name, entry in entries.items()}
        if reason := _reason(record):
            figures.drop(reason)
            continue
        figures.tally.rows_in += 1
        place = f"{rows.name}, row {line}"
        figures.take(place, partial(_figure, record, place, figures.tally))
    figures.notes.append("Types are the publisher's words; a commodity that its chapter does not name stands behind.")
    figures.notes.append(WORDED)
    return figures


def _reason(record: Mapping[str, str]) -> str:
    """Return why a row is not a country's production, or empty text."""
    if not any(record.values()):
        return "empty lines"
    if not record[SECTION].casefold().startswith(WORLD):
        return "tables of the United States alone"
    if record[STATISTICS].casefold() != "production":
        return "reserves and capacity, not production"
    return WORLD_TOTALS if is_world_total(record[COUNTRY], record[DETAIL]) else ""


def _figure(record: Mapping[str, str], place: str, tally: Tally) -> list[Row]:
    commodity = commodity_of(record[CHAPTER])
    year = YEARS.fullmatch(record[YEAR])
    if year is None:
        raise SourceError(f"Year {record[YEAR]!r}", where=place, expected="a year")
    unit = unit_of(record[UNIT], place)
    country, kind = country_and_type(record[COUNTRY], _type(record, commodity), place, tally, country_named)
    amount, marked = amount_of(record[VALUE], place, tally)
    estimated = bool(year["estimated"]) or marked or _says_estimated(record[NOTES])
    status = "estimated" if estimated else "reported"
    return [(commodity, country, stage_of(commodity, kind), kind, int(year["year"]), status, unit, amount)]


def _type(record: Mapping[str, str], commodity: str) -> str:
    """Return the publisher's words, with its commodity behind where neither they nor the chapter name it."""
    kind = worded(ROUNDED.sub("", record[DETAIL])) or NOT_STATED
    own = record[COMMODITY]
    said = not own or commodity_of(own) == commodity or unmarked(own) in unmarked(kind)
    return kind if said else f"{kind} ({own})"


def _says_estimated(notes: str) -> bool:
    """Return whether the first remark that says either says estimated: ``Estimated. -- Excludes U.S. production.``"""
    for remark in notes.casefold().split(REMARKS):
        if remark.startswith(("estimated", "reported")):
            return remark.startswith("estimated")
    return False
