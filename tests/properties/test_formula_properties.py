"""What must hold for the formulas on any amounts."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kizuna.exposure import concentration, dependency, governance, origin, supply_balance, world_network
from kizuna.exposure.block import Block, listed_gaps, listed_keys
from kizuna.floor.errors import TableError
from kizuna.floor.gaps import Gap

AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any)
POSITIVE = st.lists(st.integers(1, 10**12), min_size=1, max_size=40)
GROUPS = st.lists(POSITIVE, min_size=1, max_size=6)
few = settings(max_examples=80, deadline=None)


@few
@given(AMOUNTS)
def test_shares_sum_to_one_and_concentration_lies_between_equal_and_single(amounts: list[int]) -> None:
    assert float(concentration.shares(amounts).sum()) == pytest.approx(1.0, abs=1e-12)
    hhi, n = float(concentration.herfindahl(amounts)[0]), len(amounts)
    assert 1 / n - 1e-12 <= hhi <= 1 + 1e-12
    order_one = float(concentration.hill_one(amounts)[0])
    assert 1 - 1e-9 <= 1 / hhi <= order_one + 1e-9
    assert order_one <= n + 1e-9


@few
@given(GROUPS)
def test_groups_laid_end_to_end_give_what_each_gives_alone(groups: list[list[int]]) -> None:
    starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])[:-1]]).astype(np.int64)
    together = np.array([amount for group in groups for amount in group])
    for measure in (
        concentration.herfindahl, concentration.hill_one, concentration.top_share, world_network.removal_centralisation,
    ):  # fmt: skip
        alone = [float(measure(np.array(group))[0]) for group in groups]
        assert measure(together, starts).tolist() == pytest.approx(alone, rel=1e-12)


@few
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=30), st.data())
def test_a_merger_of_suppliers_never_lowers_concentration(amounts: list[int], data: st.DataObject) -> None:
    first, second = data.draw(st.lists(st.integers(0, len(amounts) - 1), min_size=2, max_size=2, unique=True))
    merged = [amount for at, amount in enumerate(amounts) if at not in (first, second)]
    merged.append(amounts[first] + amounts[second])
    before, after = float(concentration.herfindahl(amounts)[0]), float(concentration.herfindahl(merged)[0])
    gained = 2 * amounts[first] * amounts[second] / sum(amounts) ** 2
    assert after - before == pytest.approx(gained, abs=1e-12)
    assert after >= before - 1e-15


@few
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=30), st.integers(2, 50))
def test_a_supplier_split_in_equal_parts_multiplies_effective_suppliers(amounts: list[int], parts: int) -> None:
    split = [amount for amount in amounts for _ in range(parts)]
    whole = float(concentration.effective_suppliers(amounts)[0])
    assert float(concentration.effective_suppliers(split)[0]) == pytest.approx(parts * whole, rel=1e-9)


@few
@given(GROUPS)
def test_removal_curves_laid_end_to_end_are_what_each_network_gives_alone(groups: list[list[int]]) -> None:
    starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])[:-1]]).astype(np.int64)
    together = world_network.removal_curve(np.array([amount for group in groups for amount in group]), starts)
    alone = [world_network.removal_curve(np.array(group)).tolist() for group in groups]
    assert together.tolist() == [left for curve in alone for left in curve]
    second = together[world_network.curve_starts(starts) + 1]
    assert second.tolist() == [1.0 - float(concentration.top_share(group)[0]) for group in groups]


@few
@given(AMOUNTS)
def test_the_removal_curve_falls_from_one_to_nothing_and_is_convex(amounts: list[int]) -> None:
    curve = world_network.removal_curve(np.array(amounts))
    steps = np.diff(curve)
    assert curve[0] == 1.0
    assert curve[-1] == pytest.approx(0.0, abs=1e-12)
    assert (steps <= 0).all()
    assert (np.diff(steps) >= -1e-12).all()


@few
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 10**6)), min_size=1, max_size=40), st.data()
)
def test_pagerank_sums_to_one_whatever_the_links(links: list[tuple[int, int, int]], data: st.DataObject) -> None:
    networks = data.draw(st.lists(st.integers(0, 2), min_size=8, max_size=8))
    network = np.unique(np.array(networks), return_inverse=True)[1].reshape(-1)
    kept = [(a, b, w) for a, b, w in links if a != b and network[a] == network[b]]
    assume(kept)
    origins, targets, weights = (np.array(column) for column in zip(*kept, strict=True))
    rank = world_network.pagerank(origins, targets, weights.astype(np.float64), network)
    sums = np.bincount(network, weights=rank)
    assert sums == pytest.approx(np.ones(len(sums)), abs=1e-9)
    assert (rank > 0).all()


def flows_and_production() -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    """Return production and flows of five economies."""
    amount = st.one_of(st.just(0.0), st.integers(1, 1000).map(float))
    return st.tuples(arrays(np.float64, 5, elements=amount), arrays(np.float64, (5, 5), elements=amount))


@few
@given(flows_and_production())
def test_origins_and_the_unknown_share_sum_to_one(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    production, flows = drawn
    np.fill_diagonal(flows, 0.0)
    origins, unknown = origin.look_through(production, flows)
    supplied = production + flows.sum(axis=0) + flows.sum(axis=1) > 0
    whole = origins.sum(axis=1) + unknown
    assert whole[supplied] == pytest.approx(np.ones(int(supplied.sum())), abs=1e-6)
    assert not whole[~supplied].any()
    assert (origins >= -1e-9).all()
    assert not origins[:, production == 0].any()


@few
@given(flows_and_production(), st.integers(1, 100))
def test_goods_that_only_go_round_in_a_ring_are_of_unknown_origin(
    drawn: tuple[np.ndarray, np.ndarray], amount: int
) -> None:
    production, flows = np.zeros(8), np.zeros((8, 8))
    production[:5], flows[:5, :5] = drawn
    np.fill_diagonal(flows, 0.0)
    flows[5, 6] = flows[6, 7] = flows[7, 5] = amount
    _, unknown = origin.look_through(production, flows)
    assert unknown[5:] == pytest.approx([1.0, 1.0, 1.0], abs=1e-9)


@few
@given(flows_and_production(), st.permutations(range(5)))
def test_look_through_does_not_depend_on_the_order_of_economies(
    drawn: tuple[np.ndarray, np.ndarray], order: list[int]
) -> None:
    production, flows = drawn
    production = production + 1.0
    np.fill_diagonal(flows, 0.0)
    origins, unknown = origin.look_through(production, flows)
    moved, moved_unknown = origin.look_through(production[order], flows[np.ix_(order, order)])
    assert moved == pytest.approx(origins[np.ix_(order, order)], abs=1e-9)
    assert moved_unknown == pytest.approx(unknown[order], abs=1e-9)


@few
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 1)), min_size=1, max_size=20),
    st.floats(0, 1), st.integers(0, 10**6), st.integers(1, 1000),
)  # fmt: skip
def test_a_geopolrisk_score_never_exceeds_its_parts_and_needs_no_unit(
    flows: list[tuple[int, float]], hhi: float, production: int, factor: int
) -> None:
    masses, scores = np.array([mass for mass, _ in flows], dtype=np.float64), np.array([score for _, score in flows])
    assume(masses.sum() + production > 0)
    score = float(governance.geopolrisk_score(hhi, masses, scores, float(production)))
    assert -1e-12 <= score <= hhi * scores.max() + 1e-12
    scaled = governance.geopolrisk_score(hhi, masses * factor, scores, float(production * factor))
    assert float(scaled) == pytest.approx(score, rel=1e-9, abs=1e-15)


@few
@given(arrays(np.bool_, st.tuples(st.integers(1, 8), st.just(3))))
def test_a_window_is_flagged_where_two_of_three_years_are(flags: np.ndarray) -> None:
    assert dependency.geodep_window(flags).tolist() == [int(row.sum()) >= 2 for row in flags]
    assert dependency.persistence(flags).tolist() == pytest.approx([row.sum() / 3 for row in flags])


@few
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_self_sufficiency_and_import_dependency_add_up_to_one_or_are_both_absent(p: int, m: int, x: int) -> None:
    own, dependent = float(supply_balance.self_sufficiency(p, m, x)), float(supply_balance.import_dependency(p, m, x))
    if p + m - x > 0:
        assert own + dependent == pytest.approx(1.0, rel=1e-9, abs=1e-6)
    else:
        assert np.isnan(own)
        assert np.isnan(dependent)


@pytest.mark.parametrize(
    "act",
    [
        operator.add, operator.sub, operator.mul, operator.truediv, operator.lt, operator.le, operator.gt, operator.ge,
        lambda gap, number: operator.add(number, gap), lambda gap, number: operator.mul(number, gap),
        lambda gap, number: operator.sub(number, gap), lambda gap, number: operator.truediv(number, gap),
        lambda gap, _: float(gap), lambda gap, _: int(gap), lambda gap, _: bool(gap), lambda gap, _: sum([gap, 1]),
        lambda gap, _: np.array([gap, 1.0], dtype=np.float64),
    ],
)  # fmt: skip
def test_a_gap_refuses_to_become_a_number(act: Callable[[Gap, float], object]) -> None:
    with pytest.raises(TypeError, match="a gap is not a number: no figures"):
        act(Gap("no figures"), 1.0)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_gap_needs_a_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        Gap(reason)


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=10))
def test_a_block_takes_a_reason_exactly_where_there_is_no_number(rows: list[tuple[bool, bool]]) -> None:
    values = np.array([np.nan if absent else 1.0 for absent, _ in rows])
    gaps = listed_gaps({at: "no figures" for at, (_, told) in enumerate(rows) if told}, len(rows))
    keys = listed_keys([("HS92:270900", 2023, "JPN")] * len(rows))
    parts = ("import_hhi", "value", "index", keys, values, np.ones(len(rows), dtype=np.int64), ("flows",), gaps)
    if all(absent == told for absent, told in rows):
        assert len(Block(*parts)) == len(rows)
    else:
        with pytest.raises(TableError, match="numbers and gaps that do not match"):
            Block(*parts)
