"""Networks of input-output tables that a user added: ``io:oecd-2020`` and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.network.assumptions import Given
from kizuna.network.supply_network import Floats, SupplyNetwork
from kizuna.network.table import USD_PER_MILLION, from_arrays, in_million_usd
from kizuna.sources.table_names import BETWEEN, FINAL, IO_TABLE, OUTPUT, PRODUCER, UNIT, USE, year_of_table
from kizuna.tables.build import Tables

if TYPE_CHECKING:
    import polars as pl

SUBJECT = "io:"
USD_PER_THOUSAND = 1e3
THOUSAND_USD = ("000 usd", "‘000 us$", "'000 us$", "thousand usd")
# Regions of EXIOBASE that stand for the rest of a continent; WF is Wallis and Futuna elsewhere.
REST = ("WA", "WE", "WF", "WL", "WM")


def added_names(tables: Tables) -> tuple[str, ...]:
    """Return the names of the input-output tables that were added."""
    return tuple(tables.store.parts(IO_TABLE)) if IO_TABLE in tables.store.names() else ()


def from_added(tables: Tables, name: str, *, assumptions: Given | None = None) -> SupplyNetwork:
    """Build the network of an added table, in US dollars; see :func:`kizuna.network.table.from_arrays`.

    Regions that are economies take their code; others, such as the rest of the world, keep the table's.

    Raises
    ------
    UnknownNameError
        If no table of this name was added.
    RequestError
        If the table is in another currency than US dollars, or its name has no year.
    TableError
        If it does not hold each region with each sector once.
    """
    import polars as pl

    if name not in added_names(tables):
        raise UnknownNameError("input-output table", name, added_names(tables), where="kizuna data list")
    frame = pl.read_parquet(tables.store.parts(IO_TABLE)[name])
    labels = [tuple(text.split(BETWEEN, 1)) for text in frame[PRODUCER]]
    regions = tuple(dict.fromkeys(label[0] for label in labels))
    sectors = tuple(dict.fromkeys(label[-1] for label in labels))
    places = _places(labels, regions, sectors, name)
    ordered = frame[places]
    columns = [USE + text for text in ordered[PRODUCER]]
    network = from_arrays(
        f"{SUBJECT}{name}",
        [_economy(tables, region) for region in regions],
        sectors,
        ordered.select(columns).to_numpy(),
        _final(ordered, regions),
        ordered[OUTPUT].to_numpy(),
        _year(name),
        usd_per_unit=_usd_per_unit(frame[UNIT][0], name),
        assumptions=assumptions,
    )
    return replace(network, inputs=((f"{IO_TABLE} {name}", tables.store.parts(IO_TABLE)[name].stem),))


def _places(
    labels: Sequence[tuple[str, ...]], regions: Sequence[str], sectors: Sequence[str], name: str
) -> list[int]:  # fmt: skip
    at = {label: place for place, label in enumerate(labels)}
    nodes = [(region, sector) for region in regions for sector in sectors]
    missing = [" ".join(node) for node in nodes if node not in at]
    if missing or len(nodes) != len(labels):
        raise TableError(
            "The table does not hold each region with each sector once.", missing[:10], where=name,
            expected=f"{len(regions)} regions by {len(sectors)} sectors; found {len(labels)} industries",
        )  # fmt: skip
    return [at[node] for node in nodes]


def _final(frame: pl.DataFrame, regions: Sequence[str]) -> Floats:
    """Return final use added up by region, shape ``[industry, region]``."""
    found = np.zeros((frame.height, len(regions)))
    place = {region: at for at, region in enumerate(regions)}
    for column in frame.columns:
        if column.startswith(FINAL):
            region = column.removeprefix(FINAL).split(BETWEEN, 1)[0]
            if region not in place:
                raise TableError("Final demand has regions that make nothing.", [region])
            found[:, place[region]] += frame[column].to_numpy()
    return found


def _year(name: str) -> int:
    year = year_of_table(name)
    if not year:
        raise RequestError(
            f"the name {name!r} of an added table has no year", expected="a year at the end of the file's name",
            do="Rename the file, such as gloria-2022.zip, and add it again.",
        )  # fmt: skip
    return int(year)


def _economy(tables: Tables, region: str) -> str:
    if region in REST:
        return region
    try:
        found = tables.economies.by_publisher("wiod", region)
    except UnknownNameError:
        return region
    return region if isinstance(found, Gap) else found.iso3


def _usd_per_unit(unit: str, name: str) -> float:
    if in_million_usd(unit):
        return USD_PER_MILLION
    if unit.casefold() in THOUSAND_USD:
        return USD_PER_THOUSAND
    raise RequestError(
        f"the added table {name} is in {unit or 'a unit that it does not state'}", expected="US dollars",
        do="Read it in Python with kizuna.network.table.from_system(..., usd_per_unit=...).",
    )  # fmt: skip
