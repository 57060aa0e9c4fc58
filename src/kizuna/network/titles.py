"""What a subject is called on the page."""

from __future__ import annotations

from kizuna.network.added_table import SUBJECT as ADDED
from kizuna.network.build import WIOD, commodities_of
from kizuna.network.food import FOOD
from kizuna.tables.build import Tables
from kizuna.tables.materials import load_materials

ALL_SECTORS = "All sectors (WIOD 2011)"


def subject_title(tables: Tables, subject: str) -> str:
    """Return a short name of what ``build_network`` builds for a subject.

    The name of the material whose stage has just this code, else the publisher's name of the code up to its first
    colon.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    """
    if subject.casefold() == WIOD:
        return ALL_SECTORS
    if subject.startswith(ADDED):
        return f"All sectors ({subject.removeprefix(ADDED)})"
    if subject.startswith(FOOD):
        return subject.removeprefix(FOOD).capitalize()
    name, commodities = commodities_of(tables, subject)
    if len(commodities) > 1:
        return load_materials().get(name).name
    commodity = commodities[0]
    for material in load_materials():
        for stage in material.stages.values():
            if stage.codes and set(stage.codes_of(commodity.revision)) == set(commodity.codes):
                return stage.trade_name or material.name
    return commodity.name.partition(":")[0]
