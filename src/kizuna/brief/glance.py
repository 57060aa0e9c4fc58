"""The pair at a glance: one row a basket, partners with peers beside them."""

from __future__ import annotations

from kizuna.brief import rules
from kizuna.brief.amounts import per_cent, points
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Table
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.pictures import spark
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, years_in_words
from kizuna.exposure import pairs
from kizuna.exposure.concentration import effective_suppliers
from kizuna.exposure.spans import Span, read_spans, traded_years
from kizuna.tables.commodities import Commodity


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
            Column("Hang on one supplier", True),
            Column("First supplier of the sum"),
            Column("Its share", True),
            Column("Effective suppliers", True),
            Column("Change, points", True),
            Column(f"Its share since {facts.order.since}"),
            Column("Common suppliers", True),
        ),
        rows=tuple(rows),
        note=_partners_note(facts),
        citation=citation(facts, facts.panel.commodities),
    )


def _partners_note(facts: Facts) -> str:
    limit = rules.share("common_supplier_share")
    left_out = dict.fromkeys(
        commodity_name(commodity)
        for chapter in facts.chapters
        for commodity in set(chapter.commodities) - set(comparable(facts, chapter))
    )
    missing = [chapter.basket.name for chapter in facts.chapters if chapter.products_missing]
    said = [
        f"Mean of {years_in_words(facts.now)} by value, change against {years_in_words(facts.then)}. A basket's sum "
        "adds goods "
        "of different kinds, each once; baskets overlap.",
        f"Hang on one supplier: commodities bought for over {limit} from one, of those with imports of "
        f"{rules.money('table_usd')} a year or more. Common suppliers: commodities for which all partners hang on the "
        "same one.",
    ]
    if missing:
        said.append(f"{listed(missing)}: materials only, no figure covers the products.")
    if left_out:
        names = listed(sorted(left_out))
        said.append(f"Not in the sums, since their figures do not cover all years compared: {names}.")
    return " ".join(said)


def _partner_cells(facts: Facts, book: FigureBook, chapter: Chapter, code: str) -> list[Cell]:
    goods, name = comparable(facts, chapter), _sum_name(facts, chapter)
    if not goods:
        reason = "trade in this basket is in food energy: see its chapter" if chapter.crops else "no comparable series"
        return [Cell(words=("gap",), gap=reason), *[Cell()] * 6]
    now, then, series = (_sum(facts, goods, code, years) for years in (facts.now, facts.then, facts.series))
    total = book.cell(book.mean_usd(now, goods, name))
    hanging = _hanging(facts, chapter, code)
    if not now.top:
        return [total, hanging, *[Cell(words=("gap",), gap="a year has no imports")] * 5]
    change = pairs.moved(now, then, now.top)
    gap = Cell(words=("gap",), gap="a year of the earlier span has no imports")
    bought = [series.amounts[year] for year in facts.series if series.amounts[year]]
    line = [year.get(now.top, 0) / sum(year.values()) for year in bought]
    says = f"{now.top}: share of {code}'s imports from {per_cent(line[0])} to {per_cent(line[-1])}"
    return [
        total,
        hanging,
        text_cell(economy_name(facts.tables, now.top)),
        book.cell(book.mean_share(now, goods, name, now.top)),
        book.cell(book.mean_effective(now, goods, name, _effective(now))),
        gap if change is None else text_cell(points(change), repr(change)),
        Cell(spark=spark(line, text_alternative=says, low=0.0, high=1.0)),
    ]


def comparable(facts: Facts, chapter: Chapter) -> tuple[Commodity, ...]:
    """Return the commodities with figures in every year that is compared or drawn: only their sums can be compared."""
    years = {*facts.now, *facts.then, *facts.series}
    return tuple(c for c in chapter.commodities if years <= traded_years(facts.panel, facts.position(c)))


def _sum_name(facts: Facts, chapter: Chapter) -> str:
    return f"{chapter.basket.id}-since-{min(facts.then[0], facts.series[0])}"


def _hanging(facts: Facts, chapter: Chapter, code: str) -> Cell:
    """Return how many of the commodities that count come for over 40 % from one supplier."""
    spans = [facts.spans_now[commodity.key][code] for commodity in chapter.commodities]
    counted = [span for span in spans if pairs.counts(span)]
    return text_cell(f"{sum(pairs.hangs(span) for span in counted)} of {len(counted)}")


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
    goods, name = comparable(facts, chapter), _sum_name(facts, chapter)
    span = _sum(facts, goods, code, facts.now) if goods else None
    if span is None or not span.top:
        return Cell(words=("gap",), gap="a year has no imports" if span else "no comparable series")
    share, total = book.mark(book.mean_share(span, goods, name, span.top)), book.mark(book.mean_usd(span, goods, name))
    supplier = economy_name(facts.tables, span.top)
    return Cell(
        words=(f"{supplier} ", share, " of ", total),
        plain=f"{supplier} {span.top_share!r} of {span.mean_usd!r} USD",
    )


def _sum(facts: Facts, goods: tuple[Commodity, ...], code: str, years: tuple[int, ...]) -> Span:
    return read_spans(facts.panel, [facts.position(commodity) for commodity in goods], [code], years)[code]


def _effective(span: Span) -> float:
    """Return effective suppliers from the mean yearly shares."""
    return float(effective_suppliers([share for share in span.shares.values() if share > 0])[0])


def _common_cell(facts: Facts, chapter: Chapter) -> Cell:
    return text_cell(str(_common(facts, chapter))) if chapter.commodities else Cell()


def _common(facts: Facts, chapter: Chapter) -> int:
    """Return the number of commodities for which all partners hang on the same supplier."""
    partners = facts.order.partners
    shared = (pairs.shared_suppliers([facts.spans_now[c.key][code] for code in partners]) for c in chapter.commodities)
    return sum(any(len(together) == len(partners) for together in found.values()) for found in shared)
