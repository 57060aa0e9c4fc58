"""What a scenario assumes, in words: each shock with its sizes and times as its file gives them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from kizuna.brief.amounts import per_cent, significant, span
from kizuna.brief.wording import capital, economy_name, listed, small
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter, parameters
from kizuna.network.titles import subject_title
from kizuna.scenario.aimed import Spread
from kizuna.scenario.scenario import Scenario
from kizuna.scenario.sealanes import load_sea_lanes
from kizuna.scenario.shocks import (
    CapacityShock,
    DemandShock,
    ExportShock,
    LinkShock,
    RouteShock,
    Shock,
)
from kizuna.scenario.targets import Target
from kizuna.simulate.stress import Loss, SubjectStress
from kizuna.tables.build import Tables

MOST_NAMED = 8
# Shares of need lost that hardly differ, and falls of arrivals that do, each as largest over smallest.
ALIKE, UNLIKE = 1.05, 2.0
SOLD_ON = (
    "The engine does not honour a closed link exactly: trade bound to nobody can be sold on, so that buyers cut off "
    "get part of it back from others, and others lose with them"
)


def what_happens(tables: Tables, scenario: Scenario) -> str:
    """Return what is cut, how deep, for how long: one sentence a shock, the mode and in brackets the range."""
    return " ".join(f"{capital(_shock(tables, shock))}." for shock in scenario.shocks)


def what_is_assumed(scenario: Scenario) -> str:
    """Return the assumptions of a scenario, and whether somebody has read its sources."""
    said = " ".join(f"{text.rstrip('.')}." for text in (*scenario.assumptions, *_sold_on(scenario)))
    unread = sum(not source.verified for source in scenario.sources)
    if not unread:
        return f"{said} The scenario's sources were read for it."
    whole = "None of the scenario's sources was" if unread == len(scenario.sources) else "Not all its sources were"
    return f"{said} {whole} read for it: its sizes are assumptions."


def engine_assumptions() -> str:
    """Return what is assumed of every network, with the range that is drawn: one sentence."""
    known = parameters()
    rigidity, shift = known["network_rigidity_material"].value, known["rigidity_shift"]
    loosest, tightest = max(rigidity + shift.low, 0), min(rigidity + shift.high, 1)
    stocks, stock = known["network_final_stock_days_material"].value, known["stock_factor"]
    spare, more = known["network_spare_material"].value, known["spare_factor"]
    elasticity, factor = known["demand_elasticity"].value, known["elasticity_factor"]
    return (
        f"Assumed of every network and drawn within the range in brackets: {per_cent(rigidity)} of trade is bound to "
        f"its buyer ({per_cent(loosest)} to {per_cent(tightest)}), the rest goes to whoever "
        f"orders it; users hold {_days(stocks)} of stock ({_days(stocks * stock.low)} to {_days(stocks * stock.high)}; "
        f"crops: what their publisher lists, times {stock.low:g} to {stock.high:g}); sellers can make "
        f"{per_cent(spare)} more than usual ({per_cent(spare * more.low)} to {per_cent(spare * more.high)}); need "
        f"falls by {elasticity:g} % where the price is 1 % higher ({elasticity * factor.low:g} to "
        f"{significant(elasticity * factor.high, 2)} %)."
    )


def same_losses(tables: Tables, losses: Mapping[str, Loss | Gap]) -> str:
    """Return a sentence where partners lose much the same share because the good is dearer; nothing where they do not.

    A higher price takes the same share from all, goods that are missing take it from those that lack them. So it is
    said where shares hardly differ, arrivals fall by ``UNLIKE`` times as much for one partner as for another, and no
    period lacks more in the middle draw than the price can take.

    Parameters
    ----------
    losses
        Of one good, by partner.
    """
    dearest = 1 - math.exp(-parameter("price_limit") * parameter("demand_elasticity"))
    known = {code: loss for code, loss in losses.items() if isinstance(loss, Loss) and 0 < loss.worst_unmet <= dearest}
    shares = [loss.shares[1] for loss in known.values()]
    lacks = [loss.arrivals_lost for loss in known.values()]
    if len(known) < 2 or max(shares) > ALIKE * min(shares) or not max(lacks) > UNLIKE * max(min(lacks), 0):
        return ""
    names = capital(listed([economy_name(tables, code) for code in known]))
    return (
        f"{names} lose much the same share: it is mostly use given up as the price rises, not goods that are missing."
    )


def _days(days: float) -> str:
    return f"{significant(days, 2)} days"


def _sold_on(scenario: Scenario) -> tuple[str, ...]:
    """Say what the pool does to closed links; tables have no pool."""
    if scenario.network != "material" or not any(isinstance(shock, LinkShock) for shock in scenario.shocks):
        return ()
    return (SOLD_ON,)


def good_name(subject: SubjectStress) -> str:
    """Return what a good is called on the page: its short name, else the title of the subject."""
    return _names().get(subject.subject, subject.title)


def good_in_words(subject: SubjectStress) -> str:
    """Return what a good is called inside a sentence, such as ``crude petroleum``."""
    return small(good_name(subject))


def _good(tables: Tables, subject: str) -> str:
    return _names().get(subject) or subject_title(tables, subject)


@cache
def _names() -> dict[str, str]:
    return tomllib.loads(files("kizuna.brief").joinpath("assets", "good_names.toml").read_text(encoding="utf-8"))


def _shock(tables: Tables, shock: Shock) -> str:
    goods = listed([small(_good(tables, subject)) for subject in shock.on])
    when = f", from {_span(shock.onset)} after the start" if shock.onset.high > 0 else ""
    lasts = f" for {_span(shock.lasts)}" if shock.lasts.high > 0 else ""
    fades = f", then fading over {_span(shock.recovery)}" if shock.recovery.high > 0 else ""
    only = f"{goods}: " if goods else ""
    return f"{only}{_what(tables, shock)}{lasts}{when}{fades}"


def _what(tables: Tables, shock: Shock) -> str:
    if isinstance(shock, CapacityShock):
        return f"output of {_who(tables, shock.economies)} falls by {_share(shock.depth)}"
    if isinstance(shock, ExportShock):
        return f"sales abroad of {_who(tables, shock.economies)} fall by {_share(shock.depth)}"
    if isinstance(shock, LinkShock):
        ends = f"from {_who(tables, shock.suppliers)} to {_who(tables, shock.buyers)}"
        return f"by {_article(shock.measure)} sales {ends} fall by {_share(shock.cut)}"
    if isinstance(shock, RouteShock):
        named = listed([load_sea_lanes().chokepoints[one] for one in shock.chokepoints])
        return f"{named}: {_share(shock.depth)} of the passage is closed"
    who, surge = _who(tables, shock.economies), _share(shock.surge)
    return (
        f"use in {who} rises by {surge}"
        if isinstance(shock, DemandShock)
        else f"users in {who} want {surge} more stock"
    )


def _article(measure: str) -> str:
    return f"{'an' if measure[0] in 'aeio' else 'a'} {measure}"


def _who(tables: Tables, target: Target) -> str:
    names = [name.text if name.bloc else economy_name(tables, name.economies[0]) for name in target.names]
    said = listed(names) if len(names) <= MOST_NAMED else f"{len(names)} economies"
    if not target.everyone:
        return said
    return f"every economy but {said}" if names else "every economy"


def _share(spread: Spread) -> str:
    return _spread(spread, per_cent)


def _span(spread: Spread) -> str:
    return _spread(spread, span)


def _spread(spread: Spread, write: Callable[[float], str]) -> str:
    middle = write(spread.mode)
    return middle if spread.certain else f"{middle} ({write(spread.low)} to {write(spread.high)})"
