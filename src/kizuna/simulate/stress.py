"""One scenario on all its networks: what each partner loses, how soon, how sure, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.network.build import build_network
from kizuna.network.food import FOOD
from kizuna.network.supply_network import SupplyNetwork
from kizuna.network.titles import subject_title
from kizuna.scenario.aim import aim
from kizuna.scenario.aimed import AimedShock
from kizuna.scenario.scenario import Scenario
from kizuna.scenario.subjects import subjects_of
from kizuna.simulate.attribution import Driver, attribute
from kizuna.simulate.merge import QUANTILES
from kizuna.simulate.outcome import Outcome
from kizuna.simulate.ranking import Ranking, Supplier, rank_outages, rank_pairs
from kizuna.simulate.simulate import simulate
from kizuna.tables.build import Tables

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, int, int], None]
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class StressAsk:
    """How a scenario is run.

    Parameters
    ----------
    draws
        1 takes the mode of every uncertain number.
    horizon_days
        Days from the start.
    seed
        Of all random numbers.
    workers, cluster, folder, memory_gb
        See ``simulate``.
    rankings
        Whether single and paired outages are ranked.
    samples
        Base samples of the attribution of uncertainty, a power of 2; 0 leaves it out.
    """

    draws: int
    horizon_days: float
    seed: int
    workers: int = 1
    cluster: str = ""
    folder: Path | None = None
    memory_gb: float | None = None
    rankings: bool = True
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """What one partner loses of one subject.

    Parameters
    ----------
    need
        Final need from the start to the end of the last step, unit of the network.
    unmet
        Unmet of it: 10, 50 and 90 % quantiles over draws.
    likelihood
        Share of draws with a shortfall in any step (parameter ``shortfall``).
    first_days, recovery_days
        Days until the end of the first and of the last step with one, medians over the draws that have one; nan
        without.
    value_added_usd
        Value added at risk, quantiles as ``unmet``; nan where the network knows none.
    days, use
        End of each period, and final use over need in it: quantiles ``[quantile, period]`` as ``merge.QUANTILES``.
    arrivals
        What arrives in each period over what is needed in it, before stocks help: mean over draws, ``[period]``; nan
        for
        input-output networks.
    """

    need: float
    unmet: tuple[float, float, float]
    likelihood: float
    first_days: float
    recovery_days: float
    value_added_usd: tuple[float, float, float]
    days: Floats
    use: Floats
    arrivals: Floats

    @property
    def period(self) -> str:
        """Word for a period: ``month``, or ``week`` where the scenario needs steps of one."""
        return "week" if self.days[0] < parameter("material_step_days") else "month"

    @property
    def worst_unmet(self) -> float:
        """Share of need not met in the worst period, median over draws."""
        return float(1 - self.use[QUANTILES.index(MIDDLE)].min())

    @property
    def arrivals_lost(self) -> float:
        """Share of need that does not arrive in the worst period, mean over draws; nan where unknown."""
        return float(1 - self.arrivals.min())

    @property
    def shares(self) -> tuple[float, float, float]:
        """Unmet over need, 10, 50 and 90 %."""
        low, middle, high = (amount / self.need for amount in self.unmet)
        return low, middle, high


@dataclass(frozen=True, slots=True)
class Outage:
    """Suppliers that stop together, and the share of a partner's need over the horizon that this leaves unmet.

    ``direct`` is the share of what the partner buys at the base that comes from them: a supplier that sells it nothing
    matters through all others, to whom its buyers turn.
    """

    suppliers: tuple[Supplier, ...]
    share: float
    direct: float


@dataclass(frozen=True, slots=True)
class SubjectStress:
    """One subject of a scenario, its ``title``: the network it ran on and what came out, by partner.

    ``single`` and ``pair`` hold the worst outages of one and of two suppliers, whatever the scenario; ``drivers`` what
    moves the loss. A gap says why something is not there.
    """

    subject: str
    title: str
    network: SupplyNetwork
    losses: dict[str, Loss | Gap]
    single: dict[str, tuple[Outage, ...]]
    pair: dict[str, Outage | Gap]
    drivers: dict[str, list[Driver] | Gap]


@dataclass(frozen=True, slots=True)
class Stress:
    """A scenario on all its networks."""

    scenario: Scenario
    partners: tuple[str, ...]
    ask: StressAsk
    subjects: tuple[SubjectStress, ...]


def stress(
    tables: Tables,
    partners: Sequence[str],
    scenario: Scenario,
    ask: StressAsk,
    *,
    year: int | None = None,
    progress: Progress | None = None,
) -> Stress:
    """Run a scenario on every network it is about and read off what partners lose.

    Parameters
    ----------
    tables
        Figures.
    partners
        ISO3 codes.
    scenario
        From ``load_scenario``.
    ask
        How to run it.
    year
        Year of the figures; the scenario's own, or the last settled one, where None. Crops have one vintage.
    progress
        Called with (subject, chunks done, chunks in all).

    Raises
    ------
    ScenarioError
        If the scenario does not fit a network; every fault together.
    SimulationError
        If a run would not fit in memory.
    """
    found = []
    for subject in subjects_of(scenario, tables):
        asked = scenario.year if year is None else year
        network = build_network(tables, subject, None if subject.startswith(FOOD) else asked)
        shocks = aim(scenario, network, subject=subject, contiguous=_contiguous(tables, network.economies))
        if shocks:
            title = subject_title(tables, subject)
            found.append(_subject(subject, title, network, scenario, shocks, partners, ask, progress))
    return Stress(scenario, tuple(partners), ask, tuple(found))


def _contiguous(tables: Tables, economies: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which economies share a land border, ``[economy, economy]``; what the publisher does not list does not."""
    tables.need("distances")
    at = {economy: number for number, economy in enumerate(economies)}
    found = np.zeros((len(economies), len(economies)), bool)
    for one, other in tables.rows("SELECT economy_a::VARCHAR, economy_b::VARCHAR FROM distances WHERE contiguous"):
        if one in at and other in at:
            found[at[one], at[other]] = True
    return found


