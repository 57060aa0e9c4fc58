"""The store: a folder of Parquet objects named by their sha256, and one catalogue."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from kizuna.floor.errors import SnapshotError, UnknownNameError
from kizuna.floor.files import replace_file
from kizuna.sources.raw import RawTable, Source
from kizuna.store.catalogue import REBUILD, Catalogue, TableEntry, read_catalogue
from kizuna.store.parquet import write_object

CATALOGUE = "catalogue.json"
OBJECTS = "objects"


class Store:
    """A snapshot: ``catalogue.json`` beside ``objects/<sha256>.parquet``.

    Make one with :meth:`open`, :meth:`begin` or :func:`embedded_snapshot`. Objects are never changed: adding a table
    writes a new object first and the catalogue last, so a reader sees the old snapshot or the new one.
    """

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self.catalogue = catalogue

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open the snapshot in a folder; the catalogue's structure is checked, objects by :meth:`verify`.

        Raises
        ------
        SnapshotError
            If the folder holds no catalogue, or one that contradicts itself.
        """
        folder = Path(path)
        catalogue = folder / CATALOGUE
        if not catalogue.is_file():
            raise SnapshotError(
                "There is no snapshot", where=str(folder), expected=f"a folder with {CATALOGUE}", do=REBUILD
            )
        return cls(folder, read_catalogue(catalogue.read_bytes(), str(catalogue)))

    @classmethod
    def begin(cls, path: str | Path) -> Store:
        """Begin an empty snapshot in a folder that holds none.

        Raises
        ------
        SnapshotError
            If the folder holds a snapshot already.
        """
        folder = Path(path)
        if (folder / CATALOGUE).exists():
            raise SnapshotError(
                "There is a snapshot already", where=str(folder), expected="a folder without one", do="Open it instead."
            )
        (folder / OBJECTS).mkdir(parents=True, exist_ok=True)
        store = cls(folder, Catalogue())
        replace_file(folder / CATALOGUE, store.catalogue.to_json())
        return store

    def add(self, raw: RawTable) -> str:
        """Write a table as an object, list it in the catalogue and return the object's sha256.

        A table of the same name is replaced in the catalogue; its old object stays in the folder, unlisted.
        """
        sha256, size = write_object(raw.frame, self.folder / OBJECTS)
        columns = tuple((name, str(dtype)) for name, dtype in raw.frame.schema.items())
        entry = TableEntry(sha256, raw.frame.height, size, columns, raw.source.id)
        catalogue = self.catalogue.with_table(raw.name, entry, raw.source)
        replace_file(self.folder / CATALOGUE, catalogue.to_json())
        self.catalogue = catalogue
        return sha256

    def names(self) -> tuple[str, ...]:
        """Return the names of all tables, sorted."""
        return tuple(sorted(self.catalogue.tables))

    def entry(self, name: str) -> TableEntry:
        """Return a table's entry: sha256, rows, bytes, columns and source.

        Raises
        ------
        UnknownNameError
            If the catalogue lists no such table.
        """
        if name not in self.catalogue.tables:
            raise UnknownNameError("table", name, self.catalogue.tables)
        return self.catalogue.tables[name]

    def table(self, name: str) -> Path:
        """Return the path of a table's Parquet object.

        Raises
        ------
        UnknownNameError
            If the catalogue lists no such table.
        SnapshotError
            If the object is missing from the folder.
        """
        path = self.folder / OBJECTS / f"{self.entry(name).sha256}.parquet"
        if not path.is_file():
            raise SnapshotError(f"The object of table {name} is missing", where=str(path), do=REBUILD)
        return path

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return the paths of a table's objects: here always one; raises as :meth:`table` does."""
        return (self.table(name),)

    def parts(self, name: str) -> dict[str, Path]:
        """Return the one object of a table, under no name; raises as :meth:`table` does."""
        return {"": self.table(name)}

    def rows(self, name: str) -> int:
        """Return the rows of a table."""
        return self.entry(name).rows

    def bytes(self, name: str) -> int:
        """Return the bytes of a table's objects."""
        return self.entry(name).bytes

    def sha256(self, name: str) -> str:
        """Return the sha256 of a table's object."""
        return self.entry(name).sha256

    def source(self, name: str) -> Source:
        """Return the source of one table."""
        return self.catalogue.sources[self.entry(name).source]

    def sources(self, name: str | None = None) -> tuple[Source, ...]:
        """Return the source of one table, or those of all, ordered by id."""
        if name is not None:
            return (self.source(name),)
        return tuple(self.catalogue.sources[key] for key in sorted(self.catalogue.sources))

    def verify(self) -> None:
        """Check every object against its sha256.

        Raises
        ------
        SnapshotError
            Naming every object that is missing or altered.
        """
        faults = []
        for name in self.names():
            expected = self.entry(name).sha256
            path = self.folder / OBJECTS / f"{expected}.parquet"
            if not path.is_file():
                faults.append(f"table {name}: its object {expected} is missing")
            elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != expected:
                faults.append(f"table {name}: its object {expected} was altered, its bytes now have sha256 {found}")
        if faults:
            raise SnapshotError(
                "\n  ".join(["The snapshot is not what was built:", *faults]), where=str(self.folder), do=REBUILD
            )


def embedded_snapshot() -> Store:
    """Open the snapshot that is part of the package."""
    place = files("kizuna").joinpath("snapshot")
    if not isinstance(place, Path):
        raise SnapshotError(
            "The package is not unpacked on disk", where=str(place), expected="an installed package", do=REBUILD
        )
    return Store.open(place)
