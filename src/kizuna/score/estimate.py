"""Estimation of the predictor on the early years: everything that it is made of is chosen here, and nowhere else.

The history is read to ``estimation_last_year``, so no later figure can be seen. Errors are the absolute errors of the
score itself. Choices between models are made by cross-validation over the years of estimation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.cases import Cases, build_cases
from kizuna.score.events import Event, find_events, find_placebos
from kizuna.score.history import Flags, Floats, History, Integers, read_history
from kizuna.score.measures import event_weights
from kizuna.score.predictor import (
    BASES,
    Frozen,
    base_imports,
    expected_fall,
    one_year_form,
    predict_cases,
    volatility,
    volatility_class,
)
from kizuna.score.produced import Produced, read_produced
from kizuna.score.rules import pool_share
from kizuna.tables.build import Tables

_HEADER = (
    "# The predictor of the backtest, as estimated by kizuna.score.estimate on events to last_year only, before any\n"
    "# later year was scored. A test estimates it again and compares. Do not edit."
)
_TRIALS = (
    "# Cross-validated error of exposed and of all importers, each over that of persistence, summed (2: no better)."
)
_SEARCHED = ("reversion", "rigidity", "fill", "others_weight")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A frozen predictor, and the cross-validated error of every choice that was open, relative to persistence.

    ``trials`` maps (base, pooling) to the sum of the errors of exposed and of all importers, each over that of
    persistence: 2 is no better than persistence.
    """

    model: Frozen
    trials: dict[tuple[str, float], float]


def estimate(tables: Tables) -> Estimate:
    """Estimate the predictor on events of the first set to ``estimation_last_year``; the same figures give the same.

    Returns
    -------
    Estimate
        What :func:`frozen_toml` writes to the frozen file.
    """
    history = read_history(tables, last=int(parameter("estimation_last_year")))
    produced = read_produced(tables)
    events = [event for event in find_events(history, produced) if not event.faults]
    cases = build_cases(history, events)
    start = _starting(events, history.last)
    trials: dict[tuple[str, float], float] = {}
    outside: dict[tuple[str, float], Floats] = {}
    years = np.array([event.year for event in events])[cases.event]
    poolings = [float(2**power) for power in range(int(parameter("pooling_powers")))]
    for base in BASES:
        for pooling, predicted in _predict_outside(cases, years, replace(start, base=base), poolings).items():
            trials[base, pooling] = _objective(cases, predicted, np.ones(len(cases), dtype=np.bool_))
            outside[base, pooling] = predicted
    base, pooling = min(trials, key=lambda key: (trials[key], key))
    everyone = np.ones(len(cases), dtype=np.bool_)
    model = _with_products(_search(cases, everyone, replace(start, base=base)), cases, everyone, pooling)
    model = replace(model, exposed_ratio=_exposed_ratio(cases))
    return Estimate(_rounded(_with_intervals(model, cases, outside[base, pooling], history, events, produced)), trials)


def frozen_toml(estimated: Estimate) -> str:
    """Return the text of the frozen file."""
    model = estimated.model
    lines = [
        _HEADER,
        "",
        f"last_year = {model.last_year}",
        f"events = {model.events}",
        f'base = "{model.base}"',
        *(f"{name} = {getattr(model, name)}" for name in (*_SEARCHED, "pooling", "typical_fall", "exposed_ratio")),
        f"volatility_bounds = {list(model.volatility_bounds)}",
        f"low = {model.low.tolist()}",
        f"high = {model.high.tolist()}",
        "",
        "[rigidity_of]",
        *(f'"{code}" = {value}' for code, value in sorted(model.rigidity_of.items())),
        "",
        _TRIALS,
        "[trials]",
        *(f'"{base}, pooling {pooling:g}" = {error:.4f}' for (base, pooling), error in estimated.trials.items()),
    ]
    return "\n".join(lines) + "\n"


def _starting(events: list[Event], last_year: int) -> Frozen:
    typical = float(np.mean([1 - event.mass_ratio for event in events]))
    none = np.zeros((2, 2, 1))
    return Frozen(last_year, len(events), BASES[0], 0.0, 1.0, {}, 1.0, 0.0, typical, 0.0, 1.0, (), none, none)


def _objective(cases: Cases, predicted: Floats, chosen: Flags) -> float:
    """Return the mean error of exposed and of all importers, each over that of persistence, summed."""
    total = 0.0
    for who in (chosen & cases.exposed, chosen):
        weight = event_weights(cases, who)
        total += (weight * np.abs(predicted - cases.truth)).sum() / (weight * np.abs(cases.before - cases.truth)).sum()
    return float(total)


def _search(cases: Cases, chosen: Flags, start: Frozen) -> Frozen:
    """Search each parameter on its grid in turn until none moves; the smaller value of equals is taken."""
    steps = round(1 / parameter("search_step"))
    grid = [step / steps for step in range(steps + 1)]
    shape = _Shape(cases, chosen)
    model = start
    for _ in range(int(parameter("search_rounds"))):
        before = model
        for name in _SEARCHED:
            errors = [shape.error(replace(model, **{name: value})) for value in grid]  # type: ignore[arg-type]
            model = replace(model, **{name: grid[int(np.argmin(errors))]})  # type: ignore[arg-type]
        if model == before:
            break
    return model


