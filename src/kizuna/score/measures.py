"""Scores of predictions: error, skill, rank correlation, coverage, and how sure they are."""

from __future__ import annotations

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.cases import Cases
from kizuna.score.history import Flags, Floats, Integers


def event_weights(cases: Cases, chosen: Flags) -> Floats:
    """Return the weight of an absolute error of 1 kg in the mean error of events, ``[case]``; 0 for the others.

    An event's error is the sum over its chosen importers of ``|M^ - M|`` over the sum of their imports the year before;
    events count alike.
    """
    before = np.where(chosen, cases.before, 0)
    whole = np.bincount(cases.event, before, minlength=1) if len(cases) else np.zeros(1)
    held = int((whole > 0).sum())
    weight = np.zeros(len(cases))
    weight[chosen] = 1 / (whole[cases.event[chosen]] * held)
    return weight


def event_errors(cases: Cases, predicted: Floats, chosen: Flags, events: int) -> Floats:
    """Return the error ``E`` of each event, ``[event]``; nan where it has no chosen importer.

    Parameters
    ----------
    predicted
        kg, ``[case]``.
    chosen
        Importers that count, ``[case]``.
    events
        Number of events in the list that the cases were built from.
    """
    miss = np.bincount(cases.event[chosen], np.abs(predicted - cases.truth)[chosen], minlength=events)
    whole = np.bincount(cases.event[chosen], cases.before[chosen], minlength=events)
    return np.asarray(np.divide(miss, whole, out=np.full(events, np.nan), where=whole > 0))


def bootstrap_errors(errors: Floats, rng: np.random.Generator) -> Floats:
    """Return summed errors of events drawn again with replacement, ``bootstrap_draws`` times, ``[draw, prediction]``.

    Parameters
    ----------
    errors
        Error of each event by each prediction, ``[event, prediction]``; all predictions see the same draws.
    """
    events, draws = len(errors), int(parameter("bootstrap_draws"))
    times = np.zeros((draws, events))
    np.add.at(times, (np.arange(draws)[:, None], rng.integers(0, events, size=(draws, events))), 1)
    return np.asarray(times @ errors)


def interval(values: Floats) -> tuple[float, float]:
    """Return the ends of the 95 % interval of drawn values."""
    ends = np.quantile(values, [parameter("bootstrap_low"), 1 - parameter("bootstrap_low")])
    return float(ends[0]), float(ends[1])


def rank_correlations(cases: Cases, predicted: Floats, events: int) -> Floats:
    """Return Spearman's correlation of predicted and real ``M_t / M_t-1`` over exposed importers, by event.

    Parameters
    ----------
    predicted
        kg, ``[case, prediction]``.
    events
        Number of events in the list that the cases were built from.

    Returns
    -------
    Floats
        ``[event, prediction]``; nan for events with fewer than ``rank_least_importers`` exposed importers, and where
        one side is all equal.
    """
    found = np.full((events, predicted.shape[1]), np.nan)
    ratios = np.column_stack([cases.truth, predicted]) / cases.before[:, None]
    exposed = np.flatnonzero(cases.exposed)
    for event, rows in _rows_by_event(cases.event[exposed]):
        if len(rows) >= parameter("rank_least_importers"):
            found[event] = rank_agreement(ratios[exposed[rows]])
    return found


def rank_agreement(values: Floats) -> Floats:
    """Return Spearman's correlation of the first column with each other one; nan where a side is all equal.

    Equal values share their mean rank.

    Examples
    --------
    >>> rank_agreement(np.array([[1.0, 5.0, 2.0], [2.0, 9.0, 2.0], [3.0, 7.0, 2.0]])).round(6)
    array([0.5, nan])
    """
    above = (values[:, None, :] > values[None, :, :]).sum(axis=1)
    alike = (values[:, None, :] == values[None, :, :]).sum(axis=1)
    ranks = above + (alike - 1) / 2 - (len(values) - 1) / 2
    product = (ranks[:, [0]] * ranks[:, 1:]).sum(axis=0)
    size = np.sqrt((ranks[:, [0]] ** 2).sum(axis=0) * (ranks[:, 1:] ** 2).sum(axis=0))
    return np.asarray(np.divide(product, size, out=np.full(len(product), np.nan), where=size > 0))


def coverage(cases: Cases, low: Floats, high: Floats, chosen: Flags) -> float:
    """Return the share of chosen importers whose imports lie inside their interval; nan where there is none."""
    inside = (low <= cases.truth) & (cases.truth <= high)
    return float(inside[chosen].mean()) if chosen.any() else float("nan")


def _rows_by_event(event: Integers) -> list[tuple[int, Integers]]:
    """Return each event with its rows; events ascend."""
    events, starts = np.unique(event, return_index=True)
    return list(zip(events.tolist(), np.split(np.arange(len(event)), starts[1:]), strict=True))
