"""The sea lanes: every economy has ports, and trade passes where ships are known to pass."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.floor.errors import TableError, UnknownNameError
from kizuna.scenario.routes import (
    detour_days,
    detour_groups,
    extra_days,
    needed_chokepoints,
    passing_shares,
    shortest_ways,
)
from kizuna.scenario.sealanes import load_sea_lanes, read_sea_lanes
from kizuna.tables.economies import load_economies

LANES = load_sea_lanes()
EVERY = tuple(economy.iso3 for economy in load_economies())


def passing(supplier: str, buyer: str, chokepoint: str) -> float:
    """Return the share of one flow that passes one chokepoint."""
    return float(passing_shares(LANES, [supplier, buyer], [chokepoint])[0, 1])


def miles(start: str, goal: str, *closed: str) -> float:
    """Return the shortest way in nautical miles."""
    here, there = LANES.regions.index(start), LANES.regions.index(goal)
    return float(shortest_ways(LANES.legs_without(closed))[here, there])


def test_every_economy_has_ports() -> None:
    assert LANES.port_shares(EVERY).sum(axis=1) == pytest.approx(1)


def test_every_region_can_be_reached_by_sea() -> None:
    assert np.isfinite(shortest_ways(LANES.legs_without())).all()


@pytest.mark.parametrize("supplier", ["SAU", "QAT", "KWT", "IRQ", "ARE"])
def test_gulf_oil_to_japan_passes_hormuz_and_malacca(supplier: str) -> None:
    assert 0.5 < passing(supplier, "JPN", "hormuz") <= 1
    assert passing(supplier, "JPN", "malacca") == pytest.approx(1)


def test_saudi_oil_to_germany_passes_hormuz_in_part_and_suez_whole() -> None:
    assert passing("SAU", "DEU", "hormuz") == pytest.approx(0.8)
    assert passing("SAU", "DEU", "bab-el-mandeb") == pytest.approx(0.8)
    assert passing("SAU", "DEU", "suez") == pytest.approx(1)


def test_oil_that_reaches_yanbu_by_pipe_meets_bab_el_mandeb_on_its_way_east() -> None:
    assert passing("SAU", "JPN", "bab-el-mandeb") == pytest.approx(0.2)


def test_chile_to_japan_passes_nothing() -> None:
    assert [name for name in LANES.chokepoints if passing("CHL", "JPN", name)] == []


def test_black_sea_to_india_passes_the_turkish_straits_suez_and_bab_el_mandeb() -> None:
    assert set(needed_chokepoints(LANES, "black-sea", "india-west")) == {"turkish-straits", "suez", "bab-el-mandeb"}
    assert passing("RUS", "IND", "turkish-straits") == pytest.approx(0.3)


def test_australia_to_japan_stays_clear_of_malacca() -> None:
    assert passing("AUS", "JPN", "malacca") == 0


def test_gas_of_qatar_to_india_passes_hormuz_alone() -> None:
    assert [name for name in LANES.chokepoints if passing("QAT", "IND", name)] == ["hormuz"]


@pytest.mark.parametrize("chokepoint", ["hormuz", "turkish-straits", "danish-straits"])
def test_an_inland_sea_has_no_way_around(chokepoint: str) -> None:
    days = detour_days(LANES, [chokepoint])
    assert np.isinf(days).any()
    assert set(days[days > 0]) == {np.inf}


@pytest.mark.parametrize(
    "chokepoint", ["malacca", "suez", "bab-el-mandeb", "panama", "gibraltar", "cape", "taiwan-strait"]
)
def test_an_open_strait_has_a_way_around(chokepoint: str) -> None:
    assert np.isfinite(detour_days(LANES, [chokepoint])).all()


@pytest.mark.parametrize(
    ("start", "goal", "closed", "published"),
    [
        ("singapore", "north-sea", (), 8300),
        ("singapore", "north-sea", ("suez",), 11800),
        ("persian-gulf", "japan", (), 6600),
        ("persian-gulf", "north-sea", (), 6450),
        ("persian-gulf", "north-sea", ("suez",), 11200),
        ("singapore", "japan", (), 2900),
        ("gulf-of-mexico", "japan", (), 9200),
        ("chile", "japan", (), 9300),
    ],
)
def test_well_known_distances_come_out_within_a_tenth(
    start: str, goal: str, closed: tuple[str, ...], published: float
) -> None:
    assert miles(start, goal, *closed) == pytest.approx(published, rel=0.1)


def test_no_leg_is_much_longer_than_the_way_by_its_neighbours() -> None:
    ways = shortest_ways(LANES.legs_without())
    place = LANES.regions.index
    worst = max(leg.miles / ways[place(leg.one), place(leg.other)] for leg in LANES.legs)
    assert worst < 1.15


def test_the_cape_adds_about_two_weeks_between_the_gulf_and_rotterdam() -> None:
    assert 12 < extra_days(LANES, ["KWT", "NLD"], ["suez"])[0, 1] < 17


def test_with_malacca_sunda_and_lombok_closed_ships_sail_round_australia() -> None:
    short = extra_days(LANES, ["KWT", "JPN"], ["malacca"])[0, 1]
    far = extra_days(LANES, ["KWT", "JPN"], ["malacca", "sunda", "lombok"])[0, 1]
    assert 1 < short < 4 < 10 < far


def test_trade_with_no_other_way_has_infinitely_many_extra_days() -> None:
    assert extra_days(LANES, ["KWT", "JPN", "CHL"], ["hormuz"]).tolist() == [
        [0, np.inf, np.inf], [np.inf, 0, 0], [np.inf, 0, 0]
    ]  # fmt: skip


def test_neighbours_trade_mostly_by_land() -> None:
    border = np.array([[False, True], [True, False]])
    assert passing("KWT", "IRQ", "hormuz") == pytest.approx(0.5 * 0.05)
    assert passing("RUS", "KAZ", "turkish-straits") < 0.2
    assert passing_shares(LANES, ["EGY", "SDN"], ["suez"])[0, 1] == pytest.approx(0.75)
    assert passing_shares(LANES, ["EGY", "SDN"], ["suez"], border)[0, 1] == pytest.approx(0.75 * 0.3)


def test_the_mixture_outside_an_input_output_table_has_ports_in_any_case_of_letters() -> None:
    assert LANES.port_shares(["RoW"]).sum() == pytest.approx(1)


def test_an_unknown_passage_suggests_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match="hormuz"):
        passing_shares(LANES, ["KWT", "JPN"], ["homuz"])


def test_economies_without_ports_are_named_together() -> None:
    with pytest.raises(TableError) as caught:
        LANES.port_shares(["JPN", "XYZ", "QQQ"])
    assert caught.value.faults == ("XYZ", "QQQ")


def test_lanes_that_do_not_fit_together_say_every_fault() -> None:
    with pytest.raises(TableError) as caught:
        read_sea_lanes(
            {
                "chokepoints": {},
                "regions": {"a": {"economies": ["JPN"]}, "b": {"economies": ["JPN"]}, "c": {}},
                "shared": {"IND": {"regions": {"a": 0.5, "z": 0.4}}},
                "legs": [{"from": "a", "to": {"b": 1}, "by": "door"}],
                "land": [{"between": ["CHN"], "by_sea": {"low": 0, "mode": 0, "high": 0}, "why": ""}],
            }
        )
    assert caught.value.faults == (
        "JPN stands in two places",
        "IND names the region z, which is not listed",
        "a leg from a needs door, which is no chokepoint",
        "the shares of IND add up to 0.9",
        "CHN trades by land and has no ports",
        "no leg leads to c",
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(list(LANES.chokepoints)), min_size=1, max_size=4, unique=True))
def test_closing_more_never_lets_more_pass(closed: list[str]) -> None:
    few, many = (passing_shares(LANES, EVERY[:60], names) for names in (closed[:1], closed))
    assert (many >= few - 1e-12).all()
    assert ((many >= 0) & (many <= 1 + 1e-12)).all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_economies_changes_nothing(order: list[int]) -> None:
    names = EVERY[100:112]
    plain = passing_shares(LANES, names, ["suez", "hormuz"])
    mixed = passing_shares(LANES, [names[at] for at in order], ["suez", "hormuz"])
    assert np.allclose(mixed, plain[np.ix_(order, order)])


def test_the_groups_of_detours_share_out_what_passes() -> None:
    groups = detour_groups(LANES, EVERY, ["suez", "bab-el-mandeb"])
    assert [group.name for group in groups] == ["no-detour", "short", "medium", "long"]
    shares = passing_shares(LANES, EVERY, ["suez", "bab-el-mandeb"])
    assert np.allclose(sum(group.share for group in groups), shares)