class _Shape:
    """The chosen cases with all that does not move in a search."""

    def __init__(self, cases: Cases, chosen: Flags) -> None:
        self.cases = cases.where(chosen)
        self.declared = np.ones(len(self.cases), dtype=np.bool_)
        self.pool, self.dependence = pool_share(self.cases), self.cases.dependence
        everyone = np.ones(len(self.cases), dtype=np.bool_)
        self.weights = []
        for who in (self.cases.exposed, everyone):
            weight = event_weights(self.cases, who)
            self.weights.append(weight / (weight * np.abs(self.cases.before - self.cases.truth)).sum())

    def predict(self, model: Frozen, rigidity: Floats | float) -> Floats:
        """Predict with a rigidity given apart."""
        base = base_imports(self.cases, model.base, model.reversion)
        fall = expected_fall(self.cases, self.declared, model.typical_fall, model.others_weight)
        return one_year_form(base, self.dependence, fall, self.pool, rigidity, model.fill)

    def error(self, model: Frozen) -> float:
        """Return the objective."""
        miss = np.abs(self.predict(model, model.rigidity) - self.cases.truth)
        return float(sum((weight * miss).sum() for weight in self.weights))


def _with_products(model: Frozen, cases: Cases, chosen: Flags, pooling: float) -> Frozen:
    """Add each product's rigidity: its own best, drawn to that of all as if ``pooling`` events stood behind it."""
    steps = round(1 / parameter("search_step"))
    grid = np.arange(steps + 1) / steps
    shape = _Shape(cases, chosen)
    products = np.array(shape.cases.product)
    misses = np.stack([np.abs(shape.predict(model, float(value)) - shape.cases.truth) for value in grid])
    errors = sum(weight * misses for weight in shape.weights)
    of = {}
    for code in sorted(set(shape.cases.product)):
        own = products == code
        events = len(np.unique(shape.cases.event[own & shape.cases.exposed]))
        best = float(grid[int(np.argmin(errors[:, own].sum(axis=1)))])
        of[code] = (events * best + pooling * model.rigidity) / (events + pooling)
    return replace(model, rigidity_of=of, pooling=pooling)


def _predict_outside(cases: Cases, years: Integers, start: Frozen, poolings: list[float]) -> dict[float, Floats]:
    """Predict each year's cases by models estimated without that year's fold, for each strength of pooling."""
    folds = int(parameter("validation_folds"))
    found = {pooling: np.zeros(len(cases)) for pooling in poolings}
    for fold in range(folds):
        held = years % folds == fold
        model = _search(cases, ~held, start)
        shape = _Shape(cases, held)
        for pooling in poolings:
            pooled = _with_products(model, cases, ~held, pooling)
            rigidity = np.array([pooled.rigidity_of.get(code, pooled.rigidity) for code in shape.cases.product])
            found[pooling][held] = shape.predict(pooled, rigidity)
    return found


def _exposed_ratio(cases: Cases) -> float:
    """Return the one ratio that fits exposed importers best: the weighted median of truth over the year before."""
    weight = event_weights(cases, cases.exposed) * cases.before
    ratio = cases.truth / cases.before
    order = np.argsort(ratio, kind="stable")
    reached = np.cumsum(weight[order])
    return float(ratio[order][np.searchsorted(reached, reached[-1] / 2)])


def _with_intervals(
    model: Frozen, cases: Cases, outside: Floats, history: History, events: list[Event], produced: Produced
) -> Frozen:
    """Add the ends of intervals: quantiles of log truth over prediction, by class, of predictions made outside."""
    classes, digits = int(parameter("volatility_classes")), int(parameter("frozen_digits"))
    bounds = np.quantile(volatility(cases), np.arange(1, classes) / classes)
    model = replace(model, volatility_bounds=tuple(round(float(bound), digits) for bound in bounds))
    calm = find_placebos(events, history, produced, range(history.first + 2, history.last + 1))
    placebo = build_cases(history, calm)
    model = replace(model, low=np.zeros((2, 2, classes)), high=np.zeros((2, 2, classes)))
    quiet = predict_cases(placebo, np.zeros(len(placebo), dtype=np.bool_), model).predicted
    tail = (1 - parameter("interval_coverage")) / 2
    low, high = np.zeros((2, 2, classes)), np.zeros((2, 2, classes))
    for told, (some, predicted) in enumerate(((placebo, quiet), (cases, outside))):
        floor = parameter("interval_floor") * some.before
        miss = np.log(np.maximum(some.truth, floor) / np.maximum(predicted, floor))
        place = volatility_class(some, model)
        for exposed in range(2):
            for at in range(classes):
                cell = (some.exposed == bool(exposed)) & (place == at)
                low[told, exposed, at], high[told, exposed, at] = np.quantile(miss[cell], [tail, 1 - tail])
    return replace(model, low=low, high=high)


def _rounded(model: Frozen) -> Frozen:
    """Round what is written, so that the file and the estimate are equal."""
    numbers = (*_SEARCHED, "pooling", "typical_fall", "exposed_ratio")
    digits = int(parameter("frozen_digits"))
    values = {name: round(float(getattr(model, name)), digits) for name in numbers}
    of = {code: round(value, digits) for code, value in model.rigidity_of.items()}
    ends = {"low": np.round(model.low, digits), "high": np.round(model.high, digits)}
    return replace(model, rigidity_of=of, **values, **ends)  # type: ignore[arg-type]
