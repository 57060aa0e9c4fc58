"""What a reading may point to in a register."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.dialogue.entries import Commitment, Meeting, Participation, Person, Post, Series
from kizuna.dialogue.register import Register

READ = ("series", "meeting", "person", "post", "participation", "commitment", "statement", "selector", "document")


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds already, so that a reading points to it rather than adding it again."""

    series: tuple[Series, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    participations: tuple[Participation, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    areas: frozenset[str] = frozenset()
    taken: frozenset[tuple[str, str]] = frozenset()
    """Kind and id of every entry, the rejected too, since an id is never used twice."""


def known_of(register: Register) -> Known:
    """Return what a reading may point to in a register; of what was rejected, only that its id is taken."""
    found = {kind: register.entries(kind) for kind in (*READ, "area")}
    kept = {kind: tuple(one.entry for one in held if one.state != "rejected") for kind, held in found.items()}
    return Known(
        series=kept["series"],
        meetings=kept["meeting"],
        people=kept["person"],
        posts=kept["post"],
        participations=kept["participation"],
        commitments=kept["commitment"],
        areas=frozenset(area.id for area in kept["area"]),
        taken=frozenset((kind, one.entry.id) for kind, held in found.items() for one in held),
    )
