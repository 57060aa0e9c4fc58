"""Events of the register, and the state that follows from them; pure.

The state is the replay of the events, number by number. Replay trusts what an event holds, since each was checked
before it was written (``admission.py``), and refuses only what cannot follow from the events before it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from kizuna.dialogue.entries import KINDS, Entry
from kizuna.floor.errors import RegisterError

Act = Literal["add", "amend", "review"]
ReviewState = Literal["draft", "confirmed", "corrected", "rejected"]
STATES: tuple[ReviewState, ...] = get_args(ReviewState)
CONFIRMED: tuple[ReviewState, ...] = ("confirmed", "corrected")
"""What a person stands by."""
KIND_OF = {model: kind for kind, model in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody asks of the register: one act on one entry.

    ``content`` is the whole entry for ``add``, the fields that change for ``amend``, and for ``review`` the ``state``
    with, where it is ``corrected``, the ``fields`` that change. ``rule`` names the rule, with its version, that
    proposed an added entry; None means that a person wrote it.
    """

    act: Act
    kind: str
    id: str
    content: Mapping[str, Any]
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A change that was made: its place in the order of all (from 1, without gaps), when (UTC), by whom and why."""

    number: int
    at: datetime
    who: str
    why: str
    act: Act
    kind: str
    id: str
    content: Mapping[str, Any]
    rule: str | None = None


@dataclass(slots=True)
class Kept:
    """One entry as it stands: its fields in the form of JSON, and the numbers of its first and last event."""

    fields: Mapping[str, Any]
    state: ReviewState
    rule: str | None
    added: int
    changed: int


@dataclass(slots=True)
class State:
    """All entries by kind and id, as they stand after the event numbered ``last``."""

    entries: dict[str, dict[str, Kept]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    last: int = 0

    def find(self, kind: str, id: str) -> Kept | None:  # noqa: A002 - the word for it
        """Return an entry as it stands, or None where there is none."""
        return self.entries.get(kind, {}).get(id)

    def apply(self, event: Event) -> None:
        """Let one more event happen.

        Raises
        ------
        RegisterError
            If its number is not the next, or its act cannot follow from the state.
        """
        if event.number != self.last + 1:
            raise _cannot_follow(event, f"its number is not {self.last + 1}")
        of_kind = self.entries.get(event.kind)
        if of_kind is None:
            raise _cannot_follow(event, "there is no such kind")
        kept = of_kind.get(event.id)
        if event.act == "add":
            if kept is not None:
                raise _cannot_follow(event, "there is such an entry already")
            state: ReviewState = "confirmed" if event.rule is None else "draft"
            of_kind[event.id] = Kept(event.content, state, event.rule, event.number, event.number)
        elif kept is None:
            raise _cannot_follow(event, "there is no such entry")
        else:
            _change(kept, event)
        self.last = event.number


def replay(events: Iterable[Event]) -> State:
    """Return the state that events make, from the first on.

    Raises
    ------
    RegisterError
        If an event cannot follow from those before it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2024, 8, 20, tzinfo=UTC)
    >>> add = Event(1, day, "A. Clerk", "new", "add", "area", "energy", {"id": "energy", "name": "Enrgy"}, "areas@1")
    >>> mended = {"state": "corrected", "fields": {"name": "Energy"}}
    >>> mend = Event(2, day, "A. Clerk", "a letter", "review", "area", "energy", mended)
    >>> replay([add, mend]).find("area", "energy")
    Kept(fields={'id': 'energy', 'name': 'Energy'}, state='corrected', rule='areas@1', added=1, changed=2)
    """
    state = State()
    with collector_paused():
        for event in events:
            state.apply(event)
    return state


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let Python's collector of reference cycles rest while millions of objects are made that are part of none.

    It would look at all of them again and again, and take two thirds of the time of a long replay.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def addition(entry: Entry, rule: str | None = None) -> Change:
    """Return the change that adds an entry: a draft where a rule proposed it, confirmed where a person wrote it.

    Raises
    ------
    RegisterError
        If the register keeps no such kind of entry.
    """
    kind = KIND_OF.get(type(entry))
    if kind is None:
        raise RegisterError(
            "The register cannot keep this",
            [f"{type(entry).__name__} is no kind of entry"],
            expected=f"one of {', '.join(KINDS)}",
        )
    return Change("add", kind, entry.id, entry.model_dump(mode="json"), rule)


def amendment(kind: str, id: str, changes: Mapping[str, Any]) -> Change:  # noqa: A002 - the word for it
    """Return the change that gives some fields of an entry new values."""
    return Change("amend", kind, id, dict(changes))


def judgement(kind: str, id: str, state: ReviewState, changes: Mapping[str, Any] | None = None) -> Change:  # noqa: A002
    """Return the change that reviews an entry; ``changes`` are the fields that a reviewer corrects."""
    corrected = {} if changes is None else {"fields": dict(changes)}
    return Change("review", kind, id, {"state": state, **corrected})


def _change(kept: Kept, event: Event) -> None:
    """Amend or review an entry; the event's own content stays as it is."""
    if event.act == "amend":
        kept.fields = {**kept.fields, **event.content}
    elif event.act == "review":
        state = event.content.get("state")
        if state not in STATES:
            raise _cannot_follow(event, f"{state!r} is no state of a review")
        kept.state = state
        if "fields" in event.content:
            kept.fields = {**kept.fields, **event.content["fields"]}
    else:
        raise _cannot_follow(event, f"{event.act!r} is no act")
    kept.changed = event.number


def _cannot_follow(event: Event, why: str) -> RegisterError:
    return RegisterError(
        "The events make no register",
        [f"event {event.number} ({event.act} {event.kind} {event.id}): {why}"],
        expected="events numbered from 1 without gaps, each acting on what those before it made",
        do="Restore the register from a copy that was exported.",
    )
