"""Events: years in which a large exporter of a product sold far less than the year before, and years that were calm.

Every threshold is a parameter of ``score.toml``. ``faults`` of an event need no importer's figures of the event's
year; ``doubts`` do, so they only ever make a second set that is reported beside the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.history import Flags, History, ProductHistory
from kizuna.score.produced import Produced


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One product, exporter and year.

    Parameters
    ----------
    product, exporter, year
        HS6 code, ISO3 code, calendar year of the fall.
    share
        The exporter's share of world exports in kg, mean of the two years before.
    mass_ratio, value_ratio
        Exports over those of the year before, in kg and in USD.
    faults
        Why the event is left out, from what needs no importer's figures of the year; empty for the first set. Each
        begins with its kind and a colon.
    doubts
        Why it is left out of the second set, from importers' figures of the year.
    production
        ``rose``, ``fell`` or ``unknown``: what the exporter's mine production did, where it is known for both years.
    """

    product: str
    exporter: str
    year: int
    share: float = float("nan")
    mass_ratio: float = float("nan")
    value_ratio: float = float("nan")
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    production: str = "unknown"


def find_events(history: History, produced: Produced, *, last: int | None = None) -> tuple[Event, ...]:
    """Find every event of the history, those with faults included, ordered by product, exporter and year.

    Parameters
    ----------
    history
        Trade of all products.
    produced
        Production of the exporters, see :func:`kizuna.score.produced.read_produced`.
    last
        Last year to look at; all years where not given.
    """
    end = history.last if last is None else last
    found: list[Event] = []
    for product in history:
        for year in range(history.first + 2, end + 1):
            for place in np.flatnonzero(_fell(product, year)).tolist():
                event = describe_event(product, history.economies, place, year)
                found.append(judge_event(event, product, history.economies, produced))
    return tuple(sorted(found))


def describe_event(product: ProductHistory, economies: Sequence[str], exporter: int, year: int) -> Event:
    """Return an event with its shares and ratios, not yet judged; ``exporter`` is a place in ``economies``."""
    now = product.at(year)
    shares = [_ratio(product.exports[at, exporter], product.exports[at].sum()) for at in (now - 1, now - 2)]
    return Event(
        product.product,
        economies[exporter],
        year,
        share=sum(shares) / len(shares),
        mass_ratio=_ratio(product.exports[now, exporter], product.exports[now - 1, exporter]),
        value_ratio=_ratio(product.value[now, exporter], product.value[now - 1, exporter]),
    )


def fault_kind(fault: str) -> str:
    """Return what kind of fault it is, to count by, such as ``a hub``."""
    return fault.partition(":")[0]


def is_event(event: Event) -> bool:
    """Return whether shares and ratios make it an event by the definition, whatever its faults."""
    return (
        event.share >= parameter("event_least_share")
        and event.mass_ratio <= 1 - parameter("event_fall_mass")
        and event.value_ratio <= 1 - parameter("event_fall_value")
    )


def judge_event(event: Event, product: ProductHistory, economies: Sequence[str], produced: Produced) -> Event:
    """Return the event with its faults, its doubts and what production says."""
    place, now = economies.index(event.exporter), product.at(event.year)
    faults = [
        *_unit_value_faults(product, place, now),
        *_world_faults(product, now),
        *_hub_faults(product, event, place, now, produced),
        *_misreported(product, place, now),
    ]
    doubts = [*_hole_doubts(product, place, now), *_demand_doubts(product, place, now)]
    moved = produced.moved(event.product, event.exporter, event.year)
    return replace(event, faults=tuple(faults), doubts=tuple(doubts), production=moved)


def find_placebo(
    event: Event, product: ProductHistory, economies: Sequence[str], produced: Produced, years: Iterable[int]
) -> Event | None:
    """Return the calm year of the same exporter and product that is nearest to the event; None where there is none.

    Calm: exports in kg changed by less than ``placebo_most_change``, the year is ``placebo_least_distance`` or more
    from the event, and its figures have none of the faults that leave out an event. Of two equally near years the
    earlier is taken.

    Parameters
    ----------
    years
        Years to choose from, such as those that the predictor has not been estimated on.
    """
    place, calm = economies.index(event.exporter), parameter("placebo_most_change")
    far = [year for year in years if abs(year - event.year) >= parameter("placebo_least_distance")]
    for year in sorted(far, key=lambda year: (abs(year - event.year), year)):
        placebo = describe_event(product, economies, place, year)
        if abs(placebo.mass_ratio - 1) < calm:
            placebo = judge_event(placebo, product, economies, produced)
            if not placebo.faults:
                return placebo
    return None


