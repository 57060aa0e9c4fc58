"""The chapter "Since we last met": what was promised and what is known of it, which dialogues met, what is due."""

from __future__ import annotations

from collections.abc import Iterable

from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Passage, Picture, Section, Table, Words
from kizuna.brief.exposures import text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.meetings import Meetings
from kizuna.brief.then_and_now import then_and_now
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.dialogue.dates import earliest
from kizuna.dialogue.entries import Meeting, Statement
from kizuna.dialogue.since import Since, by_when, stands
from kizuna.dialogue.standing import STATUS_WORDS, Standing
from kizuna.floor.errors import UnknownNameError

TITLE = "Since we last met"
REGISTER = "kizuna register"


def write_since(facts: Facts, book: FigureBook, meetings: Meetings) -> Section:
    """Return the chapter; one paragraph where the register holds no two meetings of the partners."""
    found = meetings.found
    if found.earlier is None and not found.standings and not meetings.drafts:
        return Section("since", TITLE, ((f"{_no_two_meetings(facts)} {HOW_TO_ADD}",),))
    parts: list[Table | Picture | Passage] = [_commitments(facts, meetings, found)]
    if meetings.said:
        parts.append(_said(meetings))
    parts.append(_dialogues(meetings, found))
    if meetings.years:
        parts.append(then_and_now(facts, book, meetings))
    if found.due:
        parts.append(_due(found))
    parts.append(_documents(meetings))
    if meetings.drafts:
        parts.append(_unreviewed(meetings))
    return Section("since", TITLE, _introduction(facts, meetings, found), tuple(parts))


HOW_TO_ADD = "Texts are added with kizuna read FILE --add and confirmed with kizuna register review."


def day_in_words(stated: str) -> str:
    """Return a date of reduced precision as prose writes it.

    Examples
    --------
    >>> day_in_words("2022-09-08"), day_in_words("2021-02"), day_in_words("2021")
    ('8 September 2022', 'February 2021', '2021')
    """
    day = earliest(stated)
    return {0: f"{day:%Y}", 1: f"{day:%B %Y}", 2: f"{day.day} {day:%B %Y}"}[stated.count("-")]


def source_numbers(meetings: Meetings, ids: Iterable[str]) -> str:
    """Return the numbers of documents in the chapter's list of sources, such as ``[1] [4]``."""
    known = [document.id for document in meetings.documents]
    return " ".join(f"[{known.index(id_) + 1}]" for id_ in dict.fromkeys(ids))


def _introduction(facts: Facts, meetings: Meetings, found: Since) -> tuple[Words, ...]:
    counts = {status: sum(one.status == status for one in found.standings) for status in STATUS_WORDS}
    told = listed([f"{count} {STATUS_WORDS[status]}" for status, count in counts.items() if count]) or "none"
    new = sum(one.new for one in found.standings)
    return (
        (
            f"{_from_when(facts, found)}, as of {day_in_words(meetings.as_of.isoformat())}. Of "
            f"{len(found.standings)} commitments in the register ({new} made since then): {told}.{_nothing_new(found)}",
        ),
        (
            "No evidence means that nobody has entered a published text that shows what became of it. It does not mean "
            f"that nothing was done. The register holds what was entered in it and nothing else. {HOW_TO_ADD}",
        ),
    )


def _no_two_meetings(facts: Facts) -> str:
    names = listed([economy_name(facts.tables, code) for code in facts.order.partners])
    return f"The register holds no two dated meetings of {names}."


def _from_when(facts: Facts, found: Since) -> str:
    if found.earlier is None:
        return f"{_no_two_meetings(facts)} What the published words say from the beginning"
    own = (dialogue for dialogue in found.dialogues if dialogue.series.id == found.earlier.series)
    met = [meeting for dialogue in own for meeting in dialogue.met]
    last = f" and, last, {_place(met[-1])}" if met else ""
    return f"What the published words say, from {_place(found.earlier)}{last}"


def _nothing_new(found: Since) -> str:
    """Say that no commitment of the meetings since is there, which speaks of the register, not of the meetings."""
    if any(one.new for one in found.standings) or not any(dialogue.met for dialogue in found.dialogues):
        return ""
    return " That none is of a later meeting may mean that its text was not entered, or entered in part."


def _place(meeting: Meeting) -> str:
    where = f" in {meeting.place}" if meeting.place else ""
    return f"the meeting of {day_in_words(str(meeting.start))}{where}"


def _commitments(facts: Facts, meetings: Meetings, found: Since) -> Table:
    order = list(STATUS_WORDS)
    standings = sorted(found.standings, key=lambda one: order.index(one.status))
    return Table(
        id="commitments",
        title="What was promised, and what is known of it",
        columns=tuple(map(Column, ("What", "Who", "Promised", "By when", "Stands, and its source", "Promise in"))),
        rows=tuple(_commitment_row(facts, meetings, one) for one in standings),
        note="In the register's words, not the document's. A commitment may be political or binding; none listed here "
        "has been judged kept or broken without a source.",
        citation=REGISTER,
    )


