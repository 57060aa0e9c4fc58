"""Exposure that needs trade and production in one unit: reliance, N-1, the 65 % test, hubs, origins, supply risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure import governance, origin, supply_balance
from kizuna.exposure.arrays import Floats
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import Block, GatheredRows
from kizuna.exposure.concentration import added_over_suppliers
from kizuna.exposure.content import ContentNetwork, MaterialStage, read_content_networks, too_much_without_mass
from kizuna.exposure.importers import importers_of
from kizuna.exposure.indicators import indicator
from kizuna.exposure.publishers import publishers_apart
from kizuna.exposure.scores import Scores, scores_by_year
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables

SOURCES = ("flows", "mine_production")
NO_CONSUMPTION = "exports exceed production and imports: the figures do not balance"
NO_SUBSTITUTION = "needs a substitution index of the material: give one"
NEEDS_SIX = (
    "needs the mean of six governance dimensions, which the snapshot does not hold; "
    "political stability alone must be asked for"
)
UNSCORED = "too much of the supply comes from economies without a governance score"
NO_MASSES = "too much of the imports carries no mass"
ONE_ECONOMY = "look-through is for single economies with imports"
REFUSED = "look-through refused: a bloc, no imports, or more than 15 % of supply has no known origin"


@dataclass(frozen=True, slots=True)
class _Supply:
    """What importers make, buy and sell of one stage and year; shape ``[importer]``, ``extra``
    ``[supplier, importer]``."""

    production: Floats
    imports: Floats
    exports: Floats
    largest: Floats
    extra: Floats


def measure_balance(
    tables: Tables,
    stages: Sequence[MaterialStage],
    economies: Sequence[str],
    blocs: Sequence[Bloc],
    years: Sequence[int],
    assumptions: Assumptions,
    methods: frozenset[str],
) -> list[Block]:
    """Measure the balance, origin and supply-risk indicators of each stage, importer and year, in content.

    A stage without a content factor for each of its codes gives gaps that say so; nothing is assumed.
    """
    networks = read_content_networks(tables, stages, years, assumptions)
    importers = importers_of(economies, blocs)
    inside = importers.inside(tables.economy_codes).astype(np.float64)
    worlds = {key: network.world for key, network in networks.items() if not isinstance(network, Gap)}
    apart = publishers_apart(tables, stages, worlds)
    scores = scores_by_year(tables, years, assumptions)
    recycling = dict(tables.rows("SELECT material, end_of_life_recycling::DOUBLE FROM material_codes"))
    found: dict[str, GatheredRows] = {name: GatheredRows() for name in _asked(methods)}
    for stage in stages:
        for year in years:
            network = networks[stage.commodity.id, year]
            values: dict[str, tuple[Floats, str]] = {}
            if isinstance(network, Gap):
                values = {name: (np.full(len(importers), np.nan), network.reason) for name in found}
                rows = np.zeros(len(importers), dtype=np.int64)
            else:
                rows = (network.rows @ inside).astype(np.int64) + len(network.world.amount)
                silent = too_much_without_mass(network, inside)
                supply = _supply(network, inside)
                values = _balances(supply) | _origins(network, supply, inside)
                values |= {
                    "eu_supply_risk": _supply_risk(stage, network, supply, inside, scores[year], recycling, assumptions)
                }
                doubtful = _doubtful(apart.get((stage.commodity.id, year), {}), inside)
                for result, _ in values.values():
                    result[silent] = np.nan
                    result[list(doubtful)] = np.nan
            for name, rows_of in found.items():
                result, reason = values[name]
                for column, importer in enumerate(importers.names):
                    why = reason
                    if not isinstance(network, Gap) and silent[column]:
                        why = NO_MASSES
                    elif not isinstance(network, Gap) and column in doubtful:
                        why = doubtful[column]
                    rows_of.add(
                        (stage.commodity.key, year, importer), float(result[column]), int(rows[column]), reason=why
                    )
    return [
        rows_of.block(name, "mass", indicator(name).unit, SOURCES) for name, rows_of in found.items() if rows_of.labels
    ]


def _doubtful(apart: Mapping[int, str], inside: Floats) -> dict[int, str]:
    """Return by importer why its balance cannot be trusted: the publishers differ on a member's production."""
    return {
        column: next(apart[at] for at in np.flatnonzero(inside[:, column]).tolist() if at in apart)
        for column in range(inside.shape[1])
        if any(at in apart for at in np.flatnonzero(inside[:, column]).tolist())
    }


