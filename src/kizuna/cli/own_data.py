"""``kizuna data``: files taken in, checked, listed, chosen and removed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import open_library
from kizuna.sources.incoming import recognise
from kizuna.store.importing import Taken, add_file, read_part
from kizuna.store.library import EMBEDDED, Addition, Library


def run_add(file: Path) -> None:
    """Take a file in and say what came of it."""
    with open_library() as library, _bar() as tell:
        taken = add_file(library, file, tell)
        used = library.in_use().id
    _say(_what_came(taken, used))
    for note in taken.addition.source.repairs:
        _say(f"  {note}")


def run_check(file: Path) -> None:
    """Read every part of a file into a place that is thrown away."""
    incoming = recognise(file)
    _say(f"{incoming.title}, {incoming.vintage} ({incoming.publisher}): {len(incoming.parts)} parts")
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        for part in incoming.parts:
            entry = read_part(library, incoming, part, lambda _: None)
            library.object(entry.sha256).unlink()
            _say(f"  {entry.name}: {entry.rows:,} rows, sound. {' '.join(entry.notes)}")


def run_list() -> None:
    """Print additions and snapshots."""
    with open_library() as library:
        additions, snapshots, used = library.additions(), library.snapshots(), library.in_use().id
    table = RichTable(title="Added", title_justify="left")
    for head in ("number", "table", "what", "rows", "MB", "added", "file"):
        table.add_column(head, justify="right" if head in ("number", "rows", "MB") else "left", overflow="fold")
    for one in additions:
        size = sum(part.bytes for part in one.parts)
        what = f"{one.source.title} {one.source.vintage}"
        table.add_row(str(one.id), one.table, what, f"{one.rows:,}", f"{size / 1e6:,.0f}", one.added_at, one.file_name)
    Console(highlight=False).print(table)
    for snapshot in snapshots:
        mark = "  <- in use" if snapshot.id == used else ""
        members = ", ".join(f"{table} {', '.join(parts)}" for table, parts in snapshot.members.items())
        _say(f"snapshot {snapshot.id}, {snapshot.made_at}, {snapshot.why}{f': {members}' if members else ''}{mark}")


def run_show(number: int) -> None:
    """Print one addition."""
    with open_library() as library:
        one = library.addition(number)
    source = one.source
    _say(f"{source.title} {source.vintage}, {source.publisher}; {source.licence}")
    _say(f"{source.citation}\nfrom {one.file_name}, sha256 {one.file_sha256}, added {one.added_at}")
    for part in one.parts:
        _say(f"  {part.name}: {part.rows:,} rows, {part.bytes / 1e6:,.1f} MB, object {part.sha256}")
    for note in source.repairs:
        _say(f"  {note}")


def run_use(number: int) -> None:
    """Take a snapshot in use."""
    with open_library() as library:
        chosen = library.use(number)
    members = ", ".join(chosen.members) or "only what ships"
    _say(f"snapshot {chosen.id} is in use: {members}")


def run_remove(number: int) -> None:
    """Remove an addition."""
    with open_library() as library:
        gone = library.remove(number)
    _say(f"addition {number} is removed{_with_snapshots(gone)}")


def _with_snapshots(gone: tuple[int, ...]) -> str:
    return f", and with it the snapshots that named it: {', '.join(map(str, gone))}" if gone else ""


def _what_came(taken: Taken, used: int) -> str:
    one: Addition = taken.addition
    if taken.known:
        return f"{one.file_name} is there already, as addition {one.id}; nothing changed."
    resumed = f" {taken.resumed} of them were finished by an earlier import." if taken.resumed else ""
    back = f"kizuna data use {EMBEDDED} goes back to the figures that ship."
    return (
        f"Addition {one.id}: {one.source.title} {one.source.vintage}, {one.rows:,} rows in {len(one.parts)} parts."
        f"{resumed} Snapshot {used} is in use; {back}"
    )


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar with rate and time left, where there is a screen."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def tell(part: str, done: int, total: int) -> None:
            bar.update(task, description=part, completed=done, total=total)

        yield tell


def _say(line: str) -> None:
    Console(highlight=False).print(Text(line), soft_wrap=True)
