"""What exporters mined, beside what they sold: to tell hubs, and falls of exports that production does not bear out."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.exposure.content import MINE_SERIES
from kizuna.exposure.production import Production, read_production
from kizuna.score.history import REVISION
from kizuna.tables.build import Tables
from kizuna.tables.materials import load_materials


@dataclass(frozen=True, slots=True)
class Produced:
    """Mine production behind each product.

    Parameters
    ----------
    amounts
        Production in kg of what the publisher counts, by (product, economy, year); absent where it lists none.
    comparable
        Products whose trade counts the same thing as production, each the only code of its stage.
    years
        Years in which the world's production is known, by product.
    """

    amounts: dict[tuple[str, str, int], float]
    comparable: frozenset[str]
    years: dict[str, frozenset[int]]

    def mass_kg(self, product: str, economy: str, year: int) -> float | None:
        """Return production in kg of traded mass, None where it is not known or not comparable."""
        if product not in self.comparable or year not in self.years.get(product, ()):
            return None
        return self.amounts.get((product, economy, year), 0.0)

    def moved(self, product: str, economy: str, year: int) -> str:
        """Return ``rose`` or ``fell`` from the year before, ``unknown`` where one of them is not known."""
        now, before = (self.amounts.get((product, economy, when)) for when in (year, year - 1))
        if now is None or before is None:
            return "unknown"
        return "rose" if now > before else "fell"


def read_produced(tables: Tables) -> Produced:
    """Read production behind every code whose stage World Mining Data counts; the codes of one stage share its series.

    A refined form that it does not count has none here: what a country mines does not say what it refines.
    """
    years = [int(year) for (year,) in tables.rows("SELECT DISTINCT year FROM mine_production ORDER BY year")]
    amounts: dict[tuple[str, str, int], float] = {}
    comparable: set[str] = set()
    known: dict[str, frozenset[int]] = {}
    for material in load_materials():
        for stage in material.stages.values():
            series = [name.removeprefix(MINE_SERIES) for name in stage.series if name.startswith(MINE_SERIES)]
            codes = [code for code in stage.codes_of(REVISION) if code not in known]
            if not series or not codes or not years:
                continue
            made = read_production(tables, series, years)
            whole = frozenset(year for year in years if all((name, year) in made for name in series))
            for code in codes:
                known[code] = whole
                _add_amounts(tables, amounts, code, [made[name, year] for name in series for year in sorted(whole)])
            factors = [material.content_factor(f"{REVISION}:{codes[0]}", MINE_SERIES + name) for name in series]
            if len(codes) == 1 and all(factor == 1.0 for factor in factors):
                comparable.add(codes[0])
    return Produced(amounts, frozenset(comparable), known)


def _add_amounts(
    tables: Tables, amounts: dict[tuple[str, str, int], float], code: str, worlds: list[Production]
) -> None:
    for world in worlds:
        for economy, amount in zip(world.economy.tolist(), world.amount.tolist(), strict=True):
            key = (code, tables.economy_codes[economy], world.year)
            amounts[key] = amounts.get(key, 0.0) + float(amount) * world.kg
