"""``write_screen_page``: from a screen of all products to the page that tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.brief import screen_words as words
from kizuna.brief.document import SourceLine, Table
from kizuna.brief.screen_rows import (
    Line,
    Note,
    SupplierSum,
    every_row,
    ranked_lines,
    read_notes,
    sums_by_supplier,
    supplier_table,
)
from kizuna.brief.source_lines import source_lines
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.exposure.screen import Screen
from kizuna.tables.build import Tables


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """The whole page.

    Parameters
    ----------
    title, subtitle
        Partners; revision, year, sources with their vintage.
    method
        What was screened for.
    badges
        Warnings that belong on the first screen.
    answer, total
        For how many products the partners share a supplier, and what is at stake; ``total`` is empty where for none.
    leading
        Products with most at stake: name, and what is bought from whom.
    load
        How to load all products; empty where the figures hold a whole revision.
    partners
        Their names.
    suppliers, alternative, caption, by_supplier
        Sums by supplier: for the picture, as its words, units and source under it, and as a table.
    lines, notes, every
        Every product with a common supplier as printed, what must be known of some, and the same at full precision.
    limits
        What the page does not say.
    sources, check
        The sources, and how to check a figure.
    """

    title: str
    subtitle: str
    method: str
    badges: tuple[str, ...]
    answer: str
    total: str
    leading: tuple[tuple[str, str], ...]
    load: str
    partners: tuple[str, ...]
    suppliers: tuple[SupplierSum, ...]
    alternative: str
    caption: str
    by_supplier: Table
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    every: Table
    limits: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    check: tuple[str, ...]


def write_screen_page(tables: Tables, found: Screen) -> ScreenPage:
    """Write the page of a screen; the same figures give the same page.

    Parameters
    ----------
    tables
        The figures that were screened.
    found
        What :func:`kizuna.exposure.screen.screen` found in them.
    """
    partners = tuple(capital(economy_name(tables, code)) for code in found.partners)
    sources = source_lines(tables.store, tables.behind(["flows"], found.revision))
    citation = " ".join(source.citation for source in sources)
    notes, suppliers = read_notes(tables, found), sums_by_supplier(tables, found)
    caption = (
        f"US dollars in {found.year}, over products for which each partner buys over {words.share_words(found)} from "
        f"the supplier. Source: {'; '.join(f'{one.publisher}, {one.vintage}' for one in sources)}."
    )
    return ScreenPage(
        title=f"{listed(partners)}: common suppliers, product by product",
        subtitle=f"Screen of {found.revision}, {found.year}. Trade: "
        f"{'; '.join(f'{one.publisher}, {one.title}, {one.vintage}' for one in sources)}.",
        method=words.method_words(found),
        badges=words.badges(tables, found, notes),
        answer=words.answer_words(found, listed([economy_name(tables, code) for code in found.partners])),
        total=words.total_words(found, suppliers),
        leading=tuple(words.leading_words(tables, one, partners) for one in found.common[: words.LEADING]),
        load=words.how_to_load_all(tables, found),
        partners=partners,
        suppliers=suppliers,
        alternative=words.picture_words(suppliers),
        caption=caption,
        by_supplier=supplier_table(suppliers, partners, caption, citation),
        lines=ranked_lines(tables, found, notes),
        notes=notes,
        every=every_row(tables, found, notes, citation),
        limits=words.limits(found),
        sources=sources,
        check=words.how_to_check(tables, found),
    )
