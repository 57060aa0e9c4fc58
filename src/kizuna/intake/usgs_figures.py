"""Figures of a USGS file as they are gathered: faults with their rows, keys that stand twice, names of countries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polars as pl

from kizuna.floor.errors import KizunaError, SourceError, TableError
from kizuna.floor.gaps import Gap
from kizuna.intake.incoming import Read
from kizuna.intake.rows import DO, SHOWN, write
from kizuna.sources.forms import form_of
from kizuna.sources.usgs_names import COUNTRIES, WORDS
from kizuna.sources.usgs_rows import NO_AMOUNT, OTHERS, TABLE, Row, Tally, mended_notes
from kizuna.tables.economies import load_economies

SHORTEST_NAME = 4  # letters; below it stand codes
WORDED = f"Commodities have the names of 2024; so have, in types, the words {', '.join(WORDS)}."
MARKS = ", ".join(sorted(mark for mark in NO_AMOUNT if mark))


@dataclass(slots=True)
class Figures:
    """What the records read so far gave.

    Parameters
    ----------
    rows
        Figures, as the columns of ``usgs_production``.
    tally
        What was counted, and mended.
    faults
        Each with file and row.
    notes
        What must be known of them, one sentence each.
    places
        Where each key was first found.
    """

    rows: list[Row] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: dict[tuple[object, ...], str] = field(default_factory=dict)

    def take(self, place: str, figures: Callable[[], Iterable[Row]]) -> None:
        """Keep the figures of one record; a fault of it is kept with its place."""
        try:
            found = list(figures())
        except SourceError as error:
            self.faults.append(f"{place}: {error.found}")
            return
        for row in found:
            key = row[:5]
            before = self.places.setdefault(key, place)
            if before is not place:
                self.faults.append(f"{place}: {', '.join(map(str, key))} stands twice, first in {before}")
                continue
            self.rows.append(row)

    def drop(self, reason: str, figures: int = 1) -> None:
        """Count figures that are left out."""
        self.tally.rows_in += figures
        self.tally.dropped[reason] += figures

    def write(self, target: Path, where: str) -> Read:
        """Write the table; TableError naming every row with a fault, if any."""
        if self.faults:
            more = f" ({len(self.faults):,} rows)" if len(self.faults) > SHOWN else ""
            expected = f"countries, units and amounts of the publisher's (a number, or one of {MARKS})"
            raise TableError(
                f"Rows are not what the publisher's form says{more}", self.faults[:SHOWN], where=where,
                expected=expected, do=DO,
            )  # fmt: skip
        schema = {name: column.dtype for name, column in form_of(TABLE).columns.items()}
        frame = pl.DataFrame(self.rows, schema=schema, orient="row", strict=True)
        without = frame.get_column("amount").null_count()
        notes = [*self.notes, *mended_notes(self.tally)]
        if without:
            notes.append(f"{without:,} figures are withheld, not available or less than half a unit; they stay empty.")
        return write(
            TABLE, frame, target, self.tally.rows_in, tuple(notes), tuple(sorted(self.tally.dropped.items()))
        )  # fmt: skip


def country_named(name: str) -> str | None:
    """Return the name under which the table has a country, None where it is no country's.

    That is the name of the 2024 edition; a country that this has not keeps the publisher's name, if kizuna knows it.
    """
    if name in COUNTRIES:
        return name
    if name.casefold() == OTHERS.casefold():
        return OTHERS
    economy = _economy_of(name)
    return None if economy is None else _countries().get(economy, name)


@cache
def _countries() -> dict[str, str]:
    """Return the names of the 2024 edition by their economies."""
    return {economy: name for name in sorted(COUNTRIES) if (economy := _economy_of(name)) is not None}


@cache
def _economy_of(name: str) -> str | None:
    if len(name) < SHORTEST_NAME:
        return None
    try:
        found = load_economies().by_publisher("usgs", name)
    except KizunaError:
        return None
    return None if isinstance(found, Gap) else found.iso3
