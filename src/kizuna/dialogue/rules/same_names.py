"""Mentions of one person brought together by name, in time that grows with the mentions alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kizuna.dialogue.rules.office_holders import name_words


class SameNames:
    """Gives every printed name a number; names that can be one person's get the same.

    Two names are one person's if they share two words, or a word and an initial, or if one is a single word and the
    other begins or ends with it.

    Examples
    --------
    >>> names = SameNames()
    >>> [names.number(name) for name in ("S Jaishankar", "Rajnath Singh", "Jaishankar", "SINGH Rajnath", "Kono")]
    [0, 1, 0, 1, 2]
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._known = 0

    def number(self, printed: str) -> int:
        """Return the number of the person, a new one for a new name."""
        words = name_words(printed)
        found = [self._numbers[key] for key in _asked(words) if key in self._numbers]
        number = found[0] if found else self._known
        self._known = max(self._known, number + 1)
        for key in _kept(words):
            self._numbers.setdefault(key, number)
        return number


def _asked(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(words) == 1:
        yield ("edge", words[0])
        return
    for one, other in permutations(words, 2):
        if len(one) > 1:
            yield ("pair", one, other)
            yield ("initial", one, other[0]) if len(other) > 1 else ("begins", one, other)
    for word in (words[-1], words[0]) if words else ():
        yield ("single", word)


def _kept(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(words) == 1:
        yield ("single", words[0])
    for word in (words[0], words[-1]) if words else ():
        yield ("edge", word)
    for one, other in permutations(words, 2):
        if len(one) > 1:
            yield ("pair", one, other)
            yield ("begins", one, other[0])
            if len(other) == 1:
                yield ("initial", one, other)
