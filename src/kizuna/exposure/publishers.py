"""Where two publishers count an economy's production of the same thing and disagree, a balance cannot rest on
either."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kizuna.exposure.content import MaterialStage
from kizuna.exposure.production import USGS_SERIES, Production, read_usgs_production
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T
from kizuna.tables.build import Tables


def publishers_apart(
    tables: Tables, stages: Sequence[MaterialStage], worlds: dict[tuple[str, int], Production]
) -> dict[tuple[str, int], dict[int, str]]:
    """Return the economies whose production the two publishers put more than three times apart, with both figures.

    Only where both series have a content factor for the same codes, so that they count the same thing, and only in
    years
    that both publish.

    Parameters
    ----------
    worlds
        World Mining Data by (commodity id, year).

    Returns
    -------
    By (commodity id, year): reason by position of the economy.
    """
    years = sorted({year for _, year in worlds})
    found: dict[tuple[str, int], dict[int, str]] = {}
    for stage in stages:
        other = _counts_the_same(stage)
        if not other:
            continue
        theirs = read_usgs_production(tables, [other], years)
        for year in years:
            ours, beside = worlds.get((stage.commodity.id, year)), theirs.get((other, year))
            if ours is not None and beside is not None and not np.isnan(beside.kg):
                found[stage.commodity.id, year] = _apart(ours, beside, len(tables.economy_codes))
    return found


def _counts_the_same(stage: MaterialStage) -> str:
    """Return the USGS series that stands beside the stage's series with a content factor of its own; or empty."""
    for entry in stage.material.stages[stage.stage].content:
        if stage.series in entry.series:
            return next((name for name in entry.series if name.startswith(USGS_SERIES)), "")
    return ""


def _apart(ours: Production, beside: Production, economies: int) -> dict[int, str]:
    one, other = ours.mass_kg(economies), beside.mass_kg(economies)
    both = (one > 0) & (other > 0)
    ratio = np.divide(one, other, out=np.ones(economies), where=both)
    limit = parameter("publishers_apart")
    return {
        at: "publishers differ on its production: "
        f"World Mining Data {one[at] / KG_PER_T:,.0f} t, USGS {other[at] / KG_PER_T:,.0f} t in {ours.year}"
        for at in np.flatnonzero((ratio > limit) | (ratio < 1 / limit)).tolist()
    }
