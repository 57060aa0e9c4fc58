"""Whom a shock is aimed at: economies by code or name, blocs, all, or all but some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator

from kizuna.floor.errors import RequestError, UnknownNameError, near_names
from kizuna.scenario.checked import Place, refusal
from kizuna.scenario.spreads import shown
from kizuna.tables.blocs import load_blocs
from kizuna.tables.economies import load_economies

ALL, ALL_EXCEPT = "all", "all_except"


@dataclass(frozen=True, slots=True)
class Named:
    """One name in a list of targets with the ISO3 codes it stands for; a bloc may have members a network lacks."""

    text: str
    economies: tuple[str, ...]
    bloc: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a shock is aimed at.

    Parameters
    ----------
    everyone
        Every economy of the network, apart from ``names``; else ``names`` alone.
    names
        Economies and blocs in the order written.
    """

    everyone: bool
    names: tuple[Named, ...]

    def economies(self, known: Sequence[str]) -> tuple[str, ...]:
        """Return the economies of a network that are meant, in the order of ``known``."""
        named = {code for name in self.names for code in name.economies}
        return tuple(code for code in known if (code in named) != self.everyone)

    def missing(self, known: Sequence[str]) -> tuple[str, ...]:
        """Return the economies that were named one by one and that a network lacks."""
        if self.everyone:
            return ()
        lacking = [name.economies[0] for name in self.names if not name.bloc and name.economies[0] not in known]
        return tuple(dict.fromkeys(lacking))


EVERYONE = Target(True, ())


def read_target(given: Any) -> Target:
    """Read ``"all"``, a name, a list of names, or ``{all_except = names}``.

    Raises
    ------
    ValidationError
        With every name that no table knows, at its place.

    Examples
    --------
    >>> read_target(["China", "JPN"]).economies(["CHN", "IND", "JPN"])
    ('CHN', 'JPN')
    >>> read_target({"all_except": ["G7"]}).economies(["CHN", "IND", "JPN"])
    ('CHN', 'IND')
    """
    if isinstance(given, Target):
        return given
    if isinstance(given, Mapping) and set(given) == {ALL_EXCEPT}:
        return Target(True, _names(given[ALL_EXCEPT], (ALL_EXCEPT,)))
    if given == ALL or given == [ALL]:
        return EVERYONE
    return Target(False, _names(given, ()))


Who = Annotated[Target, PlainValidator(read_target)]


def _names(given: Any, place: Place) -> tuple[Named, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list | tuple) or not listed:
        text = f'{shown(given)}; expected "all", a list of economies and blocs, or {{all_except = [...]}}'
        raise refusal("target", [(place, text)])
    faults: list[tuple[Place, str]] = []
    names: list[Named] = []
    for at, entry in enumerate(listed):
        try:
            names.append(_named(entry))
        except ValueError as error:
            faults.append(((*place, at) if given is listed else place, str(error)))
    if faults:
        raise refusal("target", faults)
    return tuple(names)


def _named(entry: object) -> Named:
    if not isinstance(entry, str):
        raise ValueError(f"{shown(entry)}; expected the name of an economy or bloc")
    economies = load_economies()
    if "+" in entry or "=" in entry or entry.strip().casefold() in {bloc.casefold() for bloc in load_blocs()}:
        try:
            return Named(entry, economies.bloc(entry).members, bloc=True)
        except (RequestError, UnknownNameError) as error:
            raise ValueError(f"{shown(entry)}; {' '.join(str(error).splitlines())}") from error
    try:
        return Named(entry, (economies.get(entry).iso3,), bloc=False)
    except UnknownNameError as error:
        known = [text for economy in economies for text in (economy.iso3, economy.name_en, *economy.aliases)]
        near = near_names(entry, [*load_blocs(), *known])
        hint = (
            f"did you mean {' or '.join(near)}?" if near else "expected an ISO3 code or the name of an economy or bloc"
        )
        raise ValueError(f"{shown(entry)} is not an economy or bloc we know; {hint}") from error
