"""Reading a brief: its words as plain text, its marks, its tables."""

from __future__ import annotations

from collections.abc import Iterator

from kizuna.brief.document import Brief, Kind, Mark, Passage, Table, Words

#: What a reader sees for each kind of finding.
KIND_NAMES: dict[Kind, str] = {
    "common": "Same supplier",
    "one-sided": "One partner",
    "change": "Change",
    "can-supply": "Can supply",
    "gap": "No figure",
}


def plain_text(words: Words) -> str:
    """Return the words as they read on the page.

    Examples
    --------
    >>> plain_text(("Japan bought ", Mark("F5205bcac", "90 %"), " from China."))
    'Japan bought 90 % from China.'
    """
    return "".join(run.text if isinstance(run, Mark) else run for run in words)


def figures_in(words: Words) -> tuple[str, ...]:
    """Return the ids of the figures that the words mark, each once, in reading order."""
    return tuple(dict.fromkeys(run.figure for run in words if isinstance(run, Mark)))


def all_tables(brief: Brief) -> Iterator[Table]:
    """Yield every table of the brief in reading order, the twins of its pictures among them."""
    for section in brief.sections:
        for part in section.parts:
            if not isinstance(part, Passage):
                yield part if isinstance(part, Table) else part.twin


def all_words(brief: Brief) -> Iterator[tuple[str, Words]]:
    """Yield every run of words that may hold marks, with the place where it stands."""
    for place, finding in enumerate(brief.findings, start=1):
        yield f"finding {place}", finding.words
    for section in brief.sections:
        for place, paragraph in enumerate(section.paragraphs, start=1):
            yield f"section {section.id!r}, paragraph {place}", paragraph
        for part in section.parts:
            if isinstance(part, Passage):
                for place, paragraph in enumerate(part.paragraphs, start=1):
                    yield f"passage {part.id!r}, paragraph {place}", paragraph
    for table in all_tables(brief):
        for place, row in enumerate(table.rows, start=1):
            for column, cell in zip(table.columns, row, strict=True):
                yield f"table {table.id!r}, row {place}, column {column.title!r}", cell.words
