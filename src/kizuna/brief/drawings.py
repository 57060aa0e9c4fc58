"""Pictures of a chapter, each with the question it answers, the finding in words, and its table twin."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.brief import rules
from kizuna.brief.amounts import per_cent, usd
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Column, Picture, Table
from kizuna.brief.exposures import citation, ranked, text_cell, trade_behind
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.pictures import (
    BaseMap,
    ChangeRow,
    Flow,
    SupplierColours,
    SupplierShare,
    change,
    flow_map,
    map_points,
    shares_over_time,
    top_suppliers,
)
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, years_in_words
from kizuna.exposure.spans import Span, read_spans
from kizuna.floor.gaps import Gap
from kizuna.tables.commodities import Commodity

DRAWN_COMMODITIES = 2
MAPPED_FLOWS = 10
CHANGE_ROWS = 6
PARTNERS_A_MAP = 2


def telling(facts: Facts, chapter: Chapter) -> list[Commodity]:
    """Return the chapter's commodities with the most dollars on the partners' first suppliers."""
    stakes = {
        c.key: sum(facts.spans_now[c.key][code].stake_usd for code in facts.order.partners) for c in chapter.commodities
    }
    held = [commodity for commodity in chapter.commodities if stakes[commodity.key] > 0]
    return sorted(held, key=lambda c: (-stakes[c.key], c.key))[:DRAWN_COMMODITIES]


def assign_colours(facts: Facts) -> SupplierColours:
    """Assign one colour to each supplier for the whole document."""
    pictures, totals = [], dict[str, float]()
    for chapter in facts.chapters:
        for commodity in telling(facts, chapter):
            rows = _share_rows(facts, commodity)
            pictures.append({code for partner in facts.order.partners for code in top_suppliers(rows, partner)})
            for partner in facts.order.partners:
                for year in facts.yearly[commodity.key][partner].amounts.values():
                    for supplier, amount in year.items():
                        totals[supplier] = totals.get(supplier, 0.0) + amount
    return SupplierColours.assign(pictures, totals)


def draw(
    facts: Facts, book: FigureBook, chapter: Chapter, colours: SupplierColours, base_map: BaseMap, drawn: set[str]
) -> tuple[Picture, ...]:
    """Return the pictures of a chapter: flows on the map, supplier shares over time, what changed.

    ``drawn`` holds the commodities whose shares an earlier chapter has drawn; those of this chapter are added to it.
    """
    if not chapter.commodities:
        return ()
    maps = [
        _map(facts, book, chapter, facts.order.partners[at : at + PARTNERS_A_MAP], base_map)
        for at in range(0, len(facts.order.partners), PARTNERS_A_MAP)
    ]
    fresh = [commodity for commodity in telling(facts, chapter) if commodity.key not in drawn]
    drawn |= {commodity.key for commodity in fresh}
    shares = [_shares(facts, book, chapter, commodity, colours) for commodity in fresh]
    return (*maps, *shares, _changes(facts, book, chapter))


def _source(facts: Facts, commodities: Sequence[Commodity]) -> str:
    named = [facts.tables.store.source(table) for table in trade_behind(facts, commodities)]
    return "; ".join(f"{source.publisher}, {source.title}, {source.vintage}" for source in named)


def _map(facts: Facts, book: FigureBook, chapter: Chapter, partners: Sequence[str], base_map: BaseMap) -> Picture:
    positions = [facts.position(commodity) for commodity in chapter.commodities]
    spans = read_spans(facts.panel, positions, partners, [facts.order.year])
    flows = [
        Flow(supplier, partner, amount)
        for partner, span in spans.items()
        for supplier, amount in span.amounts[facts.order.year].items()
    ]
    names = _names(facts)
    buyers = listed([economy_name(facts.tables, code) for code in partners])
    title = f"Who sells {buyers} {chapter.goods}?"
    total = sum(flow.value_usd for flow in flows)
    if not total:
        reason = f"no imports of this basket recorded in {facts.order.year}"
        return _absent(
            f"{chapter.basket.id}-map-{partners[0].lower()}", title, reason, _flow_table(facts, book, chapter, spans)
        )
    if unplaced := [code for code in partners if code not in map_points()]:
        reason = f"the map has no place for {listed([economy_name(facts.tables, code) for code in unplaced])}"
        return _absent(
            f"{chapter.basket.id}-map-{partners[0].lower()}", title, reason, _flow_table(facts, book, chapter, spans)
        )
    largest = max(flows, key=lambda flow: (flow.value_usd, flow.supplier))
    says = (
        f"Largest flow: {economy_name(facts.tables, largest.supplier)} to "
        f"{economy_name(facts.tables, largest.partner)}, "
        f"{usd(largest.value_usd)} of {usd(total)} in {facts.order.year}"
    )
    covered = {
        "TWN" if code == "S19" else code
        for code, bought in zip(facts.panel.economies, _seen(facts), strict=True)
        if bought
    }
    blank = [code for code in base_map.areas if len(code) == 3 and code.isupper() and code not in covered]
    svg = flow_map(
        flows,
        partners=list(partners),
        base_map=base_map,
        names=names,
        text_alternative=says,
        no_data=blank,
        top=MAPPED_FLOWS,
    )
    source = _source(facts, chapter.commodities)
    caption = f"The {MAPPED_FLOWS} largest flows to each, width by value (USD), {facts.order.year}. {source}."
    twin = _flow_table(facts, book, chapter, spans)
    return Picture(f"{chapter.basket.id}-map-{partners[0].lower()}", title, svg, says, caption, twin)


def _seen(facts: Facts) -> list[bool]:
    seen = [False] * len(facts.panel.economies)
    for place in {*facts.panel.buyer.tolist(), *facts.panel.supplier.tolist()}:
        seen[place] = True
    return seen


def _flow_table(facts: Facts, book: FigureBook, chapter: Chapter, spans: dict[str, Span]) -> Table:
    year = facts.order.year
    rows = []
    for partner, span in spans.items():
        ordered = sorted(span.amounts[year].items(), key=lambda item: (-item[1], item[0]))[:MAPPED_FLOWS]
        for supplier, _ in ordered:
            rows.append(
                (
                    text_cell(economy_name(facts.tables, supplier)),
                    text_cell(economy_name(facts.tables, partner)),
                    book.cell(book.mean_supplier_usd(span, chapter.commodities, chapter.basket.id, supplier)),
                    book.cell(book.yearly_share(span, chapter.commodities, chapter.basket.id, year, supplier)),
                )
            )
    return Table(
        id=f"{chapter.basket.id}-map-{next(iter(spans)).lower()}-table",
        title=f"Largest flows, {year}",
        columns=(Column("Supplier"), Column("Buyer"), Column("Value", True), Column("Share of buyer's imports", True)),
        rows=tuple(rows),
        note=f"The basket's {len(chapter.commodities)} commodities taken together, by value, {year}.",
        citation=citation(facts, chapter.commodities),
    )


def _shares(
    facts: Facts, book: FigureBook, chapter: Chapter, commodity: Commodity, colours: SupplierColours
) -> Picture:
    rows = _share_rows(facts, commodity)
    partners = facts.order.partners
    identity = f"{chapter.basket.id}-shares-{commodity.id.replace(':', '-')}"
    buyers = listed([economy_name(facts.tables, code) for code in partners])
    title = f"Who sells {buyers} their {commodity_name(commodity)}?"
    spans = {code: facts.yearly[commodity.key][code] for code in partners}
    said: list[str] = []
    for code in partners:
        now = facts.spans_now[commodity.key][code]
        if now.top:
            said.append(
                f"{economy_name(facts.tables, code)} first from {economy_name(facts.tables, now.top)} "
                f"({per_cent(now.top_share)})"
            )
    says = f"{'; '.join(said)}, mean of {years_in_words(facts.now)}" if said else title
    says = capital(says)
    twin = _share_table(facts, book, commodity, spans, rows, f"{identity}-table")
    if not rows:
        return _absent(identity, title, f"no imports recorded from {facts.series[0]} to {facts.series[-1]}", twin)
    svg = shares_over_time(
        rows,
        partners=list(partners),
        colours=colours,
        names=_names(facts),
        text_alternative=says,
        provisional=[year for year in facts.series if year > facts.settled],
    )
    when = f"{facts.series[0]} to {facts.series[-1]}"
    caption = f"Share of imports by value, {when}; four largest suppliers and the rest. {_source(facts, [commodity])}."
    return Picture(identity, title, svg, says, caption, twin)


def _share_rows(facts: Facts, commodity: Commodity) -> list[SupplierShare]:
    rows = []
    for partner in facts.order.partners:
        for year, found in facts.yearly[commodity.key][partner].amounts.items():
            total = sum(found.values())
            rows += [SupplierShare(partner, year, supplier, amount / total) for supplier, amount in found.items()]
    return rows


def _share_table(
    facts: Facts,
    book: FigureBook,
    commodity: Commodity,
    spans: dict[str, Span],
    rows: list[SupplierShare],
    identity: str,
) -> Table:
    lines = []
    for partner, span in spans.items():
        for supplier in top_suppliers(rows, partner):
            cells = [text_cell(economy_name(facts.tables, partner)), text_cell(economy_name(facts.tables, supplier))]
            cells += [
                book.cell(book.yearly_share(span, [commodity], commodity.key, year, supplier)) for year in facts.series
            ]
            lines.append(tuple(cells))
    return Table(
        id=identity,
        title=f"Supplier shares of {commodity_name(commodity)}",
        columns=(Column("Buyer"), Column("Supplier"), *(Column(str(year), True) for year in facts.series)),
        rows=tuple(lines),
        note="Share of the buyer's imports by value; the suppliers that the picture names.",
        citation=citation(facts, [commodity]),
    )


def _changes(facts: Facts, book: FigureBook, chapter: Chapter) -> Picture:
    rows, lines, moves = [], [], []
    for economy in facts.order.partners:
        for commodity in ranked(facts, chapter, economy)[:CHANGE_ROWS]:
            now, then = facts.spans_now[commodity.key][economy], facts.spans_then[commodity.key][economy]
            if not now.top or now.spiked or then.spiked:
                continue
            before: float | Gap = then.shares.get(now.top, 0.0) if then.shares else Gap("no imports in a year of then")
            rows.append(
                ChangeRow(
                    f"{_names(facts)[economy]}: {commodity.name}, {_names(facts)[now.top]}", before, now.top_share
                )
            )
            if not isinstance(before, Gap):
                moves.append((abs(now.top_share - before), commodity, economy, now.top, before, now.top_share))
            lines.append(
                (
                    text_cell(economy_name(facts.tables, economy)),
                    text_cell(commodity.name),
                    text_cell(economy_name(facts.tables, now.top)),
                    book.cell(book.mean_share(then, [commodity], commodity.key, now.top)),
                    book.cell(book.mean_share(now, [commodity], commodity.key, now.top)),
                )
            )
    title = "How has the hold of the first suppliers changed?"
    identity = f"{chapter.basket.id}-change"
    then_words, now_words = years_in_words(facts.then), years_in_words(facts.now)
    twin = Table(
        id=f"{identity}-table",
        title=f"Share of today's first supplier, {then_words} and {now_words}",
        columns=(
            Column("Buyer"),
            Column("Commodity"),
            Column("Supplier"),
            Column(then_words, True),
            Column(now_words, True),
        ),
        rows=tuple(lines),
        note="Mean yearly share of imports by value.",
        citation=citation(facts, chapter.commodities),
    )
    if not rows:
        return _absent(
            identity, title, f"no commodity of the basket is bought for {rules.money('table_usd')} a year or more", twin
        )
    says = "No share of a first supplier can be compared"
    if moves:
        _, commodity, economy, supplier, before, after = max(moves, key=lambda move: (move[0], move[1].key, move[2]))
        says = (
            f"Largest move: {economy_name(facts.tables, supplier)}'s share of {economy_name(facts.tables, economy)}'s "
            f"{commodity_name(commodity)}, {per_cent(before)} to {per_cent(after)}"
        )
    svg = change(rows, then=then_words, now=now_words, text_alternative=says)
    caption = (
        f"Mean yearly share of imports by value, first supplier of {now_words}. {_source(facts, chapter.commodities)}."
    )
    return Picture(identity, title, svg, says, caption, twin)


def _absent(identity: str, title: str, reason: str, twin: Table) -> Picture:
    return Picture(identity, title, "", reason, "", twin, absent=reason)


def _names(facts: Facts) -> dict[str, str]:
    return {
        economy.iso3: "Other Asia, n.e.s." if economy.iso3 == "S19" else economy.name_en
        for economy in facts.tables.economies
    }
