"""One run of the stress engine as text: complete enough to run it again, and to read any figure off it again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from kizuna.floor.errors import ScenarioError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.scenario.scenario import load_scenario, scenario_text
from kizuna.simulate.stress import Loss, Outage, Stress, StressAsk, SubjectStress, fan_quantiles, stress
from kizuna.tables.build import Tables

SIMULATED = "kizuna.simulate.stress:stress "
SUM_USD = "sum-usd"
SHARES = (0.1, 0.5, 0.9)
METHODS = {
    SUM_USD: "Unmet need of all goods counted in USD, at the most likely values",
    "share": "Unmet share of the need of the whole run, quantile of draws",
    "unmet": "Unmet need of the whole run, quantile of draws",
    "short": "Share of draws with a shortfall in any step",
    "first": "Days to the end of the first step with a shortfall, median of the draws with one",
    "worst": "1 less the lowest use over need of any period, quantile of draws period by period",
    "least-arrivals": "Lowest arrivals over need of any period, mean of draws",
    "use": "Use over need in one period, quantile of draws",
    "arrivals": "Arrivals over need in one period, mean of draws",
    "outage": "Unmet share of need where these sellers stop selling abroad for the whole run, most likely values",
    "direct": "Share of the buyer's purchases at the base that these sellers sell it",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One call of ``kizuna.simulate.stress:stress``.

    Parameters
    ----------
    scenario
        Name in the library or path of a file, and the sha256 of its text.
    partners
        ISO3 codes.
    year
        Year of the figures; None for the scenario's own, or the last settled one.
    draws, seed, horizon_days, rankings
        As ``StressAsk`` takes them.
    """

    scenario: str
    sha256: str
    partners: tuple[str, ...]
    year: int | None
    draws: int
    seed: int
    horizon_days: float
    rankings: bool

    def written(self, subject: str, partner: str, reads: str) -> str:
        """Return the function text of a derivation: the call, and what is read off its result."""
        call = asdict(self) | {"subject": subject, "partner": partner, "reads": reads}
        return SIMULATED + json.dumps(call, sort_keys=True)


def read_written(function: str) -> tuple[Run, str, str, str]:
    """Return the run of a derivation's function text, the subject, the partner, and what is read off it."""
    call = json.loads(function.removeprefix(SIMULATED))
    subject, partner, reads = (str(call.pop(name)) for name in ("subject", "partner", "reads"))
    return Run(**(call | {"partners": tuple(call["partners"])})), subject, partner, reads


def run_of(
    scenario: str, partners: Sequence[str], *, year: int | None = None, draws: int = 1, rankings: bool = False
) -> Run:
    """Return the run of a scenario with a brief's seed and length."""
    days = parameter("brief_months") * parameter("material_step_days")
    seed = int(parameter("brief_seed"))
    return Run(scenario, scenario_sha256(scenario), tuple(partners), year, draws, seed, days, rankings)


def do_run(tables: Tables, run: Run) -> Stress:
    """Run it.

    Raises
    ------
    ScenarioError
        If the scenario's text is not the one that the run names, or does not fit its networks.
    """
    found = scenario_sha256(run.scenario)
    if found != run.sha256:
        raise ScenarioError(
            [f"its text has the sha256 {found}"],
            where=run.scenario,
            expected=f"the text that the figure was made with, {run.sha256}",
            do="Write the brief again with the scenario as it is now.",
        )
    ask = StressAsk(run.draws, run.horizon_days, run.seed, rankings=run.rankings)
    return stress(tables, run.partners, load_scenario(run.scenario), ask, year=run.year)


def scenario_sha256(name: str) -> str:
    """Return the sha256 of the text of a scenario that ``load_scenario`` loads."""
    return hashlib.sha256(scenario_text(name).encode()).hexdigest()


def read_off(found: Stress, subject: str, partner: str, reads: str) -> float | Gap:
    """Return one number of a stress, by the words of a derivation, such as ``share 0.5`` or ``use 0.05 2``.

    Raises
    ------
    UnknownNameError
        If the stress has no such subject, outage or kind of number.
    """
    kind, *words = reads.split(" ")
    if kind == SUM_USD:
        return _sum_usd(found, partner)
    subjects = {one.subject: one for one in found.subjects}
    if subject not in subjects:
        raise UnknownNameError("subject", subject, subjects, where=found.scenario.id)
    loss = subjects[subject].losses[partner]
    if isinstance(loss, Gap):
        return loss
    if kind in ("outage", "direct"):
        outage = _outage(subjects[subject], partner, words[0])
        return outage.share if kind == "outage" else outage.direct
    if kind not in _READERS:
        raise UnknownNameError("number of a stress", kind, _READERS)
    value = _READERS[kind](loss, words)
    return Gap(_why_absent(kind, loss)) if math.isnan(value) else value


def outage_word(outage: Outage) -> str:
    """Return how a derivation names the sellers of an outage, such as ``QAT:mine+USA:mine``."""
    return "+".join(f"{economy}:{stage}" for economy, stage in outage.suppliers)


def _sum_usd(found: Stress, partner: str) -> float | Gap:
    losses = [one.losses[partner] for one in found.subjects if one.network.unit == "usd"]
    known = [loss.unmet[SHARES.index(0.5)] for loss in losses if isinstance(loss, Loss)]
    if known:
        return sum(known)
    gaps = [loss.reason for loss in losses if isinstance(loss, Gap)]
    return Gap(gaps[0] if gaps else "counted in tonnes: the figures have no price of it")


def _outage(subject: SubjectStress, partner: str, word: str) -> Outage:
    pair = subject.pair[partner]
    known = {outage_word(one): one for one in subject.single[partner]}
    known |= {} if isinstance(pair, Gap) else {outage_word(pair): pair}
    if word not in known:
        raise UnknownNameError("outage", word, known, where=subject.subject)
    return known[word]


def _why_absent(kind: str, loss: Loss) -> str:
    if kind == "first":
        return f"no draw has a {loss.period} that lacks {parameter('shortfall'):.0%} or more".replace("%", " %")
    return "an input-output network does not say what arrives"


def _quantile(word: str) -> int:
    return fan_quantiles().index(float(word))


_READERS: dict[str, Callable[[Loss, Sequence[str]], float]] = {
    "share": lambda loss, words: loss.shares[SHARES.index(float(words[0]))],
    "unmet": lambda loss, words: loss.unmet[SHARES.index(float(words[0]))],
    "short": lambda loss, _: loss.likelihood,
    "first": lambda loss, _: loss.first_days,
    "worst": lambda loss, words: float(1 - loss.use[_quantile(words[0])].min()),
    "least-arrivals": lambda loss, _: float(loss.arrivals.min()),
    "use": lambda loss, words: float(loss.use[_quantile(words[0]), int(words[1])]),
    "arrivals": lambda loss, words: float(loss.arrivals[int(words[0])]),
}
