"""Networks of trade alone: who sells what to whom, one stage for each product, home supply unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import NetworkError, OutOfRangeError, RequestError
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T
from kizuna.network.assumptions import Given, assumed
from kizuna.network.supply_network import Block, Floats, SupplyNetwork
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.materials import load_materials
from kizuna.tables.suppressed import suppression

Basis = Literal["value", "mass"]
Columns = dict[str, npt.NDArray[Any]]
_FLOWS = """
SELECT position, enum_code(supplier) AS supplier, enum_code(buyer) AS buyer, sum(value_usd)::DOUBLE AS value,
       sum(coalesce(mass_kg, 0))::DOUBLE AS mass, sum(CASE WHEN mass_kg IS NULL THEN value_usd ELSE 0 END)::DOUBLE
       AS silent
FROM flows
JOIN (SELECT unnest($positions) AS position, unnest($revisions) AS revision, unnest($codes) AS product)
  USING (revision, product)
WHERE year BETWEEN $first AND $last AND buyer <> supplier
GROUP BY ALL ORDER BY position, supplier, buyer
"""
_COVERED = """
SELECT position, year, product, bool_or(coverage = 'top flows') AS top
FROM flows
JOIN (SELECT unnest($positions) AS position, unnest($revisions) AS revision, unnest($codes) AS product)
  USING (revision, product)
WHERE year BETWEEN $first AND $last AND buyer <> supplier
GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class TradeFlows:
    """Mean yearly flows of one commodity; ``supplier`` and ``buyer`` are positions in the tables' economy codes.

    ``amount`` is in USD or tonnes; ``years`` are the years averaged; ``notes`` say what a reader must know.
    """

    commodity: Commodity
    supplier: npt.NDArray[np.int64]
    buyer: npt.NDArray[np.int64]
    amount: Floats
    years: tuple[int, ...]
    notes: tuple[str, ...]


def traded_products(tables: Tables, revision: str = "HS92") -> dict[str, tuple[Commodity, ...]]:
    """Return every product of one revision by its key, each as a network of its own for :func:`trade_networks`."""
    codes = sorted(code for known, code in tables.product_names if known == revision)
    products = [tables.commodity(f"{revision}:{code}") for code in codes]
    return {product.key: (product,) for product in products}


def trade_network(
    tables: Tables,
    name: str,
    commodities: Sequence[Commodity],
    year: int,
    *,
    basis: Basis = "value",
    years: int | None = None,
    assumptions: Given | None = None,
) -> SupplyNetwork:
    """Build one network of trade; see :func:`trade_networks`.

    Raises
    ------
    NetworkError
        If the snapshot has no figures of a commodity in these years, or no masses.
    """
    asked = {name: commodities}
    found = trade_networks(tables, asked, year, basis=basis, years=years, assumptions=assumptions)[name]
    if isinstance(found, Gap):
        do = 'Take basis="value", or the last year alone.' if basis == "mass" else "Take another year."
        raise NetworkError(f"There is no network of {name} in {year}: {found.reason}", do=do)
    return found


def trade_networks(
    tables: Tables,
    subjects: Mapping[str, Sequence[Commodity]],
    year: int,
    *,
    basis: Basis = "value",
    years: int | None = None,
    assumptions: Given | None = None,
) -> dict[str, SupplyNetwork | Gap]:
    """Build networks of trade alone, each commodity a stage without makers: all that is bought is for final use.

    A flow is the mean of the last years up to ``year``. A pair without a flow in one of them sold nothing in it; a year
    in which the snapshot has nothing of the commodity at all is left out of the mean. All networks are read at once.

    Parameters
    ----------
    subjects
        By name of the network its commodities, one a stage. Stages are not linked.
    year
        Last of the years that are averaged.
    basis
        ``value`` (USD) or ``mass`` (t).
    years
        How many years are averaged; the parameter ``years_averaged`` where None.
    assumptions
        See :func:`kizuna.network.assumptions.assumed`.

    Returns
    -------
    dict
        The network of each name, or a gap that says why the figures do not make one.

    Raises
    ------
    OutOfRangeError
        If there is no trade of a revision in ``year``.
    RequestError
        If ``years`` is below 1, the basis is neither, or an assumption is wrong.
    """
    length = int(parameter("years_averaged")) if years is None else years
    commodities = {one.key: one for asked in subjects.values() for one in asked}
    _check(tables, commodities, year, length, basis)
    flows = _read_flows(tables, list(commodities.values()), year, length, basis)
    networks: dict[str, SupplyNetwork | Gap] = {}
    for name, asked in subjects.items():
        parts = [flows[commodity.key] for commodity in asked]
        whole = [part for part in parts if not isinstance(part, Gap)]
        if len(whole) < len(parts):
            networks[name] = next(part for part in parts if isinstance(part, Gap))
        else:
            networks[name] = _network(tables, name, whole, year, basis, assumptions)
    return networks


