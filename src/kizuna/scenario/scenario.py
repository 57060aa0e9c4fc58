"""Scenarios: what is cut, how deep, when and for how long; read from TOML, with every fault of a file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt, StringConstraints, ValidationError

from kizuna.floor.errors import ScenarioError, UnknownNameError
from kizuna.network.build import WIOD, is_table
from kizuna.scenario.checked import Checked, Place, fault_lines
from kizuna.scenario.shocks import KINDS, Name, Shock, Text
from kizuna.scenario.spreads import shown
from kizuna.scenario.subjects import subject_fault

EXPECTED = "id, title, summary, network, subjects, assumptions, [[sources]] and [[shocks]]"
DO = "Correct each line; the scenarios of the library show the form."


class ScenarioSource(Checked):
    """Where an assumption or a fact of a scenario comes from.

    Parameters
    ----------
    reference
        Address, number of the document, or what to look for.
    verified
        Whether somebody read the document for this file; false where it is named from memory.
    """

    title: Text
    publisher: Text
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d){0,2}$")]
    reference: Text
    verified: bool
    says: str = ""


class Scenario(Checked):
    """One scenario.

    Parameters
    ----------
    id
        Name of the file.
    network
        Kind of network it runs on.
    subjects
        What networks it runs on: products (``HS92:280530``, ``HS92:2846``), materials, product groups, baskets,
        ``food:wheat``; or ``wiod``, or an input-output table that was added, ``io:oecd-2020``.
    year
        Year of the figures it is meant for, where later years show the world after it; None for the latest.
    assumptions
        In words, one a line: what was assumed, and what was left out.
    """

    id: Name
    title: Text
    summary: Text
    network: Literal["material", "input-output"]
    subjects: tuple[Text, ...] = Field(min_length=1)
    year: StrictInt | None = None
    assumptions: tuple[Text, ...] = Field(min_length=1)
    sources: tuple[ScenarioSource, ...] = Field(min_length=1)
    shocks: tuple[Shock, ...] = Field(min_length=1)

    @classmethod
    def between_fields(cls, given: Mapping[str, Any]) -> list[tuple[Place, str]]:
        """See :class:`Checked`."""
        subjects, shocks = _entries(given.get("subjects"), str), _entries(given.get("shocks"), Mapping)
        known = [subject for _, subject in subjects]
        return [
            *_repeated(subjects, "subjects"),
            *_network_faults(known, given.get("network")),
            *((("subjects", at), fault) for at, subject in subjects if (fault := subject_fault(subject))),
            *_repeated([(at, shock.get("name")) for at, shock in shocks], "shocks", "name"),
            *_strangers(shocks, known),
        ]

    @property
    def days(self) -> float:
        """Days from the start of a run until every shock has faded, at its longest."""
        return max(shock.onset.high + shock.lasts.high + shock.recovery.high for shock in self.shocks)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Return a scenario of the library by its name, or the one in a file (a path, or a name that ends in ``.toml``).

    Raises
    ------
    UnknownNameError
        If the library has no scenario of this name.
    ScenarioError
        If the file cannot be read or breaks a rule; lists every fault.
    """
    name = str(name_or_path)
    if _is_file(name_or_path) or name not in scenario_names():
        return parse_scenario(scenario_text(name_or_path), name)
    return _from_library(name)


def scenario_text(name_or_path: str | Path) -> str:
    """Return the text of the scenario that :func:`load_scenario` loads; raises as it does where there is none."""
    name = str(name_or_path)
    if _is_file(name_or_path):
        try:
            return Path(name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ScenarioError([f"cannot be read: {error}"], where=name, expected="a UTF-8 TOML file") from error
    if name not in scenario_names():
        raise UnknownNameError("scenario", name, scenario_names(), where="a file of your own ends in .toml")
    return files("kizuna.scenario").joinpath("library", f"{name}.toml").read_text(encoding="utf-8")


@cache
def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios in the library, in order."""
    folder = files("kizuna.scenario").joinpath("library")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def list_scenarios() -> tuple[Scenario, ...]:
    """Return every scenario of the library, in the order of their names."""
    return tuple(_from_library(name) for name in scenario_names())


def parse_scenario(text: str, where: str = "") -> Scenario:
    """Return the scenario that a TOML text holds; raises ScenarioError as :func:`load_scenario` does."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScenarioError([f"not TOML: {error}"], where=where, expected=EXPECTED) from error
    return read_scenario(document, where)


def read_scenario(document: Mapping[str, Any], where: str = "") -> Scenario:
    """Return the scenario that a table holds.

    Raises
    ------
    ScenarioError
        If it breaks a rule; lists every fault with its field, such as ``shocks[2].depth: -0.2; expected 0 to 1``.
    """
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        raise ScenarioError(fault_lines(error, KINDS), where=where, expected=EXPECTED, do=DO) from error


@cache
def _from_library(name: str) -> Scenario:
    return parse_scenario(scenario_text(name), f"{name}.toml")


def _is_file(name_or_path: str | Path) -> bool:
    return isinstance(name_or_path, Path) or str(name_or_path).endswith(".toml")


def _entries(given: object, kind: Any) -> list[tuple[int, Any]]:
    """Return the entries of one type with their numbers; none where it is no list."""
    listed = given if isinstance(given, list | tuple) else []
    return [(at, entry) for at, entry in enumerate(listed) if isinstance(entry, kind)]


def _repeated(entries: list[tuple[int, Any]], *place: str) -> list[tuple[Place, str]]:
    """Name each text that stands twice, at its second place."""
    seen, faults = set(), list[tuple[Place, str]]()
    for at, entry in entries:
        if isinstance(entry, str) and entry in seen:
            faults.append(((place[0], at, *place[1:]), f"{shown(entry)} stands twice"))
        seen.add(entry if isinstance(entry, str) else None)
    return faults


def _network_faults(subjects: list[str], network: object) -> list[tuple[Place, str]]:
    tables = [subject for subject in subjects if is_table(subject)]
    if network == "input-output" and subjects and (len(subjects) != 1 or not tables):
        return [(("network",), f"{shown(network)}; of this network the subject is {WIOD}, or io:NAME, alone")]
    if network == "material" and tables:
        return [(("network",), f"{shown(network)}; {tables[0]} is an input-output network")]
    return []


def _strangers(shocks: list[tuple[int, Any]], subjects: list[str]) -> list[tuple[Place, str]]:
    return [
        (("shocks", at, "on", place), f"{shown(entry)} is not a subject of the scenario")
        for at, shock in shocks
        for place, entry in _entries(shock.get("on"), str)
        if entry not in subjects
    ]
