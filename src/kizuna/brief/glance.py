"""The pair at a glance: one row a basket, partners with peers beside them."""

from __future__ import annotations

from kizuna.brief.amounts import points
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Table
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.pictures import spark
from kizuna.brief.wording import capital, economy_name, years_in_words
from kizuna.exposure.concentration import effective_suppliers
from kizuna.exposure.spans import Span, read_spans
from kizuna.floor.params import parameter


def at_a_glance(facts: Facts, book: FigureBook) -> tuple[Table, Table]:
    """Return the partners' table and the peers' table, one row a basket."""
    return _partners(facts, book), _peers(facts, book)


def _partners(facts: Facts, book: FigureBook) -> Table:
    rows = []
    for chapter in facts.chapters:
        for code in facts.order.partners:
            name = text_cell(capital(economy_name(facts.tables, code)))
            rows.append(
                (
                    text_cell(chapter.basket.name),
                    name,
                    *_partner_cells(facts, book, chapter, code),
                    _common_cell(facts, chapter),
                )
            )
    return Table(
        id="glance",
        title="Each partner's imports by basket",
        columns=(
            Column("Basket"),
            Column("Buyer"),
            Column("Imports a year", True),
            Column("First supplier"),
            Column("Its share", True),
            Column("Effective suppliers", True),
            Column("Change, points", True),
            Column(f"Its share since {facts.order.since}"),
            Column("Common suppliers", True),
        ),
        rows=tuple(rows),
        note=f"Baskets overlap and are not added up. Mean of {years_in_words(facts.now)} by value; change of the "
        "first supplier's share against "
        f"{years_in_words(facts.then)}. Common suppliers: commodities of which all partners buy over 40 % from the "
        "same one. "
        "Semiconductors and telecom: materials only, no figure covers the equipment.",
        citation=citation(facts, facts.panel.commodities),
    )


def _partner_cells(facts: Facts, book: FigureBook, chapter: Chapter, code: str) -> list[Cell]:
    if not chapter.commodities:
        reason = (
            "trade in this basket is in food energy: see its chapter"
            if chapter.crops
            else "no trade figure covers this basket"
        )
        return [Cell(words=("gap",), gap=reason), *[Cell()] * 5]
    now, then = _basket_span(facts, chapter, code, facts.now), _basket_span(facts, chapter, code, facts.then)
    if not now.top:
        return [
            book.cell(book.mean_usd(now, chapter.commodities, chapter.basket.id)),
            *[Cell(words=("gap",), gap="a year has no imports")] * 5,
        ]
    share = book.mean_share(now, chapter.commodities, chapter.basket.id, now.top)
    moved = Cell(words=("gap",), gap="a year of then has no imports")
    if then.shares:
        change = now.top_share - then.shares.get(now.top, 0.0)
        moved = text_cell(points(change), repr(change))
    series = _basket_span(facts, chapter, code, facts.series)
    yearly = [
        series.amounts[year].get(now.top, 0) / sum(series.amounts[year].values())
        for year in facts.series
        if series.amounts[year]
    ]
    says = f"{now.top}: share of {code}'s imports from {yearly[0]:.0%} to {yearly[-1]:.0%}"
    return [
        book.cell(book.mean_usd(now, chapter.commodities, chapter.basket.id)),
        text_cell(economy_name(facts.tables, now.top)),
        book.cell(share),
        book.cell(book.mean_effective(now, chapter.commodities, chapter.basket.id, _effective(now))),
        moved,
        Cell(spark=spark(yearly, text_alternative=says, low=0.0, high=1.0)),
    ]


def _peers(facts: Facts, book: FigureBook) -> Table:
    rows = [
        (text_cell(chapter.basket.name), *(_peer_cell(facts, book, chapter, code) for code in facts.order.peers))
        for chapter in facts.chapters
        if chapter.commodities
    ]
    return Table(
        id="peers",
        title="Peers beside: first supplier, its share, imports a year",
        columns=(Column("Basket"), *(Column(capital(economy_name(facts.tables, code))) for code in facts.order.peers)),
        rows=tuple(rows),
        note=f"As above: mean of {years_in_words(facts.now)} by value.",
        citation=citation(facts, facts.panel.commodities),
    )


def _peer_cell(facts: Facts, book: FigureBook, chapter: Chapter, code: str) -> Cell:
    span = _basket_span(facts, chapter, code, facts.now)
    if not span.top:
        return Cell(words=("gap",), gap="a year has no imports")
    share = book.mark(book.mean_share(span, chapter.commodities, chapter.basket.id, span.top))
    total = book.mark(book.mean_usd(span, chapter.commodities, chapter.basket.id))
    words = (f"{economy_name(facts.tables, span.top)} ", share, " of ", total)
    return Cell(
        words=words, plain=f"{economy_name(facts.tables, span.top)} {span.top_share!r} of {span.mean_usd!r} USD"
    )


def _basket_span(facts: Facts, chapter: Chapter, code: str, years: tuple[int, ...]) -> Span:
    positions = [facts.position(commodity) for commodity in chapter.commodities]
    return read_spans(facts.panel, positions, [code], years)[code]


def _effective(span: Span) -> float:
    """Return effective suppliers from the mean yearly shares."""
    return float(effective_suppliers([share for share in span.shares.values() if share > 0])[0])


def _common_cell(facts: Facts, chapter: Chapter) -> Cell:
    return text_cell(str(_common(facts, chapter))) if chapter.commodities else Cell()


def _common(facts: Facts, chapter: Chapter) -> int:
    """Return the number of commodities for which all partners buy over 40 % from the same supplier."""
    count = 0
    for commodity in chapter.commodities:
        spans = [facts.spans_now[commodity.key][code] for code in facts.order.partners]
        heavy = all(
            span.top_share > parameter("common_supplier_share") and span.mean_usd >= parameter("table_usd")
            for span in spans
        )
        count += heavy and len({span.top for span in spans}) == 1
    return count