def stage_name(commodity: Commodity) -> str:
    """Return the stage of a material that a commodity's codes belong to, else ``trade``.

    Examples
    --------
    >>> stage_name(Commodity("260300", "HS92", ("260300",), "Copper ores"))
    'mine'
    """
    found = commodity.stage or next((stage for _, stage in _materials_with(commodity)), "")
    return found or "trade"


def product_ids(commodity: Commodity) -> tuple[str, ...]:
    """Return what scenarios may call a commodity: its codes and key with their revision, and its material.

    Examples
    --------
    >>> product_ids(Commodity("260300", "HS92", ("260300",), "Copper ores"))
    ('HS92:260300', 'copper', 'copper:mine')
    """
    codes = [f"{commodity.revision}:{code}" for code in commodity.codes]
    materials = [text for material, stage in _materials_with(commodity) for text in (material, f"{material}:{stage}")]
    own = [] if commodity.material else [commodity.key]
    return tuple(dict.fromkeys([*codes, *own, *materials]))


def _materials_with(commodity: Commodity) -> list[tuple[str, str]]:
    codes = {f"{commodity.revision}:{code}" for code in commodity.codes}
    return [
        (material.id, stage)
        for material in load_materials()
        for stage, entry in material.stages.items()
        if codes <= set(entry.codes)
    ]


def _check(tables: Tables, commodities: Mapping[str, Commodity], year: int, years: int, basis: str) -> None:
    if years < 1:
        raise RequestError(f"a mean of {years} years was asked for", expected="1 year or more")
    if basis not in ("value", "mass"):
        raise RequestError(f"the basis {basis!r} is none", expected="value or mass")
    for revision in sorted({commodity.revision for commodity in commodities.values()}):
        first, last = tables.years(revision)
        if not first <= year <= last:
            raise OutOfRangeError(
                f"year {year}",
                where=f"trade of {revision} in this snapshot",
                expected=f"a year from {first} to {last}",
                do=f"Take {min(max(year, first), last)}.",
            )


def _read_flows(
    tables: Tables, commodities: Sequence[Commodity], year: int, length: int, basis: Basis
) -> dict[str, TradeFlows | Gap]:
    """Read the mean flows of all commodities at once."""
    asked = [(at, one.revision, code) for at, one in enumerate(commodities) for code in one.codes]
    positions, revisions, codes = (list(column) for column in zip(*asked, strict=True)) if asked else ([], [], [])
    values = {"positions": positions, "revisions": revisions, "codes": codes, "first": year - length + 1, "last": year}
    found = tables.arrays(_FLOWS, **values)
    covered: dict[int, list[tuple[int, str, bool]]] = {}
    for at, when, code, top in tables.rows(_COVERED, **values):
        covered.setdefault(at, []).append((when, code, top))
    shares = dict(tables.rows("SELECT product, share_of_value::DOUBLE FROM hs17_coverage"))
    starts = np.searchsorted(found["position"], np.arange(len(commodities) + 1))
    read: dict[str, TradeFlows | Gap] = {}
    for at, commodity in enumerate(commodities):
        rows = {name: column[starts[at] : starts[at + 1]] for name, column in found.items()}
        read[commodity.key] = _mean(tables, commodity, rows, covered.get(at, []), shares, (year, length, basis))
    return read


