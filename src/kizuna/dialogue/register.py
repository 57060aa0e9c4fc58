"""The register: entries kept in a database, changed only by events that say who, when and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine

from kizuna.dialogue import migrations, rows
from kizuna.dialogue.admission import CHAINS, Admission, Name, pointed_to
from kizuna.dialogue.database import connect, reading, shown, writing
from kizuna.dialogue.entries import KINDS, Entry
from kizuna.dialogue.events import (
    Change,
    Event,
    ReviewState,
    State,
    addition,
    amendment,
    collector_paused,
    judgement,
    replay,
)
from kizuna.dialogue.place import address, check_file
from kizuna.dialogue.rows import Held
from kizuna.floor.errors import RegisterError, UnknownNameError


class Register:
    """The register of one database. Make one with :meth:`open`; it is a context that closes its connections.

    Several processes may read and write one register: writers wait for each other, and a reader sees the state
    before a write or after it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.place = shown(engine.url)

    @classmethod
    def open(cls, place: str | Path, *, create: bool = True) -> Self:
        """Open a register, after bringing an older one to the present schema.

        Parameters
        ----------
        place
            The path of a SQLite file, or the address of a database, such as
            ``postgresql+pg8000://user@host/database``.
        create
            Whether to make a register where the file or the tables are missing.

        Raises
        ------
        RegisterError
            If the place holds something else, was written by a newer kizuna, or cannot be opened.

        Examples
        --------
        >>> from kizuna.dialogue.entries import Area
        >>> with Register.open("sqlite://") as register:
        ...     _ = register.add([Area(id="energy", name="Energy")], who="A. Clerk", why="an area of the agenda")
        ...     register.get("area", "energy").state
        'confirmed'
        """
        url = address(place)
        check_file(url, create)
        register = cls(connect(url))
        try:
            register._prepare(create)
        except RegisterError:
            register.close()
            raise
        return register

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(
        self, entries: Iterable[Entry], who: str, why: str, rule: str | None = None, *, at: datetime | None = None
    ) -> tuple[Event, ...]:
        """Add entries, all or none; what others of them point to goes first.

        Parameters
        ----------
        entries
            New entries, in any order.
        who, why
            Who adds them, and for what reason.
        rule
            The rule that proposed them, with its version: they are drafts then. None where a person wrote them.
        at
            When, with its zone; now where not given.

        Raises
        ------
        RegisterError
            Naming every fault of every entry; nothing is written then.
        """
        return self.record([addition(entry, rule) for entry in entries], who, why, at=at)

    def amend(
        self, kind: str, id: str, changes: Mapping[str, Any], who: str, why: str, *, at: datetime | None = None  # noqa: A002
    ) -> Event:  # fmt: skip
        """Give some fields of an entry new values; raises as :meth:`record`."""
        return self.record([amendment(kind, id, changes)], who, why, at=at)[0]

    def review(
        self, kind: str, id: str, state: ReviewState, who: str, why: str, changes: Mapping[str, Any] | None = None,  # noqa: A002
        *, at: datetime | None = None,
    ) -> Event:  # fmt: skip
        """Confirm, correct or reject an entry; ``changes`` go with ``corrected`` alone. Raises as :meth:`record`."""
        return self.record([judgement(kind, id, state, changes)], who, why, at=at)[0]

    def record(self, changes: Iterable[Change], who: str, why: str, *, at: datetime | None = None) -> tuple[Event, ...]:
        """Write changes of any kind together, all or none, and return their events.

        Parameters
        ----------
        changes
            From ``events.addition``, ``amendment`` and ``judgement``. They happen in the order given, but for an
            addition, before which go those additions that it points to.
        who, why, at
            As :meth:`add` has them.

        Raises
        ------
        RegisterError
            Naming every fault of every change; nothing is written then.
        """
        asked = _pointed_to_first([*changes])
        now = datetime.now(UTC) if at is None else at
        with writing(self._engine) as connection:
            after = rows.last_number(connection)
            admission = _admission(connection, asked, after)
            events = [event for change in asked if (event := admission.take(change, now, who, why))]
            admission.finish()
            rows.write_events(connection, events)
            rows.write_entries(connection, admission.state, after)
        return tuple(events)

    def load_events(self, events: Iterable[Event]) -> int:
        """Append events that another register exported, all or none, and return how many there were.

        Every rule is checked again. The numbers go on from the last one here, so a whole export fits an empty register.

        Raises
        ------
        RegisterError
            Naming every fault of every event, or the first whose number is not the next; nothing is written then.
        """
        with collector_paused(), writing(self._engine) as connection:
            after = rows.last_number(connection)
            admission = Admission(replay(rows.stream(connection, 0, after)))
            page: list[Event] = []
            for count, event in enumerate(events, start=1):
                if event.number != after + count:
                    raise _out_of_order(event, after + count, self.place)
                change = Change(event.act, event.kind, event.id, event.content, event.rule)
                taken = admission.take(change, event.at, event.who, event.why)
                page += [taken] if taken else []
                if len(page) == rows.PAGE:
                    rows.write_events(connection, page)
                    page.clear()
            admission.finish()
            rows.write_events(connection, page)
            rows.write_entries(connection, admission.state, after)
            return admission.state.last - after

    def get(self, kind: str, id: str) -> Held:  # noqa: A002 - the word for it
        """Return one entry, whatever its state.

        Raises
        ------
        UnknownNameError
            If there is no such kind.
        RegisterError
            If there is no such entry.
        """
        found = self.entries(kind, id=id)
        if not found:
            raise RegisterError(
                "There is no such entry", [f"{kind} {id}"], where=self.place, do=f"List what there is of kind {kind}."
            )
        return found[0]

    def states(self, kind: str, ids: Collection[str]) -> dict[str, ReviewState]:
        """Return the state of the entries of one kind that are named, by id; those that are not there are left out."""
        with reading(self._engine) as connection:
            return rows.states(connection, kind, ids)

    def entries(
        self, kind: str, /, *, state: ReviewState | Collection[ReviewState] | None = None, **equal: object
    ) -> tuple[Held, ...]:
        """Return the entries of one kind, in the order they were added.

        Parameters
        ----------
        state
            Only those in this state, or in one of these; all where not given.
        equal
            Values that fields must have; of several (list, tuple, set) any. A field that holds several values cannot
            be asked for.

        Raises
        ------
        UnknownNameError
            If there is no such kind.
        RegisterError
            If a field does not exist or holds several values.
        """
        if kind not in KINDS:
            raise UnknownNameError("kind of entry", kind, KINDS)
        columns = rows.askable(kind)
        if unknown := [name for name in equal if name not in columns]:
            raise RegisterError(
                f"Entries of kind {kind} cannot be asked for by that", unknown, expected=f"one of {', '.join(columns)}"
            )
        wanted = equal if state is None else {**equal, "state": [state] if isinstance(state, str) else [*state]}
        conditions = [rows.is_one_of(columns[name], value) for name, value in wanted.items()]
        with reading(self._engine) as connection:
            return rows.held_rows(connection, kind, *conditions)

    def history(self, kind: str, id: str) -> tuple[Event, ...]:  # noqa: A002 - the word for it
        """Return every event of one entry, in order; none where there is no such entry."""
        with reading(self._engine) as connection:
            return rows.history(connection, kind, id)

    def events(self) -> Iterator[Event]:
        """Yield every event up to the last one of now; others may write between two pages."""
        with reading(self._engine) as connection:
            until = rows.last_number(connection)
        for after in range(0, until, rows.PAGE):
            with reading(self._engine) as connection:
                page = [*rows.stream(connection, after, min(after + rows.PAGE, until))]
            yield from page

    def state(self) -> State:
        """Return the replay of all events.

        Raises
        ------
        RegisterError
            If an event cannot follow from those before it.
        """
        return replay(self.events())

    def check(self) -> None:
        """Replay the events and compare with the tables of entries.

        Raises
        ------
        RegisterError
            Naming every difference.
        """
        with reading(self._engine) as connection:
            state = replay(rows.stream(connection, 0, rows.last_number(connection)))
            if faults := sorted(rows.differences(connection, state)):
                raise RegisterError(
                    "The tables are not what the events say",
                    faults,
                    where=self.place,
                    do="Export the events and load them into a new register.",
                )

    def _prepare(self, create: bool) -> None:
        """Bring the schema to the newest revision, one process at a time."""
        with reading(self._engine) as connection:
            if migrations.is_current(connection, self.place):
                return
            if not create and not migrations.is_register(connection):
                raise RegisterError("There is no register", ["the database is empty"], where=self.place)
        with writing(self._engine) as connection:
            if not migrations.is_current(connection, self.place):
                migrations.upgrade(connection)


