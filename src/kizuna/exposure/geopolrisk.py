"""GeoPolRisk: the published method on the snapshot, as its authors define it.

The method sets gross mass of trade beside production as the publisher counts it (often metal content). That is its
definition, so it is followed here and said in each row; balances that need one and the same unit are in ``balance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.exposure.arrays import Floats, Integers
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import Block, Words, listed_gaps, listed_keys, listed_words
from kizuna.exposure.concentration import added_over_suppliers, herfindahl
from kizuna.exposure.governance import geopolrisk_factor, geopolrisk_score
from kizuna.exposure.importers import Importers, importers_of
from kizuna.exposure.panel import NO_MASS, TradePanel, read_panel
from kizuna.exposure.production import Production, read_production
from kizuna.exposure.scores import Scores, scores_by_year
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
    importers = importers_of(economies, blocs)
    panel = read_panel(tables, materials, min(years), max(years), buyers=importers.buyers)
    asked = _Asked(tuple(years), _grouped(panel, importers), scores_by_year(tables, years, assumptions), assumptions)
    made = read_production(tables, list(minerals.values()), years)
    hhi = _production_hhi(made)
    parts = []
    for at, commodity in enumerate(materials):
        produced = [made.get((minerals[commodity.id], year)) for year in years]
        concentration = np.array([hhi.get((minerals[commodity.id], year), np.nan) for year in years])
        parts.append(_measure_material(_imports(panel, at, asked), commodity, asked, produced, concentration))
    keys = listed_keys(
        [(commodity.id, year, name) for commodity in materials for year in years for name in importers.names]
    )
    rows = np.concatenate([part.rows for part in parts])
    detail = listed_words([word for part in parts for word in part.detail])
    score = _joined([(part.score, part.gaps) for part in parts], rows)
    factor = _joined([(part.factor, part.gaps | part.no_price) for part in parts], rows)
    return [
        Block("geopolrisk_score", "mass", "index", keys, *score, detail),
        Block("geopolrisk_cf", "mass", "kg Cu-eq/kg", keys, *factor, detail),
    ]


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Who buys for whom.

    ``buyers`` are positions of economies, ascending; ``members`` positions in ``buyers``, importer after importer, with
    ``starts`` the first of each. ``inside`` is True where a supplier is a member of an importing bloc, shape
    ``[supplier, importer]``.
    """

    buyers: Integers
    members: Integers
    starts: Integers
    inside: npt.NDArray[np.bool_]

    def added(self, amounts: Floats) -> Floats:
        """Add up the members of each importer: shape ``[..., buyer]`` becomes ``[..., importer]``."""
        each = amounts[..., self.members]
        return each if len(self.starts) == len(self.members) else np.add.reduceat(each, self.starts, axis=-1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every material is measured for."""

    years: tuple[int, ...]
    grouping: _Grouping
    scores: dict[int, Scores | None]
    assumptions: Assumptions


@dataclass(frozen=True, slots=True)
class _Imports:
    """Imports of one material by supplier, shape ``[supplier, year, importer]``: kg, USD and number of flows."""

    mass: Floats
    value: Floats
    flows: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """One material for every year and importer, shape ``[year * importer]``."""

    score: Floats
    factor: Floats
    rows: Integers
    detail: list[str]
    gaps: dict[int, str]
    no_price: dict[int, str]


def _grouped(panel: TradePanel, importers: Importers) -> _Grouping:
    inside = importers.inside(panel.economies)
    importer, member = np.nonzero(inside.T)
    starts = np.searchsorted(importer, np.arange(len(importers)))
    buyers, members = np.unique(member, return_inverse=True)
    return _Grouping(buyers, members, starts, inside & (inside.sum(axis=0) > 1))


def _production_hhi(made: dict[tuple[str, int], Production]) -> dict[tuple[str, int], float]:
    if not made:
        return {}
    starts = np.cumsum([0, *(len(production.amount) for production in made.values())])[:-1]
    found = herfindahl(np.concatenate([production.amount for production in made.values()]), starts)
    return dict(zip(made, found.tolist(), strict=True))


def _imports(panel: TradePanel, commodity: int, asked: _Asked) -> _Imports:
    """Lay out the imports of one material; a flow without mass counts 0 kg."""
    at = slice(*np.searchsorted(panel.commodity, [commodity, commodity + 1]))
    buyers = asked.grouping.buyers
    place = (panel.supplier[at], panel.year[at], np.searchsorted(buyers, panel.buyer[at]))
    columns = [panel.years.index(year) for year in asked.years]
    laid = []
    for amounts in (np.where(panel.mass[at] == NO_MASS, 0, panel.mass[at]), panel.value[at], panel.rows[at]):
        whole = np.zeros((len(panel.economies), len(panel.years), len(buyers)))
        whole[place] = amounts
        laid.append(asked.grouping.added(whole[:, columns]))
    return _Imports(*laid)


def _measure_material(
    imports: _Imports, commodity: Commodity, asked: _Asked, produced: Sequence[Production | None], hhi: Floats
) -> _Rows:
    economies, _, n_importers = imports.mass.shape
    grouping, limit = asked.grouping, asked.assumptions.unscored_limit
    nowhere = np.zeros(economies)
    made_by = np.stack([nowhere if made is None else made.mass_kg(economies) for made in produced])
    own = grouping.added(made_by[:, grouping.buyers])
    given = [asked.scores[year] for year in asked.years]
    instability = np.stack([nowhere if scores is None else scores.instability for scores in given], axis=1)
    unscored_supplier = np.stack([nowhere > 0 if scores is None else ~scores.scored for scores in given], axis=1)
    weights = np.where(grouping.inside[:, None, :], 0.0, instability[:, :, None])
    score = geopolrisk_score(hhi[:, None], imports.mass, weights, own).reshape(-1)
    total = added_over_suppliers(imports.mass)
    unscored_mass = added_over_suppliers(np.where(unscored_supplier[:, :, None], imports.mass, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        unscored = np.where(total > 0, unscored_mass / total, 0.0).reshape(-1)
        price = np.where(total > 0, added_over_suppliers(imports.value) / total, np.nan).reshape(-1)
    flows = imports.flows.sum(axis=0).astype(np.int64)
    lacking = [
        f"world production of {commodity.name}" if made is None else "governance scores" if scores is None else ""
        for made, scores in zip(produced, given, strict=True)
    ]
    told = np.repeat([not what for what in lacking], n_importers)
    gaps: dict[int, str] = {}
    for row in np.flatnonzero(np.isnan(score) | (unscored > limit) | ~told).tolist():
        year, importer = divmod(row, n_importers)
        if lacking[year]:
            gaps[row] = f"no {lacking[year]} in {asked.years[year]} in this snapshot"
        elif unscored[row] > limit:
            gaps[row] = f"{unscored[row]:.0%} of imported mass comes from economies without a governance score"
        elif flows[year, importer]:
            gaps[row] = f"imports of {commodity.name} in {asked.years[year]} carry no mass, and there is no production"
        else:
            gaps[row] = f"no imports and no production of {commodity.name} in {asked.years[year]}"
    score[list(gaps)] = np.nan
    factor = geopolrisk_factor(score, price)
    unpriced = np.flatnonzero(np.isnan(factor) & ~np.isnan(score)).tolist()
    partly = f"; suppliers without a score count {asked.assumptions.unscored_instability}"
    detail = [
        AS_PUBLISHED * known + partly * (known and share > 0)
        for known, share in zip(told.tolist(), unscored.tolist(), strict=True)
    ]
    producers = np.array([0 if made is None else len(made.amount) for made in produced])
    used = np.where(told, (flows + producers[:, None]).reshape(-1), 0)
    no_price = dict.fromkeys(unpriced, "no imports with a mass, so no import price")
    return _Rows(score, factor, used, detail, gaps, no_price)


def _joined(
    parts: list[tuple[Floats, dict[int, str]]], rows: Integers
) -> tuple[Floats, Integers, tuple[str, ...], Words | None]:
    size = len(parts[0][0])
    gaps = {at * size + row: reason for at, (_, reasons) in enumerate(parts) for row, reason in reasons.items()}
    return np.concatenate([values for values, _ in parts]), rows, SOURCES, listed_gaps(gaps, len(rows))
