"""Agenda areas: what a text, or a sentence, is about, by the word lists of ``data/areas.toml``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kizuna.dialogue.reading import ReadArea, Span
from kizuna.dialogue.rules.phrases import Found, Phrases
from kizuna.floor.params import parameter

SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
SHORT = 4

Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class AreaRule(BaseModel):
    """One area: its words, and the phrases in which those words mean something else (``unless``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Words
    words: Annotated[tuple[Words, ...], Field(min_length=1)]
    unless: tuple[Words, ...] = ()
    broader: Words | None = None
    baskets: tuple[Words, ...] = ()


@cache
def area_rules() -> dict[str, AreaRule]:
    """Return the rule of every area, by code, in the order of the file."""
    listed = tomllib.loads(files("kizuna.dialogue").joinpath("data", "areas.toml").read_text(encoding="utf-8"))
    return {code: AreaRule.model_validate(fields) for code, fields in listed.items()}


def read_areas(text: str) -> tuple[ReadArea, ...]:
    """Return each area that the text speaks of, once, at its first mention.

    Examples
    --------
    >>> [area.code for area in read_areas("They discussed 5G and critical minerals. Minerals first.")]
    ['telecom', 'minerals']
    """
    first: dict[str, ReadArea] = {}
    for found in _mentions(text):
        code = found.meaning
        if code not in first:
            first[code] = ReadArea(code, Span(found.start, found.end), f"area {code}: {found.phrase}")
    return tuple(first.values())


def areas_of(sentence_text: str) -> tuple[str, ...]:
    """Return the codes of the areas that one sentence speaks of, in the order of the file.

    Examples
    --------
    >>> areas_of("We will strengthen supply chains for rare earths.")
    ('supply', 'minerals')
    """
    codes = {found.meaning for found in _mentions(sentence_text)}
    return tuple(code for code in area_rules() if code in codes)


def main_areas(text: str, title: str | None = None) -> tuple[str, ...]:
    """Return the areas that a whole text is about: those that at least a set share of its sentences speaks of.

    A sentence of such a text that names no goods or field ("They will review the projects") speaks of them too.

    Parameters
    ----------
    text, title
        The whole text, and its title or None; the title counts as a sentence.

    Examples
    --------
    >>> main_areas("We will mine more rare earths. We will recycle critical minerals. We will meet again soon.")
    ('minerals',)
    """
    sentences = [part for part in SENTENCE.split(text) if len(part.split()) > SHORT]
    if title:
        sentences.append(title)
    counted = Counter(code for sentence in sentences for code in areas_of(sentence))
    least = parameter("main_area_share") * len(sentences)
    return tuple(code for code in area_rules() if counted[code] and counted[code] >= least)


def _mentions(text: str) -> Iterator[Found]:
    words, exceptions = _phrases()
    excepted: dict[str, list[Found]] = {}
    for found in exceptions.find(text):
        excepted.setdefault(found.meaning, []).append(found)
    behind = dict.fromkeys(excepted, 0)
    for found in words.find(text):
        held = excepted.get(found.meaning)
        if held is None or not _covered(found, held, behind):
            yield found


def _covered(found: Found, held: list[Found], behind: dict[str, int]) -> bool:
    place = behind[found.meaning]
    while place < len(held) and held[place].end < found.start:
        place += 1
    behind[found.meaning] = place
    ahead = place
    while ahead < len(held) and held[ahead].start <= found.start:
        if held[ahead].end >= found.end:
            return True
        ahead += 1
    return False


@cache
def _phrases() -> tuple[Phrases, Phrases]:
    rules = area_rules().items()
    return (
        Phrases((word, code) for code, rule in rules for word in rule.words),
        Phrases((word, code) for code, rule in rules for word in rule.unless),
    )
