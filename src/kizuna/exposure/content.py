"""Trade and production of one material stage in one and the same unit, or the reason why that cannot be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.arrays import Flags, Floats, Integers
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.panel import NO_MASS, TradePanel, read_panel
from kizuna.exposure.production import USGS_SERIES, Production, read_production
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.materials import Material, Stage, StageName

MINE_SERIES = "wmd:"


@dataclass(frozen=True, slots=True)
class MaterialStage:
    """One stage of a material, with the trade codes of one revision and the production series it is set beside."""

    material: Material
    stage: StageName
    commodity: Commodity
    series: str

    @property
    def mineral(self) -> str:
        """The mineral's name in the series of mine production; empty where there is none."""
        return self.series.removeprefix(MINE_SERIES)


@dataclass(frozen=True, slots=True)
class ContentNetwork:
    """One stage and year: flows ``[supplier, buyer]`` and production ``[economy]``, both kg of what the series counts.

    ``rows`` counts the snapshot's rows behind each buyer; ``value`` is the value of each buyer's imports and
    ``without_mass`` the part of it that carries no mass, USD, shape ``[buyer]``.
    """

    flows: Floats
    production: Floats
    rows: Integers
    value: Floats
    without_mass: Floats
    world: Production


def material_stage(material: Material, stage: StageName) -> MaterialStage | Gap:
    """Return a stage with its trade codes, preferring the longer series of HS92; a gap where it has no code."""
    found: Stage = material.stages[stage]
    if not found.codes:
        return Gap(found.gap)
    revision = found.revisions[0]
    mineral = mine_series(found) or next(
        (mine_series(other) for other in material.stages.values() if mine_series(other)), ""
    )
    alone = sum(bool(other.codes) for other in material.stages.values()) == 1
    commodity = Commodity(
        id=material.id if alone else f"{material.id}:{stage}",
        revision=revision,
        codes=tuple(sorted(found.codes_of(revision))),
        name=found.trade_name or (material.name if alone else f"{material.name} ({stage})"),
        material=material.id,
        stage=stage,
    )
    return MaterialStage(material, stage, commodity, MINE_SERIES + mineral if mineral else "")


def counted_series(stage: Stage) -> str:
    """Return the series that counts a stage: the mineral's name in mine production, else the USGS series; or empty."""
    return mine_series(stage) or next((name for name in stage.series if name.startswith(USGS_SERIES)), "")


def mine_series(stage: Stage) -> str:
    """Return the mineral's name in the series of mine production of a stage; empty where there is none."""
    return next((name.removeprefix(MINE_SERIES) for name in stage.series if name.startswith(MINE_SERIES)), "")


def read_content_networks(
    tables: Tables, stages: Sequence[MaterialStage], years: Sequence[int], assumptions: Assumptions
) -> dict[tuple[str, int], ContentNetwork | Gap]:
    """Return the network of each (commodity id, year), or why it is not computable.

    Gross trade is turned into content only by a factor that the materials table or the user gives for every code.
    """
    factors = {stage.commodity.id: _factors(stage, assumptions) for stage in stages}
    usable = [stage for stage in stages if not isinstance(factors[stage.commodity.id], Gap)]
    singles = [
        (stage, code, Commodity(code, stage.commodity.revision, (code,), code))
        for stage in usable
        for code in stage.commodity.codes
    ]
    made = read_production(tables, sorted({stage.mineral for stage in usable}), years) if usable else {}
    panel = read_panel(tables, [single for _, _, single in singles], min(years), max(years)) if singles else None
    found: dict[tuple[str, int], ContentNetwork | Gap] = {}
    for stage in stages:
        factor = factors[stage.commodity.id]
        for year in years:
            key = (stage.commodity.id, year)
            if isinstance(factor, Gap) or panel is None:
                found[key] = factor if isinstance(factor, Gap) else Gap("no trade")
                continue
            world = made.get((stage.mineral, year))
            if world is None:
                found[key] = Gap(f"no world production of {stage.mineral} in {year} in this snapshot")
                continue
            at = {position: factor[code] for position, (owner, code, _) in enumerate(singles) if owner is stage}
            found[key] = _network(panel, at, year, world)
    return found


def _factors(stage: MaterialStage, assumptions: Assumptions) -> dict[str, float] | Gap:
    """Return the content factor of each code of the stage, or the first reason why one is missing."""
    if not stage.series:
        return Gap(f"no production of {stage.commodity.name} that can be set beside its trade in this snapshot")
    factors: dict[str, float] = {}
    for code in stage.commodity.codes:
        full = f"{stage.commodity.revision}:{code}"
        given = assumptions.content_factor.get(full)
        factor = given if given is not None else stage.material.content_factor(full, stage.series)
        if isinstance(factor, Gap):
            return factor
        factors[code] = factor
    return factors


def _network(panel: TradePanel, factor_at: dict[int, float], year: int, world: Production) -> ContentNetwork:
    size = len(panel.economies)
    flows, rows = np.zeros((size, size)), np.zeros(size, dtype=np.int64)
    value, silent = np.zeros(size), np.zeros(size)
    for position, factor in factor_at.items():
        key = panel.position(position, year)
        first, last = np.searchsorted(panel.order_key, [key, key + 1])
        at = slice(first, last)
        weighed = panel.mass[at] != NO_MASS
        np.add.at(flows, (panel.supplier[at][weighed], panel.buyer[at][weighed]), panel.mass[at][weighed] * factor)
        np.add.at(rows, panel.buyer[at], panel.rows[at])
        np.add.at(value, panel.buyer[at], panel.value[at])
        np.add.at(silent, panel.buyer[at][~weighed], panel.value[at][~weighed])
    return ContentNetwork(flows, world.mass_kg(size), rows, value, silent, world)


def too_much_without_mass(network: ContentNetwork, inside: Floats) -> Flags:
    """Return for each importer whether flows without a mass hold too much of the value for a balance by mass.

    Parameters
    ----------
    inside
        1 where a buyer belongs to an importer, else 0, shape ``[buyer, importer]``.
    """
    return np.asarray(network.without_mass @ inside > parameter("missing_mass_limit") * (network.value @ inside))
