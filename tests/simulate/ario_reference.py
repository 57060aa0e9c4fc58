"""ARIO with inventories written out plainly: dense, slow, and independent of the engine that is tested against it.

The equations are those that BoARIO 0.7.2 computes (numbers ``E1`` to ``E12`` below), with its quirks: arbitrary losses
act one step late, two switches that treat near-equal stocks as equal, and damage that is rounded. A case is a
dictionary, read from JSON, that the program in ``benchmarks/peer/run_boario.py`` reads as well.

One more quirk decides what can be compared: overproduction relaxes only where demand and output are equal to the last
bit, so two right programs that add in different orders part by some 1e-4 in capacity. Here numbers are added in that
tool's order. ``scarcity_tolerance``, 0 in that tool, is the difference that counts as none: with 1e-9 in both, any two
programs can be compared closely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

DAYS_PER_YEAR = 365
DEFAULTS: dict[str, Any] = {
    "model": "psi",
    "order_type": "alt",
    "psi": 0.8,
    "alpha_base": 1.0,
    "alpha_max": 1.25,
    "alpha_tau": 365,
    "main_inv_dur": 90,
    "restoration_tau": 60,
    "rebuild_tau": 60,
    "capital_ratio": 4,
    "monetary_factor": 10**6,
    "days_per_step": 1,
    "scarcity_tolerance": 0.0,
}
INPUT_THRESHOLD = 1e-5
ARBITRARY_DIGITS = 6


@dataclass(frozen=True)
class Table:
    """An input-output table of yearly flows; industries are ordered by region, then sector.

    Parameters
    ----------
    flows
        Flows from industry to industry, shape ``[industry, industry]``.
    final
        Flows to final demand, shape ``[industry, region * category]``.
    output
        Output, shape ``[industry]``.
    regions, sectors
        Labels, sorted.
    """

    flows: Array
    final: Array
    output: Array
    regions: tuple[str, ...]
    sectors: tuple[str, ...]

    def industry(self, region: str, sector: str) -> int:
        """Return the number of an industry."""
        return self.regions.index(region) * len(self.sectors) + self.sectors.index(sector)

    def by_sector(self, rows: Array) -> Array:
        """Return the sum over supplying regions, shape ``[sector, ...]``."""
        return np.tile(np.eye(len(self.sectors)), len(self.regions)) @ rows

    def to_rows(self, by_sector: Array) -> Array:
        """Return a row of a sector for each supplier of it, shape ``[industry, ...]``."""
        return np.tile(by_sector, (len(self.regions), 1))


@dataclass
class Damage:
    """One event: what it has destroyed, and what of it is left.

    Parameters
    ----------
    case
        The event as given.
    start
        Capital destroyed, or the share of output lost of an arbitrary event, shape ``[industry]``.
    left
        The same, now.
    wanted
        Rebuilding still to be ordered, shape ``[supplier, industry]``; empty without rebuilding.
    """

    case: dict[str, Any]
    start: Array
    left: Array
    wanted: Array
    status: str = "pending"


@dataclass
class Records:
    """What is written down each step."""

    production_realised: list[Array] = field(default_factory=list)
    production_capacity: list[Array] = field(default_factory=list)
    overproduction: list[Array] = field(default_factory=list)
    final_demand_unmet: list[Array] = field(default_factory=list)
    rebuild_prod: list[Array] = field(default_factory=list)
    intermediate_demand: list[Array] = field(default_factory=list)
    inputs_stocks: list[Array] = field(default_factory=list)
    limited: list[Array] = field(default_factory=list)


def simulate_ario(table: Table, case: dict[str, Any]) -> dict[str, Array]:
    """Run a case and return its records, each ``[step, industry]``, stocks ``[step, sector, industry]``.

    Stocks and demand are those at the start of a step, the rest its result. Unmet final demand is by consuming region
    and product. ``limited`` says which industries lacked an input.
    """
    case = DEFAULTS | case
    days, psi, theta = case["days_per_step"], case["psi"], days_over(case, "restoration_tau")
    if case["model"] == "base":
        psi, theta = 1.0, 1.0
    flows, final, output = (rows * (days / DAYS_PER_YEAR) for rows in (table.flows, table.final, table.output))
    needs = table.by_sector(table.flows * _share(np.ones_like(output), table.output))
    origin = _share(table.flows, table.to_rows(table.by_sector(table.flows)))
    inventory = np.full(len(table.sectors), case["main_inv_dur"] / days)
    inventory[inventory <= 1] = 2
    limits = table.by_sector(table.flows) > INPUT_THRESHOLD * output
    capital = np.maximum(table.output - table.flows.sum(axis=0), 0) * case["capital_ratio"]
    events = [_damage(table, event) for event in case["events"]]

    stock = needs * output * inventory[:, None]
    orders, alpha, produced = flows.copy(), np.full_like(output, case["alpha_base"]), output.copy()
    rebuilding: list[Damage] = []
    asked = np.zeros((len(output), 0))
    arbitrary_before = np.zeros_like(output)
    records = Records()
    for step in range(case["steps"]):
        day = step * days
        # E0: events begin; capital lost acts now, arbitrary losses as they stood a step ago
        loss, arbitrary_before = _begin(events, rebuilding, capital, arbitrary_before, day, days)
        if any(event.status == "rebuilding" for event in rebuilding):
            asked = np.hstack([event.wanted * days / _tau(event, case) for event in rebuilding])
        everything = np.hstack([orders, final, asked])
        demand = _total(everything)
        records.inputs_stocks.append(stock)
        # E1: overproduction follows scarcity
        if day > 1:
            scarcity = _share(demand - produced, demand)
            scarcity[np.abs(scarcity) <= case["scarcity_tolerance"]] = 0
            pace = days_over(case, "alpha_tau")
            relaxing = (case["alpha_base"] - alpha) * (scarcity == 0) * pace
            alpha = np.maximum(alpha + ((case["alpha_max"] - alpha) * scarcity * pace + relaxing), 1)
        records.intermediate_demand.append(orders.sum(axis=1))
        # E2, E3: capacity and wanted output
        capacity = output * (1 - loss) * alpha
        wanted = np.minimum(demand, capacity)
        # E4, E5: the scarcest input limits
        limit = needs * wanted * psi * inventory[:, None]
        ratio = np.where(limits & (limit != 0), np.minimum(1, _share(stock, limit)), 1)
        short = (stock < limit) & limits
        produced = wanted * ratio.min(axis=0) if short.any() else wanted
        records.limited.append(short.any(axis=0))
        # E6: everyone who ordered gets the same share
        delivered = _share(everything, everything.sum(axis=1)[:, None]) * produced[:, None]
        intermediate, met, done = np.split(delivered, [len(output), len(output) + final.shape[1]], axis=1)
        # E7, E8: use and arrivals
        used = needs * produced
        arrived = table.by_sector(intermediate)
        if not np.allclose(arrived, used):
            stock = stock - used + arrived
        # E9: final demand that is not met, by consuming region and product
        unmet = (final - met).reshape(len(table.regions), len(table.sectors), len(table.regions), -1)
        records.final_demand_unmet.append(unmet.sum(axis=(0, 3)).T.reshape(-1))
        # E10: rebuilding done
        asked = asked - done
        demand = _total(np.hstack([orders, final, asked]))
        _rebuild(rebuilding, done, case)
        _recover(events, case, day)
        # E11: orders replace what was used and close the gap
        goal = needs * np.minimum(demand, capacity) * inventory[:, None]
        gap = np.zeros_like(stock) if np.allclose(stock, goal) else np.maximum(goal - stock, 0) * theta
        wish = table.to_rows(gap + needs * produced)
        if case["order_type"] == "noalt":
            orders = origin * wish
        else:
            weighted = np.where(output == 0, 1, _share(capacity, output))[:, None] * flows
            orders = _share(weighted, table.to_rows(table.by_sector(weighted))) * wish
        records.production_realised.append(produced)
        records.production_capacity.append(capacity)
        records.overproduction.append(alpha)
        records.rebuild_prod.append(done.sum(axis=1))
    return {name: np.array(rows) for name, rows in vars(records).items()}


def days_over(case: dict[str, Any], name: str) -> float:
    """Return the length of a step over one of the case's times."""
    return case["days_per_step"] / case[name]


