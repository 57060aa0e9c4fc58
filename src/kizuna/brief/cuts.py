"""Which scenarios a brief shows, by a stated rule, and their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kizuna.brief.facts import Chapter, Facts
from kizuna.brief.stress_runs import Run, do_run, run_of
from kizuna.floor.errors import KizunaError, RequestError
from kizuna.floor.params import parameter
from kizuna.network.build import commodities_of, is_table
from kizuna.network.food import FOOD
from kizuna.scenario.scenario import Scenario, list_scenarios, load_scenario
from kizuna.scenario.subjects import subjects_of
from kizuna.simulate.stress import Loss, Stress, SubjectStress
from kizuna.tables.build import Tables

TOO_LARGE = (
    "runs on the input-output table of all sectors, which takes minutes: kizuna stress {partners} --scenario {name}"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """One scenario and its run."""

    run: Run
    found: Stress

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.found.scenario


@dataclass(frozen=True, slots=True)
class Cuts:
    """The scenarios of a brief.

    Parameters
    ----------
    shown
        Those shown, with all draws.
    trials
        Those about the brief's goods, each once at its most likely values; empty where the reader named the scenarios.
    missing
        Title of each scenario that could not run, and why.
    goods
        What the brief is about: HS codes and ``food:wheat``; empty where the reader named the scenarios.
    """

    shown: tuple[Cut, ...]
    trials: tuple[Cut, ...]
    missing: tuple[tuple[str, str], ...]
    goods: frozenset[str]


NO_CUTS = Cuts((), (), (), frozenset())


def check_named(names: Sequence[str]) -> None:
    """Check the scenarios that a reader names, before anything is measured.

    Raises
    ------
    UnknownNameError, ScenarioError
        As ``load_scenario`` raises them.
    RequestError
        If one stands twice, or runs on an input-output table.
    """
    seen: set[str] = set()
    for name in names:
        scenario = load_scenario(name)
        if scenario.id in seen:
            raise RequestError(f"the scenario {scenario.id} stands twice", where="--scenario", do="Name each once.")
        if any(map(is_table, scenario.subjects)):
            raise RequestError(
                f"the scenario {scenario.id} in a brief",
                where="--scenario",
                expected="a scenario of materials or crops",
                do=f"It {TOO_LARGE.format(partners='PARTNERS', name=name)}",
            )
        seen.add(scenario.id)


def run_cuts(facts: Facts, names: Sequence[str]) -> Cuts:
    """Run the scenarios that a reader named; without names, those of the library that the rule picks.

    The rule: of each basket, in their order, the scenario that leaves the partners together without most of its goods
    in USD at the most likely values, and that no earlier basket shows; crops, which are counted in tonnes, by the
    largest share of need; in all at most the parameter ``brief_scenarios``.

    Raises
    ------
    ScenarioError, NetworkError
        If a scenario that a reader named does not fit its networks.
    """
    if names:
        return Cuts(tuple(_run(facts, name, shown=True) for name in names), (), (), frozenset())
    goods = {chapter.basket.id: _goods(chapter) for chapter in facts.chapters}
    everything = frozenset().union(*goods.values())
    trials, missing = _try_all(facts, everything)
    picked: dict[str, Cut] = {}
    for about in goods.values():
        ranked = sorted((trial for trial in trials if _loses(trial, about)), key=lambda trial: _rank(trial, about))
        free = [trial for trial in ranked if trial.scenario.id not in picked]
        if free and len(picked) < int(parameter("brief_scenarios")):
            picked[free[0].scenario.id] = free[0]
    shown = tuple(_run(facts, trial.run.scenario, shown=True) for trial in picked.values())
    return Cuts(shown, tuple(trials), tuple(missing), everything)


def goods_of(tables: Tables, subject: str) -> frozenset[str]:
    """Return what a subject is: the HS codes of its trade, or the crop itself."""
    if subject.startswith(FOOD) or is_table(subject):
        return frozenset({subject})
    return frozenset(code for commodity in commodities_of(tables, subject)[1] for code in commodity.codes)


def leading(cut: Cut, goods: frozenset[str]) -> SubjectStress:
    """Return the subject of a cut that hits the partners hardest, among those that the brief is about."""
    about = _about(cut, goods) if goods else []
    return min(about or cut.found.subjects, key=lambda one: (*_negative(_together([one])), one.subject))


def _goods(chapter: Chapter) -> frozenset[str]:
    codes = (code for commodity in chapter.commodities for code in commodity.codes)
    return frozenset([*codes, *(f"{FOOD}{crop}" for crop in chapter.crops)])


def _try_all(facts: Facts, goods: frozenset[str]) -> tuple[list[Cut], list[tuple[str, str]]]:
    trials, missing = [], []
    for scenario in list_scenarios():
        try:
            if any(map(is_table, scenario.subjects)):
                partners = " ".join(facts.order.partners)
                missing.append((scenario.title, TOO_LARGE.format(partners=partners, name=scenario.id)))
            elif any(goods_of(facts.tables, one) & goods for one in subjects_of(scenario, facts.tables)):
                trials.append(_run(facts, scenario.id, shown=False))
        except KizunaError as error:
            missing.append((scenario.title, " ".join(str(error).split())))
    return trials, missing


def _run(facts: Facts, name: str, *, shown: bool) -> Cut:
    draws = int(parameter("brief_draws")) if shown else 1
    year = _figures_year(facts, load_scenario(name))
    run = run_of(name, facts.order.partners, year=year, draws=draws, rankings=shown)
    found = do_run(facts.tables, run)
    if not found.subjects:
        raise RequestError(f"the scenario {found.scenario.id} acts on none of its subjects", where=name)
    return Cut(run, found)


def _figures_year(facts: Facts, scenario: Scenario) -> int | None:
    """Return the year of the figures: the scenario's own, or the last one that the brief's findings use."""
    if facts.settled == int(parameter("last_settled_year")):
        return scenario.year
    return min(scenario.year or facts.settled, facts.settled)


def _loses(trial: Cut, goods: frozenset[str]) -> bool:
    return any(_together(_about(trial, goods)))


def _rank(trial: Cut, goods: frozenset[str]) -> tuple[float, float, str]:
    return (*_negative(_together(_about(trial, goods))), trial.scenario.id)


def _about(trial: Cut, goods: frozenset[str]) -> list[SubjectStress]:
    return [one for one in trial.found.subjects if _products(one) & goods]


def _products(subject: SubjectStress) -> frozenset[str]:
    named = (product for stage in subject.network.products for product in stage)
    return frozenset(name if name.startswith(FOOD) else name.partition(":")[2] for name in named)


def _together(subjects: Sequence[SubjectStress]) -> tuple[float, float]:
    """Return what the partners go without together in USD, and the largest share of need of one of them."""
    losses = [(one, loss) for one in subjects for loss in one.losses.values() if isinstance(loss, Loss)]
    usd = sum(loss.unmet[1] for one, loss in losses if one.network.unit == "usd")
    return usd, max((loss.shares[1] for _, loss in losses), default=0.0)


def _negative(pair: tuple[float, float]) -> tuple[float, float]:
    return -pair[0], -pair[1]
