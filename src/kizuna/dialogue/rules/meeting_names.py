"""Names of meetings and dialogues in a text, found from the word that says what it is, backwards to where it begins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from kizuna.dialogue.rules.dates import DAY_NAMES, MONTH_NAMES

MOST_WORDS = 14
CACHED = 50_000
WORD = r"(?:(?:[A-Z]\.)+[A-Z]?|[^\W_](?:[\w&]*[^\W_])?)"
TOKEN = re.compile(
    rf"2\+2|{WORD}(?:[-\u2010\u2011\u2013/]{WORD}\+?)*(?:[\u2019']s?\b|[\u2019'](?=\s))?|[(),;:.\u201c\u201d\"]"
)
ORDINAL_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
GROUP_AFTER = re.compile(
    r"\s+(?:of|on)\s+(?:the\s+)?(?P<group>(?:[\u201c\"][^\u201c\u201d\"\n]{1,40}[\u201d\"]|[A-Z][\w+-]*)(?:\s+(?:[A-Z][\w-]*|and(?=\s[A-Z]))){0,6})"
)
ROUND_OF = re.compile(r"\b\w+\s+(?:[Rr]ound|[Ss]ession|[Mm]eeting|[Ee]dition)\s+of\s+(?:the\s+)?$")
ROUND_REACH = 40
IN_BRACKETS = re.compile(r"\s*\([^()\n]{1,60}\)")
POSSESSIVE = re.compile(r"[\u2019']s?$")


class MeetingWords(BaseModel):
    """The word lists of ``data/meetings.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    events: frozenset[str]
    bodies: frozenset[str]
    qualifiers: frozenset[str]
    ordinals: tuple[str, ...]
    joins: frozenset[str]
    referring: frozenset[str]
    plain: frozenset[str]


@dataclass(frozen=True)
class NamedMeeting:
    """A meeting's name at its place.

    Parameters
    ----------
    name
        As printed, without the article.
    start, end
        Its place; ``end`` is behind brackets and "of the ... Group" that belong to it.
    ordinal
        Its number in a series where the name says it.
    event
        Whether the word itself says that something took place; a body is a meeting only where it met.
    plain
        Whether nothing in the name tells it from any other meeting.
    refers
        Whether the name points to another meeting of the same series ("last", "next").
    """

    name: str
    start: int
    end: int
    ordinal: int | None
    event: bool
    plain: bool
    refers: bool


@cache
def meeting_words() -> MeetingWords:
    """Return the word lists of meetings."""
    text = files("kizuna.dialogue").joinpath("data", "meetings.toml").read_text(encoding="utf-8")
    return MeetingWords.model_validate(tomllib.loads(text))


def named_meetings(text: str) -> Iterator[NamedMeeting]:
    """Yield the meetings and bodies that the text names, in order.

    Examples
    --------
    >>> [found.name for found in named_meetings("through the Space Dialogue and the second Quad Leaders Meeting")]
    ['Space Dialogue', 'second Quad Leaders Meeting']
    """
    tokens = list(TOKEN.finditer(text))
    for place, token in enumerate(tokens):
        kind = _kind(token[0])
        if kind is None or _kind_follows(text, tokens, place):
            continue
        first = _first_word(text, tokens, place)
        found = _named(text, tokens, first, place, kind == "event")
        if found is not None:
            yield found


def _kind(word: str) -> str | None:
    plain = _bare(word)
    if plain in meeting_words().events:
        return "event"
    return "body" if plain in meeting_words().bodies else None


def _kind_follows(text: str, tokens: list[re.Match[str]], place: int) -> bool:
    """Return whether the name goes on: "2+2 Ministerial Dialogue" is named by its last word."""
    if place + 1 >= len(tokens):
        return False
    after = tokens[place + 1]
    if not text[tokens[place].end() : after.start()].isspace():
        return False
    for ahead in tokens[place + 1 : place + 5]:
        if _kind(ahead[0]) is not None and "\n" not in text[tokens[place].end() : ahead.start()]:
            return True
        if not (ahead[0][0].isupper() or _bare(ahead[0]) in ("and", "ministerial", "level")):
            return False
    return False


