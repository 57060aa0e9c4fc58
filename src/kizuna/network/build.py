"""The one verb of this room: the supply network of a subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kizuna.floor.errors import OutOfRangeError, RequestError, UnknownNameError
from kizuna.floor.params import parameter
from kizuna.network.added_table import SUBJECT as ADDED
from kizuna.network.added_table import from_added
from kizuna.network.assumptions import Given
from kizuna.network.chain import build_chain
from kizuna.network.food import FOOD, build_food
from kizuna.network.recipes import Recipe, recipe_of, recipes
from kizuna.network.shares import Shares
from kizuna.network.supply_network import SupplyNetwork
from kizuna.network.table import WIOD_YEAR, from_wiod
from kizuna.network.trade import Basis, trade_network
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.materials import Material, load_materials

WIOD = "wiod"


def is_table(subject: str) -> bool:
    """Return whether a subject is an input-output table: the one that ships, or one that was added (``io:NAME``)."""
    return subject == WIOD or subject.startswith(ADDED)


def build_network(
    tables: Tables,
    subject: str,
    year: int | None = None,
    *,
    shares: Shares | None = None,
    basis: Basis | None = None,
    years: int | None = None,
    assumptions: Given | None = None,
    repair_limit: float | None = None,
) -> SupplyNetwork:
    """Build the supply network of a subject.

    Parameters
    ----------
    tables
        Figures.
    subject
        ``wiod``; an input-output table that was added, as ``io:oecd-2020``; a crop as ``food:wheat``; a product,
        heading or product group (``280530``, ``HS17:850511``, ``2701``,
        ``gas``); a material (``copper``) or one stage of it (``copper:mine``). Copper and aluminium are chains of
        linked stages in tonnes; every other subject is trade alone, its stages not linked.
    year
        Year of the figures, or last of those averaged; where None the last settled year of trade, and of a chain or a
        table the year it is known to balance in.
    shares
        Shares of production by stage and economy: links the stages of a material that has two; see
        :func:`kizuna.network.shares.read_shares`.
    basis
        ``value`` (US dollars) or ``mass`` (tonnes) of trade alone; with it no stages are linked.
    years
        How many years of trade alone are averaged; see :func:`kizuna.network.trade.trade_networks`.
    assumptions
        Stocks, spare capacity, rigidity and home priority; see :func:`kizuna.network.assumptions.assumed`.
    repair_limit
        Of chains: share of a stage's flows that balancing may change, instead of the parameter ``chain_repair_limit``.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    OutOfRangeError
        If there are no figures of the year.
    RequestError
        If a material has no trade code, or an option is given that means nothing for the subject.
    NetworkError
        If the figures do not make the network.
    """
    text = subject.strip()
    recipe = _linked(text, shares, basis)
    given = {"shares": shares, "basis": basis, "years": years, "repair_limit": repair_limit}
    if recipe is not None:
        _only(text, given, ("shares", "repair_limit"))
        when = _default_year(recipe) if year is None else year
        return build_chain(tables, recipe, when, shares=shares, assumptions=assumptions, repair_limit=repair_limit)
    if text.casefold() == WIOD:
        _only(text, given, ())
        if year not in (None, WIOD_YEAR):
            expected = f"{WIOD_YEAR}"
            raise OutOfRangeError(
                f"year {year}", where="WIOD in this snapshot", expected=expected, do=f"Take {expected}, or no year."
            )
        return from_wiod(tables, assumptions=assumptions)
    if text.startswith(ADDED):
        _only(text, given, ())
        network = from_added(tables, text.removeprefix(ADDED), assumptions=assumptions)
        if year not in (None, network.year):
            raise OutOfRangeError(f"year {year}", where=text, expected=f"{network.year}", do="Take it, or no year.")
        return network
    if text.startswith(FOOD):
        _only(text, given, ())
        vintage = int(parameter("food_trade_year"))
        if year not in (None, vintage):
            raise OutOfRangeError(
                f"year {year}", where="crops in this snapshot", expected=f"{vintage}", do="Take it, or no year."
            )
        return build_food(tables, text.removeprefix(FOOD), assumptions=assumptions)
    _only(text, given, ("basis", "years"))
    when = int(parameter("last_settled_year")) if year is None else year
    name, commodities = commodities_of(tables, text)
    network = trade_network(
        tables, name, commodities, when, basis=basis or "value", years=years, assumptions=assumptions
    )
    return network if basis else _with_reason(network)


def commodities_of(tables: Tables, subject: str) -> tuple[str, tuple[Commodity, ...]]:
    """Return the name of the network of trade of a subject, and its commodities, one a stage.

    Raises
    ------
    UnknownNameError
        If there is no such product, group or material.
    RequestError
        If the material, or the stage of it, has no trade code.
    """
    materials = load_materials()
    if subject in materials.groups:
        group = materials.group(subject)
        codes = tuple(sorted(code.partition(":")[2] for code in group.codes))
        return subject, (Commodity(group.id, group.codes[0].partition(":")[0], codes, group.name),)
    head, _, stage = subject.partition(":")
    try:
        material = materials.get(head)
    except UnknownNameError:
        commodity = tables.commodity(subject)
        return commodity.key, (commodity,)
    return f"{material.id}:{stage}" if stage else material.id, _stages_of(material, stage)


def _linked(subject: str, shares: Shares | None, basis: Basis | None) -> Recipe | None:
    """Return the chain that a subject stands for, or None: trade alone, a table, a crop."""
    try:
        recipe = recipe_of(load_materials().get(subject))
    except UnknownNameError:
        recipe = None
    if shares is not None and (recipe is None or basis is not None):
        raise RequestError(
            f"shares of production do not make a chain of {subject!r}" + (f" by {basis}" if basis else ""),
            expected="a material of which two stages have trade codes, and no basis",
            do=f"Such are {', '.join(material.id for material in load_materials() if recipe_of(material))}.",
        )
    known = recipe is not None and recipe.id in recipes() and recipe.counted
    return recipe if shares is not None or (known and basis is None) else None


def _only(subject: str, given: Mapping[str, object], taken: Sequence[str]) -> None:
    """Refuse options that a kind of network does not take."""
    idle = [name for name, value in given.items() if value is not None and name not in taken]
    if idle:
        raise RequestError(
            f"{' and '.join(idle)} of {subject!r}",
            expected=f"for this subject {' or '.join(taken) or 'none of these'}",
            do=f"Leave out {' and '.join(idle)}: {'they mean' if len(idle) > 1 else 'it means'} nothing here.",
        )


def _default_year(recipe: Recipe) -> int:
    return recipe.balanced or int(parameter("last_settled_year"))


def _with_reason(network: SupplyNetwork) -> SupplyNetwork:
    """Say of a material with a chain that lacks figures why its stages are not linked."""
    recipe = recipes().get(network.name)
    lacking = [] if recipe is None else [stage.name for stage in recipe.stages if not stage.series]
    if not lacking:
        return network
    note = f"No production of {network.name} ({', '.join(lacking)}) is in the figures: shares of it link the stages."
    return replace(network, notes=(*network.notes, note))


def _stages_of(material: Material, only: str) -> tuple[Commodity, ...]:
    coded = {name: stage for name, stage in material.stages.items() if stage.codes}
    if material.gap is not None:
        raise RequestError(f"there is no trade of {material.name}: {material.gap.reason}")
    if only and only not in coded:
        raise UnknownNameError("stage", only, coded, where=f"stages of {material.id} with trade codes")
    found = []
    for name, stage in coded.items():
        if only in ("", name):
            revision = stage.revisions[0]
            key = material.id if len(coded) == 1 else f"{material.id}:{name}"
            codes = tuple(sorted(stage.codes_of(revision)))
            found.append(Commodity(key, revision, codes, stage.trade_name or material.name, material.id, name))
    return tuple(found)
