"""People named with an office: who, in what office, for which party.

The party is what the text says ("of Japan", "Japanese"), and else what the table of office-holders says, flagged so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from kizuna.dialogue.reading import ReadDocument, ReadPerson, Span
from kizuna.dialogue.rules.office_holders import OfficeHolder, holders_named, name_words, office_holders, office_kind
from kizuna.dialogue.rules.offices import office_pattern, office_words
from kizuna.dialogue.rules.parties import NamedParty, named_parties
from kizuna.dialogue.rules.phrases import Phrases
from kizuna.dialogue.rules.same_names import SameNames

REACH = 60
FROM_TABLE = "party from the table of office-holders"
OUTSIDE = "the table gives other dates for this office"
POST_FROM_TABLE = "office from the table of office-holders"
ONE_WORD = "one word of a name, in no row of the table"
LETTER = r"[^\W\d_]"
NAME_WORD = rf"(?:[A-Z]{LETTER}*(?:[-\u2019'][A-Z]{LETTER}+)*\.?)"
NAME = re.compile(rf"{NAME_WORD}(?:[ \u00a0]{NAME_WORD}){{0,3}}(?:,? (?:Jr|Sr)\.| III?\b)?")
NAME_THEN_OFFICE = re.compile(
    rf"(?P<name>{NAME_WORD}(?:[ \u00a0]{NAME_WORD}){{1,3}}), (?:the |our |its )?"
    rf"(?P<whose>[A-Z][\w.]*(?: [A-Z][\w.]*){{0,2}}(?:[\u2019']s)? )?$"
)


@dataclass(frozen=True)
class Mention:
    """A name with an office at its place, and the party that the text gives."""

    name: str
    post: str | None
    party: str | None
    span: Span
    rule: str


def read_people(text: str, document: ReadDocument) -> tuple[ReadPerson, ...]:
    """Return each person once, at the first mention with the fullest name, in the order of the text.

    Parameters
    ----------
    text
        The whole text.
    document
        What is known of the document; its date decides between holders of one office.

    Examples
    --------
    >>> from kizuna.dialogue.rules.document import read_document_facts
    >>> text = "Defence Minister Rajnath Singh met Japanese Defense Minister Yasukazu Hamada."
    >>> people = read_people(text, read_document_facts(text, "2022-09-08"))
    >>> [(person.name, person.post, person.party) for person in people]
    [('Rajnath Singh', 'Defence Minister', 'IND'), ('Yasukazu Hamada', 'Defense Minister', 'JPN')]
    """
    day = document.published.date if document.published else None
    mentions = sorted((*_with_office(text), *_signatures(text), *_of_the_table(text)), key=lambda one: one.span)
    names, people = SameNames(), dict[int, Mention]()
    for mention in mentions:
        number = names.number(mention.name)
        people[number] = _fuller(people.get(number, mention), mention)
    return tuple(_person(mention, day) for mention in people.values())


def _with_office(text: str) -> Iterator[Mention]:
    parties = named_parties(text)
    place = 0
    for office in office_pattern().finditer(text):
        while place < len(parties) and parties[place].span.end < office.start() - REACH:
            place += 1
        near = [party for party in parties[place : place + 12] if party.span.start <= office.end() + REACH]
        yield from _name_after(text, office, near) or _name_before(text, office, near)


def _name_after(text: str, office: re.Match[str], near: list[NamedParty]) -> list[Mention]:
    start, party = office.end(), _party_before(text, office.start(), near)
    ahead = re.match(r"\s+of (?:the )?", text[start : start + 12])
    if ahead is not None:
        of = next((one for one in near if start + ahead.end() - 4 <= one.span.start <= start + ahead.end()), None)
        if of is None:
            return []
        start, party = of.span.end, of.iso3
    gap = re.match(r",?\s+(?:(?:Dr|Mr|Mrs|Ms|Shri|Smt|Sir|H\.E)\.?\s+)?", text[start : start + 16])
    found = NAME.match(text, start + gap.end()) if gap is not None else None
    name = _clean(found[0]) if found is not None else ""
    if found is None or not name or (gap is not None and gap[0].startswith(",") and len(name.split()) == 1):
        return []
    end = found.start() + len(name)
    party = _party_after(text, end, near) or party
    return [Mention(name, office[0], party, Span(found.start(), end), "person: office before the name")]


def _name_before(text: str, office: re.Match[str], near: list[NamedParty]) -> list[Mention]:
    lead = text[max(0, office.start() - REACH - REACH) : office.start()]
    if ", " not in lead[-REACH:]:
        return []
    found = NAME_THEN_OFFICE.search(lead)
    name = _clean(found["name"]) if found is not None else ""
    if found is None or len(name.split()) < 2:
        return []
    start = office.start() - len(lead) + found.start("name")
    party = _party_before(text, office.start(), near)
    if found["whose"] and party is None:
        return []
    of = re.match(r"\s+of (?:the )?", text[office.end() : office.end() + 12])
    if of is not None:
        party = next((one.iso3 for one in near if abs(one.span.start - office.end() - of.end()) <= 4), party)
    return [Mention(name, office[0], party, Span(start, start + len(name)), "person: name before the office")]


def _party_before(text: str, start: int, near: list[NamedParty]) -> str | None:
    for party in near:
        if party.span.end <= start and re.fullmatch(r"(?:[\u2019']s?)? (?:[A-Z]\w+ )?", text[party.span.end : start]):
            return party.iso3
    return None


def _party_after(text: str, end: int, near: list[NamedParty]) -> str | None:
    for party in near:
        if party.span.start >= end and re.fullmatch(r",? (?:of|from) (?:the )?", text[end : party.span.start]):
            return party.iso3
    return None


def _clean(printed: str) -> str:
    """Return the words of a name up to the first that begins no name; empty if none is left."""
    no_name = office_words().not_names
    words: list[str] = []
    for word in printed.split():
        bare = word.rstrip(",.")
        if bare in no_name or (named_parties(bare) and not words) or re.search(r"[\u2019']s$", bare):
            break
        words.append(word)
    name = " ".join(words)
    if name.endswith(".") and not re.search(r"\b(?:Jr|Sr|[A-Z])\.$", name):
        name = name[:-1]
    return name.rstrip(",") if any(len(word.rstrip(".,")) > 1 for word in words) else ""


def _signatures(text: str) -> Iterator[Mention]:
    """Yield names over offices in two lines, as signatures stand: as many names in the one as offices in the other."""
    lines = [(found.start(), found[0]) for found in re.finditer(r"[^\n]+", text) if not found[0].isspace()]
    for (start, names), (_, offices) in pairwise(lines):
        if len(offices) > 2 * REACH or len(names) > 2 * REACH:
            continue
        posts = [found[0] for found in office_pattern().finditer(offices)]
        if not posts or "".join(posts).replace(" ", "") != re.sub(r"\s", "", offices):
            continue
        found_names = list(re.finditer(rf"{NAME_WORD}(?: [A-Z]\.)* {NAME_WORD}(?:,? Jr\.)?", names))
        if len(found_names) == len(posts) and not office_pattern().search(names):
            for found, post in zip(found_names, posts, strict=True):
                span = Span(start + found.start(), start + found.end())
                yield Mention(found[0], post, None, span, "person: signature")


def _of_the_table(text: str) -> Iterator[Mention]:
    for found in _full_names().find(text):
        span = Span(found.start, found.end)
        yield Mention(text[found.start : found.end], None, None, span, "person: name of the table")


@cache
def _full_names() -> Phrases:
    names = {name for holder in office_holders() for name in (holder.name, *holder.aliases) if name.isascii()}
    return Phrases((re.sub(r"\.$", "", name), name) for name in sorted(names))


def _fuller(known: Mention, other: Mention) -> Mention:
    fuller = max(known, other, key=lambda one: (len(name_words(one.name)), len(one.name)))
    return Mention(fuller.name, known.post or other.post, known.party or other.party, fuller.span, fuller.rule)


def _person(mention: Mention, day: str | None) -> ReadPerson:
    holder, outside = _holder(mention, day)
    flags = []
    party, post = mention.party, mention.post
    if party is None and holder is not None:
        party = holder.party
        flags.append(FROM_TABLE)
    if post is None and holder is not None:
        post = holder.post
        flags.append(POST_FROM_TABLE)
    if outside:
        flags.append(OUTSIDE)
    if holder is None and len(name_words(mention.name)) == 1:
        flags.append(ONE_WORD)
    return ReadPerson(mention.name, post, party, mention.span, mention.rule, tuple(flags))


def _holder(mention: Mention, day: str | None) -> tuple[OfficeHolder | None, bool]:
    """Return the row that fits, and whether only rows of other dates did; rows of two parties decide nothing."""
    kind = office_kind(mention.post)
    rows = [one for one in holders_named(mention.name) if mention.party in (None, one.party)]
    if len(name_words(mention.name)) == 1:
        rows = [one for one in rows if kind == one.kind]
    rows = [one for one in rows if one.kind == kind] or rows
    timely = [one for one in rows if one.may_hold_at(day)]
    chosen = timely or rows
    if len({one.party for one in chosen}) != 1:
        return None, False
    return chosen[0], not timely
