"""The indicators: what each is called, what it means, in which unit, by which method."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.floor.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of exposure.

    Parameters
    ----------
    id
        Snake-case name used in rows and figures.
    method
        Method it belongs to; methods stand side by side and are never merged.
    unit
        Unit of its value: ``share``, ``index``, ``usd``, ``t``, ``count``, ``ratio``, ``flag``, ``years``, ...
    title
        What it says, in plain words.
    formula
        The formula, with its symbols named.
    reference
        Where the formula comes from.
    """

    id: str
    method: str
    unit: str
    title: str
    formula: str
    reference: str


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by id, as ``indicators.toml`` lists them."""
    document = tomllib.loads(files("kizuna.exposure").joinpath("indicators.toml").read_text(encoding="utf-8"))
    return {name: Indicator(id=name, **fields) for name, fields in document.items()}


@cache
def methods() -> tuple[str, ...]:
    """Return the names of all methods."""
    return tuple(dict.fromkeys(entry.method for entry in indicators().values()))


def indicator(name: str) -> Indicator:
    """Return an indicator by id.

    Examples
    --------
    >>> indicator("import_hhi").unit
    'index'
    """
    if name not in indicators():
        raise UnknownNameError("indicator", name, indicators())
    return indicators()[name]


def method(name: str) -> str:
    """Return the method's name if there is one.

    Raises
    ------
    UnknownNameError
        If no indicator belongs to such a method.
    """
    if name not in methods():
        raise UnknownNameError("method", name, methods())
    return name
