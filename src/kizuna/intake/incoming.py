"""What an adapter is given and what it gives: a file that was looked at, its parts, and what reading one came to."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from kizuna.floor.archives import Limits, open_packed, unpacked_size
from kizuna.floor.errors import SourceError
from kizuna.floor.params import parameter

HEAD = 1 << 16  # bytes by which a file is recognised
GZIP = ".gz"
PACKED = (".zip", ".xlsx", GZIP)
FAULTS = (ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a file that is read by itself and makes one object of a stored table.

    Parameters
    ----------
    table
        Stored table that it is part of, such as ``trade_hs92``.
    name
        What tells it from the table's other parts, such as a year.
    member
        Member of a packed file; empty where the file itself is the part.
    size
        Bytes that it has unpacked.
    """

    table: str
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
    adapter
        Name of the adapter.
    title, publisher, version, vintage, licence, citation, url
        As the publisher names the data; parts of one ``version`` may stand beside each other, those of two may not.
    parts
        In their order.
    mapping
        The file that says what a user's own columns mean; None for a publisher's file.
    """

    path: Path
    adapter: str
    title: str
    publisher: str
    version: str
    vintage: str
    licence: str
    citation: str
    url: str
    parts: tuple[Part, ...]
    mapping: Path | None = None

    def record(self) -> dict[str, Any]:
        """Return what the process that reads it is told, as JSON holds it."""
        record = asdict(self)
        for name in ("path", "mapping"):
            record[name] = str(record[name].absolute()) if record[name] else None
        return record

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Incoming:
        """Return the file that a record is of."""
        paths = {name: Path(record[name]) if record[name] else None for name in ("path", "mapping")}
        return cls(**record | paths | {"parts": tuple(Part(**part) for part in record["parts"])})


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a part gave: rows of the file, rows kept, rows left out by reason, what must be known of them."""

    rows_in: int
    rows_kept: int
    notes: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as far as it is known before it is read: its members' names and bytes (for a plain file, its own)."""

    path: Path
    members: tuple[tuple[str, int], ...]

    @property
    def packed(self) -> bool:
        """Whether it is a zip, a workbook or a gzip file, which is taken for one with one member."""
        return self.path.suffix.lower() in PACKED

    def part(self, table: str, name: str, member: str) -> Part:
        """Return a part that is one member."""
        return Part(table, name, member if self.packed else "", dict(self.members)[member])

    def head(self, member: str) -> str:
        """Return the first bytes of a member as text; what is no UTF-8 is replaced."""
        with self.opened(member) as file:
            return file.read(HEAD).decode("utf-8-sig", "replace")

    @contextmanager
    def opened(self, member: str) -> Iterator[IO[bytes]]:
        """Open a member for reading from its beginning."""
        with _opened(self.path, member if self.packed else "") as file:
            yield file


class Adapter(Protocol):
    """One publisher's files: a module of this room with these names."""

    NAME: str
    READS: str
    WHERE: str
    TABLES: tuple[str, ...]

    def recognise(self, file: Looked) -> Incoming | None:
        """Return what a file is; None where it is not the publisher's; SourceError where it is and something is off."""

    def read(self, incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
        """Read one part and write it as Parquet, telling the bytes read so far; TableError names file, row, field."""


def look(path: Path) -> Looked:
    """Look at a file without reading it; a gzip file is unpacked once, to count what it holds.

    Raises
    ------
    SourceError
        If it is missing, or unsound as a packed file.
    """
    if path.is_dir():
        raise SourceError("It is a folder", where=str(path), expected="one file", do="Name a file in it.")
    if not path.is_file():
        raise SourceError("There is no such file", where=str(path), expected="a file as the publisher made it")
    if path.suffix.lower() == GZIP:
        with _sound(path):
            return Looked(path, ((path.stem, unpacked_size(path, _limits())),))
    if path.suffix.lower() in PACKED:
        with members(path) as packed:
            found = [(one.filename, one.file_size) for one in packed.infolist() if not one.is_dir()]
        return Looked(path, tuple(found))
    return Looked(path, ((path.name, path.stat().st_size),))


@contextmanager
def members(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a packed file whose members were checked; every fault of it as a SourceError."""
    with _sound(path), open_packed(path, _limits()) as packed:
        yield packed


def _limits() -> Limits:
    return Limits(*(int(parameter(f"import_{name}")) for name in ("unpacked_bytes", "ratio", "members")))


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        raise SourceError(
            f"The packed file is not sound: {error}",
            where=str(path),
            expected="a file as the publisher made it",
            do="Fetch the publisher's file again, or unpack it and add what it holds.",
        ) from error


@contextmanager
def opened(incoming: Incoming, part: Part) -> Iterator[IO[bytes]]:
    """Open one part for reading from its beginning."""
    with _opened(incoming.path, part.member) as file:
        yield file


@contextmanager
def _opened(path: Path, member: str) -> Iterator[IO[bytes]]:
    if not member:
        with path.open("rb") as file:
            yield file
        return
    if path.suffix.lower() == GZIP:
        with _sound(path), gzip.open(path) as unpacked:
            yield cast("IO[bytes]", unpacked)
        return
    with members(path) as packed, packed.open(member) as file:
        yield file
