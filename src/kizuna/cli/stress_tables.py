"""What ``kizuna stress`` prints: what is assumed, then one table a good, then whose fall matters and what moves it."""

from __future__ import annotations

import math

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.brief.amounts import per_cent
from kizuna.brief.cut_wording import engine_assumptions, good_name, same_losses, what_happens, what_is_assumed
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.simulate.basket_ranking import BasketRanking, SellersFall
from kizuna.simulate.stress import Loss, Outage, Stress, SubjectStress
from kizuna.tables.build import Tables

# Units of the network's amounts on the screen, largest first.
SCALES = {
    "usd": ((1e9, "bn USD"), (1e6, "m USD")),
    "t": ((1e6, "Mt"), (1e3, "kt"), (1.0, "t")),
    "kcal": ((1e12, "tn kcal"), (1e9, "bn kcal")),
}
DRIVERS_SHOWN = 3
WHOLE_FROM = 1000


def print_stress(tables: Tables, found: Stress) -> None:
    """Print one scenario: its assumptions before its numbers."""
    console = Console(highlight=False)
    console.print(Text(f"\n{found.scenario.title} ({found.scenario.id})", style="bold"))
    console.print(Text(found.scenario.summary))
    console.print(Text.assemble(("\nAssumed: ", "bold"), what_happens(tables, found.scenario)))
    console.print(Text(what_is_assumed(found.scenario)))
    console.print(Text(f"{engine_assumptions()} Assumptions, not estimates."))
    for subject in found.subjects:
        _print_subject(console, tables, found, subject)
    console.print()
    for line in (*_reading(found), *dict.fromkeys(note for one in found.subjects for note in one.network.notes)):
        console.print(Text(f"- {line}"))


def _print_subject(console: Console, tables: Tables, found: Stress, subject: SubjectStress) -> None:
    scale, unit = _scale(subject)
    console.print(Text(f"\n{_named(subject)}, {unit}", style="bold"))
    columns = ["", "need", "without", "of need", "worst", "arrive", "short", "from", "to"]
    if subject.network.kind == "input-output":
        columns[columns.index("arrive")] = "value added"
    table = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for partner, loss in subject.losses.items():
        if isinstance(loss, Gap):
            console.print(Text(f"{partner}: no figure: {loss.reason}"))
        else:
            table.add_row(*map(Text, (partner, *_cells(loss, subject, scale, found.ask.draws))))
    if table.rows:
        console.print(table)
    same = same_losses(tables, subject.losses)
    for line in (*([same] if same else []), *_outage_lines(subject), *_driver_lines(subject)):
        console.print(Text(line))


def _named(subject: SubjectStress) -> str:
    name = good_name(subject)
    return f"{name} ({subject.subject})" if ":" in subject.subject else name


def _amount(value: float, unit: str) -> str:
    """Return an amount with two or three significant figures in the largest unit that it fills."""
    scales = SCALES[unit]
    scale, name = next((one for one in scales if abs(value) >= one[0]), scales[-1])
    return f"{value / scale:,.3g} {name}"


def _scale(subject: SubjectStress) -> tuple[float, str]:
    """Return the largest unit that the largest of the partners' losses fills."""
    losses = [loss.unmet[1] for loss in subject.losses.values() if not isinstance(loss, Gap)]
    scales = SCALES[subject.network.unit]
    return next((one for one in scales if losses and max(losses) >= one[0]), scales[-1])


def _scaled(value: float, scale: float) -> str:
    return f"{value / scale:,.0f}" if value / scale >= WHOLE_FROM else f"{value / scale:.3g}"


def _cells(loss: Loss, subject: SubjectStress, scale: float, draws: int) -> tuple[str, ...]:
    low, middle, high = (per_cent(share) for share in loss.shares)
    between = f" ({low.removesuffix(' %')} to {high})" if draws > 1 else ""
    arrive = "" if math.isnan(loss.arrivals_lost) else f"-{loss.arrivals_lost:.0%}"
    if subject.network.kind == "input-output":
        arrive = _scaled(loss.value_added_usd[1], scale)
    return (
        _scaled(loss.need, scale),
        _scaled(loss.unmet[1], scale),
        f"{middle}{between}",
        per_cent(loss.worst_unmet),
        arrive,
        f"{loss.likelihood:.0%}" if draws > 1 else ("yes" if loss.likelihood else "no"),
        *("never" if math.isnan(day) else f"{day:.0f}" for day in (loss.first_days, loss.recovery_days)),
    )


def _reading(found: Stress) -> tuple[str, ...]:
    ask = found.ask
    drawn = f"{ask.draws} draws (seed {ask.seed}): the middle one, and in brackets 10 and 90 % of draws."
    return (
        (drawn if ask.draws > 1 else "One draw: the most likely values.")
        + f" Need and what is gone without: over {ask.horizon_days:.0f} days from the first.",
        "Without: need that is not met. Worst: need not met in the worst step. Arrive: arrivals at their lowest, "
        f"before stocks help, mean of draws. Short: draws with a step that lacks {parameter('shortfall'):.0%} or more; "
        "from and to: day on which the first and the last such step end, middle of those draws. Value added: of all "
        "industries, at risk.",
    )


def _outage_lines(subject: SubjectStress) -> list[str]:
    lines = []
    for partner, outages in subject.single.items():
        named = "; ".join(_outage(outage) for outage in outages)
        pair = subject.pair[partner]
        both = f" Worst pair found: {_outage(pair)}." if isinstance(pair, Outage) else ""
        lines.append(f"Need of {partner} unmet if one seller stops, whatever the scenario: {named}.{both}")
    return lines


def _outage(outage: Outage) -> str:
    several = len({stage for _, stage in outage.suppliers}) > 1
    names = " and ".join(f"{economy} ({stage})" if several else economy for economy, stage in outage.suppliers)
    return f"{names} {per_cent(outage.share)} (sells it {per_cent(outage.direct)})"


def _driver_lines(subject: SubjectStress) -> list[str]:
    lines = []
    for partner, drivers in subject.drivers.items():
        if isinstance(drivers, Gap):
            lines.append(f"Uncertainty for {partner}: {drivers.reason}.")
            continue
        told = [driver for driver in drivers if driver.total > driver.margin][:DRIVERS_SHOWN]
        named = ", ".join(f"{driver.name} {driver.total:.2f} ± {driver.margin:.2f}" for driver in told)
        lines.append(
            f"What moves the loss of {partner} most (total Sobol index, 95 %): {named}."
            if named
            else f"Nothing that moves the loss of {partner} can be told from 0: more --driver-samples are needed."
        )
    return lines


def print_ranking(ranking: BasketRanking) -> None:
    title = f"{ranking.basket.name}: whose fall matters most"
    caption = "sales abroad stop for the whole time; need at base prices, all products of the basket together"
    table = RichTable(title=title, caption=Text(caption))
    for name in ("economy", "sellers that stop", "unmet need", "share of need", "most of it"):
        table.add_column(name, justify="right" if name in ("unmet need", "share of need") else "left", overflow="fold")
    for partner, falls in ranking.single.items():
        pair = ranking.pair[partner]
        for fall in (*falls, *([pair] if isinstance(pair, SellersFall) else [])):
            most = ", ".join(f"{title} {share:.0%}" for title, share in fall.products)
            amount = _amount(fall.unmet_usd, "usd")
            table.add_row(*map(Text, (partner, " and ".join(fall.sellers), amount, f"{fall.share:.1%}", most)))
    console = Console(highlight=False)
    console.print(table)
    for name, gap in ranking.gaps.items():
        console.print(Text(f"left out: {name}: {gap.reason}"))
