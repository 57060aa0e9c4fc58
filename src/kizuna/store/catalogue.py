"""The catalogue of a snapshot: its tables, their objects and sources, as one JSON file in a fixed layout."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kizuna.floor.errors import SnapshotError
from kizuna.sources.raw import Source

FORMAT = 1
SHA256 = re.compile(r"[0-9a-f]{64}")
REBUILD = "Build the snapshot again with tools/build_snapshot.py, or give another one."


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table: the sha256 of its object, its size, its columns (name and SQL type) and the id of its source."""

    sha256: str
    rows: int
    bytes: int
    columns: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tables and sources by name."""

    tables: Mapping[str, TableEntry] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)

    def with_table(self, name: str, entry: TableEntry, source: Source) -> Catalogue:
        """Return a catalogue that also holds the table; a table of the same name is replaced."""
        tables = {**self.tables, name: entry}
        used = {table.source for table in tables.values()}
        sources = {key: held for key, held in {**self.sources, source.id: source}.items() if key in used}
        return Catalogue(tables, sources)

    def to_json(self) -> bytes:
        """Return the file's bytes: sorted keys, so that the order of adding leaves no trace."""
        content = {
            "format": FORMAT,
            "tables": {name: asdict(entry) for name, entry in self.tables.items()},
            "sources": {key: asdict(source) for key, source in self.sources.items()},
        }
        return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read_catalogue(content: bytes, where: str) -> Catalogue:
    """Parse a catalogue and check its structure; every fault found is named in one :class:`SnapshotError`."""
    try:
        parsed = json.loads(content)
    except ValueError as error:
        raise SnapshotError(f"The catalogue is not JSON: {error}", where=where, do=REBUILD) from error
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise SnapshotError("The catalogue has another format", where=where, expected=f"format {FORMAT}", do=REBUILD)
    try:
        tables = {name: TableEntry(**_frozen(entry)) for name, entry in parsed["tables"].items()}
        sources = {key: Source(**_frozen(entry)) for key, entry in parsed["sources"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise SnapshotError(f"The catalogue lacks or repeats a field: {error}", where=where, do=REBUILD) from error
    faults = [f"source {key!r} calls itself {source.id!r}" for key, source in sources.items() if source.id != key]
    for name, entry in tables.items():
        if not SHA256.fullmatch(entry.sha256):
            faults.append(f"table {name} has the sha256 {entry.sha256!r}")
        if entry.source not in sources:
            faults.append(f"table {name} names the source {entry.source!r}, which is not listed")
    if faults:
        raise SnapshotError("The catalogue contradicts itself: " + "; ".join(faults), where=where, do=REBUILD)
    return Catalogue(tables, sources)


def _frozen(value: Any) -> Any:
    """Turn lists into tuples all the way down, since frozen objects hold tuples."""
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list) else value
