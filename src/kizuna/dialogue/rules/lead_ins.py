"""Lists under a lead-in: "The Participants intend to:" makes a promise of each item that begins with a verb."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kizuna.dialogue.entries import PROMISES, DocumentKind
from kizuna.dialogue.reading import Span
from kizuna.dialogue.rules.statement_words import gerunds, statement_words
from kizuna.dialogue.rules.statements import Said, said_in

ENDS_LEAD_IN = re.compile(r":[\"\u201d*_]{0,3}$")
ITEM_SIGN = re.compile(r"\s*(?:(?:[\u2022\u00b7\u25aa\u25cf\u2023*+\u2013-]|\(?\w{1,3}\\?[.)]|\*\*)\s*)+")
NOTHING = re.compile(r"\s*(?:<!--.*-->|\(?\w{1,3}\\?[.)])\s*")
# "Build a network: Partners are ..." is a heading and a sentence that speaks for itself.
LABELLED = re.compile(r"[^.:;\n]{3,90}: (?=[A-Z][\w,]* [\w,]+)")
FIRST_WORD = re.compile(r"[\W_]*(?:(?:jointly|further|also|continue|\w+ly) )?([A-Za-z]+)")


def inherited(text: str, sentences: Sequence[Span], document: DocumentKind) -> dict[Span, tuple[Said, Span]]:
    """Return for each item of a list what its lead-in says, and where the lead-in stands.

    An item is the first sentence of a paragraph that carries the sign of a list, begins with a small letter or with a
    verb, bare or as a gerund. The first paragraph that does neither ends the list.

    Examples
    --------
    >>> text = "The Participants will:\\n- share data;\\n- meeting twice a year.\\nGeneral matters"
    >>> spans = [Span(0, 22), Span(23, 36), Span(37, 60), Span(61, 76)]
    >>> [text[span.start : span.end] for span in inherited(text, spans, "mou")]
    ['- share data;', '- meeting twice a year.']
    """
    found: dict[Span, tuple[Said, Span]] = {}
    lead: tuple[Said, Span] | None = None
    before = -1
    for span in sentences:
        words = " ".join(text[span.start : span.end].split())
        opens = "\n" in text[before : span.start] if before >= 0 else True
        before = span.end
        said = _lead_in(words, document)
        if said is not None:
            lead = said, span
        elif lead is not None and opens and not NOTHING.fullmatch(words):
            if LABELLED.match(words):
                continue
            if _is_item(words):
                found[span] = lead
            else:
                lead = None
    return found


def in_lists(text: str, sentences: Sequence[Span]) -> set[Span]:
    """Return the items of every list whose lead-in ends in a colon, whatever it says.

    Examples
    --------
    >>> text = "They raised:\\n- prices.\\nThey met."
    >>> [text[span.start : span.end] for span in in_lists(text, [Span(0, 12), Span(13, 22), Span(23, 32)])]
    ['- prices.']
    """
    found: set[Span] = set()
    inside = False
    before = -1
    for span in sentences:
        words = text[span.start : span.end]
        opens = before < 0 or "\n" in text[before : span.start]
        before = span.end
        if ENDS_LEAD_IN.search(words):
            inside = True
        elif inside and opens and not NOTHING.fullmatch(words):
            inside = _is_item(words)
            if inside:
                found.add(span)
    return found


def _lead_in(words: str, document: DocumentKind) -> Said | None:
    """Return what a sentence that ends in a colon promises, read as if a verb followed."""
    if not ENDS_LEAD_IN.search(words):
        return None
    said = said_in(ENDS_LEAD_IN.sub(" act", words), document)
    return said if said is not None and said.kind in PROMISES else None


def _is_item(words: str) -> bool:
    if ITEM_SIGN.match(words) or words[:1].islower():
        return True
    first = FIRST_WORD.match(words)
    return first is not None and first[1].casefold() in _verbs()


def _verbs() -> frozenset[str]:
    return frozenset(statement_words().actions) | gerunds()
