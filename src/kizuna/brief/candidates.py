"""What could be a finding: candidates from the spans of the partners, each with the dollars at stake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from kizuna.brief.document import Kind
from kizuna.brief.facts import Facts
from kizuna.exposure import pairs
from kizuna.exposure.spans import Span, net_exports, world_shares
from kizuna.floor.params import parameter
from kizuna.tables.commodities import Commodity
from kizuna.tables.suppressed import suppression


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible finding about a commodity.

    Parameters
    ----------
    stake_usd
        US dollars a year at stake: mean imports times the share (or the change of share) that the finding is about.
    change
        Change of a share, or difference between the partners; breaks ties.
    economies
        Who it is about, in the order of the sentence.
    supplier
        The supplier it is about.
    """

    kind: Kind
    commodity: Commodity
    stake_usd: float
    change: float
    economies: tuple[str, ...]
    supplier: str


def rank_candidates(facts: Facts) -> list[Candidate]:
    """Return every candidate of a brief, the most dollars at stake first, ties by change, then by name."""
    return sorted(_candidates(facts), key=lambda c: (-c.stake_usd, -abs(c.change), c.commodity.key, c.economies))


def _candidates(facts: Facts) -> Iterator[Candidate]:
    for key, commodity in facts.commodities.items():
        now, then = facts.spans_now[key], facts.spans_then[key]
        sound = [code for code in facts.order.partners if is_sound(facts, commodity, code)]
        for a, b in combinations(sound, 2):
            yield from _common(commodity, now[a], now[b])
        for a, b in permutations(sound, 2):
            yield from _one_sided(commodity, now[a], now[b])
        for buyer, seller in permutations(facts.order.partners, 2):
            if buyer in sound:
                yield from _can_supply(facts, commodity, now[buyer], seller)
        for a in sound:
            if net_exports(facts.panel, facts.position(commodity), a, facts.now) < 0:
                yield from _changed(commodity, now[a], then[a])


def is_sound(facts: Facts, commodity: Commodity, economy: str) -> bool:
    """Return whether imports may be read by partner: none suppressed, and no large supplier missing for one year."""
    holes = any(hole.buyer == economy and hole.commodity == commodity for hole in facts.vanished)
    return not holes and not suppression(economy, commodity)


def _steadily_hangs(span: Span) -> bool:
    return pairs.hangs(span) and pairs.makes_headlines(span) and span.steady


def _common(commodity: Commodity, a: Span, b: Span) -> Iterator[Candidate]:
    if _steadily_hangs(a) and _steadily_hangs(b) and a.top == b.top:
        larger, smaller = (a, b) if a.stake_usd >= b.stake_usd else (b, a)
        stake = a.stake_usd + b.stake_usd
        yield Candidate("common", commodity, stake, 0.0, (larger.economy, smaller.economy), a.top)


def _one_sided(commodity: Commodity, a: Span, b: Span) -> Iterator[Candidate]:
    bought = b.shares.get(a.top, 0.0)
    if _steadily_hangs(a) and pairs.makes_headlines(b) and b.shares and a.top != b.economy:
        apart, limit = a.top_share - bought, parameter("common_supplier_share")
        if bought <= limit and b.share_in(b.years[-1], a.top) <= limit:
            yield Candidate("one-sided", commodity, a.stake_usd, apart, (a.economy, b.economy), a.top)


def _changed(commodity: Commodity, now: Span, then: Span) -> Iterator[Candidate]:
    move = pairs.largest_move(now, then)
    if move is not None and pairs.makes_headlines(now) and abs(move[1]) >= parameter("notable_change"):
        supplier, change = move
        yield Candidate("change", commodity, now.mean_usd * abs(change), change, (now.economy,), supplier)


def _can_supply(facts: Facts, commodity: Commodity, buyer: Span, seller: str) -> Iterator[Candidate]:
    """Find a partner that already sells another 10 m USD a year or more, and sells the world more than it buys."""
    at, sold = facts.position(commodity), buyer.usd_from(seller)
    world = world_shares(facts.panel, at, facts.now)
    large = sold >= parameter("headline_usd") and not buyer.spiked
    if large and pairs.can_supply(buyer, seller, world) and net_exports(facts.panel, at, seller, facts.now) > 0:
        share = buyer.shares.get(seller, 0.0)
        yield Candidate("can-supply", commodity, sold, share, (seller, buyer.economy), buyer.top)
