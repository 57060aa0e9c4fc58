"""USGS Mineral Commodity Summaries as downloaded: world production by commodity and country, in each of three forms."""

from __future__ import annotations

import re
from pathlib import Path

from kizuna.floor.errors import SourceError
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell, look
from kizuna.intake.rows import header_of
from kizuna.intake.usgs_2024 import chapters_of, read_chapters
from kizuna.intake.usgs_2025 import production_of, read_wide
from kizuna.intake.usgs_2026 import is_long, read_long
from kizuna.intake.usgs_figures import Figures
from kizuna.sources.usgs_names import COMMODITIES
from kizuna.sources.usgs_rows import TABLE

NAME = "usgs"
READS = (
    "USGS Mineral Commodity Summaries: a zip of mcs2024-*_world.csv or one of them, MCS2025_World_Data.csv, "
    "MCS2026_Commodities_Data.csv"
)
WHERE = "https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries"
TABLES: tuple[str, ...] = (TABLE,)
WORLD = "world"  # the part that is a whole edition
NAMED_EDITION = re.compile(r"MCS(20\d\d)", re.IGNORECASE)
YEARS = re.compile(r",(20\d\d)(?:_estimated)?,")  # between commas, as the long form has them
SHOWN = 5


def recognise(file: Looked) -> Incoming | None:
    """Return world production of a file: some chapters, or the one file of an edition.

    Raises
    ------
    SourceError
        If chapters are of several editions, or a file does not say its years.
    """
    if chapters := chapters_of(file):
        editions = sorted({found["edition"] for found, _ in chapters})
        if len(editions) > 1:
            raise SourceError(
                f"The file holds chapters of the editions {', '.join(editions)}", where=str(file.path),
                expected="one edition", do="Give each edition's file by itself.",
            )  # fmt: skip
        return _of_chapters(file, editions[0], [part for _, part in chapters])
    member = _world_file(file)
    if member is None:
        return None
    edition = _edition(file, member)
    return _incoming(file, edition, f"MCS{edition}", "", file.part(TABLE, WORLD, member))


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read world production; a file of another edition takes its place."""
    file = look(incoming.path)
    if chapters := chapters_of(file):
        figures = read_chapters(incoming, chapters, tell)
        members = {one.member for _, one in chapters}
        if len(chapters) < len(COMMODITIES):
            figures.notes.append(
                f"The file holds {len(chapters)} chapters of the {len(COMMODITIES)} that there were in 2024."
            )
    else:
        header = header_of(file.head(part.member or file.members[0][0]))
        production = production_of(header)
        figures = read_wide(incoming, part, production, tell) if production else read_long(incoming, part, tell)
        members = {part.member}
    _note_others(file, members, figures)
    return figures.write(target, incoming.path.name)


def _of_chapters(file: Looked, edition: str, parts: list[Part]) -> Incoming:
    """Return what chapters are: one alone stands beside others alone, several together are the edition."""
    if len(parts) == 1:
        commodity = COMMODITIES.get(parts[0].name, parts[0].name)
        return _incoming(file, edition, f"MCS{edition}, single chapters", f", {commodity}", parts[0])
    whole = Part(TABLE, WORLD, "", sum(part.size for part in parts))
    return _incoming(file, edition, f"MCS{edition}", "", whole)


def _world_file(file: Looked) -> str | None:
    """Return the member that is an edition's one file, by its header."""
    for member, _ in file.members:
        if member.lower().endswith(".csv"):
            header = header_of(file.head(member))
            if production_of(header) or is_long(header):
                return member
    return None


def _edition(file: Looked, member: str) -> str:
    """Return the edition: of the file's name, or the year after its last."""
    if found := NAMED_EDITION.search(member.rpartition("/")[2]):
        return found[1]
    head = file.head(member)
    years = [year for year, _ in production_of(header_of(head)).values()] or [int(year) for year in YEARS.findall(head)]
    if not years:
        raise SourceError("The file has no years", where=str(file.path), expected="figures of some years")
    return str(max(years) + 1)


def _incoming(file: Looked, edition: str, version: str, chapter: str, part: Part) -> Incoming:
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=f"Mineral Commodity Summaries {edition}, world production",
        publisher="USGS",
        version=version,
        vintage=f"MCS{edition}{chapter}",
        licence="US public domain",
        citation=f"U.S. Geological Survey, Mineral Commodity Summaries {edition}{chapter}.",
        url=WHERE,
        parts=(part,),
    )


def _note_others(file: Looked, read: set[str], figures: Figures) -> None:
    """Tell which members of a packed file were not read."""
    others = [name for name, _ in file.members if name not in read] if file.packed else []
    if others:
        more = " and others" if len(others) > SHOWN else ""
        figures.notes.append(f"{len(others)} other members were not read: {', '.join(others[:SHOWN])}{more}.")
