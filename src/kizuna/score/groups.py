"""A group of events scored: every simple rule, the same rules on the predictor's base, and the predictor in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kizuna.score.cases import Cases
from kizuna.score.history import Flags, Floats
from kizuna.score.labels import BASE_ALONE, KIZUNA, NOT_TOLD, ON_BASE, PERSISTENCE, SHOCK_ALONE
from kizuna.score.measures import bootstrap_errors, coverage, event_errors, interval, rank_correlations
from kizuna.score.predictor import BASES, Frozen, predict_cases
from kizuna.score.report import Group, Score
from kizuna.score.rules import simple_rules

BOOTSTRAP_SEED = 0


@dataclass(frozen=True, slots=True)
class Arms:
    """Everything that is scored on the same cases, kg, ``[case]``.

    Parameters
    ----------
    predicted
        By name: simple rules, the same on the base, the predictor's parts, and ``kizuna``.
    rules
        Names of the simple rules.
    base, low, high
        The predictor's base without a shock, and the ends of its interval.
    """

    predicted: dict[str, Floats]
    rules: tuple[str, ...]
    base: Floats
    low: Floats
    high: Floats


def predict_arms(cases: Cases, declared: Flags, model: Frozen) -> Arms:
    """Predict cases by every rule and by the predictor, whole and in parts."""
    own = predict_cases(cases, declared, model)
    rules = {name: rule(cases) for name, rule in simple_rules(model.exposed_ratio).items()}
    moved = {name + ON_BASE: values / cases.before * own.base for name, values in rules.items() if name != PERSISTENCE}
    parts = {
        BASE_ALONE: own.base,
        SHOCK_ALONE: predict_cases(cases, declared, replace(model, base=BASES[0], reversion=0.0)).predicted,
        NOT_TOLD: predict_cases(cases, np.zeros_like(declared), model).predicted,
        KIZUNA: own.predicted,
    }
    return Arms(rules | moved | parts, tuple(rules), own.base, own.low, own.high)


def score_group(
    period: str, events_set: str, importers: str, cases: Cases, arms: Arms, chosen: Flags, events: int
) -> Group | None:
    """Score the chosen cases; None where there is none.

    Parameters
    ----------
    period, events_set, importers
        Labels of the group.
    chosen
        Cases of the group, ``[case]``.
    events
        Number of events in the list that the cases were built from.
    """
    if not chosen.any():
        return None
    by_event = [event_errors(cases, values, chosen, events) for values in arms.predicted.values()]
    errors = np.stack(by_event, axis=1)
    errors = errors[~np.isnan(errors[:, 0])]
    names = list(arms.predicted)
    still = names.index(PERSISTENCE)
    skills = 1 - errors.sum(axis=0) / errors.sum(axis=0)[still]
    drawn = bootstrap_errors(errors, np.random.default_rng(BOOTSTRAP_SEED))
    drawn_skills = 1 - drawn / drawn[:, [still]]
    every = np.stack([values[chosen] for values in arms.predicted.values()], axis=1)
    ranks = rank_correlations(cases.where(chosen), every, events)
    scores = []
    for at, name in enumerate(names):
        ranked = ranks[~np.isnan(ranks[:, at]), at]
        rank = float(ranked.mean()) if len(ranked) else None
        low, high = interval(drawn_skills[:, at])
        scores.append(Score(name, float(errors[:, at].mean()), float(skills[at]), low, high, rank, len(ranked)))
    leads: list[tuple[str, float, float, float]] = []
    ours = names.index(KIZUNA)
    for rivals in (arms.rules, [name for name in names if name.endswith(ON_BASE)]):
        rival = max((names.index(name) for name in rivals), key=lambda at: skills[at])
        ends = interval(drawn_skills[:, ours] - drawn_skills[:, rival])
        leads.append((names[rival], float(skills[ours] - skills[rival]), *ends))
    held = coverage(cases, arms.low, arms.high, chosen)
    count = int(chosen.sum())
    return Group(period, events_set, importers, len(errors), count, tuple(scores), *leads[0], *leads[1], held)
