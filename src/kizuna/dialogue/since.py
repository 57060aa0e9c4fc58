"""What became of it: commitments, dialogues and deadlines of partners between two of their meetings.

Only confirmed entries count. Where no confirmed progress says how a commitment stands, it is without evidence, which is
said and never read as failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kizuna.dialogue.dates import earliest, latest
from kizuna.dialogue.entries import Commitment, Meeting, ProgressStatus, Series
from kizuna.dialogue.events import CONFIRMED, ReviewState
from kizuna.dialogue.register import Register
from kizuna.dialogue.rows import Held
from kizuna.dialogue.standing import STATUS_WORDS, Standing, by_id, standings
from kizuna.floor.errors import RegisterError
from kizuna.floor.units import MONTHS_PER_YEAR

PLANNED = ("scheduled", "proposed")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A series of the partners, with its meetings after the earlier day up to the later, and the last one before."""

    series: Series
    met: tuple[Meeting, ...]
    planned: tuple[Meeting, ...]
    before: Meeting | None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: a commitment's deadline, or the next meeting of a series that meets at a stated interval.

    ``overdue`` says that the day has passed; ``status`` how a commitment stands, None for a meeting.
    """

    on: str
    what: str
    overdue: bool
    status: ProgressStatus | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """Progress of partners from one meeting to another, or to a day.

    Parameters
    ----------
    partners
        ISO 3166 alpha-3 codes.
    earlier
        The meeting from which on is asked; None where it is from the beginning.
    later
        The meeting up to which is asked; None where it is up to ``day``.
    day
        Last day that counts.
    standings
        Commitments made up to that day, the newest first.
    dialogues
        Every series in which all partners are parties, by name.
    due
        By day, overdue ones first.
    drafts
        Proposed commitments of the partners that nobody has reviewed.
    """

    partners: tuple[str, ...]
    earlier: Meeting | None
    later: Meeting | None
    day: date
    standings: tuple[Standing, ...]
    dialogues: tuple[Dialogue, ...]
    due: tuple[Due, ...]
    drafts: tuple[Commitment, ...]


def stands(due: Due) -> str:
    """Return how something that is due stands, in words."""
    if due.status is not None:
        return f"{'the day has passed; ' if due.overdue else ''}{STATUS_WORDS[due.status]}"
    return "the month has passed; no later meeting in the register" if due.overdue else "ahead"


def by_when(commitment: Commitment) -> str:
    """Return a deadline in its own words, with the day where one follows from them; empty where none is stated."""
    words, day = commitment.deadline_text, commitment.deadline
    if words and day:
        return words if day in words else f"{words} ({day})"
    return words or (f"by {day}" if day else "")


def last_two_meetings(register: Register, partners: Sequence[str], day: date) -> tuple[Meeting, Meeting] | None:
    """Return the last two held meetings, up to a day, of the series of just these partners that met last.

    A series counts from its second dated meeting on, so that there is something since when to ask.
    """
    best: tuple[Meeting, Meeting] | None = None
    for series in _series_of(register, partners):
        if set(series.parties) != set(partners):
            continue
        met = (meeting for meeting in _meetings_of(register, [series.id]) if meeting.status == "held")
        held = [meeting for meeting in met if _starts(meeting) <= day]
        if len(held) > 1 and (best is None or _starts(held[-1]) > _starts(best[1])):
            best = held[-2], held[-1]
    return best


def progress_since(
    register: Register, partners: Sequence[str], since: str | None, until: str | None = None, *, today: date
) -> Since:
    """Return what became of the partners' commitments and dialogues since a meeting.

    Parameters
    ----------
    register
        Where to look.
    partners
        ISO 3166 alpha-3 codes; a series counts if all of them are parties to it.
    since, until
        Ids of meetings; from the beginning, and until today, where None.
    today
        The day up to which is asked where no later meeting is named.

    Raises
    ------
    RegisterError
        If a meeting is unknown, has no day, is not confirmed, or the second is not after the first.
    """
    earlier = dated_meeting(register, since) if since else None
    later = dated_meeting(register, until) if until else None
    day = latest(later.start) if later and later.start else today
    begin = _starts(earlier) if earlier is not None else date.min
    if earlier is not None and (day <= begin or (later is not None and _starts(later) <= begin)):
        raise RegisterError(
            "These meetings do not follow each other",
            [f"{since} was on {earlier.start}, {until or 'today'} is {day}"],
            expected="the earlier meeting first",
        )
    series = _series_of(register, partners)
    ids = [one.id for one in series]
    meetings = _meetings_of(register, ids)
    commitments = [held.entry for held in commitments_of(register, partners, ids, CONFIRMED)]
    made = _days_made(register, commitments, meetings)
    known = [one for one in commitments if made[one.id] is None or earliest(str(made[one.id])) <= day]
    found = standings(register, known, made, begin, day)
    return Since(
        partners=tuple(partners),
        earlier=earlier,
        later=later,
        day=day,
        standings=found,
        dialogues=tuple(_dialogue(one, meetings, begin, day) for one in series),
        due=_due(found, series, meetings, day),
        drafts=tuple(held.entry for held in commitments_of(register, partners, ids, ("draft",))),
    )


def commitments_of(
    register: Register, partners: Sequence[str], series: Sequence[str], state: tuple[ReviewState, ...]
) -> list[Held]:
    """Return the commitments of partners: those of their series, and those of no series that all of them made.

    A commitment read from a text of no meeting that the register knows has no series; then it is theirs if one of them
    promised it and all of them are among those who promised it or issued its text.
    """
    own = register.entries("commitment", state=state, series=list(series)) if series else ()
    loose = register.entries("commitment", state=state, series=None)
    documents = by_id(register, "document", sorted({held.entry.sources[0] for held in loose}))
    issuers = {held.entry.id: held.entry.issuers for held in documents}
    asked = set(partners)
    return [
        *own,
        *(
            held
            for held in loose
            if asked & {*held.entry.actors} and asked <= {*held.entry.actors, *issuers[held.entry.sources[0]]}
        ),
    ]


def dated_meeting(register: Register, id: str) -> Meeting:  # noqa: A002 - the word for it
    """Return a confirmed meeting with a day; raises RegisterError where there is none."""
    held = register.get("meeting", id)
    meeting: Meeting = held.entry
    faults = [] if held.state in CONFIRMED else [f"nobody has confirmed it: it is {held.state}"]
    if meeting.start is None:
        faults.append("it has no day")
    if faults:
        raise RegisterError(f"The meeting {id} cannot be asked about:", faults, where=register.place)
    return meeting


def _series_of(register: Register, partners: Sequence[str]) -> tuple[Series, ...]:
    found = [one for one in _confirmed(register, "series") if set(partners) <= set(one.parties)]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


def _meetings_of(register: Register, series: Sequence[str]) -> tuple[Meeting, ...]:
    """Return the dated meetings of these series by day."""
    found = [one for one in _confirmed(register, "meeting", series=list(series)) if one.start]
    return tuple(sorted(found, key=lambda one: (_starts(one), one.id)))


def _days_made(
    register: Register, commitments: Sequence[Commitment], meetings: Sequence[Meeting]
) -> dict[str, str | None]:
    """Return the day on which each was made: its meeting's, else that of the first document that states it."""
    by_meeting = {one.id: one.start for one in meetings}
    without = [one for one in commitments if not one.meeting or one.meeting not in by_meeting]
    documents = sorted({one.sources[0] for one in without})
    published = {held.entry.id: held.entry.published for held in by_id(register, "document", documents)}
    return {one.id: by_meeting.get(one.meeting or "") or published.get(one.sources[0]) for one in commitments}


