"""The book of figures: every number that a brief prints is entered here with its derivation, and marked by its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kizuna.brief import amounts
from kizuna.brief.document import Cell, Mark
from kizuna.exposure import derivation
from kizuna.exposure.exposure import Row
from kizuna.exposure.indicators import indicator
from kizuna.exposure.spans import Span
from kizuna.floor.errors import TableError
from kizuna.floor.figures import Derivation, Figure
from kizuna.floor.gaps import Gap
from kizuna.floor.units import MONTHS_PER_YEAR
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

# Indicator -> recipe that recomputes it from the imports by supplier.
FROM_IMPORTS = {
    "supplier_count": "suppliers",
    "import_hhi": "hhi",
    "effective_suppliers": "effective",
    "top1_share": "top1",
    "top3_share": "top3",
    "cdi1": "hhi",
}
WORDS: dict[str, Callable[[float, int], str]] = {
    "usd": amounts.usd,
    "t": amounts.tonnes,
    "share": amounts.per_cent,
    "index": amounts.index,
    "ratio": amounts.index,
    "years": lambda value, digits: f"{amounts.significant(value * MONTHS_PER_YEAR, digits)} months",
    "kg Cu-eq/kg": amounts.index,
    "kcal": lambda value, digits: f"{amounts.significant(value / 1e12, digits)} trillion kcal",
    "count": lambda value, digits: amounts.significant(value, digits) if value % 1 else f"{value:.0f}",
    "flag": lambda value, _: "yes" if value else "no",
}


class FigureBook:
    """Figures by id; the same key entered twice must be the same figure."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
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
        found = indicator(row.indicator)
        key = f"{row.economy}.{row.revision + ':' if row.revision else ''}{row.product}.{row.year}.{row.indicator}"
        key += f".{row.basis}" if row.basis else ""
        value: float | Gap = Gap(row.gap) if row.gap else float(row.value or 0.0)
        return self.enter(Figure(key, value, row.unit, found.title, row.sources, self._of_indicator(row, commodity)))

    def mean_usd(self, span: Span, commodities: Sequence[Commodity], name: str) -> Figure:
        """Enter the mean yearly imports of a span."""
        return self._span(
            span, commodities, name, "imports_mean", span.mean_usd, "usd", "mean-usd", str(len(span.years))
        )

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
        value = sum(year.get(supplier, 0) for year in span.amounts.values()) / len(span.amounts)
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
        proof = derivation.derive(self.tables, "mean-share", query, rows, word=economy)
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
        proof = derivation.derive(self.tables, "share", query, len(found), word=supplier)
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
        proof = derivation.derive(self.tables, recipe, query, span.rows, word=word)
        key = f"{span.economy}.{name}.{_of_years(span.years)}.{what}.value"
        title = f"{derivation.recipe_of(recipe).formula}, value"
        return self.enter(Figure(key, value, unit, title, self._trade_sources(commodities), proof))

    def _trade_sources(self, commodities: Sequence[Commodity]) -> tuple[str, ...]:
        stored = dict.fromkeys(f"trade_{commodity.revision.lower()}" for commodity in commodities)
        return tuple(self.tables.store.source(table).id for table in stored)

    def _of_indicator(self, row: Row, commodity: Commodity) -> Derivation:
        basis = row.basis or "value"
        notes = (row.detail,) if row.detail and row.method not in ("concentration", "partners") else ()
        if row.revision in ("HS92", "HS17") and row.gap is None:
            imports = derivation.by_supplier([commodity], [row.economy], [row.year], basis)
            if row.indicator in FROM_IMPORTS:
                return derivation.derive(self.tables, FROM_IMPORTS[row.indicator], imports, row.rows_used, notes)
            if row.indicator == "imports":
                return derivation.derive(self.tables, f"total-{row.unit}", imports, row.rows_used, notes)
            if row.indicator == "partner_share":
                return derivation.derive(self.tables, "share", imports, row.rows_used, notes, word=row.detail)
            if row.indicator in ("import_export_ratio", "cdi3"):
                query = derivation.both_ways([commodity], row.economy, [row.year], basis)
                return derivation.derive(self.tables, "ratio", query, row.rows_used, notes)
            if row.indicator == "world_export_hhi":
                query = derivation.by_exporter([commodity], [row.year], basis)
                return derivation.derive(self.tables, "hhi", query, row.rows_used, notes)
        return derivation.derive_measured(self.tables, row, commodity, notes)


def _of_years(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