def _commitment_row(facts: Facts, meetings: Meetings, one: Standing) -> tuple[Cell, ...]:
    promise = one.commitment
    last = one.progress[-1] if one.progress else None
    judged = f", {last.as_of}: {last.rationale} {source_numbers(meetings, meetings.evidence[last.id])}" if last else ""
    again = f"; said again {', '.join(one.again)}" if one.again else ""
    made = f"{one.made or 'no day stated'}{' (since then)' if one.new else ''}{again}"
    return (
        text_cell(f"{capital(promise.action)} {promise.object}"),
        text_cell(listed([party_name(facts, actor) for actor in promise.actors])),
        text_cell(made),
        text_cell(by_when(promise) or "no day stated"),
        text_cell(f"{STATUS_WORDS[one.status]}{judged}"),
        text_cell(source_numbers(meetings, promise.sources)),
    )


def _said(meetings: Meetings) -> Table:
    return Table(
        id="said",
        title="What else was said",
        columns=tuple(map(Column, ("What", "Kind", "Areas", "Meeting", "Sources"))),
        rows=tuple(
            tuple(
                map(
                    text_cell,
                    (
                        statement.says, statement.kind.replace("_", " "),
                        _area_names(meetings, statement), str(meeting.start),
                        source_numbers(meetings, statement.sources),
                    ),
                )
            )
            for meeting, statement in meetings.said
        ),
        note="Positions, proposals, outcomes and progress noted, at the earlier meeting and since. None is a promise.",
        citation=REGISTER,
    )  # fmt: skip


def party_name(facts: Facts, party: str) -> str:
    """Return an economy's name, or the words of a party that is none."""
    try:
        return economy_name(facts.tables, facts.tables.economies.get(party).iso3)
    except UnknownNameError:
        return party


def _area_names(meetings: Meetings, statement: Statement) -> str:
    """Return the areas of a statement that nobody rejected."""
    known = [meetings.area_names[code] for code in statement.areas if code in meetings.area_names]
    return listed(known) if known else "none"


def _dialogues(meetings: Meetings, found: Since) -> Table:
    rows = []
    for one in found.dialogues:
        met = ", ".join(str(meeting.start) for meeting in one.met) or "no meeting in the register"
        planned = ", ".join(f"{meeting.start} ({meeting.status})" for meeting in one.planned)
        shown = [*one.met, *([one.before] if one.before else [])]
        numbers = source_numbers(meetings, (source for meeting in shown for source in meeting.sources))
        before = str(one.before.start) if one.before else "none in the register"
        rows.append(tuple(map(text_cell, (one.series.name, met, before, planned or "none in the register", numbers))))
    return Table(
        id="dialogues",
        title=f"Which dialogues met{f' since {found.earlier.start}' if found.earlier else ''}",
        columns=tuple(map(Column, ("Dialogue", "Met", "Last known before", "Planned", "Sources"))),
        rows=tuple(rows),
        note="Dialogues in which all partners take part. One without a meeting here may have met without our knowing.",
        citation=REGISTER,
    )


def _due(found: Since) -> Table:
    return Table(
        id="due",
        title="What is due",
        columns=tuple(map(Column, ("By", "What", "Stands"))),
        rows=tuple(tuple(map(text_cell, (one.on, capital(one.what), stands(one)))) for one in found.due),
        note="Deadlines of open commitments, and the next meeting of dialogues that meet at a stated interval.",
        citation=REGISTER,
    )


def _documents(meetings: Meetings) -> Table:
    return Table(
        id="documents",
        title="The documents",
        columns=tuple(map(Column, ("Number", "Title", "Published", "Kind", "Address", "Kind and day"))),
        rows=tuple(
            tuple(
                map(
                    text_cell,
                    (
                        f"[{number}]", document.title, document.published or "no day", document.kind.replace("_", " "),
                        document.url or "none known", "" if document.id in meetings.reviewed else "unreviewed",
                    ),
                )
            )
            for number, document in enumerate(meetings.documents, start=1)
        ),
        note="A news report is not the text that it reports on. Unreviewed: a rule read its kind and day, and nobody "
        "confirmed them.",
        citation=REGISTER,
    )  # fmt: skip


def _unreviewed(meetings: Meetings) -> Table:
    return Table(
        id="unreviewed",
        title="Unreviewed: proposed by rules, confirmed by nobody",
        columns=tuple(map(Column, ("What", "Who", "Document"))),
        rows=tuple(
            tuple(map(text_cell, (f"{one.action} {one.object}", listed(list(one.actors)), one.sources[0])))
            for one in meetings.drafts
        ),
        note="Not counted above. Confirm or reject them with kizuna register review.",
        citation=REGISTER,
    )
