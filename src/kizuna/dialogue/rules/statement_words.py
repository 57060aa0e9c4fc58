"""The word lists of ``data/statements.toml``, as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kizuna.dialogue.entries import DocumentKind, StatementKind

PART = re.compile(r"(?<!\(\?P)<(\w+)>")


class WrittenRule(BaseModel):
    """One rule as the file has it: its pattern in pieces, in which ``<name>`` stands for a part or a list of words."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: StatementKind
    pattern: tuple[str, ...]
    subject: tuple[Literal["speaker", "body"], ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    unless: str | None = None
    not_after: str | None = None
    acts: bool = False


class StatementWords(BaseModel):
    """Lists of words; a star ends a word in any letters, a question mark stands for one letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    speakers: tuple[str, ...]
    bodies: tuple[str, ...]
    duties: tuple[str, ...]
    passives: tuple[str, ...]
    beginnings: tuple[str, ...]
    givings: tuple[str, ...]
    actions: tuple[str, ...]
    courtesies: tuple[str, ...]
    parts: dict[str, tuple[str, ...]]
    rules: tuple[WrittenRule, ...]

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """Return a pattern with its parts and lists of words put in; all are found in every case."""
        while named := PART.search(pattern):
            name = named[1]
            part = "".join(self.parts[name]) if name in self.parts else any_of(getattr(self, name))
            pattern = pattern[: named.start()] + part + pattern[named.end() :]
        return re.compile(pattern, re.IGNORECASE)


@cache
def statement_words() -> StatementWords:
    """Return the lists."""
    written = (files("kizuna.dialogue") / "data" / "statements.toml").read_text(encoding="utf-8")
    return StatementWords.model_validate(tomllib.loads(written))


def any_of(words: tuple[str, ...]) -> str:
    """Return a pattern for any of some words, the longest first.

    Examples
    --------
    >>> any_of(("group", "working group", "organi?e"))
    '(?:working group|organi\\\\we|group)'
    """
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(_pattern(word) for word in ordered)})"


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w").replace(r"\ ", " ")


@cache
def gerunds() -> frozenset[str]:
    """Return the actions as gerunds: "making", "planning" by the rules of English, near enough to find one."""
    found = set()
    for verb in statement_words().actions:
        stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
        found |= {f"{stem}ing", f"{stem}{stem[-1]}ing"}
    return frozenset(found)
