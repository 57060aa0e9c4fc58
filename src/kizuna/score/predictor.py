"""The predictor: the engine's one-year form, with what was estimated on the early years and frozen.

``M^ = B (1 - rho x d - (1 - rho) (1 - f) x P)`` with ``B`` what the importer would have bought, ``x`` the fall expected
of the exporter, ``d`` the importer's dependence on it, ``P`` the exporter's share of the pool of all importers,
``rho`` the rigidity of trade in the product, ``f`` the part of a pooled loss that spare supply fills.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.cases import Cases, build_cases
from kizuna.score.event_file import declared_of_frame, events_of_frame
from kizuna.score.history import Flags, Floats, Integers, read_history
from kizuna.score.rules import others_fall, pool_share
from kizuna.tables.build import Tables

if TYPE_CHECKING:
    import polars as pl

FROZEN_FILE = "frozen.toml"
BASES = ("year before", "two years before it", "usual level")


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the predictor was estimated to be, on events to ``last_year`` only.

    Parameters
    ----------
    last_year, events
        Last year and number of events that it was estimated on.
    base
        One of ``BASES``: which past level imports move back to.
    reversion
        How far they move back in a year, as a power of the ratio; 0 keeps the year before.
    rigidity
        Part of a loss that stays with the exporter's own buyers, over all products.
    rigidity_of
        The same by product, drawn towards ``rigidity`` where a product has few events.
    pooling
        Events that a product's own rigidity must have to count as much as that of all products.
    fill
        Part of a pooled loss that spare supply fills within the year.
    typical_fall
        Mean fall of the exporter in an event.
    others_weight
        Weight of the fall that others saw, against the typical one; 0 to 1.
    exposed_ratio
        For the simple rule of a constant fall: imports of exposed importers over those of the year before.
    volatility_bounds
        Bounds of the three classes of volatility, mean absolute yearly log change.
    low, high
        Ends of the interval as logs of truth over prediction, shape ``[declared, exposed, volatility class]``.
    """

    last_year: int
    events: int
    base: str
    reversion: float
    rigidity: float
    rigidity_of: dict[str, float]
    pooling: float
    fill: float
    typical_fall: float
    others_weight: float
    exposed_ratio: float
    volatility_bounds: tuple[float, ...]
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted imports of each case with its interval, kg, and its base without any shock, shape ``[case]``."""

    predicted: Floats
    low: Floats
    high: Floats
    base: Floats


def predict(events: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Predict what importers buy in the year of each event.

    Parameters
    ----------
    events
        Columns ``hs6``, ``exporter`` (ISO3) and ``year``; ``declared`` (true, false) if there: whether the predictor
        is told that the exporter had an event, true where the column is missing.
    tables
        The snapshot's figures. Of the year itself only what the exporter sold to others is used for an importer.

    Returns
    -------
    polars.DataFrame
        One row for each event and importer of ``scored_importer_share`` or more: ``hs6, exporter, year, importer,
        before_kg, dependence, predicted_kg, low_kg, high_kg``.

    Raises
    ------
    TableError
        If a row names no product, exporter or year of the snapshot; lists every fault.
    """
    import polars as pl

    history = read_history(tables)
    asked = events_of_frame(events, history, tables.economies)
    said = declared_of_frame(events)
    told = [True] * len(asked) if said is None else said
    cases = build_cases(history, asked)
    found = predict_cases(cases, np.array(told, dtype=np.bool_)[cases.event], frozen())
    return pl.DataFrame(
        {
            "hs6": list(cases.product),
            "exporter": [asked[place].exporter for place in cases.event.tolist()],
            "year": [asked[place].year for place in cases.event.tolist()],
            "importer": [history.economies[place] for place in cases.importer.tolist()],
            "before_kg": cases.before,
            "dependence": cases.dependence,
            "predicted_kg": found.predicted,
            "low_kg": found.low,
            "high_kg": found.high,
        }
    )


def predict_cases(cases: Cases, declared: Flags, model: Frozen) -> Predictions:
    """Predict cases.

    Parameters
    ----------
    declared
        Whether the predictor is told that the exporter had an event, ``[case]``. Where it is not, it takes it that one
        happened only if others lost ``event_fall_mass`` or more, the fall that defines an event.
    """
    base = base_imports(cases, model.base, model.reversion)
    fall = expected_fall(cases, declared, model.typical_fall, model.others_weight)
    rigidity = np.array([model.rigidity_of.get(code, model.rigidity) for code in cases.product])
    predicted = one_year_form(base, cases.dependence, fall, pool_share(cases), rigidity, model.fill)
    floor = parameter("interval_floor") * cases.before
    where = (declared.astype(np.int64), cases.exposed.astype(np.int64), volatility_class(cases, model))
    ends = [np.maximum(predicted, floor) * np.exp(end[where]) for end in (model.low, model.high)]
    low = np.where(ends[0] <= floor, 0.0, ends[0])
    return Predictions(predicted, np.minimum(low, predicted), np.maximum(ends[1], predicted), base)


