"""Who a verb belongs to: whether the words before it name somebody who can promise, and whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kizuna.dialogue.rules.parties import named_parties
from kizuna.dialogue.rules.statement_words import any_of, statement_words

Speaker = Literal["speaker", "body", "things"]
REACH = 400
BREAKS = re.compile(r"[;:]\s|[\u2014\u2013]\s|\s-\s|[.!?][\"\u201d\u2019]?\s+(?=[A-Z\"\u201c])")
JOINTS = re.compile(r",\s+|[.\u2026]\s+|\s(?:that|and|but|while|as|where|which|if|whereby|because|so)\s", re.I)
INSERTED = re.compile(r"\s[\u2013\u2014-]\s[^\u2013\u2014]*\s[\u2013\u2014-]$")
CONJUNCTION = re.compile(r"^(?:(?:and|but|or|while|as)\s+|(?:today|now)\b,?\s+)+", re.I)
JOINED = re.compile(r"(?:\s|^)(?:and|but|as well as|or)$", re.I)
ADVERBS = re.compile(
    r"[,\s]+(?:also|further|furthermore|therefore|jointly|each|both|all|then|together|hereby|now|today|in turn|thereby"
    r"|actively|likewise|moreover|additionally|accordingly|similarly|respectively|continuously|firmly|strongly|fully)$",
    re.I,
)
SAYING = re.compile(
    r"\b(?:re-?affirm|affirm|recogni[sz]e|welcome|support|underscore|stress|emphasi[sz]e|note|condemn|express|share"
    r"|acknowledge|commit|intend|plan|agree|decide|announce|recall|commend|remain|celebrate|discuss|reiterate|highlight"
    r"|believe|seek|oppose|urge)(?:e?s|t?ed|d)?\b"
)
RELATIVE = re.compile(r"(?:^|\s)(?:which|that|who|it|this|these|those|there)$", re.I)
TITLES = r"(?:President|Prime Minister|Secretary|Minister|Chancellor|Premier|Governor|Ambassador)"
PERSON = re.compile(
    rf"(?:\b{TITLES}|\bMr\.?|\bMs\.?|\bDr\.?)(?: (?:of|for) [A-Z][\w ]{{2,30}})?(?: [A-Z][\w.'\u2019-]+){{0,5}}"
)
BETWEEN = re.compile(r"[\s,/&\-]*(?:(?:the|and|both|as well as|also|Republic of|Government of)[\s,/&\-]*)*", re.I)
# A word before the head of a subject; a preposition would make the head part of something else.
NO_PREPOSITION = (
    r"(?!(?:of|with|among|amongst|between|by|from|across|through|for|to|in|on|at|toward|towards|within|via|under|into)\b)"
)
ACRONYM = re.compile(r"(?:^|\s)(?:[Tt]he )?[A-Z][A-Z&]{1,6}[a-z]?$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands before a verb: whether it can promise, its words, and the economies that they name."""

    kind: Speaker
    words: str
    parties: tuple[str, ...] = ()


def subject_before(sentence: str, verb: int) -> Subject:
    """Return the subject of the verb that begins at ``verb``.

    Parameters
    ----------
    sentence
        One sentence.
    verb
        Where its verb begins.

    Examples
    --------
    >>> subject_before("To that end, the two leaders also will act", 34).kind
    'speaker'
    >>> subject_before("Our ongoing cooperation will promote rights", 24).kind
    'things'
    """
    before = sentence[max(0, verb - REACH) : verb].rstrip(" ,")
    stripped = ADVERBS.sub("", before)
    while stripped != before:
        before, stripped = stripped, ADVERBS.sub("", stripped)
    before = INSERTED.sub("", before)
    if RELATIVE.search(before):
        return Subject("things", "")
    if JOINED.search(before):
        return _leading(before)
    for clause in _clauses(before):
        kind = _kind(clause)
        if kind != "things":
            return Subject(kind, clause, tuple(dict.fromkeys(party.iso3 for party in named_parties(clause))))
    return Subject("things", "")


