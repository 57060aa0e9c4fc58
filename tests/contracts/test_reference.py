"""The reference pages hold every command, option, indicator, parameter and stored table, and are up to date."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from cyclopts import App

from kizuna.cli.main import app
from kizuna.exposure.indicators import indicators, methods
from kizuna.floor.params import parameters
from kizuna.scenario.scenario import scenario_names
from kizuna.store.store import embedded_snapshot

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [name for name in app if not name.startswith("-")]


@cache
def page(name: str) -> str:
    """Return one page of the documentation."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@cache
def build_docs() -> ModuleType:
    """Return the tool that writes the generated pages."""
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "tools/build_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_chapter_with_each_of_its_options_and_a_block_that_runs_it(command: str) -> None:
    chapter = page("reference/commands.md").partition(f"\n## kizuna {command}\n")[2].partition("\n## ")[0]
    names = argument_names(app[command])
    assert names
    assert [name for name in names if f"`{name}`" not in chapter and written(name) not in chapter] == []
    assert f"$ kizuna {command}" in chapter


def argument_names(command: App) -> list[str]:
    """Return the arguments of a command, or of all commands under it."""
    under = [name for name in command if not name.startswith("-")]
    if under:
        return [name for one in under for name in argument_names(command[one])]
    return [argument.name for argument in command.assemble_argument_collection()]


def written(name: str) -> str:
    """Return how a page writes an option that is an argument by its place: ``KIND`` for ``--kind``."""
    return f"`{name.removeprefix('--').upper()}`"


def test_no_option_is_documented_that_no_command_has() -> None:
    known = {name for command in COMMANDS for name in argument_names(app[command])}
    listed = [line.split("`")[1] for line in page("reference/commands.md").splitlines() if line.startswith("| `--")]
    assert listed
    assert set(listed) <= known


def test_the_page_on_indicators_is_what_the_code_says() -> None:
    assert page("reference/indicators.md") == build_docs().indicators_page()
    assert all(f"`{entry.id}`" in page("reference/indicators.md") for entry in indicators().values())
    assert all(f"`{name}`" in page("reference/indicators.md") for name in parameters())


def test_the_page_on_sources_is_what_the_catalogue_says() -> None:
    store = embedded_snapshot()
    assert page("reference/sources.md") == build_docs().sources_page(store)
    assert all(f"## {name}\n" in page("reference/sources.md") for name in store.names())


def test_the_page_on_scenarios_is_what_the_library_says() -> None:
    assert page("reference/scenarios.md") == build_docs().scenarios_page()
    assert all(f"\n## {name}\n" in page("reference/scenarios.md") for name in scenario_names())
    assert all(name in page("reference/scenarios.md") for name in ("not verified |", " verified |"))


def test_the_page_on_methods_speaks_of_every_method() -> None:
    assert [name for name in methods() if f"| {name} |" not in page("explanation/methods.md")] == []


def test_every_link_between_the_pages_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("**/*.md")]
    dead = [
        f"{source.name}: {target}"
        for source in pages
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", source.read_text(encoding="utf-8"))
        if not (source.parent / target).exists()
    ]
    assert dead == []
