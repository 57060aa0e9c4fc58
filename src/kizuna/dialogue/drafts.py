"""From a reading to entries of the register: drafts that a reviewer confirms, corrects or rejects.

Ids are made from the document's id and the place of the words, so that the same text read twice gives the same ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from rapidfuzz import fuzz, utils

from kizuna.dialogue.anchors import anchor
from kizuna.dialogue.dates import earliest, latest
from kizuna.dialogue.entries import (
    KINDS,
    PROMISES,
    REVIEWED,
    Area,
    Commitment,
    Document,
    Entry,
    Meeting,
    Participation,
    Person,
    Post,
    Selector,
    Series,
    Statement,
)  # fmt: skip
from kizuna.dialogue.events import addition
from kizuna.dialogue.ids import make_id, promise_id, slug
from kizuna.dialogue.known import Known, known_of
from kizuna.dialogue.matching import match_commitment
from kizuna.dialogue.read import BINDING, verb_and_object
from kizuna.dialogue.reading import Queued, Reading, ReadMeeting, ReadPerson, ReadStatement, Span
from kizuna.dialogue.register import Register
from kizuna.dialogue.rules.areas import area_rules
from kizuna.dialogue.rules.deadlines import read_deadline
from kizuna.dialogue.rules.meetings import REFERS
from kizuna.dialogue.rules.statements import said_in
from kizuna.floor.errors import RegisterError
from kizuna.floor.params import parameter

UNNAMED = "party-unknown"
JOINT = "joint"
KIND_OF = {model: kind for kind, model in KINDS.items()}
PROMISING = re.compile(r"\b(?:will|shall|to)\b")
FACTS = "document: kind, issuers and day as read"
QUEUED = "queue"
"""What the rule of a draft begins with where no rule took the sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One proposed entry and the rule that made it; None for what needs no rule: the document and its selectors."""

    entry: Entry
    rule: str | None


def add_reading(
    register: Register, reading: Reading, document: Document, who: str, *, everything: bool = False
) -> tuple[Draft, ...]:
    """Add what a reading proposes to the register, as drafts of the rules as they are, and return it.

    Raises
    ------
    RegisterError
        If the register holds a document of this id, or a draft breaks a rule of the register.
    """
    same = register.entries("document", sha256=document.sha256)
    if same:
        raise RegisterError(
            "The register holds this text already",
            [one.entry.id for one in same],
            where=register.place,
            do="Review what was read from it: kizuna register review --document ID.",
        )
    if register.entries("document", id=document.id):
        raise RegisterError(
            "The register holds a document of this name",
            [document.id],
            where=register.place,
            do="Give another --name, or a changed text with kizuna register text.",
        )
    drafts = draft_entries(reading, document, known_of(register), everything=everything)
    # The rules work together, so that each draft names the version of all.
    stamped = [(one.entry, one.rule and f"{one.rule} @{reading.rules[:12]}") for one in drafts]
    register.record([addition(entry, rule) for entry, rule in stamped], who, f"read from {document.id}")
    return drafts


def document_entry(reading: Reading, id: str, *, title: str | None, url: str | None, licence: str | None) -> Document:  # noqa: A002
    """Return the document of a reading, with its text kept.

    Parameters
    ----------
    reading
        What was read.
    id
        Id for the document.
    title, url, licence
        What the reader's user knows of it; the title that was read, or the id, stands in for a title.
    """
    return Document(
        id=id,
        title=title or reading.document.title or id,
        kind=reading.document.kind,
        issuers=reading.document.issuers,
        published=reading.document.published.date if reading.document.published else None,
        url=url,
        licence=licence,
        sha256=sha256(reading.text.encode()).hexdigest(),
        text=reading.text,
    )


def draft_entries(reading: Reading, document: Document, known: Known, *, everything: bool = False) -> tuple[Draft, ...]:
    """Return the entries that a reading proposes, each after those that it points to.

    A meeting is set under the series of the register whose name is like its own (``series_likeness``), and under a new
    series where there is none. A person of the register is the same where name and party are. A commitment names the
    earlier one that it is likest. A sentence that no rule took for a promise is a position until a reviewer says
    otherwise. Positions, calls on others and progress noted are left out, unless ``everything`` is asked for.
    """
    made = _Made(reading, document, known)
    made.add(document, FACTS if reading.document.published is None or reading.document.published.span.end else None)
    for meeting in reading.meetings:
        made.meeting(meeting)
    for person in reading.people:
        made.person(person)
    for statement in reading.statements:
        if everything or statement.kind in REVIEWED:
            made.statement(statement)
    for queued in reading.queue:
        made.queued(queued)
    return tuple(made.drafts)


class _Made:
    """Collects drafts; an id that stands already is not made twice."""

    def __init__(self, reading: Reading, document: Document, known: Known) -> None:
        self.reading, self.document, self.known = reading, document, known
        self.series, self.meetings = list(known.series), list(known.meetings)
        self.named: list[Meeting] = []
        self.drafts: list[Draft] = []
        self.ids = set(known.taken)

    def add(self, entry: Entry, rule: str | None) -> None:
        name = (KIND_OF[type(entry)], entry.id)
        if name not in self.ids:
            self.ids.add(name)
            self.drafts.append(Draft(entry, rule))

    def areas(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the areas, those added that the register lacks: the list is fixed, so that nobody has to review it.

        An area that somebody rejected is left out.
        """
        for code in codes:
            if code not in self.known.areas:
                rule = area_rules()[code]
                self.add(Area(id=code, name=rule.name, baskets=rule.baskets), None)
        rejected = {id_ for kind, id_ in self.known.taken if kind == "area"} - self.known.areas
        return tuple(code for code in codes if code not in rejected)

    def speaker(self, actors: tuple[str, ...]) -> str:
        """Return who says it: the one actor that is named, else all issuers together."""
        return actors[0] if len(actors) == 1 else JOINT

    def selector(self, span: Span) -> str:
        found: Selector = anchor(self.document.id, self.reading.text, span)
        self.add(found, None)
        return found.id

    def meeting(self, found: ReadMeeting) -> None:
        if REFERS in found.flags:
            return  # "the last meeting": which series it is of, its name does not say
        selectors = (self.selector(found.span),)
        series = self._series(found, selectors)
        if series is None:
            return
        same = next((one for one in self.meetings if one.series == series and _nested(one.start, found)), None)
        if same is not None:
            self.named.append(same)
            return
        entry = Meeting(
            id=make_id(series, found.date.date),
            series=series,
            ordinal=found.ordinal,
            start=found.date.date,
            date_basis="inferred" if found.date.relative else "stated",
            status="scheduled" if self._is_ahead(found) else "held",
            sources=(self.document.id,),
            selectors=selectors,
        )
        if ("meeting", entry.id) in self.known.taken:
            return  # a reviewer rejected it
        self.meetings.append(entry)
        self.named.append(entry)
        self.add(entry, found.rule)

    def _is_ahead(self, found: ReadMeeting) -> bool:
        """Return whether a meeting lies after the day of the document that names it."""
        day = self.document.published
        return day is not None and earliest(found.date.date) > latest(day)

    def _series(self, found: ReadMeeting, selectors: tuple[str, ...]) -> str | None:
        """Return the series of a meeting, a new one where none is like it; None where a reviewer rejected it."""
        parties = tuple(one for one in self.document.issuers)
        for one in self.series:
            names = (one.name, *one.aliases)
            if set(parties) <= set(one.parties) and max(_likeness(found.name, name) for name in names) >= parameter(
                "series_likeness"
            ):
                return one.id
        entry = Series(
            id=make_id(*(party.lower() for party in parties[:3]), found.name),
            name=found.name,
            parties=parties or (UNNAMED,),
            sources=(self.document.id,),
            selectors=selectors,
        )
        if ("series", entry.id) in self.known.taken:
            return None
        self.series.append(entry)
        self.add(entry, found.rule)
        return entry.id

    def person(self, found: ReadPerson) -> None:
        party = found.party or UNNAMED
        same = (one for one in self.known.people if one.party == party and _same_name(found.name, one))
        person = next(same, None) or Person(id=self._person_id(found.name, party), name=found.name, party=party)
        self.add(person, found.rule)
        if found.post is None:
            return
        post = Post(id=make_id(party, found.post), title=found.post, party=party)
        self.add(post, found.rule)
        own = self._own_meeting()
        if own is not None:
            entry = Participation(
                id=make_id(own.id, person.id), meeting=own.id, person=person.id, post=post.id, party=party,
                sources=(self.document.id,), selectors=(self.selector(found.span),),
            )  # fmt: skip
            self.add(entry, found.rule)

    def _person_id(self, name: str, party: str) -> str:
        """Return an id that no other person has: two of one name are told apart by their party."""
        id_ = make_id(name)
        return make_id(name, party) if ("person", id_) in self.ids else id_

    def statement(self, found: ReadStatement) -> None:
        spans = [found.span] if found.lead_in is None else [found.lead_in, found.span]
        selectors = tuple(self.selector(span) for span in spans)
        own = self._own_meeting()
        place = f"{self.document.id}-{found.span.start}"
        statement = Statement(
            id=make_id(place),
            document=self.document.id,
            meeting=own.id if own else None,
            kind=found.kind,
            says=self.reading.text[found.span.start : found.span.end],
            speaker=self.speaker(found.actors),
            areas=self.areas(found.areas),
            sources=(self.document.id,),
            selectors=selectors,
        )
        self.add(statement, found.rule)
        if found.kind in PROMISES:
            self.add(self._commitment(found, statement, own), found.rule)

    def queued(self, found: Queued) -> None:
        own = self._own_meeting()
        entry = Statement(
            id=make_id(f"{self.document.id}-{found.span.start}"),
            document=self.document.id,
            meeting=own.id if own else None,
            kind="position",
            says=self.reading.text[found.span.start : found.span.end],
            sources=(self.document.id,),
            selectors=(self.selector(found.span),),
        )
        self.add(entry, f"{QUEUED}: {found.why}")

    def _commitment(self, found: ReadStatement, statement: Statement, own: Meeting | None) -> Commitment:
        deadline = found.deadline
        words = None if deadline is None else self.reading.text[deadline.span.start : deadline.span.end]
        made = Commitment(
            id=promise_id(statement.id),
            statements=(statement.id,),
            series=own.series if own else None,
            meeting=statement.meeting,
            actors=found.actors or self.document.issuers or self._parties(own),
            action=found.action or "do",
            object=found.object or statement.says,
            deadline=deadline.date if deadline else None,
            deadline_text=words,
            deadline_basis=deadline.basis if deadline else None,
            bindingness=found.bindingness or "political",
            areas=statement.areas,
            sources=(self.document.id,),
            selectors=statement.selectors,
        )
        likest = match_commitment(made, self._earlier())[:1]
        return made.model_copy(update={match.relation: (match.earlier,) for match in likest})

    def _earlier(self) -> list[Commitment]:
        """Return the commitments that were not made after the day of this document, as far as their day is known."""
        day = self.document.published
        starts = {one.id: one.start for one in self.meetings}
        known = [(one, starts.get(one.meeting or "")) for one in self.known.commitments]
        return [one for one, made in known if day is None or made is None or earliest(made) <= latest(day)]

    def _own_meeting(self) -> Meeting | None:
        """Return the meeting that the document is of: one on its day that it names, else one of its issuers alone."""
        day, issuers = self.document.published, set(self.document.issuers)
        on_the_day = [one for one in self.meetings if day is not None and one.start == day]
        named = [one for one in on_the_day if one in self.named]
        own = [one for one in on_the_day if issuers and set(self._parties(one)) == issuers]
        return next(iter([*named, *own]), None)

    def _parties(self, meeting: Meeting | None) -> tuple[str, ...]:
        parties = (one.parties for one in self.series if meeting is not None and one.id == meeting.series)
        return next(parties, (UNNAMED,))


