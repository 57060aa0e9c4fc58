"""One indicator measured for many economies, commodities and years; gaps keep their reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kizuna.exposure.arrays import Floats, Integers
from kizuna.exposure.panel import Basis
from kizuna.floor.errors import TableError

WORLD = "WLD"
NO_WORD = -1


@dataclass(frozen=True, slots=True)
class Words:
    """One word a row out of few: ``words[code[row]]``; ``code`` has shape ``[row]``, -1 where a row has no word."""

    code: Integers
    words: tuple[str, ...]

    def __getitem__(self, row: int) -> str:
        return "" if self.code[row] == NO_WORD else self.words[int(self.code[row])]

    def taken(self, rows: Integers) -> Words:
        """Return the words of some rows."""
        return Words(self.code[rows], self.words)


@dataclass(frozen=True, slots=True)
class Keys:
    """What each row is about; blocks that speak of the same rows share one ``Keys``."""

    commodity: Words
    year: Integers
    economy: Words

    def __len__(self) -> int:
        return len(self.year)


def listed_keys(rows: Sequence[tuple[str, int, str]]) -> Keys:
    """Return keys from a list of (commodity, year, economy)."""
    return Keys(
        listed_words([row[0] for row in rows]),
        np.array([row[1] for row in rows], dtype=np.int64),
        listed_words([row[2] for row in rows]),
    )


def listed_words(words: Sequence[str]) -> Words:
    """Return a list of words as codes of its distinct words."""
    distinct = tuple(dict.fromkeys(words))
    place = {word: code for code, word in enumerate(distinct)}
    return Words(np.array([place[word] for word in words], dtype=np.int32), distinct)


def listed_gaps(reasons: Mapping[int, str], size: int) -> Words | None:
    """Return reasons by row position as words of ``size`` rows; None where there are none."""
    if not reasons:
        return None
    distinct = tuple(dict.fromkeys(reasons.values()))
    place = {word: code for code, word in enumerate(distinct)}
    code = np.full(size, NO_WORD, dtype=np.int32)
    code[list(reasons)] = [place[word] for word in reasons.values()]
    return Words(code, distinct)


@dataclass(frozen=True, slots=True)
class Block:
    """Values of one indicator and basis, one a (commodity, year, economy); arrays have shape ``[row]``.

    Parameters
    ----------
    indicator
        Id from the registry of indicators.
    basis
        ``value``, ``mass``, or None where the question does not arise.
    unit
        Unit of ``value``.
    keys
        Commodity, year and economy of each row.
    value
        Values; not a number exactly where ``gaps`` gives a reason.
    rows_used
        Rows of the snapshot behind each value.
    sources
        SQL tables the values come from.
    gaps
        Reason of each row without a number; None where every row has one.
    detail
        A few words by row, such as the top supplier's code; None where there are none.
    """

    indicator: str
    basis: Basis | None
    unit: str
    keys: Keys
    value: Floats
    rows_used: Integers
    sources: tuple[str, ...]
    gaps: Words | None = None
    detail: Words | None = None

    def __post_init__(self) -> None:
        told = np.zeros(len(self.value), dtype=np.bool_) if self.gaps is None else self.gaps.code != NO_WORD
        wrong = np.flatnonzero(np.isnan(self.value) != told)
        if len(wrong):
            faults = [
                f"row {row}: {self.keys.commodity[row]} {self.keys.year[row]} {self.keys.economy[row]}"
                for row in wrong.tolist()
            ]
            raise TableError(
                f"{self.indicator} has numbers and gaps that do not match.",
                faults,
                expected="a reason exactly where there is no number",
            )

    def __len__(self) -> int:
        return len(self.value)


@dataclass(slots=True)
class GatheredRows:
    """Rows of one indicator, gathered one by one; a value that is not a number needs its reason."""

    labels: list[tuple[str, int, str]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def add(self, label: tuple[str, int, str], value: float, counted: int, *, reason: str = "", word: str = "") -> None:
        """Add a row: its (commodity, year, economy), value, rows of the snapshot behind it, reason and words."""
        if np.isnan(value):
            self.reasons[len(self.labels)] = reason
        self.labels.append(label)
        self.values.append(value)
        self.counted.append(counted)
        self.words.append(word)

    def block(self, indicator: str, basis: Basis | None, unit: str, sources: tuple[str, ...]) -> Block:
        """Return the rows as a block."""
        return Block(
            indicator,
            basis,
            unit,
            listed_keys(self.labels),
            np.array(self.values, dtype=np.float64),
            np.array(self.counted, dtype=np.int64),
            sources,
            listed_gaps(self.reasons, len(self.labels)),
            listed_words(self.words),
        )
