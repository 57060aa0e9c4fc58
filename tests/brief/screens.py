"""Screens to make pages of: that of the embedded figures, and made-up rows in any number."""

from __future__ import annotations

from dataclasses import replace

from kizuna.exposure.screen import Common, Screen, screen
from kizuna.tables.build import Tables

PARTNERS = ["JPN", "IND"]
SUPPLIERS = ("CHN", "AUS", "ZAF", "BRA", "USA", "TUR", "FIN", "IDN", "COD", "S19", "CHL", "PER")


def real_screen(tables: Tables, year: int = 2023, revision: str = "HS92") -> Screen:
    """Return the screen of Japan and India on the embedded figures."""
    return screen(tables, PARTNERS, year, revision=revision)


def renamed(found: Screen, name: str) -> Screen:
    """Return a screen whose first product has another name."""
    return replace(found, common=(replace(found.common[0], name=name), *found.common[1:]))


def longer(found: Screen, rows: int) -> Screen:
    """Return a screen of so many rows, made of those it has: other codes, suppliers and amounts, in their order."""
    made = []
    for place in range(rows):
        one, supplier = found.common[place % len(found.common)], SUPPLIERS[place % len(SUPPLIERS)]
        bought = tuple(
            replace(each, top=supplier, top_usd=each.top_usd + place, imports_usd=each.imports_usd + place)
            for each in one.bought
        )
        made.append(Common(f"{place:06d}", f"{one.name}, kind {place}", supplier, bought))
    made.sort(key=lambda one: (-one.stake_usd, one.product))
    return replace(found, common=tuple(made), products=max(rows, found.products))
