"""Revisions of the register's schema, and how a database comes to the newest."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from kizuna.dialogue.database import schema
from kizuna.floor.errors import RegisterError

VERSIONS = "register_version"


def is_current(connection: Connection, where: str) -> bool:
    """Say whether a database has the newest schema; False where it is empty or of an older revision.

    Raises
    ------
    RegisterError
        If it holds other tables than a register's, or was written by a newer kizuna.
    """
    names = inspect(connection).get_table_names()
    if VERSIONS not in names:
        if names:
            raise _no_register(names, where)
        return False
    found = MigrationContext.configure(connection, opts={"version_table": VERSIONS}).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if found is None or found not in {revision.revision for revision in script.walk_revisions()}:
        raise RegisterError(
            "The register was written by a newer kizuna",
            [f"its schema is {found}, the newest known here is {script.get_current_head()}"],
            where=where,
            do="Install a newer kizuna. Nothing was changed.",
        )
    current = found == script.get_current_head()
    if current and (missing := sorted(set(schema().tables) - set(names))):
        raise RegisterError("The register lacks tables", missing, where=where, do="Restore it from a copy.")
    return current


def is_register(connection: Connection) -> bool:
    """Say whether a database holds a register of any revision."""
    return VERSIONS in inspect(connection).get_table_names()


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision within the transaction that the connection is in."""
    config = _config()
    config.attributes.update(connection=connection, version_table=VERSIONS)
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "kizuna.dialogue:migrations")
    return config


def _no_register(names: list[str], where: str) -> RegisterError:
    return RegisterError(
        "This database is no register",
        [f"it holds other tables: {', '.join(sorted(names))}"],
        where=where,
        expected=f"an empty database, or one with the table {VERSIONS}",
        do="Give the register a file, or a database, of its own. Nothing was changed.",
    )
