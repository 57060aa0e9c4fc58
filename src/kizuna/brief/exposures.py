"""Tables of a chapter: what each partner buys, what they share, what one could sell the other, what the methods say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from kizuna.brief import rules
from kizuna.brief.amounts import per_cent, points
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Table, Words
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.findings import world_rows
from kizuna.brief.pictures import spark
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, sentence, years_in_words
from kizuna.exposure import pairs
from kizuna.exposure.block import WORLD
from kizuna.exposure.panel import Basis
from kizuna.exposure.spans import Span, world_shares
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.tables.commodities import Commodity

MOST_ROWS = 12
NO_PRODUCTION = "no production of this commodity by economy in this snapshot"
MARKS = (
    "* marks a supplier that does not lead in every year, or a year that dwarfs the others. † marks a series that "
    "lists "
    "the largest flows only; its figures say how much they hold."
)
METHOD_COLUMNS: tuple[tuple[str, str, Basis | None], ...] = (
    ("GeoDep flag", "geodep_dependent", "value"),
    ("World export HHI", "world_export_hhi", "value"),
    ("World production HHI", "production_hhi", "mass"),
    ("65 % test", "over_65_percent", "value"),
    ("GeoPolRisk score", "geopolrisk_score", "mass"),
    ("Net import reliance", "net_import_reliance", "mass"),
    ("Without largest supplier", "supplier_n_minus_1", "mass"),
    ("From non-producers", "no_production_share", "mass"),
    ("Largest origin", "origin_top1_share", "mass"),
)


def text_cell(text: str, plain: str = "") -> Cell:
    """Return a cell of plain words."""
    return Cell(words=(text,), plain=plain or text)


def trade_behind(facts: Facts, commodities: Sequence[Commodity]) -> tuple[str, ...]:
    """Return the stored tables of trade behind some commodities, a user's own among them."""
    revisions = dict.fromkeys(commodity.revision for commodity in commodities)
    return tuple(table for revision in revisions for table in facts.tables.behind(["flows"], revision))


def citation(facts: Facts, commodities: Sequence[Commodity]) -> str:
    """Return the citation of the trade figures behind some commodities."""
    stored = trade_behind(facts, commodities)
    return " ".join(facts.tables.store.source(table).citation for table in stored) or "see the sources of this brief"


def named(facts: Facts, commodity: Commodity) -> Cell:
    """Return the cell that names a commodity, marked where its series lists the largest flows only."""
    incomplete = any(facts.exposure.notes.of("imports", commodity.key, year) for year in facts.now)
    return text_cell(commodity.name + (" †" if incomplete else ""), commodity.name)


def ranked(facts: Facts, chapter: Chapter, economy: str) -> list[Commodity]:
    """Return the commodities of which the economy's imports count, largest dollars on one supplier first."""
    spans = [(facts.spans_now[commodity.key][economy], commodity) for commodity in chapter.commodities]
    kept = [(span, commodity) for span, commodity in spans if pairs.counts(span)]
    return [commodity for _, commodity in sorted(kept, key=lambda item: (-item[0].stake_usd, item[1].key))]


def what_it_buys(facts: Facts, book: FigureBook, chapter: Chapter, economy: str) -> Table:
    """Return the ranked exposures of one partner in a chapter."""
    commodities = ranked(facts, chapter, economy)
    year, then, span = facts.order.year, years_in_words(facts.then), years_in_words(facts.now)
    small = len(chapter.commodities) - len(commodities)
    note = (
        f"Columns of {year} and means of {span} stand side by side; change is against the mean of {then}. By US "
        f"dollars on the first supplier. Value in USD, index 0 to 1. {MARKS} {small} of {len(chapter.commodities)} "
        f"commodities under {rules.money('table_usd')} a year are not listed."
    )
    if len(commodities) > MOST_ROWS:
        note += f" The first {MOST_ROWS} of {len(commodities)} are listed."
    return Table(
        id=f"{chapter.basket.id}-{economy.lower()}-exposures",
        title=f"What {economy_name(facts.tables, economy)} buys",
        columns=(
            Column("Commodity"),
            Column(f"Imports, {year}", True),
            Column(f"First supplier, {span}"),
            Column(f"Its share, {span}", True),
            Column("Change, points", True),
            Column(f"Three largest, {year}", True),
            Column(f"HHI by value, {year}", True),
            Column(f"HHI by mass, {year}", True),
            Column(f"Effective suppliers, {year}", True),
            Column(f"Share since {facts.order.since}"),
        ),
        rows=tuple(_exposure_row(facts, book, commodity, economy) for commodity in commodities[:MOST_ROWS]),
        note=note,
        citation=citation(facts, chapter.commodities),
    )


