"""What a backtest returns: scores by group of events, event by event and importer by importer."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kizuna.floor.params import parameter
from kizuna.score.events import Event
from kizuna.score.labels import KIZUNA
from kizuna.score.wording import say


@dataclass(frozen=True, slots=True)
class Score:
    """How one prediction did on a group of events.

    Parameters
    ----------
    name
        Rule or model.
    error
        Mean error ``E`` of events.
    skill
        ``1 - error / error of persistence``; ``low`` and ``high`` its 95 % interval over events drawn again.
    rank
        Mean rank correlation over ``rank_events`` events; None where no event has enough exposed importers or the
        prediction ranks none.
    """

    name: str
    error: float
    skill: float
    low: float
    high: float
    rank: float | None
    rank_events: int


@dataclass(frozen=True, slots=True)
class Group:
    """Scores of every prediction on one group of events.

    Parameters
    ----------
    period
        ``held-out``, ``training`` or ``given``.
    events_set
        Which events: ``first set``, ``second set``, ``placebo`` and the like.
    importers
        ``exposed`` or ``all``.
    events, cases
        Number of events with such importers, and of importers.
    scores
        One a prediction; simple rules, then the same on the predictor's base, then the predictor and its parts.
    best_rule
        The simple rule with the highest skill here.
    lead, lead_low, lead_high
        Skill of the predictor over that of the best rule, with its 95 % interval from the same draws.
    best_on_base, base_lead, base_lead_low, base_lead_high
        The same against the best simple rule put on the predictor's own base.
    coverage
        Share of importers inside their 80 % interval.
    """

    period: str
    events_set: str
    importers: str
    events: int
    cases: int
    scores: tuple[Score, ...]
    best_rule: str
    lead: float
    lead_low: float
    lead_high: float
    best_on_base: str
    base_lead: float
    base_lead_low: float
    base_lead_high: float
    coverage: float

    @property
    def certain(self) -> bool:
        """Whether the events are many enough for 95 % intervals (parameter ``interval_least_events``)."""
        return self.events >= parameter("interval_least_events")

    def score(self, name: str = KIZUNA) -> Score:
        """Return the score of one prediction."""
        return next(score for score in self.scores if score.name == name)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event with its scores; a score is None where the event has no such importer."""

    event: Event
    period: str
    declared: bool
    importers: int
    exposed: int
    error_all: float | None
    error_all_persistence: float | None
    error_exposed: float | None
    error_exposed_persistence: float | None
    skill_exposed: float | None
    rank: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class ImporterRow:
    """One importer of one event: prediction, interval and truth, kg; ``left`` is what others still got of 1."""

    hs6: str
    exporter: str
    year: int
    importer: str
    exposed: bool
    dependence: float
    left: float | None
    before_kg: float
    base_kg: float
    predicted_kg: float
    low_kg: float
    high_kg: float
    truth_kg: float
    inside: bool


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The backtest of the predictor on history.

    Parameters
    ----------
    groups
        Scores by group.
    events, importers
        Row by row.
    left_out
        Events found but left out, by the first of their faults.
    without_mass
        Share of flows, and of their value, that has no mass and is left out of every quantity.
    frozen_sha256
        Of the frozen predictor that was scored.
    last_year_estimated
        Last year that the predictor was estimated on.
    """

    groups: tuple[Group, ...]
    events: tuple[EventRow, ...]
    importers: tuple[ImporterRow, ...]
    left_out: dict[str, int]
    without_mass: tuple[float, float]
    frozen_sha256: str
    last_year_estimated: int

    def group(self, period: str, events_set: str, importers: str = "exposed") -> Group | None:
        """Return one group; None where no event is in it."""
        named = (period, events_set, importers)
        return next((g for g in self.groups if (g.period, g.events_set, g.importers) == named), None)

    @property
    def sentence(self) -> str:
        """What the engine may and may not claim, made from the figures."""
        return say(self)

    def to_dict(self) -> dict[str, object]:
        """Return the whole report as plain values for JSON; a number that is not there is None."""
        found: dict[str, object] = {
            "claim": self.sentence,
            "frozen_sha256": self.frozen_sha256,
            "last_year_estimated": self.last_year_estimated,
            "without_mass": {"share_of_flows": self.without_mass[0], "share_of_value": self.without_mass[1]},
            "left_out": self.left_out,
            "groups": [_group(group) for group in self.groups],
            "events": [_event_row(row) for row in self.events],
            "importers": [asdict(row) for row in self.importers],
        }
        return {key: _plain(value) for key, value in found.items()}


def _group(group: Group) -> dict[str, object]:
    """Return a group as plain values; of too few events without the ends of 95 % intervals."""
    if group.certain:
        return asdict(group)
    none = dict.fromkeys(("lead_low", "lead_high", "base_lead_low", "base_lead_high"))
    scores = [asdict(score) | {"low": None, "high": None} for score in group.scores]
    return asdict(group) | none | {"scores": scores}


def _event_row(row: EventRow) -> dict[str, object]:
    event = asdict(row.event)
    event["hs6"] = event.pop("product")
    scores = asdict(row)
    scores.pop("event")
    return event | scores


def _plain(value: object) -> object:
    """Return the value with tuples as lists and no number that JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
