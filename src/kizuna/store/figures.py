"""What figures are read from: the embedded snapshot, a snapshot in a folder, or a user's own above the embedded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from kizuna.sources.raw import Source


class Figures(Protocol):
    """Stored tables by name: their objects, hashes and sources."""

    def names(self) -> tuple[str, ...]:
        """Return the names of all tables, sorted."""

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return the Parquet objects of a table, in their order."""

    def parts(self, name: str) -> Mapping[str, Path]:
        """Return the Parquet objects of a table by the names of its parts; of an embedded table one, without a name."""

    def rows(self, name: str) -> int:
        """Return the rows of a table."""

    def bytes(self, name: str) -> int:
        """Return the bytes of a table's objects."""

    def sha256(self, name: str) -> str:
        """Return the sha256 that names a table's content."""

    def source(self, name: str) -> Source:
        """Return the source of a table."""

    def verify(self) -> None:
        """Check every object against its sha256."""
