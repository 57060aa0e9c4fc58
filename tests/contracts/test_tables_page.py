"""The architecture page tells of the tables and modules that exist, column by column and file by file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kizuna.tables.build import MADE_FROM, Tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
KINDS = {
    "text": "VARCHAR", "i16": "SMALLINT", "i32": "INTEGER", "i64": "BIGINT", "f64": "DOUBLE", "bool": "BOOLEAN",
}  # fmt: skip
COLUMN = re.compile(r"^([a-z][a-z_0-9]*) (\w+(?:\(\d+,\d+\))?)( or null)?$")


def chapter(title: str) -> str:
    """Return one chapter of the page."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def listed(title: str) -> dict[str, tuple[str, str]]:
    """Return the second and third cell of each table in a chapter, by the names in the first."""
    found = {}
    for line in chapter(title).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            found |= dict.fromkeys(re.findall(r"`(\w+)`", cells[0]), (cells[1], cells[2]))
    return found


def columns(cell: str) -> list[tuple[str, str, bool]]:
    """Return name, type and whether it may be null of each column in a cell; words in brackets are left out."""
    plain = re.sub(r" \((?!\d+,\d+\))[^()]*(?:\([^()]*\)[^()]*)*\)", "", cell)
    parts = re.split(r", (?![^(]*\))", re.sub(r": .*$", "", plain))
    matches = [COLUMN.match(part) for part in parts]
    assert all(matches), [part for part, match in zip(parts, matches, strict=True) if match is None]
    return [(match[1], match[2], match[3] is not None) for match in matches if match]


SQL_TABLES = listed("Tables for queries")


@pytest.fixture(scope="module")
def all_tables(tables: Tables) -> Tables:
    """Return the tables with those that are built when needed."""
    for name in MADE_FROM:
        tables.need(name)
    return tables


def test_the_page_lists_every_sql_table(all_tables: Tables) -> None:
    assert set(SQL_TABLES) == {name for (name,) in all_tables.rows("SELECT table_name FROM duckdb_tables()")}


@pytest.mark.parametrize("name", SQL_TABLES)
def test_a_sql_table_has_the_columns_that_the_page_lists(all_tables: Tables, name: str) -> None:
    enum = {kind: alias for alias, kind in (("economy", of(all_tables, "buyer")), ("enum", of(all_tables, "coverage")))}
    found = [(column, enum.get(kind, kind)) for column, kind, *_ in all_tables.rows(f"DESCRIBE {name}")]
    promised = columns(SQL_TABLES[name][0])
    assert [(column, KINDS.get(kind, kind.upper() if "(" in kind else kind)) for column, kind, _ in promised] == found
    nulls = all_tables.rows(f"SELECT {', '.join(f'count(*) - count({column})' for column, _ in found)} FROM {name}")[0]
    held = [column for (column, _), count in zip(found, nulls, strict=True) if count]
    assert held == [column for column, _, null in promised if null]


def of(tables: Tables, column: str) -> str:
    """Return the SQL type of a column of the flows."""
    ((kind,),) = tables.rows(f"SELECT column_type FROM (DESCRIBE flows) WHERE column_name = '{column}'")
    return str(kind)


def test_a_sql_table_is_made_from_what_the_page_says() -> None:
    said = {name: tuple(re.findall(r"`(\w+)`", cell)) for name, (_, cell) in SQL_TABLES.items() if name != "economies"}
    assert said == MADE_FROM


def test_the_snapshot_has_the_tables_and_columns_that_the_page_lists(tables: Tables) -> None:
    promised = listed("Snapshot tables")
    assert set(promised) == set(tables.store.names())
    for name, (cell, _) in promised.items():
        if not name.startswith("wiod"):
            assert [column for column, _, _ in columns(cell)] == [
                column for column, _ in tables.store.entry(name).columns
            ]


def test_the_page_says_where_every_module_is_to_be_found() -> None:
    """A row names files of the folder it names before them; a folder named alone stands for all its files."""
    named = set()
    for line in chapter("Where to look").splitlines():
        folder = Path()
        for text in re.findall(r"`(?!tools/)([\w/]+(?:\.py|/))`", line.split(" | ", 1)[-1]):
            path = ROOT / "src/kizuna" / text if "/" in text else folder / text
            folder = path.parent if text.endswith(".py") else folder
            named |= set(path.glob("*.py")) if text.endswith("/") else {path}
    modules = {path for path in (ROOT / "src/kizuna").glob("*/**/*.py") if path.name != "__init__.py"}
    named = {path for path in named if path.name != "__init__.py"}
    assert {str(path.relative_to(ROOT)) for path in modules ^ named} == set()
