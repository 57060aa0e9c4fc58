"""What a reader proposes from one text: every proposal with its span and the rule that made it; nothing is decided.

Spans count Unicode code points of the text that was read. Dates are ISO 8601 as far as they are stated.
"""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.dialogue.entries import Bindingness, DocumentKind, StatementKind


@dataclass(frozen=True, order=True)
class Span:
    """``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True)
class ReadDate:
    """A date in the text; ``relative`` where the words alone do not say it and it was resolved against ``basis``."""

    date: str
    span: Span
    rule: str
    relative: bool = False
    basis: str | None = None


@dataclass(frozen=True)
class ReadDocument:
    """What kind of document this is, who issues it (alpha-3 codes, or names as printed) and when."""

    kind: DocumentKind
    kind_rule: str
    title: str | None
    issuers: tuple[str, ...]
    issuers_rule: str
    published: ReadDate | None


@dataclass(frozen=True)
class ReadMeeting:
    """A meeting or dialogue named with a date; ``flags`` say what a reviewer has to look at."""

    name: str
    date: ReadDate
    span: Span
    rule: str
    ordinal: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadPerson:
    """A person named with an office; ``party`` is an alpha-3 code, None where neither text nor table gives it."""

    name: str
    post: str | None
    party: str | None
    span: Span
    rule: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadArea:
    """An agenda area (code of ``data/areas.toml``) and the words that stand for it."""

    code: str
    span: Span
    rule: str


@dataclass(frozen=True)
class ReadStatement:
    """A sentence that says one of the eight kinds of thing.

    ``lead_in`` is the span of the words that a bullet inherits ("The Participants intend to:"). Actors are alpha-3
    codes or names as printed; empty fields were not found. ``bindingness`` stands on commitments only.
    """

    span: Span
    kind: StatementKind
    rule: str
    lead_in: Span | None = None
    actors: tuple[str, ...] = ()
    action: str = ""
    object: str = ""
    deadline: ReadDate | None = None
    bindingness: Bindingness | None = None
    areas: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queued:
    """A sentence that no rule took for a promise and that holds a modal or a verb of promise: to be looked at."""

    span: Span
    why: str


@dataclass(frozen=True)
class Reading:
    """All that was proposed from one text; ``rules`` is the hash of the rules that made it."""

    text: str
    document: ReadDocument
    meetings: tuple[ReadMeeting, ...]
    people: tuple[ReadPerson, ...]
    areas: tuple[ReadArea, ...]
    statements: tuple[ReadStatement, ...]
    queue: tuple[Queued, ...]
    sentences: tuple[Span, ...]
    rules: str
