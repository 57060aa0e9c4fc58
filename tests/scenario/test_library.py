"""The library: every scenario loads, names its sources and runs on subjects that the snapshot has."""

from __future__ import annotations

import pytest
from scenario.tiny_networks import MINE, scenario_text

from kizuna.floor.errors import ScenarioError
from kizuna.network.build import build_network
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aim import aim
from kizuna.scenario.scenario import list_scenarios, load_scenario, parse_scenario, scenario_names
from kizuna.scenario.subjects import subjects_of
from kizuna.tables.build import Tables

NAMED = {
    "rare-earth-export-halt", "gallium-germanium-licensing", "graphite-controls", "indonesia-nickel-ore-ban",
    "hormuz-closure", "malacca-closure", "suez-bab-el-mandeb-closure", "black-sea-war", "rice-wheat-export-bans-2008",
    "el-nino-double-breadbasket", "pandemic-wave", "port-ransomware", "refinery-cyber-outage",
    "telecom-supplier-exclusion", "cobalt-mine-halt", "taiwan-strait-disruption", "oil-embargo",
    "japan-refining-earthquake", "india-monsoon-failure",
}  # fmt: skip


@pytest.fixture(scope="module")
def networks(tables: Tables) -> dict[tuple[str, int | None], SupplyNetwork]:
    """Return every network that a scenario of the library runs on, each built once."""
    asked = {(subject, one.year) for one in list_scenarios() for subject in subjects_of(one, tables)}
    return {
        (subject, year): build_network(tables, subject, None if subject.startswith("food:") else year)
        for subject, year in sorted(asked, key=str)
    }


def test_the_library_holds_the_scenarios_that_were_promised() -> None:
    assert set(scenario_names()) >= NAMED
    assert len(scenario_names()) >= 25


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_loads_under_its_own_name_and_names_sources_and_assumptions(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.id == name
    assert all(source.title and source.publisher and source.reference for source in scenario.sources)
    assert any(not shock.lasts.certain for shock in scenario.shocks) or name == "el-nino-double-breadbasket"


@pytest.mark.parametrize("name", scenario_names())
def test_the_subjects_of_a_scenario_exist_and_every_shock_hits_one_of_them(
    name: str, tables: Tables, networks: dict[tuple[str, int | None], SupplyNetwork]
) -> None:
    scenario = load_scenario(name)
    hit: set[str] = set()
    for subject in subjects_of(scenario, tables):
        for shock in aim(scenario, networks[subject, scenario.year], subject=subject):
            hit.add(shock.part_of or shock.name)
    assert hit == {shock.name for shock in scenario.shocks}


def test_a_basket_gives_the_networks_of_its_members(tables: Tables) -> None:
    scenario = parse_scenario(scenario_text(MINE, subjects='["energy", "staple-food"]'))
    assert subjects_of(scenario, tables) == (
        "2701", "crude-petroleum", "natural-gas", "uranium", "food:wheat", "food:maize", "food:rice"
    )  # fmt: skip


def test_products_and_materials_get_the_names_that_networks_are_built_by(tables: Tables) -> None:
    scenario = parse_scenario(scenario_text(MINE, subjects='["260400", "HS17:8505", "Crude oil", "copper:mine"]'))
    assert subjects_of(scenario, tables) == ("HS92:260400", "HS17:8505", "crude-petroleum", "copper:mine")


def test_products_that_the_snapshot_lacks_are_named_together(tables: Tables) -> None:
    scenario = parse_scenario(scenario_text(MINE, subjects='["HS92:999999", "HS92:260400", "HS17:010101"]'))
    with pytest.raises(ScenarioError) as caught:
        subjects_of(scenario, tables)
    assert [fault.split(" is not")[0] for fault in caught.value.faults] == [
        "subjects: 'HS92:999999'", "subjects: 'HS17:010101'"
    ]  # fmt: skip
