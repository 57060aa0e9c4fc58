"""Input-output networks: every sector a stage, every industry a maker of every block, one matrix behind all blocks."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import RequestError, TableError
from kizuna.floor.gaps import Gap
from kizuna.network.assumptions import Given, assumed, beneath
from kizuna.network.supply_network import Block, Floats, Integers, Repair, SupplyNetwork
from kizuna.tables.build import Tables

WIOD_YEAR = 2011
WIOD_TABLES = ("wiod_2011_intermediate", "wiod_2011_final_demand", "wiod_2011_output")
USD_PER_MILLION = 1e6
# Units of monetary tables as pymrio spells them, in lower case without blanks, that are millions of US dollars.
MILLION_USD = ("m.usd", "musd", "millusd", "millionusd", "mio.usd", "millionus$", "mill.us$", "millionsofus$")
NEVER_SHORT = (
    "Trade margins, hotels, air travel, real estate and public and personal services never stop those who buy them: an "
    "assumption, for treating every input as indispensable is known to overstate losses."
)
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Axes:
    """Labels of a table, and where node ``economy * stages + stage`` lies in the rows and columns of its matrices."""

    economies: tuple[str, ...]
    stages: tuple[str, ...]
    rows: Integers
    columns: Integers

    @property
    def aligned(self) -> bool:
        """Whether the columns lie in the order of the nodes."""
        return bool((self.columns == np.arange(len(self.columns))).all())


@cache
def wiod_sectors(column: str = "name") -> dict[str, str]:
    """Return the names of WIOD's sectors by code, ``c1`` to ``c35``; or whether their lack ``stops_makers``."""
    text = files("kizuna.network").joinpath("data/wiod_sectors.csv").read_text(encoding="utf-8")
    return {row["sector"]: row[column] for row in csv.DictReader(text.splitlines())}


def from_wiod(tables: Tables, *, raw: bool = False, assumptions: Given | None = None) -> SupplyNetwork:
    """Build the network of the embedded World Input-Output Table of 2011: 41 economies, 35 sectors, US dollars.

    ``RoW`` is the rest of the world together. Makers are never short of the sectors that ``data/wiod_sectors.csv``
    marks so, unless stocks are given or the table is wanted ``raw``.
    """
    import polars as pl

    store = tables.store
    intermediate, final, output = (pl.read_parquet([*store.paths(name)]) for name in WIOD_TABLES)
    producers = [tuple(text.split(".")) for text in output["producer"]]
    regions = tuple(dict.fromkeys(region for region, _ in producers))
    sectors = tuple(dict.fromkeys(sector for _, sector in producers))
    users = [text.split(".")[0] for text in final.columns[1:]]
    given = {} if raw else wiod_sectors("stops_makers")
    never_short = {code: float("inf") for code, word in given.items() if word == "no"}
    return _build(
        "wiod-2011",
        _Axes(
            tuple(_wiod_economy(tables, region) for region in regions),
            sectors,
            *_order(producers, [tuple(text.split(".")) for text in intermediate.columns[1:]], regions, sectors),
        ),
        intermediate[:, 1:].to_numpy(),
        _by_region(final[:, 1:].to_numpy(), users, regions),
        output["output"].to_numpy().astype(np.float64),
        WIOD_YEAR,
        raw=raw,
        usd_per_unit=USD_PER_MILLION,
        products=tuple((f"wiod:{sector}",) for sector in sectors),
        notes=("The table is of 2011; RoW is the rest of the world together.", *([] if raw else [NEVER_SHORT])),
        inputs=tuple((name, store.sha256(name)) for name in WIOD_TABLES),
        assumptions=beneath(assumptions, {"stock_days": never_short}),
    )