def promise_of(statement: Statement, document: Document, series: str | None) -> Commitment:
    """Return the commitment of a statement that a reviewer, and no rule, takes for a promise."""
    words = " ".join(statement.says.split())
    said, modal = said_in(words, document.kind), PROMISING.search(words)
    action, rest = verb_and_object(words, said.after if said else modal.end() if modal else 0)
    deadline = read_deadline(words, Span(0, len(words)), document.published)
    return Commitment(
        id=promise_id(statement.id),
        statements=(statement.id,),
        series=series,
        meeting=statement.meeting,
        actors=(document.issuers if statement.speaker == JOINT else (statement.speaker,)) or (UNNAMED,),
        deadline=deadline.date if deadline else None,
        deadline_text=words[deadline.span.start : deadline.span.end] if deadline else None,
        deadline_basis=deadline.basis if deadline else None,
        action=action or "do",
        object=rest or statement.says,
        bindingness=BINDING.get(document.kind, "political"),
        areas=statement.areas,
        sources=statement.sources,
        selectors=statement.selectors,
    )


def _nested(start: str | None, found: ReadMeeting) -> bool:
    """Return whether two dates may be one: the less precise begins the other."""
    return start is not None and (start.startswith(found.date.date) or found.date.date.startswith(start))


def _likeness(one: str, other: str) -> float:
    return fuzz.token_set_ratio(one, other, processor=utils.default_process) / 100


def _same_name(name: str, person: Person) -> bool:
    """Return whether a name is a person's, whatever the order of its parts."""
    parts = sorted(slug(name).split("-"))
    return any(parts == sorted(slug(known).split("-")) for known in (person.name, *person.aliases))
