"""A register in a file, and a PostgreSQL server that lives as long as the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from kizuna.dialogue.register import Register

ROOT = 0
PATIENCE = 60


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """Give an empty register in a SQLite file."""
    with Register.open(tmp_path / "register.sqlite") as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """Start a PostgreSQL server on a socket of its own, and stop it at the end.

    Without the server's programs the tests are skipped, except where CI=true: there they fail.
    """
    programs = server_programs()
    if programs is None:
        said = "there is no PostgreSQL server here (no initdb in PATH or /usr/lib/postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    folder = Path(tempfile.mkdtemp(prefix="kizuna-"))
    if os.geteuid() == ROOT:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    try:
        as_owner(programs / "initdb", "-D", data, "-U", "kizuna", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        as_owner(programs / "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", settings)
        try:
            yield sa.URL.create(
                "postgresql+pg8000",
                username="kizuna",
                database="postgres",
                query={"unix_sock": str(folder / ".s.PGSQL.5432")},
            )
        finally:
            as_owner(programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


NUMBERS = count(1)


@pytest.fixture
def postgresql(postgresql_server: sa.URL) -> str:
    """Give the address of an empty database on the server."""
    name = f"register_{next(NUMBERS)}"
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgresql_server.set(database=name).render_as_string(hide_password=False)


def server_programs() -> Path | None:
    """Return the folder of the server's programs, the newest where there are several."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in folders), key=lambda path: float(path.parent.name), default=None)


def as_owner(*command: object) -> None:
    """Run one of the server's programs; as root in the name of its own user, since it refuses root."""
    words = [str(word) for word in command]
    if os.geteuid() == ROOT:
        words = ["runuser", "-u", "postgres", "--", *words]
    with tempfile.TemporaryFile() as said:
        # A pipe would stay open as long as the server does.
        run = subprocess.run(words, cwd="/", stdout=said, stderr=said, timeout=PATIENCE, check=False)
        said.seek(0)
        assert run.returncode == 0, said.read().decode()
