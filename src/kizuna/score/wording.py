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
    parts = (_skill(group), _lead(group), _minor(report), _told(group), _calm(report), _width(group))
    return " ".join(part for part in parts if part)


def _skill(group: Group) -> str:
    score = group.score()
    events = f"{group.events} events" if group.period == GIVEN else f"{group.events} events of years held out"
    if score.low > 0:
        return (
            "Told that a large exporter's sales fell, the engine's one-year form misses the imports of exposed "
            f"economies by {_share(score.skill)} less than assuming no change ({_span(score)}; {events})."
        )
    return (
        "The engine's one-year form may not claim to be better than assuming no change: skill "
        f"{_share(score.skill)} ({_span(score)}; {events})."
    )


def _lead(group: Group) -> str:
    if group.best_rule == PERSISTENCE:
        return "No simple rule does better than assuming no change."
    told = f"skill is higher by {_share(group.lead)} ({_share(group.lead_low)} to {_share(group.lead_high)})"
    if group.lead_low > 0:
        claim = f"It beats the best simple rule ({group.best_rule}): {told}."
        if group.base_lead_low > 0:
            return claim
        span = f"{_share(group.base_lead_low)} to {_share(group.base_lead_high)}"
        return f"{claim} Over the best rule put on the engine's own base the lead may be chance ({span})."
    return f"It may not claim to beat the best simple rule ({group.best_rule}): {told}."


def _minor(report: BacktestReport) -> str:
    """Say what is left among importers of whom the fall itself says little."""
    group = report.group(HELD_OUT, MINOR)
    if group is None:
        return ""
    claim = "it beats" if group.lead_low > 0 else "it may not claim to beat"
    return (
        f"Among importers that took at most half of the exporter's sales, of whom the fall itself says little, skill "
        f"is {_share(group.score().skill)} and {claim} the best simple rule ({group.best_rule}; "
        f"{_share(group.lead_low)} to {_share(group.lead_high)})."
    )


def _told(group: Group) -> str:
    """Say how much of the skill is the knowledge that there was an event at all."""
    untold = group.score(NOT_TOLD)
    if not group.score().skill > untold.skill:
        return ""
    return (
        "Where it is not told and must judge from the exporter's sales to others, skill is "
        f"{_share(untold.skill)} ({_span(untold)}): it says what follows if sales are cut, not whether they are."
    )


def _calm(report: BacktestReport) -> str:
    group = report.group(HELD_OUT, PLACEBO)
    if group is None:
        return ""
    score = group.score()
    figures = f"skill {_share(score.skill)} ({_span(score)}; {group.events} placebo years)"
    if score.low > 0:
        return f"In calm years it is better than assuming no change: {figures}."
    if score.high < 0:
        return f"In calm years it is worse than assuming no change: {figures}."
    return f"In calm years it differs from assuming no change by no more than chance: {figures}."


def _width(group: Group) -> str:
    return f"Its {_share(parameter('interval_coverage'))} intervals held {_share(group.coverage)} of these importers."


def _span(score: Score) -> str:
    return f"95 % interval {_share(score.low)} to {_share(score.high)}"


def _share(value: float) -> str:
    return f"{value + 0.0:.0%}".replace("%", " %").replace("-", "−").replace("−0 %", "0 %")
