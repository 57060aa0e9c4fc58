"""How numbers are written: two significant figures in prose, three in tables, units in words."""

from __future__ import annotations

import math

from kizuna.floor.params import parameter

PROSE_DIGITS = 2
TABLE_DIGITS = 3
NEARLY_ONE = 0.95
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "thousand"))
_MASSES = ((1e6, "Mt"), (1e3, "kt"))


def usd(amount: float, digits: int = PROSE_DIGITS) -> str:
    """Return an amount of money in words.

    Examples
    --------
    >>> usd(73_412_345), usd(1_363_000_000), usd(999_999_999), usd(0), usd(139_692_100_000, 3)
    ('73 m USD', '1.4 bn USD', '1.0 bn USD', '0 USD', '140 bn USD')
    """
    return f"{_scaled(amount, digits, _SCALES)} USD"


def dollars(amount: float, digits: int = PROSE_DIGITS) -> str:
    """Return an amount of money in words without its currency, where a caption names it.

    Examples
    --------
    >>> dollars(73_412_345), dollars(4_200)
    ('73 m', '4.2 thousand')
    """
    return _scaled(amount, digits, _SCALES)


def millions(amount: float, digits: int = TABLE_DIGITS) -> str:
    """Return an amount of money in millions, for a column whose head names the unit.

    Examples
    --------
    >>> millions(4_782_412_000), millions(228_800_000), millions(2_649), millions(0)
    ('4,780', '229', '0.00265', '0')
    """
    whole, point, part = significant(amount / 1e6, digits).partition(".")
    return f"{int(whole):,}{point}{part}"


def tonnes(mass_t: float, digits: int = PROSE_DIGITS) -> str:
    """Return a mass in tonnes, kilotonnes or megatonnes.

    Examples
    --------
    >>> tonnes(15_101), tonnes(812), tonnes(43_760_000)
    ('15 kt', '810 t', '44 Mt')
    """
    text = _scaled(mass_t, digits, _MASSES)
    return text if text.endswith("t") else f"{text} t"


def per_cent(share: float, digits: int = PROSE_DIGITS) -> str:
    """Return a share as per cent.

    Examples
    --------
    >>> per_cent(0.9009), per_cent(0.046), per_cent(1.0), per_cent(0.00012), per_cent(0.9996), per_cent(0)
    ('90 %', '4.6 %', '100 %', '0.012 %', '99.96 %', '0 %')
    """
    if 0.995 <= share < 1:
        return f"{share * 100:.2f} %"
    return f"{significant(share * 100, digits)} %"


def share_of_need(share: float, digits: int = PROSE_DIGITS) -> str:
    """Return a share of need as per cent; one that is too small to say anything as under the least that does.

    Examples
    --------
    >>> share_of_need(0.0371), share_of_need(3e-9), share_of_need(0), share_of_need(1.0449, 3)
    ('3.7 %', 'under 0.001 %', '0 %', '104 %')
    """
    least = parameter("brief_least_share")
    return f"under {per_cent(least, 1)}" if 0 < share < least else per_cent(max(share, 0.0), digits)


def span(days: float, digits: int = PROSE_DIGITS) -> str:
    """Return a span of time in days, or in months of a twelfth of a year from one month on.

    Examples
    --------
    >>> span(7), span(30), span(106.46), span(730)
    ('7 days', '1 month', '3.5 months', '24 months')
    """
    months = days / parameter("material_step_days")
    if months < NEARLY_ONE:
        return f"{days:.0f} days"
    text = f"{float(significant(max(months, 1), digits)):g}"
    return f"{text} month" if text == "1" else f"{text} months"


def points(change: float) -> str:
    """Return a change of a share in whole percentage points, with its sign.

    Examples
    --------
    >>> points(0.231), points(-0.05), points(0.001)
    ('+23', '-5', '0')
    """
    whole = round(change * 100)
    return f"{whole:+d}" if whole else "0"


def index(value: float, digits: int = TABLE_DIGITS) -> str:
    """Return an index with a fixed number of significant figures.

    Examples
    --------
    >>> index(0.813378), index(0.000325), index(12.3456)
    ('0.813', '0.000325', '12.3')
    """
    return significant(value, digits)


def significant(value: float, digits: int) -> str:
    """Return a number with so many significant figures and no exponent.

    Examples
    --------
    >>> significant(1234.5, 2), significant(9.96, 2), significant(0, 3)
    ('1200', '10', '0')
    """
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    rounded = round(value, digits - 1 - power)
    power = math.floor(math.log10(abs(rounded)))
    return f"{rounded:.{max(digits - 1 - power, 0)}f}"


def _scaled(amount: float, digits: int, scales: tuple[tuple[float, str], ...]) -> str:
    if amount == 0:
        return "0"
    rounded = float(significant(amount, digits))
    for size, word in scales:
        if abs(rounded) >= size:
            return f"{significant(rounded / size, digits)} {word}"
    return significant(rounded, digits)
