"""Imports from economies that produce none of the material, by name of the supplier alone: no content factor needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.arrays import Flags, Integers
from kizuna.exposure.block import Block, GatheredRows
from kizuna.exposure.content import MaterialStage
from kizuna.exposure.importers import importers_of
from kizuna.exposure.panel import NO_MASS, TradePanel, read_panel
from kizuna.exposure.production import Production, read_production
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables

NO_SERIES = "no mine production of this material by economy in this snapshot"


def measure_no_production(
    tables: Tables,
    stages: Sequence[MaterialStage],
    economies: Sequence[str],
    blocs: Sequence[Bloc],
    years: Sequence[int],
) -> list[Block]:
    """Measure the share of each importer's mass that comes from economies with no mine production of the material.

    Gross mass is compared with gross mass; production only says who mines any. It marks pass-through for ores, and for
    refined forms also economies that refine what others mine.
    """
    importers = importers_of(economies, blocs)
    panel = read_panel(tables, [stage.commodity for stage in stages], min(years), max(years), buyers=importers.buyers)
    made = read_production(tables, sorted({stage.mineral for stage in stages if stage.mineral}), years)
    inside = importers.inside(panel.economies)
    found = GatheredRows()
    for at, stage in enumerate(stages):
        for year in years:
            production = made.get((stage.mineral, year))
            all_mass, none_mass, flows = _from_none(panel, at, year, production, inside)
            no_world = (
                f"no world production of {stage.mineral} in {year} in this snapshot" if stage.mineral else NO_SERIES
            )
            for column, name in enumerate(importers.names):
                key, flow_count = (stage.commodity.key, year, name), int(flows[column])
                if production is None or not all_mass[column]:
                    reason = no_world if production is None else f"no imports with a mass in {year}"
                    found.add(key, np.nan, flow_count, reason=reason)
                else:
                    found.add(key, float(none_mass[column] / all_mass[column]), flow_count)
    return [found.block("no_production_share", "mass", "share", ("flows", "mine_production"))]


def _from_none(
    panel: TradePanel, at: int, year: int, production: Production | None, inside: Flags
) -> tuple[Integers, Integers, Integers]:
    """Return each importer's mass from outside, the part from economies without production, and the flows, kg."""
    key = panel.position(at, year)
    rows = slice(*np.searchsorted(panel.order_key, [key, key + 1]))
    none_made = np.ones(len(panel.economies), dtype=np.bool_)
    if production is not None:
        none_made[production.economy] = False
    mass, buyer, supplier = panel.mass[rows], panel.buyer[rows], panel.supplier[rows]
    outside = inside[buyer] & ~inside[supplier] & (mass != NO_MASS)[:, None]
    weighed = np.where(outside, mass[:, None], 0)
    return (
        weighed.sum(axis=0),
        weighed[none_made[supplier]].sum(axis=0),
        (outside * panel.rows[rows][:, None]).sum(axis=0),
    )


def produces_none(tables: Tables, mineral: str, economy: str, years: Sequence[int]) -> bool:
    """Return whether an economy has no mine production of a mineral in years for which the world's is known.

    False where the snapshot does not hold the world's production of all these years: then nothing can be said.
    """
    rows = tables.rows(
        """SELECT count(DISTINCT year), coalesce(sum(amount) FILTER (WHERE economy = $economy), 0) > 0 FROM
        mine_production
           WHERE mineral = $mineral AND year BETWEEN $first AND $last AND amount > 0""",
        mineral=mineral,
        economy=economy,
        first=years[0],
        last=years[-1],
    )
    known_years, some = rows[0]
    return bool(known_years == len(years) and not some)
