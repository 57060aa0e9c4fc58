"""``kizuna data``: files taken in, checked, listed, chosen and removed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use, open_library
from kizuna.exposure.every_importer import differences
from kizuna.floor.errors import RequestError
from kizuna.floor.params import parameter
from kizuna.intake import own_table
from kizuna.intake.adapters import ADAPTERS, recognise
from kizuna.intake.importing import OWN, Taken, add_file, read_part
from kizuna.store.figures import Figures
from kizuna.store.layered import layered
from kizuna.store.library import EMBEDDED, Addition, Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables
from kizuna.tables.coverage import coverage, unmeasured

MINUTE = len("2026-11-24T20:39")
SHORT = 8  # characters of a hash


def run_add(file: Path, mapping: Path | None) -> None:
    """Take a file in and say what came of it."""
    with open_library() as library, _bar() as tell:
        taken = add_file(library, file, tell, mapping)
        used = library.in_use().id
    _say(_what_came(taken, used))
    _say_dropped(taken.addition.source.dropped)
    for note in taken.addition.source.repairs:
        _say(f"  {note}")


def run_check(file: Path, mapping: Path | None) -> None:
    """Read every part of a file into a place that is thrown away."""
    incoming = recognise(file, mapping)
    _say(f"{incoming.title}, {incoming.vintage} ({incoming.publisher}): {len(incoming.parts)} parts")
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        for part in incoming.parts:
            entry = read_part(library, incoming, part, lambda _: None)
            library.object(entry.sha256).unlink()
            _say(f"  {entry.name}: {entry.rows:,} rows, sound. {' '.join(entry.notes)}")
            _say_dropped(entry.dropped)


def _say_dropped(dropped: Sequence[tuple[str, int]]) -> None:
    for reason, rows in dropped:
        _say(f"  left out: {rows:,} rows: {reason}")


def run_list() -> None:
    """Print additions and snapshots."""
    with open_library() as library:
        additions, snapshots, used = library.additions(), library.snapshots(), library.in_use().id
    table = RichTable(title="Added", title_justify="left")
    for head in ("number", "table", "what", "rows", "MB", "added", "file"):
        table.add_column(head, justify="right" if head in ("number", "rows", "MB") else "left", overflow="fold")
    for one in additions:
        size = sum(part.bytes for part in one.parts)
        what, tables = f"{one.source.title} {one.source.vintage}", ", ".join(one.tables)
        cells = (tables, what, f"{one.rows:,}", f"{size / 1e6:,.0f}", one.added_at[:MINUTE], one.file_name)
        table.add_row(str(one.id), *map(Text, cells))
    Console(highlight=False).print(table)
    for snapshot in snapshots:
        mark = "  <- in use" if snapshot.id == used else ""
        members = ", ".join(f"{table} {', '.join(parts)}" for table, parts in snapshot.members.items())
        _say(f"snapshot {snapshot.id}, {snapshot.made_at}, {snapshot.why}{f': {members}' if members else ''}{mark}")


def run_sources() -> None:
    """Print the files that are read, and the publisher of each table in use."""
    _say("Files that kizuna data add reads, and where they are found:")
    for adapter in (*ADAPTERS, own_table):
        _say(f"- {adapter.READS}\n  {adapter.WHERE}")
    tables = RichTable(title="Tables in use", title_justify="left")
    for head in ("table", "publisher", "vintage", "rows", "from"):
        tables.add_column(head, justify="right" if head == "rows" else "left", overflow="fold")
    figures = figures_in_use()
    for name in figures.names():
        source = figures.source(name)
        whose = "added" if source.id.startswith(OWN) else "ships"
        tables.add_row(*map(Text, (name, source.publisher, source.vintage, f"{figures.rows(name):,}", whose)))
    Console(highlight=False).print(tables)


def run_gaps() -> None:
    """Print what the figures in use lack, table by table and basket by basket."""
    tables = build_tables(figures_in_use())
    shown = RichTable(title="What the tables in use lack", title_justify="left", show_lines=True)
    for head in ("table", "vintage", "lacks"):
        shown.add_column(head, overflow="fold")
    for one in coverage(tables):
        if one.lacks:
            shown.add_row(Text(one.table), Text(one.vintage), Text("\n".join(one.lacks)))
    Console(highlight=False).print(shown)
    for adapter in ADAPTERS:
        absent = [table for table in adapter.TABLES if table not in tables.store.names()]
        if absent:
            _say(f"Nothing is here of {', '.join(absent)}: {adapter.READS}")
    goods = RichTable(title="What baskets name and no trade covers", title_justify="left")
    for head in ("what", "baskets", "why"):
        goods.add_column(head, overflow="fold")
    for member, (baskets, reason) in _by_member(unmeasured(tables)).items():
        goods.add_row(member, ", ".join(baskets), reason)
    Console(highlight=False).print(goods)


def _by_member(found: Sequence[tuple[str, str, str]]) -> dict[str, tuple[list[str], str]]:
    members: dict[str, tuple[list[str], str]] = {}
    for basket, member, reason in found:
        members.setdefault(member, ([], reason))[0].append(basket)
    return members


def run_show(number: int) -> None:
    """Print one addition."""
    with open_library() as library:
        one = library.addition(number)
    source = one.source
    _say(f"{source.title} {source.vintage}, {source.publisher}; {source.licence}")
    _say(f"{source.citation}\nfrom {one.file_name}, sha256 {one.file_sha256}, added {one.added_at}")
    for part in one.parts:
        _say(f"  {part.table} {part.name}: {part.rows:,} rows, {part.bytes / 1e6:,.1f} MB, object {part.sha256}")
    _say_dropped(source.dropped)
    for note in source.repairs:
        _say(f"  {note}")


def run_use(number: int) -> None:
    """Take a snapshot in use."""
    with open_library() as library:
        chosen = library.use(number)
    members = ", ".join(chosen.members) or "only what ships"
    _say(f"snapshot {chosen.id} is in use: {members}")


def run_diff(
    before: int, after: int, economies: Sequence[str], year: int | None, revision: str, most: int
) -> None:  # fmt: skip
    """Print what differs between two snapshots for some economies."""
    if not economies:
        raise RequestError("no economy was named", expected="one or more", do="Such as: kizuna data diff 0 1 IND JPN")
    with open_library() as library:
        tables = [build_tables(layered(embedded_snapshot(), library, number)) for number in (before, after)]
    partners = list(dict.fromkeys(tables[0].economies.get(name).iso3 for name in economies))
    when = int(parameter("last_settled_year")) if year is None else year
    moved = differences(tables[0], tables[1], partners, when, revision=revision.upper())
    _say_tables(tables[0].store, tables[1].store)
    table = RichTable(title=f"Snapshot {before} and {after}, {revision.upper()} {when}: {len(moved)} exposures differ")
    for head in ("product", "buyer", f"snapshot {before}", f"snapshot {after}"):
        table.add_column(head, overflow="fold")
    for one in moved[:most]:
        table.add_row(one.product, one.buyer, *(_in_short(side) for side in (one.before, one.after)))
    Console(highlight=False).print(table)
    if len(moved) > most:
        _say(f"{len(moved) - most} more: --top N")


def _say_tables(before: Figures, after: Figures) -> None:
    """Print the tables that differ, with what each is and its rows."""
    for name in sorted({*before.names(), *after.names()}):
        was, now = _table_in_short(before, name), _table_in_short(after, name)
        if was != now:
            _say(f"{name}: {was} -> {now}")


def _table_in_short(figures: Figures, name: str) -> str:
    if name not in figures.names():
        return "none"
    source = figures.source(name)
    return f"{source.publisher} {source.vintage}, {figures.rows(name):,} rows, {figures.sha256(name)[:SHORT]}"


def _in_short(side: dict[str, object] | None) -> str:
    if side is None:
        return "no imports"
    share, usd = float(str(side["top_share"])), float(str(side["imports_usd"]))
    flagged = ", GeoDep" if side["geodep"] else ""
    return f"{usd / 1e6:,.1f} m USD, {share:.0%} {side['top']}, HHI {float(str(side['hhi'])):.2f}{flagged}"


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
        change = f"it is in use again, in snapshot {used}" if taken.taken else "nothing changed"
        return f"{one.file_name} is there already, as addition {one.id}; {change}."
    resumed = f" {taken.resumed} of them were finished by an earlier import." if taken.resumed else ""
    ships = embedded_snapshot()
    shipped = [f"{table} ({ships.rows(table):,} rows)" for table in one.tables if table in ships.names()]
    instead = f" They take the place of what ships as {', '.join(shipped)}." if shipped else ""
    back = f"kizuna data use {EMBEDDED} goes back to the figures that ship."
    return (
        f"Addition {one.id}: {one.source.title} {one.source.vintage}, {one.rows:,} rows in {len(one.parts)} parts."
        f"{resumed}{instead} Snapshot {used} is in use; {back}"
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
