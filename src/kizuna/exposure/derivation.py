"""How a figure is derived: the SQL that returns its rows, and the function that turns those rows into the figure.

Every figure of a brief carries one :class:`kizuna.floor.figures.Derivation`. :func:`recompute` runs it again from
nothing but its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.concentration import effective_suppliers, herfindahl, top_share
from kizuna.exposure.dependency import import_export_ratio
from kizuna.exposure.exposure import Row
from kizuna.exposure.food import CROPS
from kizuna.exposure.indicators import indicator
from kizuna.exposure.production import USGS_SERIES
from kizuna.exposure.spans import mean_imports, mean_shares
from kizuna.floor.errors import UnknownNameError
from kizuna.floor.figures import Derivation
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T
from kizuna.tables.build import MADE_FROM, Tables
from kizuna.tables.commodities import REVISIONS, Commodity

Rows = list[tuple[object, ...]]
MEASURED = "kizuna.exposure.measure:measure_exposure "
UNNAMED = "other countries"
# Indicator -> recipe that recomputes it from the imports by supplier.
FROM_IMPORTS = {
    "supplier_count": "suppliers",
    "import_hhi": "hhi",
    "effective_suppliers": "effective",
    "top1_share": "top1",
    "top3_share": "top3",
    "cdi1": "hhi",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to turn the rows of a query into a number; ``formula`` says it in symbols."""

    name: str
    formula: str
    apply: Callable[[Rows, str], float]


def by_supplier(commodities: Sequence[Commodity], buyers: Sequence[str], years: Sequence[int], basis: str) -> str:
    """Return the query for imports by year and supplier; trade among the buyers is left out."""
    amount = "value_usd" if basis == "value" else "mass_kg"
    bought = _in("buyer", buyers) + f" AND NOT {_in('supplier', buyers)}"
    return (
        f"SELECT year, supplier, sum({amount})::HUGEINT AS amount FROM flows WHERE {codes_of(commodities)} "
        f"AND {_in('year', years)} AND {bought} AND {amount} > 0 GROUP BY ALL ORDER BY year, amount DESC, supplier"
    )


def by_exporter(commodities: Sequence[Commodity], years: Sequence[int], basis: str) -> str:
    """Return the query for world exports by year and exporter."""
    amount = "value_usd" if basis == "value" else "mass_kg"
    return (
        f"SELECT year, supplier, sum({amount})::HUGEINT AS amount FROM flows WHERE {codes_of(commodities)} "
        f"AND {_in('year', years)} AND buyer <> supplier AND {amount} > 0 GROUP BY ALL ORDER BY year, amount DESC, "
        "supplier"
    )


def both_ways(commodities: Sequence[Commodity], economy: str, years: Sequence[int], basis: str) -> str:
    """Return the query for an economy's imports and exports by year."""
    amount = "value_usd" if basis == "value" else "mass_kg"
    return (
        f"SELECT year, CASE WHEN buyer = '{economy}' THEN 'imports' ELSE 'exports' END AS side, "
        f"sum({amount})::HUGEINT AS amount "
        f"FROM flows WHERE {codes_of(commodities)} AND {_in('year', years)} AND (buyer = '{economy}' OR supplier = "
        f"'{economy}') "
        f"AND buyer <> supplier AND {amount} > 0 GROUP BY ALL ORDER BY year, side DESC"
    )


def by_producer(series: str, year: int) -> str:
    """Return the query for world production of a series: a mineral of World Mining Data, or a USGS series.

    What the USGS gives for other countries together is the row ``other countries``.
    """
    if not series.startswith(USGS_SERIES):
        return (
            "SELECT year, economy::VARCHAR AS economy, amount_thousandths::HUGEINT AS amount FROM mine_production "
            f"WHERE mineral = '{series}' AND year = {year} AND amount_thousandths > 0 ORDER BY amount DESC, "
            "mine_production.economy"
        )
    _, commodity, stage, *word = series.split(":")
    asked = f"commodity = '{commodity}' AND stage = '{stage}' AND contains(type, '{word[0] if word else ''}')"
    return (
        f"SELECT year, economy::VARCHAR AS economy, (amount * 1000)::HUGEINT AS amount FROM usgs_production "
        f"WHERE {asked} AND year = {year} AND amount > 0 UNION ALL "
        f"SELECT year, '{UNNAMED}', sum(amount * 1000)::HUGEINT FROM usgs_unnamed "
        f"WHERE {asked} AND year = {year} AND amount > 0 GROUP BY year ORDER BY amount DESC, economy"
    )


