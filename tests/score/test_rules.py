"""Rules and the one-year form on a world that a person can work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score.small_history import CALM, CUT, NOTHING_PRODUCED, cut_world, history_of, years_of

from kizuna.score.cases import Cases, build_cases
from kizuna.score.events import find_events
from kizuna.score.measures import event_errors, event_weights, rank_agreement
from kizuna.score.predictor import expected_fall, frozen, one_year_form, predict_cases
from kizuna.score.rules import constant_fall, growth_limited, lost, mix, others_fall, persistence, pool_share, pooled


@pytest.fixture
def cases() -> Cases:
    """China and Germany in 2002: each imported 50 kg, 0.8 and 0.4 of it from Australia."""
    world = cut_world()
    return build_cases(world, find_events(world, NOTHING_PRODUCED))


def test_the_cases_hold_what_was_and_what_others_still_got(cases: Cases) -> None:
    assert cases.before.tolist() == [50, 50]
    assert cases.dependence.tolist() == [0.8, 0.4]
    assert cases.left.tolist() == [1, 0.25]  # Germany still got all of its 20 kg, China 10 of 40
    assert cases.truth.tolist() == [20, 50]


def test_each_rule_gives_what_a_person_works_out(cases: Cases) -> None:
    assert persistence(cases).tolist() == [50, 50]
    assert lost(cases).tolist() == [50, pytest.approx(50 * (1 - 0.75 * 0.4))]
    assert pooled(cases).tolist() == [50, pytest.approx(50 * (1 - 30 / 50))]
    assert mix(cases).tolist() == [50, pytest.approx(0.6 * 35 + 0.4 * 20)]
    assert growth_limited(cases).tolist() == lost(cases).tolist()  # others never grew
    assert constant_fall(cases, 0.7).tolist() == [35, 35]


def test_growth_limited_replaces_the_loss_as_far_as_others_usually_grow() -> None:
    grown = [("AUS", "CHN", 40), ("AUS", "DEU", 20), ("BRA", "CHN", 10), ("BRA", "DEU", 36)]
    world = history_of(years_of((2000, CALM), (2001, grown), (2002, CUT)))
    cases = build_cases(world, find_events(world, NOTHING_PRODUCED))
    assert growth_limited(cases)[1] == pytest.approx(56 - (0.75 * 20 - 0.2 * 36))


def test_the_error_of_an_event_is_the_sum_of_misses_over_imports(cases: Cases) -> None:
    everyone = np.ones(2, dtype=bool)
    assert event_errors(cases, cases.before, everyone, 1).tolist() == [0.3]  # China missed by 30 of 100
    assert event_errors(cases, cases.before, np.array([False, True]), 1).tolist() == [0]
    assert (event_weights(cases, everyone) * np.abs(cases.before - cases.truth)).sum() == pytest.approx(0.3)


def test_rigid_trade_without_spare_supply_is_the_rule_lost(cases: Cases) -> None:
    form = one_year_form(cases.before, cases.dependence, others_fall(cases), pool_share(cases), 1.0, 0.0)
    assert form.tolist() == pytest.approx(lost(cases).tolist())


def test_free_trade_without_spare_supply_is_the_rule_pooled(cases: Cases) -> None:
    form = one_year_form(cases.before, cases.dependence, others_fall(cases), pool_share(cases), 0.0, 0.0)
    assert form.tolist() == pytest.approx(pooled(cases).tolist())


def test_free_trade_with_spare_supply_is_persistence(cases: Cases) -> None:
    form = one_year_form(cases.before, cases.dependence, others_fall(cases), pool_share(cases), 0.0, 1.0)
    assert form.tolist() == cases.before.tolist()


def test_the_fall_of_others_counts_by_its_weight_and_their_part_of_the_sales(cases: Cases) -> None:
    told = np.ones(2, dtype=bool)
    assert expected_fall(cases, told, 0.5, 0.0).tolist() == [0.5, 0.5]
    assert expected_fall(cases, told, 0.5, 1.0).tolist() == pytest.approx([0.5 * 2 / 3, 0.5 / 3 + 0.75 * 2 / 3])


def test_told_of_no_event_the_predictor_expects_a_fall_only_where_others_lost_as_much(cases: Cases) -> None:
    fall = expected_fall(cases, np.zeros(2, dtype=bool), 0.5, 0.0)
    assert fall.tolist() == [0, 0.5]


def test_ranks_share_their_mean_where_values_are_equal() -> None:
    found = rank_agreement(np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 4.0]]))
    assert found.tolist() == pytest.approx([np.sqrt(0.75)])


@given(own=st.integers(0, 500), told=st.booleans())
def test_an_importers_own_flow_of_the_year_never_moves_its_own_prediction(own: int, told: bool) -> None:
    world = cut_world()
    events = find_events(world, NOTHING_PRODUCED)
    moved = history_of([*years_of((2000, CALM), (2001, CALM), (2002, CUT[1:])), (2002, "AUS", "CHN", own)])
    before, after = build_cases(world, events), build_cases(moved, events)
    declared = np.full(2, told)
    old, new = predict_cases(before, declared, frozen()), predict_cases(after, declared, frozen())
    for name in ("predicted", "low", "high", "base"):
        assert getattr(new, name)[0] == getattr(old, name)[0]
    for rule in (persistence, lost, pooled, mix, growth_limited):
        assert rule(after)[0] == rule(before)[0]
    assert after.truth[0] == own + 10


@given(st.lists(st.integers(1, 1000), min_size=4, max_size=4), st.integers(2, 50))
def test_a_change_of_unit_scales_predictions_and_leaves_errors(masses: list[int], factor: int) -> None:
    flows = [(supplier, buyer, mass) for (supplier, buyer, _), mass in zip(CALM, masses, strict=True)]
    fallen = [("AUS", "CHN", 1), *flows[2:]]
    one = history_of(years_of((2000, flows), (2001, flows), (2002, fallen)))
    other = history_of([(y, s, b, m * factor) for y, s, b, m in years_of((2000, flows), (2001, flows), (2002, fallen))])
    events = find_events(one, NOTHING_PRODUCED)
    small, large = build_cases(one, events), build_cases(other, events)
    told = np.ones(len(small), dtype=bool)
    a, b = predict_cases(small, told, frozen()), predict_cases(large, told, frozen())
    assert b.predicted == pytest.approx(a.predicted * factor)
    assert np.all(a.low <= a.predicted)
    assert np.all(a.predicted <= a.high)
