"""The sentences that say what the engine may and may not claim, made from the figures of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kizuna.floor.params import parameter
from kizuna.score.labels import FIRST, GIVEN, GIVEN_EVENTS, HELD_OUT, MINOR, NOT_TOLD, PERSISTENCE, PLACEBO

if TYPE_CHECKING:
    from kizuna.score.report import BacktestReport, Group, Score


def say(report: BacktestReport) -> str:
    """Return what may be claimed of the held-out years, and what may not; of given events what they show.

    A claim is made only where the interval of its figure bears it out.
    """
    group = report.group(HELD_OUT, FIRST) or report.group(GIVEN, GIVEN_EVENTS)
    if group is None:
        return "No event has an exposed importer, so nothing may be claimed."
    parts = (
        _skill(group),
        _not_held_out(report, group),
        _lead(group),
        _minor(report),
        _told(group),
        _calm(report),
        _width(group),
    )
    return " ".join(part for part in parts if part)


def _skill(group: Group) -> str:
    score = group.score()
    events = f"{group.events} events" if group.period == GIVEN else f"{group.events} events of years held out"
    if not group.certain:
        least = f"{parameter('interval_least_events'):.0f}"
        return (
            f"Too few events for an interval, and so for a claim ({group.events}; {least} are needed): skill of the "
            f"engine's one-year form over assuming no change is {_number(score.skill)}."
        )
    if score.low > 0:
        return (
            "Told that a large exporter's sales fell, the engine's one-year form misses the imports of exposed "
            f"economies by {_share(score.skill)} less than assuming no change (95 % interval {_share(score.low)} to "
            f"{_share(score.high)}; {events})."
        )
    return (
        "The engine's one-year form may not claim to be better than assuming no change: skill "
        f"{_number(score.skill)} ({_span(group, score)}; {events})."
    )


def _not_held_out(report: BacktestReport, group: Group) -> str:
    """Say of given events how many lie in the years that the predictor was estimated on."""
    if group.period != GIVEN:
        return ""
    scored = [row.event.year for row in report.events if row.exposed]
    seen = sum(year <= report.last_year_estimated for year in scored)
    if not seen:
        return ""
    years = f"years to {report.last_year_estimated}, on which the form was estimated"
    if seen == len(scored):
        return f"The score is not out of sample: all of these events are of {years}."
    return f"The score is not out of sample throughout: {seen} of {len(scored)} events are of {years}."


def _lead(group: Group) -> str:
    if group.best_rule == PERSISTENCE:
        return "No simple rule does better than assuming no change."
    told = f"skill {_number(group.score().skill)} against {_against(group)}"
    if not group.certain:
        return f"Beside the best simple rule ({group.best_rule}): {told}."
    if group.lead_low > 0:
        claim = f"It beats the best simple rule ({group.best_rule}): {told}."
        if group.base_lead_low > 0:
            return claim
        span = f"{_number(group.base_lead_low)} to {_number(group.base_lead_high)}"
        return f"{claim} Over the best rule put on the engine's own base the lead may be chance ({span})."
    return f"It may not claim to beat the best simple rule ({group.best_rule}): {told}."


def _minor(report: BacktestReport) -> str:
    """Say what is left among importers of whom the fall itself says little."""
    group = report.group(HELD_OUT, MINOR)
    if group is None:
        return ""
    claim = "it beats" if group.certain and group.lead_low > 0 else "it may not claim to beat"
    return (
        f"Among importers that took at most half of the exporter's sales, of whom the fall itself says little, "
        f"{claim} the best simple rule ({group.best_rule}): skill {_number(group.score().skill)} against "
        f"{_against(group)}."
    )


def _told(group: Group) -> str:
    """Say how much of the skill is the knowledge that there was an event at all."""
    untold = group.score(NOT_TOLD)
    if not group.score().skill > untold.skill:
        return ""
    return (
        "Where it is not told and must judge from the exporter's sales to others, skill is "
        f"{_number(untold.skill)} ({_span(group, untold)}): it says what follows if sales are cut, not whether they "
        "are."
    )


def _calm(report: BacktestReport) -> str:
    group = report.group(HELD_OUT, PLACEBO)
    if group is None:
        return ""
    score = group.score()
    figures = f"skill {_number(score.skill)} ({_span(group, score)}; {group.events} placebo years)"
    if not group.certain:
        return f"In calm years: {figures}."
    if score.low > 0:
        return f"In calm years it is better than assuming no change: {figures}."
    if score.high < 0:
        return f"In calm years it is worse than assuming no change: {figures}."
    return f"In calm years it differs from assuming no change by no more than chance: {figures}."


def _width(group: Group) -> str:
    return f"Its {_share(parameter('interval_coverage'))} intervals held {_share(group.coverage)} of these importers."


def _against(group: Group) -> str:
    """Return the skill of the best simple rule, and how far the predictor's lies from it."""
    rule, lead = _number(group.score(group.best_rule).skill), _number(abs(group.lead))
    side = "lower" if group.lead < 0 else "higher"
    if not group.certain:
        return f"{rule}, {side} by {lead}"
    ends = f"{_number(group.lead_low)} to {_number(group.lead_high)}"
    return f"{rule}, {side} by {lead} ({ends if group.lead >= 0 else f'difference {ends}'})"


def _span(group: Group, score: Score) -> str:
    if not group.certain:
        return "too few events for an interval"
    return f"95 % interval {_number(score.low)} to {_number(score.high)}"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _share(value: float) -> str:
    return f"{value + 0.0:.0%}".replace("%", " %").replace("-", "−").replace("−0 %", "0 %")
