"""What makes production, trade and use agree, as mathematics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.network.balance import by_origin, fitted_content, pooled, to_use, within_supply

Floats = npt.NDArray[np.float64]
World = tuple[Floats, Floats]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw production and trade of up to six economies, some of which make or trade nothing."""
    size = draw(st.integers(2, 6))
    amount = st.one_of(st.just(0.0), st.floats(1, 1e6))
    made = np.array(draw(st.lists(amount, min_size=size, max_size=size)))
    made[draw(st.integers(0, size - 1))] += 1
    trade = np.array(draw(st.lists(amount, min_size=size * size, max_size=size * size))).reshape(size, size)
    np.fill_diagonal(trade, 0)
    return made, trade


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_nobody_sells_more_than_it_makes_and_buys(world: World) -> None:
    made, trade = world
    found = within_supply(made, trade)
    assert (found <= trade).all()
    assert (found >= 0).all()
    assert (found.sum(axis=1) <= made + found.sum(axis=0) + 1e-6 * made.sum()).all()


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_what_is_made_is_used_once_and_flows_are_not_negative(world: World) -> None:
    made, trade = world
    bounded = within_supply(made, trade)
    flows = by_origin(made, bounded)
    assert (flows >= 0).all()
    assert flows.sum(axis=1) == pytest.approx(made, rel=1e-9, abs=1e-9)
    apparent = made + bounded.sum(axis=0) - bounded.sum(axis=1)
    assert flows.sum(axis=0) == pytest.approx(apparent, rel=1e-6, abs=1e-6 * made.sum())


@given(worlds(), st.data())
@settings(max_examples=100, deadline=None)
def test_flows_scaled_to_use_have_the_sums_of_production_and_use(world: World, data: st.DataObject) -> None:
    made, trade = world
    flows = by_origin(made, within_supply(made, trade))
    wanted = np.array(
        data.draw(st.lists(st.one_of(st.just(0.0), st.floats(0.01, 10)), min_size=len(made), max_size=len(made)))
    )
    wanted[0] += 1
    use = wanted * (made.sum() / wanted.sum())
    found = to_use(flows, use)
    assert (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx(made, rel=1e-6, abs=1e-6 * made.sum())
    assert found.sum(axis=0) == pytest.approx(use, rel=1e-6, abs=1e-6 * made.sum())


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_economies_changes_nothing(world: World, chance: object) -> None:
    made, trade = world
    order = np.array(sorted(range(len(made)), key=lambda _: chance.random()))  # type: ignore[attr-defined]
    use = np.roll(made, 1)

    def balanced(made: Floats, trade: Floats, use: Floats) -> Floats:
        return to_use(by_origin(made, within_supply(made, trade)), use)

    plain = balanced(made, trade, use)
    turned = balanced(made[order], trade[np.ix_(order, order)], use[order])
    assert turned == pytest.approx(plain[np.ix_(order, order)], rel=1e-6, abs=1e-6 * made.sum())


def test_flows_that_agree_already_stay_as_they_are() -> None:
    flows = np.array([[5.0, 3, 0], [0, 2, 1], [0, 0, 0]])
    assert to_use(flows, flows.sum(axis=0)) == pytest.approx(flows)


def test_a_loop_of_economies_without_any_producer_sells_nothing() -> None:
    made, trade = np.array([10.0, 0, 0]), np.array([[0.0, 0, 0], [0, 0, 7], [0, 7, 0]])
    assert within_supply(made, trade).sum() == 0
    assert by_origin(made, within_supply(made, trade)).tolist() == [[10, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_nothing_in_surplus_makes_no_pool() -> None:
    assert pooled(np.zeros(2), np.zeros(2)).tolist() == [[0, 0], [0, 0]]


def test_the_content_that_fits_exactly_is_found() -> None:
    made, net = np.array([10.0, 0, 4]), np.array([-30.0, 20, 10])
    assert fitted_content(made, made + 0.25 * net, net) == pytest.approx(0.25)
