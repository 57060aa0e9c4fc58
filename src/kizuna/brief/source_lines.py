"""The sources behind stored tables, as a page lists them."""

from __future__ import annotations

from collections.abc import Iterable

from kizuna.brief.document import SourceLine
from kizuna.store.figures import Figures


def source_lines(store: Figures, stored: Iterable[str]) -> tuple[SourceLine, ...]:
    """Return one line a source, in the order of the stored tables that are named."""
    lines = {}
    for table in stored:
        source = store.source(table)
        lines[source.id] = SourceLine(
            id=source.id,
            publisher=source.publisher,
            title=source.title,
            vintage=source.vintage,
            licence=source.licence,
            citation=source.citation,
            sha256=store.sha256(table),
            rows=f"{source.rows_kept} of {source.rows_in}",
            notes=(*(f"{rows} rows dropped: {reason}" for reason, rows in source.dropped), *source.repairs),
        )
    return tuple(lines.values())
