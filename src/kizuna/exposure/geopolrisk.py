"""GeoPolRisk: the published method on the snapshot, as its authors define it.

The method sets gross mass of trade beside production as the publisher counts it (often metal content). That is its
definition, so it is followed here and said in each row; balances that need one and the same unit are in ``balance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import Block, Words, listed_gaps, listed_keys, listed_words
from kizuna.exposure.concentration import Floats, herfindahl
from kizuna.exposure.governance import geopolrisk_factor, geopolrisk_score
from kizuna.exposure.panel import NO_MASS, Integers, TradePanel, read_panel
from kizuna.exposure.production import Production, read_production
from kizuna.exposure.scores import Scores, read_scores
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

SOURCES = ("flows", "mine_production", "governance")
AS_PUBLISHED = "as published: gross mass of trade beside production as counted by its publisher"


def measure_geopolrisk(
    tables: Tables,
    materials: Sequence[Commodity],
    minerals: dict[str, str],
    economies: Sequence[str],
    blocs: Sequence[Bloc],
    years: Sequence[int],
    assumptions: Assumptions,
) -> list[Block]:
    """Measure GeoPolRisk score and characterisation factor of each material, importer and year.

    Parameters
    ----------
    materials
        The materials' trade codes as the method maps them; one commodity a material.
    minerals
        Publisher's mineral name by material id.
    economies, blocs
        Importers: economies by ISO3, and blocs. Inside a bloc instability counts 0 and the mass stays in the sum.
    """
    importers = [(code, (code,)) for code in economies] + [(bloc.id, bloc.economies) for bloc in blocs]
    buyers = sorted({member for _, members in importers for member in members})
    panel = read_panel(tables, materials, min(years), max(years), buyers=buyers)
    place = {code: position for position, code in enumerate(panel.economies)}
    inside = np.zeros((len(panel.economies), len(importers)))
    for column, (_, members) in enumerate(importers):
        inside[[place[code] for code in members], column] = 1.0
    made = read_production(tables, list(minerals.values()), years)
    scores = {year: read_scores(tables, year, assumptions) for year in years}
    cells = [
        _measure_cell(panel, at, commodity, year, inside, made.get((minerals[commodity.id], year)), scores[year], assumptions)
        for at, commodity in enumerate(materials)
        for year in years
    ]
    keys = listed_keys([(commodity.id, year, name) for commodity in materials for year in years for name, _ in importers])
    rows = np.concatenate([cell.rows for cell in cells])
    detail = listed_words([word for cell in cells for word in cell.detail])
    return [
        Block("geopolrisk_score", "mass", "index", keys, *_joined([(cell.score, cell.gaps) for cell in cells], rows), detail),
        Block("geopolrisk_cf", "mass", "kg Cu-eq/kg", keys, *_joined([(cell.factor, cell.gaps | cell.no_price) for cell in cells], rows), detail),
    ]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One material and year for every importer, shape ``[importer]``."""

    score: Floats
    factor: Floats
    rows: Integers
    detail: tuple[str, ...]
    gaps: dict[int, str]
    no_price: dict[int, str]


def _measure_cell(
    panel: TradePanel,
    at: int,
    commodity: Commodity,
    year: int,
    inside: Floats,
    production: Production | None,
    scores: Scores | None,
    assumptions: Assumptions,
) -> _Cell:
    size = inside.shape[1]
    nothing = np.full(size, np.nan)
    if production is None or scores is None:
        what = f"world production of {commodity.name}" if production is None else "governance scores"
        reasons = dict.fromkeys(range(size), f"no {what} in {year} in this snapshot")
        return _Cell(nothing, nothing, np.zeros(size, dtype=np.int64), ("",) * size, reasons, {})
    mass, value, rows = (amounts @ inside for amounts in _world_to_buyers(panel, at, year))
    counted = rows.sum(axis=0)
    output = production.mass_kg(len(panel.economies)) @ inside
    members = inside.sum(axis=0) > 1
    weights = np.where(members[None, :] & (inside > 0), 0.0, scores.instability[:, None])
    total = mass.sum(axis=0)
    score = geopolrisk_score(float(herfindahl(production.amount)[0]), mass, weights, output)
    with np.errstate(divide="ignore", invalid="ignore"):
        unscored = np.where(total > 0, mass[~scores.scored].sum(axis=0) / total, 0.0)
        price = np.where(total > 0, value.sum(axis=0) / total, np.nan)
    gaps: dict[int, str] = {}
    for importer in np.flatnonzero(unscored > assumptions.unscored_limit).tolist():
        gaps[importer] = f"{unscored[importer]:.0%} of imported mass comes from economies without a governance score"
    for importer in np.flatnonzero(np.isnan(score)).tolist():
        gaps[importer] = (
            f"imports of {commodity.name} in {year} carry no mass, and there is no production"
            if counted[importer]
            else f"no imports and no production of {commodity.name} in {year}"
        )
    score[list(gaps)] = np.nan
    factor = geopolrisk_factor(score, price)
    no_price = dict.fromkeys(np.flatnonzero(np.isnan(factor) & ~np.isnan(score)).tolist(), "no imports with a mass, so no import price")
    partly = f"; suppliers without a score count {assumptions.unscored_instability}"
    detail = tuple(AS_PUBLISHED + partly if share > 0 else AS_PUBLISHED for share in unscored.tolist())
    return _Cell(score, factor, counted.astype(np.int64) + len(production.amount), detail, gaps, no_price)


def _joined(parts: list[tuple[Floats, dict[int, str]]], rows: Integers) -> tuple[Floats, Integers, tuple[str, ...], Words | None]:
    size = len(parts[0][0])
    gaps = {at * size + row: reason for at, (_, reasons) in enumerate(parts) for row, reason in reasons.items()}
    return np.concatenate([values for values, _ in parts]), rows, SOURCES, listed_gaps(gaps, len(rows))


def _world_to_buyers(panel: TradePanel, commodity: int, year: int) -> tuple[Floats, Floats, Integers]:
    """Return mass (kg), value (USD) and flow counts of one commodity and year, each ``[supplier, buyer]``."""
    first, last = np.searchsorted(panel.order_key, [panel.position(commodity, year), panel.position(commodity, year) + 1])
    at = slice(first, last)
    shape = (len(panel.economies), len(panel.economies))
    mass, value, rows = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    place = (panel.supplier[at], panel.buyer[at])
    mass[place] = np.where(panel.mass[at] == NO_MASS, 0, panel.mass[at])
    value[place] = panel.value[at]
    rows[place] = panel.rows[at]
    return mass, value, rows
