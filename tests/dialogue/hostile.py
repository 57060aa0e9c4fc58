"""Texts of one line that would make a careless pattern slow, and the clock for them."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

SIZE = 500_000  # five times the longest line that intake lets through
MOST_SECONDS = 2.0
UNITS = (
    "a", " ", '"', "(", "Quad ", "President ", "Minister of Foreign Affairs ", "A B C ", "in A, B, ", "respectively ",
    "2021-",    "May ", "January, ", "1 ", "Dialogue on the margins of the ", "We, the leaders of ",
    "critical and ", "of the ", "said ",
)  # fmt: skip


def one_line(unit: str, size: int = SIZE) -> str:
    """Return one line of that many letters, the unit again and again."""
    return (unit * (size // len(unit) + 1))[:size]


def seconds_of(read: Callable[[str], object], text: str) -> float:
    """Return the processor time that one reading takes, after a first reading of a short text has built the tables."""
    read("India and Japan met on 1 May 2021.")
    before = process_time()
    read(text)
    return process_time() - before