def _exposure_row(facts: Facts, book: FigureBook, commodity: Commodity, economy: str) -> tuple[Cell, ...]:
    now, then = facts.spans_now[commodity.key][economy], facts.spans_then[commodity.key][economy]
    share = book.mean_share(now, [commodity], commodity.key, now.top)
    moved: Cell
    if now.shares and then.shares:
        change = now.top_share - then.shares.get(now.top, 0.0)
        moved = text_cell(points(change), repr(change))
    else:
        moved = Cell(words=("gap",), gap="a year of one of the spans has no imports")
    return (
        named(facts, commodity),
        measured(facts, book, economy, commodity, "imports"),
        text_cell(
            economy_name(facts.tables, now.top) + ("" if now.steady else " *") if now.top else "none in every year"
        ),
        book.cell(share),
        moved,
        measured(facts, book, economy, commodity, "top3_share"),
        measured(facts, book, economy, commodity, "import_hhi"),
        measured(facts, book, economy, commodity, "import_hhi", "mass"),
        measured(facts, book, economy, commodity, "effective_suppliers"),
        Cell(spark=_share_line(facts, commodity, economy, now.top), plain=""),
    )


def measured(
    facts: Facts, book: FigureBook, economy: str, commodity: Commodity, indicator: str, basis: Basis | None = "value"
) -> Cell:
    """Return the cell of one measured indicator; empty where the method does not speak of such a commodity."""
    row = facts.row(economy, commodity, indicator, basis)
    return Cell() if row is None else book.cell(book.of_row(row, commodity))


def _share_line(facts: Facts, commodity: Commodity, economy: str, supplier: str) -> str:
    yearly = facts.yearly[commodity.key][economy]
    values: list[float | Gap] = []
    for year in facts.series:
        total = sum(yearly.amounts[year].values())
        values.append(yearly.amounts[year].get(supplier, 0) / total if total else Gap(f"no imports in {year}"))
    known = [value for value in values if not isinstance(value, Gap)]
    if not known:
        return ""
    when = f"{facts.series[0]} to {facts.series[-1]}"
    says = f"{supplier}: share of {economy}'s imports from {per_cent(known[0])} to {per_cent(known[-1])}, {when}"
    return spark(values, text_alternative=says, low=0.0, high=1.0)


def what_they_share(facts: Facts, book: FigureBook, chapter: Chapter) -> Table:
    """Return the commodities for which two or more partners hang on the same supplier."""
    rows: list[tuple[float, tuple[Cell, ...]]] = []
    for commodity in chapter.commodities:
        spans = facts.spans_now[commodity.key]
        for supplier, together in pairs.shared_suppliers([spans[code] for code in facts.order.partners]).items():
            stake = sum(span.stake_usd for span in together)
            rows.append((stake, _shared_row(facts, book, commodity, supplier, together)))
    partners = [economy_name(facts.tables, code) for code in facts.order.partners]
    columns = [Column("Commodity"), Column("Common supplier")]
    for name in partners:
        columns += [Column(f"{capital(name)}: share", True), Column(f"{capital(name)}: from it a year", True)]
    return Table(
        id=f"{chapter.basket.id}-common",
        title="Where they hang on the same supplier",
        columns=tuple(columns),
        rows=tuple(cells for _, cells in sorted(rows, key=lambda row: -row[0])),
        note=f"Each buys over {rules.share('common_supplier_share')} there, mean of {years_in_words(facts.now)}, "
        "imports "
        f"of {rules.money('table_usd')} a year or more. {MARKS}",
        citation=citation(facts, chapter.commodities),
    )


def _shared_row(
    facts: Facts, book: FigureBook, commodity: Commodity, supplier: str, together: Sequence[Span]
) -> tuple[Cell, ...]:
    steady = all(span.steady for span in together)
    cells = [named(facts, commodity), text_cell(economy_name(facts.tables, supplier) + ("" if steady else " *"))]
    for code in facts.order.partners:
        span = facts.spans_now[commodity.key][code]
        cells.append(book.cell(book.mean_share(span, [commodity], commodity.key, supplier)))
        cells.append(book.cell(book.mean_supplier_usd(span, [commodity], commodity.key, supplier)))
    return tuple(cells)


