"""What the register keeps: one frozen model for each kind of entry.

An entry is named by its ``id`` within its kind and points to others by their ids. A fact points to the documents that
state it (``sources``) and, where a document's text is kept, to the words themselves (``selectors``). Parties, actors
and issuers are ISO 3166 alpha-3 codes where they are economies, and names as printed where they are not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kizuna.dialogue.dates import PartialDate

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Words = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

DocumentKind = Literal[
    "joint_statement", "press_statement", "fact_sheet", "mou", "agreement", "news", "readout", "note"
]  # fmt: skip
Level = Literal["leaders", "ministers", "senior officials", "working"]
DateBasis = Literal["stated", "document_date", "inferred"]
MeetingStatus = Literal["held", "scheduled", "proposed", "cancelled"]
Role = Literal["host", "head", "signatory", "participant"]
StatementKind = Literal[
    "commitment_firm", "commitment_soft", "restated", "proposal_or_invitation", "progress_noted", "outcome", "position",
    "call_on_others",
]  # fmt: skip
COMMITMENTS: tuple[StatementKind, ...] = ("commitment_firm", "commitment_soft")
"""Kinds of statement that make a commitment."""
PROMISES: tuple[StatementKind, ...] = (*COMMITMENTS, "restated")
"""Kinds of statement that hold one: made here, or said again."""
REVIEWED: tuple[StatementKind, ...] = (*PROMISES, "proposal_or_invitation", "outcome")
"""Kinds of statement that a reviewer is always shown; of the others only those with a modal or a verb of promise."""
Bindingness = Literal["treaty", "political", "non_binding"]
ProgressStatus = Literal[
    "no_evidence", "not_started", "under_way", "done", "done_late", "stalled", "superseded", "dropped"
]  # fmt: skip


class Entry(BaseModel):
    """What every entry has: an id that is unique among the entries of its kind and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)
    id: Id


class Fact(Entry):
    """An entry that rests on documents: at least one, and the words themselves where the text is kept."""

    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    selectors: tuple[Id, ...] = ()


class Document(Entry):
    """A published text. ``text`` is kept where its licence allows; all offsets count its Unicode code points."""

    title: Words
    kind: DocumentKind
    issuers: tuple[Words, ...] = ()
    published: PartialDate | None = None
    retrieved: PartialDate | None = None
    language: Words = "en"
    url: Words | None = None
    licence: Words | None = None
    sha256: Sha256 | None = None
    text: str | None = None
    reports: Id | None = None


class Selector(Entry):
    """A span of a kept text: ``text[start:end] == exact`` of the text with that sha256, or stale.

    References
    ----------
    W3C Web Annotation Data Model (2017), TextQuoteSelector and TextPositionSelector.
    """

    document: Id
    sha256: Sha256
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    exact: Words
    prefix: str = ""
    suffix: str = ""
    stale: bool = False


class Series(Fact):
    """A dialogue that meets again and again, such as the India-Japan 2+2."""

    name: Words
    aliases: tuple[Words, ...] = ()
    level: Level | None = None
    parties: tuple[Words, ...]
    parent: Id | None = None
    established_by: Words | None = None
    every_months: Annotated[int, Field(ge=1)] | None = None


class Meeting(Fact):
    """One meeting of a series, held or to be held."""

    series: Id
    ordinal: Annotated[int, Field(ge=1)] | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    date_basis: DateBasis | None = None
    place: Words | None = None
    mode: Literal["in person", "virtual", "hybrid"] | None = None
    status: MeetingStatus
    previous: Id | None = None


class Person(Entry):
    """Somebody who took part or spoke; what office they held stands in the participation."""

    name: Words
    aliases: tuple[Words, ...] = ()
    party: Words


class Post(Entry):
    """An office, such as Minister for Foreign Affairs of Japan."""

    title: Words
    party: Words


class Participation(Fact):
    """Who was at a meeting, in what office, for which party."""

    meeting: Id
    person: Id
    post: Id
    party: Words
    role: Role = "participant"


class Area(Entry):
    """An area of an agenda; ``baskets`` are the baskets of products whose figures speak of it."""

    name: Words
    broader: Id | None = None
    baskets: tuple[Words, ...] = ()


class Statement(Fact):
    """Something said: ``says`` holds the words quoted where the text is kept, and ours where it is not."""

    document: Id
    meeting: Id | None = None
    speaker: Words = "joint"
    kind: StatementKind
    says: Words
    areas: tuple[Id, ...] = ()


class Commitment(Fact):
    """Something promised: who does what, with or for whom, by when, how binding; ``action`` is the verb.

    ``restates``, ``supersedes`` and ``advances`` name earlier commitments.
    """

    statements: Annotated[tuple[Id, ...], Field(min_length=1)]
    series: Id | None = None
    meeting: Id | None = None
    actors: tuple[Words, ...]
    partners: tuple[Words, ...] = ()
    action: Words
    object: Words
    target_value: float | None = None
    target_unit: Words | None = None
    deadline: PartialDate | None = None
    deadline_text: Words | None = None
    deadline_basis: PartialDate | None = None
    condition: Words | None = None
    bindingness: Bindingness
    areas: tuple[Id, ...] = ()
    verifiable: bool | None = None
    verifiable_reason: Words | None = None
    restates: tuple[Id, ...] = ()
    supersedes: tuple[Id, ...] = ()
    advances: tuple[Id, ...] = ()


class Progress(Entry):
    """How a commitment stood on a day, in somebody's judgement, on evidence; never changed, only followed by others."""

    commitment: Id
    as_of: PartialDate
    status: ProgressStatus
    actor: Words | None = None
    score: Literal[-1, 0, 1] | None = None
    rationale: Words
    evidence: tuple[Id, ...] = ()
    author: Words


class Evidence(Entry):
    """What a judgement rests on: a document (with its words), or one value of a stored snapshot."""

    document: Id | None = None
    selectors: tuple[Id, ...] = ()
    dataset: Words | None = None
    version: Words | None = None
    key: Words | None = None
    value: float | None = None
    unit: Words | None = None


KINDS: dict[str, type[Entry]] = {
    "document": Document,
    "selector": Selector,
    "series": Series,
    "meeting": Meeting,
    "person": Person,
    "post": Post,
    "participation": Participation,
    "area": Area,
    "statement": Statement,
    "commitment": Commitment,
    "progress": Progress,
    "evidence": Evidence,
}
REFERENCES: dict[str, dict[str, str]] = {
    "document": {"reports": "document"},
    "selector": {"document": "document"},
    "series": {"parent": "series"},
    "meeting": {"series": "series", "previous": "meeting"},
    "participation": {"meeting": "meeting", "person": "person", "post": "post"},
    "area": {"broader": "area"},
    "statement": {"document": "document", "meeting": "meeting", "areas": "area"},
    "commitment": {
        "statements": "statement", "series": "series", "meeting": "meeting", "areas": "area", "restates": "commitment",
        "supersedes": "commitment", "advances": "commitment",
    },
    "progress": {"commitment": "commitment", "evidence": "evidence"},
    "evidence": {"document": "document", "selectors": "selector"},
}  # fmt: skip
"""Which kind each field that holds an id, or several, points to; ``sources`` and ``selectors`` of facts besides."""
