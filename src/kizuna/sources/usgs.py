"""USGS Mineral Commodity Summaries 2024: world production by commodity, country and year (2022 and 2023).

One file per commodity chapter, each with its own header: production columns name their unit and year and say whether
the figure is estimated. Country names carry footnote letters and numbers and qualifiers; each is mended by a list of
known names, and a name that is not in the list is an error.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked
from kizuna.sources.files import fingerprints
from kizuna.sources.forms import form_of
from kizuna.sources.raw import RawTable, Source
from kizuna.sources.usgs_rows import (
    NOT_STATED,
    TABLE,
    Row,
    Tally,
    chapter_of,
    figures_of,
    mended_notes,
    shipped_country,
)

FOLDER = "usgs_mcs_2024"
WORLD_FILE = re.compile(r"^mcs2024-([a-z_]+)_world\.csv$", re.IGNORECASE)
RENAMED_COPY = re.compile(r"^.+_mcs2024-[a-z]+_world\.csv$", re.IGNORECASE)


def read(folder: Path) -> list[RawTable]:
    """Read world production of every commodity file from the data folder."""
    names = sorted((path.name for path in (folder / FOLDER).glob("*_world.csv")), key=str.lower)
    wanted = [name for name in names if WORLD_FILE.match(name)]
    copies = [name for name in names if RENAMED_COPY.match(name)]
    if not wanted or len(wanted) + len(copies) != len(names):
        raise SourceError(f"{len(names)} world files, {len(wanted)} of them named mcs2024-*", where=FOLDER)
    tally = Tally()
    form = form_of(TABLE)
    rows = [row for name in wanted for row in _file_rows(folder / FOLDER / name, tally)]
    schema = {name: column.dtype for name, column in form.columns.items()}
    frame = checked(TABLE, pl.DataFrame(rows, schema=schema, orient="row", strict=True), form.columns, form.key)
    source = Source(
        id="usgs-mcs-2024",
        publisher="USGS",
        title="Mineral Commodity Summaries 2024, world production",
        vintage="2022-2023 (2023 estimated)",
        licence="US public domain",
        citation="U.S. Geological Survey, Mineral Commodity Summaries 2024.",
        url="",
        inputs=fingerprints(folder, [f"{FOLDER}/{name}" for name in wanted]),
        rows_in=tally.rows_in,
        rows_kept=frame.height,
        dropped=tuple(sorted(tally.dropped.items())),
        repairs=(
            f"{len(copies)} files are renamed copies and were not read: {', '.join(copies)}.",
            *mended_notes(tally),
            "Fluorspar: the column Type is headed by its content and was read as Type.",
            f"Iron oxide pigments: the type is empty and is written as {NOT_STATED!r}.",
            "A figure counts as estimated where the column header, an e before the number or the row's note says so.",
            "W (withheld), NA, XX and 'Less than 1/2 unit' are null, never 0.",
            "Units: t, kt and mmt are tonnes, thousand and million tonnes; kct and mct are thousand and million "
            "carats; mcm is million cubic metres.",
        ),
    )
    return [RawTable(TABLE, frame, source)]


def _file_rows(path: Path, tally: Tally) -> list[Row]:
    matched = WORLD_FILE.match(path.name)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header, *records = list(csv.reader(lines))
    chapter = chapter_of(matched.group(1) if matched else "", header, path.name)
    return [
        row
        for line, record in enumerate(records, start=2)
        for row in figures_of(chapter, record, f"{path.name}, line {line}", tally, shipped_country)
    ]
