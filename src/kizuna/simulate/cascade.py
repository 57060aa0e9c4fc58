"""Shortage of a staple passed on between economies, round by round: the rule of Marchand et al. and Heslin et al.

Written from a description of the rule, without sight of the authors' code. Each round an economy that is short

1. draws its reserve, up to ``reserve_share`` of what it held at the start;
2. cuts its use by ``use_share`` of what is still missing;
3. takes the rest as lost use where it is below ``folded`` of its use;
4. changes its trade for the rest, by one of two rules.

``proportional`` (PTA): with ``g = min(shortage / (exports + imports), 1)`` all its exports fall and all its imports
rise by the share ``g``; a supplier without reserve refuses to raise exports. ``reserves`` (RTA): exports are cut first;
then every supplier offers its reserve to those who ask, in proportion to its sales to them, and each takes what it
needs. Rounds go on until no trade moves. What is still missing then is lost use.

Where the description leaves a choice, it was made so:

- A reserve counts as 0 once the part that may be drawn is gone, or what is left of it is below ``folded`` of the
  economy's production and imports; not when nothing at all is left.
- A surplus (a larger harvest, a ban that keeps grain at home, more imports than needed) is stored and may be drawn in
  full later; use never rises above its base, and use once cut is not restored.
- All economies act at once on the trade of the round before. Links never start from nothing.
- A ban takes its share off each foreign sale before the first round; no later round lifts a sale above that.
- A supplier with any reserve grants all that is asked (PTA); what this takes beyond its reserve makes it short.
- Offers are shared between those who ask, not between all buyers (RTA).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kizuna.floor.errors import OutOfRangeError, TableError
from kizuna.floor.params import parameter
from kizuna.network.supply_network import Floats

TradeRule = Literal["proportional", "reserves"]


@dataclass(frozen=True, slots=True)
class Balance:
    """One crop's base year: what each economy grows, holds and sells, all in one unit.

    Parameters
    ----------
    production, reserve
        Per economy, shape ``[economy]``.
    trade
        Shape ``[supplier, buyer]``, diagonal 0.
    """

    production: Floats
    reserve: Floats
    trade: Floats

    @property
    def use(self) -> Floats:
        """Base use: production, and imports less exports, shape ``[economy]``."""
        return np.asarray(self.production + self.trade.sum(axis=0) - self.trade.sum(axis=1))


@dataclass(frozen=True, slots=True)
class CascadeRule:
    """The rule's settings; see the module. ``settled`` and ``rounds`` say when to stop."""

    trade: TradeRule
    reserve_share: float
    use_share: float
    folded: float
    settled: float
    rounds: int


@dataclass(frozen=True, slots=True)
class CascadeOutcome:
    """Where a shock ended.

    Parameters
    ----------
    use_loss
        Base use less use, never below 0, shape ``[economy]``.
    reserve_drawn
        Reserve at the start less at the end, negative where a surplus was stored, shape ``[economy]``.
    trade
        Trade at the end, shape ``[supplier, buyer]``.
    rounds
        Rounds taken.
    settled
        Whether trade came to rest; if not, ``use_loss`` may still move between economies.
    residual
        Largest ``|production + imports - exports + reserve drawn - use|`` of an economy, over all base use.
    """

    use_loss: Floats
    reserve_drawn: Floats
    trade: Floats
    rounds: int
    settled: bool
    residual: float


def cascade_rule(trade: TradeRule = "proportional") -> CascadeRule:
    """Return the authors' default settings with one of the two trade rules.

    Examples
    --------
    >>> cascade_rule().reserve_share
    0.5
    """
    return CascadeRule(
        trade=trade,
        reserve_share=parameter("cascade_reserve_share"),
        use_share=parameter("cascade_use_share"),
        folded=parameter("cascade_folded"),
        settled=parameter("cascade_settled"),
        rounds=int(parameter("cascade_rounds")),
    )


