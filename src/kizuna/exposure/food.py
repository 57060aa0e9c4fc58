"""Staple food: concentration of imports, self-sufficiency, import dependency and stocks, in food energy.

Trade is a mean of 2015 to 2017, production is of 2020, stocks are of 2017 to 2019: indices that mix them are
approximate, and each row says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure import supply_balance
from kizuna.exposure.block import Block, GatheredRows
from kizuna.exposure.concentration import herfindahl, top_share
from kizuna.exposure.importers import importers_of
from kizuna.exposure.indicators import indicator
from kizuna.floor.params import parameter
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables
from kizuna.tables.crops import FAO_ITEMS

CROPS = FAO_ITEMS
OF_IMPORTS = ("imports", "supplier_count", "import_hhi", "effective_suppliers", "top1_share", "top3_share")
TRADE_VINTAGE = "trade is the mean of 2015 to 2017"
APPROXIMATE = "approximate: trade is the mean of 2015 to 2017, production of 2020, stocks of 2017 to 2019"


def measure_food(
    tables: Tables, crops: Sequence[str], economies: Sequence[str], blocs: Sequence[Bloc], methods: frozenset[str]
) -> list[Block]:
    """Measure the food indicators of each crop and importer; every row's year is the middle of the trade mean."""
    importers = importers_of(economies, blocs)
    found: dict[str, GatheredRows] = {}
    for crop in crops:
        trade = tables.rows(
            "SELECT buyer, supplier, kcal::HUGEINT FROM food_trade WHERE crop = $crop AND kcal > 0 AND buyer <> "
            "supplier ORDER BY ALL",
            crop=crop,
        )
        stocks = dict(tables.rows("SELECT economy, kcal::DOUBLE FROM food_stocks WHERE crop = $crop", crop=crop))
        made = dict(
            tables.rows(
                "SELECT economy, tonnes::DOUBLE FROM food_production WHERE item_code = $item AND year = $year",
                item=CROPS[crop],
                year=int(parameter("food_production_year")),
            )
        )
        energy = parameter(f"kcal_per_tonne_{crop}")
        for name, members in importers:
            key = (f"FAO:{crop}", int(parameter("food_trade_year")), name)
            for what, value, rows, reason, word in _of_importer(crop, name, members, trade, stocks, made, energy):
                if indicator(what).method in methods:
                    found.setdefault(what, GatheredRows()).add(key, value, rows, reason=reason, word=word)
    return [
        rows_of.block(name, None, "kcal" if name == "imports" else indicator(name).unit, _sources(name))
        for name, rows_of in found.items()
    ]


def _of_importer(
    crop: str,
    name: str,
    members: Sequence[str],
    trade: list[tuple[str, str, int]],
    stocks: dict[str, float],
    made: dict[str, float | None],
    energy: float,
) -> list[tuple[str, float, int, str, str]]:
    """Return (indicator, value, rows used, reason of a gap, words) of one crop and importer."""
    bought: dict[str, int] = {}
    sold = rows = 0
    for buyer, supplier, kcal in trade:
        if buyer in members and supplier not in members:
            bought[supplier] = bought.get(supplier, 0) + kcal
            rows += 1
        elif supplier in members and buyer not in members:
            sold += kcal
    imports = float(sum(bought.values()))
    ordered = sorted(bought.items(), key=lambda item: (-item[1], item[0]))
    result: list[tuple[str, float, int, str, str]] = []
    if ordered:
        amounts = np.array([float(kcal) for _, kcal in ordered])
        hhi = float(herfindahl(amounts)[0])
        result += [
            ("imports", imports, rows, "", TRADE_VINTAGE),
            ("supplier_count", float(len(ordered)), rows, "", TRADE_VINTAGE),
            ("import_hhi", hhi, rows, "", TRADE_VINTAGE),
            ("effective_suppliers", 1.0 / hhi, rows, "", TRADE_VINTAGE),
            ("top1_share", float(top_share(amounts)[0]), rows, "", ordered[0][0]),
            (
                "top3_share",
                float(top_share(amounts, largest=int(parameter("top3_suppliers")))[0]),
                rows,
                "",
                TRADE_VINTAGE,
            ),
        ]
    else:
        unbought = f"no imports of {crop} by {name} recorded in 2015 to 2017"
        result += [(trade_id, np.nan, 0, unbought, TRADE_VINTAGE) for trade_id in OF_IMPORTS]
    tonnes = [made[code] for code in members if code in made]
    known = [amount for amount in tonnes if amount is not None]
    if not known or not (ordered or sold):
        reason = (
            f"no production of {crop} in 2020 in this snapshot" if not known else f"no trade of {crop} in this snapshot"
        )
        values = [
            (food, np.nan, reason) for food in ("food_self_sufficiency", "food_import_dependency", "food_stocks_to_use")
        ]
    else:
        production = sum(known) * energy
        reason = "exports exceed production and imports: vintages do not balance"
        stock = [stocks[code] for code in members if code in stocks]
        use = supply_balance.apparent_consumption(production, imports, float(sold))
        values = [
            ("food_self_sufficiency", float(supply_balance.self_sufficiency(production, imports, float(sold))), reason),
            (
                "food_import_dependency",
                float(supply_balance.import_dependency(production, imports, float(sold))),
                reason,
            ),
            (
                "food_stocks_to_use",
                float(supply_balance.stocks_to_use(sum(stock), use)) if stock else np.nan,
                reason if stock else f"no stocks of {crop} in this snapshot",
            ),
        ]
    absent = len(members) - len(known)
    word = APPROXIMATE + (
        f"; no production figure for {absent} of {len(members)} members, counted as none" if absent and known else ""
    )
    return result + [(food, value, rows + 2, why if np.isnan(value) else "", word) for food, value, why in values]


def _sources(name: str) -> tuple[str, ...]:
    return ("food_trade", "food_production", "food_stocks") if name.startswith("food_") else ("food_trade",)
