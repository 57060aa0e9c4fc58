"""Linked stages, on worlds of copper small enough to be reckoned by hand and on the real figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kizuna.floor.errors import NetworkError, RequestError, TableError
from kizuna.network.build import build_network
from kizuna.network.supply_network import SupplyNetwork
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables

USD_PER_T = 8490
OTHERS = "Other countries"
Amounts = dict[str, float]
Links = dict[tuple[str, str], float]


def copper(mined: Amounts, refined: Amounts, ore: Links, metal: Links | None = None) -> Tables:
    """Return tables with copper of 2023 alone, all in tonnes; ``Other countries`` are producers without a name."""
    found = build_tables(embedded_snapshot())
    for table in ("flows", "mine_production", "usgs_production", "usgs_unnamed"):
        found.connection.execute(f"DELETE FROM {table}")
    for economy, tonnes in mined.items():
        found.connection.execute(
            "INSERT INTO mine_production BY NAME SELECT $economy AS economy, 'Copper' AS mineral, 2023 AS year, "
            "'metr. t' AS unit, $t AS amount, ($t * 1000)::BIGINT AS amount_thousandths, 1.0 AS kg_per_thousandth",
            {"economy": economy, "t": tonnes},
        )
    for economy, tonnes in refined.items():
        table, column = ("usgs_unnamed", "country") if economy == OTHERS else ("usgs_production", "economy")
        found.connection.execute(
            f"INSERT INTO {table} BY NAME SELECT $economy AS {column}, 'copper' AS commodity, 'refinery' AS stage, "
            "'' AS type, 2023 AS year, 'reported' AS status, 't' AS unit, $t AS amount",
            {"economy": economy, "t": tonnes},
        )
    traded = [("HS92", "260300", 1, link, tonnes) for link, tonnes in ore.items()]
    traded += [("HS17", "740311", None, link, tonnes) for link, tonnes in (metal or {("CHL", "KOR"): 0.001}).items()]
    for revision, product, weighed, (supplier, buyer), tonnes in traded:
        found.connection.execute(
            "INSERT INTO flows BY NAME SELECT $revision AS revision, 2023 AS year, $product AS product, "
            "$buyer AS buyer, $supplier AS supplier, $value::BIGINT AS value_usd, $kg::BIGINT AS mass_kg, "
            "'complete' AS coverage",
            {
                "revision": revision,
                "product": product,
                "buyer": buyer,
                "supplier": supplier,
                "value": tonnes * USD_PER_T,
                "kg": weighed and tonnes * 1000,
            },
        )
    return found


def flow(network: SupplyNetwork, stage: str, supplier: str, buyer: str) -> float:
    block = network.blocks[network.stages.index(stage)]
    flows = block.makers if block.makers.shape[1] else block.final
    at = network.economies.index
    return float(flows[at(supplier), at(buyer)])


def refuse_imbalance(network: SupplyNetwork) -> None:
    """Fail unless rows are output, nothing is negative, and makers use up all that is made before them."""
    for at, block in enumerate(network.blocks):
        assert (block.makers >= 0).all()
        assert (block.final >= 0).all()
        assert block.makers.sum(axis=1) + block.final.sum(axis=1) == pytest.approx(
            network.output[:, at], rel=1e-6, abs=1e-6 * network.output[:, at].sum()
        )
        if at + 1 < len(network.stages):
            assert (block.maker_nodes % len(network.stages) == at + 1).all()
            assert not block.final.any()


def test_a_world_that_balances_is_not_repaired() -> None:
    """Chile mines 100 t and sells 200 t of ore to Japan: with 40 t and 60 t refined, a tonne of ore holds 0.3 t."""
    network = build_network(
        copper({"CHL": 100}, {"CHL": 40, "JPN": 60}, {("CHL", "JPN"): 200}, {("JPN", "KOR"): 10}), "copper", 2023
    )
    assert (network.unit, network.covers, network.stages) == ("t", "use", ("mine", "refined"))
    assert flow(network, "mine", "CHL", "CHL") == pytest.approx(40)
    assert flow(network, "mine", "CHL", "JPN") == pytest.approx(60)
    assert flow(network, "refined", "JPN", "KOR") == pytest.approx(10)
    assert flow(network, "refined", "JPN", "JPN") == pytest.approx(50)
    assert any("a tonne traded is taken to hold 0.300 t" in note for note in network.notes)
    assert any("mine: balancing changed 0.0% of the flows" in note for note in network.notes)
    assert all(abs(repair.after - repair.before) < 1e-6 for repair in network.repairs)
    refuse_imbalance(network)


def test_unnamed_producers_are_those_who_use_ore_and_have_no_figure() -> None:
    tables = copper({"CHL": 100}, {"CHL": 10, "JPN": 60, OTHERS: 30}, {("CHL", "JPN"): 200, ("CHL", "KOR"): 100})
    network = build_network(tables, "copper", 2023)
    assert network.output[network.economies.index("KOR")].tolist() == pytest.approx([0, 30])
    assert flow(network, "mine", "CHL", "KOR") == pytest.approx(30)
    assert any(
        "KOR first" in repair.what and repair.after - repair.before == pytest.approx(30) for repair in network.repairs
    )


def test_scrap_feeds_those_whose_output_ore_does_not_explain() -> None:
    """Congo refines what it mines; of the 20 t from scrap it has none, whatever the world's mean."""
    tables = copper({"CHL": 100, "COD": 30}, {"CHL": 40, "JPN": 80, "COD": 30}, {("CHL", "JPN"): 200})
    network = build_network(tables, "copper", 2023)
    assert flow(network, "mine", "COD", "COD") == pytest.approx(30)
    assert flow(network, "mine", "CHL", "CHL") + flow(network, "mine", "CHL", "JPN") == pytest.approx(100)
    assert any("a tonne traded is taken to hold 0.337 t" in note for note in network.notes)
    assert any("scrap" in repair.what and repair.after == pytest.approx(20) for repair in network.repairs)


