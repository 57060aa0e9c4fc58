"""Baskets: named sets of materials, products and crops, each membership with its source or the word unverified.

A member without trade data stays in its basket with a gap: what a list names and no figure covers is a finding.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.tables.economies import lookup_key
from kizuna.tables.materials import Materials, load_materials

UNVERIFIED = "unverified"
Kind = Literal["material", "product", "group", "crop"]
KINDS: tuple[Kind, ...] = ("material", "product", "group", "crop")
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class ListSource(BaseModel):
    """Who says that something belongs in a basket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: Text
    document: Text
    date: Annotated[str, Field(pattern=r"^\d{4}(-\d\d){0,2}$")]
    url: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.publisher, self.document, self.date, self.url) if part)


class Member(BaseModel):
    """One member: exactly one of ``material``, ``product`` (``HS92:270900``, or a heading), ``group`` or ``crop``.

    Parameters
    ----------
    why
        What it is for, in one line.
    source
        Keys of the basket's sources, or ``unverified``.
    listed_as
        Names under which the source lists it; empty where the source does not name it as such.
    gap_reason
        Why no trade figure covers it; written ``gap`` in the file, and for a material taken from the material's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    material: str = ""
    product: Annotated[str, Field(pattern=r"^$|^HS\d\d:\d{4}(\d\d)?$")] = ""
    group: str = ""
    crop: str = ""
    why: Annotated[str, Field(min_length=1, pattern=r"^[^\n]+$")]
    source: tuple[Text, ...] = Field(min_length=1)
    listed_as: tuple[Text, ...] = ()
    gap_reason: str = Field(default="", alias="gap")

    @field_validator("source", mode="before")
    @classmethod
    def _as_list(cls, given: object) -> object:
        return [given] if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_thing(self) -> Member:
        named = [kind for kind in KINDS if getattr(self, kind)]
        if len(named) != 1:
            raise ValueError(
                f"a member is exactly one of {', '.join(KINDS)}; this one is {' and '.join(named) or 'none'}"
            )
        return self

    @property
    def kind(self) -> Kind:
        """Which of the four the member is."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @property
    def id(self) -> str:
        """Id of the material, product, group or crop."""
        return str(getattr(self, self.kind))

    @property
    def gap(self) -> Gap | None:
        """Why no trade figure covers the member; None where one may."""
        return Gap(self.gap_reason) if self.gap_reason else None

    @property
    def verified(self) -> bool:
        """Whether a source stands behind the membership."""
        return UNVERIFIED not in self.source


class Basket(BaseModel):
    """A named set of members."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    name: Text
    about: Text
    sources: dict[str, ListSource] = {}
    members: tuple[Member, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Basket:
        faults = []
        seen: set[tuple[str, str]] = set()
        for member in self.members:
            if (member.kind, member.id) in seen:
                faults.append(f"{member.id} is a member twice")
            seen.add((member.kind, member.id))
            if unknown := sorted(set(member.source) - self.sources.keys() - {UNVERIFIED}):
                faults.append(f"{member.id} names the source {', '.join(unknown)}, which the file does not give")
            if UNVERIFIED in member.source and len(member.source) > 1:
                faults.append(f"{member.id} is unverified and has a source as well")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Baskets:
    """All baskets by id."""

    def __init__(self, baskets: Iterable[Basket]) -> None:
        self._by_id = {basket.id: basket for basket in baskets}

    def __iter__(self) -> Iterator[Basket]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, basket_id: str) -> Basket:
        """Return the basket with this id, or the one in the file with this path (``.toml``)."""
        if basket_id.endswith(".toml"):
            return load_basket(Path(basket_id))
        by_key = {lookup_key(known): basket for known, basket in self._by_id.items()}
        if lookup_key(basket_id) not in by_key:
            raise UnknownNameError("basket", basket_id, self._by_id, where="a file of your own ends in .toml")
        return by_key[lookup_key(basket_id)]


@cache
def load_baskets() -> Baskets:
    """Return the baskets of the package, in the order of their ids."""
    folder = files("kizuna.tables").joinpath("data/baskets")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return Baskets(_read(file.read_text(encoding="utf-8"), file.name) for file in found)


def as_covered(basket: Basket, products: Iterable[tuple[str, str]]) -> Basket:
    """Return a basket in which a product has no gap where its trade is there, such as in a user's own data.

    Parameters
    ----------
    products
        Pairs of revision and HS6 code of which all flows are at hand.
    """
    known = [f"{revision}:{code}" for revision, code in products]
    members = tuple(
        member.model_copy(update={"gap_reason": ""})
        if member.gap_reason and member.product and any(code.startswith(member.product) for code in known)
        else member
        for member in basket.members
    )
    return basket.model_copy(update={"members": members})


def load_basket(path: Path) -> Basket:
    """Return the basket of a file; its id is the file's name without ``.toml``.

    Raises
    ------
    RequestError
        If the file cannot be read.
    TableError
        If it breaks a rule; lists every fault.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            f"the basket file cannot be read: {error}", where=str(path), expected="a UTF-8 TOML file"
        ) from error
    return _read(text, path.name)


def _read(text: str, file_name: str) -> Basket:
    rules = "name, about, [sources.KEY] and [[members]] with material, product, group or crop, why and source"
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError("The basket is not TOML:", [str(error)], where=file_name, expected=rules) from error
    materials = load_materials()
    faults = _unknown_members(document, materials)
    basket = None
    try:
        basket = Basket(id=file_name.removesuffix(".toml"), **document)
    except (ValidationError, TypeError) as error:
        faults += _faults(error)
    if faults or basket is None:
        raise TableError("The basket breaks the rules:", faults, where=file_name, expected=rules)
    return basket.model_copy(update={"members": tuple(_with_gap(member, materials) for member in basket.members)})


def _unknown_members(document: dict[str, Any], materials: Materials) -> list[str]:
    """Name the materials and groups that no table holds, whatever else is wrong with the file."""
    faults = []
    listed = document.get("members", [])
    for place, member in enumerate(listed if isinstance(listed, list) else [], start=1):
        for kind, find in (("material", materials.get), ("group", materials.group)):
            name = member.get(kind) if isinstance(member, dict) else None
            if isinstance(name, str) and name:
                try:
                    find(name)
                except UnknownNameError as error:
                    faults.append(f"member {place}: {' '.join(str(error).splitlines())}")
    return faults


def _faults(error: ValidationError | TypeError) -> list[str]:
    if isinstance(error, TypeError):
        return [str(error)]
    return [f"{_place(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()]


def _place(location: tuple[int | str, ...]) -> str:
    words = [f"member {part + 1}" if isinstance(part, int) else part for part in location if part != "members"]
    return ", ".join(words) or "basket"


def _with_gap(member: Member, materials: Materials) -> Member:
    """Give a material its id (an alias may be written) and, where it has no trade code, the material's own gap."""
    if member.kind != "material":
        return member
    material = materials.get(member.material)
    reason = member.gap_reason or ("" if material.gap is None else material.gap.reason)
    return member.model_copy(update={"material": material.id, "gap_reason": reason})
