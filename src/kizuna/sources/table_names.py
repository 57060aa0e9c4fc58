"""Names of stored tables that have a meaning of their own."""

from __future__ import annotations

import re

TRADE = re.compile(r"trade_hs\d\d")  # one a revision of the Harmonized System
PRODUCT_NAMES = "product_names"
IO_TABLE = "io_table"  # a row an industry: its sales to each industry (use) and to each final use, in the unit named
PRODUCER, UNIT, OUTPUT, USE, FINAL = "producer", "unit", "output", "use ", "final "
OVER = "_own"  # ends the name of a table whose rows stand above those of another


def over(table: str) -> str:
    """Return the table of a user's own rows that stand above those of a table."""
    return table + OVER
