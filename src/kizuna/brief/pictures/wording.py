"""How a picture writes a number: two significant figures, units an official reads."""

from __future__ import annotations

import math

_STEPS = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


def two_figures(value: float) -> str:
    """Write a non-negative number with two significant figures, and no more digits than that before the point.

    Examples
    --------
    >>> [two_figures(number) for number in (0, 0.0421, 3.04, 12.7, 996)]
    ['0', '0.042', '3.0', '13', '1,000']
    """
    if value == 0:
        return "0"
    rounded = float(f"{value:.2g}")
    digits = max(0, 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{digits}f}"


def usd(value: float) -> str:
    """Write US dollars in m, bn or tn.

    Examples
    --------
    >>> [usd(number) for number in (73_400_000, 1_961_000_000, 304_000, 4_200)]
    ['73 m', '2.0 bn', '0.30 m', 'under 0.01 m']
    """
    rounded = float(f"{value:.2g}")
    for step, word in _STEPS:
        if rounded >= step:
            return f"{two_figures(rounded / step)} {word}"
    return f"{two_figures(rounded / 1e6)} m" if rounded >= 1e4 or rounded == 0 else "under 0.01 m"


def percent(share: float) -> str:
    """Write a share (0 to 1) in per cent.

    Examples
    --------
    >>> [percent(share) for share in (0.904, 0.046, 0.0004, 1, 0)]
    ['90 %', '4.6 %', 'under 0.1 %', '100 %', '0 %']
    """
    if 0 < share < 0.0005:
        return "under 0.1 %"
    if 0.995 <= share < 1:
        return f"{share * 100:.1f} %" if share < 0.9995 else "over 99.9 %"
    return f"{two_figures(share * 100)} %"