def one_year_form(
    base: Floats, dependence: Floats, fall: Floats, pool: Floats, rigidity: Floats | float, fill: float
) -> Floats:
    """Return the engine's answer after one year without stocks: ``B (1 - rho x d - (1 - rho) (1 - f) x P)``.

    Parameters
    ----------
    base
        Imports without the shock, kg.
    dependence
        Share of the exporter in imports.
    fall
        Part of its sales that the exporter no longer makes.
    pool
        Share of the exporter in what all importers buy; ``fall * pool`` is ``L / W``.
    rigidity, fill
        Part of a loss that stays with own buyers, and part of the rest that spare supply fills.

    Examples
    --------
    Half of a supplier with 0.4 of imports is gone; it sold 0.2 of what the world buys.

    >>> one_year_form(np.array([100.0]), np.array([0.4]), np.array([0.5]), np.array([0.2]), 1.0, 0.0)
    array([80.])
    >>> one_year_form(np.array([100.0]), np.array([0.4]), np.array([0.5]), np.array([0.2]), 0.0, 0.0)
    array([90.])
    """
    own, rest = rigidity * fall * dependence, (1 - rigidity) * (1 - fill) * fall * pool
    return np.asarray(np.maximum(0, base * (1 - own - rest)))


def expected_fall(cases: Cases, declared: Flags, typical: float, others_weight: float) -> Floats:
    """Return the fall expected of the exporter towards each importer, 0 to 1.

    What others saw counts by ``others_weight`` and by their part in the exporter's sales; the rest is the typical fall
    of an event. Where no event was declared and others did not lose as much as defines one, none is expected.
    """
    seen = others_fall(cases)
    sold = cases.others_before + cases.from_exporter[:, 0]
    told_by_others = np.divide(cases.others_before, sold, out=np.zeros(len(cases)), where=sold > 0)
    weight = others_weight * told_by_others
    fall = (1 - weight) * typical + weight * seen
    return np.where(declared | (seen >= parameter("event_fall_mass")), fall, 0.0)


def base_imports(cases: Cases, base: str, reversion: float) -> Floats:
    """Return what importers would have bought: the year before, moved back towards an earlier level, kg.

    ``M (R / M) ** reversion`` with ``R`` the year before that, the mean of the two years before it, or of all past
    years known. The ratio is held within ``base_most_ratio`` either way. An importer that bought above its usual
    level holds stock, and buys less.
    """
    if base == BASES[0]:
        level = cases.imports[:, 1]
    elif base == BASES[1]:
        level = np.nanmean(cases.imports[:, 1 : 1 + 2], axis=1)
    else:
        level = np.nanmean(cases.imports[:, 1:], axis=1)
    most = parameter("base_most_ratio")
    return np.asarray(cases.before * np.clip(level / cases.before, 1 / most, most) ** reversion)


def volatility(cases: Cases) -> Floats:
    """Return the mean absolute yearly log change of an importer's past imports, ``[case]``."""
    most = np.log(parameter("base_most_ratio"))
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(np.log(cases.imports[:, :-1] / cases.imports[:, 1:]))
    known = ~np.isnan(change)
    return np.asarray(np.where(known, np.minimum(change, most), 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def volatility_class(cases: Cases, model: Frozen) -> Integers:
    """Return the class of each case by its past volatility, ``[case]``."""
    return np.asarray(np.searchsorted(np.array(model.volatility_bounds), volatility(cases)), dtype=np.int64)


def frozen_text() -> str:
    """Return the frozen file."""
    return files("kizuna.score").joinpath(FROZEN_FILE).read_text(encoding="utf-8")


def frozen_sha256() -> str:
    """Return the sha256 of the frozen file: what was scored is what was frozen."""
    return hashlib.sha256(frozen_text().encode()).hexdigest()


@cache
def frozen() -> Frozen:
    """Return the predictor as it was frozen before the later years were scored."""
    return parse_frozen(frozen_text())


def parse_frozen(text: str) -> Frozen:
    """Read a frozen predictor from TOML."""
    values = tomllib.loads(text)
    shown = {name: values[name] for name in Frozen.__dataclass_fields__ if name not in ("low", "high")}
    shown["volatility_bounds"] = tuple(shown["volatility_bounds"])
    return Frozen(**shown, low=np.array(values["low"]), high=np.array(values["high"]))