def test_what_is_sold_on_comes_from_its_origin_and_no_one_sells_what_it_has_not() -> None:
    metal = {("JPN", "KOR"): 20, ("KOR", "IND"): 10, ("SGP", "IND"): 5}
    tables = copper({"CHL": 100}, {"CHL": 40, "JPN": 60}, {("CHL", "JPN"): 200}, metal)
    network = build_network(tables, "copper", 2023)
    assert flow(network, "refined", "JPN", "IND") == pytest.approx(10)
    assert "SGP" not in network.economies
    cut = next(repair for repair in network.repairs if repair.where == "SGP refined")
    assert (cut.before, cut.after) == (pytest.approx(5), 0)


def test_figures_that_do_not_balance_are_refused_with_the_figure_and_the_largest_repairs() -> None:
    """All ore goes to Korea, which refines nothing; Japan refines and buys none: 60 t leave one link, 60 t another."""
    tables = copper({"CHL": 100}, {"CHL": 40, "JPN": 60}, {("CHL", "KOR"): 200})
    with pytest.raises(NetworkError, match=r"repairs would change 120\.0% of the flows of mine") as refused:
        build_network(tables, "copper", 2023)
    assert any("CHL to KOR mine" in repair and "60 t to 0 t" in repair for repair in refused.value.details)
    assert "at most 30%" in str(refused.value)
    accepted = build_network(tables, "copper", 2023, repair_limit=2)
    assert any(note.startswith("Indicative only") for note in accepted.notes)
    refuse_imbalance(accepted)


def astray(ore_to_japan: int) -> Tables:
    """Return a world in which the rest of 200 t of ore goes to Korea, which refines nothing."""
    links = {("CHL", "JPN"): ore_to_japan, ("CHL", "KOR"): 200 - ore_to_japan}
    return copper({"CHL": 100}, {"CHL": 40, "JPN": 60}, {link: float(tonnes) for link, tonnes in links.items()})


def test_the_limit_lies_at_thirty_per_cent_of_the_flows() -> None:
    """With 160 t a tonne of ore fits best at 21600 / 65600 t: 26.3 % change; with 150 t at 21000 / 62500 t: 33.6 %."""
    network = build_network(astray(160), "copper", 2023)
    assert any("balancing changed 26.3% of the flows" in note for note in network.notes)
    with pytest.raises(NetworkError, match=r"would change 33\.6% of the flows of mine"):
        build_network(astray(150), "copper", 2023)


@pytest.mark.parametrize(
    ("name", "year", "least", "most"), [("copper", 2023, 0.15, 0.25), ("aluminium", 2022, 0.15, 0.25)]
)
def test_the_chains_that_balance_do_so_within_a_quarter(
    tables: Tables, name: str, year: int, least: float, most: float
) -> None:
    network = build_network(tables, name, repair_limit=most)
    assert network.year == year
    refuse_imbalance(network)
    with pytest.raises(NetworkError, match="of the flows of mine"):
        build_network(tables, name, repair_limit=least)


def test_years_with_tonnage_artefacts_are_refused(tables: Tables) -> None:
    with pytest.raises(NetworkError, match="PNG mine: exports cut"):
        build_network(tables, "copper", 2022)
    with pytest.raises(NetworkError, match="GIN to CHN mine"):
        build_network(tables, "aluminium", 2023)


