"""Uncertain numbers of a run: those of the scenario and those of the model, each a column of uniform draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.floor.params import parameters
from kizuna.scenario.aimed import AimedShock, Spread

Floats = npt.NDArray[np.float64]
SHOCK_NUMBERS = ("depth", "onset", "duration", "recovery", "detour", "delay")


@dataclass(frozen=True, slots=True)
class UncertainNumber:
    """One number that differs between draws; named ``shock.depth`` or ``model.stock_factor``."""

    name: str
    spread: Spread


def uncertain_numbers(shocks: Sequence[AimedShock]) -> tuple[UncertainNumber, ...]:
    """Return all uncertain numbers of a run in the order of their columns: the shocks' first, then the model's.

    The model's are shifts of and factors on the values of the network and the laws.
    """
    found = {
        shock.number(field): UncertainNumber(shock.number(field), spread)
        for shock in shocks
        for field in SHOCK_NUMBERS
        if not (spread := getattr(shock, field)).certain
    }
    model = (
        drawn("rigidity_shift"), drawn("stock_factor"), drawn("spare_factor"), drawn("restocking_factor"),
        drawn("trust_factor"), drawn("elasticity_factor"),
    )  # fmt: skip
    return (*found.values(), *model)


def drawn(name: str) -> UncertainNumber:
    """Return a parameter as a number that differs between draws, a triangle over its range."""
    known = parameters()[name]
    return UncertainNumber(f"model.{name}", Spread(known.low, known.value, known.high))


def values_of(numbers: Sequence[UncertainNumber], uniforms: Floats) -> dict[str, Floats]:
    """Return the value of each uncertain number in each draw.

    Parameters
    ----------
    uniforms
        Draws from 0 to 1, shape ``[draw, number]``.

    Examples
    --------
    >>> number = UncertainNumber("mines.depth", Spread(0.0, 0.5, 1.0))
    >>> values_of([number], np.array([[0.5]]))["mines.depth"].tolist()
    [0.5]
    """
    return {number.name: triangle(number.spread, uniforms[:, at]) for at, number in enumerate(numbers)}


def central_values(numbers: Sequence[UncertainNumber]) -> dict[str, Floats]:
    """Return the mode of each number as its only draw."""
    return {number.name: np.array([number.spread.mode]) for number in numbers}


def triangle(spread: Spread, uniform: Floats) -> Floats:
    """Return the quantiles of a triangular distribution.

    References
    ----------
    Inverse of the distribution function: ``low + sqrt(u (high-low) (mode-low))`` below the mode, mirrored above.
    """
    low, mode, high = spread.low, spread.mode, spread.high
    if spread.certain:
        return np.full(uniform.shape, mode)
    rising = low + np.sqrt(uniform * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - uniform) * (high - low) * (high - mode))
    return np.where(uniform * (high - low) < mode - low, rising, falling)
