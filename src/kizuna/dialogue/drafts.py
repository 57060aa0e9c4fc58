"""From a reading to entries of the register: drafts that a reviewer confirms, corrects or rejects.

Ids are made from the document's id and the place of the words, so that the same text read twice gives the same ids.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from rapidfuzz import fuzz, utils

from kizuna.dialogue.anchors import anchor
from kizuna.dialogue.entries import (
    PROMISES,
    REVIEWED,
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
from kizuna.dialogue.matching import match_commitment
from kizuna.dialogue.reading import Queued, Reading, ReadMeeting, ReadPerson, ReadStatement, Span
from kizuna.floor.params import parameter

LONGEST_ID = 80
UNNAMED = "party-unknown"
QUEUED = "queue"
"""What the rule of a draft begins with where no rule took the sentence."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds already, so that a reading points to it rather than adding it again."""

    series: tuple[Series, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    participations: tuple[Participation, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """One proposed entry and the rule that made it; None for what needs no rule: the document and its selectors."""

    entry: Entry
    rule: str | None


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
    made.add(document, None)
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
        self.drafts: list[Draft] = []
        held = (*known.series, *known.meetings, *known.people, *known.posts, *known.participations)
        self.ids = {(type(entry), entry.id) for entry in held}

    def add(self, entry: Entry, rule: str | None) -> None:
        if (type(entry), entry.id) not in self.ids:
            self.ids.add((type(entry), entry.id))
            self.drafts.append(Draft(entry, rule))

    def selector(self, span: Span) -> str:
        found: Selector = anchor(self.document.id, self.reading.text, span)
        self.add(found, None)
        return found.id

    def meeting(self, found: ReadMeeting) -> None:
        selectors = (self.selector(found.span),)
        series = self._series(found, selectors)
        same = next((one for one in self.meetings if one.series == series and one.start == found.date.date), None)
        if same is not None:
            return
        entry = Meeting(
            id=_id(series, found.date.date),
            series=series,
            ordinal=found.ordinal,
            start=found.date.date,
            date_basis="inferred" if found.date.relative else "stated",
            status="held",
            sources=(self.document.id,),
            selectors=selectors,
        )
        self.meetings.append(entry)
        self.add(entry, found.rule)

    def _series(self, found: ReadMeeting, selectors: tuple[str, ...]) -> str:
        parties = tuple(one for one in self.document.issuers)
        for one in self.series:
            names = (one.name, *one.aliases)
            if set(parties) <= set(one.parties) and max(_likeness(found.name, name) for name in names) >= parameter(
                "series_likeness"
            ):
                return one.id
        entry = Series(
            id=_id(*(party.lower() for party in parties[:3]), found.name),
            name=found.name,
            parties=parties or (UNNAMED,),
            sources=(self.document.id,),
            selectors=selectors,
        )
        self.series.append(entry)
        self.add(entry, found.rule)
        return entry.id

    def person(self, found: ReadPerson) -> None:
        party = found.party or UNNAMED
        same = (one for one in self.known.people if one.party == party and _same_name(found.name, one))
        person = next(same, None) or Person(id=_id(found.name), name=found.name, party=party)
        self.add(person, found.rule)
        if found.post is None:
            return
        post = Post(id=_id(party, found.post), title=found.post, party=party)
        self.add(post, found.rule)
        own = self._own_meeting()
        if own is not None:
            entry = Participation(
                id=_id(own.id, person.id), meeting=own.id, person=person.id, post=post.id, party=party,
                sources=(self.document.id,), selectors=(self.selector(found.span),),
            )  # fmt: skip
            self.add(entry, found.rule)

    def statement(self, found: ReadStatement) -> None:
        spans = [found.span] if found.lead_in is None else [found.lead_in, found.span]
        selectors = tuple(self.selector(span) for span in spans)
        own = self._own_meeting()
        place = f"{self.document.id}-{found.span.start}"
        statement = Statement(
            id=_id(place),
            document=self.document.id,
            meeting=own.id if own else None,
            kind=found.kind,
            says=self.reading.text[found.span.start : found.span.end],
            areas=tuple(code for code in found.areas if code in self.known.areas),
            sources=(self.document.id,),
            selectors=selectors,
        )
        self.add(statement, found.rule)
        if found.kind in PROMISES:
            self.add(self._commitment(found, statement, own), found.rule)

    def queued(self, found: Queued) -> None:
        own = self._own_meeting()
        entry = Statement(
            id=_id(f"{self.document.id}-{found.span.start}"),
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
            id=_id(f"{statement.id}-promise"),
            statements=(statement.id,),
            series=own.series if own else None,
            meeting=statement.meeting,
            actors=found.actors or self.document.issuers or (UNNAMED,),
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
        likest = match_commitment(made, self.known.commitments)[:1]
        return made.model_copy(update={match.relation: (match.earlier,) for match in likest})

    def _own_meeting(self) -> Meeting | None:
        """Return the meeting that the document is of: the one on its day."""
        day = self.document.published
        return next((one for one in self.meetings if day is not None and one.start == day), None)


def slug(words: str) -> str:
    """Return words as an id: lower case, accents off, everything else a hyphen.

    Examples
    --------
    >>> slug("Cyber Dialogue (4th), Tōkyō")
    'cyber-dialogue-4th-tokyo'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _id(*parts: str) -> str:
    """Return an id made of words; with a piece of their hash where they are long, or hold no Latin letter."""
    whole = "-".join(parts)
    made = slug(whole)
    if made and len(made) <= LONGEST_ID:
        return made
    return f"{made[:LONGEST_ID].strip('-')}-{sha256(whole.encode()).hexdigest()[:8]}".strip("-")


def _likeness(one: str, other: str) -> float:
    return fuzz.token_set_ratio(one, other, processor=utils.default_process) / 100


def _same_name(name: str, person: Person) -> bool:
    """Return whether a name is a person's, whatever the order of its parts."""
    parts = sorted(slug(name).split("-"))
    return any(parts == sorted(slug(known).split("-")) for known in (person.name, *person.aliases))
