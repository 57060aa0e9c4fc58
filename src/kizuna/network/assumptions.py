"""What no table says of a network: stocks, spare capacity, rigidity and home priority, by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kizuna.floor.errors import RequestError, near_names
from kizuna.floor.params import parameter
from kizuna.network.supply_network import Floats

Given = Mapping[str, float | Mapping[str, float]]
NAMES = ("stock_days", "final_stock_days", "spare", "rigidity", "home_priority")
SHARES = ("rigidity", "home_priority")
# Makers may never be short of a service; nobody holds an endless stock to use up, or can make without end.
FINITE = ("spare", "final_stock_days")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Stocks of makers in days of use, rigidity and home priority, shape ``[stage]``; stocks of final users and spare
    capacity, ``[economy, stage]``.
    """

    stock_days: Floats
    final_stock_days: Floats
    spare: Floats
    rigidity: Floats
    home_priority: Floats


def assumed(
    kind: Literal["material", "table"], economies: int, stages: Sequence[str], given: Given | None = None
) -> Assumptions:
    """Return the assumptions of a kind of network, those that a user gives before those of the parameters.

    Parameters
    ----------
    kind
        ``material`` or ``table``: whose parameters hold where nothing is given.
    economies
        How many.
    stages
        Labels of the stages.
    given
        By name of the assumption one number for all stages, or numbers by stage.

    Raises
    ------
    RequestError
        If a name, stage or number is wrong; lists every one.

    Examples
    --------
    >>> assumed("material", 2, ("mine", "refined"), {"stock_days": {"refined": 10}}).stock_days.tolist()
    [45.0, 10.0]
    """
    wanted = dict(given or {})
    if faults := [fault for name, value in wanted.items() for fault in _faults(name, value, stages)]:
        raise RequestError(
            "\n  ".join(["the assumptions of a network have faults:", *faults]),
            expected=f"{', '.join(NAMES)}, each a number or numbers by stage",
        )
    by_stage = {name: np.full(len(stages), float(_default(kind, name))) for name in NAMES}
    for name, value in wanted.items():
        for at, stage in enumerate(stages):
            if not isinstance(value, Mapping):
                by_stage[name][at] = value
            elif stage in value:
                by_stage[name][at] = value[stage]
    by_node = {name: np.tile(by_stage.pop(name), (economies, 1)) for name in ("spare", "final_stock_days")}
    return Assumptions(**by_node, **by_stage)


def beneath(given: Given | None, usual: Given) -> dict[str, float | Mapping[str, float]]:
    """Return what a user gives, and of the stages that it leaves open what is usual for the network.

    Examples
    --------
    >>> beneath({"stock_days": {"mine": 10}}, {"stock_days": {"mine": 5, "refined": 20}, "spare": 0})
    {'stock_days': {'mine': 10, 'refined': 20}, 'spare': 0}
    """
    wanted = dict(usual)
    for name, value in (given or {}).items():
        below = usual.get(name)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        wanted[name] = {**below, **value} if both else value  # type: ignore[dict-item]
    return wanted


def _default(kind: str, name: str) -> float:
    if (kind, name) == ("table", "spare"):
        return parameter("ario_overproduction") - 1
    return parameter(f"network_{name}_{kind}")


def _faults(name: str, value: float | Mapping[str, float], stages: Sequence[str]) -> list[str]:
    if name not in NAMES:
        near = near_names(name, NAMES)
        return [f"{name!r} is no assumption" + (f"; did you mean {' or '.join(near)}?" if near else "")]
    entries = dict(value) if isinstance(value, Mapping) else {"": value}
    faults = [f"{name}: there is no stage {stage!r}" for stage in entries if stage and stage not in stages]
    for stage, number in entries.items():
        where = f"{name}, {stage}" if stage else name
        if not number >= 0:
            faults.append(f"{where}: {number} is not 0 or more")
        elif name in SHARES and number > 1:
            faults.append(f"{where}: {number} is above 1")
        elif name in FINITE and not np.isfinite(number):
            faults.append(f"{where}: {number} is not finite")
    return faults
