"""The library: what a user added, as objects that never change, and the snapshots that choose among them.

The catalogue is a SQLite file (``journal_mode=DELETE``, ``synchronous=EXTRA``): an addition and its snapshot are one
transaction, and that is the commit point. Objects are on the disk before it; what a killed import leaves is swept.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kizuna.floor.errors import SnapshotError, UnknownNameError
from kizuna.sources.raw import Source
from kizuna.sources.table_names import OVER

CATALOGUE, OBJECTS, PARTIAL, LOCK = "catalogue.sqlite", "objects", "partial", "lock"
EMBEDDED = 0  # the snapshot without any addition
BUSY_SECONDS = 60
FORM = 3  # of the catalogue
SCHEMA = """
CREATE TABLE addition (
  id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL, source TEXT NOT NULL
);
CREATE TABLE part (
  addition INTEGER NOT NULL REFERENCES addition, stored_table TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  row_count INTEGER NOT NULL, bytes INTEGER NOT NULL, rows_in INTEGER NOT NULL, notes TEXT NOT NULL,
  dropped TEXT NOT NULL, PRIMARY KEY (addition, stored_table, name)
);
CREATE TABLE finished (
  file_sha256 TEXT NOT NULL, stored_table TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  row_count INTEGER NOT NULL, bytes INTEGER NOT NULL, rows_in INTEGER NOT NULL, notes TEXT NOT NULL,
  dropped TEXT NOT NULL, PRIMARY KEY (file_sha256, stored_table, name)
);
CREATE TABLE snapshot (id INTEGER PRIMARY KEY AUTOINCREMENT, made_at TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE member (
  snapshot INTEGER NOT NULL REFERENCES snapshot, stored_table TEXT NOT NULL, part TEXT NOT NULL,
  addition INTEGER NOT NULL REFERENCES addition, PRIMARY KEY (snapshot, stored_table, part)
);
CREATE TABLE in_use (only INTEGER PRIMARY KEY CHECK (only = 1), snapshot INTEGER NOT NULL REFERENCES snapshot);
"""

PART = "stored_table, name, sha256, row_count, bytes, rows_in, notes, dropped"


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One object of an addition.

    Parameters
    ----------
    table, name
        The stored table that it is part of, and what tells it from the table's other parts, such as a year.
    sha256, rows, bytes
        Of the object.
    rows_in
        Rows of the file that were read for it.
    notes
        What must be known of it, one sentence each.
    dropped
        Pairs of reason and number of rows left out.
    """

    table: str
    name: str
    sha256: str
    rows: int
    bytes: int
    rows_in: int
    notes: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """One file that was taken in."""

    id: int
    version: str
    file_name: str
    file_sha256: str
    added_at: str
    source: Source
    parts: tuple[PartEntry, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The stored tables that it gives parts of."""
        return tuple(dict.fromkeys(part.table for part in self.parts))

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One snapshot: its number, when and why it was made, and the addition that gives each part of a stored table."""

    id: int
    made_at: str
    why: str
    members: Mapping[str, Mapping[str, int]]

    @property
    def additions(self) -> frozenset[int]:
        """The additions that it names."""
        return frozenset(number for parts in self.members.values() for number in parts.values())


class Library:
    """The store of a user's own data in one folder; open it with :meth:`open`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder, self._connection = folder, connection

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Library]:
        """Open the library in a folder, which is made where there is none.

        Raises
        ------
        SnapshotError
            If the folder's catalogue is none of this program.
        """
        for name in (OBJECTS, PARTIAL):
            _make_folder(folder / name)
        with closing(sqlite3.connect(folder / CATALOGUE, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            try:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = EXTRA")
                connection.execute("PRAGMA foreign_keys = ON")
                _prepare(connection)
            except sqlite3.DatabaseError as error:
                raise SnapshotError(
                    f"The catalogue of your data cannot be read: {error}",
                    where=str(folder / CATALOGUE),
                    do="Move the folder away; kizuna data add takes the files in again.",
                ) from error
            yield cls(folder, connection)

    def additions(self) -> tuple[Addition, ...]:
        """Return all additions, in the order in which they were taken in."""
        rows = self._connection.execute("SELECT * FROM addition ORDER BY id").fetchall()
        return tuple(
            Addition(id_, version, name, sha256, at, _source(source), self._parts(id_))
            for id_, version, name, sha256, at, source in rows
        )

    def addition(self, number: int) -> Addition:
        """Return one addition; raises UnknownNameError where there is none of this number."""
        found = {one.id: one for one in self.additions()}
        if number not in found:
            raise UnknownNameError("addition", str(number), [str(one) for one in found], where="kizuna data list")
        return found[number]

    def of_file(self, sha256: str) -> Addition | None:
        """Return the addition of a file with this sha256."""
        return next((one for one in self.additions() if one.file_sha256 == sha256), None)

    def snapshots(self) -> tuple[SnapshotEntry, ...]:
        """Return all snapshots; number 0 is the embedded one."""
        members: dict[int, dict[str, dict[str, int]]] = {}
        chosen = self._connection.execute("SELECT * FROM member ORDER BY snapshot, stored_table, part")
        for snapshot, table, part, addition in chosen:
            members.setdefault(snapshot, {}).setdefault(table, {})[part] = addition
        rows = self._connection.execute("SELECT id, made_at, why FROM snapshot ORDER BY id").fetchall()
        return tuple(SnapshotEntry(id_, made_at, why, members.get(id_, {})) for id_, made_at, why in rows)

    def in_use(self) -> SnapshotEntry:
        """Return the snapshot that verbs work on."""
        number = self._connection.execute("SELECT snapshot FROM in_use").fetchone()[0]
        return self.snapshot(number)

    def snapshot(self, number: int) -> SnapshotEntry:
        """Return one snapshot; raises UnknownNameError where there is none of this number."""
        found = {one.id: one for one in self.snapshots()}
        if number not in found:
            raise UnknownNameError("snapshot", str(number), [str(one) for one in found], where="kizuna data list")
        return found[number]

    def use(self, number: int) -> SnapshotEntry:
        """Take a snapshot in use and return it."""
        with self._transaction():
            chosen = self.snapshot(number)
            self._connection.execute("UPDATE in_use SET snapshot = ?", (chosen.id,))
        return chosen

    def finished(self, file_sha256: str) -> dict[tuple[str, str], PartEntry]:
        """Return the parts that an import without an end has finished, by table and name, as far as they are there."""
        rows = self._connection.execute(f"SELECT {PART} FROM finished WHERE file_sha256 = ?", (file_sha256,))
        found = [_part(row) for row in rows.fetchall()]
        return {(part.table, part.name): part for part in found if self.object(part.sha256).is_file()}

    def finish(self, file_sha256: str, part: PartEntry) -> None:
        """Note that a part of a file is an object."""
        query = f"INSERT OR REPLACE INTO finished (file_sha256, {PART}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        self._connection.execute(query, (file_sha256, *_row(part)))

    def forget(self, file_sha256: str) -> None:
        """Take back what was noted as finished of a file; its objects are swept by the next import."""
        self._connection.execute("DELETE FROM finished WHERE file_sha256 = ?", (file_sha256,))

    def add(
        self, version: str, file_name: str, file_sha256: str, source: Source, parts: Sequence[PartEntry]
    ) -> Addition:  # fmt: skip
        """Make an addition of finished parts, and a snapshot with it in use: the commit point of an import.

        The snapshot keeps the other parts of a table that are of the same version; those of another version go, since
        two versions of a publisher's figures do not fit together. Of a table of users' own rows it keeps what is of
        another publisher or title too.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._transaction():
            cursor = self._connection.execute(
                "INSERT INTO addition (version, file_name, file_sha256, added_at, source) VALUES (?, ?, ?, ?, ?)",
                (version, file_name, file_sha256, now, json.dumps(asdict(source), ensure_ascii=False)),
            )
            number = int(cursor.lastrowid or 0)
            query = f"INSERT INTO part (addition, {PART}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            self._connection.executemany(query, [(number, *_row(part)) for part in parts])
            self._connection.execute("DELETE FROM finished WHERE file_sha256 = ?", (file_sha256,))
            self._put_on_top(self.addition(number), now)
        return self.addition(number)

    def put_in_use(self, number: int) -> SnapshotEntry:
        """Make a snapshot of the one in use with an addition on top of it, and return it; as if it were added now."""
        addition = self.addition(number)
        with self._transaction():
            self._put_on_top(addition, datetime.now(UTC).isoformat(timespec="seconds"))
        return self.in_use()

    def _put_on_top(self, new: Addition, now: str) -> None:
        members = {table: dict(chosen) for table, chosen in self.in_use().members.items()}
        before = {one.id: one for one in self.additions()}
        for table in new.tables:
            stays = {id_ for id_, one in before.items() if _stays(one, table, new.version, new.source)}
            kept = {part: id_ for part, id_ in members.get(table, {}).items() if id_ in stays}
            members[table] = kept | {part.name: new.id for part in new.parts if part.table == table}
        self._new_snapshot(members, f"added {new.file_name}", now)

    def remove(self, number: int) -> tuple[int, ...]:
        """Remove an addition, every snapshot that names it, and the objects that nothing else uses.

        Returns
        -------
        The snapshots that went.

        Raises
        ------
        SnapshotError
            If the snapshot in use names it.
        """
        with self.alone():
            with self._transaction():
                self.addition(number)
                if number in self.in_use().additions:
                    raise SnapshotError(
                        f"Addition {number} is in use", where=str(self.folder), expected="a snapshot without it in use",
                        do="Take another first, such as the embedded one: kizuna data use 0",
                    )  # fmt: skip
                naming = tuple(one.id for one in self.snapshots() if number in one.additions)
                for snapshot in naming:
                    self._connection.execute("DELETE FROM member WHERE snapshot = ?", (snapshot,))
                    self._connection.execute("DELETE FROM snapshot WHERE id = ?", (snapshot,))
                self._connection.execute("DELETE FROM part WHERE addition = ?", (number,))
                self._connection.execute("DELETE FROM addition WHERE id = ?", (number,))
            self.sweep()
        return naming

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of what changes objects; another import waits."""
        with (self.folder / LOCK).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def object(self, sha256: str) -> Path:
        """Return the place of an object."""
        return self.folder / OBJECTS / f"{sha256}.parquet"

    def sweep(self) -> int:
        """Remove what imports without an end left half made or unnamed, and return how many files; hold the lock."""
        rows = self._connection.execute("SELECT sha256 FROM part UNION SELECT sha256 FROM finished").fetchall()
        named = {self.object(sha256) for (sha256,) in rows}
        left = [path for path in (self.folder / PARTIAL).iterdir() if path.is_file()]
        left += [path for path in (self.folder / OBJECTS).iterdir() if path not in named]
        for path in left:
            path.unlink()
        return len(left)

    def _new_snapshot(self, members: Mapping[str, Mapping[str, int]], why: str, now: str) -> None:
        cursor = self._connection.execute("INSERT INTO snapshot (made_at, why) VALUES (?, ?)", (now, why))
        rows = [
            (cursor.lastrowid, table, part, addition)
            for table, parts in members.items()
            for part, addition in parts.items()
        ]
        self._connection.executemany("INSERT INTO member VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("UPDATE in_use SET snapshot = ?", (cursor.lastrowid,))

    def _parts(self, addition: int) -> tuple[PartEntry, ...]:
        query = f"SELECT {PART} FROM part WHERE addition = ? ORDER BY stored_table, name"
        return tuple(_part(row) for row in self._connection.execute(query, (addition,)).fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _stays(one: Addition, table: str, version: str, source: Source) -> bool:
    """Return whether the parts of an addition stay beside those of a new one."""
    other = (one.source.publisher, one.source.title) != (source.publisher, source.title)
    return one.version == version or (table.endswith(OVER) and other)


def put_in_place(partial: Path, target: Path) -> None:
    """Give a file that is on the disk its name, and put the name on the disk too."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _make_folder(folder: Path) -> None:
    """Make a folder with those above it, each put on the disk in the one above."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none, with the embedded snapshot in use."""
    if _prepared(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    if not _prepared(connection):
        for statement in SCHEMA.split(";"):
            if statement.strip():
                connection.execute(statement)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute("INSERT INTO snapshot VALUES (?, ?, 'the figures that ship')", (EMBEDDED, now))
        connection.execute("INSERT INTO in_use VALUES (1, ?)", (EMBEDDED,))
        connection.execute(f"PRAGMA user_version = {FORM}")
    connection.execute("COMMIT")


def _prepared(connection: sqlite3.Connection) -> bool:
    """Return whether the tables are there; raises DatabaseError where they are of another form."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'in_use'").fetchone():
        return False
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    if form != FORM:
        raise sqlite3.DatabaseError(f"its form is {form}, and this version of kizuna writes form {FORM}")
    return True


def _row(part: PartEntry) -> tuple[object, ...]:
    """Return the columns of PART."""
    listed = (json.dumps(part.notes, ensure_ascii=False), json.dumps(part.dropped, ensure_ascii=False))
    return (part.table, part.name, part.sha256, part.rows, part.bytes, part.rows_in, *listed)


def _part(row: tuple[Any, ...]) -> PartEntry:
    notes, dropped = (tuple(json.loads(listed)) for listed in row[-2:])
    table, name, sha256, rows, size, rows_in = row[:-2]
    return PartEntry(table, name, sha256, rows, size, rows_in, notes, tuple((reason, rows) for reason, rows in dropped))


def _source(text: str) -> Source:
    fields = json.loads(text)
    for name in ("inputs", "dropped"):
        fields[name] = tuple(tuple(pair) for pair in fields[name])
    return Source(**fields | {"repairs": tuple(fields["repairs"])})
