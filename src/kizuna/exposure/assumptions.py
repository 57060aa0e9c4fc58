"""What a user may choose; every choice travels with the figures it touches."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.params import parameter
from kizuna.tables.materials import load_materials

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Assumptions(BaseModel):
    """Choices and supplied numbers that the snapshot does not hold.

    Parameters
    ----------
    window
        Years looked back on for persistence and churn.
    other_asia_instability
        Instability (0 to 1) given to economy 490, "Other Asia, n.e.s."; Taiwan's own score where not given. The
        published GeoPolRisk figures have 0.5 here.
    unscored_instability
        Instability given to suppliers without any governance score; 0.5 is the GeoPolRisk method's own rule.
    unscored_limit
        Share of imported mass from such suppliers above which the score is a gap.
    governance
        ``six-dimension-mean`` is what supply risk asks for and what the snapshot does not hold: a gap.
        ``political-stability`` takes that one dimension instead, and says so.
    substitution_index, recycling_input_rate
        Numbers by material; there are no defaults.
    content_factor
        Numbers by trade code with its revision, such as ``HS92:260300``; there are no defaults.

    Raises
    ------
    UnknownNameError
        If a number is given for a material or trade code that no table holds, since nothing would use it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: Annotated[int, Field(ge=2)] = Field(default_factory=lambda: int(parameter("persistence_window")))
    other_asia_instability: Share | None = None
    unscored_instability: Share = Field(default_factory=lambda: parameter("governance_midpoint"))
    unscored_limit: Share = Field(default_factory=lambda: parameter("unscored_limit"))
    governance: Literal["six-dimension-mean", "political-stability"] = "six-dimension-mean"
    substitution_index: dict[str, Share] = {}
    recycling_input_rate: dict[str, Share] = {}
    content_factor: dict[str, Annotated[float, Field(gt=0.0)]] = {}

    @field_validator("substitution_index", "recycling_input_rate")
    @classmethod
    def _of_materials(cls, given: dict[str, float]) -> dict[str, float]:
        return {load_materials().get(name).id: number for name, number in given.items()}

    @field_validator("content_factor")
    @classmethod
    def _of_codes(cls, given: dict[str, float]) -> dict[str, float]:
        known = {code for material in load_materials() for stage in material.stages.values() for code in stage.codes}
        for code in given:
            if code not in known:
                raise UnknownNameError("product", code, known, where="content_factor")
        return given


def read_assumptions(path: Path) -> Assumptions:
    """Read a TOML file of assumptions.

    Raises
    ------
    TableError
        With every fault of the file.
    RequestError
        If the file cannot be read.
    """
    try:
        return Assumptions(**tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        known = ", ".join(Assumptions.model_fields)
        raise TableError(
            "Assumptions that cannot be used:", faults, where=str(path), expected=f"one or more of {known}"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}", where="assumptions", expected="a TOML file") from error