def _leading(before: str) -> Subject:
    """Return the subject of the first verb, which a second one after "and" shares."""
    whole = [*BREAKS.finditer(before)]
    clause = before[whole[-1].end() :] if whole else before
    for start in (0, *(joint.end() for joint in JOINTS.finditer(clause))):
        head = _speaker_before_verb().match(clause, start)
        words = head["subject"] if head is not None else _who_says(clause, start)
        if words:
            return Subject("speaker", words, tuple(dict.fromkeys(party.iso3 for party in named_parties(words))))
    return Subject("things", "")


def _who_says(clause: str, start: int) -> str:
    """Return who can promise at the start of a clause, where a verb of saying follows; empty where nobody does."""
    verb = SAYING.search(clause, start)
    words = clause[start : verb.start()].strip() if verb is not None else ""
    return words if words and _kind(words) == "speaker" else ""


def _clauses(before: str) -> list[str]:
    """Return what the subject may be, from the words next to the verb back to the start of the clause."""
    whole = [*BREAKS.finditer(before)]
    clause = before[whole[-1].end() :] if whole else before
    starts = [0, *(joint.end() for joint in JOINTS.finditer(clause))]
    return [clause[start:].strip() for start in reversed(starts)]


def _kind(clause: str) -> Speaker:
    head = CONJUNCTION.sub("", clause.strip(" \"\u201c\u201d'("))
    if not head:
        return "things"
    if _speaker().fullmatch(head) or PERSON.fullmatch(head):
        return "speaker"
    if _only_parties(head):
        return "speaker"
    if _body().fullmatch(head) or ACRONYM.fullmatch(head):
        return "body"
    return "things"


def _only_parties(head: str) -> bool:
    """Return whether the words are names of economies, with articles and what joins them."""
    parties = named_parties(head)
    if not parties or parties[-1].span.end < len(head.rstrip(" ,)")):
        return _through(head)
    left = head
    for party in reversed(parties):
        left = left[: party.span.start] + left[party.span.end :]
    return BETWEEN.fullmatch(left) is not None


def _through(head: str) -> bool:
    """Return whether somebody who can promise acts through another: "Japan, through its bank,"."""
    first, comma, rest = head.partition(",")
    if not comma or not re.match(r"\s*(?:through|via|together with|along with|in|with|on|by|home|host|\w+ing)\b", rest):
        return False
    return _only_parties(first) or _speaker().fullmatch(first.strip()) is not None


@cache
def _speaker() -> re.Pattern[str]:
    words = any_of(statement_words().speakers)
    # Up to six words before the head, none of them a possessive, and what belongs to it after.
    of_what = r"(?:,? (?:of|from|for|to|in|at|on behalf of) [\w .,'\u2019&\-]{2,80})?"
    return re.compile(rf"(?:{NO_PREPOSITION}[\w.\-/&]+ ){{0,6}}{words}{of_what}", re.I)


@cache
def _speaker_before_verb() -> re.Pattern[str]:
    """Return a pattern for somebody who can promise, at the start of a clause, with a verb of saying or doing after."""
    words = any_of(statement_words().speakers)
    verb = (
        r"(?:also |jointly |further |\w+ly )*(?:have|has|had|are|is|were|will|\w+ed|\w+s|[a-z]+e|discuss|stress|support"
        r"|commit|intend|note|reaffirm|affirm|recall|seek|plan|stress|condemn|call|look|commend|agree|remain)\b"
    )
    return re.compile(rf"[\"\u201c]?(?P<subject>(?:{NO_PREPOSITION}[\w.\-/&]+ ){{0,6}}{words}(?: of us)?) {verb}", re.I)


@cache
def _body() -> re.Pattern[str]:
    words = any_of(statement_words().bodies)
    named = r"(?: (?:on|of|for) [\w .,&\-]{2,80})?(?: \([\w.& \-]{2,12}\))?"
    return re.compile(rf"(?:{NO_PREPOSITION}[\w.\-/&()\u2019']+ ){{0,9}}{words}{named}", re.I)
