"""Input-output networks, by hand, from WIOD, and from tables of others."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from kizuna.floor.errors import OutOfRangeError, RequestError, TableError
from kizuna.floor.params import parameter
from kizuna.network.build import build_network
from kizuna.network.supply_network import SupplyNetwork
from kizuna.network.table import from_arrays, from_system, from_wiod, wiod_sectors
from kizuna.tables.build import Tables

ECONOMIES, STAGES = ["A", "B"], ["farm", "mill"]
# Rows and columns: A farm, A mill, B farm, B mill.
USE = np.array([[1.0, 20, 0, 5], [2, 3, 0, 0], [0, 4, 1, 10], [0, 0, 3, 2]])
FINAL = np.array([[4.0, 1], [30, 5], [0, 6], [2, 25]])
OUTPUT = USE.sum(axis=1) + FINAL.sum(axis=1)


@pytest.fixture(scope="module")
def wiod(tables: Tables) -> SupplyNetwork:
    return build_network(tables, "wiod")


def test_each_block_holds_what_its_sector_sells_to_every_industry() -> None:
    network = from_arrays("hand", ECONOMIES, STAGES, USE, FINAL, OUTPUT, 2020)
    assert network.blocks[0].makers.tolist() == [USE[0].tolist(), USE[2].tolist()]
    assert network.blocks[1].makers.tolist() == [USE[1].tolist(), USE[3].tolist()]
    assert network.blocks[1].final.tolist() == [[30, 5], [2, 25]]
    assert network.blocks[0].maker_nodes.tolist() == [0, 1, 2, 3]
    assert network.output.tolist() == [[31, 40], [21, 32]]
    assert network.value_added_usd.tolist() == [[28, 13], [17, 15]]
    assert network.repairs == ()


def test_stocks_run_down_are_no_supply_and_output_is_what_is_sold() -> None:
    final = FINAL.copy()
    final[0, 1] = -2
    network = from_arrays("hand", ECONOMIES, STAGES, USE, final, OUTPUT, 2020)
    assert network.blocks[0].final[0].tolist() == [4, 0]
    assert network.output[0, 0] == 30
    assert (network.repairs[0].before, network.repairs[0].after) == (-2, 0)
    assert any(repair.where == "A farm" and (repair.before, repair.after) == (31, 30) for repair in network.repairs)


def test_a_raw_table_is_kept_as_it_is_given() -> None:
    final = FINAL.copy()
    final[0, 1] = -2
    network = from_arrays("hand", ECONOMIES, STAGES, USE, final, OUTPUT + 1, 2020, raw=True)
    assert network.output.reshape(-1).tolist() == (OUTPUT + 1).tolist()
    assert network.blocks[0].final[0, 1] == -2
    assert network.repairs == ()


def test_all_blocks_are_views_of_one_matrix(wiod: SupplyNetwork) -> None:
    matrix = wiod.blocks[0].makers.base
    assert matrix is not None
    assert all(block.makers.base is matrix for block in wiod.blocks)
    assert matrix.shape == (35, 41, 1435)
    assert matrix.flags.c_contiguous


def test_the_table_is_copied_once() -> None:
    size, stages = 20, 40
    nodes = size * stages
    use = np.ones((nodes, nodes))
    final, output = np.ones((nodes, size)), np.full(nodes, nodes + size, dtype=float)
    tracemalloc.start()
    from_arrays("large", [f"e{at}" for at in range(size)], [f"s{at}" for at in range(stages)], use, final, output, 2020)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.3 * use.nbytes


def test_wiod_balances_as_published_to_a_twentieth_of_a_per_cent(tables: Tables) -> None:
    raw = from_wiod(tables, raw=True)
    assert 0.0004 < imbalance(raw) < 0.0009
    assert (raw.output == 0).sum() == 22


def test_wiod_is_repaired_to_balance_and_says_what_changed(wiod: SupplyNetwork) -> None:
    assert imbalance(wiod) < 1e-14
    assert all((block.makers >= 0).all() and (block.final >= 0).all() for block in wiod.blocks)
    assert wiod.repairs[0].before == -11_248e6
    assert "43 flows below 0" in wiod.repairs[0].what
    assert "22 industries make nothing." in wiod.notes
    assert "0.05% of output" in wiod.repairs[1].what


def test_wiod_has_one_code_for_each_economy_and_a_name_for_each_sector(wiod: SupplyNetwork) -> None:
    assert len(set(wiod.economies)) == 41
    assert {"ROU", "S19", "RoW", "IND", "JPN"} <= set(wiod.economies)
    assert wiod.stages == tuple(wiod_sectors())
    assert wiod.products[13] == ("wiod:c14",)
    assert wiod_sectors()["c14"] == "Electrical and optical equipment"
    assert (wiod.year, wiod.unit, wiod.covers) == (2011, "usd", "use")
    assert 60e12 < wiod.value_added_usd.sum() < 75e12
    assert [name for name, _ in wiod.inputs] == [
        "wiod_2011_intermediate",
        "wiod_2011_final_demand",
        "wiod_2011_output",
    ]


def test_wiod_of_another_year_is_refused(tables: Tables) -> None:
    with pytest.raises(OutOfRangeError, match="2011"):
        build_network(tables, "wiod", 2014)


@pytest.mark.parametrize("year", [1995, 2008, 2009, 2010])
def test_tables_of_other_years_balance_alike(shared: Path, year: int) -> None:
    folder = shared / "data/wiod2013"
    use = pl.read_parquet(folder / f"wiot_{year}_intermediate.parquet")[:, 1:].to_numpy()
    final = pl.read_parquet(folder / f"wiot_{year}_final_demand.parquet")[:, 1:].to_numpy()
    output = pl.read_csv(folder / f"wiot_{year}_output.csv").to_series(-1).to_numpy()
    by_region = final.reshape(len(output), 41, 5).sum(axis=2)
    stages = [f"c{at}" for at in range(1, 36)]
    raw = from_arrays("wiod", [f"e{at}" for at in range(41)], stages, use, by_region, output, year, raw=True)
    assert 0.0003 < imbalance(raw) < 0.001
    assert 18 <= (raw.output == 0).sum() <= 22


def imbalance(network: SupplyNetwork) -> float:
    """Return how far rows are from output, as a share of all output."""
    rows = np.stack([block.makers.sum(axis=1) + block.final.sum(axis=1) for block in network.blocks], axis=1)
    return float(np.abs(rows - network.output).sum() / network.output.sum())


def system(order: list[int], columns: list[int], unit: str = "Mill USD") -> SimpleNamespace:
    """Return the hand-made table as pymrio would hold it, rows and columns in any order, two final uses a region."""
    pandas = pytest.importorskip("pandas")
    labels = [(economy, stage) for economy in ECONOMIES for stage in STAGES]
    index = pandas.MultiIndex.from_tuples([labels[at] for at in order], names=["region", "sector"])
    head = pandas.MultiIndex.from_tuples([labels[at] for at in columns], names=["region", "sector"])
    uses = pandas.MultiIndex.from_tuples([(economy, use) for economy in ECONOMIES for use in ("home", "state")])
    split = np.stack([FINAL[:, 0] / 4, FINAL[:, 0] * 3 / 4, FINAL[:, 1] / 2, FINAL[:, 1] / 2], axis=1)
    plain = pandas.MultiIndex.from_tuples(labels)
    return SimpleNamespace(
        Z=pandas.DataFrame(USE[np.ix_(order, columns)], index, head),
        Y=pandas.DataFrame(split, plain, uses),
        x=pandas.DataFrame(OUTPUT, plain, ["indout"]),
        unit=pandas.DataFrame([unit] * len(labels), plain, ["unit"]),
    )


@pytest.mark.parametrize(
    ("order", "columns"), [([0, 1, 2, 3], [0, 1, 2, 3]), ([0, 2, 1, 3], [3, 1, 0, 2]), ([1, 0, 3, 2], [0, 1, 2, 3])]
)
def test_a_system_is_aligned_by_label(order: list[int], columns: list[int]) -> None:
    network = from_system(system(order, columns), 2020, "hand", usd_per_unit=1)
    at = network.economies.index, network.stages.index
    for row, (economy, stage) in enumerate((e, s) for e in ECONOMIES for s in STAGES):
        block = network.blocks[at[1](stage)]
        assert block.final[at[0](economy), at[0]("B")] == FINAL[row, 1]
        assert network.output[at[0](economy), at[1](stage)] == OUTPUT[row]
        for column, (buyer, made) in enumerate((e, s) for e in ECONOMIES for s in STAGES):
            node = at[0](buyer) * 2 + at[1](made)
            assert block.makers[at[0](economy), node] == USE[row, column]
    assert network.repairs == ()


def test_the_unit_of_a_system_is_read_or_asked_for() -> None:
    order = [0, 1, 2, 3]
    assert from_system(system(order, order), 2020, "hand").output.sum() == pytest.approx(OUTPUT.sum() * 1e6)
    with pytest.raises(RequestError, match=r"unit is M\.EUR"):
        from_system(system(order, order, "M.EUR"), 2020, "hand")


def test_regions_may_be_given_other_codes() -> None:
    order = [0, 1, 2, 3]
    network = from_system(system(order, order), 2020, "hand", economies={"A": "IND"})
    assert network.economies == ("IND", "B")


def test_a_system_that_lacks_an_industry_is_refused() -> None:
    broken = system([0, 1, 2, 3], [0, 1, 2, 3])
    broken.Z = broken.Z.iloc[:3]
    with pytest.raises(TableError, match="row B mill is missing"):
        from_system(broken, 2020, "hand")


def test_pymrios_own_table_builds() -> None:
    pymrio = pytest.importorskip("pymrio")
    network = from_system(pymrio.load_test().calc_all(), 2010, "pymrio-test")
    assert network.output.shape == (6, 8)
    assert imbalance(network) < 1e-12


def test_all_faults_of_arrays_come_together() -> None:
    final = FINAL.copy()
    final[0, 0] = np.nan
    with pytest.raises(TableError) as refused:
        from_arrays("hand", ["A", "A"], STAGES, USE[:3], final, OUTPUT, 2020)
    assert len(refused.value.faults) == 3


def test_what_ario_assumes_is_assumed_of_tables(wiod: SupplyNetwork) -> None:
    held = dict(zip(wiod.stages, wiod.stock_days, strict=True))
    assert {held[sector] for sector in ("c2", "c14", "c17", "c28")} == {parameter("network_stock_days_table")}
    assert {held[sector] for sector in ("c21", "c22", "c32")} == {float("inf")}
    assert (wiod.spare == parameter("ario_overproduction") - 1).all()
    assert (wiod.rigidity == 1).all()
    assert not wiod.home_priority.any()
    assert not wiod.final_stock_days.any()


def test_the_order_of_economies_changes_nothing() -> None:
    plain = from_arrays("hand", ECONOMIES, STAGES, USE, FINAL, OUTPUT, 2020)
    order = [2, 3, 0, 1]
    turned = from_arrays(
        "hand", ["B", "A"], STAGES, USE[np.ix_(order, order)], FINAL[order][:, ::-1], OUTPUT[order], 2020
    )
    for one, other in zip(plain.blocks, turned.blocks, strict=True):
        assert np.array_equal(one.makers[::-1][:, order], other.makers)
        assert np.array_equal(one.final[::-1, ::-1], other.final)
    assert np.array_equal(plain.output[::-1], turned.output)
