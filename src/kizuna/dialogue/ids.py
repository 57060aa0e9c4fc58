"""Ids of entries, made from words: of a text read twice the same."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST_ID = 80


def slug(words: str) -> str:
    """Return words as an id: lower case, accents off, everything else a hyphen.

    Examples
    --------
    >>> slug("Cyber Dialogue (4th), Tōkyō")
    'cyber-dialogue-4th-tokyo'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def document_id(words: str) -> str:
    """Return words as the id of a document, short enough for the ids that are made from it; empty where none are."""
    return make_id(words) if words.strip() else ""


def promise_id(statement: str) -> str:
    """Return the id of what a statement promises."""
    return make_id(f"{statement}-promise")


def make_id(*parts: str) -> str:
    """Return an id made of words; with a piece of their hash where they are long, or hold no Latin letter."""
    whole = "-".join(parts)
    made = slug(whole)
    if made and len(made) <= LONGEST_ID:
        return made
    return f"{made[:LONGEST_ID].strip('-')}-{sha256(whole.encode()).hexdigest()[:8]}".strip("-")
