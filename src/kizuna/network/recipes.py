"""How the stages of a material hang together: which figures each stage is read from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kizuna.tables.materials import Material
from kizuna.tables.stages import Stage

MINE_SERIES, USGS_SERIES = "wmd:", "usgs:"
FITTED: Literal["fitted"] = "fitted"


class StageRecipe(BaseModel):
    """One stage of a chain.

    Parameters
    ----------
    name
        Label of the stage.
    series
        Production series, ``wmd:MINERAL`` or ``usgs:COMMODITY:STAGE``; empty where no series counts it.
    code
        Trade code with its revision; empty where its trade is not in the figures.
    content
        What one tonne of trade holds of what production counts; ``fitted``: the factor that balances best.
    usd_per_t
        US dollars a tonne by year, for a code that is published without masses.
    price_source
        Where these prices are from.
    from_scrap
        Whether production beyond what the stage before yields, tonne for tonne, is from scrap.
    ids
        What scenarios may call it, beside its code and name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    series: str = ""
    code: str = ""
    content: float | Literal["fitted"] = FITTED
    usd_per_t: dict[int, float] = {}
    price_source: str = ""
    from_scrap: bool = False
    ids: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sourced(self) -> StageRecipe:
        if bool(self.usd_per_t) != bool(self.price_source):
            raise ValueError("prices and their source belong together")
        return self

    @property
    def products(self) -> tuple[str, ...]:
        """What scenarios may call the stage."""
        return (*([self.code] if self.code else []), *self.ids)


class Recipe(BaseModel):
    """A chain of stages, from the mine on.

    ``years`` are those that the figures reach, empty where that is not known; ``balanced`` is the one in which they are
    known to balance, 0 where none is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    stages: tuple[StageRecipe, ...] = Field(min_length=2)
    years: tuple[int, ...] = ()
    balanced: int = 0
    note: str = ""

    @property
    def counted(self) -> bool:
        """Whether production of every stage is in the figures."""
        return all(stage.series for stage in self.stages)


@cache
def recipes() -> dict[str, Recipe]:
    """Return the chains of the package by material."""
    text = files("kizuna.network").joinpath("data/chains.toml").read_text(encoding="utf-8")
    return {name: Recipe(id=name, **fields) for name, fields in tomllib.loads(text).items()}


def recipe_of(material: Material) -> Recipe | None:
    """Return the chain of a material: that of the package, or one made of its stages with codes if there are two."""
    if material.id in recipes():
        return recipes()[material.id]
    coded = {name: stage for name, stage in material.stages.items() if stage.codes}
    if len(coded) < 2:
        return None
    return Recipe(id=material.id, stages=tuple(_stage(material, name, stage) for name, stage in coded.items()))


def _stage(material: Material, name: str, stage: Stage) -> StageRecipe:
    """Read a stage from the table of materials; content is fitted unless the table gives it."""
    series = next((series for series in stage.series if series.startswith((MINE_SERIES, USGS_SERIES))), "")
    code = stage.codes[0]
    factor = material.content_factor(code, series) if series else 1.0
    content = factor if isinstance(factor, float) else FITTED
    return StageRecipe(name=name, series=series, code=code, content=content, ids=(f"{material.id}:{name}",))
