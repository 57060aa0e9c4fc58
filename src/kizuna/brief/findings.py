"""The findings: the ranked candidates as sentences, by a rule that is printed under them."""

from __future__ import annotations

from kizuna.brief import rules
from kizuna.brief.amounts import PROSE_DIGITS
from kizuna.brief.book import FigureBook
from kizuna.brief.candidates import Candidate, rank_candidates
from kizuna.brief.document import Finding, Kind, Words
from kizuna.brief.facts import Facts
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, sentence, small, years_in_words
from kizuna.exposure.hubs import produces_none
from kizuna.exposure.spans import Span, world_shares
from kizuna.tables.commodities import Commodity

MOST = 7


def rule() -> str:
    """Return how the findings are ranked, in words."""
    return (
        f"Ranked by US dollars a year at stake, {rules.years_word()} means by value up to {rules.settled()}: what is "
        "bought from the supplier that one or more hang on, imports times the change of a share, or what one sells "
        "another; ties by change. The largest of each kind comes first, with the gaps in the data after them; then the "
        f"next of each kind. Only {rules.money('headline_usd')} a year or more counts, no span in which one year "
        "dwarfs "
        "the others, and no supplier hung on that does not lead in every year. Food stands in its chapter: its figures "
        "are in food energy, not dollars."
    )


def write_findings(facts: Facts, book: FigureBook) -> tuple[Finding, ...]:
    """Return the five to seven findings of a brief, best first; fewer where the figures carry fewer."""
    ranked = rank_candidates(facts)
    first = _best_of_each_kind(ranked)
    taken = {(c.kind, c.commodity.key) for c in first}
    second = _best_of_each_kind([c for c in ranked if (c.kind, c.commodity.key) not in taken])
    missing = _uncovered(facts)
    gap = [missing] if missing else []
    return (*_written(facts, book, first), *gap, *_written(facts, book, second[: MOST - len(first) - len(gap)]))


def _best_of_each_kind(ranked: list[Candidate]) -> list[Candidate]:
    best: dict[Kind, Candidate] = {}
    for candidate in ranked:
        best.setdefault(candidate.kind, candidate)
    return list(best.values())


def _written(facts: Facts, book: FigureBook, chosen: list[Candidate]) -> list[Finding]:
    return [Finding(c.kind, _WRITERS[c.kind](facts, book, c), c.stake_usd) for c in chosen]


