"""Named constants of the methods, read from ``params/*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.floor.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One constant with its meaning, unit, plausible range and source."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    meaning: str
    source: str


@cache
def parameters() -> dict[str, Parameter]:
    """Return every parameter by name; a name that two files define is an error."""
    found: dict[str, Parameter] = {}
    for file in sorted(files("kizuna.floor").joinpath("params").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for name, fields in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if name in found:
                    raise ValueError(f"parameter {name} is defined twice, again in {file.name}")
                found[name] = Parameter(name=name, **fields)
    return found


def parameter(name: str) -> float:
    """Return the value of one parameter.

    Raises
    ------
    UnknownNameError
        If there is no such parameter.

    Examples
    --------
    >>> parameter("geodep_hhi")
    0.4
    """
    known = parameters()
    if name not in known:
        raise UnknownNameError("parameter", name, known)
    return known[name].value
