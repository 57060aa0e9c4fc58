"""Uncertain numbers of a scenario file: one number, or a table ``{low = , mode = , high = }``; spans with a unit."""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Callable, Mapping
from datetime import date, time

from kizuna.floor.params import parameter
from kizuna.scenario.aimed import Spread

SPAN = re.compile(r"([+-]?\d{1,6}(?:\.\d{1,6})?)\s?([dwmy])", flags=re.ASCII)
ENDS = ("low", "mode", "high")
SHARE, INCREASE, FACTOR, A_SPAN = "0 to 1", "a number above 0", "a number of 0 or more", "a span such as 14d, 2m or 1y"


def share(given: object) -> Spread:
    """Read a share, 0 to 1, or a triangle of shares.

    Raises
    ------
    ValueError
        If it is none; says what was found and expected.

    Examples
    --------
    >>> share({"low": 0.5, "mode": 0.7, "high": 1})
    Spread(low=0.5, mode=0.7, high=1.0)
    >>> share(-0.2)
    Traceback (most recent call last):
    ValueError: -0.2; expected 0 to 1
    """
    return _spread(given, lambda one: _number(one, lambda number: 0 <= number <= 1, SHARE))


def increase(given: object) -> Spread:
    """Read an increase as a share of the base, above 0, or a triangle of them; raises ValueError as ``share`` does."""
    return _spread(given, lambda one: _number(one, lambda number: number > 0, INCREASE))


def factor(given: object) -> Spread:
    """Read a number of 0 or more, such as an elasticity, or a triangle; raises ValueError as ``share`` does."""
    return _spread(given, lambda one: _number(one, lambda number: number >= 0, FACTOR))


def days(given: object) -> Spread:
    """Read a span in days, weeks, months or years as days, or a triangle of spans; raises ValueError as ``share`` does.

    Examples
    --------
    >>> days("2w").mode, days({"low": "10d", "mode": "1m", "high": "1y"}).high
    (14.0, 365.0)
    """
    if isinstance(given, Spread):
        return factor(given)
    return _spread(given, _days)


def shown(given: object) -> str:
    """Return a short form of anything that a file may hold, as TOML writes it where that is short."""
    if isinstance(given, bool | date | time):
        return str(given).lower()
    return reprlib.repr(given)


def _spread(given: object, read: Callable[[object], float]) -> Spread:
    if isinstance(given, Spread):
        given = {end: getattr(given, end) for end in ENDS}
    if not isinstance(given, Mapping):
        one = read(given)
        return Spread(one, one, one)
    if set(given) != set(ENDS):
        raise ValueError(f"a table with {', '.join(map(str, given)) or 'nothing'}; expected low, mode and high")
    faults, ends = [], []
    for end in ENDS:
        try:
            ends.append(read(given[end]))
        except ValueError as error:
            faults.append(f"{end} {error}")
    if faults:
        raise ValueError("; ".join(faults))
    if sorted(ends) != ends:
        raise ValueError(f"{', '.join(f'{end} {shown(given[end])}' for end in ENDS)}; expected them in ascending order")
    return Spread(*ends)


def _number(given: object, allowed: Callable[[float], bool], expected: str) -> float:
    number = math.nan
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            number = float(given)
        except OverflowError:
            number = math.inf
    if not (math.isfinite(number) and allowed(number)):
        raise ValueError(f"{shown(given)}; expected {expected}")
    return number


def _days(given: object) -> float:
    found = SPAN.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise ValueError(f"{shown(given)}; expected {A_SPAN}")
    number = float(found[1]) * _unit_days(found[2])
    if number < 0:
        raise ValueError(f"{given}; expected a span of 0d or more")
    return number


def _unit_days(unit: str) -> float:
    if unit == "d":
        return 1.0
    return float({"w": parameter("span_week"), "m": parameter("span_month"), "y": parameter("span_year")}[unit])
