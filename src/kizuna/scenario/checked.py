"""Tables of a scenario file that report all their faults together, each with its field and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from kizuna.floor.errors import near_names
from kizuna.scenario.spreads import shown

Place = tuple[int | str, ...]
OWN = "scenario"


class Checked(BaseModel):
    """A table whose fields, and the rules between them, are checked in one go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def between_fields(cls, given: Mapping[str, Any]) -> list[tuple[Place, str]]:  # noqa: ARG003
        """Return place and text of each broken rule between fields of a raw table; unreadable fields are skipped."""
        return []

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults(cls, given: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        found, made = [], None
        try:
            made = handler(given)
        except ValidationError as error:
            found = [
                (_place(fault), _worded(cls, fault)) for fault in error.errors(include_url=False) if not _echo(fault)
            ]
        if isinstance(given, Mapping):
            spoken = {place for place, _ in found}
            found += [(place, text) for place, text in cls.between_fields(given) if place not in spoken]
        if found:
            raise refusal(cls.__name__, found)
        return made


def refusal(title: str, faults: Sequence[tuple[Place, str]]) -> ValidationError:
    """Return the error that carries faults, each at its place below the value that is being read."""
    return ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(type=PydanticCustomError(OWN, "{text}", {"text": text}), loc=place, input=None)
            for place, text in faults
        ],
    )


def fault_lines(error: ValidationError, tags: Sequence[str]) -> list[str]:
    """Return each fault as ``shocks[2].depth: -0.2; expected 0 to 1``.

    Parameters
    ----------
    tags
        Names that pydantic adds to a place to tell kinds of table apart; they are no fields and left out.
    """
    return [f"{_path(fault['loc'], tags)}: {fault['msg']}" for fault in error.errors(include_url=False)]


def _path(place: Place, tags: Sequence[str]) -> str:
    path = ""
    for before, part in zip((None, *place), place, strict=False):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (isinstance(before, int) and part in tags):
            path += f".{part}" if path else part
    return path or "file"


def _echo(fault: Any) -> bool:
    """Say whether a fault only repeats those of the entries of a list: none of them was valid."""
    return fault["type"] == "too_short" and bool(fault["input"])


def _place(fault: Any) -> Place:
    """Return where a fault is; a table without a kind that is known is at fault in its kind."""
    place = tuple(fault["loc"])
    return (*place, "kind") if str(fault["type"]).startswith("union_tag") else place


def _worded(table: type[BaseModel], fault: Any) -> str:
    """Return a fault of pydantic in the words of this house."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == OWN:
        return str(fault["msg"])
    if kind == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        return "missing"
    if kind == "union_tag_not_found":
        return "missing; expected the kind of table"
    if kind == "union_tag_invalid":
        return f"{shown(given.get('kind'))}; expected {context.get('expected_tags')}"
    if kind == "extra_forbidden":
        near = near_names(str(fault["loc"][-1]), list(table.model_fields))
        return f"not a field here; {f'did you mean {near[0]}?' if near else 'leave it out'}"
    expected = {
        "literal_error": str(context.get("expected")),
        "string_type": "text",
        "bool_type": "true or false",
        "int_type": "a whole number",
        "tuple_type": "a list",
        "string_too_short": "text",
        "too_short": "at least one entry",
        "model_type": "a table",
        "model_attributes_type": "a table",
        "string_pattern_mismatch": f"text of the form {context.get('pattern')}",
    }.get(kind)
    return f"{shown(given)}; expected {expected}" if expected else f"{shown(given)}; {fault['msg']}"