def _dialogue(series: Series, meetings: Sequence[Meeting], begin: date, day: date) -> Dialogue:
    own = [one for one in meetings if one.series == series.id]
    held = [one for one in own if one.status == "held"]
    return Dialogue(
        series,
        met=tuple(one for one in held if begin < _starts(one) <= day),
        planned=tuple(one for one in own if one.status in PLANNED and latest(str(one.start)) > day),
        before=next((one for one in reversed(held) if _starts(one) <= begin), None),
    )


def _due(
    found_standings: Iterable[Standing], series: Iterable[Series], meetings: Sequence[Meeting], day: date
) -> tuple[Due, ...]:
    found = []
    for one in found_standings:
        deadline = one.commitment.deadline
        if deadline and one.open:
            what = f"{one.commitment.action} {one.commitment.object}"
            found.append(Due(deadline, what, latest(deadline) < day, one.status))
    for dialogue in series:
        held = [one for one in meetings if one.series == dialogue.id and one.status == "held" and _starts(one) <= day]
        if dialogue.every_months and held:
            following = _months_later(held[-1], dialogue.every_months)
            found.append(Due(following, f"meet: {dialogue.name}", latest(following) < day))
    return tuple(sorted(found, key=lambda one: (not one.overdue, earliest(one.on), one.what)))


def _months_later(meeting: Meeting, months: int) -> str:
    """Return the month that lies so many months after a meeting, or the year where only a year is stated.

    A meeting of 2021-04-27 that is to come again after twelve months is due in 2022-04.
    """
    start = str(meeting.start)
    first = earliest(start)
    year, month = divmod(first.year * MONTHS_PER_YEAR + first.month - 1 + months, MONTHS_PER_YEAR)
    return f"{year:04d}-{month + 1:02d}" if "-" in start else f"{year:04d}"


def _confirmed(register: Register, kind: str, **equal: object) -> list[Any]:
    return [held.entry for held in register.entries(kind, state=CONFIRMED, **equal)]


def _starts(meeting: Meeting) -> date:
    return earliest(str(meeting.start))