def _first_word(text: str, tokens: list[re.Match[str]], place: int) -> int:
    words = meeting_words()
    first, back = place, place
    while back > max(0, place - MOST_WORDS):
        back = _before_brackets(tokens, back - 1)
        word, gap = tokens[back][0], text[tokens[back].end() : tokens[back + 1].start()]
        if "\n" in gap or word in '(),;:.\u201c\u201d"' or any(mark in gap for mark in "\u2014\u2026"):
            break
        plain = _bare(word)
        named = plain in words.qualifiers or plain in words.ordinals or _numbered(word) or plain == "2+2"
        named = named or any(mark.isupper() for mark in word)
        if named and plain not in _never():
            first = back
        elif plain not in words.joins or plain == "the" or not _joins(tokens, back):
            break
    return first


def _before_brackets(tokens: list[re.Match[str]], back: int) -> int:
    """Return the place before "(N4G)" if there is such a short form at this place, and else the place itself."""
    if back > 2 and tokens[back][0] == ")" and tokens[back - 2][0] == "(" and tokens[back - 1][0].isupper():
        return back - 3
    return back


def _joins(tokens: list[re.Match[str]], back: int) -> bool:
    """Return whether a small word joins two parts of one name: both sides have a capital, and neither is a meeting."""
    if back == 0:
        return False
    before, after = tokens[back - 1][0], tokens[back + 1][0]
    return before[0].isupper() and after[0].isupper() and _kind(before) is None and _bare(before) not in _never()


def _named(text: str, tokens: list[re.Match[str]], first: int, place: int, event: bool) -> NamedMeeting | None:
    start, end = tokens[first].start(), tokens[place].end()
    if POSSESSIVE.search(tokens[place][0]):
        return None
    name = text[start:end]
    group = GROUP_AFTER.match(text, end)
    if group is not None and group["group"].split()[0] not in (*MONTH_NAMES, *DAY_NAMES):
        name, end = text[start : group.end()], group.end()
    brackets = IN_BRACKETS.match(text, end)
    if brackets is not None:
        end = brackets.end()
    parts = [token[0] for token in tokens[first : place + 1]]
    of = ROUND_OF.search(text[max(0, start - ROUND_REACH) : start])
    if of is not None and _ordinal(of[0].split()) is not None:
        start -= len(of[0])
        name, parts = text[start : start + len(of[0])] + name, [*of[0].split(), *parts]
    words = meeting_words()
    plain = group is None and (len(parts) == 1 or all(_bare(part) == part and part in words.plain for part in parts))
    plain = plain and parts[-1] != "2+2"
    refers = any(_bare(part) in words.referring for part in parts)
    return NamedMeeting(" ".join(name.split()), start, end, _ordinal(parts), event, plain, refers)


def _ordinal(parts: list[str]) -> int | None:
    ordinals = meeting_words().ordinals
    for part in parts:
        number = ORDINAL_NUMBER.fullmatch(part)
        if number is not None:
            return int(number[1])
        plain = "first" if _bare(part) in ("inaugural", "first-ever") else _bare(part)
        if plain in ordinals:
            return ordinals.index(plain) + 1
    return None


def _numbered(word: str) -> bool:
    return ORDINAL_NUMBER.fullmatch(word) is not None


@cache
def _never() -> frozenset[str]:
    """Return the words that begin no name, though a sentence may begin with them."""
    small = {"the", "our", "their", "this", "in", "at", "on", "and", "we", "both", "during", "following", "after"}
    return frozenset(name.casefold() for name in (*MONTH_NAMES, *DAY_NAMES)) | small


@lru_cache(maxsize=CACHED)
def _bare(word: str) -> str:
    return POSSESSIVE.sub("", word).rstrip(".").casefold()
