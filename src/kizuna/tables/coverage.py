"""What a snapshot's figures cover, table by table, and what they do not: the gaps that a file of a publisher closes."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.floor.params import parameter
from kizuna.sources.table_names import OVER, over
from kizuna.tables.baskets import as_covered, load_baskets
from kizuna.tables.build import Tables, revision_of, trade_tables

WHOLE_REVISION = 4_500  # products; each revision of the Harmonized System has over 5,000
OF_ALL = ("governance", "gdp", "population")  # tables that have every economy
YEARLY = ("mine_production", "usgs_production", "food_production", *OF_ALL)


@dataclass(frozen=True, slots=True)
class Covered:
    """One stored table: who it is from, the years and rows it has, and each thing that it lacks, one sentence each."""

    table: str
    publisher: str
    vintage: str
    rows: int
    lacks: tuple[str, ...]


def coverage(tables: Tables) -> tuple[Covered, ...]:
    """Return what each stored table of a snapshot covers and lacks, by name."""
    names = tables.store.names()
    alone = [over(table) for table in trade_tables(tables.store) if table not in names]  # of a user's own rows alone
    return tuple(_covered(tables, name) for name in names if not name.endswith(OVER) or name in alone)


def unmeasured(tables: Tables) -> tuple[tuple[str, str, str], ...]:
    """Return (basket, member, reason) of what baskets name and no figure of the snapshot covers."""
    return tuple(
        (basket.id, member.id, member.gap_reason)
        for basket in load_baskets()
        for member in as_covered(basket, tables.complete_products).members
        if member.gap_reason
    )


def _covered(tables: Tables, name: str) -> Covered:
    store = tables.store
    source = store.source(name)
    lacks: list[str] = []
    base = name.removesuffix(OVER)
    if base in trade_tables(store):
        lacks = _of_trade(tables, base)
    elif name in YEARLY:
        lacks = _of_years(tables, name)
    return Covered(name, source.publisher, source.vintage, store.rows(name), tuple(lacks))


def _of_trade(tables: Tables, name: str) -> list[str]:
    revision = revision_of(name)
    products, first, last, weighed, rows, partial = tables.rows(
        "SELECT count(DISTINCT product), min(year), max(year), count(mass_kg), count(*), "
        "count(*) FILTER (coverage = 'top flows') FROM flows WHERE revision = $revision",
        revision=revision,
    )[0]
    lacks = []
    if products < WHOLE_REVISION:
        lacks.append(f"{products:,} products of over 5,000: the whole {revision} is in CEPII's BACI_{revision} zip.")
    if partial:
        lacks.append(f"{partial:,} of {rows:,} flows are the largest alone, not all of their product.")
    if weighed < rows:
        lacks.append(f"{rows - weighed:,} of {rows:,} flows have no mass.")
    there = {year for (year,) in tables.rows("SELECT DISTINCT year FROM flows WHERE revision = $r", r=revision)}
    if missing := sorted({*range(first, last + 1)} - there):
        lacks.append(f"No year {', '.join(map(str, missing))}.")
    if last < int(parameter("last_settled_year")):
        lacks.append(f"Ends in {last}; {int(parameter('last_settled_year'))} is settled.")
    return lacks


def _of_years(tables: Tables, name: str) -> list[str]:
    tables.need(name)
    last = tables.rows(f"SELECT max(year) FROM {name}")[0][0]
    settled = int(parameter("last_settled_year"))
    lacks = [f"Ends in {last}; {settled} is settled."] if last < settled else []
    if name in OF_ALL:
        importers = "SELECT buyer FROM flows WHERE year = $year GROUP BY buyer HAVING sum(value_usd) > $least"
        absent = tables.rows(
            f"SELECT buyer::VARCHAR FROM ({importers}) WHERE buyer NOT IN (SELECT economy FROM {name}) ORDER BY ALL",
            year=settled, least=parameter("table_usd"),
        )  # fmt: skip
        if absent:
            listed = ", ".join(code for (code,) in absent)
            lacks.append(f"{len(absent)} economies that import are not in it: {listed}.")
    return lacks
