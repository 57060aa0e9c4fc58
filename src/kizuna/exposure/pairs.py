"""The rules by which partners' imports are set beside each other; every table and sentence asks them here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kizuna.exposure.spans import Span
from kizuna.floor.params import parameter


def counts(span: Span) -> bool:
    """Return whether imports are large enough to be listed: 1 m USD a year or more in the mean."""
    return span.mean_usd >= parameter("table_usd")


def makes_headlines(span: Span) -> bool:
    """Return whether imports are large enough for a headline: 10 m USD a year or more in the mean."""
    return span.mean_usd >= parameter("headline_usd")


def hangs(span: Span) -> bool:
    """Return whether an economy hangs on one supplier: imports that count, and over 40 % of them from it."""
    return counts(span) and span.top_share > parameter("common_supplier_share")


def shared_suppliers(spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Return each supplier on which two or more of the economies hang, with their spans.

    Examples
    --------
    >>> year = {2023: {"CHN": 9_000_000, "USA": 1_000_000}}
    >>> list(shared_suppliers([Span("IND", (2023,), year, 2), Span("JPN", (2023,), year, 2)]))
    ['CHN']
    """
    found: dict[str, list[Span]] = {}
    for span in spans:
        if hangs(span):
            found.setdefault(span.top, []).append(span)
    return {supplier: together for supplier, together in found.items() if len(together) > 1}


def can_supply(buyer: Span, seller: str, world: Mapping[str, float]) -> bool:
    """Return whether a seller provides 5 % or more of what the buyer imports, or of world exports, and the imports
    count."""
    limit = parameter("can_supply_share")
    return counts(buyer) and bool(buyer.shares) and max(buyer.shares.get(seller, 0.0), world.get(seller, 0.0)) >= limit


def moved(now: Span, then: Span, supplier: str) -> float | None:
    """Return how far a supplier's mean share moved; None where a year of either span has no imports."""
    if not (now.shares and then.shares):
        return None
    return now.shares.get(supplier, 0.0) - then.shares.get(supplier, 0.0)


def largest_move(now: Span, then: Span) -> tuple[str, float] | None:
    """Return the supplier whose mean share moved most, and by how much; None where that cannot be said.

    A span in which one year dwarfs the others says nothing of change.
    """
    if not (now.shares and then.shares) or now.spiked or then.spiked:
        return None
    moves = {
        supplier: now.shares.get(supplier, 0.0) - then.shares.get(supplier, 0.0)
        for supplier in sorted(now.shares.keys() | then.shares.keys())
    }
    supplier = max(moves, key=lambda code: abs(moves[code]))
    return supplier, moves[supplier]
