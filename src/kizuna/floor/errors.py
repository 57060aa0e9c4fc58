"""The one error tree of kizuna.

    KizunaError
    ├── UnknownNameError    a name that no table holds (economy, product, material, basket, ...)
    ├── OutOfRangeError     a year or number outside what the data or the method covers
    ├── TableError          rows that break a table's rules: all faults of one input together
    ├── SourceError         a publisher's file that is not what it should be
    ├── SnapshotError       the embedded or given snapshot is missing, altered or incomplete
    ├── SimulationError     a run of the stress engine that cannot start or go on
    ├── RequestError        a well-formed ask that has no answer (one partner alone, ...)
    ├── NetworkError        figures that do not make the supply network that was asked for
    ├── ScenarioError       a scenario that breaks a rule or hits nothing: all faults of one scenario together
    ├── DocumentError       a text that cannot be read, or that is not what its register says
    ├── RegisterError       an entry, an event or an ask that breaks a rule of the register: all faults together
    └── OutputError         a place that cannot be written

Every error says in this order: what was found, where, what was expected, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

NEAR = 0.6
SOME = 3
LISTED = {
    "economy": "economies", "bloc": "blocs", "basket": "baskets", "material": "materials", "product": "products",
    "method": "methods", "indicator": "indicators",
}  # fmt: skip


class KizunaError(Exception):
    """Base of all errors that kizuna raises on purpose.

    Parameters
    ----------
    found
        What was found, in one sentence.
    where
        File, row, field or argument.
    expected
        What would have been right.
    do
        What the reader can do now.
    """

    def __init__(self, found: str, *, where: str = "", expected: str = "", do: str = "") -> None:
        self.found, self.where, self.expected, self.do = found, where, expected, do
        lines = [found if not where else f"{found} ({where})"]
        if expected:
            lines.append(f"Expected {expected}")
        if do:
            lines.append(do)
        super().__init__("\n".join(lines))


class UnknownNameError(KizunaError):
    """A name that no table holds; near names are suggested, never taken silently."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.kind, self.name = kind, name
        names = list(known)
        self.near = near_names(name, names)
        super().__init__(f"{name!r} is not {_article(kind)} {kind} we know.", where=where, do=self._hint(names))

    def _hint(self, names: list[str]) -> str:
        if self.near:
            return f"Did you mean {' or '.join(self.near)}?"
        if self.kind in LISTED:
            return f"List them with: kizuna list {LISTED[self.kind]}"
        return f"Known are {', '.join(names[:SOME])}" + (
            f" and {len(names) - SOME} more." if len(names) > SOME else "."
        )


class OutOfRangeError(KizunaError):
    """A year or number outside what the data or the method covers."""


class TableError(KizunaError):
    """Rows that break a table's rules; ``faults`` lists every one of them."""

    def __init__(self, found: str, faults: Sequence[str], *, where: str = "", expected: str = "", do: str = "") -> None:
        self.faults = tuple(faults)
        listed = "".join(f"\n  {fault}" for fault in self.faults)
        super().__init__(found + listed, where=where, expected=expected, do=do)


class SourceError(KizunaError):
    """A publisher's file that is not what it should be."""


class SnapshotError(KizunaError):
    """The snapshot is missing, altered or incomplete."""


class SimulationError(KizunaError):
    """A run of the stress engine that cannot start or go on."""


class RequestError(KizunaError):
    """A well-formed ask that has no answer."""


class NetworkError(KizunaError):
    """Figures that do not make a supply network; ``details``: its faults, or the largest repairs that were tried."""

    def __init__(
        self, found: str, details: Sequence[str] = (), *, where: str = "", expected: str = "", do: str = ""
    ) -> None:
        self.details = tuple(details)
        listed = "".join(f"\n  {detail}" for detail in self.details)
        super().__init__(found + listed, where=where, expected=expected, do=do)


class ScenarioError(KizunaError):
    """A scenario that breaks a rule or does not fit its network; ``faults`` lists every one, with its field."""

    def __init__(self, faults: Sequence[str], *, where: str = "", expected: str = "", do: str = "") -> None:
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        listed = "".join(f"\n  {fault}" for fault in self.faults)
        super().__init__(f"The scenario{f' {where}' if where else ''} has {count}:{listed}", expected=expected, do=do)
        self.where = where


class DocumentError(KizunaError):
    """A text that cannot be read, or that is not what its register says."""


class RegisterError(KizunaError):
    """An entry, an event or an ask that breaks a rule of the register; ``faults`` lists every one of them."""

    def __init__(self, found: str, faults: Sequence[str], *, where: str = "", expected: str = "", do: str = "") -> None:
        self.faults = tuple(faults)
        listed = "".join(f"\n  {fault}" for fault in self.faults)
        super().__init__(found + listed, where=where, expected=expected, do=do)


class OutputError(KizunaError):
    """A place that cannot be written."""


def near_names(name: str, known: Sequence[str], limit: int = SOME) -> tuple[str, ...]:
    """Return up to ``limit`` known names like ``name``, case ignored, best first; of equals, those that begin alike.

    Examples
    --------
    >>> near_names("JPM", ["SPM", "JPN", "IND", "CHN"])
    ('JPN', 'SPM')
    """
    by_folded: dict[str, str] = {}
    for entry in known:
        by_folded.setdefault(entry.casefold(), entry)
    asked = name.casefold()
    close = difflib.get_close_matches(asked, list(by_folded), n=len(by_folded) or 1, cutoff=NEAR)
    likeness = {folded: difflib.SequenceMatcher(None, folded, asked).ratio() for folded in close}
    close.sort(key=lambda folded: (-likeness[folded], -_alike_from_the_start(folded, asked), folded))
    return tuple(by_folded[folded] for folded in close[:limit])


def _alike_from_the_start(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" else "a"
