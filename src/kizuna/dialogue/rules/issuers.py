"""Who issues a document: by who speaks in its opening, by defined terms, by its title, by its office-holders."""

from __future__ import annotations

import re

from kizuna.dialogue.entries import DocumentKind
from kizuna.dialogue.rules.office_holders import holders_named, office_kind
from kizuna.dialogue.rules.offices import office_pattern
from kizuna.dialogue.rules.parties import named_parties

OPENING = 2500
PAIR = 2
NAME_REACH, NAMES_AFTER = 40, 3
SPEAKERS = re.compile(
    r"\b[Ww]e,?\s+(?:the\s+)?(?:\w+\s+){0,3}?(?:leaders|ministers|heads|principals|governments|members|secretaries|officials|parties)"
    r"\b[^.;\n]{0,400}",
    re.I,
)
DEFINED = re.compile(r"[\"\u201c](?:Participants?|Parties|Sides|Governments|Signatories)[,.]?[\"\u201d]")
BEFORE_DEFINED = 400
OFFICES = re.compile(
    r"\b(?:President|Prime Minister|Foreign Minister|Minister|Secretary|Chancellor|Premier)s?\b[^;\n]{0,300}"
)
BETWEEN = re.compile(r"\b(?:between|among)\b[^.;\n]{0,300}", re.I)
GROUPS = re.compile(r"\b(?:G7|G20|Group of (?:Seven|Twenty)|Quad|IPEF|I2U2|ASEAN|European Union|AUKUS)\b")


def read_issuers(text: str, kind: DocumentKind, title: str | None = None) -> tuple[tuple[str, ...], str]:
    """Return the issuers (alpha-3 codes, or a group's name as printed) and the rule that found them.

    A report in the news is issued by none of those it speaks of: it has none.

    Examples
    --------
    >>> read_issuers("We, the Leaders of Australia and Japan, met.", "joint_statement")
    (('AUS', 'JPN'), 'issuers: who speaks')
    """
    if kind == "news":
        return (), "issuers: a report has none"
    opening = text[:OPENING]
    for found in SPEAKERS.finditer(opening):
        parties = parties_in(found[0])
        if len(parties) >= PAIR:
            return parties, "issuers: who speaks"
        if GROUPS.search(found[0]):
            return (_group(found[0]),), "issuers: who speaks"
    defined = DEFINED.search(opening)
    if defined is not None:
        before = opening[max(0, defined.start() - BEFORE_DEFINED) : defined.start()]
        parties = parties_in(re.split(r"[\n;]", before)[-1])
        if len(parties) >= PAIR:
            return parties, "issuers: defined terms"
    titled = parties_in(title or "")
    if len(titled) >= PAIR or (titled and kind in ("press_statement", "note", "readout")):
        return titled, "issuers: title"
    return _without_speakers(text, title)


def parties_in(text: str) -> tuple[str, ...]:
    """Return the codes of the economies that the text names, each once, in order."""
    return tuple(dict.fromkeys(party.iso3 for party in named_parties(text)))


def _without_speakers(text: str, title: str | None) -> tuple[tuple[str, ...], str]:
    group = GROUPS.search(title or "")
    if group is not None:
        return (group[0],), "issuers: group in the title"
    for rule, pattern in (("issuers: office-holders of the opening", OFFICES), ("issuers: between whom", BETWEEN)):
        for found in pattern.finditer(text[:OPENING]):
            parties = tuple(dict.fromkeys((*_office_parties(found[0]), *parties_in(found[0]))))
            if len(parties) >= PAIR:
                return parties, rule
    return _most_named(text)


def _office_parties(text: str) -> tuple[str, ...]:
    """Return the parties of the office-holders of the table that the text names by an office and a family name."""
    found: dict[str, None] = {}
    for office in office_pattern().finditer(text):
        for word in re.findall(r"[^\W\d_]+", text[office.end() : office.end() + NAME_REACH])[:NAMES_AFTER]:
            rows = [row for row in holders_named(word) if row.kind == office_kind(office[0])]
            if len({row.party for row in rows}) == 1:
                found[rows[0].party] = None
                break
    return tuple(found)


def _most_named(text: str) -> tuple[tuple[str, ...], str]:
    group = GROUPS.search(text[:OPENING])
    first = text[:OPENING].partition("\n")[0]
    parties = parties_in(first)
    if group is not None and len(parties) != PAIR:
        return (group[0],), "issuers: group of the opening"
    if len(parties) == PAIR:
        return parties, "issuers: two parties of the opening"
    return (), "issuers: none found"


def _group(text: str) -> str:
    """Return the group that the text names, in its short form where the text gives both."""
    return min(GROUPS.findall(text), key=len, default="")