def find_placebos(
    events: Sequence[Event], history: History, produced: Produced, years: Iterable[int]
) -> tuple[Event, ...]:
    """Return the placebo of each event that has one among ``years``, each once, ordered."""
    found: set[Event] = set()
    choice = tuple(years)
    for code in sorted({event.product for event in events}):
        product = history.product(code)
        for event in events:
            if event.product == code:
                placebo = find_placebo(event, product, history.economies, produced, choice)
                found |= {placebo} if placebo is not None else set()
    return tuple(sorted(found))


def _fell(product: ProductHistory, year: int) -> Flags:
    """Return for each economy whether it is an event in the year, shape ``[economy]``."""
    now = product.at(year)
    totals = product.exports.sum(axis=1)
    if min(totals[now - 1], totals[now - 2], totals[now]) <= 0:
        return np.zeros(product.exports.shape[1], dtype=np.bool_)
    share = (product.exports[now - 1] / totals[now - 1] + product.exports[now - 2] / totals[now - 2]) / 2
    large = (share >= parameter("event_least_share")) & (product.exports[now - 1] > 0) & (product.value[now - 1] > 0)
    mass_fell = product.exports[now] <= (1 - parameter("event_fall_mass")) * product.exports[now - 1]
    value_fell = product.value[now] <= (1 - parameter("event_fall_value")) * product.value[now - 1]
    return np.asarray(large & mass_fell & value_fell)


def _unit_value_faults(product: ProductHistory, place: int, now: int) -> list[str]:
    """Compare USD per kg of the year and the one before with the median of the years before the event."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = product.weighed[: now + 1, place] / product.exports[: now + 1, place]
    before = unit[max(0, now - int(parameter("event_unit_value_years"))) : now]
    usual = float(np.median(before[np.isfinite(before)])) if np.isfinite(before).any() else np.nan
    factor = parameter("event_unit_value_factor")
    odd = [1 / factor <= value / usual <= factor for value in unit[now - 1 : now + 1] if np.isfinite(value)]
    return [] if all(odd) else [f"USD per kg: more than {factor:g} times off its usual level"]


def _world_faults(product: ProductHistory, now: int) -> list[str]:
    ratio = _ratio(product.exports[now].sum(), product.exports[now - 1].sum())
    if parameter("event_world_least") <= ratio <= parameter("event_world_most"):
        return []
    return [f"world trade of the code: {ratio:.0%} of the year before"]


def _hub_faults(product: ProductHistory, event: Event, place: int, now: int, produced: Produced) -> list[str]:
    """Say whether the exporter passed goods on, in the year before: by its balance where production is known."""
    sold, bought = product.exports[now - 1, place], product.imports[now - 1, place]
    made = produced.mass_kg(event.product, event.exporter, event.year - 1)
    passed = bought > parameter("event_hub_imports") * sold
    if made is None:
        return [f"a hub: it buys {_ratio(bought, sold):.0%} of what it sells"] if passed else []
    if sold > parameter("event_hub_balance") * (made + bought):
        return ["a hub: it sells more than it makes and buys"]
    return ["a hub: it buys more than it makes"] if passed and bought > made else []


def _misreported(product: ProductHistory, place: int, now: int) -> list[str]:
    """Say whether most of the exporter's mass, now or the year before, stands in flows of suspect unit value."""
    worst = max(product.suspect[now, place], product.suspect[now - 1, place])
    if worst <= parameter("event_suspect_mass"):
        return []
    return [f"suspect unit value: {worst:.0%} of its kg stand in such flows"]


def _hole_doubts(product: ProductHistory, place: int, now: int) -> list[str]:
    before, after = product.imports[now - 1], product.imports[now]
    hole = (before > 0) & (after < parameter("doubt_hole_left") * before)
    held = _ratio(product.mass[now - 1, place, hole].sum(), product.exports[now - 1, place])
    if held < parameter("doubt_hole_share"):
        return []
    return [f"importers with {held:.0%} of its sales report next to no imports in the year"]


def _demand_doubts(product: ProductHistory, place: int, now: int) -> list[str]:
    sold = product.mass[:, place, :]
    fall = np.maximum(sold[now - 1] - sold[now], 0)
    others_before, others_now = product.imports[now - 1] - sold[now - 1], product.imports[now] - sold[now]
    less = (others_before > 0) & (others_now <= (1 - parameter("doubt_demand_fall")) * others_before)
    held = _ratio(fall[less].sum(), fall.sum())
    if held < parameter("doubt_demand_share"):
        return []
    return [f"importers that bought less from everyone hold {held:.0%} of its fall"]


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
