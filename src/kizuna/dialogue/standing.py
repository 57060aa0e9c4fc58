"""How each commitment stands on a day, by what was confirmed: judgements, evidence, and what followed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kizuna.dialogue.dates import earliest, latest
from kizuna.dialogue.entries import Commitment, Progress, ProgressStatus
from kizuna.dialogue.events import CONFIRMED
from kizuna.dialogue.register import Register
from kizuna.dialogue.rows import Held

PORTION = 500  # ids in one question
CLOSED: tuple[ProgressStatus, ...] = ("done", "done_late", "superseded", "dropped")
BEGUN: tuple[ProgressStatus, ...] = ("done", "done_late", "under_way")


STATUS_WORDS: dict[ProgressStatus, str] = {
    "done": "done",
    "done_late": "done late",
    "under_way": "under way",
    "not_started": "not started",
    "stalled": "stalled",
    "superseded": "superseded",
    "dropped": "dropped",
    "no_evidence": "no evidence in the register",
}
"""How a status is called, in the order in which groups are shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One commitment and how it stood at the later day.

    ``made`` is the day of the meeting or document, as far as it is stated; ``new`` whether that lies after the earlier
    meeting. ``progress`` are the confirmed judgements up to the later day, in the order in which they count, and
    ``status`` is what follows from them, ``superseded`` where a later commitment says so, and ``no_evidence`` where
    there is neither. ``again`` are the days on which it was only said again: such a commitment counts once, where it
    was made, with all that is judged of it.
    """

    commitment: Commitment
    made: str | None
    new: bool
    status: ProgressStatus
    progress: tuple[Progress, ...]
    again: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether something is still to be done, as far as anybody confirmed."""
        return self.status not in CLOSED


def standings(
    register: Register, commitments: Sequence[Commitment], made: Mapping[str, str | None], begin: date, day: date
) -> tuple[Standing, ...]:
    """Return how commitments stand, the newest first.

    Parameters
    ----------
    commitments
        Confirmed ones; those of which every statement was rejected are left out.
    made
        Day on which each was made, by its id; None where it is not stated.
    begin, day
        What was made after ``begin`` is new; judgements up to ``day`` count.
    """
    said = _said(register, commitments)
    roots = _roots(said, made)
    judged = _judged(register, said, roots, day)
    followed = {roots[old] for one in said for old in one.supersedes if old in roots and _follows(one, old, said, made)}
    again: dict[str, list[str]] = {}
    for one in said:
        if roots[one.id] != one.id:
            again.setdefault(roots[one.id], []).append(made[one.id] or "on no stated day")
    found = []
    for one in said:
        if roots[one.id] != one.id:
            continue
        progress = _in_order(judged.get(one.id, []))
        status = _status(one, progress)
        if one.id in followed and status not in CLOSED:
            status = "superseded"
        day_made = made[one.id]
        new = day_made is not None and earliest(day_made) > begin
        found.append(Standing(one, day_made, new, status, progress, tuple(sorted(again.get(one.id, ())))))
    return tuple(sorted(found, key=lambda each: (_reversed_day(each.made), each.commitment.id)))


def evidence_of(register: Register, found: Iterable[Standing]) -> dict[str, tuple[str, ...]]:
    """Return the documents that each judgement rests on, by its id, but for rejected evidence."""
    judged = [progress for one in found for progress in one.progress]
    ids = list(dict.fromkeys(id_ for progress in judged for id_ in progress.evidence))
    held = by_id(register, "evidence", ids)
    shown = {one.entry.id: one.entry.document for one in held if one.state != "rejected"}
    return {
        progress.id: tuple(document for id_ in progress.evidence if (document := shown.get(id_))) for progress in judged
    }