def _admission(connection: Connection, changes: list[Change], after: int) -> Admission:
    """Return the admission of changes, with all from the tables that their rules look at."""
    state = State(last=after)
    targets: set[Name] = {(change.kind, change.id) for change in changes if change.kind in KINDS}
    pointed = {target for change in changes for target in _targets(change)}
    for kind in KINDS:
        state.entries[kind].update(rows.kept_by_id(connection, kind, [id_ for of, id_ in targets if of == kind]))
    _fetch_quoted(connection, state, targets, pointed)
    _fetch_chains(connection, state, changes)
    return Admission(state, rows.existing(connection, pointed))


def _fetch_quoted(connection: Connection, state: State, targets: set[Name], pointed: set[Name]) -> None:
    """Add the documents that selectors quote, and the selectors of documents that change."""
    rewritten = [id_ for kind, id_ in targets if kind == "document" and state.find(kind, id_)]
    if rewritten:
        column = rows.askable("selector")["document"]
        state.entries["selector"].update(rows.kept_rows(connection, "selector", rows.is_one_of(column, rewritten)))
    if any(kind == "selector" for kind, _ in targets):
        quoted = {kept.fields["document"] for kept in state.entries["selector"].values()}
        quoted |= {id_ for kind, id_ in pointed if kind == "document"}
        found = rows.kept_by_id(connection, "document", quoted - set(state.entries["document"]))
        state.entries["document"].update(found)