def from_system(
    system: Any, year: int, name: str, *, usd_per_unit: float | None = None,
    economies: Mapping[str, str] | None = None, raw: bool = False, assumptions: Given | None = None,
) -> SupplyNetwork:  # fmt: skip
    """Build the network of a ``pymrio.IOSystem``, or of anything with ``Z``, ``Y`` and ``x`` like it.

    Parameters
    ----------
    system
        ``Z`` and ``Y`` are data frames with (region, sector) rows; ``x`` has the same rows and one column. Rows and
        columns are aligned by label.
    usd_per_unit
        US dollars in one unit of the table; where None it is read from ``system.unit`` if that says millions of US
        dollars.
    economies
        Codes of regions that shall be called otherwise than in the table.
    raw, assumptions
        See :func:`from_arrays`.

    Raises
    ------
    TableError
        If rows and columns do not hold each region with each sector once.
    RequestError
        If ``usd_per_unit`` is needed and not given.
    """
    labels = [tuple(map(str, label[:2])) for label in system.Z.index]
    regions = tuple(dict.fromkeys(region for region, _ in labels))
    sectors = tuple(dict.fromkeys(sector for _, sector in labels))
    columns = [tuple(map(str, label[:2])) for label in system.Z.columns]
    rows, places = _order(labels, columns, regions, sectors)
    final_rows, _ = _order([tuple(map(str, label[:2])) for label in system.Y.index], labels, regions, sectors)
    output_rows, _ = _order([tuple(map(str, label[:2])) for label in system.x.index], labels, regions, sectors)
    final = _by_region(system.Y.to_numpy(), [str(label[0]) for label in system.Y.columns], regions)
    output = system.x.to_numpy().reshape(-1).astype(np.float64)
    # The final demand and the output are brought into the order of the rows of Z.
    final_in_order, output_in_order = np.empty_like(final), np.empty_like(output)
    final_in_order[rows], output_in_order[rows] = final[final_rows], output[output_rows]
    named = economies or {}
    return _build(
        name,
        _Axes(tuple(named.get(region, region) for region in regions), sectors, rows, places),
        system.Z.to_numpy(),
        final_in_order,
        output_in_order,
        year,
        raw=raw,
        usd_per_unit=_usd_per_unit(system) if usd_per_unit is None else usd_per_unit,
        assumptions=assumptions,
    )


def from_path(path: str | Path, year: int, name: str, *, usd_per_unit: float | None = None) -> SupplyNetwork:
    """Build the network of a table that pymrio saved in a folder; needs the extra ``kizuna[mrio]``.

    Raises
    ------
    RequestError
        If pymrio is not installed.
    """
    try:
        import pymrio
    except ImportError as error:
        raise RequestError(
            "pymrio, which reads such tables, is not installed",
            where=str(path),
            do="Install it with: pip install 'kizuna[mrio]'",
        ) from error
    return from_system(pymrio.load(str(path)), year, name, usd_per_unit=usd_per_unit)


def from_arrays(
    name: str,
    economies: Sequence[str],
    stages: Sequence[str],
    intermediate: Array,
    final: Array,
    output: Array,
    year: int,
    *,
    raw: bool = False,
    usd_per_unit: float = 1.0,
    assumptions: Given | None = None,
) -> SupplyNetwork:
    """Build an input-output network from arrays in the order of its nodes, ``economy * stages + stage``.

    Flows below 0 (stocks run down) are set to 0, and output is set to what an industry sells, so that the base
    balances; both are repairs. Value added is published output less inputs, not below 0.

    Parameters
    ----------
    intermediate
        Flows from industry to industry per year, shape ``[node, node]``.
    final
        Flows to final use per year, shape ``[node, economy]``.
    output
        Output per year, shape ``[node]``.
    raw
        Keep flows and output as they are given, without repairs: the base may then drift.
    usd_per_unit
        US dollars in one unit of the arrays.
    assumptions
        See :func:`kizuna.network.assumptions.assumed`.

    Raises
    ------
    TableError
        If a shape does not fit the labels, a label stands twice, or a number is not finite; lists every fault.

    Examples
    --------
    Two economies, one sector: A sells 2 to B's industry and 3 at home, B sells 4 at home.

    >>> network = from_arrays(
    ...     "two", ["A", "B"], ["goods"], np.array([[0, 2], [0, 0]]), np.array([[3, 0], [0, 4]]), np.array([5, 4]), 2020
    ... )
    >>> network.output.tolist(), network.value_added_usd.tolist(), network.repairs
    ([[5.0], [4.0]], [[5.0], [2.0]], ())
    """
    order = np.arange(len(economies) * len(stages))
    axes = _Axes(tuple(economies), tuple(stages), order, order)
    return _build(
        name, axes, intermediate, final, output, year, raw=raw, usd_per_unit=usd_per_unit, assumptions=assumptions
    )


