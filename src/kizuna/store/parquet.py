"""Write a frame as Parquet: the same frame gives the same bytes, whole or not at all."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kizuna.floor.files import replace_file

if TYPE_CHECKING:
    import polars as pl

# Among polars and DuckDB at several settings, DuckDB's writer at these was the smallest for the trade table (8.2 MB)
# and is the one that reads it; one thread keeps the row groups in the frame's order.
COPY = "COPY (SELECT * FROM read_parquet(?)) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)"


def write_object(frame: pl.DataFrame, folder: Path) -> tuple[str, int]:
    """Write the frame to ``folder/<sha256>.parquet`` and return its sha256 and its size in bytes.

    The bytes go to a file ending in ``.partial`` first and take their name by one rename, after they are on the disk:
    a process that ends half-way leaves no object. The bytes depend on the frame, its row order and DuckDB's version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain, packed = Path(scratch) / "plain.parquet", Path(scratch) / "packed.parquet"
        frame.write_parquet(plain, compression="uncompressed")
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(COPY.format(target=str(packed).replace("'", "''")), [str(plain)])
        content = packed.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    replace_file(folder / f"{digest}.parquet", content)
    return digest, len(content)
