"""What a user asked for, with every name resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kizuna.exposure.block import WORLD
from kizuna.exposure.content import MaterialStage, counted_series, material_stage
from kizuna.exposure.food import CROPS
from kizuna.exposure.indicators import method
from kizuna.exposure.indicators import methods as all_methods
from kizuna.floor.errors import OutOfRangeError, RequestError
from kizuna.floor.gaps import Gap
from kizuna.tables.baskets import Basket, as_covered, load_baskets
from kizuna.tables.blocs import Bloc, load_blocs
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.materials import load_materials


@dataclass(frozen=True, slots=True)
class Ask:
    """A resolved ask.

    Parameters
    ----------
    economies, blocs
        ISO3 codes, and blocs.
    every_economy
        True if no economy was named, so that all are assessed.
    commodities
        What is measured in trade, each once.
    stages
        Stages of materials among them.
    minerals
        Names in the series of mine production, by the id of the stage that is mined, or of the material where what is
        mined has no trade code of its own.
    mapped
        Commodities as the GeoPolRisk method maps them to minerals, with the mineral's name.
    crops
        ``wheat``, ``maize``, ``rice``.
    uncovered
        Basket members without trade figures, with the reason.
    years
        Calendar years to report, each once, in the order asked.
    methods
        Names of the methods to measure by.
    """

    economies: tuple[str, ...]
    blocs: tuple[Bloc, ...]
    every_economy: bool
    commodities: tuple[Commodity, ...]
    stages: tuple[MaterialStage, ...]
    minerals: dict[str, str]
    mapped: tuple[tuple[Commodity, str], ...]
    crops: tuple[str, ...]
    uncovered: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    methods: frozenset[str]


@dataclass(slots=True)
class Things:
    """Commodities, stages, minerals, crops and uncovered members gathered from names, each once."""

    commodities: dict[str, Commodity] = field(default_factory=dict)
    stages: dict[str, MaterialStage] = field(default_factory=dict)
    minerals: dict[str, tuple[str, str]] = field(default_factory=dict)
    crops: dict[str, None] = field(default_factory=dict)
    uncovered: dict[str, str] = field(default_factory=dict)


def read_ask(
    tables: Tables,
    economies: Sequence[str] | None,
    products: Sequence[str],
    materials: Sequence[str],
    baskets: Sequence[str | Basket],
    years: Sequence[int],
    methods: Sequence[str] | None,
) -> Ask:
    """Resolve the names of an ask against the tables; the parameters are those of ``measure_exposure``.

    Raises
    ------
    UnknownNameError
        If a name is not known.
    OutOfRangeError
        If a year lies outside the trade figures, or none is given.
    RequestError
        If nothing to measure, no economy or no method is named, or a bloc's name stands for something else.
    """
    singles, blocs = read_economies(tables, economies)
    things = Things()
    for text in products:
        add_product(tables, things, text)
    for name in materials:
        add_material(things, name)
    for basket in baskets:
        add_basket(tables, things, basket if isinstance(basket, Basket) else load_baskets().get(basket))
    if not (things.commodities or things.crops or things.uncovered):
        raise RequestError(
            "nothing to measure was named",
            expected="a product, a material or a basket",
            do="For instance: --basket critical-minerals, --product 270900 or --material cobalt",
        )
    return Ask(
        economies=singles,
        blocs=blocs,
        every_economy=economies is None,
        commodities=tuple(things.commodities.values()),
        stages=tuple(things.stages.values()),
        minerals={mined: mineral for mined, (mineral, _) in things.minerals.items()},
        mapped=_mapped(tables, things),
        crops=tuple(things.crops),
        uncovered=tuple(things.uncovered.items()),
        years=_checked_years(tables, years),
        methods=_checked_methods(methods),
    )


def read_economies(tables: Tables, names: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[Bloc, ...]]:
    """Return ISO3 codes and blocs, each once, in the order asked; all economies where ``names`` is None.

    Raises
    ------
    UnknownNameError
        If an economy or bloc is not known.
    RequestError
        If the list is empty, or a bloc's name stands for something else already.
    """
    if names is None:
        return tables.economy_codes, ()
    known = {bloc.casefold() for bloc in load_blocs()}
    singles: dict[str, None] = {}
    blocs: dict[str, Bloc] = {}
    for name in names:
        if "+" in name or "=" in name or name.casefold() in known:
            bloc = _named_once(tables, tables.economies.bloc(name), blocs)
            blocs[bloc.id] = bloc
        else:
            singles[tables.economies.get(name).iso3] = None
    if not singles and not blocs:
        raise RequestError("no economy was named", expected="one economy or bloc, or None for every economy")
    return tuple(singles), tuple(blocs.values())


def _named_once(tables: Tables, bloc: Bloc, others: Mapping[str, Bloc]) -> Bloc:
    """Return the bloc if its name stands for nothing else: rows under one name could not be told apart."""
    taken = {WORLD, *tables.economy_codes}
    same = [other for other in (*others.values(), *load_blocs().values()) if other.id.casefold() == bloc.id.casefold()]
    if bloc.id.upper() in taken or any(set(other.economies) != set(bloc.economies) for other in same):
        raise RequestError(
            f"the name {bloc.id!r} stands for something else already",
            where="+".join(bloc.members),
            expected="a name that is no economy's code, no known bloc and no other bloc of the same ask",
            do=f"Write it as MY-{bloc.id}={'+'.join(bloc.members)}.",
        )
    return bloc


def add_product(tables: Tables, things: Things, text: str) -> None:
    """Add a product or heading by its code, a product group by its id, or a crop by its name."""
    if text.casefold() in CROPS:
        things.crops[text.casefold()] = None
        return
    commodity = group_commodity(text) if text in load_materials().groups else tables.commodity(text)
    things.commodities[commodity.key] = commodity


def group_commodity(group_id: str) -> Commodity:
    """Return a product group, such as ``gas``, as one commodity."""
    group = load_materials().group(group_id)
    codes = tuple(sorted(code.partition(":")[2] for code in group.codes))
    return Commodity(group.id, group.codes[0].partition(":")[0], codes, group.name)


def add_material(things: Things, name: str) -> None:
    """Add every stage of a material; a material without any trade code is uncovered."""
    material = load_materials().get(name)
    for stage in material.stages:
        found = material_stage(material, stage)
        mineral, mined = counted_series(material.stages[stage]), material if isinstance(found, Gap) else found.commodity
        if mineral:
            things.minerals[mined.id] = (mineral, mined.name)
        if isinstance(found, Gap):
            if not any(other.codes for other in material.stages.values()):
                things.uncovered[material.id] = found.reason
            continue
        things.stages[found.commodity.key] = found
        things.commodities[found.commodity.key] = found.commodity


def add_basket(tables: Tables, things: Things, basket: Basket) -> None:
    """Add every member of a basket."""
    for member in as_covered(basket, tables.complete_products).members:
        if member.gap is not None:
            things.uncovered[member.id] = member.gap.reason
        elif member.kind == "material":
            add_material(things, member.id)
        else:
            add_product(tables, things, member.id)


def _mapped(tables: Tables, things: Things) -> tuple[tuple[Commodity, str], ...]:
    codes = dict(tables.rows("SELECT material, hs_codes FROM material_codes WHERE hs_codes IS NOT NULL"))
    return tuple(
        (
            Commodity(mined, "HS92", tuple(sorted(codes[mineral].split(";"))), name, material=mined.partition(":")[0]),
            mineral,
        )
        for mined, (mineral, name) in things.minerals.items()
        if mineral in codes
    )


def _checked_years(tables: Tables, years: Sequence[int]) -> tuple[int, ...]:
    first, last = tables.rows("SELECT min(year), max(year) FROM flows")[0]
    wrong = [year for year in years if not first <= year <= last]
    if wrong or not years:
        raise OutOfRangeError(
            f"year {', '.join(map(str, wrong))}" if wrong else "no year",
            where="trade in this snapshot",
            expected=f"a year from {first} to {last}",
            do=f"Take --year {min(max(wrong[0], first), last) if wrong else last}.",
        )
    return tuple(dict.fromkeys(years))


def _checked_methods(methods: Sequence[str] | None) -> frozenset[str]:
    if methods is not None and not methods:
        raise RequestError(
            "no method was named", expected=f"one of {', '.join(all_methods())}, or None for all of them"
        )
    return frozenset(all_methods() if methods is None else (method(name) for name in methods))
