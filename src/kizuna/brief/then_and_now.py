"""Exposure in the years of two meetings, side by side, for the goods that the partners spoke of."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.brief.amounts import points
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Table
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.meetings import Meetings
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.exposure.spans import Span, read_spans, traded_years
from kizuna.tables.commodities import Commodity


def then_and_now(facts: Facts, book: FigureBook, meetings: Meetings) -> Table:
    """Return the figures of every basket that an area speaks of, in the years of both meetings."""
    then, now = meetings.years
    chapters = {chapter.basket.id: chapter for one in meetings.areas for chapter in one.chapters}
    left: list[str] = []
    rows = []
    bare = [chapter.basket.name for chapter in chapters.values() if chapter.products_missing]
    for chapter in (chapter for chapter in chapters.values() if not chapter.products_missing):
        goods, without = _comparable(facts, meetings, chapter)
        left += [commodity.name for commodity in without]
        if goods:
            areas = listed([one.area.name for one in meetings.areas if chapter in one.chapters])
            name = f"{chapter.basket.id}-of-{then}-and-{now}"
            for code in facts.order.partners:
                head = map(text_cell, (chapter.basket.name, areas, capital(economy_name(facts.tables, code))))
                rows.append((*head, *_cells(facts, book, meetings, goods, name, code)))
    provisional = f" {now} is provisional." if now > facts.settled else ""
    names = listed(sorted(set(left)))
    materials = f" Left out, since no figure covers the products themselves: {listed(bare)}." if bare else ""
    omitted = f" Not in it, since their figures of both years cannot be compared: {names}." if left else ""
    return Table(
        id="then-and-now",
        title=f"The figures of the goods that were spoken of, {then} and {now}",
        columns=(
            Column("Basket"), Column("Area"), Column("Buyer"), Column(f"Imports {then}", True),
            Column(f"Imports {now}", True), Column(f"First supplier {now}"), Column(f"Its share {then}", True),
            Column(f"Its share {now}", True), Column("Change, points", True),
        ),
        rows=tuple(rows),
        note=f"Single years, those of the two meetings as far as figures go, by value; a basket's sum adds goods of "
        f"different kinds.{provisional} Figures stand beside promises; they do not show that one moved the other."
        f"{materials}{omitted}",
        citation=citation(facts, facts.panel.commodities),
    )  # fmt: skip


def _comparable(facts: Facts, meetings: Meetings, chapter: Chapter) -> tuple[list[Commodity], list[Commodity]]:
    """Return the commodities with figures of both years that cover the same flows, and those without."""
    notes = facts.exposure.notes
    good: list[Commodity] = []
    without: list[Commodity] = []
    for commodity in chapter.commodities:
        traded = traded_years(meetings.panel, facts.position(commodity))
        complete = not any(notes.of("imports", commodity.key, year) for year in meetings.years)
        (good if set(meetings.years) <= traded and complete else without).append(commodity)
    return good, without


def _cells(
    facts: Facts, book: FigureBook, meetings: Meetings, goods: Sequence[Commodity], name: str, code: str
) -> tuple[Cell, ...]:
    then, now = (_span(facts, meetings, goods, code, year) for year in meetings.years)
    totals = [book.cell(book.mean_usd(span, goods, name)) for span in (then, now)]
    if not now.top:
        return (*totals, *[Cell(words=("gap",), gap="a year has no imports")] * 4)
    supplier = now.top
    shares = [book.cell(book.mean_share(span, goods, name, supplier)) for span in (then, now)]
    change = now.shares[supplier] - then.shares.get(supplier, 0.0) if then.shares else None
    moved = Cell(words=("gap",), gap="the earlier year has no imports")
    if change is not None:
        moved = text_cell(points(change), repr(change))
    return (*totals, text_cell(economy_name(facts.tables, supplier)), *shares, moved)


def _span(facts: Facts, meetings: Meetings, goods: Sequence[Commodity], code: str, year: int) -> Span:
    return read_spans(meetings.panel, [facts.position(good) for good in goods], [code], (year,))[code]
