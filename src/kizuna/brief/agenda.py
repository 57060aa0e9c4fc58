"""The chapter "For the next meeting": a draft agenda, ranked by what the figures say."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Run, Section, Table, Words
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.meetings import Meetings, Promised
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, years_in_words
from kizuna.exposure import pairs
from kizuna.exposure.spans import Span
from kizuna.tables.commodities import Commodity

TITLE = "For the next meeting"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a draft agenda: an area, and a good of it for which dollars hang on a first supplier."""

    promised: Promised
    commodity: Commodity | None
    hanging: tuple[Span, ...]

    @property
    def stake_usd(self) -> float:
        """US dollars a year that the partners buy of the good from the suppliers on which they hang."""
        return sum(span.stake_usd for span in self.hanging)


def write_agenda(facts: Facts, book: FigureBook, meetings: Meetings) -> Section:
    """Return the chapter: areas of the figures and of the promises, most at stake first."""
    goods = {promised.area.id: _hanging_goods(facts, promised) for promised in meetings.areas}
    items: list[Item] = []
    for promised in sorted(meetings.areas, key=lambda one: _rank(one, goods[one.area.id])):
        shown = {item.commodity for item in items}
        fresh = (item for item in goods[promised.area.id] if item.commodity not in shown)
        items.append(next(fresh, Item(promised, None, ())))
    if not items:
        return Section("next", TITLE, (("The register names no area of these partners, so there is no agenda.",),))
    return Section("next", TITLE, ((_rule(facts),),), (_table(facts, book, items),))


def _rule(facts: Facts) -> str:
    return (
        "A draft for officials to cross out. Areas stand in the order of US dollars a year that the partners together "
        "buy, of one good of the area, from a supplier outside the meeting on which they hang "
        f"(means of {years_in_words(facts.now)}, by value); a good is named once. Areas "
        "without such a good follow by the number of open commitments, then by name. What the figures do not cover may "
        "matter more."
    )


def _rank(promised: Promised, goods: list[Item]) -> tuple[float, int, str]:
    waiting = sum(one.open for one in promised.standings)
    return -max((item.stake_usd for item in goods), default=0.0), -waiting, promised.area.name


def _hanging_goods(facts: Facts, promised: Promised) -> list[Item]:
    """Return the goods of an area for which a partner hangs on a supplier that is no partner, most at stake first."""
    partners = facts.order.partners
    found = {}
    for commodity in (commodity for chapter in promised.chapters for commodity in chapter.commodities):
        spans = [facts.spans_now[commodity.key][code] for code in partners]
        hanging = tuple(span for span in spans if pairs.hangs(span) and span.top not in partners)
        if hanging:
            found[commodity.key] = Item(promised, commodity, hanging)
    return sorted(found.values(), key=lambda item: (-item.stake_usd, item.commodity.key if item.commodity else ""))


def _table(facts: Facts, book: FigureBook, items: list[Item]) -> Table:
    rows = [
        (text_cell(str(place)), text_cell(item.promised.area.name), _figures(facts, book, item), _promises(item))
        for place, item in enumerate(items, start=1)
    ]
    return Table(
        id="agenda",
        title="Draft agenda",
        columns=(Column("Item"), Column("Area"), Column("What the figures say"), Column("Open commitments")),
        rows=tuple(rows),
        note=f"Hang: over the limit of the findings bought from one supplier, {years_in_words(facts.now)}, by value.",
        citation=citation(facts, facts.panel.commodities),
    )


def _figures(facts: Facts, book: FigureBook, item: Item) -> Cell:
    if item.commodity is None:
        return text_cell(_without_good(item.promised))
    said: list[Run] = [f"{capital(commodity_name(item.commodity))}: "]
    plain = [commodity_name(item.commodity)]
    for at, span in enumerate(item.hanging):
        buyer, supplier = economy_name(facts.tables, span.economy), economy_name(facts.tables, span.top)
        share = book.mark(book.mean_share(span, [item.commodity], item.commodity.key, span.top))
        amount = book.mark(book.mean_supplier_usd(span, [item.commodity], item.commodity.key, span.top))
        said += ["; " if at else "", f"{buyer} ", share, f" from {supplier} (", amount, " a year)"]
        plain.append(f"{buyer} {span.top_share!r} from {supplier}")
    words: Words = tuple(said)
    return Cell(words=words, plain="; ".join(plain))


def _without_good(promised: Promised) -> str:
    if not promised.chapters:
        return "no figure here speaks of it"
    if any(chapter.crops for chapter in promised.chapters):
        return "in food energy: see its chapter"
    return "no further good of it for which a partner hangs on one supplier"


def _promises(item: Item) -> Cell:
    waiting = [one.commitment for one in item.promised.standings if one.open]
    if not waiting:
        return text_cell("none in the register")
    return text_cell(capital(listed([f"{one.action} {one.object}" for one in waiting])))
