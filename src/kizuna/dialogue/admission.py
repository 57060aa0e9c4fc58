"""What a change must hold to become an event; pure. All faults of one write come together."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from kizuna.dialogue.dates import earliest, latest
from kizuna.dialogue.entries import KINDS, REFERENCES, Fact
from kizuna.dialogue.events import Change, Event, Kept, State
from kizuna.floor.errors import RegisterError

NEVER_CHANGED = ("progress", "evidence")
BY_REVIEW = ("confirmed", "corrected", "rejected")
LARGEST_WHOLE = 2**63 - 1  # of a signed integer of 64 bits
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# What may not lead back to where it began.
CHAINS = ("restates", "supersedes", "advances", "previous", "parent", "broader")
SHOWN = 80  # characters of a value in a message
Name = tuple[str, str]


def references(kind: str) -> dict[str, str]:
    """Return the fields of a kind that hold an id, or several, and the kind that each points to.

    Examples
    --------
    >>> references("participation")["sources"], references("participation")["person"]
    ('document', 'person')
    """
    of_fact = {"sources": "document", "selectors": "selector"} if issubclass(KINDS[kind], Fact) else {}
    return of_fact | REFERENCES.get(kind, {})


def pointed_to(kind: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, Name]]:
    """Yield each reference that fields hold: the field, and the kind and id that it points to."""
    for name, target in references(kind).items():
        value = fields.get(name)
        for id_ in value if isinstance(value, list | tuple) else [] if value is None else [value]:
            yield name, (target, id_)


class Admission:
    """Turns changes into events, one after the other, on a state that may hold only what they touch.

    Parameters
    ----------
    state
        What the changes act on: every entry that is amended or reviewed, every document that a selector quotes, and
        the selectors of a document whose text changes. It moves on with each event.
    known
        Kind and id of entries that exist besides, as far as the changes point to them.
    """

    def __init__(self, state: State, known: Collection[Name] = ()) -> None:
        self.state = state
        self._known = set(known)
        self._faults: list[str] = []
        self._quoting: set[str] = set()
        self._rewritten: set[str] = set()

    def take(self, change: Change, at: datetime, who: str, why: str) -> Event | None:
        """Return the event of one change and let it happen; None, with its faults kept, where it breaks a rule."""
        faults = [*_faults_of_the_hand(at, who, why)]
        content: Any = change.content  # which may come from a file
        if change.kind not in KINDS:
            faults.append(f"there is no such kind; known are {', '.join(KINDS)}")
        elif not isinstance(content, Mapping):
            faults.append(f"its content is {_short(content)}, expected fields by name")
        else:
            content, more = self._content(change)
            faults += more
        if faults:
            label = f"{change.act} {change.kind} {change.id}"
            self._faults += [f"{label}: {fault}" for fault in faults]
            self._known.add((change.kind, change.id))
            return None
        event = Event(
            self.state.last + 1, at.astimezone(UTC), who, why, change.act, change.kind, change.id, content, change.rule
        )
        self.state.apply(event)
        self._note(event)
        return event

    def finish(self) -> None:
        """Check what must hold once all is taken: that selectors quote the texts that are kept.

        Raises
        ------
        RegisterError
            Naming every fault of every change taken.
        """
        self._faults += self._misquotations()
        if self._faults:
            count = "1 fault" if len(self._faults) == 1 else f"{len(self._faults)} faults"
            raise RegisterError(
                f"Nothing was written: {count} found",
                self._faults,
                expected="changes that keep the rules of the register",
                do="Mend what is named and write all of it again.",
            )

    def _content(self, change: Change) -> tuple[Mapping[str, Any], list[str]]:
        act: str = change.act  # which may come from a file
        if act == "add":
            return self._added(change)
        if change.rule is not None:
            return {}, ["only an added entry names a rule"]
        kept = self.state.find(change.kind, change.id)
        if kept is None:
            return {}, ["there is no such entry"]
        if act == "amend":
            return self._changed(change, kept, change.content)
        if act == "review":
            return self._reviewed(change, kept)
        return {}, ["there is no such act; known are add, amend, review"]

    def _added(self, change: Change) -> tuple[Mapping[str, Any], list[str]]:
        faults = []
        if (change.kind, change.id) in self._known or self.state.find(change.kind, change.id):
            faults.append("there is such an entry already, and an id is never used twice")
        if change.rule is not None and not _is_words(change.rule):
            faults.append(f"rule is {change.rule!r}, expected the name of a rule with its version")
        content, more = _valid(change.kind, change.content)
        if not more and content["id"] != change.id:
            more = [f"its content has the id {content['id']!r}"]
        return content, faults + more + self._dangling(change, content)

    def _changed(self, change: Change, kept: Kept, new: Any) -> tuple[Mapping[str, Any], list[str]]:
        if change.kind in NEVER_CHANGED:
            return {}, [f"{change.kind} is never changed, only followed by another entry"]
        if not isinstance(new, Mapping) or not new:
            return {}, ["it names no field to change"]
        if "id" in new:
            return {}, ["an id never changes"]
        content, faults = _valid(change.kind, {**kept.fields, **new})
        if faults:
            return {}, faults
        changed = {name: content[name] for name in content if name in new and content[name] != kept.fields.get(name)}
        return changed, self._dangling(change, changed) if changed else ["it changes nothing"]

    def _reviewed(self, change: Change, kept: Kept) -> tuple[Mapping[str, Any], list[str]]:
        state, corrects = change.content.get("state"), "fields" in change.content
        faults = [f"there is no field {name}" for name in change.content if name not in ("state", "fields")]
        if state not in BY_REVIEW:
            faults.append(f"state is {state!r}, expected one of {', '.join(BY_REVIEW)}")
        elif corrects != (state == "corrected"):
            faults.append("the state corrected goes with the fields that are corrected, and no other does")
        if faults or not corrects:
            return {"state": state}, faults
        changed, faults = self._changed(change, kept, change.content["fields"])
        return {"state": state, "fields": changed}, faults

    def _dangling(self, change: Change, fields: Mapping[str, Any]) -> list[str]:
        """Return a fault for each reference to nothing, or to the entry itself."""
        faults = []
        for name, target in pointed_to(change.kind, fields):
            if target == (change.kind, change.id):
                faults.append(f"{name} points to the entry itself")
            elif target not in self._known and self.state.find(*target) is None:
                faults.append(f"{name} points to {target[0]} {target[1]}, which is not there")
            elif name in CHAINS and self._leads_back(change, name, target[1]):
                faults.append(f"{name} leads by way of {target[1]} back to the entry itself")
        return faults

    def _leads_back(self, change: Change, name: str, target: str) -> bool:
        """Return whether following one field from an entry of the same kind comes back to the one that changes."""
        seen: set[str] = set()
        ahead = [target]
        while ahead:
            at = ahead.pop()
            if at == change.id:
                return True
            kept = self.state.find(change.kind, at) if at not in seen else None
            seen.add(at)
            value = kept.fields.get(name) if kept is not None else None
            ahead += value if isinstance(value, list) else [value] if value else []
        return False

    def _note(self, event: Event) -> None:
        """Remember whose quotations have to be looked at."""
        if event.kind == "selector":
            self._quoting.add(event.id)
        elif event.kind == "document" and event.act != "add":
            self._rewritten.add(event.id)

    def _misquotations(self) -> Iterator[str]:
        selectors = self.state.entries["selector"]
        moved = {id_ for id_, kept in selectors.items() if kept.fields["document"] in self._rewritten}
        for id_ in sorted(self._quoting | moved):
            document = self.state.find("document", selectors[id_].fields["document"])
            if document is not None and (fault := _misquotes(selectors[id_].fields, document.fields)):
                yield f"selector {id_}: {fault}"


def _valid(kind: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return an entry's fields in the form of JSON, with every fault found."""
    try:
        entry = KINDS[kind].model_validate(dict(content))
    except ValidationError as error:
        return {}, [
            f"{'.'.join(map(str, fault['loc'])) or 'the entry'} is {_short(fault['input'])}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
    fields = entry.model_dump(mode="python")
    fields = {name: [*value] if isinstance(value, tuple) else value for name, value in fields.items()}
    return fields, [*_unkeepable(fields), *_contradictions(kind, fields)]


def _unkeepable(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a fault for each value that not every database keeps as it is."""
    for name, value in fields.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str) and UNKEEPABLE.search(part):
                yield f"{name} holds a NUL character or half of a surrogate pair"
            elif isinstance(part, float) and not math.isfinite(part):
                yield f"{name} is {part}, expected a finite number"
            elif isinstance(part, int) and abs(part) > LARGEST_WHOLE:
                yield f"{name} is {part}, too large to keep"


def _contradictions(kind: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a fault for each rule of one kind that fields break among themselves."""
    if kind == "document" and fields["text"] is not None:
        found = hashlib.sha256(fields["text"].encode()).hexdigest()
        if fields["sha256"] != found:
            yield f"sha256 is {fields['sha256']}, but that of the text is {found}"
    if kind == "selector" and fields["end"] <= fields["start"]:
        yield f"its span ends at {fields['end']}, not after {fields['start']}"
    if kind == "meeting" and fields["start"] and fields["end"] and latest(fields["end"]) < earliest(fields["start"]):
        yield f"it ends on {fields['end']}, before it starts on {fields['start']}"
    if kind == "progress" and fields["status"] != "no_evidence" and not fields["evidence"]:
        yield f"status is {fields['status']} without evidence: name a document that shows it, or say no_evidence"
    if kind == "evidence" and fields["document"] is None and fields["dataset"] is None:
        yield "it names neither a document nor a dataset"


def _misquotes(selector: Mapping[str, Any], document: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a selector that is not stale, None where it quotes the text that is kept."""
    text, start, end = document["text"], selector["start"], selector["end"]
    if selector["stale"]:
        return None
    if text is None:
        return f"no text of document {document['id']} is kept, so nothing can be quoted; mark it stale"
    if selector["sha256"] != document["sha256"]:
        return f"it quotes another text than the one that document {document['id']} keeps; mark it stale or anchor it"
    if text[start:end] != selector["exact"]:
        return f"the text of {document['id']} has {_short(text[start:end])} there, not {_short(selector['exact'])}"
    prefix, suffix = selector["prefix"], selector["suffix"]
    if text[max(0, start - len(prefix)) : start] != prefix or not text.startswith(suffix, end):
        return f"its prefix or suffix is not what stands beside {_short(selector['exact'])}"
    return None


def _faults_of_the_hand(at: datetime, who: str, why: str) -> Iterator[str]:
    if not _is_words(who):
        yield f"who is {who!r}, expected a name"
    if not _is_words(why):
        yield f"why is {why!r}, expected a reason"
    if at.utcoffset() is None:
        yield f"at is {at}, expected a time with its zone"
    elif not EARLIEST < at < LATEST:
        yield f"at is {at}, expected a time between {EARLIEST:%Y} and {LATEST:%Y}"


def _is_words(value: object) -> bool:
    """Say whether a value is text with words in it that every database keeps."""
    return isinstance(value, str) and bool(value.strip()) and not UNKEEPABLE.search(value)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
