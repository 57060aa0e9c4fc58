"""A scenario file becomes a scenario, or one error that names everything wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario.tiny_networks import MINE, scenario_text

from kizuna.floor.errors import ScenarioError, UnknownNameError
from kizuna.scenario.aimed import Spread
from kizuna.scenario.scenario import Scenario, load_scenario, parse_scenario, read_scenario
from kizuna.scenario.shocks import KINDS, LinkShock, RouteShock
from kizuna.scenario.spreads import days, share


def faults_of(*shocks: str, **fields: str) -> tuple[str, ...]:
    """Return the faults of a scenario with these shocks."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(scenario_text(*shocks, **fields))
    return caught.value.faults


def test_a_shock_reads_as_it_is_written() -> None:
    scenario = parse_scenario(scenario_text(MINE))
    (shock,) = scenario.shocks
    assert (shock.name, shock.onset.mode, shock.lasts.mode, shock.fades) == ("mine", 0.0, 30.0, "step")
    assert scenario.days == 30.0


def test_the_end_of_a_shock_gives_its_duration() -> None:
    text = MINE.replace('duration = "30d"', 'onset = "10d"\nend = { low = "20d", mode = "1m", high = "1y" }')
    (shock,) = parse_scenario(scenario_text(text)).shocks
    assert shock.lasts == Spread(10.0, pytest.approx(365 / 12 - 10), 355.0)


def test_a_recovery_without_a_shape_is_a_straight_line() -> None:
    (shock,) = parse_scenario(scenario_text(MINE + 'recovery = "2w"')).shocks
    assert (shock.fades, shock.recovery.mode) == ("linear", 14.0)


def test_a_tariff_cuts_by_its_rate_and_elasticity() -> None:
    text = """
name = "tariff"
kind = "link"
measure = "tariff"
buyers = ["USA"]
rate = 0.25
elasticity = { low = 0.0, mode = 1.0, high = 2.0 }
elasticity_source = "a test"
duration = "1y"
"""
    (shock,) = parse_scenario(scenario_text(text)).shocks
    assert isinstance(shock, LinkShock)
    assert shock.cut == Spread(0.0, pytest.approx(0.2), pytest.approx(0.36))


