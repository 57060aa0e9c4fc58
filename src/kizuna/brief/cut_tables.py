"""The tables of the chapter "If it is cut": losses of one scenario, whose fall matters most, all scenarios tried."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.brief.amounts import per_cent
from kizuna.brief.cut_figures import CutFigures, figure_years
from kizuna.brief.cut_pictures import cited, period_of
from kizuna.brief.cut_wording import good_name
from kizuna.brief.cuts import Cut, Cuts
from kizuna.brief.document import Cell, Column, Table
from kizuna.brief.exposures import text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.simulate.stress import Loss, Outage, SubjectStress

LOSSES = (
    ("Without, 10 %", "share 0.1"), ("Without, middle", "share 0.5"), ("Without, 90 %", "share 0.9"),
    ("Amount, middle", "unmet 0.5"), ("Worst {period}, middle", "worst 0.5"), ("Worst {period}, 1 in 10", "worst 0.1"),
    ("Least arrivals", "least-arrivals"), ("First shortfall", "first 0.5"),
    ("Short in (share of draws)", "short"),
)  # fmt: skip


def losses_table(facts: Facts, figures: CutFigures, cut: Cut) -> Table:
    """Return what each partner loses of each good of a scenario."""
    rows, period = [], period_of(*cut.found.subjects)
    for subject in cut.found.subjects:
        for code in cut.found.partners:
            cells = [figures.cell(cut, subject, code, reads) for _, reads in LOSSES]
            good = text_cell(good_name(subject), f"{good_name(subject)} ({subject.subject})")
            rows.append((good, _buyer(facts, code), *cells))
    return Table(
        id=f"cut-{cut.scenario.id}-losses",
        title=f"Losses: {cut.scenario.title}",
        columns=(Column("Good"), Column("Buyer"), *(Column(title.format(period=period), True) for title, _ in LOSSES)),
        rows=tuple(rows),
        note=_losses_note(facts, cut),
        citation=_cited(facts, cut.found.subjects),
    )


def outages_table(facts: Facts, figures: CutFigures, cuts: Sequence[Cut]) -> Table:
    """Return whose fall alone, and which two together, leave most need unmet, whatever the scenario."""
    known = {(subject.subject, subject.network.year): (cut, subject) for cut in cuts for subject in cut.found.subjects}
    named = int(parameter("outages_named"))
    rows = []
    for cut, subject in known.values():
        for code in cut.found.partners:
            rows.append((text_cell(_named(subject)), _buyer(facts, code), *_falls(facts, figures, cut, subject, code)))
    return Table(
        id="cut-outages",
        title="Whose fall matters most",
        columns=(
            Column("Good"),
            Column("Buyer"),
            *(Column(f"{place} seller") for place in ("Worst", "Second", "Third")[:named]),
            Column("Worst pair found"),
        ),
        rows=tuple(rows),
        note=f"The seller stops all sales abroad for {int(parameter('brief_months'))} months: share of the buyer's "
        "need that is then unmet, most likely values. In brackets what it sells the buyer directly, of all that the "
        "buyer buys: a seller without direct sales matters through the pool of sellers, to whom its own buyers then "
        f"turn. Pairs are made of the {int(parameter('paired_suppliers'))} worst sellers.",
        citation=_cited(facts, [subject for _, subject in known.values()]),
    )


def trials_table(facts: Facts, figures: CutFigures, cuts: Cuts) -> Table:
    """Return every scenario about the brief's goods at its most likely values, largest loss of the partners first."""
    partners = facts.order.partners
    shown = {cut.scenario.id for cut in cuts.shown}
    ordered = sorted(cuts.trials, key=lambda trial: (-_usd(figures, trial), trial.scenario.id))
    rows = [
        (
            text_cell(trial.scenario.title, trial.scenario.id),
            text_cell("yes" if trial.scenario.id in shown else "no"),
            *(cell for code in partners for cell in _trial_cells(figures, trial, code)),
        )
        for trial in ordered
    ]
    names = [capital(economy_name(facts.tables, code)) for code in partners]
    return Table(
        id="cut-scenarios",
        title="Every scenario about these baskets, at its most likely values",
        columns=(
            Column("Scenario"),
            Column("Shown"),
            *(
                column
                for name in names
                for column in (Column(f"{name}: unmet", True), Column(f"{name}: largest share of need"))
            ),
        ),
        rows=tuple(rows),
        note=f"Over {int(parameter('brief_months'))} months. Unmet: all goods of the scenario that are counted in USD. "
        "Largest share: the good of which the buyer goes without most. A passage above gives the middle of its draws, "
        "which differs where ranges are lopsided: the most likely values lie above it where depths reach further down "
        "than up, or stocks further up than down. To run one with all draws: kizuna stress "
        f"{' '.join(partners)} --scenario NAME; the CSV has the names.",
        citation=_cited(facts, [subject for trial in cuts.trials for subject in trial.found.subjects]),
    )


