"""The chapter "For the next meeting": a draft agenda, ranked by what the figures say."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Run, Section, Table, Words
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.meetings import Meetings, Promised
from kizuna.brief.since_chapter import party_name
from kizuna.brief.wording import capital, commodity_name, economy_name, listed, years_in_words
from kizuna.dialogue.standing import Standing
from kizuna.exposure import pairs
from kizuna.exposure.spans import Span
from kizuna.floor.params import parameter
from kizuna.tables.commodities import Commodity

TITLE = "For the next meeting"


@dataclass(frozen=True, slots=True)
class Good:
    """A good for which partners hang on suppliers that are no partners; ``hanging`` are their purchases."""

    commodity: Commodity
    hanging: tuple[Span, ...]

    @property
    def stake_usd(self) -> float:
        """US dollars a year that the partners buy of the good from the suppliers on which they hang."""
        return sum(span.stake_usd for span in self.hanging)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a draft agenda: areas, and those of their goods for which most dollars hang on a first supplier."""

    areas: tuple[Promised, ...]
    goods: tuple[Good, ...]

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """The open commitments of its areas, each once."""
        found = {one.commitment.id: one for area in self.areas for one in area.standings if one.open}
        return tuple(found.values())


def write_agenda(facts: Facts, book: FigureBook, meetings: Meetings) -> Section:
    """Return the chapter: areas of the figures and of the promises, most at stake first; areas of one good together."""
    by_goods: dict[tuple[str, ...], Item] = {}
    for promised in meetings.areas:
        goods = _goods(facts, promised)
        key = tuple(good.commodity.key for good in goods) or (promised.area.id,)
        known = by_goods.get(key)
        by_goods[key] = Item((*(known.areas if known else ()), promised), goods)
    items = sorted(by_goods.values(), key=_rank)
    if not items:
        return Section("next", TITLE, (("The register names no area of these partners, so there is no agenda.",),))
    return Section("next", TITLE, ((_rule(facts),),), (_table(facts, book, items),))


def _rule(facts: Facts) -> str:
    return (
        "A draft for officials to cross out. Each area stands with the goods of its baskets of which the partners "
        "together buy most, in US dollars a year, from suppliers outside the meeting on which they hang (means of "
        f"{years_in_words(facts.now)}, by value; at most {int(parameter('agenda_goods'))}), in the order of the first; "
        "areas of the same goods make one item. Baskets whose products no figure covers give none. Areas without a "
        "good follow by the number of open commitments, then by name. What the figures do not cover may matter more."
    )


def _rank(item: Item) -> tuple[float, int, str]:
    return -max((good.stake_usd for good in item.goods), default=0.0), -len(item.waiting), item.areas[0].area.name


def _goods(facts: Facts, promised: Promised) -> tuple[Good, ...]:
    """Return the goods of an area for which partners hang on a supplier that is no partner, most at stake first."""
    partners = facts.order.partners
    covered = [chapter for chapter in promised.chapters if not chapter.products_missing]
    found = {}
    for commodity in (one for chapter in covered for one in chapter.commodities):
        spans = [facts.spans_now[commodity.key][code] for code in partners]
        hanging = tuple(span for span in spans if pairs.hangs(span) and span.top not in partners)
        if hanging:
            found[commodity.key] = Good(commodity, hanging)
    ranked = sorted(found.values(), key=lambda good: (-good.stake_usd, good.commodity.key))
    return tuple(ranked[: int(parameter("agenda_goods"))])


def _table(facts: Facts, book: FigureBook, items: list[Item]) -> Table:
    rows = [
        (
            text_cell(str(place)), text_cell(listed([one.area.name for one in item.areas])),
            _figures(facts, book, item), _promises(facts, item),
        )
        for place, item in enumerate(items, start=1)
    ]  # fmt: skip
    return Table(
        id="agenda",
        title="Draft agenda",
        columns=(Column("Item"), Column("Area"), Column("What the figures say"), Column("Open commitments")),
        rows=tuple(rows),
        note=f"Hang: over the limit of the findings bought from one supplier, {years_in_words(facts.now)}, by value.",
        citation=citation(facts, facts.panel.commodities),
    )


def _figures(facts: Facts, book: FigureBook, item: Item) -> Cell:
    if not item.goods:
        return text_cell(_without_good(item.areas[0]))
    said: list[Run] = []
    plain: list[str] = []
    for good in item.goods:
        said.append(f"{'. ' if said else ''}{capital(commodity_name(good.commodity))}: ")
        plain.append(commodity_name(good.commodity))
        for at, span in enumerate(good.hanging):
            buyer, supplier = economy_name(facts.tables, span.economy), economy_name(facts.tables, span.top)
            share = book.mark(book.mean_share(span, [good.commodity], good.commodity.key, span.top))
            amount = book.mark(book.mean_supplier_usd(span, [good.commodity], good.commodity.key, span.top))
            said += ["; " if at else "", f"{buyer} ", share, f" from {supplier} (", amount, " a year)"]
            plain.append(f"{buyer} {span.top_share!r} from {supplier}")
    words: Words = tuple(said)
    return Cell(words=words, plain="; ".join(plain))


def _without_good(promised: Promised) -> str:
    if not promised.chapters:
        return "no figure here speaks of it"
    if any(chapter.crops for chapter in promised.chapters):
        return "in food energy: see its chapter"
    if all(chapter.products_missing for chapter in promised.chapters):
        return "no figure covers its products; materials for them: see its chapter"
    return "no good of it for which a partner hangs on one supplier"


def _promises(facts: Facts, item: Item) -> Cell:
    """Return the open commitments, each with who promised it where that is not everybody."""
    said = []
    for one in item.waiting:
        promise = one.commitment
        alone = set(promise.actors) != set(facts.order.partners)
        who = f"{listed([party_name(facts, actor) for actor in promise.actors])}: " if alone else ""
        said.append(f"{who}{promise.action} {promise.object}")
    return text_cell(capital("; ".join(said)) if said else "none in the register")
