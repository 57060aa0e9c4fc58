"""Whose fall matters most over a whole basket: every seller stopped in turn, and the worst pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import NetworkError, RequestError
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.network.build import build_network
from kizuna.network.food import FOOD
from kizuna.network.supply_network import SupplyNetwork
from kizuna.network.titles import subject_title
from kizuna.scenario.subjects import subjects_of_basket
from kizuna.simulate.ranking import rank_sellers
from kizuna.tables.baskets import Basket, as_covered
from kizuna.tables.build import Tables

Floats = npt.NDArray[np.float64]
NOT_ADDED = "counted in tonnes: not added to dollars"


@dataclass(frozen=True, slots=True)
class SellersFall:
    """Economies that stop selling together, and what a partner lacks then.

    ``unmet_usd`` is the value at base prices of need over the horizon that is not met, ``share`` of the partner's need
    of
    the basket; ``products`` the three of which it lacks most, with the share of the need of each.
    """

    sellers: tuple[str, ...]
    unmet_usd: float
    share: float
    products: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class BasketRanking:
    """The worst single falls for each partner, the worst pair, and why members are left out."""

    basket: Basket
    single: dict[str, tuple[SellersFall, ...]]
    pair: dict[str, SellersFall | Gap]
    gaps: dict[str, Gap]


def rank_basket(
    tables: Tables,
    basket: Basket,
    partners: Sequence[str],
    *,
    horizon_days: float,
    year: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BasketRanking:
    """Stop each economy that sells any product of a basket in turn (N-1), then pairs of the worst (N-2).

    All stages are seen by value and unlinked, so that losses of different products add up in dollars.

    Raises
    ------
    RequestError
        If no product of the basket has a network.
    """
    networks, gaps = _networks(tables, basket, year)
    if not networks:
        raise RequestError(f"no product of the basket {basket.id} has trade figures in dollars", where=basket.id)
    step = parameter("material_step_days")
    sellers = sorted({economy for network in networks.values() for economy in _sellers(network)})
    unmet: dict[str, dict[str, Floats]] = {partner: {} for partner in partners}
    need: dict[str, dict[str, float]] = {partner: {} for partner in partners}
    for done, (title, network) in enumerate(networks.items(), 1):
        alone = [(seller,) for seller in sellers]
        ranking = rank_sellers(network, alone, horizon_days=horizon_days, step_days=step)
        for partner in partners:
            if partner in network.economies:
                at = network.economies.index(partner)
                unmet[partner][title], need[partner][title] = ranking.unmet[:, at], float(ranking.need[at])
        if progress is not None:
            progress(done, len(networks))
    single, pair = {}, {}
    for partner in partners:
        falls = _falls([(seller,) for seller in sellers], unmet[partner], need[partner])
        single[partner] = tuple(falls[: int(parameter("outages_named"))])
        pair[partner] = _worst_pair(networks, partner, falls, need[partner], horizon_days, step)
    return BasketRanking(basket, single, pair, gaps)


def _networks(tables: Tables, basket: Basket, year: int | None) -> tuple[dict[str, SupplyNetwork], dict[str, Gap]]:
    """Return the networks of a basket in dollars by title, and why others are missing."""
    found: dict[str, SupplyNetwork] = {}
    members = as_covered(basket, tables.complete_products).members
    gaps = {member.id: member.gap for member in members if member.gap is not None}
    for subject in subjects_of_basket(basket, tables):
        title = subject_title(tables, subject)
        if subject.startswith(FOOD):
            gaps[title] = Gap(NOT_ADDED)
            continue
        try:
            found[title] = build_network(tables, subject, year, basis="value")
        except NetworkError as error:
            gaps[title] = Gap(" ".join(str(error).splitlines()))
    return found, gaps


def _sellers(network: SupplyNetwork) -> list[str]:
    abroad = sum(block.final.sum(axis=1) - np.diag(block.final) for block in network.blocks)
    return [network.economies[at] for at in np.flatnonzero(np.asarray(abroad) > 0)]


def _falls(groups: Sequence[tuple[str, ...]], unmet: dict[str, Floats], need: dict[str, float]) -> list[SellersFall]:
    """Return all falls of one partner, worst first."""
    if not unmet:
        return []
    titles = list(unmet)
    by_product = np.stack([unmet[title] for title in titles])
    totals, whole = by_product.sum(axis=0), sum(need.values())
    found = []
    for at in np.argsort(-totals, kind="stable"):
        worst = np.argsort(-by_product[:, at], kind="stable")[: int(parameter("outages_named"))]
        products = tuple(
            (titles[one], float(by_product[one, at] / need[titles[one]])) for one in worst if need[titles[one]]
        )
        found.append(SellersFall(groups[at], float(totals[at]), float(totals[at] / whole) if whole else 0.0, products))
    return found


def _worst_pair(
    networks: dict[str, SupplyNetwork],
    partner: str,
    falls: Sequence[SellersFall],
    need: dict[str, float],
    horizon_days: float,
    step: float,
) -> SellersFall | Gap:
    """Return the worst pair of the parameter ``paired_suppliers`` worst single falls."""
    worst = [fall.sellers[0] for fall in falls[: int(parameter("paired_suppliers"))]]
    pairs = list(combinations(worst, 2))
    if not pairs:
        return Gap("fewer than two economies sell it")
    unmet = {
        title: rank_sellers(network, pairs, horizon_days=horizon_days, step_days=step).unmet[
            :, network.economies.index(partner)
        ]
        for title, network in networks.items()
        if partner in network.economies
    }
    return _falls(pairs, unmet, need)[0]
