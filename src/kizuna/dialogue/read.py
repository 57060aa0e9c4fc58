"""``read_document``: what a published text is proposed to say. Nothing is decided; a person confirms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import shorten

from kizuna.dialogue.entries import PROMISES, REVIEWED, Bindingness, StatementKind
from kizuna.dialogue.reading import Queued, ReadDocument, Reading, ReadStatement, Span
from kizuna.dialogue.rules.areas import areas_of, main_areas, read_areas
from kizuna.dialogue.rules.deadlines import read_deadline
from kizuna.dialogue.rules.document import read_document_facts
from kizuna.dialogue.rules.fingerprint import fingerprint
from kizuna.dialogue.rules.lead_ins import in_lists, inherited
from kizuna.dialogue.rules.meetings import read_meetings
from kizuna.dialogue.rules.people import read_people
from kizuna.dialogue.rules.sentences import split_sentences
from kizuna.dialogue.rules.statements import Said, said_in

MODAL = re.compile(
    r"\b(will|shall|intend\w*|commit|commits|committed|committing|pledg\w*|agree[ds]?|decid\w*|resolv\w*|undertak\w*|plans?"
    r"|planned|aims?|seeks?|striv\w*|endeavou?r\w*|promis\w*|continues? to|launching|establishing|look\w* forward"
    r"|instruct\w*|task(?:s|ed)|determined|invit\w*|(?:is|are) (?:\w+ly )?\w+ing|announc\w*|launching|expects?"
    r"|call(?:s|ed)? for|(?:is|are) to|opportunit\w+ to|interest in|intent\w*|involves?)\b",
    re.I,
)
# A lead-in that promises something itself, and goes on to say how.
COMPLETE = re.compile(r"(?:\w+\W+){2}(?:by|including|as follows|in particular|through)\s*:\W*$")
ECONOMY = re.compile(r"[A-Z]{3}")
LONGEST_OBJECT = 300
# Who reported it, after the words: ...,\u201d the statement highlighted.
ATTRIBUTED = re.compile(r"[,.]?[\u201d\"]\s+(?:the|he|she|they|it|an?)\b[^\u201c\u201d\"]{0,60}$")
BINDING: dict[str, Bindingness] = {"agreement": "treaty", "mou": "non_binding"}


def read_document(text: str, *, published: str | None = None, title: str | None = None) -> Reading:
    """Return all that the rules propose from one text.

    Parameters
    ----------
    text
        Plain text; spans count its Unicode code points.
    published
        Its own date (ISO 8601, reduced precision allowed), where the caller knows it; else it is read.
    title
        Its title, where the caller knows it and the text does not begin with it.

    Examples
    --------
    >>> found = read_document("We, the Leaders of India and Japan, met. We will convene a forum by 2027.")
    >>> [(one.kind, one.actors, one.deadline.date) for one in found.statements if one.deadline]
    [('commitment_firm', ('IND', 'JPN'), '2027')]
    """
    document = read_document_facts(text, published, title)
    day = document.published.date if document.published else None
    sentences = split_sentences(text)
    main = main_areas(text, title)
    lists = inherited(text, sentences, document.kind)
    statements = tuple(_statements(text, sentences, document, lists, main, day))
    taken = {statement.span for statement in statements if statement.kind in REVIEWED}
    return Reading(
        text=text,
        document=document,
        meetings=read_meetings(text, document),
        people=read_people(text, document),
        areas=read_areas(text),
        statements=statements,
        queue=tuple(_queue(text, sentences, taken)),
        sentences=sentences,
        rules=fingerprint(),
    )


def _statements(
    text: str, sentences: tuple[Span, ...], document: ReadDocument, lists: dict[Span, tuple[Said, Span]],
    main: tuple[str, ...], day: str | None,
) -> Iterator[ReadStatement]:  # fmt: skip
    leads = {lead for _, lead in lists.values() if not COMPLETE.search(text[lead.start : lead.end])}
    for span in sentences:
        said = said_in(one_line(text, span), document.kind)
        lead = lists.get(span)
        if lead is not None and (said is None or said.kind not in PROMISES):
            yield _statement(text, span, lead[0], document, main, day, lead[1])
        elif said is not None and span not in leads:
            yield _statement(text, span, said, document, main, day, None)


def _statement(
    text: str, span: Span, said: Said, document: ReadDocument, main: tuple[str, ...], day: str | None, lead: Span | None
) -> ReadStatement:
    sentence = one_line(text, span)
    actors = _actors(said, document)
    said = replace(said, kind=_kind_by(said, actors, document))
    promised = said.kind in PROMISES
    verb, rest = verb_and_object(sentence, 0 if lead else said.after) if promised else ("", "")
    deadline = read_deadline(text, span, day) if promised else None
    flags = ("deadline resolved against the document's date",) if deadline and deadline.relative else ()
    return ReadStatement(
        span=span,
        kind=said.kind,
        rule=said.rule if lead is None else f"{said.rule}, lead-in",
        lead_in=lead,
        actors=actors,
        action=verb,
        object=rest,
        deadline=deadline,
        bindingness=BINDING.get(document.kind, "political") if promised else None,
        areas=tuple(dict.fromkeys((*areas_of(sentence), *main))),
        flags=flags,
    )


def one_line(text: str, span: Span) -> str:
    """Return the words of a sentence with one space between them, whatever blanks and line ends the text has."""
    return " ".join(text[span.start : span.end].split())


def _kind_by(said: Said, actors: tuple[str, ...], document: ReadDocument) -> StatementKind:
    """Return the kind; what economies that issue no part of the text are said to do is a position of those that do."""
    economies = {actor for actor in actors if ECONOMY.fullmatch(actor)}
    issuers = {issuer for issuer in document.issuers if ECONOMY.fullmatch(issuer)}
    others = bool(economies and issuers) and not economies & issuers
    return "position" if others and said.kind in PROMISES else said.kind


def _actors(said: Said, document: ReadDocument) -> tuple[str, ...]:
    """Return the economies that the subject names; else a body's own words, or the issuers."""
    if said.subject.parties:
        return said.subject.parties
    if said.subject.kind == "body" or not document.issuers:
        words = said.subject.words.strip()
        return (words,) if words and said.subject.kind == "body" else document.issuers
    return document.issuers


ACTION = re.compile(
    r"[\W_]*(?:(?:\d+(?:\.\d+)*\\?[.)]?|\(?[a-z]\))\s+)?(?:(?:also|further|jointly|together|continue to|\w+ly|be) )*"
    r"(?P<verb>(?:(?:not|never|no longer|neither) )?[A-Za-z-]+)\b"
)


def verb_and_object(sentence: str, after: int) -> tuple[str, str]:
    """Return the verb that follows and the words after it, to the end of the sentence."""
    match = ACTION.match(sentence, after)
    if match is None:
        return "", ""
    rest = ATTRIBUTED.sub("", " ".join(sentence[match.end() :].split())).strip(' ,:;.\u201d"')
    return match["verb"].casefold(), shorten(rest, LONGEST_OBJECT, placeholder="...")


def _queue(text: str, sentences: tuple[Span, ...], taken: set[Span]) -> Iterator[Queued]:
    """Yield the sentences that no rule took for a promise: items of lists, and those with a modal."""
    items = in_lists(text, sentences)
    for span in sentences:
        if span in items and span not in taken:
            yield Queued(span, "item of a list")
        elif span not in taken:
            found = MODAL.search(text, span.start, span.end)
            if found is not None:
                yield Queued(span, f"holds {found[0].casefold()!r}")
