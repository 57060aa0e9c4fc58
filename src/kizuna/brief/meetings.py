"""What the register says of the partners, gathered once for the chapters that are written from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kizuna.brief.facts import Chapter, Facts
from kizuna.dialogue.dates import earliest
from kizuna.dialogue.entries import PROMISES, Area, Commitment, Document, Meeting, Statement
from kizuna.dialogue.events import CONFIRMED
from kizuna.dialogue.register import Register
from kizuna.dialogue.rows import Held
from kizuna.dialogue.since import Since, last_two_meetings, progress_since
from kizuna.dialogue.standing import Standing, evidence_of
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
        What became of it since the earlier of the partners' last two meetings; from the beginning without two.
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
    reviewed
        Ids of the documents whose kind and day somebody confirmed.
    evidence
        The documents that each judgement rests on, by its id.
    """

    found: Since
    as_of: date
    panel: TradePanel
    documents: tuple[Document, ...] = ()
    said: tuple[tuple[Meeting, Statement], ...] = ()
    areas: tuple[Promised, ...] = ()
    area_names: Mapping[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()
    drafts: tuple[Commitment, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reviewed: frozenset[str] = frozenset()


def gather_meetings(facts: Facts, register: Register, as_of: date) -> Meetings:
    """Return what the register says of the partners since the earlier of their last two meetings."""
    partners = facts.order.partners
    last_two = last_two_meetings(register, partners, as_of)
    found = progress_since(register, partners, last_two[0].id if last_two else None, today=as_of)
    years = _years(facts, *(earliest(str(one.start)).year for one in last_two)) if last_two else ()
    panel = read_panel(facts.tables, facts.panel.commodities, *years) if years else facts.panel
    said = _said(register, found)
    held = _documents(register, found, said)
    return Meetings(
        found=found,
        as_of=as_of,
        documents=tuple(one.entry for one in held),
        said=said,
        areas=_areas(facts, register, found),
        area_names={area.id: area.name for area in _confirmed_areas(register)},
        panel=panel,
        years=years,
        evidence=evidence_of(register, found.standings),
        reviewed=frozenset(one.entry.id for one in held if one.state in CONFIRMED),
        drafts=found.drafts,
    )


def _years(facts: Facts, then: int, now: int) -> tuple[int, int] | tuple[()]:
    """Return the years of two meetings, cut to those with figures; empty where not two years remain."""
    first, last = facts.tables.years("HS92")
    start, end = max(first, then), min(last, now)
    return (start, end) if start < end else ()


def _said(register: Register, found: Since) -> tuple[tuple[Meeting, Statement], ...]:
    """Return the confirmed statements that are no commitments, the latest meeting first."""
    met = {found.earlier.id: found.earlier} if found.earlier else {}
    met |= {meeting.id: meeting for dialogue in found.dialogues for meeting in dialogue.met}
    held = register.entries("statement", state=CONFIRMED, meeting=list(met))
    kept = [one.entry for one in held if one.entry.kind not in PROMISES]
    order = sorted(kept, key=lambda one: (str(met[str(one.meeting)].start), one.id), reverse=True)
    return tuple((met[str(one.meeting)], one) for one in order)


def _documents(register: Register, found: Since, said: Sequence[tuple[Meeting, Statement]]) -> tuple[Held, ...]:
    """Return the sources of all that is shown, in the order of first use."""
    named: list[str] = []
    for standing in found.standings:
        named += standing.commitment.sources
    for dialogue in found.dialogues:
        named += [source for meeting in dialogue.met for source in meeting.sources]
        named += dialogue.before.sources if dialogue.before else ()
    named += [source for _, statement in said for source in statement.sources]
    named += [document for documents in evidence_of(register, found.standings).values() for document in documents]
    return tuple(register.get("document", id_) for id_ in dict.fromkeys(named))


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
