"""Networks of trade alone, on a world small enough to be reckoned by hand and on the real figures."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kizuna.floor.errors import NetworkError, OutOfRangeError, RequestError
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.network.build import build_network
from kizuna.network.supply_network import SupplyNetwork
from kizuna.network.trade import trade_networks, traded_products
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables

PRODUCT = "280530"
# Year, supplier, buyer, USD, kg (None: the publisher gives none). 2022 has nothing of the product at all; what an
# economy sells to itself is no trade.
FLOWS = [
    (2021, "CHN", "JPN", 100, 50),
    (2021, "CHN", "IND", 20, 10),
    (2021, "VNM", "JPN", 40, 20),
    (2023, "CHN", "JPN", 300, 150),
    (2023, "JPN", "IND", 60, None),
    (2023, "CHN", "CHN", 900, 450),
]


def world(flows: list[tuple[int, str, str, int, int | None]], coverage: str = "complete") -> Tables:
    """Return tables with these flows of one product and nothing else."""
    found = build_tables(embedded_snapshot())
    found.connection.execute("DELETE FROM flows")
    for year, supplier, buyer, value, mass in flows:
        found.connection.execute(
            "INSERT INTO flows BY NAME SELECT 'HS92' AS revision, $year AS year, $product AS product, $buyer AS buyer, "
            "$supplier AS supplier, $value AS value_usd, $mass AS mass_kg, $coverage AS coverage",
            {
                "year": year,
                "product": PRODUCT,
                "buyer": buyer,
                "supplier": supplier,
                "value": value,
                "mass": mass,
                "coverage": coverage,
            },
        )
    return found


def flow(network: SupplyNetwork, supplier: str, buyer: str, stage: int = 0) -> float:
    at = network.economies.index
    return float(network.blocks[stage].final[at(supplier), at(buyer)])


@pytest.fixture(scope="module")
def small() -> Tables:
    return world(FLOWS)


def test_a_year_without_the_product_is_left_out_and_a_pair_missing_in_a_year_sold_nothing_in_it(small: Tables) -> None:
    network = build_network(small, PRODUCT, 2023)
    assert network.economies == ("CHN", "IND", "JPN", "VNM")
    assert (flow(network, "CHN", "JPN"), flow(network, "CHN", "IND")) == (200, 10)
    assert (flow(network, "VNM", "JPN"), flow(network, "JPN", "IND")) == (20, 30)
    assert network.output.tolist() == [[210], [0], [30], [20]]
    assert "HS92:280530: no figures in 2022, left out of the mean." in network.notes


def test_a_mean_of_one_year_is_that_year(small: Tables) -> None:
    network = build_network(small, PRODUCT, 2023, years=1)
    assert network.output.sum() == 360


def test_trade_alone_says_that_it_covers_imports_and_has_no_makers(small: Tables) -> None:
    network = build_network(small, PRODUCT, 2023)
    assert (network.covers, network.unit, network.kind, network.year) == ("imports", "usd", "material", 2023)
    assert network.blocks[0].makers.shape == (4, 0)
    assert not np.diagonal(network.blocks[0].final).any()
    assert np.isnan(network.value_added_usd).all()
    assert network.stages == ("refined",)
    assert network.products == (("HS92:280530", "rare-earths", "rare-earths:refined"),)


def test_tonnes_are_refused_where_too_much_value_has_none(small: Tables) -> None:
    with pytest.raises(NetworkError, match=r"flows without a mass hold 11\.5% of the value"):
        build_network(small, PRODUCT, 2023, basis="mass")
    assert build_network(small, PRODUCT, 2021, basis="mass").output.sum() == pytest.approx(0.08)


def test_a_little_value_without_a_mass_is_said() -> None:
    network = build_network(world([*FLOWS, (2023, "CHN", "KOR", 10_000, 5_000)]), PRODUCT, 2023, basis="mass")
    assert any("flows without a mass, 0.57% of the value, count as none" in note for note in network.notes)
    assert flow(network, "CHN", "KOR") == pytest.approx(2.5)


def test_a_list_of_largest_flows_is_said() -> None:
    network = build_network(world(FLOWS, "top flows"), PRODUCT, 2023)
    assert "HS92:280530: the largest flows only in 2021, 2023." in network.notes


def test_other_names_for_the_same_economies_change_no_flow() -> None:
    turned = {"CHN": "ZWE", "JPN": "ALB", "IND": "KEN", "VNM": "BEL"}
    plain = build_network(world(FLOWS), PRODUCT, 2023)
    other = build_network(world([(y, turned[s], turned[b], v, m) for y, s, b, v, m in FLOWS]), PRODUCT, 2023)
    for supplier in plain.economies:
        for buyer in plain.economies:
            assert flow(plain, supplier, buyer) == flow(other, turned[supplier], turned[buyer])


def test_a_provisional_year_is_said(tables: Tables) -> None:
    last = f"{parameter('last_settled_year'):.0f}"
    assert any(f"after {last} is provisional" in note for note in build_network(tables, "280530", 2024).notes)
    assert not any("provisional" in note for note in build_network(tables, "280530", 2023).notes)


def test_wrong_asks_are_refused(tables: Tables) -> None:
    with pytest.raises(OutOfRangeError, match="Take 1995"):
        build_network(tables, "280530", 1990)
    with pytest.raises(RequestError, match="1 year or more"):
        build_network(tables, "280530", 2023, years=0)
    with pytest.raises(NetworkError, match="no trade of HS92:811230 in 2021 to 2023"):
        build_network(tables, "811230", 2023)
    with pytest.raises(RequestError, match="value or mass"):
        build_network(tables, "280530", 2023, basis="weight")  # type: ignore[arg-type]


def test_every_product_builds_at_once_and_three_have_no_figures_now(tables: Tables) -> None:
    found = trade_networks(tables, traded_products(tables), 2023)
    assert len(found) == 74
    assert sorted(name for name, network in found.items() if isinstance(network, Gap)) == [
        "HS92:250390",
        "HS92:283030",
        "HS92:811230",
    ]
    alone = build_network(tables, "280530", 2023)
    together = found["HS92:280530"]
    assert isinstance(together, SupplyNetwork)
    assert np.array_equal(together.blocks[0].final, alone.blocks[0].final)


@pytest.mark.parametrize("revision", ["HS92", "HS17"])
def test_no_join_repeats_or_loses_a_flow(tables: Tables, revision: str) -> None:
    stored = pl.read_parquet(tables.store.table(f"trade_{revision.lower()}")).filter(
        pl.col("year").is_between(2021, 2023)
    )
    buyer, supplier = ("buyer_code", "supplier_code") if revision == "HS92" else ("buyer", "supplier")
    sums = dict(
        stored.filter(pl.col(buyer) != pl.col(supplier)).group_by("product").agg(pl.col("value_usd").sum()).rows()
    )
    built = 0
    for name, network in trade_networks(tables, traded_products(tables, revision), 2023).items():
        if isinstance(network, SupplyNetwork):
            total = sums[name.partition(":")[2]] / 3
            assert network.output.sum() == pytest.approx(total, rel=1e-12)
            assert network.blocks[0].final.sum(axis=1) == pytest.approx(network.output[:, 0], rel=1e-12)
            assert not np.diagonal(network.blocks[0].final).any()
            built += 1
    assert built == len(sums) == {"HS92": 71, "HS17": 30}[revision]


def test_headings_groups_and_materials_are_subjects_too(tables: Tables) -> None:
    coal = build_network(tables, "2701", 2023)
    parts = [build_network(tables, f"27011{last}", 2023).output.sum() for last in "129"]
    assert coal.output.sum() == pytest.approx(sum(parts))
    assert build_network(tables, "gas", 2023).products[0][:2] == ("HS92:271111", "HS92:271121")
    assert build_network(tables, "rare-earths", 2023).products[0][-1] == "rare-earths:refined"
    assert build_network(tables, "copper:refined", 2023).products == (("HS17:740311", "copper", "copper:refined"),)


def test_stages_that_no_figures_link_stand_side_by_side(tables: Tables) -> None:
    network = build_network(tables, "tungsten", 2023)
    assert network.stages == ("mine", "refined")
    assert all(block.makers.shape[1] == 0 for block in network.blocks)
    assert any("not linked" in note for note in network.notes)


def test_assumptions_of_the_user_come_before_the_parameters_and_wrong_ones_are_listed_together(tables: Tables) -> None:
    network = build_network(tables, "tungsten", 2023, assumptions={"rigidity": 1, "stock_days": {"mine": 10}})
    assert network.rigidity.tolist() == [1, 1]
    assert network.stock_days.tolist() == [10, parameter("network_stock_days_material")]
    assert (network.spare == parameter("network_spare_material")).all()
    with pytest.raises(RequestError) as refused:
        build_network(tables, "tungsten", 2023, assumptions={"stok_days": 3, "rigidity": 2, "spare": {"smelter": 0}})
    for fault in ("did you mean stock_days", "rigidity: 2 is above 1", "no stage 'smelter'"):
        assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("subject", "options", "idle"),
    [
        ("280530", {"repair_limit": 0.5}, "repair_limit"),
        ("copper", {"years": 3}, "years"),
        ("wiod", {"years": 3, "repair_limit": 0.5}, "years and repair_limit"),
        ("food:wheat", {"basis": "mass"}, "basis"),
    ],
)
def test_an_option_that_means_nothing_for_the_subject_is_refused(
    tables: Tables, subject: str, options: dict[str, object], idle: str
) -> None:
    with pytest.raises(RequestError, match=f"{idle} of '{subject}'"):
        build_network(tables, subject, **options)  # type: ignore[arg-type]


def test_crops_have_one_vintage(tables: Tables) -> None:
    with pytest.raises(OutOfRangeError, match="year 2008"):
        build_network(tables, "food:wheat", 2008)


def test_an_assumption_for_one_stage_leaves_the_others_as_they_are(tables: Tables) -> None:
    usual, one = (
        build_network(tables, "aluminium", assumptions=given) for given in (None, {"rigidity": {"mine": 0.9}})
    )
    assert one.rigidity.tolist() == [0.9, *usual.rigidity[1:].tolist()]
    assert 0.0 in one.rigidity
    tabled = build_network(tables, "wiod", assumptions={"stock_days": {"c1": 3}})
    assert tabled.stock_days[0] == 3
    assert np.isinf(tabled.stock_days).any()
