"""What the process that reads a part is told of it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from kizuna.intake import own_table
from kizuna.intake.adapters import ADAPTERS
from kizuna.intake.incoming import Incoming, Part


@pytest.mark.parametrize("adapter", [*ADAPTERS, own_table], ids=lambda one: one.NAME)
def test_an_adapter_is_the_module_of_its_name(adapter: object) -> None:
    name = getattr(adapter, "NAME", "")
    assert import_module(f"kizuna.intake.{name}") is adapter


@pytest.mark.parametrize("mapping", [None, Path("/a/map.toml")])
def test_a_record_through_json_is_the_same_file(mapping: Path | None) -> None:
    parts = (Part("gdp", "NY.GDP", "a/ü.csv", 7), Part("population", "SP.POP", "", 8))
    told = ("wdi", "title", "publisher", "version", "vintage", "licence", "citation", "url")
    incoming = Incoming(Path("/a/b c.zip"), *told, parts, mapping)
    assert Incoming.of_record(json.loads(json.dumps(incoming.record()))) == incoming
