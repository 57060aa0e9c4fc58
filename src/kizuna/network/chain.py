"""Networks of two or three linked stages of one material, in tonnes of what production counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kizuna.floor.errors import NetworkError
from kizuna.floor.params import parameter
from kizuna.network.assumptions import Given, assumed, beneath
from kizuna.network.balance import by_origin, fitted_content, pooled, to_use, within_supply
from kizuna.network.figures import StageFigures, read_stage, tables_read
from kizuna.network.recipes import FITTED, Recipe
from kizuna.network.shares import Shares, read_shares
from kizuna.network.supply_network import Block, Floats, Repair, SupplyNetwork
from kizuna.tables.build import Tables

NEEDS_SHARES = "give shares of production by stage and economy (shares=...)"


@dataclass(frozen=True, slots=True)
class _Balanced:
    """One stage balanced: flows to use ``[supplier, user economy]``, t, and what that changed.

    ``error`` is the sum of changes over the sum of flows before; not a number where no trade was known.
    """

    figures: StageFigures
    flows: Floats
    error: float
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]


def build_chain(
    tables: Tables,
    recipe: Recipe,
    year: int,
    *,
    shares: Shares | None = None,
    assumptions: Given | None = None,
    repair_limit: float | None = None,
) -> SupplyNetwork:
    """Build a network of linked stages from production and trade.

    Each stage but the last is used up by the next: an economy needs ``a`` t of it for a tonne of its next stage, with
    ``a`` the ratio of world productions. The steps, each a repair where it changes something:

    1. production of unnamed producers goes to economies that use the stage before and are not named;
    2. trade becomes content, by a factor that the recipe gives or that balances production, trade and use best;
    3. nobody exports more than it makes and buys; re-exports are given to their origin;
    4. flows are scaled so that row sums are production and column sums are the need of the next stage.

    Parameters
    ----------
    recipe
        Stages and their figures.
    year
        Year of production and trade.
    shares
        Shares of production instead of the figures of a stage; see :func:`kizuna.network.shares.read_shares`.
    assumptions
        See :func:`kizuna.network.assumptions.assumed`.
    repair_limit
        Share of a stage's flows above which balancing it is refused; the parameter ``chain_repair_limit`` where None.

    Raises
    ------
    NetworkError
        If figures are missing, or if balancing changes too much; the error names the largest repairs.
    TableError
        If the shares have faults.
    """
    if recipe.years and year not in recipe.years:
        known = ", ".join(map(str, recipe.years))
        raise NetworkError(f"There is no chain of {recipe.id} in {year}.", expected=known, do=f"Take one of {known}.")
    figures = _with_shares(tables, recipe, [read_stage(tables, stage, year) for stage in recipe.stages], shares)
    balanced: list[_Balanced] = []
    for at in range(len(figures)):
        following = figures[at + 1] if at + 1 < len(figures) else None
        stage, filled = _balance(tables, figures[at], following)
        balanced.append(stage)
        if filled is not None:
            figures[at + 1] = filled
    usual = parameter("chain_repair_limit")
    _refuse(recipe, year, balanced, usual if repair_limit is None else repair_limit)
    marks = ["Production shares are the user's, not published figures."] if shares is not None else []
    if any(stage.error > usual for stage in balanced):
        marks.append(f"Indicative only: balancing changes more than {usual:.0%} of the flows of a stage.")
    return _network(tables, recipe, year, balanced, marks, assumptions)


def _with_shares(
    tables: Tables, recipe: Recipe, figures: list[StageFigures], shares: Shares | None
) -> list[StageFigures]:
    """Put given shares in place of the production of stages; a stage without either is refused."""
    names = [stage.name for stage in recipe.stages]
    given = {} if shares is None else read_shares(shares, names, tables.economies, tables.economy_codes)
    found: list[StageFigures] = []
    for stage in figures:
        name = stage.recipe.name
        if name in given:
            total = stage.total or (found[-1].total if found else 0.0)
            if not total:
                raise NetworkError(f"World production of {name} of {recipe.id} is not known.")
            note = f"{name}: production is the user's shares of {total:,.0f} t."
            if not stage.total:
                note = f"{note[:-1]}, taken to be as much as the stage before."
            made = given[name] * total
            stage = replace(stage, made=made, unnamed=max(total - float(made.sum()), 0), notes=(*stage.notes, note))
        elif not stage.total:
            raise NetworkError(
                f"No production of {name} of {recipe.id} is in the figures.", do=f"To link: {NEEDS_SHARES}."
            )
        found.append(stage)
    return found


def _balance(
    tables: Tables, stage: StageFigures, following: StageFigures | None
) -> tuple[_Balanced, StageFigures | None]:
    """Balance one stage; return it, and the next with its unnamed producers named."""
    name, notes, repairs = stage.recipe.name, list(stage.notes), list(stage.repairs)
    made = stage.made
    if stage.unnamed:
        made = made * (stage.total / made.sum())
        repairs.append(
            Repair(name, "production of unnamed producers given to the named", stage.total - stage.unnamed, stage.total)
        )
    if stage.trade is None:
        return _untraded(tables, stage, made, following, repairs, notes)
    content = _content(stage, stage.trade, made, following, notes)
    trade = stage.trade * content
    bounded = within_supply(made, trade)
    repairs += _cuts(tables, name, trade, bounded)
    flows = by_origin(made, bounded)
    direct, traced = float(bounded.sum()), float(flows.sum() - np.trace(flows))
    if traced < direct:
        repairs.append(Repair(f"{name} trade", "re-exports given to the economy of origin", direct, traced))
    changed = float((trade - bounded).sum())
    after = flows
    if following is not None:
        following = _named(tables, following, flows.sum(axis=0), repairs)
        after = to_use(flows, _need(following, flows, repairs, notes))
        repairs += _moves(tables, name, flows, after)
        changed += float(np.abs(after - flows).sum())
        notes.append(f"{name}: {made.sum() / following.made.sum():.3f} t for a tonne of {following.recipe.name}.")
    error = changed / float(flows.sum())
    notes.append(f"{name}: balancing changed {error:.1%} of the flows.")
    return _Balanced(stage, after, error, tuple(repairs), tuple(notes)), following


def _untraded(
    tables: Tables,
    stage: StageFigures,
    made: Floats,
    following: StageFigures | None,
    repairs: list[Repair],
    notes: list[str],
) -> tuple[_Balanced, StageFigures | None]:
    """Balance a stage whose trade is unknown: home supply first, then from all surplus to all deficit alike."""
    name = stage.recipe.name
    if following is None:
        raise NetworkError(f"Trade of {name}, the last stage, is not in the figures.")
    following = _named(tables, following, made, repairs)
    need = following.made * (made.sum() / following.made.sum())
    home = np.minimum(made, need)
    flows = np.diag(home) + pooled(made - home, need - home)
    repairs.append(
        Repair(
            f"{name} trade",
            "not known: surplus shared by those short of it in proportion",
            0,
            float((need - home).sum()),
        )
    )
    notes.append(f"{name}: {made.sum() / following.made.sum():.3f} t for a tonne of {following.recipe.name}.")
    return _Balanced(stage, flows, float("nan"), tuple(repairs), tuple(notes)), following


def _content(
    stage: StageFigures, trade: Floats, made: Floats, following: StageFigures | None, notes: list[str]
) -> float:
    """Return what a tonne of trade holds; if it is fitted, on the economies whose next stage is published."""
    name = stage.recipe.name
    if stage.recipe.content != FITTED:
        return float(stage.recipe.content)
    if following is None:
        notes.append(f"{name}: trade is taken to be what production counts.")
        return 1.0
    known = following.made > 0
    net = trade.sum(axis=0) - trade.sum(axis=1)
    use = following.made * (made.sum() / following.total)
    content = fitted_content(made[known], use[known], net[known])
    if not 0 < content <= 1:
        raise NetworkError(
            f"Trade of {name} does not fit production: a tonne would hold {content:.3f} t.", expected="above 0 to 1"
        )
    notes.append(
        f"{name}: a tonne traded is taken to hold {content:.3f} t, which balances production, trade and use best."
    )
    return content


def _need(following: StageFigures, flows: Floats, repairs: list[Repair], notes: list[str]) -> Floats:
    """Return what makers of the next stage need, shape ``[economy]``, in all as much as there is.

    Where the next stage may be made from scrap, what it makes beyond the stage before comes from scrap, and scrap is
    where output is more than the stage before explains, in proportion to the difference.
    """
    there, output = float(flows.sum()), following.made
    scrap = float(output.sum()) - there
    if not following.recipe.from_scrap or scrap <= 0:
        return np.asarray(output * (there / output.sum()))
    short = np.maximum(output - flows.sum(axis=0), 0)
    name = following.recipe.name
    repairs.append(
        Repair(name, "output beyond what is mined put down to scrap, where ore explains it least", 0.0, scrap)
    )
    notes.append(f"{name}: {scrap:,.0f} t are from scrap, which is no stage: output falls as if all came from ore.")
    return np.asarray(output - short * (scrap / short.sum()))


def _named(tables: Tables, stage: StageFigures, available: Floats, repairs: list[Repair]) -> StageFigures:
    """Give production of unnamed producers to unnamed economies by what they have of the stage before."""
    if not stage.unnamed:
        return stage
    weight = np.where(stage.made > 0, 0, np.maximum(available, 0))
    weight = np.where(weight > parameter("repair_listed") * weight.sum(), weight, 0)
    if not weight.sum():
        weight = stage.made
        words = "the named economies"
    else:
        shown = min(int(parameter("repairs_named")), int(np.count_nonzero(weight)))
        codes = [tables.economy_codes[at] for at in np.argsort(-weight, kind="stable")[:shown]]
        words = f"{np.count_nonzero(weight)} economies that use the stage before ({', '.join(codes)} first)"
    what = f"production of unnamed producers given to {words}"
    repairs.append(Repair(stage.recipe.name, what, stage.total - stage.unnamed, stage.total))
    return replace(stage, made=stage.made + stage.unnamed * weight / weight.sum(), unnamed=0.0)


def _cuts(tables: Tables, name: str, trade: Floats, bounded: Floats) -> list[Repair]:
    before, after = trade.sum(axis=1), bounded.sum(axis=1)
    large = parameter("repair_listed") * float(trade.sum())
    cut = np.flatnonzero(before - after > large)
    what = "exports cut to what it makes and buys"
    repairs = [
        Repair(f"{tables.economy_codes[at]} {name}", what, float(before[at]), float(after[at])) for at in cut.tolist()
    ]
    rest = np.setdiff1d(np.flatnonzero(before > after), cut)
    if len(rest):
        words = f"{what}: {len(rest)} economies, a little each"
        repairs.append(Repair(name, words, float(before[rest].sum()), float(after[rest].sum())))
    return repairs


def _moves(tables: Tables, name: str, before: Floats, after: Floats) -> list[Repair]:
    """Return the links that balancing changed, large ones one by one, the others together."""
    change = np.abs(after - before)
    large = change > parameter("repair_listed") * float(before.sum())
    codes = tables.economy_codes
    repairs = [
        Repair(
            f"{codes[supplier]} to {codes[buyer]} {name}",
            "scaled to production and use",
            float(before[supplier, buyer]),
            float(after[supplier, buyer]),
        )
        for supplier, buyer in np.argwhere(large).tolist()
    ]
    small = (change > 0) & ~large
    if small.any():
        words = f"scaled to production and use: {np.count_nonzero(small)} links, a little each"
        repairs.append(Repair(name, words, float(before[small].sum()), float(after[small].sum())))
    return repairs


def _refuse(recipe: Recipe, year: int, balanced: Sequence[_Balanced], limit: float) -> None:
    wrong = [stage for stage in balanced if stage.error > limit]
    if not wrong:
        return
    largest = sorted(
        (repair for stage in wrong for repair in stage.repairs), key=lambda repair: -abs(repair.after - repair.before)
    )
    said = ", ".join(f"{stage.error:.1%} of the flows of {stage.figures.recipe.name}" for stage in wrong)
    raise NetworkError(
        f"The figures of {recipe.id} in {year} do not balance: repairs would change {said}.",
        [
            f"{repair.where}: {repair.what}, {repair.before:,.0f} t to {repair.after:,.0f} t"
            for repair in largest[: int(parameter("repairs_named"))]
        ],
        expected=f"at most {limit:.0%}",
        do=f"Take another year, one stage alone ({recipe.id}:{recipe.stages[0].name}), or value without links (basis).",
    )


def _network(
    tables: Tables,
    recipe: Recipe,
    year: int,
    balanced: Sequence[_Balanced],
    marks: Sequence[str],
    assumptions: Given | None,
) -> SupplyNetwork:
    present = np.flatnonzero(sum(stage.flows.sum(axis=0) + stage.flows.sum(axis=1) for stage in balanced) > 0)
    names = tuple(stage.figures.recipe.name for stage in balanced)
    size, count = len(present), len(names)
    blocks = []
    for at, stage in enumerate(balanced):
        flows = np.ascontiguousarray(stage.flows[np.ix_(present, present)])
        nodes = np.arange(size) * count + at + 1
        last = at + 1 == count
        blocks.append(
            Block(names[at], np.zeros((size, 0)), np.zeros(0, dtype=np.int64), flows)
            if last
            else Block(names[at], flows, nodes, np.zeros((size, size)))
        )
    known = assumed("material", size, names, _unlinked(balanced, assumptions))
    recipes = [stage.figures.recipe for stage in balanced]
    revisions = dict.fromkeys(stage.code.partition(":")[0] for stage in recipes if stage.code)
    inputs = dict(
        [*tables.inputs(tables_read(recipes)), *(one for r in revisions for one in tables.inputs(["flows"], r))]
    )
    return SupplyNetwork(
        name=recipe.id,
        kind="material",
        year=year,
        unit="t",
        covers="use",
        economies=tuple(tables.economy_codes[at] for at in present),
        stages=names,
        products=tuple((*stage.products, recipe.id) for stage in recipes),
        output=np.stack([stage.flows[present].sum(axis=1) for stage in balanced], axis=1),
        blocks=tuple(blocks),
        stock_days=known.stock_days,
        final_stock_days=known.final_stock_days,
        spare=known.spare,
        rigidity=known.rigidity,
        home_priority=known.home_priority,
        value_added_usd=np.full((size, count), np.nan),
        repairs=tuple(repair for stage in balanced for repair in stage.repairs),
        notes=(
            *([recipe.note] if recipe.note else []),
            *marks,
            *dict.fromkeys(note for stage in balanced for note in stage.notes),
        ),
        inputs=tuple(inputs.items()),
    )


def _unlinked(balanced: Sequence[_Balanced], given: Given | None) -> Given:
    """Let no trade be bound to its buyer in a stage whose links are not known, unless the user says so."""
    loose = {stage.figures.recipe.name: 0.0 for stage in balanced if stage.figures.trade is None}
    return beneath(given, {"rigidity": loose} if loose else {})
