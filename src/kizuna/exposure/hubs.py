"""Imports from economies that produce none of the material: by name of the supplier alone, so no content factor is
needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.arrays import Flags, Integers
from kizuna.exposure.block import Block, GatheredRows
from kizuna.exposure.content import MaterialStage
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
    importers = [(code, (code,)) for code in economies] + [(bloc.id, bloc.economies) for bloc in blocs]
    buyers = sorted({member for _, members in importers for member in members})
    panel = read_panel(tables, [stage.commodity for stage in stages], min(years), max(years), buyers=buyers)
    made = read_production(tables, sorted({stage.mineral for stage in stages if stage.mineral}), years)
    inside = np.zeros((len(panel.economies), len(importers)), dtype=np.bool_)
    for column, (_, members) in enumerate(importers):
        inside[[panel.economies.index(code) for code in members], column] = True
    found = GatheredRows()
    for at, stage in enumerate(stages):
        for year in years:
            production = made.get((stage.mineral, year))
            all_mass, none_mass, flows = _from_none(panel, at, year, production, inside)
            no_world = (
                f"no world production of {stage.mineral} in {year} in this snapshot" if stage.mineral else NO_SERIES
            )
            for column, (name, _) in enumerate(importers):
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
