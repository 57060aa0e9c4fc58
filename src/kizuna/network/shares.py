"""Shares of production that a user gives: by stage and economy, as a mapping or a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kizuna.floor.errors import TableError, UnknownNameError, near_names
from kizuna.floor.params import parameter
from kizuna.network.supply_network import Floats
from kizuna.tables.economies import Economies

Shares = Mapping[str, Mapping[str, float]] | str | Path
COLUMNS = ("stage", "economy", "share")


def read_shares(given: Shares, stages: Sequence[str], economies: Economies, codes: Sequence[str]) -> dict[str, Floats]:
    """Return shares of world production by stage, each of shape ``[economy]``; what they lack of 1 is unnamed.

    Parameters
    ----------
    given
        Shares 0 to 1 by stage and economy (code, name or alias), or a CSV file with columns stage, economy, share.
    stages
        Stages of the chain; those without shares are read from the figures.
    economies, codes
        All economies, and the order of their codes in the result.

    Raises
    ------
    TableError
        If a stage or economy is unknown, stands twice, a share is no number from 0 to 1, or a stage adds up to more
        than 1; lists every fault.
    """
    rows = _rows(given) if isinstance(given, str | Path) else _listed(given)
    where = str(given) if isinstance(given, str | Path) else "shares"
    found: dict[str, Floats] = {}
    seen: set[tuple[str, str]] = set()
    faults: list[str] = []
    for label, stage, name, text in rows:
        code = _code(economies, name)
        share = _number(text)
        near = near_names(name, [economy.name_en for economy in economies])
        wrong = [
            *([f"no stage {stage!r}; there are {', '.join(stages)}"] if stage not in stages else []),
            *([] if code else [f"no economy {name!r}" + (f"; did you mean {near[0]}?" if near else "")]),
            *([] if 0 <= share <= 1 else [f"share {text!r} is not a number from 0 to 1"]),
            *([f"{name} stands twice in {stage}"] if (stage, code) in seen else []),
        ]
        faults += [f"{label}: {fault}" for fault in wrong]
        if not wrong:
            seen.add((stage, code))
            found.setdefault(stage, np.zeros(len(codes)))[codes.index(code)] = share
    close = 1 + parameter("shares_excess")
    faults += [f"{stage}: shares add up to {sum_:.3f}" for stage, sum_ in _sums(found) if not 0 < sum_ <= close]
    if faults or not found:
        raise TableError("The shares of production have faults:", faults or ["there are none"], where=where)
    return {stage: share / max(float(share.sum()), 1.0) for stage, share in found.items()}


def _sums(found: Mapping[str, Floats]) -> list[tuple[str, float]]:
    return [(stage, float(share.sum())) for stage, share in found.items()]


def _listed(given: Mapping[str, Mapping[str, float]]) -> list[tuple[str, str, str, str]]:
    return [
        (f"{stage}, {name}", stage, name, str(share))
        for stage, shares in given.items()
        for name, share in shares.items()
    ]


def _rows(path: str | Path) -> list[tuple[str, str, str, str]]:
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    reader = csv.DictReader(lines)
    if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
        raise TableError(
            "The file of shares lacks columns:", missing, where=str(path), expected=", ".join(COLUMNS) + " in line 1"
        )
    return [
        (f"line {number}", *(str(row[column] or "").strip() for column in COLUMNS))  # type: ignore[misc]
        for number, row in enumerate(reader, start=2)
    ]


def _code(economies: Economies, name: str) -> str:
    try:
        return economies.get(name).iso3
    except UnknownNameError:
        return ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
