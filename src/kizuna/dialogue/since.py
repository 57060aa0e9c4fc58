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
from kizuna.dialogue.entries import Commitment, Meeting, Progress, ProgressStatus, Series
from kizuna.dialogue.events import ReviewState
from kizuna.dialogue.register import Register
from kizuna.dialogue.rows import Held
from kizuna.floor.errors import RegisterError
from kizuna.floor.units import MONTHS_PER_YEAR

CONFIRMED: tuple[ReviewState, ...] = ("confirmed", "corrected")
PORTION = 500  # ids in one question
CLOSED: tuple[ProgressStatus, ...] = ("done", "done_late", "superseded", "dropped")


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
    meeting. ``progress`` are the confirmed judgements up to the later day, the latest last, and ``status`` is that of
    the last one, ``superseded`` where a later commitment says so, and ``no_evidence`` where there is neither.
    """

    commitment: Commitment
    made: str | None
    new: bool
    status: ProgressStatus
    progress: tuple[Progress, ...]

    @property
    def open(self) -> bool:
        """Whether something is still to be done, as far as anybody confirmed."""
        return self.status not in CLOSED


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A series of the partners, with its meetings after the earlier day up to the later, and the last one before."""

    series: Series
    met: tuple[Meeting, ...]
    planned: tuple[Meeting, ...]
    before: Meeting | None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: a commitment's deadline, or the next meeting of a series that meets at a stated interval."""

    on: str
    what: str
    overdue: bool
    commitment: Commitment | None = None
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """Progress of partners from one meeting to another, or to a day.

    Parameters
    ----------
    partners
        ISO 3166 alpha-3 codes.
    earlier
        The meeting from which on is asked.
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
    unreviewed
        Number of drafts of commitments of these series and days that nobody has reviewed.
    """

    partners: tuple[str, ...]
    earlier: Meeting
    later: Meeting | None
    day: date
    standings: tuple[Standing, ...]
    dialogues: tuple[Dialogue, ...]
    due: tuple[Due, ...]
    unreviewed: int


def last_two_meetings(register: Register, partners: Sequence[str]) -> tuple[Meeting, Meeting] | None:
    """Return the last two held meetings of the series of just these partners that met last; None without such.

    A series counts from its second dated meeting on, so that there is something since when to ask.
    """
    best: tuple[Meeting, Meeting] | None = None
    for series in _series_of(register, partners):
        if set(series.parties) != set(partners):
            continue
        held = [meeting for meeting in _meetings_of(register, [series.id]) if meeting.status == "held"]
        if len(held) > 1 and (best is None or _starts(held[-1]) > _starts(best[1])):
            best = held[-2], held[-1]
    return best


def progress_since(
    register: Register, partners: Sequence[str], since: str, until: str | None = None, *, today: date
) -> Since:
    """Return what became of the partners' commitments and dialogues since a meeting.

    Parameters
    ----------
    register
        Where to look.
    partners
        ISO 3166 alpha-3 codes; a series counts if all of them are parties to it.
    since, until
        Ids of meetings; ``until`` is today where not given.
    today
        The day that decides what is overdue.

    Raises
    ------
    RegisterError
        If a meeting is unknown, has no day, is not confirmed, or the second is not after the first.
    """
    earlier = dated_meeting(register, since)
    later = dated_meeting(register, until) if until else None
    day = latest(later.start) if later and later.start else today
    begin = _starts(earlier)
    if day <= begin:
        raise RegisterError(
            "These meetings do not follow each other",
            [f"{since} was on {earlier.start}, {until or 'today'} is {day}"],
            expected="the earlier meeting first",
        )
    series = _series_of(register, partners)
    ids = [one.id for one in series]
    meetings = _meetings_of(register, ids)
    commitments = _confirmed(register, "commitment", series=ids)
    made = _days_made(register, commitments, meetings)
    known = [one for one in commitments if made[one.id] is None or earliest(str(made[one.id])) <= day]
    standings = _standings(register, known, made, begin, day)
    return Since(
        partners=tuple(partners),
        earlier=earlier,
        later=later,
        day=day,
        standings=standings,
        dialogues=tuple(_dialogue(one, meetings, begin, day) for one in series),
        due=_due(standings, series, meetings, day, today),
        unreviewed=len(register.entries("commitment", state="draft", series=ids)) if ids else 0,
    )


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
    published = {held.entry.id: held.entry.published for held in _by_id(register, "document", documents)}
    return {one.id: by_meeting.get(one.meeting or "") or published.get(one.sources[0]) for one in commitments}


def _standings(
    register: Register, commitments: Sequence[Commitment], made: dict[str, str | None], begin: date, day: date
) -> tuple[Standing, ...]:
    judged: dict[str, list[tuple[date, int, Progress]]] = {}
    for held in _by_id(register, "progress", [one.id for one in commitments], "commitment"):
        as_of = latest(held.entry.as_of)
        if held.state in CONFIRMED and earliest(held.entry.as_of) <= day:
            judged.setdefault(held.entry.commitment, []).append((as_of, held.added, held.entry))
    followed = {old for one in commitments for old in one.supersedes}
    standings = []
    for one in commitments:
        entries = tuple(entry for *_, entry in sorted(judged.get(one.id, []), key=lambda found: found[:2]))
        status: ProgressStatus = entries[-1].status if entries else "no_evidence"
        if one.id in followed and status not in CLOSED:
            status = "superseded"
        day_made = made[one.id]
        new = day_made is not None and earliest(day_made) > begin
        standings.append(Standing(one, day_made, new, status, entries))
    return tuple(sorted(standings, key=lambda found: (_reversed_day(found.made), found.commitment.id)))


def _dialogue(series: Series, meetings: Sequence[Meeting], begin: date, day: date) -> Dialogue:
    own = [one for one in meetings if one.series == series.id]
    held = [one for one in own if one.status == "held"]
    return Dialogue(
        series,
        met=tuple(one for one in held if begin < _starts(one) <= day),
        planned=tuple(one for one in own if one.status in ("scheduled", "proposed") and latest(str(one.start)) > begin),
        before=next((one for one in reversed(held) if _starts(one) <= begin), None),
    )


def _due(
    standings: Iterable[Standing], series: Iterable[Series], meetings: Sequence[Meeting], day: date, today: date
) -> tuple[Due, ...]:
    found = []
    for one in standings:
        deadline = one.commitment.deadline
        if deadline and one.open:
            what = f"{one.commitment.action} {one.commitment.object}"
            found.append(Due(deadline, what, latest(deadline) < today, commitment=one.commitment))
    for dialogue in series:
        held = [one for one in meetings if one.series == dialogue.id and one.status == "held" and _starts(one) <= day]
        if dialogue.every_months and held:
            following = _months_later(held[-1], dialogue.every_months)
            found.append(Due(following, f"meet: {dialogue.name}", latest(following) < today, series=dialogue))
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


def _by_id(register: Register, kind: str, ids: Sequence[str], field: str = "id") -> list[Held]:
    """Return entries of which a field holds one of these ids, asked for in portions that every database takes."""
    portions = [list(ids[at : at + PORTION]) for at in range(0, len(ids), PORTION)]
    asked: list[dict[str, Any]] = [{field: portion} for portion in portions]
    return [held for equal in asked for held in register.entries(kind, **equal)]


def _starts(meeting: Meeting) -> date:
    return earliest(str(meeting.start))


def _reversed_day(day: str | None) -> int:
    """Return what sorts the newest first and undated ones last."""
    return -earliest(day).toordinal() if day else 0
