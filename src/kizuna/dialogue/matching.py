"""Which earlier commitment a new one speaks of: restates, supersedes or advances it. Proposals for a reviewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, utils

from kizuna.dialogue.entries import Commitment
from kizuna.floor.params import parameter

Relation = Literal["restates", "supersedes", "advances"]


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier commitment, how the new one relates to it, and how alike their words are (0 to 1)."""

    earlier: str
    relation: Relation
    likeness: float


def match_commitment(new: Commitment, earlier: Iterable[Commitment]) -> tuple[Match, ...]:
    """Return the earlier commitments that a new one speaks of, the likest first.

    An earlier one counts if it is of the same series, shares an actor and an area (where both have areas), and its verb
    and object are alike: the token-set ratio of both is at least ``match_likeness``. It is restated where the words are
    nearly the same (``restate_likeness``), the verb is, and neither deadline nor target differs; superseded where they
    do, and else advanced.

    Parameters
    ----------
    new
        The commitment that was read.
    earlier
        Commitments that may be older; the new one itself is passed over.

    References
    ----------
    Token-set ratio: rapidfuzz, ``fuzz.token_set_ratio``.
    """
    found = [match for old in earlier if old.id != new.id and (match := _match(new, old)) is not None]
    return tuple(sorted(found, key=lambda match: (-match.likeness, match.earlier)))


def _match(new: Commitment, old: Commitment) -> Match | None:
    if new.series is None or new.series != old.series or not set(new.actors) & set(old.actors):
        return None
    if new.areas and old.areas and not set(new.areas) & set(old.areas):
        return None
    likeness = fuzz.token_set_ratio(_words(new), _words(old), processor=utils.default_process) / 100
    if likeness < parameter("match_likeness"):
        return None
    return Match(old.id, _relation(new, old, likeness), likeness)


def _relation(new: Commitment, old: Commitment, likeness: float) -> Relation:
    if likeness < parameter("restate_likeness") or new.action.casefold() != old.action.casefold():
        return "advances"
    same = (new.deadline, new.target_value, new.target_unit) == (old.deadline, old.target_value, old.target_unit)
    return "restates" if same else "supersedes"


def _words(commitment: Commitment) -> str:
    return f"{commitment.action} {commitment.object}"
