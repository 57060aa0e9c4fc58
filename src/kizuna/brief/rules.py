"""The thresholds as they stand in sentences, so that a page never says another number than the figures follow."""

from __future__ import annotations

from kizuna.brief.amounts import per_cent, usd
from kizuna.floor.params import parameter

_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def share(name: str) -> str:
    """Return a threshold that is a share, such as ``40 %``.

    Examples
    --------
    >>> share("common_supplier_share"), share("can_supply_share")
    ('40 %', '5 %')
    """
    return per_cent(parameter(name)).replace(".0 ", " ")


def money(name: str) -> str:
    """Return a threshold in US dollars, such as ``10 m USD``.

    Examples
    --------
    >>> money("headline_usd"), money("table_usd")
    ('10 m USD', '1 m USD')
    """
    return usd(parameter(name)).replace(".0 ", " ")


def settled() -> int:
    """Return the last year that headlines may use."""
    return int(parameter("last_settled_year"))


def years_word() -> str:
    """Return how many years a headline averages, as a word: ``three-year``."""
    return f"{_NUMBERS[int(parameter('years_averaged'))]}-year"
