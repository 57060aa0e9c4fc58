"""Build the embedded snapshot from publishers' files.

    python tools/build_snapshot.py [--data ../shared/data] [--out src/kizuna/snapshot]

The same files and the same version of DuckDB give the same bytes. The new snapshot is built beside the old one,
checked, and put in its place at the end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kizuna.floor.errors import KizunaError
from kizuna.sources import cepii, food, hs, usgs, wiod, world_bank, world_mining_data
from kizuna.sources.raw import RawTable
from kizuna.store.store import Store

ROOT = Path(__file__).resolve().parent.parent
READERS: dict[str, Callable[[Path], list[RawTable]]] = {
    "CEPII": cepii.read,
    "World Mining Data": world_mining_data.read,
    "World Bank": world_bank.read,
    "USGS": usgs.read,
    "FAO and USDA": food.read,
    "WIOD": wiod.read,
    "HS names": hs.read,
}


def main(arguments: list[str] | None = None) -> int:
    """Build the snapshot and print what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the publishers' files"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "kizuna" / "snapshot", help="folder of the snapshot")
    options = parser.parse_args(arguments)
    console = Console()
    try:
        store = build_snapshot(options.data, options.out, console)
    except KizunaError as error:
        print(error, file=sys.stderr)
        return 2
    console.print(_contents(store))
    return 0


def build_snapshot(data: Path, out: Path, console: Console) -> Store:
    """Read every source, write every table, check the objects and put the snapshot at ``out``."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch, _bar(console) as bar:
        store = Store.begin(Path(scratch) / "new")
        task = bar.add_task("", total=len(READERS))
        for publisher, read in READERS.items():
            bar.update(task, description=publisher)
            for raw in read(data):
                store.add(raw)
            bar.advance(task)
        store.verify()
        if out.exists():
            out.rename(Path(scratch) / "old")
        store.folder.rename(out)
    return Store.open(out)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _contents(store: Store) -> Table:
    table = Table("table", "source")
    table.add_column("rows", justify="right")
    table.add_column("bytes", justify="right")
    for name in store.names():
        entry = store.entry(name)
        table.add_row(name, entry.source, f"{entry.rows:,}", f"{entry.bytes:,}")
    table.add_section()
    table.add_row("all", "", "", f"{sum(store.entry(name).bytes for name in store.names()):,}")
    return table


if __name__ == "__main__":
    sys.exit(main())
