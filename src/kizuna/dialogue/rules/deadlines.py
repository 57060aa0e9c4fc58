"""By when: the words of a promise that set a day, a year or a span, and the date that they mean.

A date that the words alone do not say is resolved against the document's own and flagged as relative.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, date, timedelta

from kizuna.dialogue.dates import earliest
from kizuna.dialogue.reading import ReadDate, Span
from kizuna.dialogue.rules.dates import AFTER_YEAR, DAY, MONTH, MONTH_NAMES, UNITS, YEAR
from kizuna.floor.units import MONTHS_PER_YEAR

COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(UNITS)}|twelve|fifteen|eighteen|twenty|thirty|sixty|ninety)"
WORDS = {word: number for number, word in enumerate(UNITS, start=1)} | {
    "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
PART = (
    r"(?:the )?(?:end|beginning|start|middle|close|second half|first half|early|mid|late|spring|summer|autumn|fall)?"
    r"(?: of|-)?\s?(?:the year )?"
)
FY = r"(?:FY\s?|fiscal year |financial year )?"
BY = r"\b(?:by|before|no later than|not later than|until)\b"
PAST_YEAR = rf"\b{AFTER_YEAR}(?! (?:levels?|baseline)\b)"
STATED = re.compile(
    rf"{BY} {PART}{FY}(?:(?P<day>{DAY}) )?(?:(?P<month>{MONTH})(?: (?P<after>{DAY}))?,? )?(?P<year>{YEAR}){PAST_YEAR}",
    re.I,
)
WITHIN = re.compile(
    rf"\b(?:within|in|over|during)(?: the)?(?: (?P<next>next|coming|first|following))? {COUNT}(?:\s?\(\d+\))? "
    r"(?P<unit>day|week|month|year)s?\b"
    r"(?P<of>(?: of| after| from)(?: the)? (?:date of |entry into force of )?[\w' -]{3,40}?"
    r"(?=[,.;]|$| the | in | to ))?",
    re.I,
)
THIS_YEAR = re.compile(
    r"\b(?:(?:by|before) (?:the )?(?:end|close) of|later(?: in)?|by|in|during) "
    r"(?P<which>(?:this|the|next|the coming|the current) (?:calendar )?year)\b",
    re.I,
)
# When it is to be: a year that is not past, a month, a season; not the year in which something was done.
IN_YEAR = re.compile(
    rf"(?<!announced )(?<!launched )(?<!established )(?<!adopted )(?<!held )(?<!signed )(?<!made )\b"
    r"(?:in|during|from|for)(?: (?:early|mid|late))?"
    r"(?: (?:the (?:end|course|(?:first|second) half|(?:first|second|third|fourth) quarter) of"
    r"|spring|summer|fall|autumn))? "
    rf"(?:(?P<month>{MONTH}),? )?{FY}(?P<year>{YEAR})\b",
    re.I,
)
IN_MONTH = re.compile(rf"\bin (?P<month>{MONTH})\b(?! \d)")
NOW = re.compile(r"\b(?:later )?this (?:calendar )?(?:year|spring|summer|fall|autumn|winter)\b", re.I)
BLANK = re.compile(r"\s")  # one for one, so that places stay
ITS_OWN = re.compile(
    r"framework|agreement|statement|document|memorandum|signature|signing|today|publication|announcement", re.I
)
OF_RECEIPT = re.compile(r"receipt|request|notice|notification", re.I)
DAYS = {"day": 1, "week": 7}


def read_deadline(text: str, span: Span, published: str | None) -> ReadDate | None:
    """Return the first deadline that a sentence sets; None where it sets none, or none that can be dated.

    Parameters
    ----------
    text
        The whole text; the span counts its code points.
    span
        The sentence.
    published
        The document's own date; without it a relative deadline is left out.

    Examples
    --------
    >>> words = "They will meet within 180 days of the date of this Framework, and build it by FY 2027."
    >>> found = read_deadline(words, Span(0, len(words)), "2025-10-28")
    >>> found.date, found.relative, words[found.span.start : found.span.end]
    ('2026-04-26', True, 'within 180 days of the date of this Framework')
    """
    sentence = BLANK.sub(" ", text[span.start : span.end])
    read = (*(rule(sentence, published) for rule in (_stated, _within, _this_year, _in_year, _soon)),)
    found = [one for one in read if one]
    if not found:
        return None
    start, end, day, rule, relative = min(found)
    place = Span(span.start + start, span.start + end)
    return ReadDate(day, place, rule, relative, published if relative else None)


Found = tuple[int, int, str, str, bool]


def _stated(sentence: str, published: str | None) -> Found | None:
    match = STATED.search(sentence)
    if match is None:
        return None
    month = _month(match["month"]) if match["month"] else None
    day = match["day"] or match["after"]
    made = match["year"]
    if month is not None:
        made += f"-{month:02d}" + (f"-{int(re.sub(r'[^0-9]', '', day)):02d}" if day else "")
    try:
        earliest(made)
    except ValueError:
        return None
    if published is not None and made < published[: len(made)]:
        return None  # a level or a span of the past
    return match.start(), match.end(), made, "deadline: by a date", False


def _within(sentence: str, published: str | None) -> Found | None:
    for match in WITHIN.finditer(sentence):
        of = match["of"] or ""
        own = ITS_OWN.search(of) is not None
        starts = match[0].casefold().split()[0]
        if published is None or OF_RECEIPT.search(of) or (of and not own):
            continue
        if starts != "within" and not match["next"]:
            continue
        end = match.end() if own else match.start("of") if match["of"] else match.end()
        due = _later(published, match["count"], match["unit"].casefold())
        if due is not None:
            return match.start(), end, due, "deadline: within", True
    return None


def _this_year(sentence: str, published: str | None) -> Found | None:
    match = THIS_YEAR.search(sentence)
    if match is None or published is None:
        return None
    year = earliest(published).year + (1 if re.search(r"next|coming", match["which"], re.I) else 0)
    return match.start(), match.end(), str(year), "deadline: a year", True


def _in_year(sentence: str, published: str | None) -> Found | None:
    """Return a year, or a month of one, that is not past when the document is published."""
    if published is None:
        return None
    for match in IN_YEAR.finditer(sentence):
        made = match["year"] + (f"-{_month(match['month']):02d}" if match["month"] else "")
        if made >= published[: len(made)]:
            return match.start(), match.end(), made, "deadline: in a year to come", False
    return None


def _soon(sentence: str, published: str | None) -> Found | None:
    """Return the month that is named without a year, the next one of that name, or the document's own year."""
    if published is None:
        return None
    match = NOW.search(sentence)
    if match is not None:
        return match.start(), match.end(), published[:4], "deadline: this year", True
    match = IN_MONTH.search(sentence)
    if match is None or len(published) < len("2022-09"):
        return None
    month = _month(match["month"])
    year = int(published[:4]) + (month < int(published[5:7]))
    return match.start(), match.end(), f"{year}-{month:02d}", "deadline: next month of that name", True


def _later(published: str, count: str, unit: str) -> str | None:
    """Return the date so much later, as precise as the unit and the document's date are; None past all calendars."""
    number = WORDS.get(count.casefold()) or int(count)
    day = earliest(published)
    if day.year + number > MAXYEAR:
        return None
    if unit in DAYS:
        return (day + timedelta(days=number * DAYS[unit])).isoformat()
    months = number * (MONTHS_PER_YEAR if unit == "year" else 1)
    year, month = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 + months, MONTHS_PER_YEAR)
    if published.count("-") < len(("month", "day")):
        return f"{year:04d}-{month + 1:02d}"
    return _day_of(year, month + 1, day.day)


def _day_of(year: int, month: int, day: int) -> str:
    """Return the day, or the last of its month where that has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1])).isoformat()


def _month(name: str) -> int:
    short = [full[:3].casefold() for full in MONTH_NAMES]
    return short.index(name[:3].casefold()) + 1
