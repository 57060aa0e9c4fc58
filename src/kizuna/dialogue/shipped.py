"""The register that ships with the package: meetings of India and Japan from public facts, in our own words."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from kizuna.dialogue.entries import KINDS, Area, Entry
from kizuna.dialogue.register import Register
from kizuna.dialogue.rules.areas import area_rules

COMPILED_BY = "The kizuna developers"
WHY = "compiled from public facts; see each entry's sources"
COMPILED_AT = datetime(2026, 11, 24, tzinfo=UTC)


@cache
def shipped_entries() -> tuple[Entry, ...]:
    """Return the entries that ship: the areas of an agenda, and what public facts say of India and Japan."""
    written = tomllib.loads((files("kizuna.dialogue") / "data" / "india_japan.toml").read_text(encoding="utf-8"))
    entries = [KINDS[kind].model_validate(row) for kind, rows in written.items() for row in rows]
    rules = area_rules().items()
    areas = [Area(id=code, name=rule.name, broader=rule.broader, baskets=rule.baskets) for code, rule in rules]
    return (*areas, *entries)


def open_shipped() -> Register:
    """Return a register in memory that holds just what ships."""
    register = Register.open("sqlite://")
    add_shipped(register)
    return register


def add_shipped(register: Register) -> None:
    """Add the entries that ship to an empty register."""
    register.add(shipped_entries(), who=COMPILED_BY, why=WHY, at=COMPILED_AT)
