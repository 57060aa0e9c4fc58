"""The register's tables, and a connection to the database that holds them: a SQLite file or a PostgreSQL server.

``events`` only grows. Each kind of entry has a table beside it, made from its model, with the state of the entry, the
rule that proposed it and the numbers of its first and last event; it is a copy, for questions, of what the events say.
"""

from __future__ import annotations

import json
import sqlite3
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    text,
)  # fmt: skip
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from kizuna.dialogue.entries import KINDS, REFERENCES
from kizuna.floor.errors import RegisterError

BUSY_SECONDS = 60  # how long a writer waits for another
LOCK = int.from_bytes(b"kizuna")  # the advisory lock that writers of one PostgreSQL database share
WRITES = "kizuna_writes"
NUMBER = BigInteger().with_variant(Integer, "sqlite")  # which SQLite keeps as the row's own place
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "events": (("kind", "id", "number"),),
    "selector": (("document",),),
    "meeting": (("series", "start"),),
    "participation": (("meeting",),),
    "statement": (("meeting",), ("document",), ("state",)),
    "commitment": (("series",), ("meeting",), ("state",)),
    "progress": (("commitment", "as_of"),),
}
"""What is looked up by other columns than the id."""


class Moment(TypeDecorator[datetime]):
    """A time in UTC, with its zone in Python whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time as UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time with its zone, which SQLite does not keep."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


@cache
def schema() -> MetaData:
    """Return the tables: ``events``, and one for each kind of entry named after it."""
    metadata = MetaData()
    Table(
        "events",
        metadata,
        Column("number", NUMBER, primary_key=True, autoincrement=False),
        Column("at", Moment, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("who", "why", "act", "kind", "id")),
        Column("content", JSON, nullable=False),
        Column("rule", Text),
    )
    for kind, model in KINDS.items():
        fields = [_column(kind, name, info) for name, info in model.model_fields.items()]
        Table(
            kind,
            metadata,
            *fields,
            Column("state", Text, nullable=False),
            Column("rule", Text),
            *(
                Column(name, BigInteger, ForeignKey("events.number", **_deferred()), nullable=False)
                for name in ("added", "changed")
            ),
        )
    for name, indexes in INDEXES.items():
        for columns in indexes:
            table = metadata.tables[name]
            Index("_".join(("ix", name, *columns)), *(table.c[column] for column in columns))
    return metadata


def _value_of(text: str) -> Any:
    """Return what JSON text holds; most columns of lists hold none, which needs no parser."""
    return [] if text == "[]" else json.loads(text)


def connect(url: URL) -> Engine:
    """Return an engine for a SQLite or PostgreSQL address.

    Raises
    ------
    RegisterError
        If it is the address of another kind of database, or its driver is not installed.
    """
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, json_deserializer=_value_of)
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if url.get_backend_name() == "postgresql":
            driver = "postgresql+pg8000" if url.drivername == "postgresql" else url.drivername
            return create_engine(url.set(drivername=driver))
    except ModuleNotFoundError as error:
        raise RegisterError(
            "The driver of the database is not installed",
            [str(error)],
            where=shown(url),
            do="Install it: pip install 'kizuna[postgresql]'",
        ) from error
    raise RegisterError(
        "A register cannot live there",
        [f"{url.get_backend_name()} is another kind of database"],
        where=shown(url),
        expected="a path, or an address that begins with sqlite or postgresql",
    )


def shown(url: URL) -> str:
    """Return an address as messages show it: without its password."""
    return url.render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose questions all see one state of the database.

    Raises
    ------
    RegisterError
        If the database cannot be asked.
    """
    with _explained(engine.url), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give the one connection that may write now; all it does is kept when the block ends, or nothing of it.

    Raises
    ------
    RegisterError
        If the database refuses what is written, or another writer does not end.
    """
    with _explained(engine.url), engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection


def _column(kind: str, name: str, info: FieldInfo) -> Column[Any]:
    """Return the column of one field: a scalar as what it is, several values as JSON."""
    type_, optional = _type(info.annotation)
    target = None if isinstance(type_, JSON) else REFERENCES.get(kind, {}).get(name)
    return Column(
        name,
        type_,
        *([] if target is None else [ForeignKey(f"{target}.id", **_deferred())]),
        primary_key=name == "id",
        nullable=optional,
    )


def _type(annotation: Any) -> tuple[TypeEngine[Any], bool]:
    """Return the database's type for an annotation, and whether it may be absent."""
    if get_origin(annotation) in (Union, types.UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not types.NoneType)
        return _type(inner)[0], True
    if hasattr(annotation, "__metadata__"):
        return _type(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        return JSON(), False
    python = annotation if isinstance(annotation, type) else type(get_args(annotation)[0])
    return TYPES[python](), False


TYPES: Mapping[type, type[TypeEngine[Any]]] = {str: Text, int: BigInteger, float: Double, bool: Boolean}


def _deferred() -> dict[str, Any]:
    """Return how a reference is checked: when a write is complete, not row by row."""
    return {"deferrable": True, "initially": "DEFERRED"}


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Let SQLite keep a write through a loss of power, hold references, and leave transactions to us."""
    connection.isolation_level = None
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer where the connection is to write, so that two never read the same last number."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise RegisterError(
            "The database refused", [str(said)], where=shown(url), do="See what it says. Nothing was written."
        ) from error