def who_can_help(facts: Facts, book: FigureBook, chapter: Chapter) -> Table:
    """Return where one partner supplies, or exports enough to supply, what another buys."""
    rows: list[tuple[float, tuple[Cell, ...]]] = []
    for commodity in chapter.commodities:
        world = world_shares(facts.panel, facts.position(commodity), facts.now)
        for seller, buyer in permutations(facts.order.partners, 2):
            span = facts.spans_now[commodity.key][buyer]
            held = world.get(seller, 0.0)
            if pairs.can_supply(span, seller, world):
                cells = (
                    named(facts, commodity),
                    text_cell(economy_name(facts.tables, seller)),
                    text_cell(economy_name(facts.tables, buyer)),
                    book.cell(book.mean_share(span, [commodity], commodity.key, seller)),
                    book.cell(book.world_share(seller, commodity, facts.now, held, world_rows(facts, commodity))),
                    book.cell(book.mean_usd(span, [commodity], commodity.key)),
                    text_cell(economy_name(facts.tables, span.top)),
                    book.cell(book.mean_share(span, [commodity], commodity.key, span.top)),
                )
                rows.append((span.mean_usd, cells))
    return Table(
        id=f"{chapter.basket.id}-help",
        title="Where one can supply the other",
        columns=(
            Column("Commodity"),
            Column("Seller"),
            Column("Buyer"),
            Column("Share of buyer's imports", True),
            Column("Share of world exports", True),
            Column("Buyer's imports a year", True),
            Column("Buyer's first source"),
            Column("Its share", True),
        ),
        rows=tuple(cells for _, cells in sorted(rows, key=lambda row: -row[0])),
        note=f"The seller provides {rules.share('can_supply_share')} or more of the buyer's imports or of world "
        "exports, "
        f"mean of {years_in_words(facts.now)}. Exports are what was sold, not spare capacity; they hold re-exports.",
        citation=citation(facts, chapter.commodities),
    )


def what_methods_say(facts: Facts, book: FigureBook, chapter: Chapter) -> Table:
    """Return the verdicts of the methods side by side for each partner's largest exposures."""
    rows = []
    for economy in facts.order.partners:
        for commodity in ranked(facts, chapter, economy)[:MOST_ROWS]:
            cells = [named(facts, commodity), text_cell(economy_name(facts.tables, economy))]
            for _, indicator, basis in METHOD_COLUMNS:
                subject = WORLD if indicator in ("world_export_hhi", "production_hhi") else economy
                cells.append(_method_cell(facts, book, subject, commodity, indicator, basis))
            rows.append(tuple(cells))
    return Table(
        id=f"{chapter.basket.id}-methods",
        title="What the methods say, side by side",
        columns=(Column("Commodity"), Column("Buyer"), *(Column(title, True) for title, _, _ in METHOD_COLUMNS)),
        rows=tuple(rows),
        note=f"Year {facts.order.year}. GeoDep: CEPII's four criteria. GeoPolRisk: as published, gross mass beside "
        "production. Reliance, hubs and origins "
        "only where trade and production are in one unit; else a gap. No method is a verdict, and none is averaged "
        "with another.",
        citation=citation(facts, chapter.commodities),
    )


def _method_cell(
    facts: Facts, book: FigureBook, economy: str, commodity: Commodity, indicator: str, basis: Basis | None
) -> Cell:
    if indicator == "production_hhi":
        row = facts.exposure.by_key.get((WORLD, commodity.id, facts.order.year, indicator, basis))
        return Cell(words=("gap",), gap=NO_PRODUCTION) if row is None else book.cell(book.of_row(row, commodity))
    if indicator == "geopolrisk_score":
        for mapped, _ in facts.ask.mapped:
            row = facts.exposure.by_key.get((economy, mapped.id, facts.order.year, indicator, basis))
            if mapped.id == commodity.id and row is not None:
                return book.cell(book.of_row(row, mapped))
        return Cell(words=("gap",), gap="the method maps no material to this commodity")
    return measured(facts, book, economy, commodity, indicator, basis)


def disagreements(facts: Facts, chapter: Chapter) -> tuple[Words, ...]:
    """Say where the methods disagree: over the 65 % test by one supplier, and yet no GeoDep flag."""
    missed: dict[str, list[str]] = {}
    for economy in facts.order.partners:
        for commodity in ranked(facts, chapter, economy)[:MOST_ROWS]:
            over, flag = (
                facts.row(economy, commodity, "over_65_percent"),
                facts.row(economy, commodity, "geodep_dependent"),
            )
            lasting = facts.spans_now[commodity.key][economy].top_share > parameter("single_third_country")
            if over is not None and flag is not None and over.value and lasting and flag.value == 0:
                missed.setdefault(economy, []).append(commodity_name(commodity))
    return tuple(
        sentence(
            f"{economy_name(facts.tables, economy)} buys over {rules.share('single_third_country')} of its "
            f"{listed(names)} from one economy, yet "
            "GeoDep does not flag "
            f"{'it' if len(names) == 1 else 'them'}: that screen also asks for concentrated world exports and for "
            "imports above exports."
        )
        for economy, names in missed.items()
    )
