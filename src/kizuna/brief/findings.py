"""The findings: candidates from the figures, ranked by a stated rule, one sentence or two each.

The rule is written once, in ``RULE``, and printed under the findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from kizuna.brief.amounts import PROSE_DIGITS
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Finding, Kind, Words
from kizuna.brief.facts import Facts
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, sentence, years_in_words
from kizuna.exposure.spans import Span, world_shares
from kizuna.floor.params import parameter
from kizuna.tables.commodities import Commodity

MOST = 7
RULE = (
    "Ranked by US dollars at stake: mean yearly imports times the share of the supplier in question, three-year "
    "means by value; "
    "ties by change. The largest of each kind comes first, with the largest gap of data after them; then the next of "
    "each kind. "
    "Only imports of 10 m USD a year or more count, and a supplier that leads in every year."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible finding; ``words`` enters its figures only when it is chosen."""

    kind: Kind
    commodity: Commodity
    stake_usd: float
    change: float
    economies: tuple[str, ...]
    supplier: str


def write_findings(facts: Facts, book: FigureBook) -> tuple[Finding, ...]:
    """Return the five to seven findings of a brief, best first; fewer where the figures carry fewer."""
    ranked = sorted(_candidates(facts), key=lambda c: (-c.stake_usd, -abs(c.change), c.commodity.key, c.economies))
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


def _candidates(facts: Facts) -> Iterator[Candidate]:
    for key, commodity in facts.commodities.items():
        now, then = facts.spans_now[key], facts.spans_then[key]
        world = world_shares(facts.panel, facts.position(commodity), facts.now)
        for a, b in combinations(facts.order.partners, 2):
            yield from _of_pair(commodity, now[a], now[b])
        for a, b in permutations(facts.order.partners, 2):
            yield from _one_sided(commodity, now[a], now[b])
            yield from _can_supply(commodity, now[a], b, world)
        for a in facts.order.partners:
            yield from _changed(commodity, now[a], then[a])


def _hangs(span: Span) -> bool:
    return (
        span.steady
        and span.top_share > parameter("common_supplier_share")
        and span.mean_usd >= parameter("headline_usd")
    )


def _stake(span: Span) -> float:
    return span.mean_usd * span.top_share


def _of_pair(commodity: Commodity, a: Span, b: Span) -> Iterator[Candidate]:
    if _hangs(a) and _hangs(b) and a.top == b.top:
        larger, smaller = (a, b) if _stake(a) >= _stake(b) else (b, a)
        yield Candidate("common", commodity, _stake(a) + _stake(b), 0.0, (larger.economy, smaller.economy), a.top)


def _one_sided(commodity: Commodity, a: Span, b: Span) -> Iterator[Candidate]:
    bought = b.shares.get(a.top, 0.0)
    if (
        _hangs(a)
        and b.shares
        and b.mean_usd >= parameter("table_usd")
        and bought <= parameter("common_supplier_share")
        and a.top != b.economy
    ):
        yield Candidate("one-sided", commodity, _stake(a), a.top_share - bought, (a.economy, b.economy), a.top)


def _changed(commodity: Commodity, now: Span, then: Span) -> Iterator[Candidate]:
    """Find the supplier whose share moved most; a year that dwarfs the others makes no change."""
    if not then.shares or not now.shares or now.spiked or then.spiked or now.mean_usd < parameter("headline_usd"):
        return
    moves = {
        code: now.shares.get(code, 0.0) - then.shares.get(code, 0.0)
        for code in sorted(now.shares.keys() | then.shares.keys())
    }
    supplier = max(moves, key=lambda code: abs(moves[code]))
    if abs(moves[supplier]) >= parameter("notable_change"):
        yield Candidate(
            "change", commodity, now.mean_usd * abs(moves[supplier]), moves[supplier], (now.economy,), supplier
        )


def _can_supply(commodity: Commodity, buyer: Span, seller: str, world: dict[str, float]) -> Iterator[Candidate]:
    sold, held = buyer.shares.get(seller, 0.0), world.get(seller, 0.0)
    limit = parameter("can_supply_share")
    if (buyer.mean_usd >= parameter("headline_usd") and buyer.shares and held >= limit) or (
        sold >= limit and buyer.mean_usd >= parameter("headline_usd")
    ):
        yield Candidate(
            "can-supply", commodity, buyer.mean_usd * max(sold, limit), sold, (seller, buyer.economy), buyer.top
        )


