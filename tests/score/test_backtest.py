"""The backtest on the embedded figures: what must hold whatever the figures say, and what was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest

from kizuna.floor.params import parameter
from kizuna.score.backtest import backtest
from kizuna.score.labels import ALL, EXPOSED, FIRST, HELD_OUT, KIZUNA, MINOR, NOT_TOLD, PERSISTENCE, PLACEBO, SECOND
from kizuna.score.predictor import predict
from kizuna.score.report import BacktestReport, Group
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables


@pytest.fixture(scope="module")
def report(tables: Tables) -> BacktestReport:
    """Return the backtest of the snapshot."""
    return backtest(tables)


def held_out(report: BacktestReport, events: str = FIRST, importers: str = EXPOSED) -> Group:
    """Return a group of the held-out years."""
    group = report.group(HELD_OUT, events, importers)
    assert group is not None
    return group


def test_every_event_meets_the_definition_and_has_no_fault(report: BacktestReport) -> None:
    for row in report.events:
        assert row.event.share >= 0.1
        assert row.event.mass_ratio <= 0.7
        assert row.event.value_ratio <= 0.85
        assert row.event.faults == ()
        assert (row.period == HELD_OUT) == (row.event.year > 2015)


def test_the_second_set_and_the_exposed_are_parts_of_the_first_and_of_all(report: BacktestReport) -> None:
    assert held_out(report, SECOND).events < held_out(report).events <= held_out(report, FIRST, ALL).events
    assert held_out(report).cases < held_out(report, FIRST, ALL).cases
    assert held_out(report, MINOR).cases < held_out(report).cases


def test_persistence_has_no_skill_and_every_skill_lies_in_its_interval(report: BacktestReport) -> None:
    for group in report.groups:
        assert group.score(PERSISTENCE).skill == 0
        for score in group.scores:
            assert score.low <= score.skill <= score.high
        assert group.lead_low <= group.lead <= group.lead_high
        assert group.score().skill - group.score(group.best_rule).skill == pytest.approx(group.lead)


def test_scores_are_what_the_rows_give(report: BacktestReport) -> None:
    rows = [row for row in report.events if row.period == HELD_OUT and row.error_exposed is not None]
    error = sum(row.error_exposed or 0 for row in rows) / len(rows)
    assert held_out(report).score().error == pytest.approx(error)
    one = next(row for row in rows if row.exposed > 2)
    key = (one.event.product, one.event.exporter, one.event.year)
    own = [row for row in report.importers if (row.hs6, row.exporter, row.year) == key and row.exposed]
    assert len(own) == one.exposed
    missed = sum(abs(row.predicted_kg - row.truth_kg) for row in own) / sum(row.before_kg for row in own)
    assert one.error_exposed == pytest.approx(missed)


def test_the_measured_scores_are_those_of_the_documentation(report: BacktestReport) -> None:
    group = held_out(report)
    assert (group.events, group.cases) == (95, 570)
    assert group.score().skill == pytest.approx(0.378, abs=5e-4)
    assert group.score().low == pytest.approx(0.285, abs=5e-3)
    assert group.score(NOT_TOLD).skill == pytest.approx(0.277, abs=5e-4)
    assert (group.best_rule, round(group.score(group.best_rule).skill, 3)) == ("lost", 0.232)
    assert group.lead_low > 0
    assert group.score().rank == pytest.approx(0.256, abs=5e-4)  # missed: 0.30 was the aim
    assert 0.75 <= group.coverage <= 0.85
    assert held_out(report, MINOR).lead_low < 0  # nothing may be claimed there
    assert held_out(report, PLACEBO).score().skill == pytest.approx(-0.007, abs=5e-4)


def test_the_sentence_carries_the_figures_and_the_limits(report: BacktestReport) -> None:
    said = report.sentence
    assert f"by {held_out(report).score().skill:.0%}".replace("%", " %") in said
    assert "It beats the best simple rule (lost)" in said
    assert "it may not claim to beat the best simple rule" in said


def test_a_lead_is_a_difference_of_skills_and_no_share(report: BacktestReport) -> None:
    assert "skill 0.38 against 0.23, higher by 0.15 (0.05 to 0.24)." in report.sentence
    group = held_out(report)
    behind = replace(group, lead=-0.03, lead_low=-0.1, lead_high=0.04)
    said = replace(report, groups=(behind,)).sentence
    assert "It may not claim to beat the best simple rule (lost): skill 0.38 against 0.23, lower by 0.03 " in said
    assert "(difference −0.10 to 0.04)" in said


def test_too_few_events_have_no_interval_and_allow_no_claim(report: BacktestReport) -> None:
    least = int(parameter("interval_least_events"))
    few = replace(report, groups=(replace(held_out(report), events=least - 1),))
    assert few.sentence.startswith(f"Too few events for an interval, and so for a claim ({least - 1}; {least} are")
    assert "95 %" not in few.sentence
    assert "beat" not in few.sentence
    plain = json.loads(json.dumps(few.to_dict(), allow_nan=False))["groups"][0]
    assert plain["lead"] is not None
    ends = ("lead_low", "lead_high", "base_lead_low", "base_lead_high")
    assert [plain[name] for name in ends] == [None] * len(ends)
    assert {score[name] for score in plain["scores"] for name in ("low", "high")} == {None}
    enough = replace(report, groups=(replace(held_out(report), events=least),))
    assert "95 % interval" in enough.sentence
    assert json.loads(json.dumps(enough.to_dict()))["groups"][0]["lead_low"] is not None


def test_given_events_of_the_years_of_estimation_are_said_not_to_be_out_of_sample(tables: Tables) -> None:
    def said(*years: int) -> str:
        rows = {"hs6": ["260400"] * len(years), "exporter": ["IDN"] * len(years), "year": list(years)}
        return backtest(tables, events=pl.DataFrame(rows)).sentence

    assert "not out of sample: all of these events are of years to 2015" in said(2014)
    assert "not out of sample throughout: 1 of 2 events" in said(2014, 2020)
    assert "out of sample" not in said(2020)


def test_the_report_is_plain_json(report: BacktestReport) -> None:
    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert len(plain["events"]) == len(report.events)
    assert plain["events"][0].keys() >= {"hs6", "exporter", "year", "error_exposed", "skill_exposed", "faults"}
    assert plain["importers"][0].keys() >= {"importer", "predicted_kg", "low_kg", "high_kg", "truth_kg", "left"}


def test_no_own_flow_of_the_year_reaches_an_importers_prediction(tables: Tables) -> None:
    changed = build_tables(embedded_snapshot())
    changed.connection.execute(
        "UPDATE flows SET mass_kg = mass_kg * 7 WHERE product = '260600' AND year = 2014 AND buyer = 'CHN'"
    )
    events = pl.DataFrame({"hs6": ["260600"], "exporter": ["IDN"], "year": [2014]})
    old, new = predict(events, tables), predict(events, changed)
    china = pl.col("importer") == "CHN"
    assert new.filter(china).equals(old.filter(china))


def test_told_of_no_event_nothing_is_expected_where_others_kept_their_supply(tables: Tables) -> None:
    rows = {"hs6": ["260600", "260600"], "exporter": ["AUS", "AUS"], "year": [2019, 2020], "declared": [True, False]}
    found = predict(pl.DataFrame(rows), tables)
    told, quiet = (found.filter((pl.col("year") == year) & (pl.col("dependence") > 0.5)) for year in (2019, 2020))
    assert (told["predicted_kg"] < 0.8 * told["before_kg"]).all()
    assert (quiet["predicted_kg"] > 0.8 * quiet["before_kg"]).all()


def test_a_given_event_is_told_as_one_only_if_the_definition_says_so(tables: Tables) -> None:
    rows = {"hs6": ["260600", "260600"], "exporter": ["IDN", "AUS"], "year": [2014, 2019]}
    found = backtest(tables, events=pl.DataFrame(rows))
    assert [row.declared for row in found.events] == [True, False]
    assert {group.period for group in found.groups} == {"given"}


def test_intervals_hold_the_prediction(report: BacktestReport) -> None:
    assert all(0 <= row.low_kg <= row.predicted_kg <= row.high_kg for row in report.importers)
    assert all(row.inside == (row.low_kg <= row.truth_kg <= row.high_kg) for row in report.importers)


def test_events_stand_in_order_once(report: BacktestReport) -> None:
    keys = [(row.event.product, row.event.exporter, row.event.year) for row in report.events]
    assert all(one < other for one, other in pairwise(keys))
    assert {key[2] for key in keys} <= set(range(1997, int(parameter("last_settled_year")) + 2))
    assert KIZUNA in {score.name for score in report.groups[0].scores}
