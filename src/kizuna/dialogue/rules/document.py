"""What a text is: kind of document, who issues it and when, by its title, its opening and its own words.

The rules are tried in order; the first that holds decides, and its name goes with the finding.
"""

from __future__ import annotations

import re

from kizuna.dialogue.dates import checked, is_date
from kizuna.dialogue.entries import DocumentKind
from kizuna.dialogue.reading import ReadDate, ReadDocument, Span
from kizuna.dialogue.rules.dates import read_dates
from kizuna.dialogue.rules.issuers import read_issuers
from kizuna.dialogue.rules.sentences import split_sentences
from kizuna.floor.params import parameter

OPENING = 2000
WHOLE = 60_000
SPEECH = 2

TITLES: tuple[tuple[DocumentKind, str], ...] = (
    ("fact_sheet", r"fact\s?-?sheet|roadmap|road map|action plan"),
    ("readout", r"read\s?-?out"),
    ("mou", r"memorandum|\bmou\b|(?:statement|letter) of intent"),
    ("press_statement", r"press (?:statement|release)|(?:remarks|statement) by (?:\w+ ){0,4}(?:minister|president)"),
    ("joint_statement", r"statement|communiqu|declaration|\bjoint (?:vision|press|message)\b"),
    ("mou", r"\bframework\b|arrangement"),
    ("agreement", r"\b(?:agreement|treaty|convention|protocol)\b"),
    ("joint_statement", r"\b(?:joint|principles|vision|summary)\b"),
    ("note", r"\bnote\b"),
)  # fmt: skip
MOU_WORDS = re.compile(
    r"\b(?i:the|each|either) (?:Participant|Side|Signator)\w*\b|memorandum of (?:understanding|cooperation)"
    r"|does not (?:constitute or )?create (?:any )?(?:legally )?(?:binding|rights|obligations)|\bhereinafter\b",
)
TREATY_WORDS = re.compile(r"\b(?i:the|each|either) (?:Contracting )?Part(?:y|ies) shall\b|\bshall enter into force\b")
REPORTED = re.compile(
    r"[\"\u201d],?\s+(?:[A-Z][\w.]+\s){0,3}(?:said|added|stated|told|wrote)\b|\b(?:has|had|who)\s+said\b"
    r"|\b(?:said|told reporters|according to (?:the|a|sources|officials))\b"
    r"|\bthe statement (?:highlighted|said|read|added)\b",
)
WE = re.compile(r"\bWe,? (?:\w+ ){0,4}(?:leaders|ministers|heads|principals|governments|members|partners)\b", re.I)
TOGETHER = re.compile(
    r"\b(?:the (?:two )?(?:leaders|ministers|sides)|both (?:countries|sides|leaders|ministers)|we (?:will|affirm"
    r"|reaffirm|commit|welcome|recogni[sz]e|intend|share|support|underscore|emphasi[sz]e|are committed))\b",
    re.I,
)
MET = re.compile(
    r"\b(?:met (?:today )?(?:with|in|virtually)|spoke (?:today |by (?:tele)?phone )?with|held a (?:phone )?call)\b"
)
I_SAY = re.compile(r"\bI (?:am|have|had|would|want|thank|welcome|wish)\b")
LABELLED = re.compile(r"^\W{0,4}[A-Z0-9][^\n.:]{2,90}: +\S", re.M)
LABELLED_SHARE = 3
# A fact sheet reports on programmes under headings; a statement speaks: we, the leaders, both sides.
SPEAKS = re.compile(
    r"\bwe\b|\b(?:the (?:two )?|both )(?:leaders|ministers|sides|participants|principals|countries)\b"
    r"|^\W*(?:\d+\W*)?they\b",
    re.I,
)
HEADING = re.compile(r"^[^\n]{3,70}(?<![.;:,\s])$", re.M)
LONG_SENTENCE = 40
OWN_DATE = re.compile(r"\s*(?:date|published|dated)\b:?\s+(?P<date>\d{4}-\d{2}(?:-\d{2})?)\b", re.I)
DATELINE = re.compile(r"^\W{0,3}[A-Z][\w .,/]{2,40}[,:(\u2013\u2014-]\s*$")
SIGNED = re.compile(r"\b(?:signed|done|issued|adopted)\b[^.\n]{0,60}$", re.I)
MEETS = re.compile(r"[^.]{0,300}?\b(?:met|convened|gathered|held|hosted|launched)\b", re.I)
OPENS = re.compile(r"\W{0,3}(?:[Oo]n )?")
LEAD = 80


