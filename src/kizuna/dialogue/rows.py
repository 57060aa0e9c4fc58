"""Events and entries as rows of the register's tables, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)  # fmt: skip

from kizuna.dialogue.admission import Name
from kizuna.dialogue.database import schema
from kizuna.dialogue.entries import KINDS
from kizuna.dialogue.events import Event, Kept, ReviewState, State

PAGE = 10_000  # events read or written at a time
ASKED = 500  # ids asked for in one question
MARKS = ("state", "rule", "added", "changed")
EVENT_FIELDS = ("number", "at", "who", "why", "act", "kind", "id", "content", "rule")


@dataclass(frozen=True, slots=True)
class Held:
    """An entry as the register holds it.

    ``entry`` is the model of its kind; ``rule`` is what proposed it, None where a person wrote it; ``added`` and
    ``changed`` number its first and its last event.
    """

    kind: str
    entry: Any
    state: ReviewState
    rule: str | None
    added: int
    changed: int


def last_number(connection: Connection) -> int:
    """Return the number of the last event, 0 where there is none."""
    return connection.execute(select(func.max(_events().c.number))).scalar() or 0


def stream(connection: Connection, after: int, until: int) -> Iterator[Event]:
    """Yield the events numbered above ``after`` up to ``until``, a page at a time."""
    number = _events().c.number
    asked = _every_event().where(number > bindparam("after"), number <= until).order_by(number).limit(PAGE)
    while page := connection.execute(asked, {"after": after}).all():
        for row in page:
            yield Event(*row)
        after = page[-1][0]


def history(connection: Connection, kind: str, id: str) -> tuple[Event, ...]:  # noqa: A002 - the word for it
    """Return the events of one entry, in order."""
    columns = _events().c
    asked = _every_event().where(columns.kind == kind, columns.id == id).order_by(columns.number)
    return tuple(Event(*row) for row in connection.execute(asked))


def kept_rows(connection: Connection, kind: str, *where: ColumnElement[bool]) -> Iterator[tuple[str, Kept]]:
    """Yield id and entry of the rows of one kind that fulfil all conditions, in the order they were added."""
    names = tuple(KINDS[kind].model_fields)
    count = len(names)
    for row in connection.execute(_whole(kind).where(*where)):
        fields = dict(zip(names, row, strict=False))
        yield fields["id"], Kept(fields, *row[count:])


def kept_by_id(connection: Connection, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Kept]]:
    """Yield those entries of one kind that are named."""
    for some in _batches(sorted(set(ids))):
        yield from kept_rows(connection, kind, _table(kind).c.id.in_(some))


def existing(connection: Connection, names: Collection[Name]) -> set[Name]:
    """Return which of these kinds and ids there are entries of."""
    found: set[Name] = set()
    for kind in KINDS:
        for some in _batches(sorted({id_ for of_kind, id_ in names if of_kind == kind})):
            ids = connection.execute(select(_table(kind).c.id).where(_table(kind).c.id.in_(some))).scalars()
            found.update((kind, id_) for id_ in ids)
    return found


def states(connection: Connection, kind: str, ids: Collection[str]) -> dict[str, ReviewState]:
    """Return the state of those entries of one kind that are named, and nothing else of them."""
    table = _table(kind)
    found: dict[str, ReviewState] = {}
    for some in _batches(sorted(set(ids))):
        rows = connection.execute(select(table.c.id, table.c.state).where(table.c.id.in_(some)))
        found.update((id_, state) for id_, state in rows)
    return found


def held_rows(connection: Connection, kind: str, *where: ColumnElement[bool]) -> tuple[Held, ...]:
    """Return the entries of one kind that fulfil all conditions, in the order they were added."""
    lists, model = _lists(kind), KINDS[kind]
    held = []
    for _, kept in kept_rows(connection, kind, *where):
        fields: dict[str, Any] = {name: tuple(value) if name in lists else value for name, value in kept.fields.items()}
        # What a row holds was checked when it was written.
        held.append(Held(kind, model.model_construct(None, **fields), kept.state, kept.rule, kept.added, kept.changed))
    return tuple(held)


def askable(kind: str) -> dict[str, Column[Any]]:
    """Return the columns of a kind that a question may name: all but those of several values."""
    return {column.name: column for column in _table(kind).columns if not isinstance(column.type, JSON)}


def is_one_of(column: Column[Any], value: object) -> ColumnElement[bool]:
    """Return the condition that a column has a value; of a list or set, any of its values, None among them."""
    values = [*value] if isinstance(value, list | tuple | set | frozenset) else [value]
    given = [one for one in values if one is not None]
    condition = column.in_(given)
    return condition if len(given) == len(values) else or_(condition, column.is_(None))


def write_events(connection: Connection, events: Sequence[Event]) -> None:
    """Append events."""
    if events:
        rows = [{name: getattr(event, name) for name in EVENT_FIELDS} for event in events]
        connection.execute(insert(_events()), rows)


def write_entries(connection: Connection, state: State, after: int) -> None:
    """Bring the tables to a state, as far as events above ``after`` moved it."""
    for kind, entries in state.entries.items():
        new = [_row(kept) for kept in entries.values() if kept.added > after]
        changed = [kept for kept in entries.values() if kept.added <= after < kept.changed]
        if new:
            connection.execute(insert(_table(kind)), new)
        if changed:
            rows = [{f"new_{name}": value for name, value in _row(kept).items()} for kept in changed]
            connection.execute(_renewal(kind), rows)


def differences(connection: Connection, state: State) -> Iterator[str]:
    """Yield each difference between the tables and a state that was replayed."""
    for kind, entries in state.entries.items():
        unseen = set(entries)
        for id_, found in kept_rows(connection, kind):
            kept = entries.get(id_)
            unseen.discard(id_)
            if kept is None:
                yield f"{kind} {id_} is in its table, but no event added it"
            elif found != kept:
                yield from _unlike(f"{kind} {id_}", found, kept)
        yield from (f"{kind} {id_} was added by event {entries[id_].added}, but is not in its table" for id_ in unseen)


def _unlike(label: str, found: Kept, kept: Kept) -> Iterator[str]:
    table = {**found.fields, **{name: getattr(found, name) for name in MARKS}}
    events = {**kept.fields, **{name: getattr(kept, name) for name in MARKS}}
    for name in table.keys() | events.keys():
        if name not in events or table[name] != events[name]:
            yield f"{label}: {name} is {table[name]!r} in its table, {events.get(name)!r} by the events"


def _row(kept: Kept) -> Mapping[str, Any]:
    return {**kept.fields, **{name: getattr(kept, name) for name in MARKS}}


def _renewal(kind: str) -> Update:
    """Return the statement that writes a changed entry over its row."""
    table = _table(kind)
    columns = [column.name for column in table.columns if column.name not in ("id", "added")]
    return (
        update(table)
        .where(table.c.id == bindparam("new_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + ASKED] for at in range(0, len(ids), ASKED))


def _events() -> Table:
    return schema().tables["events"]


def _table(kind: str) -> Table:
    return schema().tables[kind]


def _every_event() -> Select[Any]:
    return select(*(_events().c[name] for name in EVENT_FIELDS))


def _whole(kind: str) -> Select[Any]:
    """Return the question for every row of a kind: its fields as the model orders them, then the marks."""
    columns = _table(kind).c
    return select(*(columns[name] for name in (*KINDS[kind].model_fields, *MARKS))).order_by(columns.added)


@cache
def _lists(kind: str) -> frozenset[str]:
    return frozenset(column.name for column in _table(kind).columns if isinstance(column.type, JSON))
