"""The book of figures: every number that a brief prints is entered here with its derivation, and marked by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kizuna.brief import amounts
from kizuna.brief.document import Cell, Mark
from kizuna.brief.wording import listed
from kizuna.exposure import derivation
from kizuna.exposure.absent import Notes
from kizuna.exposure.exposure import Row
from kizuna.exposure.indicators import indicator
from kizuna.exposure.spans import Span
from kizuna.floor.errors import TableError
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.floor.units import MONTHS_PER_YEAR
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

WORDS: dict[str, Callable[[float, int], str]] = {
    "usd": amounts.usd,
    "t": amounts.tonnes,
    "share": amounts.per_cent,
    "share of need": amounts.share_of_need,
    "days": amounts.span,
    "ratio to consumption": amounts.per_cent,
    "index": amounts.index,
    "ratio": amounts.index,
    "years": lambda value, digits: f"{amounts.significant(value * MONTHS_PER_YEAR, digits)} months",
    "kg Cu-eq/kg": amounts.index,
    "kcal": lambda value, digits: f"{amounts.significant(value / 1e12, digits)} trillion kcal",
    "count": lambda value, digits: amounts.significant(value, digits) if value % 1 else f"{value:.0f}",
    "flag": lambda value, _: "yes" if value else "no",
}


class FigureBook:
    """Figures by id; the same key entered twice must be the same figure.

    ``series`` gives the series of world production of each commodity id; ``notes`` what must be said of incomplete
    ones.
    """

    def __init__(self, tables: Tables, series: Mapping[str, str], notes: Notes) -> None:
        self.tables, self.series, self.notes = tables, series, notes
        self.figures: dict[str, Figure] = {}

    def enter(self, figure: Figure) -> Figure:
        """Enter a figure and return it."""
        held = self.figures.setdefault(figure.id, figure)
        if held.key != figure.key or held.value != figure.value:
            raise TableError(
                "Two figures share an id.", [f"{held.key} = {held.value}", f"{figure.key} = {figure.value}"]
            )
        return figure

    def mark(self, figure: Figure, digits: int = amounts.PROSE_DIGITS) -> Mark:
        """Return how a figure stands in a sentence or table."""
        if isinstance(figure.value, Gap):
            return Mark(figure.id, "no figure")
        return Mark(figure.id, WORDS[figure.unit](float(figure.value), digits))

    def cell(self, figure: Figure) -> Cell:
        """Return how a figure stands in a table."""
        if isinstance(figure.value, Gap):
            return Cell(words=(Mark(figure.id, "gap"),), gap=figure.value.reason)
        return Cell(words=(self.mark(figure, amounts.TABLE_DIGITS),), plain=repr(float(figure.value)))

    def of_row(self, row: Row, commodity: Commodity) -> Figure:
        """Enter one row of an exposure."""
        commodity_key = f"{row.revision}:{row.product}" if row.revision else row.product
        key = ".".join([row.economy, commodity_key, str(row.year), row.indicator, *([row.basis] if row.basis else [])])
        value: float | Gap = Gap(row.gap) if row.gap else float(row.value or 0.0)
        proof = derivation.derive_row(self.tables, row, commodity, self.series.get(row.product, ""))
        return self.enter(Figure(key, value, row.unit, indicator(row.indicator).title, row.sources, proof))

    def mean_usd(self, span: Span, commodities: Sequence[Commodity], name: str) -> Figure:
        """Enter the mean yearly imports of a span."""
        value: float | Gap = span.mean_usd
        if span.missing:
            value = Gap(f"no bilateral data for some of it in {listed([str(year) for year in span.missing])}")
        return self._span(span, commodities, name, "imports_mean", value, "usd", "mean-usd", str(len(span.years)))

    def mean_share(self, span: Span, commodities: Sequence[Commodity], name: str, supplier: str) -> Figure:
        """Enter the mean yearly share of one supplier over a span."""
        value: float | Gap = span.shares.get(supplier, 0.0) if span.shares else Gap("a year of the span has no imports")
        return self._span(
            span, commodities, name, f"supplier_share_mean.{supplier}", value, "share", "mean-share", supplier
        )

    def mean_effective(self, span: Span, commodities: Sequence[Commodity], name: str, value: float) -> Figure:
        """Enter the effective number of suppliers of a span's mean shares."""
        return self._span(span, commodities, name, "effective_suppliers_mean", value, "count", "mean-effective", "")

    def mean_supplier_usd(self, span: Span, commodities: Sequence[Commodity], name: str, supplier: str) -> Figure:
        """Enter the mean yearly imports from one supplier over a span."""
        value = span.usd_from(supplier)
        return self._span(
            span,
            commodities,
            name,
            f"imports_from_mean.{supplier}",
            value,
            "usd",
            "mean-supplier-usd",
            f"{supplier} over {len(span.years)}",
        )

    def world_share(self, economy: str, commodity: Commodity, years: Sequence[int], share: float, rows: int) -> Figure:
        """Enter the mean yearly share of one exporter in world exports."""
        query = derivation.by_exporter([commodity], years, "value")
        key = f"{economy}.{commodity.key}.{_of_years(years)}.world_export_share_mean.value"
        notes = self._incomplete([commodity], years)
        proof = derivation.derive(self.tables, "mean-share", query, rows, notes, word=economy)
        return self.enter(
            Figure(
                key, share, "share", "Share of world exports, mean of years", self._trade_sources([commodity]), proof
            )
        )

    def yearly_share(self, span: Span, commodities: Sequence[Commodity], name: str, year: int, supplier: str) -> Figure:
        """Enter one supplier's share in one year of a span."""
        found = span.amounts[year]
        total = sum(found.values())
        value: float | Gap = found.get(supplier, 0) / total if total else Gap(f"no imports recorded in {year}")
        query = derivation.by_supplier(commodities, [span.economy], [year], "value")
        key = f"{span.economy}.{name}.{year}.supplier_share.{supplier}.value"
        notes = self._incomplete(commodities, [year])
        proof = derivation.derive(self.tables, "share", query, len(found), notes, word=supplier)
        return self.enter(
            Figure(key, value, "share", "Share of imports, value", self._trade_sources(commodities), proof)
        )

    def _span(
        self,
        span: Span,
        commodities: Sequence[Commodity],
        name: str,
        what: str,
        value: float | Gap,
        unit: str,
        recipe: str,
        word: str,
    ) -> Figure:
        query = derivation.by_supplier(commodities, [span.economy], span.years, "value")
        notes = self._incomplete(commodities, span.years)
        proof = derivation.derive(self.tables, recipe, query, span.rows, notes, word=word)
        key = f"{span.economy}.{name}.{_of_years(span.years)}.{what}.value"
        title = f"{derivation.recipe_of(recipe).formula}, value"
        return self.enter(Figure(key, value, unit, title, self._trade_sources(commodities), proof))

    def _incomplete(self, commodities: Sequence[Commodity], years: Sequence[int]) -> tuple[str, ...]:
        """Return what must be said of commodities of which only the largest flows are listed."""
        said = {
            f"{commodity.name}, {year}: {note}"
            for commodity in commodities
            for year in years
            if (note := self.notes.of("imports", commodity.key, year))
        }
        return tuple(sorted(said))

    def _trade_sources(self, commodities: Sequence[Commodity]) -> tuple[str, ...]:
        revisions = dict.fromkeys(commodity.revision for commodity in commodities)
        return tuple(source for revision in revisions for source in self.tables.source_ids(["flows"], revision))


def _of_years(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
