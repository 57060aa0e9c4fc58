"""USGS editions to 2024: one file a chapter, ``mcs2024-cobal_world.csv``, each with its own columns."""

from __future__ import annotations

import re
from functools import partial

from kizuna.intake.incoming import Incoming, Looked, Part, Tell
from kizuna.intake.rows import read_rows
from kizuna.intake.usgs_figures import Figures, country_named
from kizuna.sources.usgs_rows import TABLE, chapter_of, figures_of

CHAPTER = re.compile(r"mcs(?P<edition>20\d\d)-(?P<code>[a-z]+)_world(?: ?\(\d+\))?\.csv", re.IGNORECASE)


def chapters_of(file: Looked) -> list[tuple[re.Match[str], Part]]:
    """Return the chapters that a file holds, with the parts of their names."""
    return [
        (found, Part(TABLE, found["code"].lower(), member if file.packed else "", size))
        for member, size in file.members
        if (found := CHAPTER.fullmatch(member.rpartition("/")[2]))
    ]


def read_chapters(incoming: Incoming, chapters: list[tuple[re.Match[str], Part]], tell: Tell) -> Figures:
    """Read chapters; what is wrong with a record is kept with its row.

    Raises
    ------
    SourceError
        If a file's code or header is not the publisher's.
    TableError
        If a row has more or fewer fields than the header.
    """
    figures, before = Figures(), 0
    for found, part in chapters:
        name = part.member or incoming.path.name

        def told(done: int, so_far: int = before) -> None:
            tell(so_far + done)

        rows = read_rows(incoming, part, told, ())
        chapter = chapter_of(found["code"].lower(), rows.frame.columns, name)
        for line, record in zip(rows.numbers_of, rows.frame.iter_rows(), strict=True):
            place = f"{name}, row {line}"
            figures.take(place, partial(figures_of, chapter, record, place, figures.tally, country_named))
        before += part.size
    return figures
