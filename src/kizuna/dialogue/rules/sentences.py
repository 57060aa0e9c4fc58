"""Sentences of a text with their places: paragraph by paragraph, a heading or list item being a sentence of its own."""

from __future__ import annotations

import re

from kizuna.dialogue.reading import Span

ABBREVIATIONS = (
    "U.S", "U.K", "U.N", "U.A.E", "E.U", "D.C", "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Lt", "Col", "Sen", "Rep",
    "Gov", "Hon", "H.E", "St", "No", "Nos", "Art", "Inc", "Ltd", "Co", "Corp", "Jr", "Sr", "e.g", "i.e", "vs", "cf",
    "approx", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "a.m", "p.m", "al",
    "para",
)  # fmt: skip
PARAGRAPH = re.compile(r"[^\n\r]+")
END = re.compile(
    r"[.!?](?:\u2026|\.)*[\"\u201d\u2019')\]]{0,3}(?=\s+[\"\u201c\u2018'(\[]{0,2}[A-Z0-9\u0900-\u0dff\u3040-\u9fff])"
)
SHORT_WORD = re.compile(r"(?:^|[\s(\"\u201c])([A-Za-z][A-Za-z.]{0,6})\.$")
INITIAL = re.compile(r"(?:^|[\s(.])[A-Z]\.$")
NUMBERED = re.compile(r"^\s*(?:\(?[0-9]{1,3}|\(?[a-zA-Z]|[ivxIVX]{1,4})\\?[.)]$")
REACH = 12


def split_sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text, in order, without the blanks around them.

    An abbreviation, an initial or a number at the head of a paragraph does not end a sentence; a new line does.

    Examples
    --------
    >>> text = "Plans\\n1. The U.S. Government will act. It will\\u2026 report."
    >>> [text[found.start : found.end] for found in split_sentences(text)]
    ['Plans', '1. The U.S. Government will act.', 'It will\\u2026 report.']
    """
    found: list[Span] = []
    for paragraph in PARAGRAPH.finditer(text):
        start = paragraph.start()
        for end in END.finditer(text, paragraph.start(), paragraph.end()):
            if _ends(text, start, end):
                found.append(_trimmed(text, start, end.end()))
                start = end.end()
        found.append(_trimmed(text, start, paragraph.end()))
    return tuple(span for span in found if span.end > span.start)


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    """Return whether a stop ends the sentence that begins at ``start``."""
    if text[end.start()] != ".":
        return True
    before = text[max(start, end.start() - REACH) : end.start() + 1]
    if NUMBERED.match(text[start : end.start() + 1]) or INITIAL.search(before):
        return False
    word = SHORT_WORD.search(before)
    return word is None or word[1] not in ABBREVIATIONS


def _trimmed(text: str, start: int, end: int) -> Span:
    whole = text[start:end]
    left = len(whole) - len(whole.lstrip())
    return Span(start + left, max(start + left, start + len(whole.rstrip())))
