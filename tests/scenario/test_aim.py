"""A scenario aimed at a network: which nodes and flows it hits, and what it says where it hits nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scenario.tiny_networks import MINE, chain, scenario_text, trade

from kizuna.floor.errors import ScenarioError
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aim import aim, trade_of
from kizuna.scenario.aimed import AimedShock
from kizuna.scenario.scenario import parse_scenario

LINK = """
name = "link"
kind = "link"
measure = "embargo"
suppliers = ["IDN"]
depth = 1
duration = "1m"
"""


def aimed(network: SupplyNetwork, *shocks: str) -> tuple[AimedShock, ...]:
    """Return shocks aimed at a network."""
    return aim(parse_scenario(scenario_text(*shocks)), network)


def faults_of(network: SupplyNetwork, *shocks: str, subject: str = "", subjects: str = '["nickel"]') -> tuple[str, ...]:
    """Return the faults of aiming shocks at a network."""
    with pytest.raises(ScenarioError) as caught:
        aim(parse_scenario(scenario_text(*shocks, subjects=subjects)), network, subject=subject)
    return caught.value.faults


def test_flows_to_makers_and_final_users_are_added_by_economy() -> None:
    assert trade_of(chain()).tolist() == [[[4.0, 6.0], [0.0, 0.0]], [[4.0, 0.0], [1.0, 5.0]]]


def test_a_capacity_shock_hits_the_nodes_that_supply_something() -> None:
    (shock,) = aimed(chain(), MINE.replace("IDN", "QUAD").replace("0.5", "0.25"))
    assert (shock.nodes.tolist(), shock.links, shock.depth.mode) == ([3], None, 0.25)


def test_a_stage_may_be_named_by_itself_or_by_what_it_holds() -> None:
    for name in ("mine", "HS92:260400", "260400", "MINE"):
        (shock,) = aimed(chain(), MINE + f'stages = ["{name}"]')
        assert shock.nodes.tolist() == [0]


def test_an_export_shock_leaves_out_what_has_no_sales_abroad() -> None:
    (shock,) = aimed(chain(), MINE.replace("capacity", "export").replace('["IDN"]', '"all"'))
    assert shock.nodes.tolist() == [0, 3]


def test_all_but_some_are_all_the_others() -> None:
    (shock,) = aimed(chain(), MINE.replace('["IDN"]', '{ all_except = ["IDN"] }'))
    assert shock.nodes.tolist() == [3]


def test_a_demand_shock_hits_final_users_only() -> None:
    (shock,) = aimed(chain(), MINE.replace("capacity", "demand").replace("depth", "surge").replace('["IDN"]', '"all"'))
    assert shock.nodes.tolist() == [1, 3]


def test_a_link_shock_touches_foreign_trade_of_its_suppliers_and_buyers() -> None:
    (shock,) = aimed(chain(), LINK + 'buyers = ["JPN"]\nstages = ["mine"]')
    assert shock.links is not None
    assert shock.links.tolist() == [[[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    assert shock.nodes.size == 0


def test_a_bloc_may_have_members_that_the_network_lacks() -> None:
    (shock,) = aimed(trade(("JPN", "IDN"), [[1, 0], [2, 1]]), MINE.replace("IDN", "G7"))
    assert shock.nodes.tolist() == [0]


def test_an_economy_named_by_itself_must_be_in_the_network() -> None:
    assert faults_of(chain(), MINE.replace('"IDN"', '"IDN", "PHL", "NCL"'), LINK + 'buyers = ["USA"]') == (
        "shocks[0].economies: PHL is not in the network nickel",
        "shocks[0].economies: NCL is not in the network nickel",
        "shocks[1].buyers: USA is not in the network nickel",
    )


def test_a_stage_must_be_in_the_network() -> None:
    assert faults_of(chain(), MINE + 'stages = ["refind", "c14"]') == (
        "shocks[0].stages[0]: 'refind' is not in the network nickel; did you mean refined?",
        "shocks[0].stages[1]: 'c14' is not in the network nickel; it has mine, refined",
    )


def test_a_shock_that_hits_nothing_is_a_fault() -> None:
    japan = MINE.replace("IDN", "JPN") + 'stages = ["mine"]'
    assert faults_of(chain(), japan, LINK + 'stages = ["refined"]') == (
        "shocks[0]: mine hits nothing in the network nickel; its economies supply nothing",
        "shocks[1]: link hits nothing in the network nickel; no flow runs from its suppliers to its buyers",
    )


def test_a_shock_on_another_subject_does_not_act() -> None:
    other = MINE.replace('"mine"', '"other"').replace("IDN", "ZAF") + 'on = ["HS92:261000"]'
    subjects = '["nickel", "HS92:261000"]'
    scenario = parse_scenario(scenario_text(MINE, other, subjects=subjects))
    assert [shock.name for shock in aim(scenario, chain())] == ["mine"]
    assert [shock.name for shock in aim(scenario, chain(), subject="nickel")] == ["mine"]
    only = MINE + 'on = ["HS92:261000"]'
    assert faults_of(chain(), only, subjects=subjects) == ("shocks: none acts on nickel",)


def test_a_food_network_is_known_by_its_crop() -> None:
    network = trade(("JPN", "IDN"), [[1, 0], [2, 1]], product="FAO:rice")
    scenario = parse_scenario(scenario_text(MINE + 'on = ["food:rice"]', subjects='["food:rice", "food:maize"]'))
    assert [shock.name for shock in aim(scenario, network)] == ["mine"]


def test_a_network_of_another_kind_is_a_fault() -> None:
    scenario = parse_scenario(scenario_text(MINE, subjects='["wiod"]', network="input-output"))
    with pytest.raises(ScenarioError, match=r"network: input-output, and the network nickel is of the kind material"):
        aim(scenario, chain())


def test_the_route_of_gulf_oil_closes_without_a_detour_and_touches_nobody_else() -> None:
    network = trade(("QAT", "JPN", "AUS"), [[1, 9, 0], [0, 1, 0], [0, 5, 1]], product="HS92:271111")
    route = 'name = "strait"\nkind = "route"\nchokepoints = ["hormuz"]\ndepth = 0.9\nduration = "1m"'
    (part,) = aimed(network, route)
    assert (part.name, part.part_of, part.detour.high, part.delay.high) == ("strait.no-detour", "strait", 0.0, 0.0)
    assert part.links is not None
    assert part.links[0, 0].tolist() == [0.0, 1.0, 1.0]
    assert part.links[0, 2].tolist() == [1.0, 0.0, 0.0]
    assert part.number("depth") == "strait.depth"


def test_a_route_shock_is_parted_by_the_length_of_its_detours() -> None:
    network = trade(("IND", "DEU", "JPN"), [[1, 4, 4], [4, 1, 4], [4, 4, 1]])
    route = 'name = "suez"\nkind = "route"\nchokepoints = ["suez"]\ndepth = 1\nduration = "1m"'
    parts = {part.name: part for part in aimed(network, route)}
    assert list(parts) == ["suez.medium", "suez.long"]
    assert 4 < parts["suez.medium"].delay.mode < 10 < parts["suez.long"].delay.mode < 20
    total = sum(part.links for part in parts.values() if part.links is not None)
    assert np.allclose(np.asarray(total)[0, 0], [0.0, 1.0, 0.0])
    assert {part.detour.mode for part in parts.values()} == {0.9}


def test_the_delay_of_a_part_is_the_mean_over_its_flows() -> None:
    route = 'name = "suez"\nkind = "route"\nchokepoints = ["suez"]\ndepth = 1\nduration = "1m"'
    (single,) = aimed(trade(("KWT", "SGP", "NLD"), [[1, 0, 8], [0, 1, 0], [0, 0, 1]]), route)
    (other,) = aimed(trade(("KWT", "SGP", "NLD"), [[1, 0, 0], [0, 1, 8], [0, 0, 1]]), route)
    (both,) = aimed(trade(("KWT", "SGP", "NLD"), [[1, 0, 6], [0, 1, 2], [0, 0, 1]]), route)
    assert single.delay.mode > other.delay.mode + 1
    assert both.delay.mode == pytest.approx(0.75 * single.delay.mode + 0.25 * other.delay.mode)


def test_a_delay_of_the_file_comes_before_that_of_the_lanes() -> None:
    network = trade(("IND", "DEU"), [[1, 4], [4, 1]])
    route = 'name = "suez"\nkind = "route"\nchokepoints = ["suez"]\ndepth = 1\nduration = "1m"\ndelay = "9d"'
    assert {part.delay.mode for part in aimed(network, route)} == {9.0}


def test_a_route_that_no_flow_takes_is_a_fault() -> None:
    route = 'name = "strait"\nkind = "route"\nchokepoints = ["hormuz"]\ndepth = 1\nduration = "1m"'
    assert faults_of(chain(), route) == ("shocks[0]: strait hits nothing in the network nickel; no flow passes hormuz",)


def test_an_economy_without_ports_is_a_fault_of_a_route() -> None:
    route = 'name = "strait"\nkind = "route"\nchokepoints = ["hormuz"]\ndepth = 1\nduration = "1m"'
    network = trade(("QAT", "XYZ"), [[1, 9], [0, 1]])
    assert faults_of(network, route) == ("shocks[0].chokepoints: XYZ has no ports on the sea lanes",)
