"""``kizuna list`` and ``kizuna sources``: what can be asked for, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.figures import figures_in_use
from kizuna.exposure.indicators import indicators, methods
from kizuna.tables.baskets import load_baskets
from kizuna.tables.blocs import load_blocs
from kizuna.tables.build import build_tables
from kizuna.tables.economies import load_economies
from kizuna.tables.materials import load_materials

What = Literal["economies", "blocs", "baskets", "materials", "products", "methods", "indicators"]


def run_list(what: What) -> None:
    """Print the names of one kind."""
    columns, rows = _listing(what)
    _print(columns, rows)


def run_sources(verify: bool) -> None:
    """Print the sources table of the embedded snapshot, checked first where asked."""
    store = figures_in_use()
    if verify:
        store.verify()
    rows = [
        (
            name,
            source.publisher,
            source.title,
            source.vintage,
            source.licence,
            store.sha256(name),
            f"{source.rows_kept} of {source.rows_in}",
        )
        for name in store.names()
        for source in [store.source(name)]
    ]
    _print(("table", "publisher", "title", "vintage", "licence", "sha256", "rows kept"), rows)
    if verify:
        Console(highlight=False).print(f"{len(rows)} stored tables match their sha256")


def _listing(what: What) -> tuple[tuple[str, ...], Iterable[tuple[str, ...]]]:
    if what == "economies":
        return ("code", "name", "note"), [(e.iso3, e.name_en, e.note) for e in load_economies()]
    if what == "blocs":
        return ("bloc", "name", "members"), [(b.id, b.name, " ".join(b.members)) for b in load_blocs().values()]
    if what == "baskets":
        return ("basket", "name", "members"), [(b.id, b.name, str(len(b.members))) for b in load_baskets()]
    if what == "materials":
        return ("material", "name", "stages"), [(m.id, m.name, " ".join(m.stages)) for m in load_materials()]
    if what == "products":
        names = build_tables(figures_in_use()).product_names
        return ("product", "name"), [(f"{revision}:{code}", name) for (revision, code), name in sorted(names.items())]
    if what == "methods":
        return ("method", "indicators"), [
            (m, " ".join(i.id for i in indicators().values() if i.method == m)) for m in methods()
        ]
    return ("indicator", "method", "unit", "formula", "source"), [
        (i.id, i.method, i.unit, i.formula, i.reference) for i in indicators().values()
    ]


def _print(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = RichTable(*columns)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)