def read_document_facts(text: str, published: str | None, title: str | None = None) -> ReadDocument:
    """Return what kind of document the text is, who issues it and when.

    Parameters
    ----------
    text
        The whole text.
    published
        Its date (ISO 8601, as far as known), or None: then its own date line, dateline, signature or opening is read.
    title
        Its title, or None.

    Raises
    ------
    ValueError
        If ``published`` is no date of the three forms.

    Examples
    --------
    >>> facts = read_document_facts("We, the Ministers of India and Japan, met today.", "2022-09-08")
    >>> facts.kind, facts.issuers, facts.published.date
    ('joint_statement', ('IND', 'JPN'), '2022-09-08')
    """
    kind, kind_rule = _kind(text[:WHOLE], title)
    issuers, issuers_rule = read_issuers(text, kind, title)
    return ReadDocument(kind, kind_rule, title, issuers, issuers_rule, _published(text, published))


def _kind(text: str, title: str | None) -> tuple[DocumentKind, str]:
    reported = len(REPORTED.findall(text))
    for kind, words in TITLES if title else ():
        if re.search(words, str(title), re.I) and not reported >= SPEECH:
            return kind, f"title: {kind.replace('_', ' ')}"
    opening = text[:OPENING]
    if len(I_SAY.findall(opening)) >= SPEECH and reported < SPEECH:
        return "press_statement", "text: speaks as I"
    if reported >= SPEECH:
        return "news", "text: reports what was said"
    return _kind_by_words(text, opening)


def _kind_by_words(text: str, opening: str) -> tuple[DocumentKind, str]:
    if TREATY_WORDS.search(text):
        return "agreement", "text: parties shall"
    if MOU_WORDS.search(text):
        return "mou", "text: participants, no binding duties"
    if WE.search(opening):
        return "joint_statement", "text: we, the leaders or ministers"
    if MET.search(opening) and len(text) < OPENING:
        return "readout", "text: short, met or spoke with"
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if len(paragraphs) > SPEECH and LABELLED_SHARE * len(LABELLED.findall(text)) > len(paragraphs):
        return "fact_sheet", "text: many paragraphs have a label"
    if _reports_under_headings(text):
        return "fact_sheet", "text: headings, and few sentences in which somebody speaks"
    if TOGETHER.search(text):
        return "joint_statement", "text: both sides, or we will"
    return "note", "text: no rule holds"


def _reports_under_headings(text: str) -> bool:
    sentences = [text[one.start : one.end] for one in split_sentences(text) if one.end - one.start >= LONG_SENTENCE]
    speak = sum(SPEAKS.search(sentence) is not None for sentence in sentences)
    headings = sum(1 for _ in HEADING.finditer(text))
    few, many, long = (parameter(f"fact_sheet_{name}") for name in ("speaks", "headings", "sentences"))
    return len(sentences) >= long and speak < few * len(sentences) and headings >= many * len(sentences)


def _published(text: str, published: str | None) -> ReadDate | None:
    if published is not None:
        return ReadDate(checked(published), Span(0, 0), "published: given")
    own = OWN_DATE.match(text)
    if own is not None and is_date(own["date"]):
        return ReadDate(checked(own["date"]), Span(own.start("date"), own.end("date")), "published: own date line")
    return _of_the_opening(text[:OPENING]) or _of_the_signature(text)


def _of_the_opening(opening: str) -> ReadDate | None:
    for found in read_dates(opening):
        lead = opening[: found.span.start]
        if "\n" in lead.strip() or len(found.date) != len("2022-09-08"):
            continue
        if DATELINE.search(lead) or MEETS.match(lead) or OPENS.fullmatch(lead):
            return ReadDate(found.date, found.span, "published: dateline or first sentence")
    return None


def _of_the_signature(text: str) -> ReadDate | None:
    start = max(0, len(text) - OPENING)
    for found in read_dates(text[start:]):
        span = Span(start + found.span.start, start + found.span.end)
        if len(found.date) == len("2022-09-08") and SIGNED.search(text[max(0, span.start - LEAD) : span.start]):
            return ReadDate(found.date, span, "published: signature")
    return None
