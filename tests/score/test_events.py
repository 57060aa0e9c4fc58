"""Events by the definition, worked by hand on four economies."""

from __future__ import annotations

import pytest
from score.small_history import CALM, CUT, ECONOMIES, NOTHING_PRODUCED, PRODUCT, Flow, cut_world, history_of, years_of

from kizuna.score.events import Event, fault_kind, find_events, find_placebo, is_event
from kizuna.score.produced import Produced


def only(flows: list[Flow], produced: Produced = NOTHING_PRODUCED) -> Event:
    """Return the one event of a world."""
    (event,) = find_events(history_of(flows), produced)
    return event


def test_a_large_exporter_that_halves_its_sales_is_an_event() -> None:
    (event,) = find_events(cut_world(), NOTHING_PRODUCED)
    assert (event.product, event.exporter, event.year) == (PRODUCT, "AUS", 2002)
    assert event.share == pytest.approx(0.6)
    assert event.mass_ratio == event.value_ratio == pytest.approx(0.5)
    assert event.faults == event.doubts == ()
    assert event.production == "unknown"
    assert is_event(event)


def test_a_fall_of_29_per_cent_is_no_event_and_one_of_30_is() -> None:
    for left, found in ((43, 0), (42, 1)):
        fallen = [("AUS", "CHN", left), *CUT[2:]]
        assert len(find_events(history_of(years_of((2000, CALM), (2001, CALM), (2002, fallen))), NOTHING_PRODUCED)) == (
            found
        )


def test_a_fall_in_mass_that_the_value_does_not_share_is_no_event() -> None:
    flows = years_of((2000, CALM), (2001, CALM), (2002, CUT[1:]))
    assert find_events(history_of([*flows, (2002, "AUS", "CHN", 10, 40)]), NOTHING_PRODUCED) == ()


def test_an_exporter_under_a_tenth_of_the_world_makes_no_event() -> None:
    small = [("AUS", "CHN", 9), ("BRA", "CHN", 91)]
    fallen = [("AUS", "CHN", 1), ("BRA", "CHN", 91)]
    assert find_events(history_of(years_of((2000, small), (2001, small), (2002, fallen))), NOTHING_PRODUCED) == ()


def test_the_two_years_before_are_needed() -> None:
    assert find_events(history_of(years_of((2001, CALM), (2002, CUT))), NOTHING_PRODUCED) == ()


def test_a_hub_is_left_out() -> None:
    bought = ("BRA", "AUS", 25)
    event = only(years_of((2000, [*CALM, bought]), (2001, [*CALM, bought]), (2002, [*CUT, bought])))
    assert [fault_kind(fault) for fault in event.faults] == ["a hub"]


def test_an_exporter_that_makes_what_it_sells_is_no_hub_though_it_buys() -> None:
    bought = ("BRA", "AUS", 25)
    flows = years_of((2000, [*CALM, bought]), (2001, [*CALM, bought]), (2002, [*CUT, bought]))
    amounts = {(PRODUCT, "AUS", year): 60.0 for year in (2001, 2002)}
    made = Produced(amounts, frozenset({PRODUCT}), {PRODUCT: frozenset({2001, 2002})})
    assert only(flows, made).faults == ()
    little = Produced(dict.fromkeys(amounts, 10.0), frozenset({PRODUCT}), made.years)
    assert only(flows, little).faults == ("a hub: it sells more than it makes and buys",)


def test_a_broken_code_is_left_out() -> None:
    event = only(years_of((2000, CALM), (2001, CALM), (2002, [("AUS", "CHN", 10), ("BRA", "DEU", 40)])))
    assert event.faults == ("world trade of the code: 50% of the year before",)


def test_a_unit_value_that_jumps_is_left_out() -> None:
    flows = years_of((2000, CALM), (2001, CALM), (2002, CUT[2:]))
    event = only([*flows, (2002, "AUS", "CHN", 7, 35), (2002, "AUS", "DEU", 3, 15), (2002, "BRA", "AUS", 1, 5)])
    assert "USD per kg: more than 4 times off its usual level" in event.faults


def test_importers_that_report_nothing_in_the_year_leave_it_out_of_the_second_set_only() -> None:
    event = only(years_of((2000, CALM), (2001, CALM), (2002, [("AUS", "DEU", 20), ("BRA", "DEU", 60)])))
    assert event.faults == ()
    assert event.doubts[0].startswith("importers with 67% of its sales report next to no imports")


def test_importers_that_buy_less_from_everyone_leave_it_out_of_the_second_set_only() -> None:
    less = [("AUS", "CHN", 10), ("AUS", "DEU", 20), ("BRA", "CHN", 6), ("BRA", "DEU", 34)]
    event = only(years_of((2000, CALM), (2001, CALM), (2002, less)))
    assert event.faults == ()
    assert event.doubts == ("importers that bought less from everyone hold 100% of its fall",)


def test_an_event_is_marked_when_production_rose() -> None:
    for now, said in ((61.0, "rose"), (60.0, "fell")):
        made = Produced({(PRODUCT, "AUS", 2001): 60.0, (PRODUCT, "AUS", 2002): now}, frozenset(), {})
        assert only(years_of((2000, CALM), (2001, CALM), (2002, CUT)), made).production == said


def test_the_placebo_is_the_nearest_calm_year_two_or_more_years_away() -> None:
    world = history_of(years_of(*((year, CALM) for year in range(2000, 2006)), (2006, CUT), (2007, CUT), (2008, CUT)))
    event = Event(PRODUCT, "AUS", 2006)
    product = world.product(PRODUCT)
    years = range(2002, 2009)
    placebo = find_placebo(event, product, ECONOMIES, NOTHING_PRODUCED, years)
    assert placebo is not None
    assert placebo.year == 2004  # as near as 2008, and earlier
    assert find_placebo(event, product, ECONOMIES, NOTHING_PRODUCED, [2005, 2006, 2007]) is None