def codes_of(commodities: Sequence[Commodity]) -> str:
    """Return the condition that picks the codes of some commodities, revision by revision."""
    revisions: dict[str, set[str]] = {}
    for commodity in commodities:
        revisions.setdefault(commodity.revision, set()).update(commodity.codes)
    parts = [
        f"revision = '{revision}' AND {_in('product', sorted(codes))}" for revision, codes in sorted(revisions.items())
    ]
    return f"({' OR '.join(parts)})" if len(parts) > 1 else parts[0]


def derive(
    tables: Tables, recipe: str, query: str, rows_used: int, notes: Sequence[str] = (), word: str = ""
) -> Derivation:
    """Return the derivation of a figure by one of the recipes; ``word`` tells the recipe the supplier or the years."""
    found = recipe_of(recipe)
    return Derivation(
        query=query,
        formula=found.formula,
        function=f"kizuna.exposure.derivation:recompute {recipe}{' ' + word if word else ''}",
        inputs=tables.inputs(tables_in(query), revision_in(query)),
        rows_used=rows_used,
        notes=tuple(notes),
    )


def revision_in(query: str) -> str:
    """Return the one revision that a query asks for; empty where it asks for several or none."""
    named = [revision for revision in REVISIONS if f"revision = '{revision}'" in query]
    return named[0] if len(named) == 1 else ""


def tables_in(query: str) -> tuple[str, ...]:
    """Return the SQL tables that a query reads.

    Examples
    --------
    >>> tables_in("SELECT year FROM flows WHERE year = 2023")
    ('flows',)
    """
    words = set(re.findall(r"\w+", query))
    return tuple(name for name in MADE_FROM if name in words)


def derive_row(tables: Tables, row: Row, commodity: Commodity, series: str = "") -> Derivation:
    """Return the derivation of one measured row.

    Where the indicator follows from the rows of one query, a recipe on that query; else the trade, production or food
    that its method read, and the call to repeat.

    Parameters
    ----------
    commodity
        What the row measured; of GeoPolRisk, the codes as the method maps them.
    series
        Series of world production that belongs to the commodity; needed for concentration of production.
    """
    said = row.detail if row.method not in ("concentration", "partners") else ""
    notes = tuple(note for note in (said, row.note) if note)
    if row.gap is None:
        found = _recipe_of_row(row, commodity, series)
        if found is not None:
            recipe, query, word = found
            return derive(tables, recipe, query, row.rows_used, notes, word)
    return _derive_measured(tables, row, commodity, notes)


def _recipe_of_row(row: Row, commodity: Commodity, series: str) -> tuple[str, str, str] | None:
    """Return recipe, query and word of a row that a recipe can recompute."""
    basis = row.basis or "value"
    if row.indicator == "production_hhi":
        return "hhi-named", by_producer(series, row.year), ""
    if row.revision not in REVISIONS:
        return None
    imports = by_supplier([commodity], [row.economy], [row.year], basis)
    if row.indicator in FROM_IMPORTS:
        return FROM_IMPORTS[row.indicator], imports, ""
    if row.indicator == "imports":
        return f"total-{row.unit}", imports, ""
    if row.indicator == "partner_share":
        return "share", imports, row.detail
    if row.indicator in ("import_export_ratio", "cdi3"):
        return "ratio", both_ways([commodity], row.economy, [row.year], basis), ""
    if row.indicator == "world_export_hhi":
        return "hhi", by_exporter([commodity], [row.year], basis), ""
    return None


def _derive_measured(tables: Tables, row: Row, commodity: Commodity, notes: Sequence[str]) -> Derivation:
    found, stored = indicator(row.indicator), tables.store
    if row.revision == "FAO":
        query = (
            f"SELECT 'trade' AS kind, supplier::VARCHAR AS economy, kcal::DOUBLE AS amount FROM food_trade "
            f"WHERE crop = '{row.product}' AND buyer = '{row.economy}' AND kcal > 0 UNION ALL "
            f"SELECT 'production, t', economy::VARCHAR, tonnes::DOUBLE FROM food_production "
            f"WHERE item_code = {CROPS[row.product]} AND year = {int(parameter('food_production_year'))} "
            f"AND economy = '{row.economy}' UNION ALL "
            f"SELECT 'stocks', economy::VARCHAR, kcal::DOUBLE FROM food_stocks "
            f"WHERE crop = '{row.product}' AND economy = '{row.economy}' ORDER BY kind DESC, amount DESC, economy"
        )
    else:
        query = by_supplier([commodity], [row.economy], [row.year], row.basis or "value")
    behind = ((table, stored.sha256(table)) for table in stored.names() if stored.source(table).id in row.sources)
    subject = f"material {commodity.material}" if commodity.material else f"product {_product(row)}"
    return Derivation(
        query=query,
        formula=found.formula,
        function=f"{MEASURED}{found.method} {subject}",
        inputs=tuple(dict.fromkeys((*tables.inputs(tables_in(query), revision_in(query)), *behind))),
        rows_used=row.rows_used,
        notes=tuple(notes),
    )