def test_a_route_shock_assumes_a_share_of_detours() -> None:
    text = 'name = "way"\nkind = "route"\nchokepoints = ["suez"]\ndepth = 1\nduration = "1m"'
    (shock,) = parse_scenario(scenario_text(text)).shocks
    assert isinstance(shock, RouteShock)
    assert shock.takes_detour == Spread(0.7, 0.9, 1.0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ('["IDN"]', '["JPM"]'),
            "shocks[0].economies[0]: 'JPM' is not an economy or bloc we know; did you mean JPN or ",
        ),
        (("depth = 0.5", "depth = -0.2"), "shocks[0].depth: -0.2; expected 0 to 1"),
        (("depth = 0.5", "depth = 1.5"), "shocks[0].depth: 1.5; expected 0 to 1"),
        (("depth = 0.5", "depth = nan"), "shocks[0].depth: nan; expected 0 to 1"),
        (("depth = 0.5", "depth = true"), "shocks[0].depth: true; expected 0 to 1"),
        (("depth = 0.5", ""), "shocks[0].depth: missing"),
        (("depth = 0.5", f"depth = 1{'0' * 400}"), "shocks[0].depth: 1000"),
        (('duration = "30d"', 'duration = 3\nend = "60d"'), "shocks[0].duration: 3; expected a span"),
        (
            ("depth = 0.5", "depth = { low = 0.6, mode = 0.5, high = 0.7 }"),
            "shocks[0].depth: low 0.6, mode 0.5, high 0.7; expected them in ascending order",
        ),
        (
            ("depth = 0.5", "depth = { low = 0.6, high = 2 }"),
            "shocks[0].depth: a table with low, high; expected low, mode and high",
        ),
        (
            ("depth = 0.5", "depth = { low = -1, mode = 0.5, high = 2 }"),
            "shocks[0].depth: low -1; expected 0 to 1; high 2; expected 0 to 1",
        ),
        (('"30d"', "30"), "shocks[0].duration: 30; expected a span such as 14d, 2m or 1y"),
        (('"30d"', '"-3d"'), "shocks[0].duration: -3d; expected a span of 0d or more"),
        (("kind", 'onset = "-1w"\nkind'), "shocks[0].onset: -1w; expected a span of 0d or more"),
        (('duration = "30d"', 'onset = "9d"\nend = "3d"'), "shocks[0].end: '3d' is before the onset '9d'"),
        (
            ("kind", 'end = "60d"\nkind'),
            "shocks[0].duration: stands beside end; expected exactly one of duration and end",
        ),
        (("kind", 'dept = 3\nkind'), "shocks[0].dept: not a field here; did you mean depth?"),
        (('"capacity"', '"capacty"'), "shocks[0].kind: 'capacty'; expected 'capacity', 'export', "),
        (("kind", 'on = ["tin"]\nkind'), "shocks[0].on[0]: 'tin' is not a subject of the scenario"),
        (
            ("kind", 'recovery = "9d"\nshape = "step"\nkind'),
            "shocks[0].recovery: '9d'; a shock of the shape step ends at once",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_a_shock_is_named_with_its_field(change: tuple[str, str], fault: str) -> None:
    (found,) = faults_of(MINE.replace(*change))
    assert found.startswith(fault)


def test_every_fault_of_a_file_comes_in_one_error() -> None:
    broken = MINE.replace("0.5", "-0.2").replace('"30d"', '"-1d"').replace("IDN", "Chle")
    route = 'name = "mine"\nkind = "route"\nchokepoints = ["homuz"]\ndepth = 2\nduration = "1d"'
    assert faults_of(broken, route, subjects='["nickle"]') == (
        "shocks[0].duration: -1d; expected a span of 0d or more",
        "shocks[0].economies[0]: 'Chle' is not an economy or bloc we know; did you mean Chile or CHL or CHE?",
        "shocks[0].depth: -0.2; expected 0 to 1",
        "shocks[1].chokepoints[0]: 'homuz' is not a chokepoint we know; did you mean hormuz?",
        "shocks[1].depth: 2; expected 0 to 1",
        "subjects[0]: 'nickle' is not a subject we know; did you mean nickel?",
        "shocks[1].name: 'mine' stands twice",
    )


def test_the_error_says_how_many_faults_there_are_and_where(tmp_path: Path) -> None:
    file = tmp_path / "trial.toml"
    file.write_text(scenario_text(MINE.replace("0.5", "7")), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert str(caught.value).startswith(f"The scenario {file} has 1 fault:\n  shocks[0].depth: 7; expected 0 to 1\n")


def test_bad_toml_is_one_fault_with_its_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario('id = "a"\ntitle = \n')
    assert caught.value.faults == ("not TOML: Invalid value (at line 2, column 9)",)


def test_a_file_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")


def test_an_unknown_name_suggests_a_near_one() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_scenario("hormuz-closur")
    assert caught.value.near[0] == "hormuz-closure"


def test_an_input_output_scenario_has_the_one_subject() -> None:
    assert faults_of(MINE, network="input-output") == (
        "network: 'input-output'; of this network the subject is wiod, or io:NAME, alone",
    )


def test_a_tariff_needs_a_rate_and_an_elasticity_and_no_depth() -> None:
    text = 'name = "a"\nkind = "link"\nmeasure = "tariff"\nbuyers = ["USA"]\ndepth = 0.5\nduration = "1y"'
    assert faults_of(text) == (
        "shocks[0].rate: missing; a tariff needs it",
        "shocks[0].elasticity: missing; a tariff needs it",
        "shocks[0].elasticity_source: missing; a tariff needs it",
        "shocks[0].depth: not a field of 'tariff'; leave it out",
    )


def assert_scenario_or_faults(document: dict[str, Any]) -> None:
    """Check that a table gives a scenario whose shocks last, or an error with faults, and nothing else."""
    try:
        scenario = read_scenario(document)
    except ScenarioError as error:
        faults, sound = error.faults, False
    else:
        faults, sound = (), all(shock.lasts.low >= 0 for shock in scenario.shocks) and isinstance(scenario, Scenario)
    assert sound or faults


plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(date(2024, 1, 1)),
    st.sampled_from(["30d", "-3d", "1y", "IDN", "G7", "all", "suez", "step", "ban", "nickel", "wiod", *KINDS]),
)  # fmt: skip
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3))
)
triangles = st.fixed_dictionaries({"low": plain, "mode": plain, "high": plain})
FIELDS = (
    "name", "kind", "on", "stages", "onset", "duration", "end", "recovery", "shape", "why", "economies", "depth",
    "surge", "measure", "suppliers", "buyers", "rate", "elasticity", "elasticity_source", "chokepoints", "detour",
    "delay",
)  # fmt: skip
shock_tables = st.dictionaries(st.sampled_from(FIELDS), st.one_of(values, triangles), max_size=12)
documents = st.dictionaries(
    st.sampled_from(["id", "title", "summary", "network", "subjects", "assumptions", "sources", "shocks", "year", "x"]),
    st.one_of(values, st.lists(shock_tables, max_size=3)),
)


@settings(max_examples=120, deadline=None)
@given(documents)
def test_any_table_is_a_scenario_or_a_scenario_error(document: dict[str, Any]) -> None:
    assert_scenario_or_faults(document)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(KINDS), shock_tables)
def test_any_shock_in_a_good_file_is_a_scenario_or_a_scenario_error(kind: str, shock: dict[str, Any]) -> None:
    whole = {
        "id": "a", "title": "a", "summary": "a", "network": "material", "subjects": ["nickel"], "assumptions": ["a"],
        "sources": [{"title": "a", "publisher": "a", "date": "2024", "reference": "a", "verified": False}],
        "shocks": [{"name": "a", "duration": "1d", "economies": "all", "depth": 0.5} | shock | {"kind": kind}],
    }  # fmt: skip
    assert_scenario_or_faults(whole)


@given(st.text(max_size=12))
def test_a_span_is_days_or_a_value_error(text: str) -> None:
    try:
        read = days(text)
    except ValueError as error:
        said = str(error)
    else:
        said = "expected" if read.low >= 0 else ""
    assert "expected" in said


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_triangle_of_shares_is_kept_when_it_is_in_order(one: float, two: float, three: float) -> None:
    low, mode, high = sorted((one, two, three))
    assert share({"low": low, "mode": mode, "high": high}) == Spread(low, mode, high)
