"""Phrases of word lists found in a text, each in time that grows with the text and not with the list.

A phrase is words with one space between; a star ends a word in any letters (``semiconductor*``). A phrase with a
capital letter is found in that case only (``AI``), any other in every case. Spaces stand for hyphens and dashes too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

WORD = re.compile(r"\w+")
GAP = r"[\s\-\u2010-\u2014/]{1,3}"
LONGEST_WORD = 40


@dataclass(frozen=True)
class Found:
    """``text[start:end]`` is the phrase, which stands for ``meaning``."""

    start: int
    end: int
    phrase: str
    meaning: str


class Phrases:
    """Phrases, each with its meaning, ready to be found.

    Parameters
    ----------
    meanings
        Pairs of a phrase and what it stands for; one phrase may stand for several things.
    """

    def __init__(self, meanings: Iterable[tuple[str, str]]) -> None:
        self._whole: dict[str, list[tuple[re.Pattern[str], str, str]]] = {}
        self._heads: dict[str, list[tuple[re.Pattern[str], str, str]]] = {}
        for phrase, meaning in meanings:
            first = re.match(r"\w+\*?", phrase)
            if first is None:
                raise ValueError(f"the phrase {phrase!r} does not start with a word")
            held = self._heads if first[0].endswith("*") else self._whole
            entry = (_compiled(phrase), phrase, meaning)
            held.setdefault(first[0].rstrip("*").casefold(), []).append(entry)
        self._lengths = sorted({len(head) for head in self._heads})

    def find(self, text: str) -> Iterator[Found]:
        """Yield every phrase in the text, in the order of where they start; they may overlap.

        Examples
        --------
        >>> chips = Phrases([("semiconductor*", "tech"), ("supply chain*", "supply")])
        >>> [(found.start, found.meaning) for found in chips.find("Semiconductors and supply-chains")]
        [(0, 'tech'), (19, 'supply')]
        """
        for word in WORD.finditer(text):
            for pattern, phrase, meaning in self._starting(word[0].casefold()[:LONGEST_WORD]):
                match = pattern.match(text, word.start())
                if match is not None:
                    yield Found(match.start(), match.end(), phrase, meaning)

    def _starting(self, word: str) -> Iterator[tuple[re.Pattern[str], str, str]]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length <= len(word):
                yield from self._heads.get(word[:length], ())


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    words = [re.escape(word).replace(r"\*", r"\w*").replace("'", "['\u2019]") for word in re.split(r"[\s\-]+", phrase)]
    cases = re.NOFLAG if phrase != phrase.lower() else re.IGNORECASE
    return re.compile(GAP.join(words) + (r"(?!\w)" if WORD.match(phrase[-1]) or phrase[-1] == "*" else ""), cases)
