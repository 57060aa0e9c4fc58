"""The fan of one scenario: what is left of need period by period, with its finding in words and its table twin."""

from __future__ import annotations

import math

from kizuna.brief.amounts import share_of_need, span
from kizuna.brief.cut_figures import CutFigures, figure_years
from kizuna.brief.cut_wording import good_in_words, good_name
from kizuna.brief.cuts import Cut
from kizuna.brief.document import Cell, Column, Picture, Table
from kizuna.brief.exposures import text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.pictures import FanPanel, fan
from kizuna.brief.wording import capital, economy_name, listed
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.simulate.stress import Loss, SubjectStress, fan_quantiles

SHOWN = (0.05, 0.1, 0.5, 0.9, 0.95)


def draw_cut(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress) -> Picture:
    """Return the picture of the good that a scenario hits hardest."""
    identity = f"cut-{cut.scenario.id}-fan"
    buyers = listed([economy_name(facts.tables, code) for code in cut.found.partners])
    title = f"How much of the {good_in_words(subject)} they need do {buyers} still have?"
    twin = _twin(facts, figures, cut, subject, f"{identity}-table")
    known = {code: loss for code, loss in subject.losses.items() if isinstance(loss, Loss)}
    if not known:
        reason = "; ".join(dict.fromkeys(loss.reason for loss in subject.losses.values() if isinstance(loss, Gap)))
        return Picture(identity, title, "", reason, "", twin, absent=reason)
    panels = [_panel(capital(economy_name(facts.tables, code)), loss) for code, loss in known.items()]
    lows = [_low(facts, code, loss) for code, loss in known.items()]
    says = f"{cut.scenario.title}: use of {good_in_words(subject)} falls at its lowest to {'; '.join(lows)}"
    caption = (
        f"{cut.scenario.title}. {good_name(subject)}: use over need by {period_of(subject)}, {cut.run.draws} draws, "
        f"and mean arrivals over need; figures of {figure_years(facts.tables, subject.network)}. {twin.citation}"
    )
    return Picture(identity, title, fan(panels, text_alternative=says), says, caption, twin)


def quantile_at(loss: Loss, quantile: float) -> list[float]:
    """Return use over need in each period at one quantile of draws."""
    return [float(value) for value in loss.use[fan_quantiles().index(quantile)]]


def cited(facts: Facts, subject: SubjectStress) -> str:
    """Return the citations of the figures behind a network."""
    store = facts.tables.store
    return " ".join(dict.fromkeys(store.source(table).citation for table, _ in subject.network.inputs))


def _panel(name: str, loss: Loss) -> FanPanel:
    low, lower, middle, upper, high = (tuple(quantile_at(loss, quantile)) for quantile in SHOWN)
    arrivals = () if math.isnan(loss.arrivals_lost) else tuple(map(float, loss.arrivals))
    months = tuple(float(day) / parameter("material_step_days") for day in loss.days)
    return FanPanel(name, months, low, lower, middle, upper, high, arrivals)


def period_of(*subjects: SubjectStress) -> str:
    """Return the word for the periods of a scenario's subjects, which all have the same."""
    losses = (loss for subject in subjects for loss in subject.losses.values())
    return next((loss.period for loss in losses if isinstance(loss, Loss)), "month")


def _low(facts: Facts, code: str, loss: Loss) -> str:
    middle = quantile_at(loss, 0.5)
    at = middle.index(min(middle))
    worse = min(quantile_at(loss, 0.1))
    return (
        f"{share_of_need(middle[at], 3)} of need for {economy_name(facts.tables, code)} after "
        f"{span(float(loss.days[at]))} in the middle draw, and to {share_of_need(worse, 3)} in one draw of ten"
    )


def _twin(facts: Facts, figures: CutFigures, cut: Cut, subject: SubjectStress, identity: str) -> Table:
    rows, columns = [], [Column("Until", True)]
    known = [code for code, loss in subject.losses.items() if isinstance(loss, Loss)]
    for code in known:
        name = capital(economy_name(facts.tables, code))
        columns += [Column(f"{name} {quantile * 100:.0f} %", True) for quantile in SHOWN]
        columns.append(Column(f"{name} arrivals", True))
    days = next((loss.days for loss in subject.losses.values() if isinstance(loss, Loss)), ())
    for at, day in enumerate(days):
        cells: list[Cell] = [text_cell(f"{day:.0f}", repr(float(day)))]
        for code in known:
            cells += [figures.cell(cut, subject, code, f"use {quantile} {at}") for quantile in SHOWN]
            cells.append(figures.cell(cut, subject, code, f"arrivals {at}"))
        rows.append(tuple(cells))
    return Table(
        id=identity,
        title=f"{good_name(subject)} by {period_of(subject)}: {cut.scenario.title}",
        columns=tuple(columns),
        rows=tuple(rows),
        note=f"Use over need in the {period_of(subject)} that ends on this day, at the quantile of "
        f"{cut.run.draws} draws (seed {cut.run.seed}) that the column names; arrivals over need, mean of draws.",
        citation=cited(facts, subject),
    )