def _build(
    name: str,
    axes: _Axes,
    intermediate: Array,
    final: Array,
    output: Array,
    year: int,
    *,
    raw: bool,
    usd_per_unit: float,
    products: tuple[tuple[str, ...], ...] = (),
    notes: tuple[str, ...] = (),
    inputs: tuple[tuple[str, str], ...] = (),
    assumptions: Given | None = None,
) -> SupplyNetwork:
    """Lay out one matrix ``[stage, supplier, node]`` and everything that follows from it; nothing is copied twice."""
    _refuse_faults(name, axes, intermediate, final, output)
    size, count = len(axes.economies), len(axes.stages)
    matrix = _matrix(axes, intermediate, usd_per_unit)
    finals = np.ascontiguousarray(final[axes.rows].reshape(size, count, size).transpose(1, 0, 2)) * usd_per_unit
    given = output[axes.rows].reshape(size, count) * usd_per_unit
    repairs = [] if raw else [*_unsigned(matrix, "intermediate use"), *_unsigned(finals, "final use")]
    sold = (matrix.sum(axis=2) + finals.sum(axis=2)).T
    used = matrix.sum(axis=(0, 1)).reshape(size, count)
    if not raw:
        repairs += _output_repairs(axes, given, sold)
    nodes = np.arange(size * count)
    known = assumed("table", size, axes.stages, assumptions)
    return SupplyNetwork(
        name=name,
        kind="input-output",
        year=year,
        unit="usd",
        covers="use",
        economies=axes.economies,
        stages=axes.stages,
        products=products or tuple((stage,) for stage in axes.stages),
        output=given if raw else np.ascontiguousarray(sold),
        blocks=tuple(Block(stage, matrix[at], nodes, finals[at]) for at, stage in enumerate(axes.stages)),
        stock_days=known.stock_days,
        final_stock_days=known.final_stock_days,
        spare=known.spare,
        rigidity=known.rigidity,
        home_priority=known.home_priority,
        value_added_usd=np.maximum(given - used, 0),
        repairs=tuple(repairs),
        notes=(*notes, *_state_notes(given if raw else sold, given, used, raw)),
        inputs=inputs,
    )


def _matrix(axes: _Axes, intermediate: Array, factor: float) -> Floats:
    """Return flows to makers, shape ``[stage, supplier economy, node]``, filled one stage at a time."""
    size, count = len(axes.economies), len(axes.stages)
    matrix = np.empty((count, size, size * count))
    for stage in range(count):
        rows = intermediate[axes.rows[stage::count]]
        np.multiply(rows if axes.aligned else rows[:, axes.columns], factor, out=matrix[stage])
    return matrix


def _unsigned(flows: Floats, what: str) -> list[Repair]:
    """Set flows below 0 to 0 in place and return what that changed."""
    below = flows.min(initial=0.0)
    if below >= 0:
        return []
    count, total = int((flows < 0).sum()), float(np.minimum(flows, 0).sum())
    np.maximum(flows, 0, out=flows)
    return [Repair(what, f"{count} flows below 0 set to 0: stocks run down are no supply", total, 0.0)]


def _output_repairs(axes: _Axes, given: Floats, sold: Floats) -> list[Repair]:
    """Return what setting output to sales changes: the total, and the industries where it changes most."""
    change = np.abs(sold - given)
    tiny = np.finfo(np.float64).eps * max(float(given.max(initial=0.0)), 1.0) * given.size
    if not (change > tiny).any():
        return []
    relative = np.divide(change, given, out=np.zeros_like(given), where=given > 0)
    total = change.sum() / given.sum()
    repairs = [
        Repair(
            "all industries",
            f"output set to the sum of sales; the changes add up to {total:.2%} of output",
            float(given.sum()),
            float(sold.sum()),
        )
    ]
    for what, measure in (("relative", relative), ("absolute", change)):
        at = np.unravel_index(int(measure.argmax()), measure.shape)
        where = f"{axes.economies[at[0]]} {axes.stages[at[1]]}"
        words = f"output set to the sum of sales: the largest {what} change"
        repairs.append(Repair(where, words, float(given[at]), float(sold[at])))
    return repairs