def _fetch_chains(connection: Connection, state: State, changes: list[Change]) -> None:
    """Add what leads on from the entries that a changed entry points to; a new one nobody points to yet."""
    for change in (one for one in changes if one.kind in KINDS):
        ahead = {id_ for kind, id_ in _targets(change) if kind == change.kind} if change.act != "add" else set()
        while ahead := ahead - set(state.entries[change.kind]):
            found = dict(rows.kept_by_id(connection, change.kind, ahead))
            if not found:
                break
            state.entries[change.kind].update(found)
            ahead = {
                id_ for kept in found.values() for name, (_, id_) in pointed_to(change.kind, kept.fields)
                if name in CHAINS
            }  # fmt: skip


def _targets(change: Change) -> Iterator[Name]:
    """Yield what a change points to, as far as its content can be read before it is checked."""
    content: Any = change.content
    if change.act == "review" and isinstance(content, Mapping):
        content = content.get("fields")
    if change.kind in KINDS and isinstance(content, Mapping):
        for _, (kind, id_) in pointed_to(change.kind, content):
            if isinstance(id_, str):
                yield kind, id_


def _pointed_to_first(changes: list[Change]) -> list[Change]:
    """Return changes so that additions come after those that they point to; else the order stays."""
    added = {(change.kind, change.id): change for change in changes if change.act == "add"}
    placed: set[int] = set()
    entered: set[int] = set()
    ordered: list[Change] = []
    for first in changes:
        stack = [first]
        while stack:
            change = stack[-1]
            ahead = [] if change.act != "add" or id(change) in entered else [*_targets(change)]
            entered.add(id(change))
            waiting = [added[name] for name in ahead if name in added and id(added[name]) not in entered]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            if id(change) not in placed:
                placed.add(id(change))
                ordered.append(change)
    return ordered


def _out_of_order(event: Event, expected: int, place: str) -> RegisterError:
    return RegisterError(
        "The events do not follow those that are here",
        [f"the number of event {event.number} ({event.act} {event.kind} {event.id}) should be {expected}"],
        where=place,
        expected="all events, numbered from 1 without gaps, for an empty register",
        do="Load them into a new register.",
    )
