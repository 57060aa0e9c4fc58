"""Networks of staple food: they balance, say what was changed, and their units are those of the publishers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from kizuna.floor.errors import RequestError, UnknownNameError
from kizuna.floor.params import parameter
from kizuna.network.food import CROPS, build_food
from kizuna.network.food_energy import food_network, food_reserves, reserve_days
from kizuna.simulate.food_scenario import food_scenario
from kizuna.tables.build import Tables

FILES = "food_2015_2017"


@pytest.mark.parametrize("crop", CROPS)
def test_output_is_what_goes_abroad_and_what_stays_at_home(tables: Tables, crop: str) -> None:
    network = food_network(tables, crop)
    final = network.blocks[0].final
    assert (network.unit, network.covers) == ("kcal", "use")
    assert (final >= 0).all()
    assert network.output[:, 0] == pytest.approx(final.sum(axis=1), rel=1e-12)


@pytest.mark.parametrize("crop", CROPS)
def test_energy_is_that_of_the_network_in_tonnes(tables: Tables, crop: str) -> None:
    network, tonnes = food_network(tables, crop), build_food(tables, crop)
    kept = [tonnes.economies.index(code) for code in network.economies]
    assert network.output == pytest.approx(tonnes.output[kept] * parameter(f"kcal_per_tonne_{crop}"), rel=1e-12)
    left = sorted(set(tonnes.economies) - set(network.economies))
    assert all(any(code in note for note in network.notes) for code in left)
    out = [tonnes.economies.index(code) for code in left]
    final = tonnes.blocks[0].final
    assert final[out].sum() + final[:, out].sum() == pytest.approx(2 * np.diagonal(final)[out].sum(), rel=1e-9)


def test_china_is_mainland_china_and_economies_without_a_trade_list_are_named_and_left_out(tables: Tables) -> None:
    network = food_network(tables, "wheat")
    tonnes = tables.rows("SELECT tonnes::DOUBLE FROM food_production WHERE economy = 'CHN' AND item = 'Wheat'")
    assert len(tonnes) == 1
    grown = tonnes[0][0] * parameter("kcal_per_tonne_wheat")
    assert network.output[network.economies.index("CHN"), 0] == pytest.approx(grown, rel=1e-9)
    assert "AGO" not in network.economies
    assert any("AGO" in note for note in network.notes)
    assert any("2015 to 2017" in note and "2020" in note for note in network.notes)


def test_an_assumption_of_the_user_takes_the_place_of_ours(tables: Tables) -> None:
    assert food_network(tables, "wheat").home_priority.tolist() == [1.0]
    assert food_network(tables, "wheat", assumptions={"rigidity": 1}).rigidity.tolist() == [1.0]


def test_reserves_are_those_of_the_table_and_their_days_are_of_base_use(tables: Tables) -> None:
    network, reserves = food_network(tables, "wheat"), food_reserves(tables, "wheat")
    stored = tables.rows("SELECT kcal::DOUBLE FROM food_stocks WHERE crop = 'wheat' AND economy = 'JPN'")[0][0]
    assert reserves["JPN"] == stored
    days = reserve_days(network, reserves)[network.economies.index("JPN")]
    use = network.blocks[0].final[:, network.economies.index("JPN")].sum()
    assert days == pytest.approx(365 * stored / use)
    without = reserve_days(network, {code: kcal for code, kcal in reserves.items() if code != "JPN"})
    assert math.isnan(without[network.economies.index("JPN")])


@pytest.mark.parametrize("crop", CROPS)
def test_users_hold_the_share_of_their_own_economys_reserve_that_is_asked_for(tables: Tables, crop: str) -> None:
    network, reserves = food_network(tables, crop, reserve_share=0.5), food_reserves(tables, crop)
    use = network.blocks[0].final.sum(axis=0)
    held = network.final_stock_days[:, 0] * use / 365
    listed = np.array([reserves[code] for code in network.economies])
    assert held == pytest.approx(np.where(use > 0, 0.5 * listed, 0), rel=1e-12)
    assert any("50%" in note for note in network.notes)
    without = food_network(tables, crop)
    assert not without.final_stock_days.any()
    assert any("no stocks" in note for note in without.notes)
    assert all("no stocks" not in note for note in network.notes)


def test_stocks_in_days_take_the_place_of_a_share_and_are_not_asked_for_twice(tables: Tables) -> None:
    given = food_network(tables, "wheat", assumptions={"final_stock_days": 30})
    assert (given.final_stock_days == 30).all()
    assert all("no stocks" not in note for note in given.notes)
    with pytest.raises(RequestError, match="twice"):
        food_network(tables, "wheat", reserve_share=0.5, assumptions={"final_stock_days": 30})
    with pytest.raises(RequestError, match="not a share"):
        food_network(tables, "wheat", reserve_share=1.5)


def test_a_crop_we_do_not_have_is_met_with_near_names(tables: Tables) -> None:
    with pytest.raises(UnknownNameError, match="wheat"):
        food_network(tables, "wheet")


@pytest.mark.parametrize(("crop", "kcal"), [("Rice", 3_600_000), ("Maize", 3_560_000)])
def test_trade_was_turned_into_energy_with_the_factor_of_milled_rice_and_of_maize(
    shared: Path, crop: str, kcal: int
) -> None:
    """A flow is a mean of three whole-tonne years, so small flows are whole thirds of a tonne's energy."""
    factors = {"Rice": (3_600_000, 2_800_000), "Maize": (3_560_000, 3_340_000)}[crop]
    with (shared / "data" / FILES / f"{crop}_Avg20152017E0.csv").open(encoding="utf-8-sig") as file:
        cells = [float(cell) for row in list(csv.reader(file))[1:] for cell in row[1:]]
    small = [cell for cell in cells if 0 < cell < 3e8]
    whole = {factor: np.mean([abs(c / factor * 3 - round(c / factor * 3)) < 1e-6 for c in small]) for factor in factors}
    assert whole[kcal] > 0.3
    assert whole[kcal] > 5 * max(part for factor, part in whole.items() if factor != kcal)


def test_the_embedded_scenarios_are_those_of_the_publishers_files(shared: Path, tables: Tables) -> None:
    kinds = {"breadbasket-2008": "DeclineFraction_breadbasket", "export-bans-2008": "ExportRestrictionFraction"}
    for name, kind in kinds.items():
        scenario = food_scenario(tables, name)
        for crop in CROPS:
            file = shared / "data" / FILES / "scenarios" / f"Scenario_{crop.title()}_{kind}_Year2008_195countries.csv"
            with file.open(encoding="utf-8-sig") as rows:
                found = {row["iso3"]: float(row["year_1"]) for row in csv.DictReader(rows)}
            shares = {code: share for code, share in found.items() if share != 0}
            assert shares == (scenario.decline if name == "breadbasket-2008" else scenario.ban).get(crop)
