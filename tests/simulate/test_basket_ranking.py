"""Outages over a whole basket add up those of its products."""

from __future__ import annotations

import pytest

from kizuna.network.build import build_network
from kizuna.simulate.basket_ranking import NOT_ADDED, rank_basket
from kizuna.simulate.ranking import rank_outages
from kizuna.tables.baskets import Basket, Member, load_baskets
from kizuna.tables.build import Tables

MONTH = 365 / 12


def test_a_basket_of_one_product_is_that_product(tables: Tables) -> None:
    energy = load_baskets().get("energy")
    one = energy.model_copy(
        update={"members": tuple(member for member in energy.members if member.id == "crude-petroleum")}
    )
    ranking = rank_basket(tables, one, ["JPN"], horizon_days=365)
    network = build_network(tables, "crude-petroleum", basis="value")
    alone = rank_outages(network, horizon_days=365, step_days=MONTH)
    (worst, amount), *_ = alone.worst_for(["JPN"], 1)
    assert ranking.single["JPN"][0].sellers == (worst[0][0],)
    assert ranking.single["JPN"][0].unmet_usd == pytest.approx(amount, rel=1e-9)


def test_what_is_not_counted_in_dollars_is_left_out_with_a_reason(tables: Tables) -> None:
    def member_of(basket: str, name: str) -> Member:
        return next(member for member in load_baskets().get(basket).members if member.id == name)

    made: Basket = (
        load_baskets()
        .get("energy")
        .model_copy(update={"members": (member_of("staple-food", "wheat"), member_of("magnets", "rare-earths"))})
    )
    ranking = rank_basket(tables, made, ["IND"], horizon_days=365)
    assert ranking.gaps["Wheat"].reason == NOT_ADDED
    assert {title for fall in ranking.single["IND"] for title, _ in fall.products} == {"Rare earths"}
