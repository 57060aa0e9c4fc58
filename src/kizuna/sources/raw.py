"""What a reader gives: a table typed as the contract says, with the source it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

SEE_PUBLISHER = "see publisher"


@dataclass(frozen=True, slots=True)
class Source:
    """Where one table comes from, and what was done on the way.

    Parameters
    ----------
    id
        Short name, lower case, unique in a snapshot.
    publisher, title, vintage, licence, citation
        As the publisher gives them; ``see publisher`` where no statement came with the files.
    url
        Address of the data set, or empty.
    inputs
        Pairs of file name (relative to the data folder) and sha256 of the file.
    rows_in
        Rows found in the inputs that this table reads; for a matrix, its cells.
    rows_kept
        Rows of the table.
    dropped
        Pairs of reason and number of rows left out.
    repairs
        What was mended or must be known when reading the figures, one sentence each.
    """

    id: str
    publisher: str
    title: str
    vintage: str
    licence: str
    citation: str
    url: str
    inputs: tuple[tuple[str, str], ...]
    rows_in: int
    rows_kept: int
    dropped: tuple[tuple[str, int], ...] = ()
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of the snapshot: its name, its checked and sorted frame, its source."""

    name: str
    frame: pl.DataFrame
    source: Source
