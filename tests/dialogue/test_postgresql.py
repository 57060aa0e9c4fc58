"""The register on a PostgreSQL server is the register in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from register_writers import start_writer
from small_register import BY, document, one_of_each, plain, selector, tables_of

from kizuna.dialogue.database import schema
from kizuna.dialogue.events import State
from kizuna.dialogue.migrations import VERSIONS
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError


def fill(register: Register) -> None:
    """Do everything that can be done to entries of every kind."""
    register.add(one_of_each(), **BY, rule="reader@1")
    register.amend("commitment", "share-maps", {"deadline": None, "areas": [], "target_value": 2.5}, **BY)
    register.review("commitment", "share-maps", "corrected", changes={"deadline": "2027-03"}, **BY)
    register.review("statement", "maps", "confirmed", **BY)
    register.review("progress", "maps-2025", "rejected", **BY)


def test_the_same_acts_give_the_same_events_and_entries_on_both_engines(postgresql: str, register: Register) -> None:
    fill(register)
    with Register.open(postgresql) as server:
        fill(server)
        assert [*server.events()] == [*register.events()]
        assert tables_of(server) == tables_of(register) == plain(server.state())
        assert server.history("commitment", "share-maps") == register.history("commitment", "share-maps")
        server.check()


def test_events_loaded_from_a_file_are_the_same_on_the_server(postgresql: str, register: Register) -> None:
    fill(register)
    with Register.open(postgresql) as server:
        assert server.load_events(register.events()) == len([*register.events()])
        assert [*server.events()] == [*register.events()]
        assert tables_of(server) == tables_of(register)


def test_a_register_that_is_opened_again_holds_what_was_written(postgresql: str) -> None:
    with Register.open(postgresql) as server:
        server.add(one_of_each(), **BY)
        held = tables_of(server)
    with Register.open(postgresql, create=False) as server:
        assert tables_of(server) == held


def test_a_write_with_a_fault_leaves_nothing(postgresql: str) -> None:
    with Register.open(postgresql) as server:
        with pytest.raises(RegisterError, match="points to document elsewhere"):
            server.add([document(), selector(of="elsewhere")], **BY)
        assert [*server.events()] == []
        assert server.state() == State()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET who = 'nobody'",
        "DELETE FROM events WHERE number = 1",
        "TRUNCATE events CASCADE",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (number) DO UPDATE SET who = 'nobody'",
    ],
)
def test_the_server_refuses_to_change_or_delete_an_event(postgresql: str, statement: str) -> None:
    with Register.open(postgresql) as server:
        server.add([document()], **BY)
        before = [*server.events()]
        engine = sa.create_engine(postgresql)
        with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"), engine.begin() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()
        assert [*server.events()] == before


def test_the_migrated_schema_is_that_of_the_models(postgresql: str) -> None:
    Register.open(postgresql).close()
    engine = sa.create_engine(postgresql)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert compare_metadata(context, schema()) == []
    engine.dispose()


def test_two_processes_that_write_at_once_lose_and_double_nothing(postgresql: str) -> None:
    writers = [start_writer(postgresql, name, writes=20, entries=2) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    with Register.open(postgresql) as server:
        assert [event.number for event in server.events()] == [*range(1, 81)]
        assert {held.entry.id for held in server.entries("area")} == {
            f"{name}-{write}-{at}" for name in ("one", "two") for write in range(20) for at in range(2)
        }
        server.check()


def test_a_database_with_other_tables_is_refused_and_left_alone(postgresql: str) -> None:
    engine = sa.create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE area (name text)"))
    with pytest.raises(RegisterError, match="is no register"):
        Register.open(postgresql)
    assert sa.inspect(engine).get_table_names() == ["area"]
    engine.dispose()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as caught:
        Register.open(f"postgresql+pg8000://kizuna:secret@/none?unix_sock={tmp_path / 'socket'}")
    assert "secret" not in str(caught.value)