def step_days_of(network: SupplyNetwork, scenario: Scenario) -> float:
    """Return the step that a scenario needs: days for tables, months for materials, weeks where shocks are shorter."""
    if network.kind == "input-output":
        return 1
    short = min(shock.lasts.mode + shock.recovery.mode for shock in scenario.shocks) < parameter("short_shock_days")
    return parameter("short_step_days") if short else parameter("material_step_days")


def _subject(
    subject: str,
    title: str,
    network: SupplyNetwork,
    scenario: Scenario,
    shocks: Sequence[AimedShock],
    partners: Sequence[str],
    ask: StressAsk,
    progress: Progress | None,
) -> SubjectStress:
    step = step_days_of(network, scenario)
    report = max(round(parameter("material_step_days") / step), 1) if network.kind == "input-output" else 1
    outcome = simulate(
        network,
        {scenario.id: shocks},
        ask.draws,
        np.random.default_rng(ask.seed),
        horizon_days=ask.horizon_days,
        step_days=step,
        report_steps=report,
        workers=ask.workers,
        cluster=ask.cluster,
        folder=ask.folder,
        memory_gb=ask.memory_gb,
        progress=None if progress is None else lambda done, total: progress(subject, done, total),
    )
    losses = {partner: _loss(outcome, network, partner) for partner in partners}
    here = [partner for partner in partners if isinstance(losses[partner], Loss)]
    single, pair = _outages(network, here, ask)
    return SubjectStress(subject, title, network, losses, single, pair, _drivers(network, shocks, here, ask, step))


def _loss(outcome: Outcome, network: SupplyNetwork, partner: str) -> Loss | Gap:
    if partner not in network.economies:
        return Gap(f"{partner} buys none of it in the figures of {network.year}")
    days = float(outcome.over_time.time[-1])
    need = float(outcome.base.final_need.sel(economy=partner)) * days / parameter("days_per_year")
    if need == 0:
        return Gap(f"{partner} has no final need of it in the figures of {network.year}")
    draws = outcome.draws.isel(scenario=0).sel(economy=partner)
    first = draws.final_first_shortfall_days.values
    short = np.isfinite(first)
    over_time = outcome.over_time.isel(scenario=0).sel(economy=partner)
    return Loss(
        need=need,
        unmet=_three(draws.final_unmet.sum("stage").values),
        likelihood=float(short.mean()),
        first_days=float(np.median(first[short])) if short.any() else float("nan"),
        recovery_days=float(np.median(draws.final_recovery_days.values[short])) if short.any() else float("nan"),
        value_added_usd=_three(draws.value_added_at_risk.values),
        days=over_time.time.values,
        use=over_time.final_use_quantile.values,
        arrivals=_arrivals(outcome, network, partner),
    )


