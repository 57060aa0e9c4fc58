"""Economies: one row for every economy that a publisher names, with all its codes and names.

Codes of the past stand as economies of their own with a last year (``SUD``, Sudan before 2012); ``S19`` is "Other Asia,
n.e.s.", in practice Taiwan. Built by ``tools/build_economies.py`` from CEPII BACI's country table and the Unicode CLDR.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.tables.blocs import Bloc, find_bloc

NUMBERS = ("baci_code", "comtrade_code", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Economy:
    """One economy.

    Parameters
    ----------
    iso3
        ISO 3166 alpha-3 code; where ISO has none, or the same as for a successor, a code of our own.
    iso2, m49
        ISO 3166 alpha-2 code and UN M49 code (three digits); empty where there is none.
    baci_code, comtrade_code
        Numeric codes in CEPII BACI and UN Comtrade; None where BACI does not list the economy.
    name_en, name_ja, name_hi
        Names in English, Japanese and Hindi (Unicode CLDR).
    valid_from, valid_to
        First and last year in which trade statistics give the economy its own code; None for no limit.
    aliases
        Other codes and names in use, as the publishers spell them.
    map_id
        Area id in the base map (world-atlas); empty where the map has no such area.
    note
        What a reader must know about the code; often empty.
    """

    iso3: str
    iso2: str
    m49: str
    baci_code: int | None
    comtrade_code: int | None
    name_en: str
    name_ja: str
    name_hi: str
    valid_from: int | None
    valid_to: int | None
    aliases: tuple[str, ...]
    map_id: str
    note: str


@dataclass(frozen=True, slots=True)
class PublisherCode:
    """A publisher's code that means something else than usual; ``iso3`` empty: not an economy, for this reason."""

    publisher: str
    code: str
    name: str
    iso3: str
    reason: str


class Economies:
    """All economies, found by any code, name or alias; names are never guessed.

    Raises
    ------
    TableError
        If two economies share a code, name or alias; lists every such key.
    """

    def __init__(self, economies: Iterable[Economy], publisher_codes: Iterable[PublisherCode] = ()) -> None:
        self._all = tuple(economies)
        self._by_key, self._by_baci = _index(self._all)
        self._exceptions: dict[tuple[str, str], list[PublisherCode]] = {}
        for entry in publisher_codes:
            self._exceptions.setdefault((entry.publisher, entry.code), []).append(entry)

    def __iter__(self) -> Iterator[Economy]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def get(self, name: str) -> Economy:
        """Return the economy with this code, name or alias; letter case and accents do not matter.

        Examples
        --------
        >>> [load_economies().get(name).iso3 for name in ("in", "Burma", "日本", "356", "TWN")]
        ['IND', 'MMR', 'JPN', 'IND', 'S19']
        """
        found = self._by_key.get(lookup_key(name))
        if found is None:
            known = [text for economy in self._all for text in (economy.iso3, economy.name_en, *economy.aliases)]
            raise UnknownNameError("economy", name, known)
        return found

    def by_baci(self, code: int) -> Economy:
        """Return the economy with this numeric code of CEPII BACI (not M49: India is 699)."""
        if code not in self._by_baci:
            raise UnknownNameError("economy", str(code), map(str, self._by_baci), where="codes of CEPII BACI")
        return self._by_baci[code]

    def by_comtrade(self, code: str) -> Economy:
        """Return the economy with this code of UN Comtrade, written as a number (not M49: 492 is no Monaco there)."""
        found = {str(one.comtrade_code): one for one in self if one.comtrade_code is not None}
        if code not in found:
            raise UnknownNameError("economy", code, found, where="codes of UN Comtrade")
        return found[code]

    def by_publisher(self, publisher: str, code: str, name: str = "") -> Economy | Gap:
        """Return what a publisher means by a code (and name), or a gap that says why it is no economy.

        Parameters
        ----------
        publisher
            ``wmd``, ``wgi``, ``food``, ``faostat``, ``geodist``, ``world_bank``, ``wiod``, ``usgs`` or ``comtrade``.
        code
            The publisher's code, or its name of the country where it has no code (``usgs``).
        name
            The publisher's name; needed where one code stands for two economies.

        Raises
        ------
        UnknownNameError
            If the code is neither an exception of the publisher nor any economy's code or name.
        RequestError
            If the code stands for two economies and no name is given.
        """
        entries = self._exceptions.get((publisher, code), [])
        if not name and any(entry.name for entry in entries):
            raise RequestError(
                f"the code {code!r} of {publisher} stands for more than one economy",
                expected="the publisher's name beside the code",
                do="Pass name=...",
            )
        for entry in entries:
            if entry.name in ("", name):
                return self.get(entry.iso3) if entry.iso3 else Gap(f"{code} is not an economy: {entry.reason}")
        return self.by_comtrade(code) if publisher == "comtrade" else self.get(code)

    def baci_codes(self) -> frozenset[int]:
        """Return the codes of BACI's country table that are of an economy."""
        return frozenset(one.baci_code for one in self if one.baci_code is not None)

    def bloc(self, text: str) -> Bloc:
        """Return a named bloc (``EU27``), or one written as ``IND+JPN`` or ``NAME=IND+JPN``."""
        return find_bloc(text, lambda name: self.get(name).iso3)


@cache
def load_economies() -> Economies:
    """Return the economies of the package."""
    rows = (_economy(row) for row in _rows("economies.csv"))
    return Economies(rows, (PublisherCode(**row) for row in _rows("publisher_codes.csv")))


def lookup_key(name: str) -> str:
    """Return the form in which codes and names are compared: no case, no Latin accents, no leading zeros.

    Examples
    --------
    >>> lookup_key("  Türkiye "), lookup_key("008")
    ('turkiye', '8')
    """
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not 0x0300 <= ord(mark) <= 0x036F)
    folded = " ".join(plain.replace("’", "'").casefold().split())
    return folded.lstrip("0") if folded.isdecimal() else folded


def _index(economies: tuple[Economy, ...]) -> tuple[dict[str, Economy], dict[int, Economy]]:
    by_key: dict[str, Economy] = {}
    by_baci: dict[int, Economy] = {}
    faults = []
    for economy in economies:
        names = (economy.iso3, economy.iso2, economy.m49, economy.name_en, economy.name_ja, economy.name_hi)
        for name in (*names, *economy.aliases):
            holder = by_key.setdefault(lookup_key(name), economy) if name else economy
            if holder is not economy:
                faults.append(f"{name!r} stands for both {holder.iso3} and {economy.iso3}")
        code = economy.baci_code
        if code is not None and by_baci.setdefault(code, economy) is not economy:
            faults.append(f"BACI code {code} stands for both {by_baci[code].iso3} and {economy.iso3}")
    if faults:
        raise TableError("Economies share codes or names:", faults, expected="each key for one economy")
    return by_key, by_baci


def _rows(name: str) -> list[dict[str, str]]:
    text = files("kizuna.tables").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _economy(row: dict[str, str]) -> Economy:
    numbers = {column: int(row[column]) if row[column] else None for column in NUMBERS}
    texts = {column: value for column, value in row.items() if column not in (*NUMBERS, "aliases")}
    aliases = tuple(alias for alias in row["aliases"].split(";") if alias)
    return Economy(**texts, **numbers, aliases=aliases)  # type: ignore[arg-type]