def _common(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    a, b = (facts.spans_now[c.commodity.key][code] for code in c.economies)
    names = [economy_name(facts.tables, code) for code in (c.supplier, a.economy, b.economy)]
    return sentence(
        f"Both buy their {commodity_name(c.commodity)} first of all from {names[0]}: {names[1]} ",
        *_share(book, a, c, c.supplier),
        " and ",
        f"{names[2]} ",
        *_share(book, b, c, c.supplier),
        f", {years_in_words(facts.now)}. A cut there would reach both at once.",
        *_hub_note(facts, c),
    )


def _one(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    a, b = (facts.spans_now[c.commodity.key][code] for code in c.economies)
    supplier, buyer, other = (economy_name(facts.tables, code) for code in (c.supplier, a.economy, b.economy))
    there = book.mark(book.mean_share(b, [c.commodity], c.commodity.key, c.supplier))
    first = book.mark(book.mean_share(b, [c.commodity], c.commodity.key, b.top))
    second = (f"; its first source is {economy_name(facts.tables, b.top)} with ", first) if b.top != c.supplier else ()
    return sentence(
        f"{buyer} bought ",
        *_share(book, a, c, c.supplier, f" of its {commodity_name(c.commodity)} from {supplier}", facts.now),
        f". {capital(other)} bought ",
        there,
        " there",
        *second,
        f". A cut there would reach {buyer} more than {other}.",
        *_hub_note(facts, c),
    )


def _change(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    key, economy = c.commodity.key, c.economies[0]
    now, then = facts.spans_now[key][economy], facts.spans_then[key][economy]
    supplier, buyer = economy_name(facts.tables, c.supplier), economy_name(facts.tables, economy)
    return sentence(
        f"the share of {supplier} in {buyer}'s imports of {commodity_name(c.commodity)} "
        f"{'rose' if c.change > 0 else 'fell'} from ",
        book.mark(book.mean_share(then, [c.commodity], key, c.supplier)),
        f" ({years_in_words(facts.then)}) to ",
        book.mark(book.mean_share(now, [c.commodity], key, c.supplier)),
        f" ({years_in_words(facts.now)}), of ",
        book.mark(book.mean_usd(now, [c.commodity], key)),
        " a year.",
        *_hub_note(facts, c),
    )


def _can(facts: Facts, book: FigureBook, c: Candidate) -> Words:
    seller, buyer = c.economies
    span = facts.spans_now[c.commodity.key][buyer]
    names = economy_name(facts.tables, seller), economy_name(facts.tables, buyer)
    world = world_shares(facts.panel, facts.position(c.commodity), facts.now).get(seller, 0.0)
    held = book.mark(book.world_share(seller, c.commodity, facts.now, world, world_rows(facts, c.commodity)))
    sold = _share(book, span, c, seller, f" of {names[1]}'s imports of {commodity_name(c.commodity)}", facts.now)
    if span.top == seller:
        return sentence(
            f"{names[0]} is already {names[1]}'s first source here: it sold ",
            *sold,
            " and holds ",
            held,
            " of world exports.",
        )
    first = book.mark(book.mean_share(span, [c.commodity], c.commodity.key, span.top))
    return sentence(
        f"{names[0]} sold ",
        *sold,
        " and holds ",
        held,
        f" of world exports; {names[1]}'s first source is {economy_name(facts.tables, span.top)} with ",
        first,
        ".",
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
    made = facts.tables.rows(
        "SELECT coalesce(sum(amount), 0) > 0, count(*) FROM mine_production WHERE mineral = $mineral AND year "
        "BETWEEN $first AND $last "
        "AND economy = $economy",
        mineral=stage.mineral,
        first=facts.now[0],
        last=facts.now[-1],
        economy=c.supplier,
    )[0]
    if made[0]:
        return ()
    return (f" {capital(economy_name(facts.tables, c.supplier))} mines none of it: the goods pass through.",)


def _uncovered(facts: Facts) -> Finding | None:
    """Say which supply no figure covers: the basket with the most uncovered products."""
    chapters = [chapter for chapter in facts.chapters if any(name.startswith("HS") for name, _ in chapter.uncovered)]
    if not chapters:
        return None
    names: dict[str, str] = {}
    for chapter in chapters:
        for member in chapter.basket.members:
            if member.gap is not None and member.kind == "product":
                names[member.id.partition(":")[2]] = chapter.basket.name
    baskets = list(dict.fromkeys(names.values()))
    return Finding(
        "gap",
        sentence(
            f"no figure here covers trade in {listed([f'{code}' for code in sorted(names)])} ({listed(baskets)}): "
            "this snapshot holds no bilateral "
            "data for these codes. What either partner hangs on there is unknown, not small; adding BACI or Comtrade "
            "would close the gap."
        ),
        0.0,
    )
