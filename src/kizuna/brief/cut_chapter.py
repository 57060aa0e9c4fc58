"""The chapter "If it is cut": what each partner goes without, how soon, how sure, and whose fall matters most."""

from __future__ import annotations

from kizuna.brief.amounts import per_cent
from kizuna.brief.claims import claim, rigidity_beside
from kizuna.brief.cut_figures import CutFigures
from kizuna.brief.cut_pictures import draw_cut
from kizuna.brief.cut_tables import losses_table, outages_table, trials_table
from kizuna.brief.cut_wording import engine_assumptions, good_in_words, same_losses, what_happens, what_is_assumed
from kizuna.brief.cuts import Cut, Cuts, leading
from kizuna.brief.document import Passage, Picture, Run, Section, Table, Words
from kizuna.brief.facts import Facts
from kizuna.brief.wording import capital, economy_name
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.simulate.stress import SubjectStress

TITLE = "If it is cut"


def write_cuts(facts: Facts, figures: CutFigures, cuts: Cuts) -> Section:
    """Return the chapter."""
    paragraphs: list[Words] = [(_what_this_is(cuts),), *((text,) for text in _assumed()), (_claim(facts),)]
    parts: list[Table | Picture | Passage] = []
    for cut in cuts.shown:
        subject = leading(cut, cuts.goods)
        parts.append(_passage(facts, figures, cut, subject))
        parts.append(draw_cut(facts, figures, cut, subject))
        parts.append(losses_table(facts, figures, cut))
    if cuts.shown:
        parts.append(outages_table(facts, figures, cuts.shown))
    else:
        paragraphs.append(("No scenario of the library takes anything from the partners in these baskets.",))
    if cuts.trials:
        parts.append(trials_table(facts, figures, cuts))
    return Section("cut", TITLE, tuple(paragraphs), tuple(parts))


def rule() -> str:
    """Return how scenarios are chosen, in one sentence."""
    return (
        "Chosen by rule, not by likelihood: every scenario of the library that is about these baskets ran once at its "
        "most likely values; of each basket, in their order, the one that leaves the partners together without most of "
        "its goods in USD is shown, unless an earlier basket shows it (crops, which have no price here: by the largest "
        f"share of need), and at most {int(parameter('brief_scenarios'))}."
    )


def _what_this_is(cuts: Cuts) -> str:
    chosen = rule() if cuts.trials else "The scenarios were named by whoever ordered this brief."
    months, draws, seed = (int(parameter(f"brief_{name}")) for name in ("months", "draws", "seed"))
    return (
        "What follows if a supply is cut, not whether it will be. The stress engine runs each scenario on the network "
        f"of who sells to whom for {months} months from the first day, in {draws} draws of all uncertain numbers (seed "
        f"{seed}, so that the figures repeat). A sentence gives the middle of the draws and, in brackets, their 10 and "
        f"90 % quantiles. {chosen}"
    )


def _assumed() -> tuple[str, str]:
    return (
        f"{engine_assumptions()} These are assumptions, not estimates; their sources stand in the last chapter.",
        "Where only trade is known, the loss is of imports: production at home and strategic stocks are not in it. Use "
        "given up because it is too dear counts as a loss; where partners lose the same small share, it is that, and "
        "stocks and other sellers cover the rest. Money is at base prices. No government acts in the engine: no "
        "release of stocks, no rationing, no new mine.",
    )


def _claim(facts: Facts) -> str:
    said = f"{claim(facts.tables)} {rigidity_beside()}"
    return f"How far it can be trusted, by its backtest, which scores a simpler form without stocks: {said}"


def _passage(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress) -> Passage:
    scenario = cut.scenario
    paragraphs: list[Words] = [
        (f"{scenario.summary} {what_happens(facts.tables, scenario)}",),
        *(_sentence(facts, figures, cut, subject, code) for code in cut.found.partners),
        *_alike(facts, subject),
        (what_is_assumed(scenario),),
    ]
    return Passage(f"cut-{scenario.id}", scenario.title, tuple(paragraphs))


def _alike(facts: Facts, subject: SubjectStress) -> list[Words]:
    said = same_losses(facts.tables, subject.losses)
    return [(said,)] if said else []


def _sentence(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress, code: str) -> Words:
    """Say what one partner goes without, how soon, how sure."""
    name, good = capital(economy_name(facts.tables, code)), good_in_words(subject)
    loss = subject.losses[code]
    if isinstance(loss, Gap):
        return (f"{name}: no figure of {good}, since {loss.reason}.",)

    def of(reads: str) -> Run:
        return figures.mark(cut, subject, code, reads)

    does = "import" if subject.network.covers == "imports" else "use"
    months = int(parameter("brief_months"))
    said: list[Run] = [
        f"{name} then goes without ", of("share 0.5"), " (", of("share 0.1"), " to ", of("share 0.9"),
        f") of the {good} that it would {does} in {months} months, ", of("unmet 0.5"), f". In its worst {loss.period} ",
        of("worst 0.5"), " of need is missing, and ", of("worst 0.1"), " or more in one draw of ten; arrivals, ",
        "mean of draws, are lowest at ", of("least-arrivals"), " of need, before stocks help. ",
    ]  # fmt: skip
    least = per_cent(parameter("shortfall"), 1)
    if loss.likelihood == 0:
        return (*said, f"No draw has a {loss.period} that lacks {least} or more.")
    said += [f"A {loss.period} that lacks {least} or more comes in ", of("short"), " of draws, the first ends after "]
    return (*said, of("first 0.5"), ".")
