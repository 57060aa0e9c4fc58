"""``kizuna brief``: write the document, print its path and its headline findings, or explain one figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.brief.document import Brief
from kizuna.brief.explain import Explanation, explain, holds
from kizuna.brief.facts import DEFAULT_PEERS, read_order
from kizuna.brief.pages.words import plain_text
from kizuna.brief.write import NO_FINDINGS, write_brief
from kizuna.cli.figures import figures_in_use
from kizuna.cli.registers import own_place
from kizuna.dialogue.register import Register
from kizuna.floor.errors import KizunaError, RequestError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.gaps import Gap
from kizuna.tables.build import build_tables

HEADLINES = 5
Format = Literal["html", "pdf", "json"]


def run_brief(
    partners: Sequence[str],
    year: int | None,
    since: int | None,
    named: Sequence[str] | None,
    peers: Sequence[str] | None,
    form: Format,
    out: Path | None,
    base_map: Path | None,
    scenarios: Sequence[str],
    place: str | None,
    as_of: str | None,
    figure: str | None,
) -> None:
    """Write a brief, or explain one of its figures."""
    if named is not None and not named:
        raise RequestError(
            "--basket without a basket", expected="one or more", do="List them with: kizuna list baskets"
        )
    baskets = named or ()
    tables = build_tables(figures_in_use())
    beside = DEFAULT_PEERS if peers is None else tuple(peers)
    order = read_order(tables, partners, year=year, since=since, baskets=baskets, peers=beside)
    path = out or Path(f"brief-{'-'.join(order.partners)}-{order.year}.{form}")
    if figure is None:
        check_place(path)
    day = _day(as_of)
    with _shown() as progress, _register(place) as register:
        write = partial(
            write_brief,
            tables,
            partners,
            year=year,
            since=since,
            baskets=baskets,
            peers=beside,
            base_map=base_map,
            scenarios=scenarios,
            register=register,
            as_of=day,
            progress=progress,
        )
        brief = write(cut=figure is None)
        if figure is not None and not holds(brief, figure):
            brief = write()
        if figure is None:
            content = _RENDER[form](brief)
    if figure is not None:
        _print_explanation(explain(tables, brief, figure))
        return
    written = write_file(path, content)
    _print_headlines(brief, written)


def _day(as_of: str | None) -> date:
    """Return the day that was named, today where none was."""
    if as_of is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(as_of)
    except ValueError as error:
        raise RequestError(f"{as_of!r} is not a day", where="--as-of", expected="such as 2026-11-24") from error


@contextmanager
def _register(place: str | None) -> Iterator[Register | None]:
    """Open the register that was named, or the user's own; None where the one that ships is meant."""
    if place is None and not own_place().exists():
        yield None
        return
    with Register.open(place or own_place(), create=False) as register:
        yield register


def _to_html(brief: Brief) -> bytes:
    from kizuna.brief.pages.html import to_html

    return to_html(brief)


def _to_pdf(brief: Brief) -> bytes:
    from kizuna.brief.pages.pdf import to_pdf

    return to_pdf(brief)


def _to_json(brief: Brief) -> bytes:
    from kizuna.brief.pages.data import to_json

    return to_json(brief)


_RENDER: dict[Format, Callable[[Brief], bytes]] = {"html": _to_html, "pdf": _to_pdf, "json": _to_json}


@contextmanager
def _shown() -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar on standard error while someone watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda step, done, of: bar.update(task, description=step, completed=done, total=of)


def _print_headlines(brief: Brief, written: Path) -> None:
    console = Console(highlight=False)
    console.print(Text(str(written)), soft_wrap=True)
    for badge in brief.badges:
        console.print(Text(badge))
    if not brief.findings:
        console.print(Text(NO_FINDINGS))
    for place, finding in enumerate(brief.findings[:HEADLINES], start=1):
        console.print(Text(f"{place}. {plain_text(finding.words)}"))


def _print_explanation(found: Explanation) -> None:
    console = Console(highlight=False)
    figure, how = found.figure, found.figure.derivation
    value = str(figure.value) if isinstance(figure.value, Gap) else repr(figure.value)
    for label, text in (
        ("figure", f"{figure.id}  {figure.key}"),
        ("value", f"{value} {figure.unit}"),
        ("method", figure.method),
        ("formula", how.formula),
        ("function", how.function),
        ("query", how.query),
        *(("input", f"{table} sha256 {digest}") for table, digest in how.inputs),
        ("rows used", f"{how.rows_used} of the snapshot; the query returns {found.rows_in_all}"),
        *(("note", note) for note in how.notes),
    ):
        console.print(Text(f"{label:10}{text}"), soft_wrap=True)
    table = RichTable(*found.columns)
    for row in found.rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if not found.same:
        raise KizunaError(
            f"{figure.id} computed again gives {found.again}",
            where=figure.key,
            expected=value,
            do="The snapshot or the code differs from the one the brief was made with.",
        )
    console.print("computed again: the same to the last digit")
