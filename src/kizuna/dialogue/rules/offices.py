"""Words of offices found in a text: "Defence Minister", "Minister for Foreign Affairs", "Secretary of State"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

MOST_WORDS = 8


class OfficeWords(BaseModel):
    """The word lists of ``data/offices.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    heads: tuple[str, ...]
    with_portfolio: tuple[str, ...]
    portfolio: tuple[str, ...]
    titles: tuple[str, ...]
    not_names: frozenset[str]


@cache
def office_words() -> OfficeWords:
    """Return the word lists of offices."""
    text = files("kizuna.dialogue").joinpath("data", "offices.toml").read_text(encoding="utf-8")
    return OfficeWords.model_validate(tomllib.loads(text))


@cache
def office_pattern() -> re.Pattern[str]:
    """Return the pattern of an office as printed, without the economy before or after it.

    Examples
    --------
    >>> [found[0] for found in office_pattern().finditer("Defence Minister A and Minister for Foreign Affairs B")]
    ['Defence Minister', 'Minister for Foreign Affairs']
    """
    words = office_words()
    portfolio = rf"(?:{_any(words.portfolio)})"
    more = rf"(?:(?:,? and |, | )(?:the )?{portfolio}){{0,{MOST_WORDS}}}"
    held = rf"(?:{_any(words.with_portfolio)})"
    parts = (
        rf"{held}\s+(?:of|for)(?:\s+the)?\s+{portfolio}{more}",
        rf"(?:{_any(words.heads)})(?:\s+(?:of|for)(?:\s+the)?\s+{portfolio}{more})?",
        rf"{portfolio}(?:(?: and | ){portfolio}){{0,5}}\s+{held}",
        held,
    )
    return re.compile(rf"\b(?:{'|'.join(parts)})\b(?!-elect|-designate)")


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
