"""Exposure from trade alone: concentration, GeoDep, CDI, their persistence, and the world network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kizuna.exposure import concentration, dependency, world_network
from kizuna.exposure.arrays import Flags, Floats, Integers
from kizuna.exposure.block import NO_WORD, WORLD, Block, Keys, Words, listed_gaps
from kizuna.exposure.panel import Basis, Cells, TradePanel, cells_of, flows_by_year, totals_by
from kizuna.floor.params import parameter
from kizuna.floor.units import KG_PER_T
from kizuna.tables.blocs import Bloc

NO_BOUND = "nothing is exported, so the ratio has no bound"
STANDS_IN = "imports stand in for consumption"
SINGLE_ECONOMY = "for a single economy every import comes from outside: name a bloc, such as EU27 or IND+JPN"


@dataclass(frozen=True, slots=True)
class TradeAsk:
    """What is asked of the trade measures: positions of economies to report on, years to report, length of the
    window."""

    assessed: Integers
    years: tuple[int, ...]
    window: int
    methods: frozenset[str]


def measure_trade(base: TradePanel, blocs: Sequence[Bloc], ask: TradeAsk, basis: Basis) -> list[Block]:
    """Measure every trade indicator of the asked methods on one basis.

    Parameters
    ----------
    base
        Flows of the whole world; years must reach back as far as the windows need.
    blocs
        Blocs to assess beside single economies.
    ask
        Which economies and years to report.
    basis
        ``value`` or ``mass``.
    """
    panel = base.with_blocs(blocs)
    cells = cells_of(panel, basis, ask.assessed)
    measure = _Measure(base, panel, blocs, cells, ask, basis)
    blocks: list[Block] = []
    if "concentration" in ask.methods:
        blocks += measure.concentration()
    if {"cepii-geodep", "window"} & ask.methods:
        blocks += measure.geodep()
    if "ec-cdi" in ask.methods:
        blocks += measure.strategic()
    if "world-network" in ask.methods:
        blocks += measure.network()
    if "supply-balance" in ask.methods:
        blocks += measure.single_supplier()
    return blocks


class _Measure:
    """One basis of one panel, measured; every method of it returns the blocks of one family."""

    def __init__(
        self, base: TradePanel, panel: TradePanel, blocs: Sequence[Bloc], cells: Cells, ask: TradeAsk, basis: Basis
    ) -> None:
        self.base, self.panel, self.blocs, self.cells, self.ask, self.basis = base, panel, blocs, cells, ask, basis
        self.commodity_keys = tuple(c.key for c in panel.commodities)
        self.economy_codes = (*panel.economies, WORLD)
        self.years = np.array(panel.years)
        self.reported = np.flatnonzero(np.isin(self.years[cells.year], ask.years))
        self.keys = self._keys(*(axis[self.reported] for axis in (cells.commodity, cells.year, cells.buyer)))
        self.flows = cells.flows[self.reported]
        self.place = (cells.commodity, cells.year, cells.buyer)
        self.imports = np.zeros(panel.shape, dtype=np.int64)
        self.world_exports = totals_by(base, basis, "supplier")
        self.world_flows = flows_by_year(base, basis)
        self.world_hhi = self._world_hhi_of_exports()
        self.exports = self._exports()
        self.inside = self._inside()
        if len(cells.starts):
            self.hhi = concentration.herfindahl(cells.amount, cells.starts)
            self.top1 = concentration.top_share(cells.amount, cells.starts, descending=True)
            self.total = np.add.reduceat(cells.amount, cells.starts)
            self.imports[self.place] = self.total
        else:
            self.hhi = self.top1 = np.zeros(0)
            self.total = np.zeros(0, dtype=np.int64)

    def concentration(self) -> list[Block]:
        if not len(self.cells.starts):
            return []
        scale, unit = (1.0, "usd") if self.basis == "value" else (KG_PER_T, "t")
        counted = np.diff(np.append(self.cells.starts, len(self.cells.amount)))
        top = Words(self.cells.supplier[self.cells.starts], self.economy_codes)
        return [
            self._cell_block("imports", unit, self.total / scale),
            self._cell_block("supplier_count", "count", counted.astype(np.float64)),
            self._cell_block("import_hhi", "index", self.hhi),
            self._cell_block("effective_suppliers", "count", 1.0 / self.hhi),
            self._cell_block("top1_share", "share", self.top1, detail=top),
            self._cell_block(
                "top3_share",
                "share",
                concentration.top_share(
                    self.cells.amount, self.cells.starts, largest=int(parameter("top3_suppliers")), descending=True
                ),
            ),
        ]

    def geodep(self) -> list[Block]:
        outside = (
            self.exports - self.inside
        )  # a bloc counts as one economy: what its members sell each other stays at home
        ratio = dependency.import_export_ratio(self.imports[self.place], outside[self.place])
        blocks: list[Block] = []
        hhi = np.full(self.panel.shape, np.nan)
        hhi[self.place] = self.hhi
        whole_ratio = dependency.import_export_ratio(self.imports.astype(np.float64), outside.astype(np.float64))
        with np.errstate(invalid="ignore"):
            flags = dependency.geodep_year(hhi, self.world_hhi[:, :, None], whole_ratio)
        if "cepii-geodep" in self.ask.methods:
            blocks.append(self._world_block("world_export_hhi", "index", self.world_hhi))
            blocks.append(self._cell_block("import_export_ratio", "ratio", ratio))
            blocks.append(self._cell_block("geodep_year", "flag", flags[self.place].astype(np.float64)))
            blocks.append(
                self._window_block(
                    "geodep_dependent", "flag", flags, int(parameter("geodep_window")), dependency.geodep_window
                )
            )
        if "window" in self.ask.methods:
            blocks.append(
                self._window_block("geodep_persistence", "share", flags, self.ask.window, dependency.persistence)
            )
            blocks.append(self._window_block("geodep_churn", "share", flags, self.ask.window, dependency.churn))
        return blocks

    def strategic(self) -> list[Block]:
        is_bloc = self.cells.buyer >= len(self.base.economies)
        extra = self.total.astype(np.float64)
        inside = self.inside[self.place].astype(np.float64)
        cdi2 = np.where(is_bloc, dependency.extra_import_importance(extra, inside), np.nan)
        cdi3 = dependency.import_export_ratio(extra, self.exports[self.place].astype(np.float64))
        with np.errstate(invalid="ignore"):
            verdict = dependency.strategic_verdict(self.hhi, cdi2, cdi3)
        dependent = np.where(is_bloc, verdict.astype(np.float64), np.nan)
        return [
            self._cell_block("cdi1", "index", self.hhi),
            self._cell_block("cdi2", "share", cdi2, reason=SINGLE_ECONOMY),
            self._cell_block("cdi3", "ratio", cdi3),
            self._cell_block("cdi_dependent", "flag", dependent, reason=SINGLE_ECONOMY),
        ]

    def network(self) -> list[Block]:
        exports = self.world_exports
        present = exports.sum(axis=2) > 0
        rows, starts = _grouped(exports, present)
        top = np.full(present.shape, np.nan)
        left, central = top.copy(), top.copy()
        if len(starts):
            top[present] = concentration.top_share(rows, starts)
            left[present] = world_network.removal_curve(rows, starts)[world_network.curve_starts(starts) + 1]
            central[present] = world_network.removal_centralisation(rows, starts)
        with np.errstate(invalid="ignore"):
            alone = np.where(
                present,
                (self.world_hhi > parameter("geodep_hhi")) & (top > parameter("single_exporter_majority")),
                np.nan,
            )
        return [
            self._world_block("world_left_without_top", "share", left),
            self._world_block("world_centralisation", "index", central),
            self._world_block("single_point_of_failure", "flag", alone),
            self._pagerank_block(),
        ]

    def single_supplier(self) -> list[Block]:
        flag = (self.top1 > parameter("single_third_country")).astype(np.float64)
        return [
            self._cell_block(
                "over_65_percent", "flag", flag, detail=Words(np.zeros(len(flag), dtype=np.int8), (STANDS_IN,))
            )
        ]

    def _pagerank_block(self) -> Block:
        _, n_years, n_economies = self.base.shape
        amount = self.base.amount(self.basis)
        kept = np.flatnonzero(
            (amount > 0) & np.isin(self.base.year, np.flatnonzero(np.isin(self.years, self.ask.years)))
        )
        network = self.base.order_key[kept]
        seller, buyer = network * n_economies + self.base.supplier[kept], network * n_economies + self.base.buyer[kept]
        present = np.zeros(np.prod(self.base.shape), dtype=np.bool_)
        present[seller] = present[buyer] = True
        nodes, number = np.flatnonzero(present), np.cumsum(present, dtype=np.int32) - np.int32(1)
        where = nodes // n_economies
        _, of_node = np.unique(where, return_inverse=True)
        rank = world_network.pagerank(
            number[buyer], number[seller], amount[kept].astype(np.float64), of_node.astype(np.int32)
        )
        links = np.zeros(len(self.commodity_keys) * n_years, dtype=np.int64)
        np.add.at(links, network, self.base.rows[kept])
        shown = np.flatnonzero(np.isin(nodes % n_economies, self.ask.assessed))
        where, economy = where[shown], nodes[shown] % n_economies
        keys = self._keys(where // n_years, where % n_years, economy)
        return Block("supplier_pagerank", self.basis, "share", keys, rank[shown], links[where], ("flows",))

    def _keys(self, commodity: Integers, year: Integers, economy: Integers) -> Keys:
        return Keys(Words(commodity, self.commodity_keys), self.years[year], Words(economy, self.economy_codes))

    def _cell_block(
        self, name: str, unit: str, values: Floats, *, detail: Words | None = None, reason: str = NO_BOUND
    ) -> Block:
        """Return one value a reported cell; where it is not finite, ``reason`` says why there is no number."""
        kept = self.reported
        found = np.asarray(values, dtype=np.float64)[kept]
        absent = ~np.isfinite(found)
        gaps = Words(np.where(absent, 0, NO_WORD).astype(np.int8), (reason,)) if absent.any() else None
        found = np.where(absent, np.nan, found) if absent.any() else found
        return Block(
            name,
            self.basis,
            unit,
            self.keys,
            found,
            self.flows,
            ("flows",),
            gaps,
            None if detail is None else detail.taken(kept),
        )

    def _world_block(self, name: str, unit: str, values: Floats) -> Block:
        shown = np.argwhere(~np.isnan(values) & np.isin(self.years, self.ask.years)[None, :])
        commodity, year = shown[:, 0], shown[:, 1]
        keys = self._keys(commodity, year, np.full(len(shown), len(self.economy_codes) - 1))
        return Block(
            name, self.basis, unit, keys, values[commodity, year], self.world_flows[commodity, year], ("flows",)
        )

    def _window_block(
        self,
        name: str,
        unit: str,
        flags: Flags,
        length: int,
        verdict: Callable[[Flags], npt.NDArray[np.generic]],
    ) -> Block:
        kept = self.reported
        commodity, year, buyer = (axis[kept] for axis in self.place)
        values = np.full(len(kept), np.nan)
        traded = self.world_exports.sum(axis=2) > 0
        gaps: dict[int, str] = {}
        enough = year >= length - 1
        for row in np.flatnonzero(~enough).tolist():
            gaps[row] = f"needs {length} years up to {self.years[year[row]]}; the figures read start in {self.years[0]}"
        rows = np.flatnonzero(enough)
        window = (
            np.stack([year[rows] - back for back in range(length - 1, -1, -1)], axis=1)
            if len(rows)
            else np.zeros((0, length), dtype=np.int64)
        )
        whole = traded[commodity[rows, None], window].all(axis=1)
        for row in rows[~whole].tolist():
            gaps[row] = f"needs {length} years up to {self.years[year[row]]}; the series has none for some of them"
        rows, window = rows[whole], window[whole]
        if len(rows):
            values[rows] = verdict(flags[commodity[rows, None], window, buyer[rows, None]])
        return Block(name, self.basis, unit, self.keys, values, self.flows, ("flows",), listed_gaps(gaps, len(kept)))

    def _world_hhi_of_exports(self) -> Floats:
        exports = self.world_exports
        present = exports.sum(axis=2) > 0
        hhi = np.full(present.shape, np.nan)
        rows, starts = _grouped(exports, present)
        if len(starts):
            hhi[present] = concentration.herfindahl(rows, starts)
        return hhi

    def _exports(self) -> Integers:
        exports = np.zeros(self.panel.shape, dtype=np.int64)
        exports[:, :, : len(self.base.economies)] = self.world_exports
        for position, bloc in enumerate(self.blocs, start=len(self.base.economies)):
            exports[:, :, position] = exports[:, :, _positions(self.base, bloc)].sum(axis=2)
        return exports

    def _inside(self) -> Integers:
        inside = np.zeros(self.panel.shape, dtype=np.int64)
        amount = self.base.amount(self.basis)
        for position, bloc in enumerate(self.blocs, start=len(self.base.economies)):
            members = _positions(self.base, bloc)
            kept = (amount > 0) & np.isin(self.base.buyer, members) & np.isin(self.base.supplier, members)
            np.add.at(inside[:, :, position], (self.base.commodity[kept], self.base.year[kept]), amount[kept])
        return inside


def _positions(base: TradePanel, bloc: Bloc) -> list[int]:
    return [base.economies.index(code) for code in bloc.economies]


def _grouped(exports: Integers, present: npt.NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Lay the positive exports of each present network end to end, largest first."""
    ordered = -np.sort(-exports[present], axis=1)
    counts = (ordered > 0).sum(axis=1)
    return ordered[ordered > 0], np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if len(
        counts
    ) else counts
