"""The backtest: the frozen predictor and the simple rules on every event of history, or on events that a user names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kizuna.floor.errors import RequestError
from kizuna.floor.params import parameter
from kizuna.score.cases import Cases, build_cases
from kizuna.score.event_file import declared_of_frame, events_of_frame
from kizuna.score.events import Event, fault_kind, find_events, find_placebos, is_event, judge_event
from kizuna.score.groups import Arms, predict_arms, score_group
from kizuna.score.history import Flags, Floats, History, read_history
from kizuna.score.labels import (
    ALL,
    EXPOSED,
    FIRST,
    GIVEN,
    GIVEN_EVENTS,
    HELD_OUT,
    KIZUNA,
    MINOR,
    NOT_CONTRADICTED,
    PLACEBO,
    PLACEBO_TOLD,
    SECOND,
    SETTLED,
    TRAINING,
)
from kizuna.score.measures import event_errors, rank_correlations
from kizuna.score.predictor import Frozen, frozen, frozen_sha256
from kizuna.score.produced import Produced, read_produced
from kizuna.score.report import BacktestReport, EventRow, Group, ImporterRow
from kizuna.tables.build import Tables

if TYPE_CHECKING:
    import polars as pl


def backtest(tables: Tables, *, events: pl.DataFrame | None = None) -> BacktestReport:
    """Score the frozen predictor and the simple rules.

    Parameters
    ----------
    tables
        The snapshot's figures.
    events
        Events of your own, columns ``hs6``, ``exporter``, ``year``, and ``declared`` if there: whether the predictor
        is told that the exporter had an event. Without that column it is told of those that are events by the
        definition. All events that the definition finds in history where not given.

    Raises
    ------
    TableError
        If given events name what the snapshot does not hold; lists every fault.
    RequestError
        If history has no event that can be scored, as where the figures hold a year or two.
    """
    history, produced, model = read_history(tables), read_produced(tables), frozen()
    if events is not None:
        return _given(tables, history, produced, model, events)
    found = find_events(history, produced)
    kept = [event for event in found if not event.faults]
    if not kept:
        raise RequestError(
            f"no event that can be scored ({len(found)} found)", where=f"trade of {history.first} to {history.last}",
            expected="an exporter whose exports fell, with the two years before in the figures",
            do="Take figures with more years in use: kizuna data list, then kizuna data use SNAPSHOT.",
        )  # fmt: skip
    told = np.ones(len(kept), dtype=np.bool_)
    cases = build_cases(history, kept)
    arms = predict_arms(cases, told[cases.event], model)
    periods = [HELD_OUT if event.year > model.last_year else TRAINING for event in kept]
    groups = [*_event_groups(kept, periods, cases, arms), *_placebo_groups(kept, periods, history, produced, model)]
    left_out = Counter(fault_kind(event.faults[0]) for event in found if event.faults)
    return _report(history, model, groups, kept, periods, told, cases, arms, dict(left_out))


def _given(tables: Tables, history: History, produced: Produced, model: Frozen, frame: pl.DataFrame) -> BacktestReport:
    plain = events_of_frame(frame, history, tables.economies)
    order = sorted(range(len(plain)), key=lambda place: plain[place].product)
    judged: dict[int, Event] = {}
    product = None
    for place in order:
        if product is None or product.product != plain[place].product:
            product = history.product(plain[place].product)
        judged[place] = judge_event(plain[place], product, history.economies, produced)
    events = [judged[place] for place in range(len(plain))]
    said = declared_of_frame(frame)
    told = np.array([is_event(event) for event in events] if said is None else said, dtype=np.bool_)
    cases = build_cases(history, events)
    arms = predict_arms(cases, told[cases.event], model)
    periods = [GIVEN] * len(events)
    groups = [
        group
        for importers, chosen in ((EXPOSED, cases.exposed), (ALL, _everyone(cases)))
        if (group := score_group(GIVEN, GIVEN_EVENTS, importers, cases, arms, chosen, len(events))) is not None
    ]
    return _report(history, model, groups, events, periods, told, cases, arms, {})


def _event_groups(events: Sequence[Event], periods: Sequence[str], cases: Cases, arms: Arms) -> list[Group]:
    """Score the groups of the protocol."""
    last_settled = parameter("last_settled_year")
    sets: dict[str, list[bool]] = {
        FIRST: [True for _ in events],
        SECOND: [not event.doubts for event in events],
        NOT_CONTRADICTED: [event.production != "rose" for event in events],
        SETTLED: [event.year <= last_settled for event in events],
    }
    minor = cases.from_exporter[:, 0] <= cases.others_before
    found: list[Group] = []
    for period in (HELD_OUT, TRAINING):
        inside = np.array([name == period for name in periods], dtype=np.bool_)
        for name, members in sets.items():
            rows = (inside & np.array(members, dtype=np.bool_))[cases.event]
            for importers, chosen in ((EXPOSED, rows & cases.exposed), (ALL, rows)):
                found += _listed(score_group(period, name, importers, cases, arms, chosen, len(events)))
        chosen = inside[cases.event] & cases.exposed & minor
        found += _listed(score_group(period, MINOR, EXPOSED, cases, arms, chosen, len(events)))
    return found


def _placebo_groups(
    events: Sequence[Event], periods: Sequence[str], history: History, produced: Produced, model: Frozen
) -> list[Group]:
    """Score calm years of the same exporters and products, within each period, told of no event and told of one."""
    found: list[Group] = []
    spans = {
        HELD_OUT: range(model.last_year + 1, history.last + 1),
        TRAINING: range(history.first + 2, model.last_year + 1),
    }
    for period, years in spans.items():
        own = [event for event, name in zip(events, periods, strict=True) if name == period]
        calm = find_placebos(own, history, produced, years)
        cases = build_cases(history, calm)
        for name, told in ((PLACEBO, False), (PLACEBO_TOLD, True)):
            arms = predict_arms(cases, np.full(len(cases), told), model)
            for importers, chosen in ((EXPOSED, cases.exposed), (ALL, _everyone(cases))):
                found += _listed(score_group(period, name, importers, cases, arms, chosen, len(calm)))
    return found


def _report(
    history: History,
    model: Frozen,
    groups: Sequence[Group],
    events: Sequence[Event],
    periods: Sequence[str],
    told: Flags,
    cases: Cases,
    arms: Arms,
    left_out: dict[str, int],
) -> BacktestReport:
    rows = _event_rows(events, periods, told, cases, arms)
    return BacktestReport(
        groups=tuple(groups),
        events=tuple(rows),
        importers=tuple(_importer_rows(history, events, cases, arms)),
        left_out=left_out,
        without_mass=history.without_mass(),
        frozen_sha256=frozen_sha256(),
        last_year_estimated=model.last_year,
    )


def _event_rows(
    events: Sequence[Event], periods: Sequence[str], told: Flags, cases: Cases, arms: Arms
) -> list[EventRow]:
    size, everyone = len(events), _everyone(cases)
    predicted, before = arms.predicted[KIZUNA], cases.before
    errors = [
        event_errors(cases, values, who, size) for who in (everyone, cases.exposed) for values in (predicted, before)
    ]
    ranks = rank_correlations(cases, predicted[:, None], size)[:, 0]
    inside = (arms.low <= cases.truth) & (cases.truth <= arms.high)
    count = np.bincount(cases.event, minlength=size)
    exposed = np.bincount(cases.event, cases.exposed, minlength=size)
    held = np.bincount(cases.event, inside, minlength=size)
    found = []
    for at, event in enumerate(events):
        own = [_known(error[at]) for error in errors]
        skill = 1 - own[2] / own[3] if own[2] is not None and own[3] else None
        share = float(held[at] / count[at]) if count[at] else None
        found.append(
            EventRow(
                event, periods[at], bool(told[at]), int(count[at]), int(exposed[at]),
                own[0], own[1], own[2], own[3], skill, _known(ranks[at]), share,
            )
        )  # fmt: skip
    return found


def _importer_rows(history: History, events: Sequence[Event], cases: Cases, arms: Arms) -> list[ImporterRow]:
    columns: list[Floats] = [
        cases.dependence, cases.left, cases.before, arms.base, arms.predicted[KIZUNA], arms.low, arms.high, cases.truth
    ]  # fmt: skip
    found = []
    for row in range(len(cases)):
        event = events[int(cases.event[row])]
        share, left, *amounts = (float(column[row]) for column in columns)
        before, base, predicted, low, high, truth = amounts
        importer = history.economies[int(cases.importer[row])]
        found.append(
            ImporterRow(
                event.product, event.exporter, event.year, importer, bool(cases.exposed[row]), share, _known(left),
                before, base, predicted, low, high, truth, low <= truth <= high,
            )
        )  # fmt: skip
    return found


def _everyone(cases: Cases) -> Flags:
    return np.ones(len(cases), dtype=np.bool_)


def _listed(group: Group | None) -> list[Group]:
    return [] if group is None else [group]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
