"""What the trade figures do not hold: why a cell has no number, and where only the largest flows are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kizuna.exposure.arrays import Flags
from kizuna.exposure.ask import Ask
from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.block import Block, listed_gaps, listed_keys
from kizuna.exposure.importers import importers_of
from kizuna.exposure.indicators import Indicator, indicators
from kizuna.exposure.panel import Basis, TradePanel
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

CELL_METHODS = {"concentration", "cepii-geodep", "ec-cdi", "window"}

_LISTED = """
SELECT product, year FROM flows
WHERE revision = $revision AND coverage <> 'complete' AND product IN (SELECT unnest($products))
GROUP BY ALL ORDER BY ALL
"""
_MEASURED = """
SELECT product, sum(value_usd)::DOUBLE AS value, share_of_value::DOUBLE AS share
FROM flows JOIN hs17_coverage USING (product)
WHERE revision = 'HS17' AND year = $year AND coverage = 'complete' AND product IN (SELECT unnest($products))
GROUP BY product, share_of_value ORDER BY product
"""


@dataclass(frozen=True, slots=True)
class Notes:
    """What must be said of rows that have a number all the same.

    Parameters
    ----------
    incomplete
        By (commodity key, year): that only the largest flows are listed.
    looks_back
        By indicator: how many years up to a row's year its value rests on, where that is more than one.
    """

    incomplete: Mapping[tuple[str, int], str] = field(default_factory=dict)
    looks_back: Mapping[str, int] = field(default_factory=dict)

    def of(self, indicator: str, commodity: str, year: int) -> str:
        """Return the note on a row; of a window, that on its last incomplete year, with the year; else empty."""
        for when in range(year, year - self.looks_back.get(indicator, 1), -1):
            said = self.incomplete.get((commodity, when), "")
            if said:
                return said if when == year else f"{when}: {said}"
        return ""


def read_notes(tables: Tables, commodities: Sequence[Commodity], assumptions: Assumptions) -> Notes:
    """Return the notes on the rows of some commodities."""
    looks_back = {
        entry.id: assumptions.window if entry.method == "window" else int(parameter("geodep_window"))
        for entry in indicators().values()
        if entry.method == "window" or entry.id == "geodep_dependent"
    }
    return Notes(_largest_flows_only(tables, commodities), looks_back)


def _largest_flows_only(tables: Tables, commodities: Sequence[Commodity]) -> dict[tuple[str, int], str]:
    """Return what to say of each (commodity key, year) of which only the largest flows are listed.

    What they hold of the world value was measured in the year that is complete, code by code; several codes count by
    their value in it.
    """
    notes: dict[tuple[str, int], str] = {}
    year = int(parameter("hs17_coverage_year"))
    for commodity in commodities:
        codes = list(commodity.codes)
        listed = tables.rows(_LISTED, revision=commodity.revision, products=codes)
        if listed:
            measured = tables.rows(_MEASURED, year=year, products=codes) if commodity.revision == "HS17" else []
            said = _how_much([found[1:] for found in measured], len(codes), year)
            notes |= {(commodity.key, when): said for _, when in listed}
    return notes


def _how_much(measured: Sequence[Sequence[float]], codes: int, year: int) -> str:
    """Return what to say of how much the largest flows are: (value, share) of each code, where all were measured."""
    if len(measured) < codes:
        return "largest flows only, and what they leave out of the world value was not measured"
    share = sum(value * part for value, part in measured) / sum(value for value, _ in measured)
    shown = f"{share:.1%}".replace("%", " %")
    held = "nearly all" if shown == "100.0 %" else f"about {shown}"
    return f"largest flows only: {held} of the world value (as measured in {year})"


def without_imports(panel: TradePanel, ask: Ask, basis: Basis) -> list[Block]:
    """Return gaps for every asked cell in which nothing was bought, saying why there is no number.

    Parameters
    ----------
    panel
        Flows of the whole world, without blocs; what the members of a bloc sell each other is not bought by it.
    ask
        The ask, with its years and importers.
    basis
        ``value`` or ``mass``.
    """
    bought, traded, weighed = _traded(panel.with_blocs(ask.blocs), basis)
    importers = importers_of(ask.economies, ask.blocs)
    buyers = (*panel.economies, *(bloc.id for bloc in ask.blocs))
    places = [buyers.index(name) for name in importers.names]
    rows: list[tuple[str, int, str]] = []
    reasons: list[str] = []
    for at, commodity in enumerate(panel.commodities):
        for year in ask.years:
            when = panel.years.index(year)
            for name, place in zip(importers.names, places, strict=True):
                if not bought[at, when, place]:
                    rows.append((commodity.key, year, name))
                    reasons.append(_why(commodity, year, name, bool(traded[at, when]), bool(weighed[at, when]), basis))
    gaps = listed_gaps(dict(enumerate(reasons)), len(rows))
    nothing, none = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    units = {"imports": "usd" if basis == "value" else "t"}
    return [
        Block(entry.id, basis, units.get(entry.id, entry.unit), listed_keys(rows), nothing, none, ("flows",), gaps)
        for entry in _cell_indicators()
        if rows and entry.method in ask.methods
    ]


def uncovered(ask: Ask) -> Block:
    """Return a gap for every basket member that no trade figure covers."""
    names = importers_of(ask.economies, ask.blocs).names
    rows = [(member, year, name) for member, _ in ask.uncovered for year in ask.years for name in names]
    reasons = [reason for _, reason in ask.uncovered for _ in range(len(ask.years) * len(names))]
    nothing, none = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    gaps = listed_gaps(dict(enumerate(reasons)), len(rows))
    return Block("imports", "value", "usd", listed_keys(rows), nothing, none, ("flows",), gaps)


def _cell_indicators() -> list[Indicator]:
    """Return the indicators that every asked economy, product and year has a row of, be it a gap."""
    return [
        entry
        for entry in indicators().values()
        if (entry.method in CELL_METHODS and entry.id != "world_export_hhi") or entry.id == "over_65_percent"
    ]


def _traded(panel: TradePanel, basis: Basis) -> tuple[Flags, Flags, Flags]:
    """Return what was bought, shape ``[commodity, year, buyer]``, and what was traded and weighed at all."""
    known = panel.amount(basis) > 0
    bought = np.zeros(panel.shape, dtype=np.bool_)
    bought[panel.commodity[known], panel.year[known], panel.buyer[known]] = True
    traded = np.zeros(panel.shape[:2], dtype=np.bool_)
    traded[panel.commodity, panel.year] = True
    return bought, traded, np.asarray(bought.any(axis=2))


def _why(commodity: Commodity, year: int, economy: str, traded: bool, weighed: bool, basis: Basis) -> str:
    if not traded:
        return f"no bilateral data for {commodity.id} in {year} in this snapshot: add BACI or Comtrade"
    if basis == "mass" and not weighed:
        return f"the series of {commodity.id} carries no mass in {year}"
    return f"no imports of {commodity.id} by {economy} recorded in {year}" + (" with a mass" if basis == "mass" else "")
