"""What must hold for trade measures of any small world."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import Flow, bloc_of, measured, panel_of, worlds

from kizuna.exposure.panel import NO_MASS, cells_of, totals_by

NAMES = list("ABCDEF")
YEARS = [2020, 2021, 2022]
BASES = st.sampled_from(["value", "mass"])
# What is counted in units, and so grows with them.
COUNTED_IN_UNITS = {"imports"}
few = settings(max_examples=40, deadline=None)


def close(found: dict[tuple[str, int, str, str], float]) -> object:
    """Return numbers to be met up to the rounding of floating point."""
    return pytest.approx(found, rel=1e-9, abs=1e-11)


@few
@given(worlds(), st.permutations(NAMES), BASES)
def test_new_names_for_economies_change_no_number(world: list[Flow], names: list[str], basis: str) -> None:
    new = dict(zip(NAMES, names, strict=True))
    renamed = [(c, year, new[buyer], new[supplier], value, mass) for c, year, buyer, supplier, value, mass in world]
    plain = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", "B", name="U")], basis)
    other = measured(panel_of(renamed, NAMES, YEARS), [bloc_of(new["A"], new["B"], name="U")], basis)
    assert {(c, y, new.get(e, e), i): value for (c, y, e, i), value in plain.items()} == close(other)


@few
@given(worlds(), st.integers(2, 1000), BASES)
def test_other_units_change_nothing_but_amounts(world: list[Flow], factor: int, basis: str) -> None:
    scaled = [
        (c, y, b, s, value * factor, None if mass is None else mass * factor) for c, y, b, s, value, mass in world
    ]
    plain = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", "B")], basis)
    other = measured(panel_of(scaled, NAMES, YEARS), [bloc_of("A", "B")], basis)
    grown = {key: value * (factor if key[3] in COUNTED_IN_UNITS else 1) for key, value in plain.items()}
    assert other == close(grown)


@few
@given(worlds(), st.data(), BASES)
def test_a_flow_split_into_two_rows_changes_no_number(world: list[Flow], data: st.DataObject, basis: str) -> None:
    at = data.draw(st.integers(0, len(world) - 1))
    c, y, b, s, value, mass = world[at]
    part = data.draw(st.integers(0, value))
    weight = None if mass is None else data.draw(st.integers(0, mass))
    rest = None if mass is None or weight is None else mass - weight
    split = [*world[:at], (c, y, b, s, part, weight), (c, y, b, s, value - part, rest), *world[at + 1 :]]
    blocs = [bloc_of("A", "B", "C")]
    assert measured(panel_of(split, NAMES, YEARS), blocs, basis) == measured(
        panel_of(world, NAMES, YEARS), blocs, basis
    )


@few
@given(worlds(), st.randoms(use_true_random=False), BASES)
def test_the_order_of_flows_changes_no_bit(world: list[Flow], random: object, basis: str) -> None:
    shuffled = list(world)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    plain = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", "B")], basis)
    assert measured(panel_of(shuffled, NAMES, YEARS), [bloc_of("A", "B")], basis) == plain


@few
@given(worlds(), BASES)
def test_every_index_and_share_stays_within_its_range(world: list[Flow], basis: str) -> None:
    found = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", "B")], basis)
    for (_, year, economy, indicator), value in found.items():
        if indicator in {"import_hhi", "world_export_hhi", "cdi1", "top1_share", "top3_share"}:
            assert 0 < value <= 1 + 1e-12, (year, economy, indicator)
        elif indicator in {"world_left_without_top", "world_centralisation", "supplier_pagerank", "cdi2"}:
            assert -1e-12 <= value <= 1 + 1e-12, (year, economy, indicator)
        elif indicator == "effective_suppliers":
            count = found["HS92:0", year, economy, "supplier_count"]
            assert 1 - 1e-12 <= value <= count + 1e-9
        elif indicator in {"geodep_year", "geodep_dependent", "cdi_dependent", "over_65_percent"}:
            assert value in (0.0, 1.0)


@few
@given(worlds(), BASES)
def test_the_largest_supplier_bounds_concentration(world: list[Flow], basis: str) -> None:
    found = measured(panel_of(world, NAMES, YEARS), (), basis)
    for (c, year, economy, indicator), hhi in found.items():
        if indicator == "import_hhi":
            top, three = (found[c, year, economy, name] for name in ("top1_share", "top3_share"))
            assert top**2 - 1e-12 <= hhi <= top + 1e-12
            assert top <= three + 1e-12


@few
@given(worlds())
def test_the_window_verdict_follows_from_the_years_flags(world: list[Flow]) -> None:
    found = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", "B")], window=3)
    for (c, year, economy, indicator), verdict in found.items():
        if indicator == "geodep_dependent":
            flags = [found.get((c, year - back, economy, "geodep_year"), 0.0) for back in range(3)]
            assert verdict == float(sum(flags) >= 2)
            assert found[c, year, economy, "geodep_persistence"] == pytest.approx(sum(flags) / 3)
            changes = sum(a != b for a, b in pairwise(flags))
            assert found[c, year, economy, "geodep_churn"] == pytest.approx(changes / 2)


@few
@given(worlds(), BASES)
def test_ranks_of_suppliers_add_up_to_one_in_every_network(world: list[Flow], basis: str) -> None:
    sums: dict[int, float] = {}
    for (_, year, _, indicator), value in measured(panel_of(world, NAMES, YEARS), (), basis).items():
        if indicator == "supplier_pagerank":
            sums[year] = sums.get(year, 0.0) + value
    assert sums == {year: pytest.approx(1.0, abs=1e-9) for year in sums}


@few
@given(worlds(), BASES)
def test_what_is_bought_is_what_is_sold(world: list[Flow], basis: str) -> None:
    panel = panel_of(world, NAMES, YEARS)
    kind = "value" if basis == "value" else "mass"
    bought, sold = totals_by(panel, kind, "buyer"), totals_by(panel, kind, "supplier")
    assert bought.sum(axis=2).tolist() == sold.sum(axis=2).tolist()
    assert int(bought.sum()) == int(cells_of(panel, kind).amount.sum())


@few
@given(worlds(), BASES)
def test_a_bloc_of_one_economy_is_that_economy(world: list[Flow], basis: str) -> None:
    found = measured(panel_of(world, NAMES, YEARS), [bloc_of("A", name="U")], basis)
    alone = {"cdi2", "cdi_dependent", "supplier_pagerank"}  # a bloc has a verdict on imports from outside, and no rank
    of_economy = {(c, y, i): value for (c, y, e, i), value in found.items() if e == "A" and i not in alone}
    assert {(c, y, i): value for (c, y, e, i), value in found.items() if e == "U" and i not in alone} == of_economy
    assert all(value == 1.0 for (_, _, e, i), value in found.items() if e == "U" and i == "cdi2")


@few
@given(worlds(), BASES)
def test_trade_inside_a_bloc_leaves_the_blocs_imports_as_they_are(world: list[Flow], basis: str) -> None:
    more = [*world, (0, 2021, "A", "B", 10**9, 10**9)]
    bloc = [bloc_of("A", "B", name="U")]
    names = {"imports", "import_hhi", "supplier_count", "top1_share", "import_export_ratio", "cdi1"}

    def of_bloc(flows: list[Flow]) -> dict[tuple[str, int, str, str], float]:
        found = measured(panel_of(flows, NAMES, YEARS), bloc, basis)
        return {key: value for key, value in found.items() if key[2] == "U" and key[3] in names}

    assert of_bloc(more) == of_bloc(world)


@few
@given(worlds(), BASES)
def test_two_blocs_that_share_a_member_are_each_measured_as_alone(world: list[Flow], basis: str) -> None:
    panel = panel_of(world, NAMES, YEARS)
    one, two = bloc_of("A", "B"), bloc_of("B", "C")
    together = measured(panel, [one, two], basis)
    for bloc in (one, two):
        alone = measured(panel, [bloc], basis)
        assert {k: v for k, v in together.items() if k[2] == bloc.id} == {
            k: v for k, v in alone.items() if k[2] == bloc.id
        }
    assert {k: v for k, v in together.items() if k[2] in {*NAMES, "WLD"}} == measured(panel, (), basis)


def test_what_members_buy_without_a_mass_has_no_mass_in_the_bloc() -> None:
    flows: list[Flow] = [(0, 2020, "A", "C", 5, None), (0, 2020, "B", "C", 5, None), (0, 2020, "A", "D", 5, 7)]
    panel = panel_of([*flows, (0, 2020, "B", "D", 5, None)], NAMES, YEARS).with_blocs([bloc_of("A", "B")])
    of_bloc = panel.buyer == len(NAMES)
    suppliers = [panel.economies[place] for place in panel.supplier[of_bloc]]
    assert dict(zip(suppliers, panel.mass[of_bloc].tolist(), strict=True)) == {"C": NO_MASS, "D": 7}
    assert panel.value[of_bloc].tolist() == [10, 10]


def test_a_world_without_any_flow_measures_to_nothing() -> None:
    empty = panel_of([], NAMES, YEARS)
    assert measured(empty, [bloc_of("A", "B")]) == {}
    assert np.asarray(cells_of(empty, "mass").starts).size == 0
