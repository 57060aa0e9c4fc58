"""Everything a brief is written from, measured once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kizuna.exposure.ask import Ask, Things, add_basket, read_ask
from kizuna.exposure.exposure import Exposure, Row
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.panel import Basis, TradePanel, read_panel
from kizuna.exposure.spans import Span, read_spans
from kizuna.floor.errors import OutOfRangeError, RequestError
from kizuna.floor.params import parameter
from kizuna.tables.baskets import Basket, load_baskets
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity

DEFAULT_BASKETS = (
    "critical-minerals",
    "energy",
    "staple-food",
    "batteries",
    "magnets",
    "semiconductors",
    "telecom",
    "defence-materials",
)
DEFAULT_PEERS = ("KOR", "DEU", "USA", "CHN")
METHODS = (
    "concentration",
    "cepii-geodep",
    "production",
    "geopolrisk",
    "supply-balance",
    "origin",
    "world-network",
    "window",
    "food-balance",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered: who meets, the year, since when, and which baskets."""

    partners: tuple[str, ...]
    peers: tuple[str, ...]
    year: int
    since: int
    baskets: tuple[Basket, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One basket with the commodities that trade figures cover, its crops, and what no figure covers."""

    basket: Basket
    commodities: tuple[Commodity, ...]
    crops: tuple[str, ...]
    uncovered: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """Measured once for a brief.

    Parameters
    ----------
    settled
        Last year that headlines may use.
    now, then
        Years of the two spans that are compared.
    series
        Years of the pictures.
    spans_now, spans_then, yearly
        Spans by commodity key and economy (partners and peers): the compared years, and all years of the series.
    """

    tables: Tables
    order: Order
    ask: Ask
    panel: TradePanel
    exposure: Exposure
    chapters: tuple[Chapter, ...]
    settled: int
    now: tuple[int, ...]
    then: tuple[int, ...]
    series: tuple[int, ...]
    spans_now: Mapping[str, Mapping[str, Span]]
    spans_then: Mapping[str, Mapping[str, Span]]
    yearly: Mapping[str, Mapping[str, Span]]

    @property
    def commodities(self) -> dict[str, Commodity]:
        """Commodities of all chapters by key."""
        return {commodity.key: commodity for commodity in self.panel.commodities}

    def position(self, commodity: Commodity) -> int:
        """Position of a commodity in the panel."""
        return [known.key for known in self.panel.commodities].index(commodity.key)

    def row(self, economy: str, commodity: Commodity, indicator: str, basis: Basis | None = "value") -> Row | None:
        """Return a measured row of the brief's year; None where the method was not measured for it."""
        return self.exposure.by_key.get((economy, commodity.key, self.order.year, indicator, basis))

    def name(self, economy: str) -> str:
        """Plain English name of an economy."""
        return self.tables.economies.get(economy).name_en


def read_order(
    tables: Tables,
    partners: Sequence[str],
    *,
    year: int | None = None,
    since: int | None = None,
    baskets: Sequence[str] = (),
    peers: Sequence[str] = DEFAULT_PEERS,
) -> Order:
    """Check an order and fill in what was left open: the last settled year, five years before it, all baskets.

    Raises
    ------
    RequestError
        If fewer than two different economies are named.
    OutOfRangeError
        If a year lies outside the figures, or the span does not run forward.
    """
    codes = tuple(dict.fromkeys(tables.economies.get(name).iso3 for name in partners))
    if len(codes) < 2:
        one = codes[0] if codes else "IND"
        raise RequestError(
            f"a brief for {one} alone" if codes else "a brief for nobody",
            expected="two economies or more: a brief is about what partners share",
            do=f"Name a partner, such as: kizuna brief {one} {'JPN' if one != 'JPN' else 'IND'}. "
            f"For one economy: kizuna exposure {one} --basket critical-minerals",
        )
    first, last = tables.years("HS92")
    chosen = min(last, int(parameter("last_settled_year"))) if year is None else year
    start = chosen - int(parameter("persistence_window")) if since is None else since
    for name, asked in (("--year", chosen), ("--since", start)):
        if not first <= asked <= last:
            raise OutOfRangeError(
                f"{name} {asked}",
                where="trade in this snapshot",
                expected=f"a year from {first} to {last}",
                do=f"Take {name} {min(max(asked, first), last)}.",
            )
    if start >= chosen:
        raise OutOfRangeError(
            f"--since {start}", expected=f"a year before --year {chosen}", do=f"Take --since {chosen - 1}."
        )
    found = tuple(load_baskets().get(name) for name in dict.fromkeys(baskets or DEFAULT_BASKETS))
    beside = tuple(
        code for code in dict.fromkeys(tables.economies.get(name).iso3 for name in peers) if code not in codes
    )
    return Order(codes, beside, chosen, start, found)


def gather(tables: Tables, order: Order) -> Facts:
    """Measure everything that a brief of this order needs."""
    settled = min(order.year, int(parameter("last_settled_year")))
    now, then = compared_years(order.since, max(settled, order.since + 1))
    chapters = tuple(_chapter(tables, basket) for basket in order.baskets)
    ask = read_ask(tables, order.partners, (), (), order.baskets, [order.year], None)
    panel = read_panel(tables, ask.commodities, min(order.since, then[0]), order.year)
    series = tuple(range(order.since, order.year + 1))
    everyone = (*order.partners, *order.peers)
    exposure = measure_exposure(tables, order.partners, baskets=order.baskets, years=[order.year], methods=METHODS)
    return Facts(
        tables=tables,
        order=order,
        ask=ask,
        panel=panel,
        exposure=exposure,
        chapters=chapters,
        settled=settled,
        now=now,
        then=then,
        series=series,
        spans_now={c.key: read_spans(panel, [at], everyone, now) for at, c in enumerate(panel.commodities)},
        yearly={c.key: read_spans(panel, [at], everyone, series) for at, c in enumerate(panel.commodities)},
        spans_then={c.key: read_spans(panel, [at], everyone, then) for at, c in enumerate(panel.commodities)},
    )


def compared_years(since: int, year: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the years that stand for now and for then: up to three each, never overlapping.

    Examples
    --------
    >>> compared_years(2018, 2023), compared_years(2021, 2023)
    (((2021, 2022, 2023), (2018, 2019, 2020)), ((2023,), (2021,)))
    """
    width = max(1, min(int(parameter("years_averaged")), (year - since + 1) // 2))
    return tuple(range(year - width + 1, year + 1)), tuple(range(since, since + width))


def _chapter(tables: Tables, basket: Basket) -> Chapter:
    things = Things()
    add_basket(tables, things, basket)
    return Chapter(basket, tuple(things.commodities.values()), tuple(things.crops), tuple(things.uncovered.items()))