def _asked(methods: frozenset[str]) -> list[str]:
    names = [
        "net_import_reliance",
        "import_share_of_supply",
        "supplier_n_minus_1",
        "largest_supplier_in_consumption",
        "hub_share",
        "origin_hhi",
        "origin_top1_share",
        "origin_unknown_share",
        "eu_supply_risk",
    ]
    return [name for name in names if indicator(name).method in methods]


def _supply(network: ContentNetwork, inside: Floats) -> _Supply:
    bought = network.flows @ inside
    extra = bought * (1.0 - inside)
    exports = network.flows.sum(axis=1) @ inside - (bought * inside).sum(axis=0)
    return _Supply(network.production @ inside, added_over_suppliers(extra), exports, extra.max(axis=0), extra)


def _balances(supply: _Supply) -> dict[str, tuple[Floats, str]]:
    p, i, e, largest = supply.production, supply.imports, supply.exports, supply.largest
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(p + i > 0, i / (p + i), np.nan)
    return {
        "net_import_reliance": (supply_balance.net_import_reliance(p, i, e), NO_CONSUMPTION),
        "import_share_of_supply": (share, "neither production nor imports"),
        "supplier_n_minus_1": (supply_balance.without_largest_supplier(p, i, e, largest), NO_CONSUMPTION),
        "largest_supplier_in_consumption": (
            supply_balance.largest_supplier_in_consumption(p, i, e, largest),
            NO_CONSUMPTION,
        ),
    }


def _origins(network: ContentNetwork, supply: _Supply, inside: Floats) -> dict[str, tuple[Floats, str]]:
    is_hub = network.flows.sum(axis=1) > network.production
    origins, unknown = origin.look_through(network.production, network.flows)
    single = inside.sum(axis=0) == 1
    place = inside.argmax(axis=0)
    traded = supply.imports > 0
    known = single & traded & origin.origin_is_known(unknown[place])
    mix = origins[place]
    return {
        "hub_share": (origin.hub_share(supply.extra, is_hub), "no imports"),
        "origin_hhi": (np.where(known, (mix**2).sum(axis=1), np.nan), REFUSED),
        "origin_top1_share": (np.where(known, mix.max(axis=1), np.nan), REFUSED),
        "origin_unknown_share": (np.where(single & traded, unknown[place], np.nan), ONE_ECONOMY),
    }


def _supply_risk(
    stage: MaterialStage,
    network: ContentNetwork,
    supply: _Supply,
    inside: Floats,
    scores: Scores | None,
    recycling: dict[str, float],
    assumptions: Assumptions,
) -> tuple[Floats, str]:
    nothing = np.full(inside.shape[1], np.nan)
    substitution = assumptions.substitution_index.get(stage.material.id)
    if substitution is None:
        return nothing, NO_SUBSTITUTION
    if assumptions.governance != "political-stability":
        return nothing, NEEDS_SIX
    if scores is None:
        return nothing, "no governance scores for this year"
    recycled = assumptions.recycling_input_rate.get(stage.material.id, recycling.get(stage.mineral))
    if recycled is None:
        return nothing, "needs an end-of-life recycling input rate of the material: give one"
    unscored = ~scores.scored
    if (
        network.world.amount[unscored[network.world.economy]].sum()
        > assumptions.unscored_limit * network.world.amount.sum()
    ):
        return nothing, UNSCORED
    weights = parameter("governance_scale") * scores.instability
    world = governance.weighted_concentration(network.world.amount, weights[network.world.economy])
    result = nothing.copy()
    for column in range(inside.shape[1]):
        sourcing = supply.extra[:, column] + network.production * inside[:, column]
        net = supply.production[column] + supply.imports[column] - supply.exports[column]
        if net <= 0 or sourcing.sum() <= 0 or sourcing[unscored].sum() > assumptions.unscored_limit * sourcing.sum():
            continue
        result[column] = governance.supply_risk(
            world,
            governance.weighted_concentration(sourcing, weights),
            import_reliance=governance.import_reliance(
                supply.imports[column], supply.exports[column], supply.production[column]
            ),
            recycling_input_rate=recycled,
            substitution_index=substitution,
        )
    return result, f"{NO_CONSUMPTION}, or {UNSCORED}"
