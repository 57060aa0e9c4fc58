"""``write_brief``: from an order to the finished document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from kizuna.brief.agenda import write_agenda
from kizuna.brief.book import FigureBook
from kizuna.brief.chapters import write_chapter
from kizuna.brief.cut_chapter import write_cuts
from kizuna.brief.cut_figures import CutFigures
from kizuna.brief.cuts import NO_CUTS, check_named, run_cuts
from kizuna.brief.document import Brief, Section, SourceLine
from kizuna.brief.drawings import assign_colours
from kizuna.brief.facts import DEFAULT_BASKETS, DEFAULT_PEERS, Facts, Order, gather, read_order
from kizuna.brief.findings import rule, write_findings
from kizuna.brief.glance import at_a_glance
from kizuna.brief.meetings import gather_meetings
from kizuna.brief.pictures import load_base_map
from kizuna.brief.since_chapter import write_since
from kizuna.brief.source_lines import source_lines
from kizuna.brief.unknowns import write_unknowns
from kizuna.brief.wording import economy_name, listed, years_in_words
from kizuna.dialogue.register import Register
from kizuna.dialogue.shipped import COMPILED_AT, open_shipped
from kizuna.tables.build import Tables

NO_FINDINGS = "No finding: no import in these baskets is large and steady enough to make a headline."
METHOD_LINE = (
    "Established methods side by side; none is a verdict. Every figure leads to its query, its sources and its rows."
)
Progress = Callable[[str, int, int], None]


def unseen(_step: str, _done: int, _of: int) -> None:
    """Show no progress."""


def write_brief(
    tables: Tables,
    partners: Sequence[str],
    *,
    year: int | None = None,
    since: int | None = None,
    baskets: Sequence[str] = (),
    peers: Sequence[str] = DEFAULT_PEERS,
    base_map: Path | None = None,
    scenarios: Sequence[str] = (),
    cut: bool = True,
    register: Register | None = None,
    as_of: date | None = None,
    progress: Progress = unseen,
) -> Brief:
    """Write the exposure brief for two or more economies.

    Parameters
    ----------
    tables
        The figures.
    partners
        Codes or names of two or more economies.
    year
        Calendar year; the last settled one where not given.
    since
        Start of the comparison; five years before ``year`` where not given.
    baskets
        Ids of baskets or paths of basket files; the eight of the package where not given.
    peers
        Economies to set beside the partners; partners among them are left out.
    base_map
        A TopoJSON or GeoJSON file of boundaries in place of the package's own.
    scenarios
        Names of the library or paths of files to show if supply is cut; by a stated rule where not given.
    cut
        Whether the chapter on scenarios, which takes as long as all others, is written.
    register
        What was said and promised; the register that ships with the package where not given.
    as_of
        The day for which the chapters from the register speak; the day on which the register that ships was compiled
        where not given.
    progress
        Called with the step's name, steps done and steps in all.

    Returns
    -------
    Brief
        The document with every figure and its derivation; the same for the same inputs.

    Raises
    ------
    RequestError
        If fewer than two economies are named, or a scenario twice.
    UnknownNameError
        If an economy, basket or scenario is not known.
    OutOfRangeError
        If a year lies outside the figures.
    ScenarioError
        If a scenario file breaks a rule, or does not fit the figures.
    """
    check_named(scenarios)
    order = read_order(tables, partners, year=year, since=since, baskets=baskets, peers=peers)
    steps = len(order.baskets) + 5
    progress("measuring", 0, steps)
    facts = gather(tables, order)
    book = FigureBook(tables, facts.ask.minerals, facts.exposure.notes)
    boundaries = load_base_map(base_map)
    drawn: set[str] = set()
    colours = assign_colours(facts)
    findings = write_findings(facts, book)
    progress("the partners at a glance", 1, steps)
    sections = [Section("glance", "The partners at a glance", (), at_a_glance(facts, book))]
    for done, chapter in enumerate(facts.chapters, start=2):
        progress(chapter.basket.name, done, steps)
        sections.append(write_chapter(facts, book, chapter, colours, boundaries, drawn))
    progress("if it is cut", steps - 3, steps)
    cuts = run_cuts(facts, scenarios) if cut else NO_CUTS
    if cut:
        sections.append(write_cuts(facts, CutFigures(book), cuts))
    progress("since we last met", steps - 2, steps)
    day = as_of or COMPILED_AT.date()
    sections += _dialogue(facts, book, register, day)
    sections.append(write_unknowns(facts, cuts))
    progress("done", steps, steps)
    names = [economy_name(tables, code) for code in order.partners]
    return Brief(
        title=f"{listed([name[:1].upper() + name[1:] for name in names])}: where supply hangs",
        subtitle=_subtitle(facts),
        method_line=METHOD_LINE,
        badges=_badges(facts),
        names=tuple(
            (e.iso3, e.name_en, e.name_ja, e.name_hi) for e in (tables.economies.get(code) for code in order.partners)
        ),
        rule=rule() if findings else f"{NO_FINDINGS} {rule()}",
        findings=findings,
        sections=tuple(sections),
        sources=_sources(facts, book),
        check=_check(_command(order, scenarios, register, day)),
        command=_command(order, scenarios, register, day),
        figures=dict(sorted(book.figures.items())),
    )


def _dialogue(facts: Facts, book: FigureBook, register: Register | None, day: date) -> tuple[Section, Section]:
    """Return the two chapters that are written from the register."""
    if register is None:
        with open_shipped() as shipped:
            return _dialogue(facts, book, shipped, day)
    meetings = gather_meetings(facts, register, day)
    return write_since(facts, book, meetings), write_agenda(facts, book, meetings)


def _subtitle(facts: Facts) -> str:
    order, tables = facts.order, facts.tables
    sources = [tables.store.source(table) for table in tables.behind(["flows"], "HS92")]
    trade = "; ".join(f"{source.publisher}, {source.vintage}" for source in sources)
    return (
        f"Exposure brief, {order.year}. Compared: {years_in_words(facts.now)} with {years_in_words(facts.then)}. "
        f"Trade: {trade}."
    )


def _badges(facts: Facts) -> tuple[str, ...]:
    settled = facts.settled
    return (
        (f"{facts.order.year} is provisional: findings use years up to {settled}",)
        if facts.order.year > settled
        else ()
    )


def _sources(facts: Facts, book: FigureBook) -> tuple[SourceLine, ...]:
    stored = sorted({table for figure in book.figures.values() for table, _ in figure.derivation.inputs})
    return source_lines(facts.tables.store, stored)


def _command(order: Order, scenarios: Sequence[str], register: Register | None, day: date) -> str:
    """Return the command that writes this document again, every option spelled out."""
    words = ["kizuna brief", *order.partners, f"--year {order.year} --since {order.since}"]
    words.append(f"--as-of {day.isoformat()}")
    if register is not None:
        words.append(f"--register {register.place}")
    if [basket.id for basket in order.baskets] != list(DEFAULT_BASKETS):
        words.append(" ".join(["--basket", *(basket.id for basket in order.baskets)]))
    if order.peers != tuple(code for code in DEFAULT_PEERS if code not in order.partners):
        words.append(" ".join(["--peer", *order.peers]))
    if scenarios:
        words.append(" ".join(["--scenario", *scenarios]))
    return " ".join(words)


def _check(command: str) -> tuple[str, ...]:
    return (
        "Every figure has an id, such as F and eight digits. In the page, choose a figure to see its value, unit, "
        "method, query, inputs and rows.",
        f"To recompute one: {command} --explain FIGURE. It runs the query again on the stored tables and compares.",
        "To check the stored tables against their sha256: kizuna sources --verify.",
    )