def _product(row: Row) -> str:
    return row.product if row.revision == "FAO" else f"{row.revision}:{row.product}"


def recompute(tables: Tables, derivation: Derivation) -> float:
    """Run a derivation's query again and apply its recipe.

    Raises
    ------
    UnknownNameError
        If the derivation names no recipe of this module.
    """
    recipe, _, word = derivation.function.partition(" ")[2].partition(" ")
    return recipe_of(recipe).apply(tables.rows(derivation.query), word)


def recipe_of(name: str) -> Recipe:
    """Return a recipe by name."""
    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
    return RECIPES[name]


def _amounts(rows: Rows) -> np.ndarray:
    return np.array([int(str(row[-1])) for row in rows], dtype=np.int64)


def _yearly(rows: Rows) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for year, supplier, amount in rows:
        found.setdefault(int(str(year)), {})[str(supplier)] = int(str(amount))
    return found


def _hhi_named(rows: Rows, _: str) -> float:
    named = [row for row in rows if row[1] != UNNAMED]
    share = int(_amounts(named).sum()) / int(_amounts(rows).sum())
    return float(share**2 * herfindahl(_amounts(named))[0])


def _top3(rows: Rows) -> float:
    return float(top_share(_amounts(rows), largest=int(parameter("top3_suppliers")))[0])


def _mean_usd(rows: Rows, word: str) -> float:
    found = _yearly(rows)
    return mean_imports(found | {missing: {} for missing in range(-1, len(found) - int(word) - 1, -1)})


def _mean_supplier_usd(rows: Rows, word: str) -> float:
    supplier, _, years = word.partition(" over ")
    return sum(year.get(supplier, 0) for year in _yearly(rows).values()) / int(years)


def _mean_effective(rows: Rows) -> float:
    return float(effective_suppliers([share for share in mean_shares(_yearly(rows)).values() if share > 0])[0])


def _ratio(rows: Rows, _: str) -> float:
    side = {str(row[1]): float(str(row[2])) for row in rows}
    return float(import_export_ratio(np.array([side["imports"]]), np.array([side.get("exports", 0.0)]))[0])


def _share(rows: Rows, supplier: str) -> float:
    amounts = {str(row[1]): int(str(row[2])) for row in rows}
    return amounts.get(supplier, 0) / sum(amounts.values())


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("total-usd", "sum of amount", lambda rows, _: float(_amounts(rows).sum())),
        Recipe("total-t", "sum of amount / 1000", lambda rows, _: float(_amounts(rows).sum()) / KG_PER_T),
        Recipe("hhi-named", "sum of (amount / total)^2 over named producers", _hhi_named),
        Recipe("suppliers", "number of rows", lambda rows, _: float(len(rows))),
        Recipe("hhi", "sum of (amount / total)^2", lambda rows, _: float(herfindahl(_amounts(rows))[0])),
        Recipe(
            "effective", "1 / sum of (amount / total)^2", lambda rows, _: float(effective_suppliers(_amounts(rows))[0])
        ),
        Recipe("top1", "largest amount / total", lambda rows, _: float(top_share(_amounts(rows))[0])),
        Recipe("top3", "three largest amounts / total", lambda rows, _: _top3(rows)),
        Recipe("share", "amount of the named supplier / total", _share),
        Recipe("ratio", "imports / exports", _ratio),
        Recipe("mean-usd", "mean over years of the yearly total; a year without rows counts 0", _mean_usd),
        Recipe(
            "mean-share",
            "mean over years of the named supplier's yearly share",
            lambda rows, s: mean_shares(_yearly(rows)).get(s, 0.0),
        ),
        Recipe("mean-effective", "1 / sum of (mean yearly share)^2", lambda rows, _: _mean_effective(rows)),
        Recipe(
            "mean-supplier-usd",
            "mean over years of the named supplier's yearly amount; a year without rows counts 0",
            _mean_supplier_usd,
        ),
    )
}


def _in(column: str, values: Sequence[object]) -> str:
    written = [f"'{value}'" if isinstance(value, str) else str(value) for value in values]
    return f"{column} = {written[0]}" if len(written) == 1 else f"{column} IN ({', '.join(written)})"
