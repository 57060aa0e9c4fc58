"""The backtest drawn: skill by rule with its interval, and predicted beside real change of imports.

The chart is returned as Altair makes it; who writes it to a page gives it fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kizuna.floor.errors import RequestError
from kizuna.score.labels import EXPOSED, FIRST, GIVEN, GIVEN_EVENTS, HELD_OUT, KIZUNA
from kizuna.score.report import BacktestReport, Group

_ACCENT, _QUIET, _RULE = "#1B4965", "#9A9A9A", "#595959"
_WIDTH = 420


def picture_group(report: BacktestReport) -> Group:
    """Return the group that is drawn: the held-out years, or the given events.

    Raises
    ------
    RequestError
        If no event has an exposed importer.
    """
    group = report.group(HELD_OUT, FIRST) or report.group(GIVEN, GIVEN_EVENTS)
    if group is None:
        raise RequestError("there is nothing to draw", expected="an event with an exposed importer")
    return group


def draw_backtest(report: BacktestReport) -> Any:
    """Draw skill by prediction with 95 % intervals, and each exposed importer's predicted and real change."""
    import altair as alt

    group = picture_group(report)
    return alt.vconcat(_skills(group), _points(report, group)).configure_view(stroke=None)


def text_alternative(report: BacktestReport) -> str:
    """Return what the picture shows, as a finding."""
    group = picture_group(report)
    ours = group.score()
    return (
        f"Skill over persistence by rule, {group.events} events, exposed importers: kizuna {ours.skill:.2f}, best "
        f"simple rule ({group.best_rule}) {group.score(group.best_rule).skill:.2f}; below, predicted and real change."
    )


def _skills(group: Group) -> Any:
    import altair as alt

    rows = [
        {"rule": score.name, "skill": score.skill, "low": score.low, "high": score.high}
        | {"colour": _ACCENT if score.name == KIZUNA else _QUIET}
        for score in group.scores
    ]
    order = [score.name for score in group.scores]
    plain = _chart(rows)
    y = alt.Y("rule:N", sort=order, title=None, axis=alt.Axis(labelLimit=_WIDTH))
    colour = alt.Color("colour:N", scale=None)
    drawn = "line: 95 % of events drawn again" if group.certain else "too few events for an interval"
    title = f"Skill: error avoided as a share of that of persistence; {drawn}"
    bars = plain.mark_rule(strokeWidth=2).encode(y=y, x=alt.X("low:Q", title=title), x2="high:Q", color=colour)
    dots = plain.mark_circle(size=70, opacity=1).encode(y=y, x=alt.X("skill:Q", title=title), color=colour)
    zero = _chart([{"skill": 0}]).mark_rule(color=_RULE, strokeDash=[4, 3]).encode(x="skill:Q")
    head = f"Skill on {group.events} events, {group.period}, exposed importers"
    layers = (zero, bars, dots) if group.certain else (zero, dots)
    return alt.layer(*layers).properties(width=_WIDTH, title=head)


def _points(report: BacktestReport, group: Group) -> Any:
    import altair as alt

    kept = {
        (row.event.product, row.event.exporter, row.event.year) for row in report.events if row.period == group.period
    }
    rows = [
        {"predicted": row.predicted_kg / row.before_kg, "real": min(row.truth_kg / row.before_kg, 2)}
        for row in report.importers
        if row.exposed and (row.hs6, row.exporter, row.year) in kept
    ]
    scale = alt.Scale(domain=[0, 2], clamp=True)
    dots = (
        _chart(rows)
        .mark_circle(size=18, opacity=0.5, color=_ACCENT)
        .encode(
            x=alt.X("predicted:Q", scale=scale, title="Predicted imports over those of the year before"),
            y=alt.Y("real:Q", scale=scale, title="Real (2 and above at 2)"),
        )
    )
    ends = [{"predicted": 0, "real": 0}, {"predicted": 2, "real": 2}]
    line = _chart(ends).mark_line(color=_RULE, strokeDash=[4, 3]).encode(x="predicted:Q", y="real:Q")
    head = f"Each of {len(rows)} {EXPOSED} importers"
    return alt.layer(line, dots).properties(width=_WIDTH, height=_WIDTH, title=head)


def _chart(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    data: Any = alt.Data
    return alt.Chart(data(values=rows))
