"""A register's schema comes from its revisions, is that of the models, and is never guessed at."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from small_register import BY, one_of_each

from kizuna.dialogue.database import schema
from kizuna.dialogue.migrations import VERSIONS
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError


def made(path: Path) -> Path:
    """Make an empty register and return its path."""
    Register.open(path).close()
    return path


def run(path: Path, statements: str) -> None:
    """Run SQL on a file without kizuna."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(statements)
    finally:
        connection.close()


def structure(path: Path) -> dict[str, str]:
    """Return the statements that made the tables and indexes of a file."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name <> ?",
            (VERSIONS,),
        )
        return {name: " ".join(sql.split()) for name, sql in rows}
    finally:
        connection.close()


def test_the_migrated_schema_is_that_of_the_models_to_the_letter(tmp_path: Path) -> None:
    straight = tmp_path / "straight.sqlite"
    engine = sa.create_engine(f"sqlite:///{straight}")
    schema().create_all(engine)
    engine.dispose()
    found = structure(made(tmp_path / "register.sqlite"))
    assert len(found) > 20
    assert found == structure(straight)


def test_alembic_sees_nothing_left_to_migrate(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{made(tmp_path / 'register.sqlite')}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert compare_metadata(context, schema()) == []
    engine.dispose()


def test_the_comparison_sees_an_index_that_is_missing(tmp_path: Path) -> None:
    path = made(tmp_path / "register.sqlite")
    run(path, "DROP INDEX ix_meeting_series_start")
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert [change[0] for change in compare_metadata(context, schema())] == ["add_index"]
    engine.dispose()


def test_opening_a_register_again_changes_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "register.sqlite")
    with Register.open(path) as register:
        register.add(one_of_each(), **BY)
    before = path.read_bytes()
    made(path)
    assert path.read_bytes() == before


def test_a_register_of_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path / "register.sqlite")
    run(path, f"UPDATE {VERSIONS} SET version_num = '9999'; ALTER TABLE area ADD COLUMN colour TEXT")
    before = path.read_bytes()
    with pytest.raises(RegisterError, match=r"(?s)newer kizuna.*9999.*0001"):
        Register.open(path)
    assert path.read_bytes() == before


def test_a_register_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "register.sqlite")
    run(path, "DROP TABLE progress")
    with pytest.raises(RegisterError, match=r"(?s)lacks tables.*progress"):
        Register.open(path)


@pytest.mark.parametrize(
    "content", [b"meeting,date\n2+2,2024\n", b"%PDF-1.7\n", b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 4080]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(content)
    with pytest.raises(RegisterError, match=r"register\.sqlite"):
        Register.open(path)
    assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.sqlite"
    run(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(RegisterError, match=r"(?s)no register.*bookmarks"):
        Register.open(path)
    assert path.read_bytes() == before


def test_a_register_is_made_only_where_it_may_be(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="no such file"):
        Register.open(tmp_path / "register.sqlite", create=False)
    with pytest.raises(RegisterError, match="no folder"):
        Register.open(tmp_path / "missing" / "register.sqlite")
    with pytest.raises(RegisterError, match="it is a folder"):
        Register.open(tmp_path)
    assert [*tmp_path.iterdir()] == []
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(RegisterError, match="the database is empty"):
        Register.open(tmp_path / "empty.sqlite", create=False)
    with Register.open(tmp_path / "empty.sqlite") as register:
        register.check()


@pytest.mark.parametrize("place", ["mysql://host/database", "oracle://host/x", "nonsense://", "://"])
def test_an_address_of_something_else_is_refused(place: str) -> None:
    with pytest.raises(RegisterError):
        Register.open(place)


def test_a_path_and_its_address_name_one_register(tmp_path: Path) -> None:
    path = tmp_path / "re gister%20.sqlite"
    with Register.open(str(path)) as register:
        register.add(one_of_each(), **BY)
    shutil.copy(path, tmp_path / "copy.sqlite")
    with Register.open(f"sqlite:///{tmp_path / 'copy.sqlite'}", create=False) as register:
        assert len([*register.events()]) == len(one_of_each())
