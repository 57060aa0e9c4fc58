"""The sections of a brief: at a glance, one chapter a basket, and what we do not know."""

from __future__ import annotations

from kizuna.brief import rules
from kizuna.brief.amounts import per_cent
from kizuna.brief.book import FigureBook
from kizuna.brief.document import Cell, Column, Picture, Section, Table, Words
from kizuna.brief.drawings import draw
from kizuna.brief.exposures import (
    disagreements,
    text_cell,
    what_it_buys,
    what_methods_say,
    what_they_share,
    who_can_help,
)
from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.pictures import BaseMap, RankedRow, SupplierColours, ranking
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.exposure.food import APPROXIMATE
from kizuna.floor.params import parameter
from kizuna.tables.commodities import Commodity

FOOD_COLUMNS = (
    ("Imports", "imports"),
    ("First supplier's share", "top1_share"),
    ("HHI", "import_hhi"),
    ("Effective suppliers", "effective_suppliers"),
    ("Self-sufficiency", "food_self_sufficiency"),
    ("Import dependency", "food_import_dependency"),
    ("Stocks over use", "food_stocks_to_use"),
)


def write_chapter(
    facts: Facts, book: FigureBook, chapter: Chapter, colours: SupplierColours, base_map: BaseMap, drawn: set[str]
) -> Section:
    """Return the section of one basket; ``drawn`` holds the commodities that earlier chapters have drawn."""
    parts: list[Table | Picture] = []
    paragraphs: list[Words] = [_about(chapter)]
    if chapter.commodities:
        parts += [what_it_buys(facts, book, chapter, code) for code in facts.order.partners]
        for table, none in (
            (what_they_share(facts, book, chapter), _none_shared()),
            (who_can_help(facts, book, chapter), _no_help()),
        ):
            if table.rows:
                parts.append(table)
            else:
                paragraphs.append((none,))
        parts += draw(facts, book, chapter, colours, base_map, drawn)
        parts.append(what_methods_say(facts, book, chapter))
        paragraphs += disagreements(facts, chapter)
    if chapter.crops:
        parts += _food(facts, book, chapter)
    if chapter.uncovered:
        parts.append(_uncovered(chapter))
    return Section(chapter.basket.id, chapter.basket.name, tuple(paragraphs), tuple(parts))


def _none_shared() -> str:
    share = rules.share("common_supplier_share")
    return f"The partners do not buy over {share} of any commodity of this basket from the same supplier."


def _no_help() -> str:
    share = rules.share("can_supply_share")
    return f"No partner provides {share} of what another buys in this basket, or of world exports."


def _about(chapter: Chapter) -> Words:
    """Say what the basket is, and how much of it the figures cover."""
    members, missing = chapter.basket.members, len(chapter.uncovered)
    unverified = sum(not member.verified for member in members)
    said = [chapter.basket.about, f"Figures cover {len(members) - missing} of its {len(members)} members."]
    if missing:
        said.append(f"{missing} {'has' if missing == 1 else 'have'} none.")
    if unverified:
        said.append(f"{unverified} {'membership is' if unverified == 1 else 'memberships are'} unverified.")
    return (" ".join(said),)


def _food(facts: Facts, book: FigureBook, chapter: Chapter) -> list[Table | Picture]:
    rows, bars = [], []
    for code in facts.order.partners:
        for crop in chapter.crops:
            subject = Commodity(crop, "FAO", (crop,), crop.capitalize())
            cells = [text_cell(subject.name), text_cell(economy_name(facts.tables, code))]
            first = facts.exposure.by_key.get(
                (code, subject.key, int(parameter("food_trade_year")), "top1_share", None)
            )
            cells.append(
                text_cell(economy_name(facts.tables, first.detail))
                if first is not None and first.value is not None
                else Cell(words=("gap",), gap="no imports")
            )
            for _, name in FOOD_COLUMNS:
                row = facts.exposure.by_key.get((code, subject.key, int(parameter("food_trade_year")), name, None))
                cells.append(
                    Cell(words=("gap",), gap="no imports recorded")
                    if row is None
                    else book.cell(book.of_row(row, subject))
                )
            if first is not None and first.value is not None and _imports_matter(facts, code, subject):
                label = f"{economy_name(facts.tables, code)}: {crop} from {economy_name(facts.tables, first.detail)}"
                bars.append(RankedRow(capital(label), first.value, per_cent(first.value)))
            rows.append(tuple(cells))
    note = f"{APPROXIMATE}. Food energy; stocks in months of use."
    table = Table(
        id=f"{chapter.basket.id}-food",
        title="Staple food: what each buys, grows and keeps",
        columns=(
            Column("Crop"),
            Column("Buyer"),
            Column("First supplier"),
            *(Column(title, True) for title, _ in FOOD_COLUMNS),
        ),
        rows=tuple(rows),
        note=note,
        citation=facts.tables.store.source("food_trade").citation,
    )
    bars.sort(key=lambda bar: -float(bar.value) if isinstance(bar.value, float) else 0.0)
    says = f"{bars[0].label}: {bars[0].end_label} of imports, the largest share" if bars else "no imports recorded"
    title = "How much of each crop comes from one supplier?"
    picture = Picture(
        id=f"{chapter.basket.id}-first-suppliers",
        title=title,
        svg=ranking(bars, text_alternative=says, full=1.0) if bars else "",
        alternative=says,
        caption="Share of imports in food energy, mean of 2015 to 2017. "
        f"{facts.tables.store.source('food_trade').citation}",
        twin=Table(
            id=f"{chapter.basket.id}-first-suppliers-table",
            title="First suppliers of staple food",
            columns=(Column("Buyer, crop and supplier"), Column("Share", True)),
            rows=tuple((text_cell(bar.label), text_cell(bar.end_label, repr(bar.value))) for bar in bars),
            note="Mean of 2015 to 2017, food energy.",
            citation=facts.tables.store.source("food_trade").citation,
        ),
        absent="" if bars else "no imports recorded",
    )
    return [table, picture]


def _imports_matter(facts: Facts, code: str, crop: Commodity) -> bool:
    """Return whether imports are 1 % or more of what the economy uses of a crop."""
    row = facts.exposure.by_key.get((code, crop.key, int(parameter("food_trade_year")), "food_import_dependency", None))
    return row is not None and row.value is not None and row.value >= parameter("food_imports_matter")


def _uncovered(chapter: Chapter) -> Table:
    names = {member.id: member.why for member in chapter.basket.members}
    return Table(
        id=f"{chapter.basket.id}-uncovered",
        title="Members that no figure covers",
        columns=(Column("Member"), Column("What for"), Column("Why there is no figure")),
        rows=tuple(
            (text_cell(name.partition(":")[2] or name), text_cell(names.get(name, "")), text_cell(reason))
            for name, reason in chapter.uncovered
        ),
        note="A gap is not a zero: what the partners buy here is unknown.",
        citation=listed(list(dict.fromkeys(str(source) for source in chapter.basket.sources.values()))) or "unverified",
    )
