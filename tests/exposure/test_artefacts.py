"""Artefacts that are in the embedded figures are found, and ordinary trade is not called one."""

from __future__ import annotations

from kizuna.exposure.artefacts import suspect_flows, vanished_flows
from kizuna.exposure.hubs import produces_none
from kizuna.exposure.panel import read_panel
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.suppressed import suppressed_partners, suppression


def test_a_supplier_missing_for_one_year_is_found(tables: Tables) -> None:
    panel = read_panel(tables, [tables.commodity("270900")], 2012, 2018)
    holes = [(hole.buyer, hole.supplier, hole.year) for hole in vanished_flows(panel, ["JPN"])]
    assert holes == [("JPN", "SAU", 2015)]


def test_no_supplier_is_missing_where_each_year_has_it(tables: Tables) -> None:
    panel = read_panel(tables, [tables.commodity("270900")], 2017, 2023)
    assert vanished_flows(panel, ["JPN"]) == []


def test_a_flow_of_far_too_much_mass_for_its_value_is_suspect(tables: Tables) -> None:
    panel = read_panel(tables, [tables.commodity("260600")], 2023, 2023)
    least = parameter("headline_usd")
    found = {(flow.supplier, flow.buyer) for flow in suspect_flows(panel, list(panel.economies), [2023], least)}
    assert all(flow.ratio > 10 or flow.ratio < 0.1 for flow in suspect_flows(panel, ["CHN"], [2023], least))
    assert ("AUS", "CHN") not in found


def test_bulk_ore_is_not_suspect_because_samples_are_dear(tables: Tables) -> None:
    panel = read_panel(tables, [tables.commodity("260400")], 2023, 2023)
    suspect = {(flow.supplier, flow.buyer) for flow in suspect_flows(panel, ["JPN"], [2023], parameter("headline_usd"))}
    assert not {("NCL", "JPN"), ("PHL", "JPN")} & suspect


def test_nothing_is_said_of_production_in_years_that_the_snapshot_does_not_hold(tables: Tables) -> None:
    assert not produces_none(tables, "Petroleum", "SAU", (2013, 2014, 2015))
    assert not produces_none(tables, "Petroleum", "SAU", (2021, 2022, 2023))
    assert produces_none(tables, "Petroleum", "SGP", (2021, 2022, 2023))
    assert not produces_none(tables, "Petroleum", "SGP", (2016, 2017, 2018))


def test_each_suppressed_pair_lacks_what_its_reason_says(tables: Tables) -> None:
    for economy, product in suppressed_partners():
        commodity = Commodity(product, "HS92", (product,), product)
        assert suppression(economy, commodity)
        suppliers = tables.rows(
            "SELECT DISTINCT supplier::VARCHAR FROM flows WHERE revision = 'HS92' AND product = $product "
            "AND buyer = $economy AND year BETWEEN 2016 AND 2023",
            product=product,
            economy=economy,
        )
        assert ("RUS",) not in suppliers
