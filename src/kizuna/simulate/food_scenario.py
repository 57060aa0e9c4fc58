"""Shocks to staple food that the food cascade and the engine are compared on: harvests and export bans as in 2008."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kizuna.floor.errors import TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.network.supply_network import Floats
from kizuna.tables.build import Tables


@dataclass(frozen=True, slots=True)
class FoodScenario:
    """What happens to harvests and exports, as shares by crop and economy; an economy that is not named has 0.

    Parameters
    ----------
    name, title
        Its id and what it is.
    publisher
        Who gives the figures.
    decline
        Share of production lost, negative where the harvest is larger.
    ban
        Share of exports that the economy forbids.
    """

    name: str
    title: str
    publisher: str
    decline: Mapping[str, Mapping[str, float]]
    ban: Mapping[str, Mapping[str, float]]

    def declines(self, crop: str, economies: Sequence[str]) -> Floats:
        """Return the share of production lost of each economy, shape ``[economy]``."""
        return _laid_out(self.decline.get(crop, {}), economies)

    def bans(self, crop: str, economies: Sequence[str]) -> Floats:
        """Return the share of exports forbidden of each economy, shape ``[economy]``."""
        return _laid_out(self.ban.get(crop, {}), economies)


def food_scenario_names() -> tuple[str, ...]:
    """Return the names that :func:`food_scenario` takes.

    Examples
    --------
    >>> food_scenario_names()
    ('breadbasket-2008', 'export-bans-2008')
    """
    return tuple(name for name, entry in _stored().items() if isinstance(entry, dict))


def food_scenario(tables: Tables, name: str) -> FoodScenario:
    """Return a scenario with the publisher's codes turned into economies.

    Raises
    ------
    UnknownNameError
        If there is no such scenario.
    TableError
        If a code names no economy, or two codes the same one; lists every fault.
    """
    if name not in food_scenario_names():
        raise UnknownNameError("food scenario", name, food_scenario_names())
    stored = _stored()
    entry = stored[name]
    faults: list[str] = []
    decline = {crop: _by_economy(tables, shares, crop, faults) for crop, shares in entry.get("decline", {}).items()}
    ban = {crop: _by_economy(tables, shares, crop, faults) for crop, shares in entry.get("ban", {}).items()}
    if faults:
        raise TableError("Food scenarios name economies we cannot place.", faults, where=name)
    return FoodScenario(name, entry["title"], stored["publisher"], decline, ban)


@cache
def _stored() -> dict[str, Any]:
    text = files("kizuna.simulate").joinpath("data", "food_scenarios.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _by_economy(tables: Tables, shares: Mapping[str, float], crop: str, faults: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for code, share in shares.items():
        economy = tables.economies.by_publisher("food", code)
        if isinstance(economy, Gap):
            faults.append(f"{crop}: {code}: {economy.reason}")
        elif economy.iso3 in found:
            faults.append(f"{crop}: {code} is {economy.iso3}, which another code names too")
        else:
            found[economy.iso3] = float(share)
    return found


def _laid_out(shares: Mapping[str, float], economies: Sequence[str]) -> Floats:
    return np.array([shares.get(code, 0.0) for code in economies])
