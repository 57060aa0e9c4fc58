"""The embedded figures with a user's own tables in place of theirs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kizuna.floor.errors import SnapshotError
from kizuna.sources.raw import Source
from kizuna.store.library import OBJECTS, Addition, Library, PartEntry
from kizuna.store.store import Store

Chosen = tuple[tuple[Addition, PartEntry], ...]


class Layered:
    """The embedded snapshot with the tables of a user's additions in place of its own; stands where a Store does.

    Parameters
    ----------
    embedded
        What ships.
    folder
        The library's.
    own
        For each table of the user's, its parts with the addition that each is of, in the order of their adding.
    """

    def __init__(self, embedded: Store, folder: Path, own: Mapping[str, Chosen]) -> None:
        self.embedded, self.folder, self.own = embedded, folder, dict(own)

    def names(self) -> tuple[str, ...]:
        """Return the names of all tables, sorted."""
        return tuple(sorted({*self.embedded.names(), *self.own}))

    def rows(self, name: str) -> int:
        """Return the rows of a table."""
        return sum(part.rows for _, part in self.own[name]) if name in self.own else self.embedded.rows(name)

    def bytes(self, name: str) -> int:
        """Return the bytes of a table's objects."""
        return sum(part.bytes for _, part in self.own[name]) if name in self.own else self.embedded.bytes(name)

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return the objects of a table; raises SnapshotError where one is missing."""
        if name not in self.own:
            return self.embedded.paths(name)
        found = [self.folder / OBJECTS / f"{part.sha256}.parquet" for _, part in self.own[name]]
        if missing := [str(path) for path in found if not path.is_file()]:
            raise SnapshotError(
                f"{len(missing)} objects of table {name} are missing", where=missing[0],
                do="kizuna data use 0, then kizuna data remove the addition, then add the file again.",
            )  # fmt: skip
        return tuple(found)

    def parts(self, name: str) -> Mapping[str, Path]:
        """Return the objects of a table by the names of its parts; raises as :meth:`paths` does."""
        if name not in self.own:
            return self.embedded.parts(name)
        return dict(zip((part.name for _, part in self.own[name]), self.paths(name), strict=True))

    def sha256(self, name: str) -> str:
        """Return the sha256 of a table: of its object, or over names and hashes of its parts."""
        if name not in self.own:
            return self.embedded.sha256(name)
        whole = hashlib.sha256()
        for _, part in self.own[name]:
            whole.update(f"{part.name} {part.sha256}\n".encode())
        return whole.hexdigest()

    def source(self, name: str) -> Source:
        """Return the source of one table; of several files one that names the publisher, title and licence of each."""
        if name not in self.own:
            return self.embedded.source(name)
        sources = list({one.id: one.source for one, _ in self.own[name]}.values())
        parts = [part for _, part in self.own[name]]
        dropped: Counter[str] = Counter()
        for part in parts:
            dropped.update(dict(part.dropped))
        return replace(
            sources[0],
            publisher=_each(source.publisher for source in sources),
            title=_each(source.title for source in sources),
            vintage=self._vintage(name, sources),
            licence=_each(source.licence for source in sources),
            citation=_each((source.citation for source in sources), " "),
            inputs=tuple(pair for one in sources for pair in one.inputs),
            rows_in=sum(part.rows_in for part in parts),
            rows_kept=self.rows(name),
            dropped=tuple(sorted(dropped.items())),
            repairs=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        )

    def _vintage(self, name: str, sources: Sequence[Source]) -> str:
        """Return the vintage of the files; of years of one version, the version with the first and last year."""
        if len(sources) == 1:
            return sources[0].vintage
        years = sorted(part.name for _, part in self.own[name])
        if all(year.isdecimal() for year in years):
            return f"{self.own[name][0][0].version}, {years[0]}-{years[-1]}"
        return _each(source.vintage for source in sources)

    def verify(self) -> None:
        """Check every object against its sha256; raises SnapshotError naming those that are missing or altered."""
        self.embedded.verify()
        faults = []
        for name, chosen in self.own.items():
            for _, part in chosen:
                path = self.folder / OBJECTS / f"{part.sha256}.parquet"
                if not path.is_file():
                    faults.append(f"table {name}, {part.name}: its object {part.sha256} is missing")
                    continue
                with path.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                        faults.append(f"table {name}, {part.name}: its object {part.sha256} was altered")
        if faults:
            raise SnapshotError("\n  ".join(["Your data are not what was added:", *faults]), where=str(self.folder),
                do="kizuna data use 0, then kizuna data remove the addition, then add the file again.",
            )  # fmt: skip


def _each(texts: Iterable[str], between: str = "; ") -> str:
    """Return different texts, each once, in their order."""
    return between.join(dict.fromkeys(texts))


def layered(embedded: Store, library: Library, number: int | None = None) -> Layered:
    """Return the figures of a snapshot: that in use, or the one of a number."""
    snapshot = library.in_use() if number is None else library.snapshot(number)
    additions = {one.id: one for one in library.additions()}
    parts = {(one.id, part.table, part.name): part for one in additions.values() for part in one.parts}
    own = {
        table: tuple(
            (additions[id_], parts[id_, table, part]) for id_, part in sorted((b, a) for a, b in chosen.items())
        )
        for table, chosen in snapshot.members.items()
    }
    return Layered(embedded, library.folder, own)
