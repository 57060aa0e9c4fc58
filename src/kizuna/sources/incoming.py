"""What a file of a user's is: which adapter reads it, and the parts it comes in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kizuna.floor.archives import Limits, open_packed
from kizuna.floor.errors import SourceError
from kizuna.floor.params import parameter

BACI_YEAR = re.compile(r"BACI_HS(?P<revision>\d\d)_Y(?P<year>\d{4})_V(?P<vintage>\d{6}[a-z]?)\.csv")
BACI_BESIDE = re.compile(r"(?:country_codes|product_codes)_\w+\.csv|readme\.txt", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a file that is read by itself and makes one object.

    Parameters
    ----------
    name
        What tells it from the others, such as a year.
    member
        Member of a packed file; empty where the file itself is the part.
    size
        Bytes that it has unpacked.
    """

    name: str
    member: str
    size: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that an adapter reads.

    Parameters
    ----------
    path
        The file.
    table
        Stored table that it gives, such as ``trade_hs92``.
    title, publisher, version, vintage, licence, citation
        As the publisher names the data; parts of one ``version`` may stand beside each other, those of two may not.
    parts
        In their order.
    """

    path: Path
    table: str
    title: str
    publisher: str
    version: str
    vintage: str
    licence: str
    citation: str
    parts: tuple[Part, ...]


def recognise(path: Path) -> Incoming:
    """Return what a file is, by its members' names or its own; its content is checked when it is read.

    Raises
    ------
    SourceError
        If it is missing, unsound as a packed file, or nothing that an adapter reads.
    """
    if not path.is_file():
        raise SourceError("There is no such file", where=str(path), expected=EXPECTED)
    if path.suffix.lower() == ".zip":
        with members(path) as packed:
            found = [(one.filename, one.file_size) for one in packed.infolist() if not one.is_dir()]
        return _baci(path, found, packed=True)
    return _baci(path, [(path.name, path.stat().st_size)], packed=False)


EXPECTED = "CEPII BACI: the zip of a revision as downloaded, or BACI_HS92_Y2023_V202601.csv out of it"


@contextmanager
def members(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a packed file whose members were checked; every fault of it as a SourceError."""
    limits = Limits(*(int(parameter(f"import_{name}")) for name in ("unpacked_bytes", "ratio", "members")))
    try:
        with open_packed(path, limits) as packed:
            yield packed
    except (ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError(
            f"The packed file is not sound: {error}",
            where=str(path),
            expected="a zip as the publisher made it",
            do="Fetch the publisher's file again.",
        ) from error


@contextmanager
def opened(incoming: Incoming, part: Part) -> Iterator[IO[bytes]]:
    """Open one part for reading from its beginning."""
    if not part.member:
        with incoming.path.open("rb") as file:
            yield file
        return
    with members(incoming.path) as packed, packed.open(part.member) as member:
        yield member


def _baci(path: Path, found: list[tuple[str, int]], *, packed: bool) -> Incoming:
    years: dict[str, Part] = {}
    kinds: set[tuple[str, str]] = set()
    odd = []
    for name, size in found:
        match = BACI_YEAR.fullmatch(name.rpartition("/")[2])
        if match is not None:
            years[match["year"]] = Part(match["year"], name if packed else "", size)
            kinds.add((match["revision"], match["vintage"]))
        elif not BACI_BESIDE.fullmatch(name.rpartition("/")[2]):
            odd.append(name)
    if not years or odd or len(kinds) != 1:
        shown = ", ".join(odd[:3]) or ", ".join(name for name, _ in found[:3]) or "nothing"
        raise SourceError("No adapter knows this file", where=str(path), expected=EXPECTED, do=f"It holds {shown}.")
    (revision, vintage), *_ = kinds
    span = f"{min(years)}-{max(years)}" if len(years) > 1 else min(years)
    return Incoming(
        path=path,
        table=f"trade_hs{revision}",
        title=f"BACI, HS{revision}",
        publisher="CEPII",
        version=f"V{vintage}",
        vintage=f"V{vintage}, {span}",
        licence="Etalab Open Licence 2.0",
        citation=f"CEPII, BACI (HS{revision}), version {vintage}, years {span}.",
        parts=tuple(years[year] for year in sorted(years)),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a part gave: rows of the file, rows kept, and what must be known of them."""

    rows_in: int
    rows_kept: int
    notes: tuple[str, ...] = ()
