"""Selectors: where words stand in a kept text, and where they stand after the text has changed.

A selector is good as long as the text is the one it was made on and holds its words at its place. In a changed text it
is found again by its quotation; where that is gone, or its place is in doubt, it is stale, and a person may take the
words that are most like it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from rapidfuzz import fuzz

from kizuna.dialogue.entries import Selector
from kizuna.dialogue.events import Change, amendment
from kizuna.dialogue.reading import Span
from kizuna.dialogue.register import Register
from kizuna.floor.params import parameter

AROUND = 32  # characters of prefix and suffix
MOST_PLACES = 10_000  # of words that stand in more places, none is picked
PIECE = 16  # characters of a piece that is looked for unchanged
PIECE_PLACES = 50  # a piece that stands in more places says nothing
PARTS = 12  # parts of a text that are compared


def anchor(document: str, text: str, span: Span) -> Selector:
    """Return the selector of a span.

    Parameters
    ----------
    document
        Id of the document.
    text
        Its kept text.
    span
        Place of the words in it.

    Raises
    ------
    ValueError
        If the span does not lie in the text, or is empty.

    Examples
    --------
    >>> anchor("note", "They will meet.", Span(5, 9)).exact
    'will'
    """
    if not 0 <= span.start < span.end <= len(text):
        raise ValueError(f"the span {span.start} to {span.end} does not lie in a text of {len(text)} characters")
    return Selector(
        id=f"{document}-{span.start}-{span.end}",
        document=document,
        sha256=sha256(text.encode()).hexdigest(),
        start=span.start,
        end=span.end,
        exact=text[span.start : span.end],
        prefix=text[max(0, span.start - AROUND) : span.start],
        suffix=text[span.end : span.end + AROUND],
    )


def resolve(selector: Selector, text: str) -> Span | None:
    """Return where a selector's words stand in a text; None where it is stale or the text is another.

    Examples
    --------
    >>> found = anchor("note", "They will meet.", Span(5, 9))
    >>> resolve(found, "They will meet."), resolve(found, "They shall meet.")
    (Span(start=5, end=9), None)
    """
    if selector.stale or text[selector.start : selector.end] != selector.exact:
        return None
    if sha256(text.encode()).hexdigest() != selector.sha256:
        return None
    return Span(selector.start, selector.end)


def anchor_again(selector: Selector, text: str) -> Selector:
    """Return a selector for a changed text: with its new place, or stale; :func:`why_stale` then says why.

    Only the exact words count. They are taken where they stand once, with unchanged neighbours if they are short; of
    several places, where most characters before and after are the same, and at least half of those that are known.

    References
    ----------
    W3C Web Annotation Data Model (2017), 4.2.4 Text Quote Selector: prefix and suffix tell equal quotations apart.

    Examples
    --------
    >>> found = anchor("note", "They will meet in Tokyo.", Span(5, 14))
    >>> anchor_again(found, "In May they will meet in Tokyo.").start
    12
    >>> anchor_again(found, "Trains will meet delays.").stale
    True
    """
    place = _place_again(selector, text)
    if isinstance(place, str):
        return selector.model_copy(update={"stale": True})
    return _moved(selector, text, Span(place, place + len(selector.exact)))


def why_stale(selector: Selector, text: str) -> str | None:
    """Return why a selector cannot be anchored in a text; None where it can.

    Examples
    --------
    >>> why_stale(anchor("note", "Both act.", Span(5, 8)), "act, act")
    'its words stand there 2 times, and their neighbours do not tell which is meant'
    """
    place = _place_again(selector, text)
    return place if isinstance(place, str) else None


def nearest(selector: Selector, text: str) -> Selector | None:
    """Return a selector of the words most like a quotation that is gone, for a person to confirm; None where in doubt.

    Changed words may mean another thing ("will", "may"), so nothing takes them by itself. None are proposed where the
    quotation is short, where nothing is alike enough (parameter ``anchor_likeness``), or where a second place is about
    as like (``anchor_lead``).

    Examples
    --------
    >>> found = anchor("note", "They will meet in Tokyo before the summer.", Span(0, 42))
    >>> nearest(found, "Head. They will meet in Kyoto before the summer. The end.").exact
    'They will meet in Kyoto before the summer.'
    """
    if not parameter("anchor_sure_characters") <= len(selector.exact) <= parameter("anchor_longest"):
        return None
    ranked = sorted(_alike(selector.exact, text), key=lambda found: -found[0])
    if not ranked or ranked[0][0] < parameter("anchor_likeness"):
        return None
    likeness, best = ranked[0]
    others = (like for like, span in ranked if span.end <= best.start or span.start >= best.end)
    if likeness - max(others, default=0.0) < parameter("anchor_lead"):
        return None
    return _moved(selector, text, best)


def change_text(register: Register, document: str, text: str, who: str, why: str) -> tuple[int, int]:
    """Give a document a new text, and each of its selectors its new place, together.

    Returns
    -------
    How many selectors were anchored again and how many are stale.

    Raises
    ------
    RegisterError
        If there is no such document, or the text is the one that is kept.
    """
    register.get("document", document)
    held = [one.entry for one in register.entries("selector", document=document)]
    moved = _apart([(one, anchor_again(one, text)) for one in held], text)
    new = {"text": text, "sha256": sha256(text.encode()).hexdigest()}
    register.record([amendment("document", document, new), *_moves(moved)], who, why)
    stale = sum(after.stale for _, after in moved)
    return len(moved) - stale, stale


def _apart(moved: list[tuple[Selector, Selector]], text: str) -> list[tuple[Selector, Selector]]:
    """Mark stale what fell together: of quotations from several places that land on one, the likest stays."""
    best: dict[tuple[int, int], int] = {}
    for before, after in moved:
        place = (after.start, after.end)
        best[place] = max(best.get(place, -1), _neighbours(before, text, after.start))
    origins: dict[tuple[int, int], set[int]] = {}
    for before, after in moved:
        origins.setdefault((after.start, after.end), set()).add(before.start)
    return [
        (before, after)
        if after.stale
        or len(origins[after.start, after.end]) == 1
        or _neighbours(before, text, after.start) == best[after.start, after.end]
        else (before, before.model_copy(update={"stale": True}))
        for before, after in moved
    ]


def _moves(moved: list[tuple[Selector, Selector]]) -> Iterator[Change]:
    for before, after in moved:
        old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:
            yield amendment("selector", before.id, changed)


def _moved(selector: Selector, text: str, span: Span) -> Selector:
    return anchor(selector.document, text, span).model_copy(update={"id": selector.id})


def _place_again(selector: Selector, text: str) -> int | str:
    """Return where the words of a selector begin in a text, or why that is not known."""
    places = [*islice(_whole_places(selector, text), MOST_PLACES + 1)]
    if not places:
        return "its words are not there"
    if len(places) > MOST_PLACES:
        return f"its words stand there over {MOST_PLACES:,} times"
    likeness = {place: _neighbours(selector, text, place) for place in places}
    alike, known = max(likeness.values()), len(selector.prefix) + len(selector.suffix)
    best = [place for place, count in likeness.items() if count == alike]
    if len(likeness) > 1:
        if len(best) > 1 or 2 * alike < known:
            return f"its words stand there {len(likeness)} times, and their neighbours do not tell which is meant"
    elif len(selector.exact) + alike < parameter("anchor_sure_characters") and not 0 < known == alike:
        return "its words are short, and stand there among others"
    return best[0]


def _alike(words: str, text: str) -> Iterator[tuple[float, Span]]:
    """Yield how like (0 to 1) and where whole words of a text are that are like some words.

    They are looked for where most pieces of the words stand unchanged; a piece that stands everywhere says nothing.
    """
    votes: Counter[int] = Counter()
    for offset in range(0, len(words) - PIECE + 1, PIECE // 2):
        places = [*islice(_places(words[offset : offset + PIECE], text), PIECE_PLACES + 1)]
        if len(places) <= PIECE_PLACES:
            votes.update({max(0, place - offset) // len(words) for place in places})
    for part, _ in votes.most_common(PARTS):
        begin = max(0, part * len(words) - len(words) // 2)
        found = fuzz.partial_ratio_alignment(words, text[begin : begin + 3 * len(words)])
        if found is not None and found.dest_end > found.dest_start:
            span = _whole_words(text, begin + found.dest_start, begin + found.dest_end)
            yield fuzz.ratio(words, text[span.start : span.end]) / 100, span


def _whole_words(text: str, start: int, end: int) -> Span:
    """Return a span widened to whole words, at most a piece to each side, without blanks at its ends."""
    for _ in range(PIECE):
        start -= start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        end += end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    found = text[start:end]
    return Span(start + len(found) - len(found.lstrip()), end - len(found) + len(found.rstrip()))


def _places(words: str, text: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _whole_places(selector: Selector, text: str) -> Iterator[int]:
    """Yield the places of a quotation that do not lie inside a longer word or number, unless it did so before."""
    for place in _places(selector.exact, text):
        end = place + len(selector.exact)
        before, after = text[place - 1 : place], text[end : end + 1]
        grown = _runs_on(selector.exact[-1], after) and not _runs_on(selector.exact[-1], selector.suffix[:1])
        led = _runs_on(before, selector.exact[0]) and not _runs_on(selector.prefix[-1:], selector.exact[0])
        if not grown and not led:
            yield place


def _runs_on(one: str, other: str) -> bool:
    """Return whether two signs are of one word or number: both letters or digits, or the second a mark on the first."""
    return bool(one and other) and ((one.isalnum() and other.isalnum()) or unicodedata.combining(other) > 0)


def _neighbours(selector: Selector, text: str, place: int) -> int:
    """Return how many characters next to the words are the same, before and after them."""
    end = place + len(selector.exact)
    before, after = text[max(0, place - AROUND) : place], text[end : end + AROUND]
    return _shared(selector.prefix[::-1], before[::-1]) + _shared(selector.suffix, after)


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
