"""The figures of the chapter "If it is cut": each number of a run of the stress engine with its derivation."""

from __future__ import annotations

from kizuna.brief.amounts import share_of_need
from kizuna.brief.book import FigureBook
from kizuna.brief.cuts import Cut
from kizuna.brief.document import Cell, Mark
from kizuna.brief.stress_runs import METHODS, SUM_USD, outage_word, read_off
from kizuna.brief.wording import listed, years_in_words
from kizuna.exposure.derivation import codes_of
from kizuna.floor.figures import Derivation, Figure
from kizuna.floor.params import parameter
from kizuna.network.build import commodities_of
from kizuna.network.food import CROPS, FOOD
from kizuna.network.supply_network import SupplyNetwork
from kizuna.simulate.stress import Outage, SubjectStress
from kizuna.tables.build import Tables

# As the network of a crop notes them.
CROP_YEARS = "2015 to 2017 (trade), 2017 to 2019 (stocks) and 2020 (production)"

FORMULAS = {
    SUM_USD: "sum over goods of unmet need in USD",
    "share": "unmet need / need over the run",
    "unmet": "need less use, summed over the run",
    "short": "draws with a shortfall / draws",
    "first": "median over draws of the end of the first step with a shortfall",
    "worst": "1 - min over periods of the quantile of use / need",
    "least-arrivals": "min over periods of mean arrivals / need",
    "use": "use / need",
    "arrivals": "mean arrivals / need",
    "outage": "unmet need / need over the run",
    "direct": "base flows from these sellers / base flows from all; the largest over the stages they sell at",
}
UNITS = {"first": "days", "short": "share", "direct": "share"}


class CutFigures:
    """Enters figures of runs in the book of a brief."""

    def __init__(self, book: FigureBook) -> None:
        self.book = book
        self._read: dict[tuple[str, int], tuple[str, int]] = {}

    def mark(self, cut: Cut, subject: SubjectStress, partner: str, reads: str) -> Mark:
        """Return how a number of a run stands in a sentence; ``reads`` as in ``read_off``."""
        return self.book.mark(self.figure(cut, subject, partner, reads))

    def cell(self, cut: Cut, subject: SubjectStress, partner: str, reads: str) -> Cell:
        """Return how a number of a run stands in a table."""
        return self.book.cell(self.figure(cut, subject, partner, reads))

    def outage(self, cut: Cut, subject: SubjectStress, partner: str, outage: Outage) -> tuple[Mark, Mark]:
        """Return how stands in a table what an outage leaves unmet, and what its sellers sell the partner directly."""
        word = outage_word(outage)
        unmet, direct = (self.figure(cut, subject, partner, f"{kind} {word}") for kind in ("outage", "direct"))
        return self.book.mark(unmet), Mark(direct.id, share_of_need(outage.direct))

    def figure(self, cut: Cut, subject: SubjectStress, partner: str, reads: str) -> Figure:
        """Enter one number of one good."""
        kind = reads.split(" ")[0]
        unit = UNITS.get(kind, subject.network.unit if kind == "unmet" else "share of need")
        return self._enter(cut, (subject,), subject.subject, partner, reads, unit)

    def sum_usd(self, cut: Cut, partner: str) -> Figure:
        """Enter what a partner goes without of all goods that are counted in USD."""
        return self._enter(cut, cut.found.subjects, "all", partner, SUM_USD, "usd")

    def _enter(
        self, cut: Cut, subjects: tuple[SubjectStress, ...], named: str, partner: str, reads: str, unit: str
    ) -> Figure:
        kind = reads.split(" ")[0]
        networks = [one.network for one in subjects]
        if kind == SUM_USD:
            networks = [network for network in networks if network.unit == unit] or networks
        inputs = tuple(dict.fromkeys(entry for network in networks for entry in network.inputs))
        queries = [self._query(network) for network in networks]
        year = max(network.year for network in networks)
        key = [partner, named, str(year), "stress", cut.scenario.id, str(cut.run.draws), reads.replace(" ", ".")]
        store = self.book.tables.store
        return self.book.enter(
            Figure(
                key=".".join(key),
                value=read_off(cut.found, named, partner, reads),
                unit=unit,
                method=METHODS[kind],
                sources=tuple(dict.fromkeys(store.source(table).id for table, _ in inputs)),
                derivation=Derivation(
                    query=queries[0][0] if len(queries) == 1 else _several(networks, self.book),
                    formula=FORMULAS[kind],
                    function=cut.run.written(named, partner, reads),
                    inputs=inputs,
                    rows_used=sum(rows for _, rows in queries),
                    notes=tuple(dict.fromkeys(note for network in networks for note in network.notes)),
                ),
            )
        )

    def _query(self, network: SupplyNetwork) -> tuple[str, int]:
        """Return the query for the rows that a network is built from, and how many they are."""
        asked = (network.name, network.year)
        if asked not in self._read:
            query = _several([network], self.book)
            self._read[asked] = (query, int(self.book.tables.rows(f"SELECT count(*) FROM ({query})")[0][0]))
        return self._read[asked]


def _several(networks: list[SupplyNetwork], book: FigureBook) -> str:
    """Return one query for the rows of some networks; of trade where there is some, else of crops."""
    traded = [network for network in networks if not network.name.startswith(FOOD)]
    if not traded:
        return _of_crop(networks[0].name.removeprefix(FOOD))
    commodities = [one for network in traded for one in commodities_of(book.tables, network.name)[1]]
    first, last = min(map(_first_year, traded)), max(network.year for network in traded)
    return (
        f"SELECT year, product, supplier, buyer, value_usd AS amount FROM flows WHERE {codes_of(commodities)} "
        f"AND year BETWEEN {first} AND {last} AND buyer <> supplier AND value_usd > 0 "
        "ORDER BY amount DESC, year, product, supplier, buyer"
    )


def figure_years(tables: Tables, network: SupplyNetwork) -> str:
    """Return the years that the figures of a network are of, in words."""
    if network.name.startswith(FOOD):
        return CROP_YEARS
    codes = codes_of(commodities_of(tables, network.name)[1])
    found = tables.rows(
        f"SELECT DISTINCT year FROM flows WHERE {codes} AND year BETWEEN {_first_year(network)} AND {network.year} "
        "AND buyer <> supplier ORDER BY year"
    )
    years = [int(year) for (year,) in found]
    whole = years == list(range(years[0], years[-1] + 1))
    return years_in_words(years) if whole else listed([str(year) for year in years])


def _first_year(network: SupplyNetwork) -> int:
    """Return the first of the years that a network averages; a chain is of one year."""
    linked = any(block.makers.size for block in network.blocks)
    return network.year if linked else network.year - int(parameter("years_averaged")) + 1


def _of_crop(crop: str) -> str:
    return (
        "SELECT 'trade, kcal' AS kind, supplier::VARCHAR AS supplier, buyer::VARCHAR AS buyer, kcal::DOUBLE AS amount "
        f"FROM food_trade WHERE crop = '{crop}' AND kcal > 0 AND buyer <> supplier UNION ALL "
        "SELECT 'production, t', economy::VARCHAR, '', tonnes::DOUBLE "
        f"FROM food_production WHERE item_code = {CROPS[crop]} AND year = {int(parameter('food_production_year'))} "
        "AND tonnes > 0 UNION ALL "
        "SELECT 'stocks, kcal', economy::VARCHAR, '', kcal::DOUBLE "
        f"FROM food_stocks WHERE crop = '{crop}' ORDER BY kind DESC, amount DESC, supplier, buyer"
    )
