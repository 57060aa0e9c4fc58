"""Dates in a text: as they are stated, or resolved against the document's own date and flagged as relative.

A date keeps the precision of its words: "February 2021" is 2021-02, and a span of days gives its first day. A financial
year (FY 2027) is given as that year. A day of the week is the last one that is not after the document's date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from kizuna.dialogue.dates import FIRST_MONTH, LAST_MONTH, checked
from kizuna.dialogue.reading import ReadDate, Span

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DAYS_OF_A_WEEK = 7
YEARS_OF_A_CENTURY_FROM = 2000

MONTH = rf"(?:{'|'.join(MONTH_NAMES)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"
TO = r"\s?(?:-|\u2010|\u2011|\u2013|\u2014|to|and)\s?"
SPELLED = r"two thousand(?: and)? (?:twenty[- ])?(?:one|two|three|four|five|six|seven|eight|nine|ten)?"
AFTER_YEAR = r"(?![\d,.]*\d|\s?(?:%|percent|MW|GW|km|tons|tonnes|people|million|billion))"

STATED = (
    ("date day month year", rf"(?P<day>{DAY})(?:{TO}{DAY})?(?: day)?(?: of)? (?P<month>{MONTH}),? (?P<year>{YEAR})"),
    ("date days over two months", rf"(?P<day>{DAY}) (?P<month>{MONTH}){TO}{DAY} {MONTH},? (?P<year>{YEAR})"),
    ("date day month, year in words", rf"(?P<day>{DAY}) day of (?P<month>{MONTH}),? (?P<spelled>{SPELLED})"),
    ("date month day year", rf"(?P<month>{MONTH}) (?P<day>{DAY})(?:{TO}(?:{MONTH} )?{DAY})?,? (?P<year>{YEAR})"),
    ("date month of a pair", rf"(?P<month>{MONTH})(?=(?:, {MONTH}){{0,3}},?{TO}{MONTH},? (?P<year>{YEAR}))"),
    ("date month year", rf"(?P<month>{MONTH})(?: of|,)? (?P<year>{YEAR})"),
    ("date ISO", rf"(?<![\d-])(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?(?![\d-])"),
    ("date financial year", rf"(?:FY|[Ff](?:iscal|inancial) [Yy]ear) ?(?P<year>{YEAR})(?:[-/\u2013]\d\d(?:\d\d)?)?"),
)  # fmt: skip
RELATIVE = (
    ("relative month", rf"(?P<way>[Ll]ast|[Nn]ext|[Tt]his) (?P<month>{MONTH})(?! {YEAR}| {DAY}\b)"),
    ("relative period", r"(?P<way>[Ll]ast|[Nn]ext|[Tt]his) (?P<unit>year|month|week)"),
    ("relative day of week", rf"(?:(?P<way>[Ll]ast|[Nn]ext|[Tt]his) )?(?P<weekday>{'|'.join(DAY_NAMES)})"),
    ("relative day", r"(?P<word>[Tt]oday|[Yy]esterday|[Tt]omorrow)"),
    ("relative years ago", rf"(?P<count>a|an|{'|'.join(UNITS)}|\d{{1,2}}) (?P<ago>year|month)s? ago"),
    ("relative day without year", rf"(?P<month>{MONTH}) (?P<day>{DAY})(?:{TO}{DAY})?(?!,? {YEAR}|[\d:])"),
    ("relative day without year", rf"(?P<day>{DAY})(?:{TO}{DAY})? (?P<month>{MONTH})(?!,? {YEAR})"),
)
BARE_YEAR = ("date year", rf"(?<![\d$\u20ac\u00a3\u00a5,.\-/])(?P<year>{YEAR}){AFTER_YEAR}(?![\-/]\d)")
FORMS = (*STATED, *RELATIVE, BARE_YEAR)


def read_dates(text: str, published: str | None = None) -> tuple[ReadDate, ...]:
    """Return every date of the text in its order; relative ones only where the document's date is known.

    Parameters
    ----------
    text
        Any text; spans count its code points.
    published
        The document's own date (ISO 8601); a relative date needs it, and one that is finer than it is left out.

    Examples
    --------
    >>> [(found.date, found.relative) for found in read_dates("on Thursday, after February 2021", "2022-09-08")]
    [('2022-09-08', True), ('2021-02', False)]
    """
    found: list[ReadDate] = []
    for match in _any_date().finditer(text):
        rule, form = _forms()[str(match.lastgroup)]
        parts = form.match(text, match.start())
        read = None if parts is None else _read(rule, parts, published)
        if read is not None:
            found.append(read)
    return tuple(found)


def _read(rule: str, match: re.Match[str], published: str | None) -> ReadDate | None:
    span = Span(match.start(), match.end())
    if not rule.startswith("relative"):
        stated = _stated(match.groupdict())
        return None if stated is None else ReadDate(stated, span, rule)
    if published is None:
        return None
    resolved = RESOLVE[rule](match.groupdict(), published)
    return None if resolved is None else ReadDate(resolved, span, rule, relative=True, basis=published)


def _stated(parts: dict[str, str | None]) -> str | None:
    spelled = parts.get("spelled")
    year = str(_year_in_words(spelled)) if spelled else parts["year"]
    month, day = parts.get("month"), parts.get("day")
    pieces = [year, month and f"{_month_number(month):02d}", day and f"{_leading_number(day):02d}"]
    return _possible("-".join(piece for piece in pieces if piece))


def _possible(stated: str) -> str | None:
    try:
        return checked(stated)
    except ValueError:
        return None


def _month_number(name: str) -> int:
    if name.isdigit():
        return int(name)
    heads = [full.casefold() for full in MONTH_NAMES]
    return next(place for place, full in enumerate(heads, FIRST_MONTH) if full.startswith(name.casefold().rstrip(".")))


def _leading_number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _year_in_words(words: str) -> int:
    ones = re.split(r"[\s-]", words.replace("two thousand", "", 1).strip())
    tens = 20 if "twenty" in ones else 0
    return YEARS_OF_A_CENTURY_FROM + tens + next((UNITS.index(one) + 1 for one in ones if one in UNITS), 0)


def _month_resolved(parts: dict[str, str | None], published: str) -> str | None:
    if len(published) < len("2022-09"):
        return None
    year, month = int(published[:4]), int(published[5:7])
    named = _month_number(str(parts["month"]))
    way = str(parts["way"]).casefold()
    if way == "last":
        year -= named >= month
    elif way == "next":
        year += named <= month
    return f"{year}-{named:02d}"


def _period_resolved(parts: dict[str, str | None], published: str) -> str | None:
    step = {"last": -1, "this": 0, "next": 1}[str(parts["way"]).casefold()]
    unit = str(parts["unit"])
    if unit == "year":
        return f"{int(published[:4]) + step}"
    if unit == "month" and len(published) >= len("2022-09"):
        return _months_away(published, step)
    return None


def _months_away(published: str, step: int) -> str:
    months = int(published[:4]) * LAST_MONTH + int(published[5:7]) - 1 + step
    return f"{months // LAST_MONTH:04d}-{months % LAST_MONTH + 1:02d}"


def _day_of_week_resolved(parts: dict[str, str | None], published: str) -> str | None:
    day = _day(published)
    if day is None:
        return None
    back = (day.weekday() - DAY_NAMES.index(str(parts["weekday"]))) % DAYS_OF_A_WEEK
    way = (parts["way"] or "").casefold()
    if way == "next":
        return (day + timedelta(days=DAYS_OF_A_WEEK - back)).isoformat()
    return (day - timedelta(days=back or (DAYS_OF_A_WEEK if way == "last" else 0))).isoformat()


def _day_resolved(parts: dict[str, str | None], published: str) -> str | None:
    day = _day(published)
    step = {"today": 0, "yesterday": -1, "tomorrow": 1}[str(parts["word"]).casefold()]
    return None if day is None else (day + timedelta(days=step)).isoformat()


def _ago_resolved(parts: dict[str, str | None], published: str) -> str | None:
    word = str(parts["count"])
    count = 1 if word in ("a", "an") else UNITS.index(word) + 1 if word in UNITS else int(word)
    if parts["ago"] == "year":
        return f"{int(published[:4]) - count}"
    return _months_away(published, -count) if len(published) >= len("2022-09") else None


def _nearest_year(parts: dict[str, str | None], published: str) -> str | None:
    basis = _day(published)
    if basis is None:
        return None
    month, day = _month_number(str(parts["month"])), _leading_number(str(parts["day"]))
    years = [year for year in (basis.year - 1, basis.year, basis.year + 1) if day <= monthrange(year, month)[1]]
    days = [date(year, month, day) for year in years]
    return min(days, key=lambda near: abs(near - basis)).isoformat() if days else None


def _day(published: str) -> date | None:
    return date.fromisoformat(published) if len(published) == len("2022-09-08") else None


RESOLVE: dict[str, Callable[[dict[str, str | None], str], str | None]] = {
    "relative month": _month_resolved,
    "relative period": _period_resolved,
    "relative day of week": _day_of_week_resolved,
    "relative day": _day_resolved,
    "relative years ago": _ago_resolved,
    "relative day without year": _nearest_year,
}


@cache
def _forms() -> dict[str, tuple[str, re.Pattern[str]]]:
    return {f"form{place}": (rule, re.compile(form)) for place, (rule, form) in enumerate(FORMS)}


@cache
def _any_date() -> re.Pattern[str]:
    plain = [re.sub(r"\(\?P<\w+>", "(?:", form) for _, form in FORMS]
    first = r"(?=[\dJFMASONDLlNnTtYyWaotfsen])"
    forms = "|".join(rf"(?P<form{place}>{form})\b" for place, form in enumerate(plain))
    return re.compile(rf"\b{first}(?:{forms})")