def spread_shortage(balance: Balance, decline: Floats, ban: Floats, rule: CascadeRule) -> CascadeOutcome:
    """Spread a fall in production and export bans over all economies until no trade moves.

    Parameters
    ----------
    balance
        The base year.
    decline
        Share of production lost, negative where a harvest is larger, shape ``[economy]``.
    ban
        Share of each foreign sale that the supplier forbids, shape ``[economy]``.
    rule
        Settings, see :func:`cascade_rule`.

    Returns
    -------
    CascadeOutcome
        Sums are conserved: production lost (net of gains) = use lost + reserves drawn, to round-off.

    Raises
    ------
    TableError
        If a figure is negative, not finite or out of range, or an economy uses less than nothing; lists every fault.
    OutOfRangeError
        If the shapes do not fit.

    References
    ----------
    Marchand et al. 2016, Environ. Res. Lett. 11 095009; Heslin et al. 2020, Front. Sustain. Food Syst. 4:26.

    Examples
    --------
    A grows 100 and sells 40 to B, who holds a reserve of 10. A loses 30: it cuts sales by 30, B draws 5 of the 10.

    >>> base = Balance(np.array([100.0, 0.0]), np.array([0.0, 10.0]), np.array([[0.0, 40.0], [0.0, 0.0]]))
    >>> end = spread_shortage(base, np.array([0.3, 0.0]), np.zeros(2), cascade_rule())
    >>> end.use_loss.tolist(), end.reserve_drawn.tolist()
    ([0.0, 25.0], [0.0, 5.0])
    """
    _check(balance, decline, ban)
    production = balance.production * (1.0 - decline)
    ceiling = np.where(ban[:, None] > 0.0, balance.trade * (1.0 - ban[:, None]), np.inf)
    trade = np.minimum(balance.trade, ceiling)
    want, drawn = balance.use, np.zeros_like(production)
    free = rule.reserve_share * balance.reserve
    least = rule.folded * (balance.production + balance.trade.sum(axis=0))
    still = rule.settled * float(want.sum())
    shortage, settled, rounds = want, False, 0
    while not settled and rounds < rule.rounds:
        rounds += 1
        want, drawn, free, shortage = _account(production, trade, want, drawn, free, balance.use, rule)
        moved = _moved(trade, shortage, np.where(free > least, free, 0.0), ceiling, rule.trade)
        settled = float(np.abs(moved - trade).sum()) <= still
        if not settled:
            trade = moved
    if not settled:
        want, drawn, free, shortage = _account(production, trade, want, drawn, free, balance.use, rule)
    used = want - shortage
    balanced = production + trade.sum(axis=0) - trade.sum(axis=1) + drawn
    total = float(balance.use.sum())
    residual = float(np.abs(balanced - used).max()) / total if total > 0.0 else 0.0
    return CascadeOutcome(balance.use - used, drawn, trade, rounds, settled, residual)


def _check(balance: Balance, decline: Floats, ban: Floats) -> None:
    count = balance.production.shape[0]
    shapes = [part.shape for part in (balance.production, balance.reserve, decline, ban)]
    if shapes != [(count,)] * len(shapes) or balance.trade.shape != (count, count):
        raise OutOfRangeError(
            f"Shapes do not fit: {shapes}, trade {balance.trade.shape}.",
            where="spread_shortage",
            expected=f"({count},) for each figure of economies and ({count}, {count}) for trade",
        )
    slack = -float(np.finfo(np.float64).eps) * float(balance.production.sum() + balance.trade.sum())
    bad = {
        "production is not 0 or more": ~(np.isfinite(balance.production) & (balance.production >= 0.0)),
        "reserve is not 0 or more": ~(np.isfinite(balance.reserve) & (balance.reserve >= 0.0)),
        "trade is not 0 or more": ~(np.isfinite(balance.trade) & (balance.trade >= 0.0)).all(axis=1),
        "sells to itself": np.diagonal(balance.trade) != 0.0,
        "uses less than nothing: exports exceed production and imports": ~(balance.use >= slack),
        "decline is not a share of 1 or less": ~(np.isfinite(decline) & (decline <= 1.0)),
        "ban is not a share from 0 to 1": ~((ban >= 0.0) & (ban <= 1.0)),
    }
    faults = [f"economy {at}: {what}" for what, where in bad.items() for at in np.flatnonzero(where)]
    if faults:
        raise TableError("The balance or shock cannot be.", faults, where="spread_shortage")


def _account(
    production: Floats, trade: Floats, want: Floats, drawn: Floats, free: Floats, base_use: Floats, rule: CascadeRule
) -> tuple[Floats, Floats, Floats, Floats]:
    """Take stock of a round (steps 1 to 3): use still wanted, reserve drawn, reserve left to draw, shortage."""
    gap = want - (production + trade.sum(axis=0) - trade.sum(axis=1) + drawn)
    taken = np.minimum(gap, free)
    free, drawn, gap = free - taken, drawn + taken, gap - taken
    want, gap = want - rule.use_share * gap, gap - rule.use_share * gap
    folds = gap < rule.folded * base_use
    return np.where(folds, want - gap, want), drawn, free, np.where(folds, 0.0, gap)


def _moved(trade: Floats, shortage: Floats, free: Floats, ceiling: Floats, how: TradeRule) -> Floats:
    """Return trade after every short economy has changed its links (step 4)."""
    exports, imports = trade.sum(axis=1), trade.sum(axis=0)
    if how == "proportional":
        linked = exports + imports
        share = _over(np.minimum(shortage, linked), linked)
        asked = trade * share * (free > 0.0)[:, None]
        return np.asarray(trade - trade * share[:, None] + np.minimum(asked, ceiling - trade))
    cut = np.minimum(shortage, exports)
    need = shortage - cut
    asking = trade * (need > 0.0)
    offered = np.minimum(free[:, None] * _over(asking, asking.sum(axis=1)[:, None]), ceiling - trade)
    reaching = offered.sum(axis=0)
    taken = offered * _over(np.minimum(need, reaching), reaching)
    return np.asarray(trade * (1.0 - _over(cut, exports))[:, None] + taken)


def _over(part: Floats, whole: Floats) -> Floats:
    """Divide; 0 where the whole is 0."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0.0)
