"""Blocs: named groups of economies, and groups that a user writes as ``IND+JPN`` or ``NAME=IND+JPN``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.floor.errors import RequestError, TableError, UnknownNameError


@dataclass(frozen=True, slots=True)
class Bloc:
    """A group of economies.

    Parameters
    ----------
    id, name
        Short and full name; a bloc without a name is called by its members.
    members
        ISO3 codes of the members.
    former
        Codes of the past that hold a member's trade (``BLX`` for Belgium and Luxembourg before 1999).
    source
        Who says that these are the members; ``user`` for a bloc written in a request.
    """

    id: str
    name: str
    members: tuple[str, ...]
    former: tuple[str, ...]
    source: str

    @property
    def economies(self) -> tuple[str, ...]:
        """Members and codes of the past together: every code that belongs inside the bloc."""
        return self.members + self.former


def find_bloc(text: str, iso3_of: Callable[[str], str]) -> Bloc:
    """Return the bloc that ``text`` names, or writes as ``IND+JPN`` or ``NAME=IND+JPN``.

    Parameters
    ----------
    iso3_of
        Turns a code, name or alias into the ISO3 code; raises UnknownNameError.
    """
    if "+" in text or "=" in text:
        return _written(text, iso3_of)
    by_name = {bloc_id.casefold(): bloc for bloc_id, bloc in load_blocs().items()}
    if text.strip().casefold() not in by_name:
        raise UnknownNameError("bloc", text, load_blocs(), where="write a bloc of your own as NAME=IND+JPN")
    return by_name[text.strip().casefold()]


@cache
def load_blocs() -> dict[str, Bloc]:
    """Return the named blocs of ``data/blocs.toml`` by id."""
    text = files("kizuna.tables").joinpath("data/blocs.toml").read_text(encoding="utf-8")
    return {bloc_id: _checked(bloc_id, fields) for bloc_id, fields in tomllib.loads(text).items()}


def _written(text: str, iso3_of: Callable[[str], str]) -> Bloc:
    name, _, spelled = text.rpartition("=")
    members = tuple(iso3_of(part.strip()) for part in spelled.split("+") if part.strip())
    if len(members) < 2 or len(set(members)) < len(members):
        raise RequestError(
            f"the bloc {text!r} names {len(set(members))} economies, {len(members)} with repetitions",
            expected="two or more different economies joined by +",
            do="Write it as NAME=IND+JPN.",
        )
    label = name.strip() or "+".join(members)
    return Bloc(label, label, members, (), "user")


def _checked(bloc_id: str, fields: dict[str, object]) -> Bloc:
    bloc = Bloc(
        id=bloc_id,
        name=str(fields["name"]),
        members=_codes(fields["members"]),
        former=_codes(fields["former"]),
        source=str(fields["source"]),
    )
    repeated = sorted({code for code in bloc.economies if bloc.economies.count(code) > 1})
    if repeated:
        raise TableError(f"the bloc {bloc_id} names economies twice", repeated, where="blocs.toml")
    return bloc


def _codes(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list):
        raise TableError("members of a bloc are not a list", [str(listed)], where="blocs.toml")
    return tuple(str(code) for code in listed)