def _arrivals(outcome: Outcome, network: SupplyNetwork, partner: str) -> Floats:
    """Return arrivals of the products that final users need over base arrivals, ``[period]``."""
    received = outcome.over_time.received.isel(scenario=0).sel(economy=partner)
    if network.kind == "input-output":
        return np.full(received.sizes["time"], np.nan)
    needed = [stage for stage, block in zip(network.stages, network.blocks, strict=True) if block.final.any()]
    base = outcome.base.need.sel(economy=partner, stage=needed).sum() / parameter("days_per_year")
    lengths = np.diff(outcome.over_time.time.values, prepend=0)
    return np.asarray(received.sel(stage=needed).sum("stage").values / (float(base) * lengths))


def _three(values: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [LOW, MIDDLE, HIGH])
    return float(low), float(middle), float(high)


def _outages(
    network: SupplyNetwork, partners: Sequence[str], ask: StressAsk
) -> tuple[dict[str, tuple[Outage, ...]], dict[str, Outage | Gap]]:
    """Return for each partner the worst outages of one supplier and of two, itself apart.

    The step is the same whatever the scenario, so that the answer is.
    """
    if not ask.rankings or network.kind != "material":
        return {}, {}
    step = parameter("material_step_days")
    ranking = rank_outages(network, horizon_days=ask.horizon_days, step_days=step)
    single: dict[str, tuple[Outage, ...]] = {}
    pair: dict[str, Outage | Gap] = {}
    for partner in partners:
        named = int(parameter("outages_named"))
        single[partner] = _worst(network, ranking, partner)[:named]
        pairs = rank_pairs(network, ranking, [partner], horizon_days=ask.horizon_days, step_days=step)
        two = _worst(network, pairs, partner)
        pair[partner] = two[0] if two else Gap("fewer than two suppliers sell abroad")
    return single, pair


def _worst(network: SupplyNetwork, ranking: Ranking, partner: str) -> tuple[Outage, ...]:
    """Return the outages of others, worst for a partner first."""
    need = float(ranking.need[network.economies.index(partner)])
    return tuple(
        Outage(suppliers, amount / need, direct_share(network, suppliers, partner))
        for suppliers, amount in ranking.worst_for([partner], len(ranking.outages))
        if all(economy != partner for economy, _ in suppliers)
    )


def direct_share(network: SupplyNetwork, suppliers: Sequence[Supplier], buyer: str) -> float:
    """Return the share of a buyer's base purchases that comes from some suppliers: the largest over their stages.

    Parameters
    ----------
    network
        Base flows.
    suppliers
        Pairs of economy and stage.
    buyer
        ISO3 code.
    """
    place, stages = network.economies.index(buyer), len(network.stages)
    found = [0.0]
    for stage in {stage for _, stage in suppliers}:
        block = network.blocks[network.stages.index(stage)]
        bought = block.final[:, place] + block.makers[:, block.maker_nodes // stages == place].sum(axis=1)
        sellers = [network.economies.index(economy) for economy, its in suppliers if its == stage]
        if bought.sum() > 0:
            found.append(float(bought[sellers].sum() / bought.sum()))
    return max(found)


def _drivers(
    network: SupplyNetwork, shocks: Sequence[AimedShock], partners: Sequence[str], ask: StressAsk, step: float
) -> dict[str, list[Driver] | Gap]:
    if ask.samples == 0 or network.kind != "material":
        return {}
    return attribute(
        network, shocks, partners, samples=ask.samples, seed=ask.seed, horizon_days=ask.horizon_days, step_days=step,
        workers=ask.workers, cluster=ask.cluster,
    )  # fmt: skip


def fan_quantiles() -> tuple[float, ...]:
    """Return the quantiles of :attr:`Loss.use`, first axis."""
    return QUANTILES