def _mean(
    tables: Tables,
    commodity: Commodity,
    rows: Columns,
    covered: Sequence[tuple[int, str, bool]],
    shares: Mapping[str, float],
    asked: tuple[int, int, Basis],
) -> TradeFlows | Gap:
    year, length, basis = asked
    span = f"{year - length + 1} to {year}" if length > 1 else f"{year}"
    present = tuple(sorted({when for when, _, _ in covered}))
    if not present:
        return Gap(f"this snapshot has no trade of {commodity.key} in {span}")
    notes = _notes(commodity, covered, shares, present, asked)
    amount = rows["value"]
    if basis == "mass":
        silent = float(rows["silent"].sum() / amount.sum())
        if silent > parameter("missing_mass_limit"):
            limit = parameter("missing_mass_limit")
            return Gap(
                f"flows without a mass hold {silent:.1%} of the value of {commodity.key} in {span}, above {limit:.0%}"
            )
        if silent:
            notes.append(f"{commodity.key}: flows without a mass, {silent:.2%} of the value, count as none.")
        amount = rows["mass"] / KG_PER_T
    kept = np.flatnonzero(amount > 0)
    supplier, buyer = rows["supplier"][kept].astype(np.int64), rows["buyer"][kept].astype(np.int64)
    buyers = [tables.economy_codes[at] for at in np.unique(buyer)]
    hidden = [(code, suppression(code, commodity)) for code in buyers]
    notes += [f"{commodity.key}, imports of {code}: {why}." for code, why in hidden if why]
    return TradeFlows(commodity, supplier, buyer, amount[kept] / len(present), present, tuple(notes))


def _notes(
    commodity: Commodity,
    covered: Sequence[tuple[int, str, bool]],
    shares: Mapping[str, float],
    present: Sequence[int],
    asked: tuple[int, int, Basis],
) -> list[str]:
    year, length, _ = asked
    notes = [f"{commodity.key}: mean of {', '.join(map(str, present))}."]
    if absent := sorted(set(range(year - length + 1, year + 1)) - set(present)):
        notes.append(f"{commodity.key}: no figures in {', '.join(map(str, absent))}, left out of the mean.")
    for code in commodity.codes:
        if lacking := sorted(set(present) - {when for when, known, _ in covered if known == code}):
            notes.append(f"{commodity.revision}:{code}: nothing in {', '.join(map(str, lacking))}.")
    if top := sorted({when for when, _, only_top in covered if only_top}):
        held = ", ".join(f"{shares[code]:.1%}" for code in commodity.codes if code in shares)
        notes.append(
            f"{commodity.key}: the largest flows only in {', '.join(map(str, top))}"
            + (f" ({held} of the value, as measured in 2024)." if held else ".")
        )
    if max(present) > parameter("last_settled_year"):
        notes.append(f"{commodity.key}: trade after {parameter('last_settled_year'):.0f} is provisional.")
    return notes


def _network(
    tables: Tables, name: str, parts: Sequence[TradeFlows], year: int, basis: Basis, given: Given | None
) -> SupplyNetwork:
    stages = tuple(stage_name(part.commodity) for part in parts)
    if len(set(stages)) < len(stages):
        stages = tuple(part.commodity.key for part in parts)
    present = np.unique(np.concatenate([np.append(part.supplier, part.buyer) for part in parts]))
    economies = tuple(tables.economy_codes[at] for at in present)
    size = len(economies)
    blocks = []
    for stage, part in zip(stages, parts, strict=True):
        final = np.zeros((size, size))
        final[np.searchsorted(present, part.supplier), np.searchsorted(present, part.buyer)] = part.amount
        blocks.append(Block(stage, np.zeros((size, 0)), np.zeros(0, dtype=np.int64), final))
    known = assumed("material", size, stages, given)
    revisions = dict.fromkeys(part.commodity.revision for part in parts)
    return SupplyNetwork(
        name=name,
        kind="material",
        year=year,
        unit="usd" if basis == "value" else "t",
        covers="imports",
        economies=economies,
        stages=stages,
        products=tuple(product_ids(part.commodity) for part in parts),
        output=np.stack([block.final.sum(axis=1) for block in blocks], axis=1),
        blocks=tuple(blocks),
        stock_days=known.stock_days,
        final_stock_days=known.final_stock_days,
        spare=known.spare,
        rigidity=known.rigidity,
        home_priority=known.home_priority,
        value_added_usd=np.full((size, len(parts)), np.nan),
        notes=(*dict.fromkeys(note for part in parts for note in part.notes), *_general_notes(parts)),
        inputs=tuple(entry for revision in revisions for entry in tables.inputs(_read(revision), revision)),
    )


def _read(revision: str) -> tuple[str, ...]:
    """Return the SQL tables that a revision's networks are read from."""
    return ("flows", "hs17_coverage") if revision == "HS17" else ("flows",)


def _general_notes(parts: Sequence[TradeFlows]) -> list[str]:
    notes = [
        "Only trade is known, not home supply: losses are of imports.",
        "What an economy buys and sells on counts as its own output.",
    ]
    if len(parts) > 1:
        notes.append("The stages are not linked: a loss of one does not reach the next.")
    return notes
