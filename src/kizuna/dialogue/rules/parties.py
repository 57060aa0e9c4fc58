"""Economies that a text names, in words of the table of economies: names, short forms, and what derives from a name.

"Japanese" and "Indian" are built from the names by the endings of English; nothing is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kizuna.dialogue.reading import Span
from kizuna.dialogue.rules.phrases import Phrases
from kizuna.tables.economies import Economy, load_economies

SHORTEST_NAME = 4
REACH = 10
SHORT_FORM = re.compile(r"(?:[A-Z]\.){2,}|[A-Z]{2,4}")
ENDINGS = ("ese", "ian", "an", "n", "i", "ish")
# Where a country's name is part of a place's name, the place is meant.
NOT_AFTER = re.compile(r"\b(?:New|Northern)\s$")  # New Mexico, Northern Ireland
SHORTEST_STEM = 4
PLACE_AFTER = re.compile(r"\s(?:Ocean|Sea|Peninsula|Strait|Islands)\b")


@dataclass(frozen=True)
class NamedParty:
    """An economy at its place in the text."""

    iso3: str
    span: Span


def named_parties(text: str) -> tuple[NamedParty, ...]:
    """Return every economy that the text names, in order; of names that overlap, the longest.

    Examples
    --------
    >>> [party.iso3 for party in named_parties("the Japanese and Indian ministers, and the United States of America")]
    ['JPN', 'IND', 'USA']
    """
    named: list[NamedParty] = []
    for found in _names().find(text):
        if PLACE_AFTER.match(text, found.end) or NOT_AFTER.search(text, max(0, found.start - REACH), found.start):
            continue
        party = NamedParty(found.meaning, Span(found.start, found.end))
        if named and party.span.start < named[-1].span.end:
            if party.span.end > named[-1].span.end:
                named[-1] = party
            continue
        named.append(party)
    return tuple(named)


@cache
def _names() -> Phrases:
    listed: dict[str, str] = {}
    for economy in load_economies():
        for name in _stated_names(economy):
            listed.setdefault(name, economy.iso3)
    for economy in sorted(load_economies(), key=lambda one: -len(one.name_en)):
        for adjective in _adjectives(economy.name_en):
            listed.setdefault(adjective, economy.iso3)
    return Phrases(listed.items())


def _stated_names(economy: Economy) -> Iterator[str]:
    if economy.valid_to is not None:
        return
    for name in (economy.name_en, *economy.aliases):
        if SHORT_FORM.fullmatch(name) or (len(name) >= SHORTEST_NAME and name.isascii() and name[0].isupper()):
            yield name
            if len(name) >= SHORTEST_NAME:
                yield name.upper()
    if economy.iso2 and f"{economy.iso2[0]}.{economy.iso2[1]}." in economy.aliases:
        yield economy.iso2


def _adjectives(name: str) -> Iterator[str]:
    if not name.isalpha():
        return
    for ending in ENDINGS:
        if ending == "ese" and name.endswith("ia"):
            continue  # Albania's are Albanians; Albanese is a name
        yield name + ending
        stem = name.rstrip("aeiouy")
        if name[-1] in "aeiouy" and len(stem) >= SHORTEST_STEM:
            yield stem + ending
