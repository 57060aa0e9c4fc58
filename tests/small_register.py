"""A small register for tests: entries of every kind that point to each other, all made up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from kizuna.dialogue.entries import (
    KINDS,
    Area,
    Commitment,
    Document,
    Entry,
    Evidence,
    Meeting,
    Participation,
    Person,
    Post,
    Progress,
    Selector,
    Series,
    Statement,
)
from kizuna.dialogue.events import State
from kizuna.dialogue.register import Register

DAY = datetime(2024, 8, 20, 9, 30, tzinfo=UTC)
BY: dict[str, Any] = {"who": "A. Clerk", "why": "read in the statement", "at": DAY}
TEXT = "The Ministers met. Both sides will share maps of ore — by 2026. 絆"
WORDS = "will share maps of ore"
# Fields, state, rule, and the numbers of the first and the last event.
Plain = tuple[dict[str, Any], str, str | None, int, int]


def sha256(text: str) -> str:
    """Return the sha256 of a text as a document states it."""
    return hashlib.sha256(text.encode()).hexdigest()


def document(id_: str = "statement-2024", text: str | None = TEXT, **fields: Any) -> Document:
    """Return a document whose text is kept, or that has none."""
    kept = {"text": text, "sha256": None if text is None else sha256(text)}
    return Document(id=id_, title="Joint statement", kind="joint_statement", issuers=("IND", "JPN"), **kept | fields)


def selector(id_: str = "words", of: str = "statement-2024", exact: str = WORDS, text: str = TEXT) -> Selector:
    """Return a selector that quotes a text where the words first stand in it."""
    start = text.index(exact)
    return Selector(
        id=id_, document=of, sha256=sha256(text), start=start, end=start + len(exact), exact=exact,
        prefix=text[max(0, start - 2) : start], suffix=text[start + len(exact) :][:2],
    )  # fmt: skip


def one_of_each() -> list[Entry]:
    """Return an entry of every kind, those first that others point to."""
    fact: dict[str, Any] = {"sources": ("statement-2024",), "selectors": ("words",)}
    return [
        document(),
        selector(),
        Series(id="in-jp-2plus2", name="2+2", level="ministers", parties=("IND", "JPN"), every_months=12, **fact),
        Meeting(id="third", series="in-jp-2plus2", ordinal=3, start="2024-08", status="held", **fact),
        Person(id="a-minister", name="A. Minister", party="JPN"),
        Post(id="foreign-minister", title="Minister", party="JPN"),
        Participation(
            id="a-minister-third", meeting="third", person="a-minister", post="foreign-minister", party="JPN", **fact
        ),
        Area(id="minerals", name="Minerals", baskets=("battery-minerals",)),
        Statement(
            id="maps", document="statement-2024", meeting="third", kind="commitment_firm", says=WORDS, **fact,
            areas=("minerals",),
        ),
        Commitment(
            id="share-maps", statements=("maps",), series="in-jp-2plus2", meeting="third", actors=("IND", "JPN"),
            action="share", object="maps of ore", target_value=0.1, target_unit="of all maps", deadline="2026",
            bindingness="political", areas=("minerals",), verifiable=True, **fact,
        ),
        Evidence(id="figure", dataset="trade_hs92", version="202501", key="IND 2023", value=1e-7, unit="usd"),
        Progress(
            id="maps-2025", commitment="share-maps", as_of="2025-01-31", status="under_way", score=0,
            rationale="A first map is out.", evidence=("figure",), author="A. Clerk",
        ),
    ]  # fmt: skip


def tables_of(register: Register, kinds: Iterable[str] = tuple(KINDS)) -> dict[tuple[str, str], Plain]:
    """Return what the tables of a register hold of some kinds, by kind and id."""
    return {
        (held.kind, held.entry.id): (
            held.entry.model_dump(mode="json"), held.state, held.rule, held.added, held.changed
        )
        for kind in kinds
        for held in register.entries(kind)
    }  # fmt: skip


def plain(state: State) -> dict[tuple[str, str], Plain]:
    """Return what a state holds, in the form of :func:`tables_of`."""
    return {
        (kind, id_): (dict(kept.fields), kept.state, kept.rule, kept.added, kept.changed)
        for kind, entries in state.entries.items()
        for id_, kept in entries.items()
    }
