"""Forms of stored tables: their columns, with type and range, and the key that names a row once.

A form is the same whether a table ships, comes from a publisher's file, or is a user's own; two have none: trade under
the publisher's codes (``intake/baci_year.py`` checks it row by row), and input-output tables, whose columns differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from kizuna.floor.errors import UnknownNameError
from kizuna.sources.checks import Column, number, text
from kizuna.sources.table_names import TRADE

HS6 = r"^[0-9]{6}$"
ISO3 = r"^[A-Z][A-Z0-9]{2}$"
PERIOD = r"^[0-9]{4}(0[1-9]|1[0-2])?$"  # a year, or a month of one
HS_OR_TOTAL = r"^(TOTAL|[0-9]{2}|[0-9]{4}|[0-9]{6})$"
REVISION = r"^HS(92|96|02|07|12|17|22)$"
AMOUNT = pl.Decimal(18, 3)
SCORE = pl.Decimal(18, 15)
FIRST_YEAR, LAST_YEAR = 1900, 2100
FAO_AREA = r"^([A-Z][A-Z0-9]{2}|F[0-9]+)$"
FAO_FLAG = r"^(|\*|[A-Z][A-Za-z]?)$"
FAO_UNIT = r"^(t|An|1000 An|No|1000 USD)$"
REPORTS = "trade_reports"


@dataclass(frozen=True, slots=True)
class Form:
    """One table's form.

    Parameters
    ----------
    meaning
        What a row is.
    columns
        Type, nullability and range of each column, in their order.
    key
        Columns that together name a row once.
    units
        Unit of each column of amounts.
    """

    meaning: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    units: Mapping[str, str]


def form_of(table: str) -> Form:
    """Return the form of a stored table; raises UnknownNameError where it has none."""
    if TRADE.fullmatch(table):
        table = "trade"
    if table not in forms():
        raise UnknownNameError("stored table", table, forms())
    return forms()[table]


@cache
def forms() -> Mapping[str, Form]:
    """Return all forms by the name of their table."""
    year = number(pl.Int16, FIRST_YEAR, LAST_YEAR)
    return {
        "economy_codes": Form(
            "a publisher's code of an economy",
            {
                "publisher": text(),
                "code": number(pl.Int16, 1),
                "name": text(),
                "iso2": text(nullable=True, pattern=r"^[A-Z]{2}$"),
                "iso3": text(pattern=ISO3),
            },
            ("publisher", "code"),
            {},
        ),
        "product_names": Form(
            "the name of a product",
            {"revision": text(pattern=REVISION), "product": text(pattern=HS6), "name": text()},
            ("revision", "product"),
            {},
        ),
        "governance": Form(
            "political stability of an economy in a year",
            {
                "iso3": text(pattern=ISO3),
                "year": year,
                "estimate": number(SCORE, -5, 5, nullable=True),
                "standard_error": number(SCORE, 0, 5, nullable=True),
            },
            ("iso3", "year"),
            {"estimate": "standard normal units", "standard_error": "standard normal units"},
        ),
        "gdp": Form(
            "gross domestic product of an economy in a year",
            {"iso3": text(pattern=ISO3), "year": year, "usd": number(pl.Decimal(24, 2), 0)},
            ("iso3", "year"),
            {"usd": "current US dollars"},
        ),
        "population": Form(
            "population of an economy in a year",
            {"iso3": text(pattern=ISO3), "year": year, "persons": number(pl.Int64, 0)},
            ("iso3", "year"),
            {"persons": "persons"},
        ),
        "mine_production": Form(
            "mine production of a mineral in an economy and year",
            {
                "mineral": text(),
                "country": text(),
                "country_code": number(pl.Int16, 1, nullable=True),
                "iso3": text(pattern=ISO3),
                "year": year,
                "unit": text(pattern=r"^(metr\. t|kg|ct|Mio m3)$"),
                "status": text(pattern="^[erp]$"),
                "amount": number(AMOUNT, 0, nullable=True),
            },
            ("mineral", "iso3", "year"),
            {"amount": "as the row's unit says"},
        ),
        "usgs_production": Form(
            "production of a commodity at a stage in an economy and year",
            {
                "commodity": text(),
                "country": text(),
                "stage": text(pattern="^(mine|refinery|plant|smelter|other)$"),
                "type": text(),
                "year": year,
                "status": text(pattern="^(reported|estimated)$"),
                "unit": text(pattern="^(t|kt|mmt|kg|ct|kct|mct|mcm)$"),
                "amount": number(AMOUNT, 0, nullable=True),
            },
            ("commodity", "country", "stage", "type", "year"),
            {"amount": "as the row's unit says"},
        ),
        "food_production": Form(
            "production of a crop or product in an area and year",
            {
                "area_code": text(pattern=FAO_AREA),
                "area": text(),
                "item_code": number(pl.Int32, 1),
                "item": text(),
                "year": year,
                "tonnes": number(pl.Decimal(18, 2), 0, nullable=True),
                "flag": text(pattern=FAO_FLAG),
            },
            ("area_code", "item_code", "year"),
            {"tonnes": "tonnes"},
        ),
        "food_trade_reports": Form(
            "one economy's report of its trade of a food item with another in a year",
            {
                "reporter_code": number(pl.Int16, 1),
                "partner_code": number(pl.Int16, 1),
                "item_code": number(pl.Int16, 1),
                "flow": text(pattern="^(import|export)$"),
                "measure": text(pattern="^(quantity|value)$"),
                "unit": text(pattern=FAO_UNIT),
                "year": year,
                "amount": number(pl.Float64, 0, nullable=True),
                "flag": text(pattern=FAO_FLAG),
            },
            ("year", "item_code", "reporter_code", "partner_code", "flow", "measure", "unit"),
            {"amount": "as the row's unit says: t tonnes, An head, No number, 1000 USD thousand current US dollars"},
        ),
        "food_balances": Form(
            "one entry of an area's food balance of an item in a year",
            {
                "area_code": text(pattern=FAO_AREA),
                "area": text(),
                "item_code": number(pl.Int32, 1),
                "item": text(),
                "element_code": number(pl.Int32, 1),
                "element": text(),
                "year": year,
                "unit": text(),
                "amount": number(pl.Float64, nullable=True),
                "flag": text(pattern=FAO_FLAG),
            },
            ("area_code", "item_code", "element_code", "year"),
            {"amount": "as the row's unit says"},
        ),
        "trade": Form(
            "a flow of a product from a supplier to a buyer in a year, economies by name",
            {
                "year": year,
                "product": text(pattern=HS6),
                "buyer": text(pattern=ISO3),
                "supplier": text(pattern=ISO3),
                "value_usd": number(pl.Int64, 1),
                "mass_kg": number(pl.Int64, 1, nullable=True),
                "coverage": text(pattern="^(complete|top flows)$"),
            },
            ("year", "product", "buyer", "supplier"),
            {"value_usd": "current US dollars", "mass_kg": "kilograms"},
        ),
        REPORTS: Form(
            "one economy's report of its trade of a product with another in a period",
            {
                "period": text(pattern=PERIOD),
                "revision": text(pattern=REVISION),
                "product": text(pattern=HS_OR_TOTAL),
                "reporter_code": number(pl.Int16, 1),
                "partner_code": number(pl.Int16, 0),
                "flow": text(pattern="^(import|export|re-import|re-export|DX|FM|MIP|MOP|MIF|XIP|XOP|XIF)$"),
                "value_usd": number(pl.Decimal(24, 3), 0, nullable=True),
                "cif_usd": number(pl.Decimal(24, 3), 0, nullable=True),
                "fob_usd": number(pl.Decimal(24, 3), 0, nullable=True),
                "net_kg": number(pl.Decimal(24, 3), 0, nullable=True),
                "quantity": number(pl.Decimal(24, 3), 0, nullable=True),
                "quantity_unit": number(pl.Int16, nullable=True),
            },
            ("period", "revision", "product", "reporter_code", "partner_code", "flow"),
            {"value_usd": "current US dollars", "cif_usd": "current US dollars", "fob_usd": "current US dollars",
             "net_kg": "kilograms", "quantity": "as quantity_unit says, a code of UN Comtrade"},
        ),
        "chokepoint_transits": Form(
            "transits of a chokepoint by one kind of ship in a day or month",
            {
                "chokepoint": text(),
                "name": text(),
                "date": Column(pl.Date),
                "days": number(pl.Int16, 1, 31),
                "kind": text(pattern="^(container|dry_bulk|general_cargo|roro|tanker|cargo|total)$"),
                "transits": number(pl.Int32, 0),
                "capacity_tonnes": number(pl.Float64, 0, nullable=True),
            },
            ("chokepoint", "date", "days", "kind"),
            {"transits": "ships", "capacity_tonnes": "metric tonnes"},
        ),
    }  # fmt: skip
