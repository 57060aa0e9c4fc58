"""What must hold before a brief becomes a page."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from kizuna.brief.document import Brief, Mark, Picture
from kizuna.brief.pages.words import all_tables, all_words
from kizuna.floor.errors import TableError
from kizuna.floor.gaps import Gap

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def check_brief(brief: Brief) -> None:
    """Check that every mark leads to a figure, ids are unique, rows fit their columns and numbers are numbers.

    Raises
    ------
    TableError
        With every fault of the brief.
    """
    faults = [*_shape_faults(brief)]
    if not faults:
        faults = [*_figure_faults(brief), *_id_faults(brief), *_picture_faults(brief)]
    if faults:
        raise TableError(
            f"This brief cannot be written: {len(faults)} fault{'s' if len(faults) > 1 else ''}.",
            faults,
            where=brief.title,
            expected="every mark to name a figure of the brief, and every row to fit its table",
            do="Mend the part that composed it; the pages write what they are given and nothing else.",
        )


def _shape_faults(brief: Brief) -> Iterator[str]:
    for table in all_tables(brief):
        for place, row in enumerate(table.rows, start=1):
            if len(row) != len(table.columns):
                yield f"table {table.id!r}, row {place} has {len(row)} cells for {len(table.columns)} columns"
            for cell in row:
                if cell.gap and cell.plain:
                    yield f"table {table.id!r}, row {place} has both a gap and the value {cell.plain!r}"


def _figure_faults(brief: Brief) -> Iterator[str]:
    for where, words in all_words(brief):
        for run in words:
            if isinstance(run, Mark) and run.figure not in brief.figures:
                yield f"{where} marks {run.text!r} with figure {run.figure!r}, which the brief does not hold"
    for name, figure in brief.figures.items():
        if figure.id != name:
            yield f"figure {name!r} has the key {figure.key!r}, whose id is {figure.id!r}"
        if not isinstance(figure.value, Gap) and not math.isfinite(figure.value):
            yield f"figure {name!r} ({figure.key}) is {figure.value}, which is no number: use a gap with its reason"
    for place, finding in enumerate(brief.findings, start=1):
        if not math.isfinite(finding.stake_usd):
            yield f"finding {place} was ranked by {finding.stake_usd}, which is no number"


def _id_faults(brief: Brief) -> Iterator[str]:
    sections = [section.id for section in brief.sections]
    parts = [part.id for section in brief.sections for part in section.parts]
    twins = [part.twin.id for section in brief.sections for part in section.parts if isinstance(part, Picture)]
    sources = [source.id for source in brief.sources]
    for kind, ids in (("section", sections), ("table or picture", parts + twins), ("source", sources)):
        for name, times in Counter(ids).items():
            if times > 1:
                yield f"{kind} id {name!r} stands {times} times"
            if not _ID.fullmatch(name):
                yield f"{kind} id {name!r} is not letters, digits, '-' and '_' after a first letter"


def _picture_faults(brief: Brief) -> Iterator[str]:
    for section in brief.sections:
        for part in section.parts:
            if isinstance(part, Picture):
                if bool(part.svg) == bool(part.absent):
                    yield f"picture {part.id!r} needs either a drawing or the reason why there is none"
                if not part.alternative.strip():
                    yield f"picture {part.id!r} has no text alternative"