def _total(everything: Array) -> Array:
    """Return all that is asked of each supplier, shape ``[industry]``.

    Added up in the tool's own order: whether demand and output are equal to the last bit decides the path of ``E1``.
    """
    return np.einsum("ij->i", everything)


def _share(part: Array, whole: Array) -> Array:
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def _damage(table: Table, event: dict[str, Any]) -> Damage:
    start = np.zeros(len(table.output))
    for region, sector, amount in event["impact"]:
        start[table.industry(region, sector)] = amount
    wanted = np.zeros((len(start), len(start)) if event["kind"] == "rebuild" else (0, 0))
    if event["kind"] == "rebuild":
        # E12: each rebuilding sector builds its share, its regions as they sold to that client
        origin = _share(table.flows, table.to_rows(table.by_sector(table.flows)))
        factor = event.get("rebuilding_factor", 1.0)
        for sector, share in event["rebuilding_sectors"].items():
            rows = slice(table.sectors.index(sector), None, len(table.sectors))
            wanted[rows] = origin[rows] * (start * share * factor)
    return Damage(event, start, start.copy(), wanted)


def _begin(
    events: list[Damage], rebuilding: list[Damage], capital: Array, arbitrary_before: Array, day: int, days: int
) -> tuple[Array, Array]:
    """Return the share of capacity lost now, and the arbitrary share that is to act a step later."""
    for event in events:
        occurrence = event.case["occurrence"]
        if event.status == "pending" and day - days <= occurrence <= day:
            event.status = "happening"
        if event.status == "happening" and day >= occurrence + event.case["duration"]:
            event.status = "rebuilding" if event.case["kind"] == "rebuild" else "recovering"
            if event.case["kind"] == "rebuild":
                rebuilding.append(event)
    acting = [event for event in events if event.status not in ("pending", "finished")]
    none = np.zeros_like(capital)
    lost = sum((event.left for event in acting if event.case["kind"] != "arbitrary"), none)
    arbitrary = [event.left for event in acting if event.case["kind"] == "arbitrary"]
    return np.maximum(_share(lost, capital), arbitrary_before), np.max([none, *arbitrary], axis=0)