def _losses_note(facts: Facts, cut: Cut) -> str:
    period = period_of(*cut.found.subjects)
    imports = {subject.network.covers for subject in cut.found.subjects}
    of = listed(["imports" if covers == "imports" else "use with home supply" for covers in sorted(imports)])
    years = listed(sorted({figure_years(facts.tables, subject.network) for subject in cut.found.subjects}))
    return (
        f"Share of need over {int(parameter('brief_months'))} months, need being {of} as in the figures of {years}; "
        f"{cut.run.draws} draws. 1 in 10: one draw of ten is worse. Least arrivals: of need, before stocks help, mean "
        f"of draws. First shortfall: end of the first {period} that lacks {per_cent(parameter('shortfall'), 1)} or "
        "more, median of the draws with one. Short in: draws with one, of all draws; no likelihood of the scenario."
    )


def _falls(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress, code: str) -> list[Cell]:
    loss = subject.losses[code]
    named = int(parameter("outages_named"))
    if isinstance(loss, Gap):
        return [Cell(words=("gap",), gap=loss.reason)] * (named + 1)
    single = [_fall(facts, figures, cut, subject, code, outage) for outage in subject.single[code]]
    single += [Cell(words=("gap",), gap="fewer sellers than that sell abroad")] * (named - len(single))
    pair = subject.pair[code]
    both = (
        Cell(words=("gap",), gap=pair.reason)
        if isinstance(pair, Gap)
        else _fall(facts, figures, cut, subject, code, pair)
    )
    return [*single, both]


def _fall(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress, code: str, outage: Outage) -> Cell:
    several = len(subject.network.stages) > 1
    sellers = [
        economy_name(facts.tables, seller) + (f" ({stage})" if several else "") for seller, stage in outage.suppliers
    ]
    unmet, direct = figures.outage(cut, subject, code, outage)
    plain = f"{'+'.join(seller for seller, _ in outage.suppliers)} {outage.share!r} direct {outage.direct!r}"
    sell = "sells" if len(sellers) == 1 else "sell"
    return Cell(words=(f"{capital(listed(sellers))} ", unmet, f" ({sell} it ", direct, ")"), plain=plain)


def _trial_cells(figures: CutFigures, trial: Cut, code: str) -> tuple[Cell, Cell]:
    losses = [(one, loss) for one in trial.found.subjects if isinstance(loss := one.losses[code], Loss)]
    total = figures.book.cell(figures.sum_usd(trial, code))
    if not losses:
        reason = next(loss.reason for one in trial.found.subjects if isinstance(loss := one.losses[code], Gap))
        return total, Cell(words=("gap",), gap=reason)
    worst, loss = max(losses, key=lambda pair: pair[1].shares[1])
    mark = figures.mark(trial, worst, code, "share 0.5")
    return total, Cell(words=(f"{good_name(worst)} ", mark), plain=f"{worst.subject} {loss.shares[1]!r}")


def _usd(figures: CutFigures, trial: Cut) -> float:
    values = [figures.sum_usd(trial, code).value for code in trial.found.partners]
    return sum(float(value) for value in values if not isinstance(value, Gap))


def _named(subject: SubjectStress) -> str:
    code = subject.subject.partition(":")[2] if subject.subject.startswith("HS") else subject.subject
    return f"{good_name(subject)} (HS {code})" if code.isdigit() else good_name(subject)


def _buyer(facts: Facts, code: str) -> Cell:
    return text_cell(capital(economy_name(facts.tables, code)))


def _cited(facts: Facts, subjects: Sequence[SubjectStress]) -> str:
    return " ".join(dict.fromkeys(cited(facts, subject) for subject in subjects))