def by_id(register: Register, kind: str, ids: Sequence[str], field: str = "id") -> list[Held]:
    """Return entries of which a field holds one of these ids, asked for in portions that every database takes."""
    portions = [list(ids[at : at + PORTION]) for at in range(0, len(ids), PORTION)]
    return [held for portion in portions for held in register.entries(kind, **{field: portion})]  # type: ignore[arg-type]


def _rejected(register: Register, kind: str, ids: Sequence[str]) -> set[str]:
    """Return which of some entries were rejected."""
    return {id_ for id_, state in register.states(kind, ids).items() if state == "rejected"}


def _said(register: Register, commitments: Sequence[Commitment]) -> list[Commitment]:
    """Leave out commitments of which every statement was rejected."""
    ids = list(dict.fromkeys(id_ for one in commitments for id_ in one.statements))
    rejected = _rejected(register, "statement", ids)
    return [one for one in commitments if not rejected >= {*one.statements}]


def _roots(commitments: Sequence[Commitment], made: Mapping[str, str | None]) -> dict[str, str]:
    """Return for each commitment the one that it only says again, however far back; itself where it is new."""
    groups = {one.id: {one.id} for one in commitments}
    for one in commitments:
        for old in one.restates:
            if old in groups and groups[old] is not groups[one.id]:
                joined = groups[old] | groups[one.id]
                groups.update(dict.fromkeys(joined, joined))
    return {id_: min(group, key=lambda each: (made[each] or "9999", each)) for id_, group in groups.items()}


def _follows(new: Commitment, old: str, commitments: Sequence[Commitment], made: Mapping[str, str | None]) -> bool:
    """Return whether a commitment may supersede another: it was not made before it; of two that claim it, the later."""
    then, now = made[old] or "", made[new.id] or "9999"
    mutual = any(new.id in one.supersedes for one in commitments if one.id == old)
    return (now, new.id) > (then, old) if mutual else now >= then


def _judged(
    register: Register, commitments: Sequence[Commitment], roots: Mapping[str, str], day: date
) -> dict[str, list[tuple[int, Progress]]]:
    """Return the confirmed judgements up to a day by root; those whose evidence was all rejected do not count."""
    found: dict[str, list[tuple[int, Progress]]] = {}
    held = [
        one for one in by_id(register, "progress", [each.id for each in commitments], "commitment")
        if one.state in CONFIRMED and earliest(one.entry.as_of) <= day
    ]  # fmt: skip
    ids = list(dict.fromkeys(id_ for one in held for id_ in one.entry.evidence))
    rejected = _rejected(register, "evidence", ids)
    for one in held:
        evidence = {*one.entry.evidence}
        if not evidence or not evidence <= rejected:
            found.setdefault(roots[one.entry.commitment], []).append((one.added, one.entry))
    return found


def _in_order(judged: Sequence[tuple[int, Progress]]) -> tuple[Progress, ...]:
    """Return judgements by day; of days that may be the same, the one entered last counts last."""
    order: list[Progress] = []
    for _, entry in sorted(judged, key=lambda one: one[0]):
        at = len(order)
        while at and earliest(order[at - 1].as_of) > latest(entry.as_of):
            at -= 1
        order.insert(at, entry)
    return tuple(order)


def _status(commitment: Commitment, progress: Sequence[Progress]) -> ProgressStatus:
    """Return the status that follows: of the last judgement of all, or of every actor; what one did is a beginning."""
    whole: ProgressStatus = "no_evidence"
    single: dict[str, ProgressStatus] = {}
    for one in progress:
        if one.actor is None:
            whole, single = one.status, {}
        else:
            single[one.actor] = one.status
    if not single:
        return whole
    if {*commitment.actors} <= {*single} and all(status in CLOSED for status in single.values()):
        return next(reversed(single.values()))
    if whole in CLOSED or any(status in BEGUN for status in single.values()):
        return "under_way"
    return next(reversed(single.values()))


def _reversed_day(day: str | None) -> int:
    """Return what sorts the newest first and undated ones last."""
    return -earliest(day).toordinal() if day else 0
