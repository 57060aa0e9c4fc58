"""Small pieces of prose: names of economies and commodities as they stand in a sentence, spans of years, lists."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.brief.document import Run, Words
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

WITH_ARTICLE = frozenset(
    {
        "USA",
        "ARE",
        "PHL",
        "NLD",
        "GBR",
        "CZE",
        "DOM",
        "COD",
        "COG",
        "BHS",
        "GMB",
        "MDV",
        "COM",
        "CAF",
        "SYC",
        "SLB",
        "MHL",
    }
)


def economy_name(tables: Tables, code: str) -> str:
    """Return an economy's name inside a sentence.

    Notes
    -----
    ``S19`` is written as the publisher has it; what stands behind it in practice is among the caveats.
    """
    if code == "S19":
        return "Other Asia, n.e.s."
    name = tables.economies.get(code).name_en
    return f"the {name}" if code in WITH_ARTICLE else name


def commodity_name(commodity: Commodity) -> str:
    """Return a commodity's name inside a sentence, with a small first letter unless it is an abbreviation.

    Examples
    --------
    >>> commodity_name(Commodity("x", "HS92", ("250410",), "Natural graphite"))
    'natural graphite'
    """
    name = commodity.name.split(" (")[0]
    return small(name)


def years_in_words(years: Sequence[int]) -> str:
    """Return a span of years.

    Examples
    --------
    >>> years_in_words((2021, 2022, 2023)), years_in_words((2023,))
    ('2021 to 2023', '2023')
    """
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def sentence(*runs: Run) -> Words:
    """Return runs as words, the first letter made large."""
    first = runs[0]
    return (capital(first), *runs[1:]) if isinstance(first, str) else runs


def capital(text: str) -> str:
    """Return a text with a large first letter.

    Examples
    --------
    >>> capital("the United States")
    'The United States'
    """
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return a text with a small first letter, unless it begins with an abbreviation.

    Examples
    --------
    >>> small("Rare earths"), small("LNG")
    ('rare earths', 'LNG')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
