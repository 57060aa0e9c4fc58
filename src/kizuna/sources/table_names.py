"""Names of stored tables that have a meaning of their own."""

from __future__ import annotations

import re

TRADE = re.compile(r"trade_hs\d\d")  # one a revision of the Harmonized System
PRODUCT_NAMES = "product_names"
IO_TABLE = "io_table"  # a row an industry: its sales to each industry (use) and to each final use, in the unit named
PRODUCER, UNIT, OUTPUT, USE, FINAL = "producer", "unit", "output", "use ", "final "
BETWEEN = "."  # region and sector of a label
OVER = "_own"  # ends the name of a table whose rows stand above those of another


def year_of_table(name: str) -> str:
    """Return the year that ends the name of an input-output table; empty where none does.

    Examples
    --------
    >>> year_of_table("oecd-icio2021-2018"), year_of_table("mine")
    ('2018', '')
    """
    found = re.search(r"\d{4}$", name)
    return found[0] if found else ""


def over(table: str) -> str:
    """Return the table of a user's own rows that stand above those of a table."""
    return table + OVER