def _common(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    a, b = (facts.spans_now[c.commodity.key][code] for code in c.economies)
    supplier, first, second = (economy_name(facts.tables, code) for code in (c.supplier, a.economy, b.economy))
    return sentence(
        f"{first} and {second} buy their {commodity_name(c.commodity)} first of all from {supplier}: {first} ",
        *_share(book, a, c, c.supplier),
        f", {second} ",
        *_share(book, b, c, c.supplier),
        f", {years_in_words(facts.now)}.",
        *_hub_note(facts, c),
    )


def _one(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    a, b = (facts.spans_now[c.commodity.key][code] for code in c.economies)
    supplier, buyer, other = (economy_name(facts.tables, code) for code in (c.supplier, a.economy, b.economy))
    elsewhere: Words = ()
    if b.steady and b.top == c.supplier:
        elsewhere = (", its first source too",)
    elif b.steady:
        first = book.mark(book.mean_share(b, [c.commodity], c.commodity.key, b.top))
        elsewhere = (f"; its first source is {economy_name(facts.tables, b.top)} with ", first)
    return sentence(
        f"{buyer} bought ",
        *_share(book, a, c, c.supplier, f" of its {commodity_name(c.commodity)} from {supplier}", facts.now),
        f". {capital(other)} bought ",
        *(_share(book, b, c, c.supplier) if b.usd_from(c.supplier) else ("none",)),
        " there",
        *elsewhere,
        ".",
        *_hub_note(facts, c),
    )


def _change(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    key, economy = c.commodity.key, c.economies[0]
    now, then = facts.spans_now[key][economy], facts.spans_then[key][economy]
    supplier, buyer = economy_name(facts.tables, c.supplier), economy_name(facts.tables, economy)
    last = book.mark(book.yearly_share(now, [c.commodity], key, now.years[-1], c.supplier))
    return sentence(
        f"the share of {supplier} in the {commodity_name(c.commodity)} that {buyer} imports "
        f"{'rose' if c.change > 0 else 'fell'} from ",
        book.mark(book.mean_share(then, [c.commodity], key, c.supplier)),
        f" ({years_in_words(facts.then)}) to ",
        book.mark(book.mean_share(now, [c.commodity], key, c.supplier)),
        f" ({years_in_words(facts.now)}), of ",
        book.mark(book.mean_usd(now, [c.commodity], key)),
        f" a year. In {now.years[-1]} it was ",
        last,
        ".",
        *_hub_note(facts, c),
    )


def _can(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    seller, buyer = c.economies
    span = facts.spans_now[c.commodity.key][buyer]
    names = economy_name(facts.tables, seller), economy_name(facts.tables, buyer)
    world = world_shares(facts.panel, facts.position(c.commodity), facts.now).get(seller, 0.0)
    held = book.mark(book.world_share(seller, c.commodity, facts.now, world, world_rows(facts, c.commodity)))
    sold = _share(book, span, c, seller, f" of the {commodity_name(c.commodity)} that {names[1]} imports", facts.now)
    elsewhere: Words = (
        (f", and is {names[1]}'s first source",) if not names[1].endswith("s") else (", and is its first source",)
    )
    if span.top != seller:
        first = book.mark(book.mean_share(span, [c.commodity], c.commodity.key, span.top))
        elsewhere = (f"; the first source is {economy_name(facts.tables, span.top)} with ", first)
    return sentence(
        f"{names[0]} sold ",
        *sold,
        *elsewhere,
        f". {capital(names[0])} holds ",
        held,
        " of world exports, re-exports included.",
        *_hub_note(facts, c),
    )


_WRITERS = {"common": _common, "one-sided": _one, "change": _change, "can-supply": _can}


def _share(
    book: FigureBook, span: Span, c: Candidate, supplier: str, of: str = "", years: tuple[int, ...] = ()
) -> Words:
    """Return ``72 % of ... (480 m USD a year, 2021 to 2023)``."""
    share = book.mark(book.mean_share(span, [c.commodity], c.commodity.key, supplier), PROSE_DIGITS)
    amount = book.mark(book.mean_supplier_usd(span, [c.commodity], c.commodity.key, supplier))
    return share, f"{of} (", amount, f" a year, {years_in_words(years)})" if years else " a year)"


def world_rows(facts: Facts, commodity: Commodity) -> int:
    """Return the number of flows behind the world exports of the compared years."""
    panel, at = facts.panel, facts.position(commodity)
    years = [panel.years.index(year) for year in facts.now]
    return int(panel.rows[(panel.commodity == at) & [year in years for year in panel.year.tolist()]].sum())


def _hub_note(facts: Facts, c: Candidate) -> tuple[str, ...]:
    """Say that a supplier of a mined good mines none of it, so that the goods only pass through."""
    stage = next((stage for stage in facts.ask.stages if stage.commodity.key == c.commodity.key), None)
    if stage is None or stage.stage != "mine" or not stage.mineral:
        return ()
    supplier = c.economies[0] if c.kind == "can-supply" else c.supplier
    if not produces_none(facts.tables, stage.mineral, supplier, facts.now):
        return ()
    return (f" {capital(economy_name(facts.tables, supplier))} mines none of it: the goods pass through.",)


def _uncovered(facts: Facts) -> Finding | None:
    """Say which supply no figure covers: the basket with the most uncovered products."""
    chapters = [chapter for chapter in facts.chapters if chapter.products_missing]
    if not chapters:
        return None
    missing = [
        (member.id.partition(":")[2], chapter.basket.name)
        for chapter in chapters
        for member in chapter.basket.members
        if member.gap is not None and member.kind == "product"
    ]
    codes = listed(sorted({code for code, _ in missing}))
    baskets = listed(list(dict.fromkeys(small(basket) for _, basket in missing)))
    return Finding(
        "gap",
        sentence(
            f"no figure here covers trade in HS {codes} ({baskets}): this snapshot holds no bilateral data for these "
            "codes. What "
            "the partners buy there is unknown, not small; adding BACI or Comtrade would close the gap."
        ),
        0.0,
    )