def _state_notes(output: Floats, given: Floats, used: Floats, raw: bool) -> list[str]:
    notes = []
    if idle := int((output == 0).sum()):
        notes.append(f"{idle} industries make nothing.")
    if eaters := int(((output == 0) & (used > 0)).sum()):
        notes.append(f"{eaters} industries make nothing and yet buy inputs.")
    if losing := int((given < used).sum()):
        notes.append(f"{losing} industries pay more for inputs than they make: value added is set to 0.")
    if raw:
        notes.append("Flows and output are as given: rows need not balance.")
    return notes


def _order(
    rows: Sequence[tuple[str, ...]], columns: Sequence[tuple[str, ...]], regions: Sequence[str], sectors: Sequence[str]
) -> tuple[Integers, Integers]:
    """Return where each node lies among rows and among columns.

    Raises
    ------
    TableError
        If a label is missing or stands twice; lists every fault.
    """
    nodes = [(region, sector) for region in regions for sector in sectors]
    known = set(nodes)
    faults: list[str] = []
    places = []
    for what, labels in (("row", rows), ("column", columns)):
        at = {label: place for place, label in enumerate(labels)}
        faults += [f"{what} {' '.join(node)} is missing" for node in nodes if node not in at]
        faults += [f"{what} {' '.join(label)} is unknown" for label in at if label not in known]
        if len(at) < len(labels):
            faults.append(f"{len(labels) - len(at)} {what}s stand twice")
        places.append(np.array([at.get(node, 0) for node in nodes], dtype=np.int64))
    if faults:
        raise TableError("The table is not one of regions by sectors.", faults, expected="each pair once")
    return places[0], places[1]


def _by_region(final: Array, users: Sequence[str], regions: Sequence[str]) -> Floats:
    """Add the categories of final demand of each region, shape ``[row, region]``."""
    if unknown := sorted(set(users) - set(regions)):
        raise TableError("Final demand has regions that make nothing.", unknown)
    member = np.array([[user == region for region in regions] for user in users], dtype=np.float64)
    return np.asarray(final @ member, dtype=np.float64)


def _wiod_economy(tables: Tables, region: str) -> str:
    found = tables.economies.by_publisher("wiod", region)
    return region if isinstance(found, Gap) else found.iso3


def in_million_usd(unit: str) -> bool:
    """Return whether a unit, as pymrio spells it, is millions of US dollars."""
    return unit.casefold().replace(" ", "") in MILLION_USD


def _usd_per_unit(system: Any) -> float:
    unit = getattr(system, "unit", None)
    said = [] if unit is None else sorted({str(text) for text in np.asarray(unit).reshape(-1)})
    if said and all(in_million_usd(text) for text in said):
        return USD_PER_MILLION
    raise RequestError(
        f"the table's unit is {', '.join(said) or 'not stated'}",
        expected="US dollars in one unit of the table",
        do="Pass usd_per_unit=..., such as 1e6 for a table in million US dollars.",
    )


def _refuse_faults(name: str, axes: _Axes, intermediate: Array, final: Array, output: Array) -> None:
    size, nodes = len(axes.economies), len(axes.economies) * len(axes.stages)
    faults = []
    for what, array, shape in (
        ("intermediate", intermediate, (nodes, nodes)),
        ("final", final, (nodes, size)),
        ("output", output, (nodes,)),
    ):
        if array.shape != shape:
            faults.append(f"{what} has shape {array.shape}, expected {shape}")
        elif not np.isfinite(array.sum()):
            faults.append(f"{what} holds numbers that are not finite")
    for labels in (axes.economies, axes.stages):
        faults += [f"{label!r} stands twice" for label in dict.fromkeys(labels) if labels.count(label) > 1]
    if faults:
        raise TableError("The arrays do not make an input-output table.", faults, where=name)
