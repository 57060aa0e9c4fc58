"""Networks small enough to work by hand, for scenarios to be aimed at."""

from __future__ import annotations

import numpy as np

from kizuna.network.supply_network import Block, SupplyNetwork


def trade(economies: tuple[str, ...], flows: list[list[float]], product: str = "HS92:260400") -> SupplyNetwork:
    """Return a network of one product that final users buy: flows ``[supplier][buyer]``."""
    final = np.array(flows, dtype=float)
    size = len(economies)
    return SupplyNetwork(
        name=product,
        kind="material",
        year=2023,
        unit="usd",
        covers="use",
        economies=economies,
        stages=("ore",),
        products=((product,),),
        output=final.sum(axis=1)[:, None],
        blocks=(Block("ore", np.zeros((size, 0)), np.array([], dtype=np.int64), final),),
        stock_days=np.zeros(1),
        final_stock_days=np.zeros((size, 1)),
        spare=np.zeros((size, 1)),
        rigidity=np.ones(1),
        home_priority=np.zeros(1),
        value_added_usd=np.full((size, 1), np.nan),
    )


def chain() -> SupplyNetwork:
    """Return Indonesia and Japan with two stages: Indonesian ore becomes Japanese metal, used in both."""
    ore = Block("mine", np.array([[4.0, 6.0], [0.0, 0.0]]), np.array([1, 3]), np.zeros((2, 2)))
    metal = Block("refined", np.zeros((2, 0)), np.array([], dtype=np.int64), np.array([[4.0, 0.0], [1.0, 5.0]]))
    return SupplyNetwork(
        name="nickel",
        kind="material",
        year=2023,
        unit="t",
        covers="use",
        economies=("IDN", "JPN"),
        stages=("mine", "refined"),
        products=(("HS92:260400",), ("HS17:750210",)),
        output=np.array([[10.0, 4.0], [0.0, 6.0]]),
        blocks=(ore, metal),
        stock_days=np.zeros(2),
        final_stock_days=np.zeros((2, 2)),
        spare=np.zeros((2, 2)),
        rigidity=np.ones(2),
        home_priority=np.zeros(2),
        value_added_usd=np.full((2, 2), np.nan),
    )


def scenario_text(*shocks: str, subjects: str = '["nickel"]', network: str = "material") -> str:
    """Return the text of a scenario with the given tables of shocks."""
    head = f"""
id = "trial"
title = "A trial"
summary = "Made up for a test."
network = "{network}"
subjects = {subjects}
assumptions = ["none"]
[[sources]]
title = "Nothing"
publisher = "Nobody"
date = "2024"
reference = "none"
verified = false
"""
    return head + "".join(f"[[shocks]]\n{shock}\n" for shock in shocks)


MINE = """
name = "mine"
kind = "capacity"
economies = ["IDN"]
depth = 0.5
duration = "30d"
"""
