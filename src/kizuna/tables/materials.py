"""Materials: what is mined, refined and fabricated, under which trade codes, counted by which production series.

Trade is gross weight; a production series may count metal, oxide or volume. A content factor turns one into the other
only where chemistry or the definition of the code gives it exactly; everywhere else it is a gap with its reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kizuna.floor.errors import TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.tables.economies import lookup_key
from kizuna.tables.stages import STAGES, Stage, StageName, TradeCode, molar_mass

__all__ = ["Material", "Materials", "ProductGroup", "Stage", "StageName", "load_materials"]

Text = Annotated[str, Field(min_length=1)]


class Material(BaseModel):
    """One material with its stages; ``molar_masses`` (g/mol) of the formulas that its factors use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Text
    aliases: tuple[Text, ...] = ()
    note: str = ""
    mine: Stage | None = None
    refined: Stage | None = None
    fabricated: Stage | None = None
    molar_masses: Mapping[str, float] = {}

    @model_validator(mode="after")
    def _complete(self) -> Material:
        stages = self.stages
        if not stages:
            raise ValueError("a material has at least one stage")
        known = {series for stage in stages.values() for series in stage.series}
        for stage in stages.values():
            for entry in stage.content:
                if missing := sorted(set(entry.series) - known):
                    raise ValueError(f"content names series that the material does not have: {', '.join(missing)}")
        return self

    @property
    def stages(self) -> dict[StageName, Stage]:
        """The stages that the material has, from the mine on."""
        found = {name: getattr(self, name) for name in STAGES}
        return {name: stage for name, stage in found.items() if stage is not None}

    @property
    def gap(self) -> Gap | None:
        """Why no stage has a trade code; None where one has."""
        if any(stage.codes for stage in self.stages.values()):
            return None
        return Gap("; ".join(stage.gap for stage in self.stages.values()))

    def content_factor(self, code: str, series: str) -> float | Gap:
        """Return the mass in the unit of ``series`` for one mass of gross trade in ``code``.

        Examples
        --------
        >>> lithium = load_materials().get("lithium")
        >>> round(lithium.content_factor("HS92:283691", "wmd:Lithium (Li2O)"), 6)
        0.404382
        """
        for stage in self.stages.values():
            if code not in stage.codes:
                continue
            for entry in stage.content:
                if series in entry.series and code in (entry.codes or stage.codes):
                    if entry.status == "same":
                        return 1.0
                    return entry.moles * self.molar_masses[entry.counted] / self.molar_masses[entry.formula]
            reason = stage.no_content or "no production series counts this stage"
            return Gap(f"no content factor from {code} to {series}: {reason}")
        raise UnknownNameError(
            "product", code, [code for stage in self.stages.values() for code in stage.codes], where=self.id
        )


class ProductGroup(BaseModel):
    """Products of one revision that are compared together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    name: Text
    codes: tuple[TradeCode, ...] = Field(min_length=1)
    why: Text


class Materials:
    """All materials and product groups, found by id, name or alias."""

    def __init__(self, materials: Iterable[Material], groups: Iterable[ProductGroup]) -> None:
        self._all = tuple(materials)
        self.groups = {group.id: group for group in groups}
        self._by_key: dict[str, Material] = {}
        faults = []
        for material in self._all:
            for name in (material.id, material.name, *material.aliases):
                if self._by_key.setdefault(lookup_key(name), material) is not material:
                    faults.append(f"{name!r} stands for both {self._by_key[lookup_key(name)].id} and {material.id}")
        if faults:
            raise TableError("Materials share names:", faults, expected="each name for one material")

    def __iter__(self) -> Iterator[Material]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def get(self, name: str) -> Material:
        """Return the material with this id, name or alias."""
        found = self._by_key.get(lookup_key(name))
        if found is None:
            raise UnknownNameError("material", name, [text for m in self._all for text in (m.id, m.name, *m.aliases)])
        return found

    def group(self, group_id: str) -> ProductGroup:
        """Return the product group with this id, such as ``2701``."""
        if group_id not in self.groups:
            raise UnknownNameError("product group", group_id, self.groups)
        return self.groups[group_id]


@cache
def load_materials() -> Materials:
    """Return the materials of the package."""
    document = tomllib.loads(files("kizuna.tables").joinpath("data/materials.toml").read_text(encoding="utf-8"))
    weights = {name: float(weight) for name, weight in document["atomic_weights"].items() if name != "source"}
    faults: list[str] = []
    materials = [_material(key, fields, weights, faults) for key, fields in document["materials"].items()]
    groups = [ProductGroup(id=key, **fields) for key, fields in document["groups"].items()]
    if faults:
        raise TableError("Materials break the table's rules:", faults, where="materials.toml")
    return Materials((material for material in materials if material is not None), groups)


def _material(key: str, fields: dict[str, object], weights: Mapping[str, float], faults: list[str]) -> Material | None:
    try:
        plain = Material(id=key, **fields)  # type: ignore[arg-type]
        entries = [entry for stage in plain.stages.values() for entry in stage.content if entry.formula]
        formulas = sorted({formula for entry in entries for formula in (entry.formula, entry.counted)})
        return plain.model_copy(
            update={"molar_masses": {formula: molar_mass(formula, weights) for formula in formulas}}
        )
    except ValidationError as error:
        faults += [f"{key}.{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    except ValueError as error:
        faults.append(f"{key}: {error}")
    return None