def test_every_maker_gets_its_input_by_the_same_coefficient_where_there_is_no_scrap(tables: Tables) -> None:
    network = build_network(tables, "aluminium")
    for at in (0, 1):
        made = network.output[:, at + 1]
        got = network.blocks[at].makers.sum(axis=0)
        big = made > 1e-3 * made.sum()
        assert got[big] / made[big] == pytest.approx(network.output[:, at].sum() / made.sum(), rel=1e-5)


def test_a_stage_without_trade_is_marked_and_bound_to_nobody(tables: Tables) -> None:
    network = build_network(tables, "aluminium")
    assert network.stages == ("mine", "alumina", "refined")
    assert any("no trade of it in the figures" in note for note in network.notes)
    assert network.rigidity[1] == 0 < network.rigidity[0]
    assert build_network(tables, "aluminium", assumptions={"rigidity": 0.5}).rigidity.tolist() == [0.5, 0.5, 0.5]


def test_a_year_outside_the_figures_is_refused(tables: Tables) -> None:
    with pytest.raises(NetworkError, match="Take one of 2022, 2023"):
        build_network(tables, "copper", 2019)


def test_by_value_the_stages_of_a_chain_stand_side_by_side(tables: Tables) -> None:
    network = build_network(tables, "copper", 2019, basis="value")
    assert (network.unit, network.covers) == ("usd", "imports")
    assert any("not linked" in note for note in network.notes)


def test_a_material_without_production_is_linked_by_shares_alone(tables: Tables, tmp_path: Path) -> None:
    plain = build_network(tables, "nickel")
    assert any("shares of it link the stages" in note for note in plain.notes)
    shares = {"IDN": 0.45, "CHN": 0.3, "RUS": 0.05, "JPN": 0.05}
    linked = build_network(tables, "nickel", 2023, shares={"refined": shares}, repair_limit=2)
    refuse_imbalance(linked)
    assert linked.output[linked.economies.index("IDN"), 1] == pytest.approx(0.45 * linked.output[:, 1].sum())
    assert any("the user's" in note for note in linked.notes)
    file = tmp_path / "shares.csv"
    file.write_text(
        "stage,economy,share\n" + "".join(f"refined,{economy},{share}\n" for economy, share in shares.items())
    )
    again = build_network(tables, "nickel", 2023, shares=file, repair_limit=2)
    assert np.array_equal(linked.output, again.output)


def test_published_shares_of_nickel_do_not_balance(tables: Tables, shared: Path) -> None:
    years = json.loads((shared / "data/critical_materials_hs17/refined_years.json").read_text())["nickel"]
    shares = {entry["c"]: entry["v"] / 100 for entry in years["2023"]}
    with pytest.raises(NetworkError, match="PHL mine: exports cut"):
        build_network(tables, "nickel", 2023, shares={"refined": shares})


def test_wrong_shares_are_listed_together(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(TableError) as refused:
        build_network(
            tables, "nickel", 2023, shares={"refined": {"China": 0.9, "CHN": 0.1, "Japn": 0.1, "IND": 2}, "smelter": {}}
        )
    for fault in ("CHN stands twice", "'Japn'; did you mean Japan", "share '2' is not a number from 0 to 1"):
        assert fault in str(refused.value)
    file = tmp_path / "shares.csv"
    file.write_text("stage,economy\nrefined,CHN\n")
    with pytest.raises(TableError, match="lacks columns"):
        build_network(tables, "nickel", 2023, shares=file)
    with pytest.raises(TableError, match=r"add up to 1\.200"):
        build_network(tables, "nickel", 2023, shares={"refined": {"CHN": 0.9, "JPN": 0.3}})


def test_shares_are_refused_where_there_are_no_two_stages(tables: Tables) -> None:
    with pytest.raises(RequestError, match="Such are aluminium, antimony, copper"):
        build_network(tables, "280530", shares={"mine": {"CHN": 1}})
    with pytest.raises(RequestError, match="by value"):
        build_network(tables, "nickel", shares={"refined": {"CHN": 1}}, basis="value")


def test_crops_are_balanced_with_home_supply(tables: Tables) -> None:
    network = build_network(tables, "food:wheat")
    assert (network.unit, network.covers) == ("t", "use")
    assert network.blocks[0].final.sum(axis=1) == pytest.approx(network.output[:, 0])
    at = network.economies.index
    assert network.blocks[0].final[at("IND"), at("IND")] > 0.9 * network.output[at("IND"), 0]
    need = network.blocks[0].final.sum(axis=0)
    assert 100 < (network.final_stock_days[:, 0] * need).sum() / need.sum() < 180
    assert network.final_stock_days[at("CHN"), 0] > 2 * network.final_stock_days[at("EGY"), 0]
