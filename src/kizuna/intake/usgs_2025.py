"""USGS edition of 2025: one wide file, ``MCS2025_World_Data.csv``, a row for a commodity, country and type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from kizuna.floor.errors import SourceError
from kizuna.intake.incoming import Incoming, Part, Tell
from kizuna.intake.rows import Written, read_rows
from kizuna.intake.usgs_figures import WORDED, Figures, country_named
from kizuna.sources.usgs_names import UNITS, commodity_of, worded
from kizuna.sources.usgs_rows import (
    NOT_STATED,
    Row,
    Tally,
    amount_of,
    country_and_type,
    plain,
    reason_to_drop,
    stage_of,
    status_of,
)

COMMODITY, COUNTRY, TYPE, UNIT, NOTES = "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", "PROD_NOTES"
PRODUCTION = re.compile(r"PROD_(?P<estimated>EST_ ?)?(?P<year>(?:19|20)\d\d)")
WRITTEN = Written(fallback="cp1252")
NO_UNIT = "rows without a unit"


def production_of(header: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """Return the columns of production, each with its year and whether it is estimated; empty for another file."""
    if COMMODITY not in header or COUNTRY not in header:
        return {}
    found = {name: PRODUCTION.fullmatch(name) for name in header}
    return {name: (int(one["year"]), bool(one["estimated"])) for name, one in found.items() if one}


def read_wide(incoming: Incoming, part: Part, production: Mapping[str, tuple[int, bool]], tell: Tell) -> Figures:
    """Read the file; what is wrong with a row is kept with its number.

    Raises
    ------
    TableError
        If a column is missing, or a row has more or fewer fields than the header.
    """
    rows = read_rows(incoming, part, tell, (COMMODITY, COUNTRY, TYPE, UNIT, NOTES, *production), WRITTEN)
    figures, unitless = Figures(), []
    for line, entries in zip(rows.numbers_of, rows.frame.iter_rows(named=True), strict=True):
        record = {name: plain(entry) for name, entry in entries.items()}
        if reason := _reason(record):
            figures.drop(reason, len(production))
            if reason == NO_UNIT:
                unitless.append(f"row {line}: {record[COMMODITY]}, {record[COUNTRY]}")
            continue
        figures.tally.rows_in += len(production)
        place = f"{rows.name}, row {line}"
        figures.take(place, partial(_figures, record, production, place, figures.tally))
    figures.notes.append(WORDED)
    if unitless:
        figures.notes.append(f"Rows without a unit were left out: {'; '.join(unitless)}.")
    return figures


def _reason(record: Mapping[str, str]) -> str:
    """Return why a row is not a country's production in a unit, or empty text."""
    empty = not any(record.values())
    if reason := reason_to_drop(record[COUNTRY], record[TYPE], has_production=True, empty=empty):
        return reason
    if record[TYPE].lower().startswith("reserves"):
        return "reserves, not production"
    return "" if record[UNIT] else NO_UNIT


def _figures(
    record: Mapping[str, str], production: Mapping[str, tuple[int, bool]], place: str, tally: Tally
) -> list[Row]:  # fmt: skip
    commodity, unit = commodity_of(record[COMMODITY]), unit_of(record[UNIT], place)
    country, kind = country_and_type(record[COUNTRY], worded(record[TYPE]) or NOT_STATED, place, tally, country_named)
    stage = stage_of(commodity, kind)
    rows = []
    for name, (year, estimated) in production.items():
        amount, marked = amount_of(record[name], place, tally)
        status = status_of(estimated or marked, record[NOTES], year)
        rows.append((commodity, country, stage, kind, year, status, unit, amount))
    return rows


def unit_of(words: str, place: str) -> str:
    """Return the unit that the publisher's words stand for; raises SourceError where they are not known."""
    if words.casefold() not in UNITS:
        raise SourceError(f"Unit {words!r} is not known", where=place, expected=", ".join(UNITS))
    return UNITS[words.casefold()]
