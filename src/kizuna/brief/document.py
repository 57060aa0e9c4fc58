"""The brief as data: what HTML, PDF and JSON are all made from.

A run of text is plain words or the mark of a figure; every number on the page that comes from data is such a mark, so a
reader can follow it to its derivation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kizuna.floor.figures import Figure


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure as it stands on the page: its id and its words, such as ``90 %`` or ``gap``."""

    figure: str
    text: str


Run = str | Mark
Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell.

    Parameters
    ----------
    words
        What stands in it; empty for nothing to say.
    gap
        Reason why there is no number; the cell then shows ``gap`` and the reason on demand.
    spark
        Small inline picture (SVG), or empty.
    plain
        Full-precision value for the CSV: a number, a word, or empty for a gap.
    """

    words: Words = ()
    gap: str = ""
    spark: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Header of one table column; numbers are set right."""

    title: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``note`` gives units, source and vintage. The first column of a row is its header."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str
    citation: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture with the question it answers, a text alternative that says the finding, and its table twin.

    ``svg`` is empty where there is nothing to draw; ``absent`` then says why.
    """

    id: str
    title: str
    svg: str
    alternative: str
    caption: str
    twin: Table
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs under a heading of their own, among the tables and pictures of a chapter."""

    id: str
    title: str
    paragraphs: tuple[Words, ...]


Kind = Literal["common", "one-sided", "change", "can-supply", "gap"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a sentence or two, what kind it is, and what it was ranked by."""

    kind: Kind
    words: Words
    stake_usd: float


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter: paragraphs, then tables, pictures and passages in their order."""

    id: str
    title: str
    paragraphs: tuple[Words, ...] = ()
    parts: tuple[Table | Picture | Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as the last chapter lists it."""

    id: str
    publisher: str
    title: str
    vintage: str
    licence: str
    citation: str
    sha256: str
    rows: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole document.

    Parameters
    ----------
    title, subtitle
        Partners; year, data vintage, what is provisional.
    method_line
        One line on method.
    badges
        Warnings that belong on the first screen, such as ``2024 is provisional``.
    names
        Partners' names in other languages: (ISO3, English, Japanese, Hindi).
    rule
        How the findings were ranked.
    findings
        Five to seven.
    sections
        At a glance, baskets, if it is cut, what we do not know.
    sources
        Every source behind a figure.
    check
        How to recompute a figure, as lines of text.
    command
        The command that writes this document again.
    figures
        Every figure by id.
    """

    title: str
    subtitle: str
    method_line: str
    badges: tuple[str, ...]
    names: tuple[tuple[str, str, str, str], ...]
    rule: str
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    sources: tuple[SourceLine, ...]
    check: tuple[str, ...]
    command: str
    figures: dict[str, Figure] = field(default_factory=dict)