def _tau(event: Damage, case: dict[str, Any]) -> float:
    return float(event.case.get("rebuild_tau", case["rebuild_tau"]))


def _rebuild(rebuilding: list[Damage], done: Array, case: dict[str, Any]) -> None:
    """Take what was rebuilt from what is wanted, and from the damage."""
    for at, event in enumerate(rebuilding):
        if event.status == "rebuilding":
            built = done[:, at * len(done) : (at + 1) * len(done)]
            event.wanted = np.maximum((event.wanted - built).round(_digits(case)), 0)
            event.left = event.wanted.sum(axis=0) / event.case.get("rebuilding_factor", 1.0)
            if not event.left.any():
                event.status = "finished"


def _recover(events: list[Damage], case: dict[str, Any], day: int) -> None:
    for event in events:
        if event.status == "recovering":
            elapsed = day - event.case["occurrence"] - event.case["duration"]
            path = RECOVERIES[event.case.get("recovery_function", "linear")]
            left = event.start * path(elapsed, event.case["recovery_tau"])
            event.left = left.round(ARBITRARY_DIGITS if event.case["kind"] == "arbitrary" else _digits(case))
            if not event.left.any():
                event.status = "finished"


def _digits(case: dict[str, Any]) -> int:
    return int(np.log10(case["monetary_factor"])) + 1


def _s_shape(elapsed: float, tau: float) -> float:
    start = 1e-6
    steepness = (np.log(tau) - np.log(start)) / (np.log(tau) - np.log(2))
    return float(tau / (tau + start * elapsed**steepness))


RECOVERIES: dict[str, Callable[[float, float], float]] = {
    "linear": lambda elapsed, tau: 1 - elapsed / tau,
    "convexe": lambda elapsed, tau: (1 - 1 / tau) ** (4 * elapsed),
    "convexe noscale": lambda elapsed, tau: (1 - 1 / tau) ** elapsed,
    "concave": _s_shape,
}
