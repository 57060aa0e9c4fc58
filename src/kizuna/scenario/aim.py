"""Aim a scenario at a network: names become node numbers and link shares; every fault is named together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import ScenarioError, near_names
from kizuna.floor.params import parameter, parameters
from kizuna.network.supply_network import SupplyNetwork
from kizuna.scenario.aimed import AimedShock, Spread
from kizuna.scenario.routes import DetourGroup, detour_groups
from kizuna.scenario.scenario import Scenario
from kizuna.scenario.sealanes import SeaLanes, load_sea_lanes
from kizuna.scenario.shocks import (
    CapacityShock,
    DemandShock,
    ExportShock,
    HoardingShock,
    LinkShock,
    RouteShock,
    Shock,
)
from kizuna.scenario.spreads import shown
from kizuna.scenario.targets import Target
from kizuna.tables.commodities import REVISIONS

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# Before the colon of a product: the revision of the trade code, or the table, that counts it.
COUNTED_BY = {*(revision.casefold() for revision in REVISIONS), "food", "fao", "wiod"}


def aim(
    scenario: Scenario,
    network: SupplyNetwork,
    *,
    subject: str = "",
    lanes: SeaLanes | None = None,
    contiguous: Flags | None = None,
) -> tuple[AimedShock, ...]:
    """Return the shocks of a scenario as node numbers and link shares of one network.

    Parameters
    ----------
    scenario
        What is cut.
    network
        What it is cut in.
    subject
        Subject of the scenario that the network was built for; decides which shocks act where some act on single
        subjects only (``on``). Left out, the name, stages and products of the network decide.
    lanes
        Map of the sea for route shocks; the package's own if left out.
    contiguous
        Which economies of the network share a land border, shape ``[economy, economy]``, for route shocks.

    Raises
    ------
    ScenarioError
        If a shock names an economy one by one, or a stage, that the network lacks, or hits nothing, or the network is
        of another kind; lists every fault of all shocks.
    """
    lanes = lanes or load_sea_lanes()
    faults = _kind_faults(scenario, network)
    aimed: list[AimedShock] = []
    flows = trade_of(network)
    acting = 0
    for at, shock in enumerate(scenario.shocks):
        if not _acts_on(shock, network, subject):
            continue
        acting += 1
        place = f"shocks[{at}]"
        stages, found = _stages(shock, network, place)
        found += [
            f"{place}.{field}: {code} is not in the network {network.name}"
            for field, target in _targets(shock)
            for code in target.missing(network.economies)
        ]
        if isinstance(shock, RouteShock):
            found += _unplaced(network, lanes, place)
        parts = () if found else tuple(_aimed(shock, network, stages, flows, lanes, contiguous))
        if not found and not parts:
            found.append(f"{place}: {shock.name} hits nothing in the network {network.name}; {_why_nothing(shock)}")
        faults += found
        aimed += parts
    if not acting:
        faults.append(f"shocks: none acts on {subject or network.name}")
    if faults:
        raise ScenarioError(faults, where=scenario.id, expected=f"economies and stages of the network {network.name}")
    return tuple(aimed)


def trade_of(network: SupplyNetwork) -> Floats:
    """Return base flows per year to makers and final users together, shape ``[stage, supplier, buyer]``."""
    flows = np.stack([block.final.astype(float) for block in network.blocks])
    for stage, block in enumerate(network.blocks):
        buyers = block.maker_nodes // len(network.stages)
        np.add.at(flows[stage].T, buyers, block.makers.T)
    return flows


def _kind_faults(scenario: Scenario, network: SupplyNetwork) -> list[str]:
    if scenario.network == network.kind:
        return []
    return [f"network: {scenario.network}, and the network {network.name} is of the kind {network.kind}"]


def _acts_on(shock: Shock, network: SupplyNetwork, subject: str) -> bool:
    if not shock.on:
        return True
    meant = {subject} if subject else {network.name, *network.stages, *(one for ids in network.products for one in ids)}
    folded = {_folded(text) for text in meant}
    return any(_folded(text) in folded for text in shock.on)


def _folded(text: str) -> str:
    """Return a name of a stage or product as it is compared: without case, and without who counts it (``HS92:``)."""
    head, _, tail = text.casefold().rpartition(":")
    return tail if head in COUNTED_BY else text.casefold()


def _stages(shock: Shock, network: SupplyNetwork, place: str) -> tuple[list[int], list[str]]:
    """Return the stages a shock acts on, and each name that stands for none of them."""
    held = [{_folded(name), *map(_folded, ids)} for name, ids in zip(network.stages, network.products, strict=True)]
    if not shock.stages:
        return list(range(len(held))), []
    found = [stage for stage, names in enumerate(held) if names & set(map(_folded, shock.stages))]
    known = [*network.stages, *(one for ids in network.products for one in ids)]
    faults = []
    for at, text in enumerate(shock.stages):
        if not any(_folded(text) in names for names in held):
            near = near_names(text, known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(network.stages)}"
            faults.append(f"{place}.stages[{at}]: {shown(text)} is not in the network {network.name}; {hint}")
    return found, faults


def _unplaced(network: SupplyNetwork, lanes: SeaLanes, place: str) -> list[str]:
    missing = [code for code in network.economies if code.upper() not in lanes.ports]
    return [f"{place}.chokepoints: {code} has no ports on the sea lanes" for code in missing]


def _targets(shock: Shock) -> tuple[tuple[str, Target], ...]:
    if isinstance(shock, LinkShock | RouteShock):
        return ("suppliers", shock.suppliers), ("buyers", shock.buyers)
    return (("economies", shock.economies),)


def _why_nothing(shock: Shock) -> str:
    if isinstance(shock, RouteShock):
        return f"no flow passes {' or '.join(shock.chokepoints)}"
    if isinstance(shock, LinkShock):
        return "no flow runs from its suppliers to its buyers"
    reasons = {"capacity": "its economies supply nothing", "export": "its economies sell nothing abroad"}
    return reasons.get(shock.kind, "its economies use nothing")


def _aimed(
    shock: Shock,
    network: SupplyNetwork,
    stages: Sequence[int],
    flows: Floats,
    lanes: SeaLanes,
    contiguous: Flags | None,
) -> Iterator[AimedShock]:
    """Give the shock, or its parts, that hit something."""
    if isinstance(shock, RouteShock):
        groups = detour_groups(lanes, network.economies, shock.chokepoints, contiguous)
        yield from _route_parts(shock, groups, _picked(shock, network, stages), flows)
    elif isinstance(shock, LinkShock):
        links = _picked(shock, network, stages)
        if (links * flows).any():
            yield _shock(shock, shock.cut, links=links)
    else:
        nodes = _nodes(shock, network, stages, flows)
        if len(nodes):
            yield _shock(shock, shock.surge if isinstance(shock, DemandShock | HoardingShock) else shock.depth, nodes)


def _nodes(
    shock: CapacityShock | ExportShock | DemandShock | HoardingShock,
    network: SupplyNetwork,
    stages: Sequence[int],
    flows: Floats,
) -> npt.NDArray[np.int64]:
    """Return the nodes of a shock on which it can act at all."""
    codes = set(shock.economies.economies(network.economies))
    rows = [row for row, code in enumerate(network.economies) if code in codes]
    at_home = np.einsum("srr->sr", flows)
    if isinstance(shock, CapacityShock):
        moved = flows.sum(axis=2)
    elif isinstance(shock, ExportShock):
        moved = flows.sum(axis=2) - at_home
    elif isinstance(shock, DemandShock):
        moved = np.stack([block.final.sum(axis=0) for block in network.blocks])
    else:
        moved = flows.sum(axis=1)
    hit = [row * len(network.stages) + stage for row in rows for stage in stages if moved[stage, row] > 0]
    return np.array(hit, dtype=np.int64)


def _picked(shock: LinkShock | RouteShock, network: SupplyNetwork, stages: Sequence[int]) -> Floats:
    """Return 1 for each flow from a supplier to a buyer of the shock, none of them at home."""
    sides = [np.isin(network.economies, target.economies(network.economies)) for _, target in _targets(shock)]
    abroad = ~np.eye(len(network.economies), dtype=bool)
    links = np.zeros((len(network.stages), *abroad.shape))
    links[list(stages)] = np.outer(*sides) & abroad
    return links


def _route_parts(
    shock: RouteShock, groups: Sequence[DetourGroup], picked: Floats, flows: Floats
) -> Iterator[AimedShock]:
    """Give one part for each group of like detours; the delay of a part is the mean over its flows."""
    factor, longer = parameters()["detour_time_factor"], parameter("detour_time_factor")
    for group in groups:
        links = picked * group.share
        moved = links * flows
        if not moved.any():
            continue
        part = _shock(shock, shock.depth, links=links, name=f"{shock.name}.{group.name}", part_of=shock.name)
        if group.name == "no-detour":
            yield part
            continue
        mean = float((moved * group.days).sum() / moved.sum())
        by_lanes = Spread(mean * factor.low, mean * longer, mean * factor.high)
        yield replace(part, detour=shock.takes_detour, delay=shock.delay or by_lanes)


def _shock(
    shock: Shock,
    depth: Spread,
    nodes: npt.NDArray[np.int64] | None = None,
    *,
    links: Floats | None = None,
    name: str = "",
    part_of: str = "",
) -> AimedShock:
    return AimedShock(
        name=name or shock.name,
        kind=shock.kind,
        nodes=np.array([], dtype=np.int64) if nodes is None else nodes,
        links=links,
        depth=depth,
        onset=shock.onset,
        duration=shock.lasts,
        recovery=shock.recovery,
        shape=shock.fades,
        part_of=part_of,
    )
