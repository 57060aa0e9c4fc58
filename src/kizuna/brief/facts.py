"""Everything a brief is written from, measured once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kizuna.brief.wording import small
from kizuna.exposure.artefacts import VanishedFlow, vanished_flows
from kizuna.exposure.ask import Ask, Things, add_basket, read_ask
from kizuna.exposure.exposure import Exposure, Row
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.panel import Basis, TradePanel, read_panel
from kizuna.exposure.spans import Span, read_spans
from kizuna.floor.errors import OutOfRangeError, RequestError, TableError
from kizuna.floor.params import parameter
from kizuna.tables.baskets import Basket, as_covered, load_baskets
from kizuna.tables.blocs import load_blocs
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.economies import Economy

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

    @property
    def products_missing(self) -> bool:
        """Whether the basket names products, such as equipment, that no trade figure covers."""
        return any(member.gap is not None and member.kind == "product" for member in self.basket.members)

    @property
    def goods(self) -> str:
        """What the figures cover of the basket, inside a sentence: its materials only, where products are missing."""
        return f"materials for {small(self.basket.name)}" if self.products_missing else small(self.basket.name)


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
    vanished
        Large suppliers of a partner that are missing for one year.
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
    vanished: tuple[VanishedFlow, ...]

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
    codes = tuple(dict.fromkeys(_single_economy(tables, name).iso3 for name in partners))
    if len(codes) < 2:
        one = codes[0] if codes else "IND"
        raise RequestError(
            f"a brief for {one} alone" if codes else "a brief for nobody",
            expected="two economies or more: a brief is about what partners share",
            do=f"Name a partner, such as: kizuna brief {one} {'JPN' if one != 'JPN' else 'IND'}. "
            f"For one economy: kizuna exposure {one} --basket critical-minerals",
        )
    chosen, start = _checked_years(tables, year, since)
    for code in (*codes, *(tables.economies.get(name).iso3 for name in peers)):
        _refuse_former(tables, code, settled_year(chosen))
    named = (load_baskets().get(name) for name in dict.fromkeys(baskets or DEFAULT_BASKETS))
    found = tuple(as_covered(basket, tables.complete_products) for basket in named)
    beside = tuple(
        code for code in dict.fromkeys(tables.economies.get(name).iso3 for name in peers) if code not in codes
    )
    return Order(codes, beside, chosen, start, found)


def gather(tables: Tables, order: Order) -> Facts:
    """Measure everything that a brief of this order needs."""
    settled = settled_year(order.year)
    now, then = compared_years(order.since, settled)
    chapters = tuple(_chapter(tables, basket) for basket in order.baskets)
    ask = read_ask(tables, order.partners, (), (), order.baskets, [order.year], None)
    panel = read_panel(tables, ask.commodities, min(order.since, then[0], now[0]), order.year)
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
        vanished=tuple(vanished_flows(panel, order.partners)),
        spans_then={c.key: read_spans(panel, [at], everyone, then) for at, c in enumerate(panel.commodities)},
    )


def _single_economy(tables: Tables, name: str) -> Economy:
    """Return the economy of this name; a bloc is refused, since what partners share is asked of single economies."""
    if "+" in name or "=" in name or name.casefold() in {bloc.casefold() for bloc in load_blocs()}:
        raise RequestError(
            f"the bloc {name!r} as a partner",
            expected="single economies: a brief is about what partners share",
            do=f"Name its members, or measure it as one: kizuna exposure {name} --basket critical-minerals",
        )
    return tables.economies.get(name)


def _refuse_former(tables: Tables, code: str, year: int) -> None:
    """Refuse an economy that had no trade of its own any more, or not yet, in the years that a brief compares."""
    economy = tables.economies.get(code)
    first, last = year - int(parameter("years_averaged")) + 1, year
    if (economy.valid_to or last) < last or (economy.valid_from or first) > first:
        span = f"from {economy.valid_from or 'the start'} to {economy.valid_to or 'now'}"
        raise RequestError(
            f"{economy.name_en} ({code}) in {first} to {last}",
            where="trade statistics",
            expected=f"an economy with a code of its own in these years; this one has it {span}",
            do="Name the economy that trade was reported under in these years.",
        )


def _checked_years(tables: Tables, year: int | None, since: int | None) -> tuple[int, int]:
    """Return the year of the brief and the start of its comparison, filled in and checked."""
    first, last = tables.years("HS92")
    width = int(parameter("years_averaged"))
    if last - first + 1 < 2 * width:
        raise OutOfRangeError(
            f"{last - first + 1} years of trade", where=f"{first} to {last}",
            expected=f"{2 * width} or more: {width} years are set beside {width} earlier ones",
            do="Add the file with all years, or go back to the figures that ship: kizuna data use 0",
        )  # fmt: skip
    chosen = min(last, int(parameter("last_settled_year"))) if year is None else year
    settled = settled_year(chosen)
    start = max(first, settled - int(parameter("persistence_window"))) if since is None else since
    for name, asked, low, high in (
        ("--year", chosen, first + 2 * width - 1, last),
        ("--since", start, first if start + width <= settled - width + 1 else first + width - 1, settled - 1),
    ):
        if not low <= asked <= high:
            raise OutOfRangeError(
                f"{name} {asked}",
                where=f"trade from {first} to {last}, settled to {settled_year(last)}",
                expected=f"a year from {low} to {high}: {width} settled years are set beside {width} earlier ones",
                do=f"Take {name} {min(max(asked, low), high)}.",
            )
    return chosen, start


def settled_year(year: int) -> int:
    """Return the last settled year up to ``year``: headlines never use a provisional one."""
    return min(year, int(parameter("last_settled_year")))


def compared_years(since: int, settled: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the years that stand for now and for then, as many as headlines average.

    Now ends in the last settled year. Then begins in ``since``; where it would run into now it ends in ``since``.

    Examples
    --------
    >>> compared_years(2018, 2023), compared_years(2021, 2023)
    (((2021, 2022, 2023), (2018, 2019, 2020)), ((2021, 2022, 2023), (2019, 2020, 2021)))
    """
    width = int(parameter("years_averaged"))
    now = tuple(range(settled - width + 1, settled + 1))
    start = since if since + width <= now[0] else since - width + 1
    return now, tuple(range(start, start + width))


def _chapter(tables: Tables, basket: Basket) -> Chapter:
    things = Things()
    add_basket(tables, things, basket)
    chapter = Chapter(basket, tuple(things.commodities.values()), tuple(things.crops), tuple(things.uncovered.items()))
    _refuse_overlap(chapter)
    return chapter


def _refuse_overlap(chapter: Chapter) -> None:
    """Refuse a basket that holds a product twice: its sums would count the same trade twice."""
    holders: dict[str, list[str]] = {}
    for commodity in chapter.commodities:
        for code in commodity.codes:
            holders.setdefault(code, []).append(commodity.key)
    faults = [f"{code} is in {' and in '.join(keys)}" for code, keys in holders.items() if len(keys) > 1]
    if faults:
        raise TableError(
            f"The basket {chapter.basket.id} holds products twice:",
            faults,
            expected="each HS code in one member: its imports are added up",
            do="Take the narrower member out.",
        )
