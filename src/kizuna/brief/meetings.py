"""What the register says of the partners, gathered once for the chapters that are written from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kizuna.brief.facts import Chapter, Facts
from kizuna.dialogue.dates import earliest
from kizuna.dialogue.entries import PROMISES, Area, Commitment, Document, Meeting, Statement
from kizuna.dialogue.register import Register
from kizuna.dialogue.since import CONFIRMED, Since, Standing, last_two_meetings, progress_since
from kizuna.exposure.panel import TradePanel, read_panel
from kizuna.tables.baskets import load_baskets


@dataclass(frozen=True, slots=True)
class Promised:
    """One agenda area with the commitments in it, and the chapters of the brief whose figures speak of it."""

    area: Area
    standings: tuple[Standing, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Meetings:
    """What the register says.

    Parameters
    ----------
    found
        What became of it since the earlier of the partners' last two meetings; None without two meetings.
    as_of
        The day for which this is said.
    documents
        The documents behind it, in the order in which they are numbered.
    said
        What was said at the earlier meeting and at all that followed, promises apart, with the meeting.
    areas
        Areas with a commitment or with a chapter, in the register's order.
    panel
        Trade of the brief's commodities in the years of both meetings, as far as figures go.
    area_names
        Name of each area by its id.
    years
        The year of the earlier meeting and that of the later, or the last with figures; empty where figures do not
        cover two years.
    drafts
        Proposed commitments that nobody has reviewed; they are listed under "unreviewed" only.
    """

    found: Since | None
    as_of: date
    panel: TradePanel
    documents: tuple[Document, ...] = ()
    said: tuple[tuple[Meeting, Statement], ...] = ()
    areas: tuple[Promised, ...] = ()
    area_names: Mapping[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()
    drafts: tuple[Commitment, ...] = ()


def gather_meetings(facts: Facts, register: Register, as_of: date) -> Meetings:
    """Return what the register says of the partners since the earlier of their last two meetings."""
    partners = facts.order.partners
    last_two = last_two_meetings(register, partners)
    if last_two is None:
        return Meetings(None, as_of, facts.panel)
    before, last = last_two
    found = progress_since(register, partners, before.id, today=as_of)
    years = _years(facts, earliest(str(before.start)).year, earliest(str(last.start)).year)
    panel = read_panel(facts.tables, facts.panel.commodities, *years) if years else facts.panel
    series = [dialogue.series.id for dialogue in found.dialogues]
    said = _said(register, found)
    return Meetings(
        found=found,
        as_of=as_of,
        documents=_documents(register, found, said),
        said=said,
        areas=_areas(facts, register, found),
        area_names={area.id: area.name for area in _confirmed_areas(register)},
        panel=panel,
        years=years,
        drafts=tuple(held.entry for held in register.entries("commitment", state="draft", series=series)),
    )


def _years(facts: Facts, then: int, now: int) -> tuple[int, int] | tuple[()]:
    """Return the years of two meetings, cut to those with figures; empty where not two years remain."""
    first, last = facts.tables.years("HS92")
    start, end = max(first, then), min(last, now)
    return (start, end) if start < end else ()


def _said(register: Register, found: Since) -> tuple[tuple[Meeting, Statement], ...]:
    """Return the confirmed statements that are no commitments, the latest meeting first."""
    met = {found.earlier.id: found.earlier}
    met |= {meeting.id: meeting for dialogue in found.dialogues for meeting in dialogue.met}
    held = register.entries("statement", state=CONFIRMED, meeting=list(met))
    kept = [one.entry for one in held if one.entry.kind not in PROMISES]
    order = sorted(kept, key=lambda one: (str(met[str(one.meeting)].start), one.id), reverse=True)
    return tuple((met[str(one.meeting)], one) for one in order)


def _documents(register: Register, found: Since, said: Sequence[tuple[Meeting, Statement]]) -> tuple[Document, ...]:
    """Return the sources of all that is shown, in the order of first use."""
    named: list[str] = []
    for standing in found.standings:
        named += standing.commitment.sources
    for dialogue in found.dialogues:
        named += [source for meeting in dialogue.met for source in meeting.sources]
        named += dialogue.before.sources if dialogue.before else ()
    named += [source for _, statement in said for source in statement.sources]
    for standing in found.standings:
        named += _evidence(register, standing)
    return tuple(register.get("document", id_).entry for id_ in dict.fromkeys(named))


def _evidence(register: Register, standing: Standing) -> list[str]:
    shown = [register.get("evidence", id_).entry for progress in standing.progress for id_ in progress.evidence]
    return [one.document for one in shown if one.document]


def _areas(facts: Facts, register: Register, found: Since) -> tuple[Promised, ...]:
    # A basket of a user's own speaks of no area, whatever its name.
    known = tuple(load_baskets())
    by_basket = {chapter.basket.id: chapter for chapter in facts.chapters if chapter.basket in known}
    areas = []
    for area in _confirmed_areas(register):
        standings = tuple(one for one in found.standings if area.id in one.commitment.areas)
        chapters = tuple(by_basket[basket] for basket in area.baskets if basket in by_basket)
        if standings or chapters:
            areas.append(Promised(area, standings, chapters))
    return tuple(areas)


def _confirmed_areas(register: Register) -> Sequence[Area]:
    return [held.entry for held in register.entries("area", state=CONFIRMED)]
