"""Where a material is mined or made: concentration of world production, plain and weighted by governance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.arrays import Floats, Integers
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import WORLD, Block, listed_gaps, listed_keys, listed_words
from kizuna.exposure.concentration import herfindahl
from kizuna.exposure.governance import weighted_concentration
from kizuna.exposure.scores import scores_by_year
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_UNIT, THOUSANDTHS
from kizuna.tables.build import Tables

USGS_SERIES = "usgs:"
SIX_DIMENSIONS = (
    "needs the mean of six governance dimensions; the snapshot holds political stability only, "
    "which does not stand in for it"
)


@dataclass(frozen=True, slots=True)
class Production:
    """World production of one mineral and year.

    ``amount`` counts thousandths of the publisher's unit, shape ``[producer]``, so that sums are exact; ``economy`` are
    positions in the tables' economy codes; ``kg`` is the mass of one thousandth of the unit, not a number where it is
    not weighed; ``unnamed`` is what the publisher gives for other countries together, in the same thousandths;
    ``withheld`` are producers it gives no number for.
    """

    mineral: str
    year: int
    economy: Integers
    amount: Integers
    kg: float
    unnamed: int = 0
    withheld: tuple[str, ...] = ()

    @property
    def named_share(self) -> float:
        """Share of world production whose producers are named, above 0 to 1."""
        named = int(self.amount.sum())
        return named / (named + self.unnamed)

    def mass_kg(self, economies: int) -> Floats:
        """Return production in kg for every economy, shape ``[economy]``; 0 where the publisher lists none."""
        mass = np.zeros(economies)
        mass[self.economy] = self.amount * self.kg
        return mass


def read_production(tables: Tables, minerals: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], Production]:
    """Return production by (mineral, year); a pair that the publisher lacks is not in it."""
    names = tuple(dict.fromkeys(minerals))
    found = tables.arrays(
        """SELECT asked.position, year, enum_code(economy) AS economy, amount_thousandths AS amount,
                  kg_per_thousandth AS kg
           FROM mine_production
           JOIN (SELECT unnest($positions) AS position, unnest($names) AS mineral) asked USING (mineral)
           WHERE year BETWEEN $first AND $last AND amount_thousandths > 0
           ORDER BY asked.position, year, amount DESC, mine_production.economy""",
        positions=list(range(len(names))),
        names=list(names),
        first=min(years),
        last=max(years),
    )
    key = np.stack([found["position"], found["year"]])
    starts = np.flatnonzero(np.diff(key, axis=1, prepend=-1).any(axis=0))
    made = {}
    for first, last in zip(starts, np.append(starts, key.shape[1])[1:], strict=True):
        mineral, year = names[key[0, first]], int(key[1, first])
        economy, amount = found["economy"][first:last].astype(np.int64), found["amount"][first:last]
        made[mineral, year] = Production(mineral, year, economy, amount, float(found["kg"][first]))
    return made


def read_usgs_production(
    tables: Tables, series: Sequence[str], years: Sequence[int]
) -> dict[tuple[str, int], Production]:
    """Return production by (series, year) of USGS series.

    A series is written ``usgs:COMMODITY:STAGE`` or ``usgs:COMMODITY:STAGE:WORD``, with a word of the publisher's type.
    What the publisher gives for "Other countries" together is ``unnamed``; what it withholds is not in it.
    """
    made = {}
    for name in dict.fromkeys(series):
        _, commodity, stage, *word = name.split(":")
        rows = tables.rows(
            """SELECT year, enum_code(economy), (amount * 1000)::BIGINT, unit FROM usgs_production
               WHERE commodity = $commodity AND stage = $stage AND contains(type, $word) AND amount > 0
               ORDER BY year, amount DESC, economy""",
            commodity=commodity,
            stage=stage,
            word=word[0] if word else "",
        )
        unnamed = dict(
            tables.rows(
                """SELECT year, sum((amount * 1000)::BIGINT)::BIGINT FROM usgs_unnamed
                   WHERE commodity = $commodity AND stage = $stage AND contains(type, $word) AND amount > 0
                   GROUP BY year""",
                commodity=commodity,
                stage=stage,
                word=word[0] if word else "",
            )
        )
        for year in years:
            found = [(economy, amount, unit) for when, economy, amount, unit in rows if when == year]
            withheld = tables.rows(
                """SELECT DISTINCT economy::VARCHAR AS code FROM usgs_production WHERE commodity = $commodity
                   AND stage = $stage AND contains(type, $word) AND year = $year AND amount IS NULL ORDER BY code""",
                commodity=commodity,
                stage=stage,
                word=word[0] if word else "",
                year=year,
            )
            if found:
                economies, amounts = np.array([row[0] for row in found]), np.array([row[1] for row in found])
                made[name, year] = Production(
                    name,
                    year,
                    economies,
                    amounts,
                    KG_PER_UNIT.get(found[0][-1], np.nan) / THOUSANDTHS,
                    int(unnamed.get(year, 0)),
                    tuple(code for (code,) in withheld),
                )
    return made


def measure_production(
    tables: Tables, series: dict[str, str], years: Sequence[int], assumptions: Assumptions
) -> list[Block]:
    """Measure the concentration of world production of each material and year.

    Parameters
    ----------
    series
        By material id, the mineral's name in World Mining Data, or a USGS series for refined stages.
    """
    mined = {material: name for material, name in series.items() if not name.startswith(USGS_SERIES)}
    refined = {material: name for material, name in series.items() if name.startswith(USGS_SERIES)}
    blocks: list[Block] = []
    if mined:
        made = read_production(tables, list(mined.values()), years)
        blocks += _concentrations(tables, mined, made, years, assumptions, "mine_production")
    if refined:
        made = read_usgs_production(tables, list(refined.values()), years)
        blocks += _concentrations(tables, refined, made, years, assumptions, "usgs_production")
    return blocks


def _incomplete(production: Production) -> str:
    """Say what a publisher leaves out of a world total."""
    unnamed = 1 - production.named_share
    said = [f"{unnamed:.1%} of production is by unnamed producers, taken as many small ones"] if unnamed else []
    if production.withheld:
        said.append(f"withheld by the publisher: {', '.join(production.withheld)}")
    return "; ".join(said)


def _concentrations(
    tables: Tables,
    series: dict[str, str],
    made: dict[tuple[str, int], Production],
    years: Sequence[int],
    assumptions: Assumptions,
    source: str,
) -> list[Block]:
    scores = scores_by_year(tables, years, assumptions)
    keys = [(material, year) for material in series for year in years]
    size = len(keys)
    hhi, weighted, rows = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    gaps: dict[int, str] = {}
    gaps_weighted: dict[int, str] = {}
    words = [""] * size
    for row, (material, year) in enumerate(keys):
        production = made.get((series[material], year))
        if production is None:
            gaps[row] = gaps_weighted[row] = f"no world production of {series[material]} in {year} in this snapshot"
            continue
        named = production.named_share
        rows[row] = len(production.amount)
        hhi[row] = named**2 * herfindahl(production.amount)[0]
        words[row] = _incomplete(production)
        year_scores = scores[year]
        if year_scores is None:
            gaps_weighted[row] = f"no governance scores for {year}"
        elif not year_scores.scored[production.economy].all():
            unscored = [tables.economy_codes[e] for e in production.economy if not year_scores.scored[e]]
            gaps_weighted[row] = f"no governance score for {', '.join(unscored)}"
        else:
            weights = parameter("governance_scale") * year_scores.instability[production.economy]
            weighted[row] = named**2 * weighted_concentration(production.amount, weights)
    labels = listed_keys([(material, year, WORLD) for material, year in keys])
    detail = listed_words(words)
    found = (
        ("production_hhi", hhi, (source,), gaps),
        ("production_hhi_political_stability", weighted, (source, "governance"), gaps_weighted),
        (
            "production_hhi_wgi",
            np.full(size, np.nan),
            (source, "governance"),
            dict.fromkeys(range(size), SIX_DIMENSIONS),
        ),
    )
    return [
        Block(name, "mass", "index", labels, values, rows, sources, listed_gaps(reasons, size), detail)
        for name, values, sources, reasons in found
    ]
