"""Meetings and dialogues with their dates; a date is taken only where the words between tie it to the meeting."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache, lru_cache

from rapidfuzz import fuzz

from kizuna.dialogue.reading import ReadDate, ReadDocument, ReadMeeting, Span
from kizuna.dialogue.rules.dates import read_dates
from kizuna.dialogue.rules.meeting_names import CACHED, NamedMeeting, meeting_words, named_meetings
from kizuna.floor.params import parameter

REFERS = "another meeting of a series that the name does not say"
REACH = 140
# A mention is compared with so many earlier meetings of its year; more are no text that people wrote.
MOST_COMPARED = 200
FAR = 320
PLACE_WORD = r"[A-Z][\w.\u2019'-]*"
PLACE = rf"(?:,?\s+(?:in|at)\s+(?:the\s+)?{PLACE_WORD}(?:[ ,]+(?:the\s+|of\s+|and\s+)?{PLACE_WORD}){{0,6}},?)"
MARGINS = r"(?:,?\s+on\s+the\s+(?:margins|sidelines)\s+of\s+[^.;:\n]{3,80}?)"
HELD = (
    r"(?:,?\s+(?:(?:which|that)\s+)?(?:(?:was|were|is|will be|to be|has been|had been)\s+)?"
    r"(?:last\s+|also\s+|recently\s+|successfully\s+)?(?:held|convened|hosted|chaired|organi[sz]ed|scheduled|concluded"
    r"|took place|taking place|takes place|will take place|to take place))"
)
HOW = r"(?:,?\s+(?:virtually|in\s+person|in\s+a\s+virtual\s+format|by\s+\w+))"
FOR = r"(?:\s+for\s+(?:the|our|their|its|an?)\s+[^.;:,\n]{3,60}?)"
WITH = r"\s+(?:between|with|of)\s+[^.;:,\n]{3,90}?"
TOPIC = rf"(?:{WITH}|\s+(?:on|for)\s+(?:the\s+)?(?:[\w&\u2019'-]+\s){{0,8}}?[\w&\u2019'-]+)"
ON = r"(?:,?\s*(?:on|of|in|during|from|for|earlier)?\s*(?:early\s+|mid-?\s?|late\s+)?(?:the\s+month\s+of\s+)?)"
TIED = re.compile(rf"{TOPIC}?(?:{HELD}|{PLACE}|{MARGINS}|{HOW}){{0,4}}{ON}\s*\(?\s*")
MET = re.compile(
    r"(?:,?\s+(?:also\s+)?(?:met|convened|gathered|spoke|held\s+(?:a|their|its)\s+[\w -]{0,30}(?:meeting|call)))"
    rf"(?:{PLACE}|{MARGINS}|{HOW}|{FOR}){{0,4}}{ON}\s*"
)
VERB = re.compile(
    r"\b(?:convened?|meet|met|gather(?:ed)?|held|hold|host(?:ed)?|chaired|attended|assembled|participated|launched)\b"
)
SENTENCE_START = re.compile(r"(?:^|[.!?\u201d]\s+|\n\s*)(?:[Oo]n|[Ii]n|[Ee]arlier)?\s*$")
SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\bJr)(?<!\bSr)(?<!\bMr)(?<!\bMs)(?<!\bDr)[.!?][\u201d\"]?\s|\n")
FOR_THE = re.compile(r",?\s+(?:in\s+[A-Z][\w, ]{2,40},?\s+)?(?:for|at|during|as part of)\s+(?:the|our|their|an?)\s+")
# A body that meets on the day that opens the sentence; who it is may stand between dashes.
OPENS_FOR_BODY = re.compile(r"(?:\s+in\s+[A-Z]\w+)?,?\s+(?:the\s+)?(?:\w+\s+)?")
MEETS = re.compile(
    r"(?:\s[\u2013\u2014-]\s[^\u2013\u2014\n]{0,400}[\u2013\u2014-])?,?\s+(?:also\s+)?(?:convened?|met|gathered)\b"
)
# Who meets: a summit of leaders is no meeting of ministers.
RANK = re.compile(r"\b(?:leader|minister|official|secretar|principal|adviser|advisor)")
# A meeting that nothing names but its day: "our virtual meeting on 3 March 2022".
OWN_MEETING = re.compile(r"\b(?:our|their|its)\s+$")
ON_ITS_DAY = re.compile(rf"(?:{PLACE}|{HOW})?\s+(?:held\s+)?(?:on|of)\s+")
DAY_LONG = len("2022-03-03")
OWN_DATE_AFTER = re.compile(r"[\u2019']?s?\s+$")


def read_meetings(text: str, document: ReadDocument) -> tuple[ReadMeeting, ...]:
    """Return the meetings that the text names with a date, each once, in the order of the text.

    Parameters
    ----------
    text
        The whole text.
    document
        What is known of the document; its date resolves "today", "Thursday" and "last November".

    Examples
    --------
    >>> from kizuna.dialogue.rules.document import read_document_facts
    >>> text = "They recalled the Space Dialogue of November 2021 and the Cyber Dialogue of June 2022."
    >>> [(one.name, one.date.date) for one in read_meetings(text, read_document_facts(text, "2022-09-08"))]
    [('Space Dialogue', '2021-11'), ('Cyber Dialogue', '2022-06')]
    """
    published = document.published.date if document.published else None
    dates = list(read_dates(text, published))
    names = list(named_meetings(text)) if dates else []
    dated = _tied(text, names, dates)
    dated.update(_respectively(text, names, dates))
    meetings = [_meeting(names[place], date, rule) for place, (date, rule) in sorted(dated.items())]
    undated = [one for place, one in enumerate(names) if place not in dated and one.event and not one.plain]
    return _merged(meetings, undated, published)


def _tied(text: str, names: list[NamedMeeting], dates: list[ReadDate]) -> dict[int, tuple[ReadDate, str]]:
    found: dict[int, tuple[ReadDate, str]] = {}
    after = 0
    for place, name in enumerate(names):
        while after < len(dates) and dates[after].span.start < name.end:
            after += 1
        before = dates[after - 1] if after and dates[after - 1].span.end <= name.start else None
        ahead = dates[after] if after < len(dates) else None
        limit = names[place + 1].start if place + 1 < len(names) else len(text)
        read = _after(text, name, ahead, limit) or _before(text, name, before)
        if read is None and before is not None and _body_of_the_day(text, name, before):
            read = before, "meeting: body that meets on the day"
        if read is None and before is not None and _opens_with(text, name, before, names[place - 1] if place else None):
            read = before, "meeting: date opens the sentence"
        if read is not None:
            found[place] = read
    return found


def _after(text: str, name: NamedMeeting, date: ReadDate | None, limit: int) -> tuple[ReadDate, str] | None:
    if date is None or date.span.start - name.end > REACH:
        return None
    gap = text[name.end : date.span.start]
    if date.rule == "relative day" and "," in gap:
        return None
    if name.event and not name.plain and TIED.fullmatch(gap) and not _next_in_margins(gap, limit, date):
        return date, "meeting: date after the name"
    if not name.plain and not name.event and MET.fullmatch(gap):
        return date, "meeting: body that met"
    own = name.plain and name.event and OWN_MEETING.search(text, max(0, name.start - FAR), name.start) is not None
    if own and len(date.date) == DAY_LONG and not date.relative and ON_ITS_DAY.fullmatch(gap):
        return date, "meeting: own, by its day"
    return None


def _next_in_margins(gap: str, limit: int, date: ReadDate) -> bool:
    """Return whether another meeting stands between and no words say that this one took place beside it."""
    return limit < date.span.start and re.search(r"\b(?:margins|sidelines)\b", gap) is None


def _before(text: str, name: NamedMeeting, before: ReadDate | None) -> tuple[ReadDate, str] | None:
    if before is None or name.plain or not name.event:
        return None
    if OWN_DATE_AFTER.fullmatch(text[before.span.end : name.start]):
        return before, "meeting: date before the name"
    between = text[before.span.end : name.start]
    lead = text[max(0, before.span.start - REACH) : before.span.start].rpartition(". ")[2]
    if FOR_THE.fullmatch(between) and VERB.search(lead):
        return before, "meeting: date, then for what"
    return None


def _body_of_the_day(text: str, name: NamedMeeting, date: ReadDate) -> bool:
    """Return whether a body meets on the day that opens the sentence: "Today the Quad Leaders - ... - convened"."""
    if name.event or name.plain or OPENS_FOR_BODY.fullmatch(text, date.span.end, name.start) is None:
        return False
    opens = SENTENCE_START.search(text[max(0, date.span.start - REACH) : date.span.start])
    return opens is not None and MEETS.match(text, name.end) is not None


def _opens_with(text: str, name: NamedMeeting, date: ReadDate, previous: NamedMeeting | None) -> bool:
    between = text[date.span.end : name.start]
    if name.plain or not name.event or len(between) > FAR or SENTENCE_END.search(between):
        return False
    if previous is not None and previous.event and not previous.plain and previous.start > date.span.end:
        return False
    opens = SENTENCE_START.search(text[max(0, date.span.start - REACH) : date.span.start])
    return opens is not None and VERB.search(between) is not None


def _respectively(text: str, names: list[NamedMeeting], dates: list[ReadDate]) -> dict[int, tuple[ReadDate, str]]:
    """Return dates of "the A and B Dialogues in June and November 2022, respectively", one each in their order."""
    found: dict[int, tuple[ReadDate, str]] = {}
    name_starts, date_starts = [one.start for one in names], [one.span.start for one in dates]
    for word in re.finditer(r"\brespectively\b", text):
        start = _sentence_start(text, word.start())
        within = range(bisect_left(name_starts, start), bisect_left(name_starts, word.start()))
        places = [place for place in within if names[place].event and not names[place].plain]
        own = dates[bisect_left(date_starts, start) : bisect_left(date_starts, word.start())]
        last = max((names[place].end for place in places), default=0)
        if len(places) > 1 and len(own) == len(places) and all(date.span.start >= last for date in own):
            found.update({place: (date, "meeting: respectively") for place, date in zip(places, own, strict=True)})
    return found


def _sentence_start(text: str, position: int) -> int:
    far = max(0, position - 2 * FAR)
    return max(text.rfind(". ", far, position), text.rfind("\n", far, position), far)


def _meeting(name: NamedMeeting, date: ReadDate, rule: str) -> ReadMeeting:
    flags = [f"date resolved against {date.basis}"] if date.relative else []
    if name.refers:
        flags.append(REFERS)
    return ReadMeeting(name.name, date, Span(name.start, name.end), rule, name.ordinal, tuple(flags))


def _merged(meetings: list[ReadMeeting], undated: list[NamedMeeting], published: str | None) -> tuple[ReadMeeting, ...]:
    kept: list[ReadMeeting] = []
    by_year: dict[str, list[int]] = {}
    for meeting in meetings:
        held = by_year.setdefault(meeting.date.date[:4], [])
        place = next((place for place in reversed(held[-MOST_COMPARED:]) if _one_meeting(kept[place], meeting)), None)
        if place is None:
            held.append(len(kept))
            kept.append(meeting)
        else:
            kept[place] = _fuller(kept[place], meeting)
    return tuple(_named_in_full(meeting, undated) if _of_the_day(meeting, published) else meeting for meeting in kept)


def _one_meeting(one: ReadMeeting, other: ReadMeeting) -> bool:
    if one.date.span == other.date.span and "body" in one.rule:
        return True
    nested = one.date.date.startswith(other.date.date) or other.date.date.startswith(one.date.date)
    if not nested or (one.ordinal and other.ordinal and one.ordinal != other.ordinal):
        return False
    return _alike(one.name, other.name)


def _alike(one: str, other: str) -> bool:
    ranks = [RANK.findall(name.casefold()) for name in (one, other)]
    if all(ranks) and not set(ranks[0]) & set(ranks[1]):
        return False
    first, second = _telling(one), _telling(other)
    if not first or not second:
        return fuzz.token_set_ratio(one.casefold(), other.casefold()) >= parameter("meeting_name_likeness")
    return fuzz.token_set_ratio(first, second) >= parameter("meeting_name_likeness")


@lru_cache(maxsize=CACHED)
def _telling(name: str) -> str:
    """Return the words of a name that tell it from other meetings."""
    parts = re.findall(r"[\w+]+(?:-[\w+]+)*", name.casefold())
    return " ".join(part for part in parts if part == "2+2" or part not in _common_words())


@cache
def _common_words() -> frozenset[str]:
    words = meeting_words()
    return words.plain | words.referring | words.events | {*words.ordinals, "annual", "inaugural", "of", "the"}


def _fuller(one: ReadMeeting, other: ReadMeeting) -> ReadMeeting:
    name = max(one, other, key=lambda each: (each.ordinal is not None, bool(_telling(each.name)), len(each.name)))
    date = max(one.date, other.date, key=lambda each: (len(each.date), not each.relative))
    flags = tuple(dict.fromkeys((*one.flags, *other.flags))) if date.relative else name.flags
    return replace(name, date=date, ordinal=one.ordinal or other.ordinal, flags=flags)


def _of_the_day(meeting: ReadMeeting, published: str | None) -> bool:
    return published is not None and (meeting.date.date == published or meeting.date.rule == "relative day of week")


def _named_in_full(meeting: ReadMeeting, undated: list[NamedMeeting]) -> ReadMeeting:
    """Return the meeting of the document under the fullest name that the text gives it without a date."""
    for other in undated:
        if other.refers or (meeting.ordinal and other.ordinal and other.ordinal != meeting.ordinal):
            continue
        better = (other.ordinal is not None, len(other.name)) > (meeting.ordinal is not None, len(meeting.name))
        if better and _telling(meeting.name) and _telling(other.name) and _alike(meeting.name, other.name):
            flags = (*meeting.flags, "name and date from two mentions")
            span, kept = Span(other.start, other.end), tuple(dict.fromkeys(flags))
            meeting = replace(meeting, name=other.name, span=span, ordinal=other.ordinal, flags=kept)
    return meeting
