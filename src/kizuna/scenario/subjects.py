"""What a scenario runs on: the subjects that networks are built for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kizuna.floor.errors import ScenarioError, UnknownNameError, near_names
from kizuna.network.added_table import SUBJECT as ADDED
from kizuna.network.added_table import added_names
from kizuna.network.build import WIOD, is_table
from kizuna.network.food import CROPS, FOOD
from kizuna.scenario.spreads import shown
from kizuna.tables.baskets import Basket, Member, as_covered, load_baskets
from kizuna.tables.materials import load_materials

if TYPE_CHECKING:
    from kizuna.scenario.scenario import Scenario
    from kizuna.tables.build import Tables

PRODUCT = re.compile(r"(?:HS\d\d:)?\d{4}(?:\d\d)?", flags=re.ASCII)


def subjects_of(scenario: Scenario, tables: Tables) -> tuple[str, ...]:
    """Return what networks a scenario runs on, each once, in the form that ``build_network`` takes.

    A basket gives its members; those without trade figures are left out. Products come with their revision, materials
    and product groups by id, crops as ``food:wheat``.

    Raises
    ------
    ScenarioError
        If the snapshot lacks a product; lists every one.
    """
    found: dict[str, None] = {}
    faults = []
    for subject in scenario.subjects:
        try:
            found.update(dict.fromkeys(_resolved(subject, tables)))
        except UnknownNameError as error:
            faults.append(f"subjects: {' '.join(str(error).splitlines())}")
    if faults:
        raise ScenarioError(faults, where=scenario.id, expected="products of this snapshot")
    return tuple(found)


def subjects_of_basket(basket: Basket, tables: Tables) -> tuple[str, ...]:
    """Return what networks the members of a basket have, each once; members without trade figures are left out."""
    members = as_covered(basket, tables.complete_products).members
    return tuple(dict.fromkeys(subject for member in members for subject in _of_member(member, tables)))


def subject_fault(subject: str) -> str:
    """Say why a text can be no subject, as far as that is known without figures; empty where it can."""
    if is_table(subject) or PRODUCT.fullmatch(subject) or _material_or_group(subject) or _basket(subject):
        return ""
    crops = [f"{FOOD}{crop}" for crop in CROPS]
    if subject in crops:
        return ""
    materials = load_materials()
    known = [*crops, WIOD, *materials.groups, *(entry.id for entry in materials), *(one.id for one in load_baskets())]
    near = near_names(subject, known)
    hint = f"did you mean {' or '.join(near)}?" if near else "expected a product, material, group, basket or food:CROP"
    return f"{shown(subject)} is not a subject we know; {hint}"


def _resolved(subject: str, tables: Tables) -> Iterator[str]:
    basket = None if _material_or_group(subject) else _basket(subject)
    if subject.startswith(ADDED) and (name := subject.removeprefix(ADDED)) not in added_names(tables):
        raise UnknownNameError("input-output table", name, added_names(tables), where="kizuna data list")
    if is_table(subject) or subject.startswith(FOOD):
        yield subject
    elif basket is not None:
        yield from subjects_of_basket(basket, tables)
    else:
        yield _material_or_group(subject) or tables.commodity(subject).key


def _of_member(member: Member, tables: Tables) -> Iterator[str]:
    if member.gap is None:
        yield from [f"{FOOD}{member.id}"] if member.kind == "crop" else _resolved(member.id, tables)


def _material_or_group(subject: str) -> str:
    """Return the id of a material, one of its stages (``copper:mine``) or a product group; empty for anything else."""
    materials = load_materials()
    if subject in materials.groups:
        return subject
    name, _, stage = subject.partition(":")
    try:
        material = materials.get(name)
    except UnknownNameError:
        return ""
    known = [each for each, figures in material.stages.items() if figures.codes]
    if stage:
        return f"{material.id}:{stage}" if stage in known else ""
    return material.id


def _basket(subject: str) -> Basket | None:
    if subject.endswith(".toml"):
        return None
    try:
        return load_baskets().get(subject)
    except UnknownNameError:
        return None
