"""Who is assessed: economies and blocs, each as the codes that buy for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kizuna.exposure.arrays import Flags
from kizuna.floor.errors import UnknownNameError
from kizuna.tables.blocs import Bloc


@dataclass(frozen=True, slots=True)
class Importers:
    """Assessed economies and blocs in the order asked; going through them yields (name, members).

    Parameters
    ----------
    names
        ISO3 code of an economy, or id of a bloc.
    members
        ISO3 codes that buy for each: the economy itself, or all codes of the bloc.
    """

    names: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return zip(self.names, self.members, strict=True)

    @property
    def buyers(self) -> tuple[str, ...]:
        """Every code that buys for an importer, once, sorted."""
        return tuple(sorted({code for codes in self.members for code in codes}))

    def inside(self, economy_codes: Sequence[str]) -> Flags:
        """Return whether each economy belongs to each importer, shape ``[economy, importer]``.

        Raises
        ------
        UnknownNameError
            If a member is not among the economies.

        Examples
        --------
        >>> Importers(("JPN", "PAIR"), (("JPN",), ("IND", "JPN"))).inside(["CHN", "IND", "JPN"]).tolist()
        [[False, False], [False, True], [True, True]]
        """
        place = {code: position for position, code in enumerate(economy_codes)}
        flags = np.zeros((len(economy_codes), len(self.names)), dtype=np.bool_)
        for column, (name, codes) in enumerate(self):
            for code in codes:
                if code not in place:
                    raise UnknownNameError("economy", code, economy_codes, where=f"members of {name}")
                flags[place[code], column] = True
        return flags


def importers_of(economies: Sequence[str], blocs: Sequence[Bloc]) -> Importers:
    """Return the importers of an ask: its economies, then its blocs.

    Examples
    --------
    >>> importers_of(["IND"], [Bloc("PAIR", "Pair", ("IND", "JPN"), (), "user")])
    Importers(names=('IND', 'PAIR'), members=(('IND',), ('IND', 'JPN')))
    """
    return Importers(
        (*economies, *(bloc.id for bloc in blocs)),
        (*((code,) for code in economies), *(bloc.economies for bloc in blocs)),
    )
