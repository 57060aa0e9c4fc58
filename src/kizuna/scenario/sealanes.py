"""The sea lanes of the package: regions with ports, legs between them, narrow passages, and what goes by land."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import TableError, UnknownNameError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leg:
    """A way between two neighbouring regions, ``miles`` nautical miles long, through ``by`` (empty: open water)."""

    one: str
    other: str
    miles: float
    by: str


@dataclass(frozen=True, slots=True)
class LandGroup:
    """Economies that trade with each other partly by land; ``low``, ``mode``, ``high``: the share that goes by sea."""

    between: tuple[str, ...]
    low: float
    mode: float
    high: float
    why: str


@dataclass(frozen=True, slots=True)
class SeaLanes:
    """A map of the sea.

    Parameters
    ----------
    chokepoints
        Name of each narrow passage by its id.
    regions
        Ids of the regions, the order of every region axis.
    ports
        For each economy the share of its sea trade that each of its regions handles.
    legs
        Ways between regions, both ways.
    land
        Groups of economies that trade by land as well.
    """

    chokepoints: Mapping[str, str]
    regions: tuple[str, ...]
    ports: Mapping[str, Mapping[str, float]]
    legs: tuple[Leg, ...]
    land: tuple[LandGroup, ...]

    def port_shares(self, economies: Sequence[str]) -> Floats:
        """Return the share of each economy's sea trade that each region handles, shape ``[economy, region]``.

        Raises
        ------
        TableError
            If the lanes place some of the economies nowhere; lists every one.
        """
        if missing := [code for code in economies if code.upper() not in self.ports]:
            raise TableError("Economies have no ports on the sea lanes:", missing, where="sealanes.toml")
        shares = np.zeros((len(economies), len(self.regions)))
        for row, code in enumerate(economies):
            for region, share in self.ports[code.upper()].items():
                shares[row, self.regions.index(region)] = share
        return shares

    def legs_without(self, closed: Iterable[str] = ()) -> Floats:
        """Return nautical miles of each leg that needs no closed passage, else inf; shape ``[region, region]``.

        Raises
        ------
        UnknownNameError
            If there is no such passage.
        """
        shut = set(closed)
        for name in sorted(shut - self.chokepoints.keys()):
            raise UnknownNameError("chokepoint", name, self.chokepoints)
        miles = np.full((len(self.regions), len(self.regions)), np.inf)
        np.fill_diagonal(miles, 0.0)
        for leg in self.legs:
            if leg.by not in shut:
                one, other = self.regions.index(leg.one), self.regions.index(leg.other)
                miles[one, other] = miles[other, one] = min(miles[one, other], leg.miles)
        return miles

    def sea_shares(self, economies: Sequence[str]) -> Floats:
        """Return the share of trade between two economies that goes by sea, shape ``[supplier, buyer]``.

        It is 1 where no group holds both; of several groups the one with the least sea trade counts.
        """
        shares = np.ones((len(economies), len(economies)))
        for group in self.land:
            inside = np.isin([code.upper() for code in economies], group.between)
            pair = np.outer(inside, inside)
            shares[pair] = np.minimum(shares[pair], group.mode)
        np.fill_diagonal(shares, 0.0)
        return shares


@cache
def load_sea_lanes() -> SeaLanes:
    """Return the sea lanes of ``sealanes.toml``."""
    return read_sea_lanes(tomllib.loads(files("kizuna.scenario").joinpath("sealanes.toml").read_text(encoding="utf-8")))


def read_sea_lanes(document: Mapping[str, Any]) -> SeaLanes:
    """Return the sea lanes that a table holds.

    Raises
    ------
    TableError
        If a leg or economy names an unknown region or passage, an economy stands in two places or its shares do not
        add up to 1, or some region cannot be reached; lists every fault.
    """
    regions, chokepoints = tuple(document["regions"]), dict(document["chokepoints"])
    legs = tuple(
        Leg(table["from"], region, float(miles), table.get("by", ""))
        for table in document["legs"]
        for region, miles in table["to"].items()
    )
    ports: dict[str, Mapping[str, float]] = {code: entry["regions"] for code, entry in document["shared"].items()}
    faults: list[str] = []
    for region, table in document["regions"].items():
        for code in (*table.get("economies", ()), *table.get("inland", ())):
            faults += [f"{code} stands in two places"] if code in ports else []
            ports[code] = {region: 1.0}
    land = tuple(LandGroup(tuple(table["between"]), **table["by_sea"], why=table["why"]) for table in document["land"])
    lanes = SeaLanes(chokepoints, regions, ports, legs, land)
    faults += _faults(lanes)
    if faults:
        raise TableError("The sea lanes do not fit together:", faults, where="sealanes.toml")
    return lanes


def _faults(lanes: SeaLanes) -> list[str]:
    known = set(lanes.regions)
    named = [(code, region) for code, shares in lanes.ports.items() for region in shares]
    named += [("a leg", region) for leg in lanes.legs for region in (leg.one, leg.other)]
    faults = [f"{who} names the region {region}, which is not listed" for who, region in named if region not in known]
    faults += [
        f"a leg from {leg.one} needs {leg.by}, which is no chokepoint"
        for leg in lanes.legs
        if leg.by and leg.by not in lanes.chokepoints
    ]
    faults += [
        f"the shares of {code} add up to {sum(shares.values())}"
        for code, shares in lanes.ports.items()
        if not math.isclose(sum(shares.values()), 1.0)
    ]
    faults += [
        f"{code} trades by land and has no ports"
        for group in lanes.land
        for code in group.between
        if code not in lanes.ports
    ]
    touched = {region for leg in lanes.legs for region in (leg.one, leg.other)}
    return faults + [f"no leg leads to {region}" for region in lanes.regions if region not in touched]
