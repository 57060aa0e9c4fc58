"""Stages of a material: trade codes, production series, and the content factors between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

StageName = Literal["mine", "refined", "fabricated"]
STAGES: tuple[StageName, ...] = ("mine", "refined", "fabricated")
TradeCode = Annotated[str, Field(pattern=r"^HS\d\d:\d{6}$")]
SeriesId = Annotated[str, Field(pattern=r"^(wmd:.+|usgs:[^:]+:(mine|refinery|smelter|plant|other)(:.+)?)$")]


class Content(BaseModel):
    """Mass in the unit of a production series for one mass of gross trade, for some codes of a stage.

    Parameters
    ----------
    series
        Production series that the factor leads to.
    codes
        Codes it holds for; empty for all codes of the stage.
    status
        ``same``: the series counts the traded form by gross weight, the factor is 1.
        ``stoichiometric``: ``moles * M(counted) / M(formula)``, with molar masses M.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    series: tuple[SeriesId, ...] = Field(min_length=1)
    codes: tuple[TradeCode, ...] = ()
    status: Literal["same", "stoichiometric"]
    formula: str = ""
    counted: str = ""
    moles: int = 0

    @model_validator(mode="after")
    def _complete(self) -> Content:
        if (self.status == "stoichiometric") != bool(self.formula and self.counted and self.moles):
            raise ValueError("formula, counted and moles belong to the status stoichiometric, all three")
        return self


class Stage(BaseModel):
    """One stage of a material.

    Parameters
    ----------
    codes
        Trade codes with their revision; figures of different revisions are never added.
    series
        Production series of this stage: ``wmd:MINERAL`` (World Mining Data) or ``usgs:COMMODITY:STAGE[:WORD]``, where
        the publisher's type must contain WORD.
    gap
        Why the stage has no trade code; given exactly when it has none.
    trade_name
        What the codes hold, where the material's name would not say it.
    no_content
        Why codes that ``content`` leaves out have no factor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    codes: tuple[TradeCode, ...] = ()
    series: tuple[SeriesId, ...] = ()
    content: tuple[Content, ...] = ()
    gap: str = ""
    no_content: str = ""
    trade_name: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Stage:
        if bool(self.codes) == bool(self.gap):
            raise ValueError("a stage has either codes or a gap that says why it has none")
        unknown = sorted({code for entry in self.content for code in entry.codes} - set(self.codes))
        if unknown:
            raise ValueError(f"content names codes that the stage does not have: {', '.join(unknown)}")
        if len(set(self.codes)) < len(self.codes) or len(set(self.series)) < len(self.series):
            raise ValueError("codes or series stand twice")
        return self

    def codes_of(self, revision: str) -> tuple[str, ...]:
        """Return the HS6 codes of one revision (``HS92``), without the revision."""
        return tuple(code.split(":")[1] for code in self.codes if code.startswith(f"{revision}:"))

    @property
    def revisions(self) -> tuple[str, ...]:
        """Revisions in which the stage has codes, oldest first."""
        return tuple(sorted({code.split(":")[0] for code in self.codes}, key=lambda name: (name < "HS90", name)))


def molar_mass(formula: str, weights: Mapping[str, float]) -> float:
    """Return the molar mass of a formula without brackets, g/mol.

    Examples
    --------
    >>> molar_mass("Li2O", {"Li": 6.94, "O": 15.999})
    29.879
    """
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    if "".join(element + count for element, count in parts) != formula or not formula:
        raise ValueError(f"{formula!r} is not a formula of elements and counts")
    missing = sorted({element for element, _ in parts} - weights.keys())
    if missing:
        raise ValueError(f"no atomic weight for {', '.join(missing)}")
    return sum(weights[element] * int(count or 1) for element, count in parts)
