"""The names that a file offers are the only ones that others take, and the package offers exactly its verbs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kizuna

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ast.parse((ROOT / "src/kizuna/__init__.py").read_text(encoding="utf-8"))
FOLDERS = ("src", "tests", "tools", "benchmarks")


def test_the_package_offers_what_it_knows_a_home_of_and_what_type_checkers_see() -> None:
    assert kizuna.__all__ == sorted(kizuna.__all__)
    assert dict.fromkeys(kizuna.__all__) == dict.fromkeys(homes())
    assert imports_for_type_checkers() == homes()


@pytest.mark.parametrize("name", kizuna.__all__)
def test_a_verb_comes_from_its_home(name: str) -> None:
    assert getattr(kizuna, name).__module__ == homes()[name]
    assert name in dir(kizuna)


def test_every_verb_is_there_after_a_plain_import() -> None:
    code = "from kizuna import *\nprint(*sorted(name for name in globals() if not name.startswith('_')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == sorted(kizuna.__all__)


def homes() -> dict[str, str]:
    """Return the module that the package loads each name from."""
    (table,) = (
        node.value
        for node in PACKAGE.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_HOMES"
    )
    found = ast.literal_eval(table)
    assert isinstance(found, dict)
    return found


def imports_for_type_checkers() -> dict[str, str]:
    """Return the module that a type checker takes each name from."""
    (block,) = (node for node in PACKAGE.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        alias.name: str(node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_no_file_takes_a_private_name_of_another() -> None:
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    assert len(files) > 100
    found = {str(path.relative_to(ROOT)): private_imports(path.read_text(encoding="utf-8")) for path in files}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from kizuna.exposure.trade import _Measure, measure_trade", ["_Measure"]),
        ("from kizuna.exposure._hidden import seen", ["kizuna.exposure._hidden"]),
        ("import kizuna._hidden", ["kizuna._hidden"]),
        ("from kizuna.exposure import trade\ntrade._positions(1)", ["trade._positions"]),
        ("import kizuna.exposure.trade as t\nt._positions", ["t._positions"]),
        ("from __future__ import annotations\nimport kizuna\nkizuna.__all__\nself._own = 1", []),
    ],
)
def test_the_check_finds_each_way_to_take_a_private_name(code: str, found: list[str]) -> None:
    assert private_imports(code) == found


def private_imports(code: str) -> list[str]:
    """Return the private names that code imports, and those that it takes from an imported module of the package."""
    found: list[str] = []
    modules: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            found += [str(node.module)] if any(map(is_private, str(node.module).split("."))) else []
            found += [alias.name for alias in node.names if is_private(alias.name)]
            if str(node.module).split(".")[0] == "kizuna":
                modules |= {alias.asname or alias.name for alias in node.names if alias.name.islower()}
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if any(map(is_private, alias.name.split(".")))]
            modules |= {alias.asname or alias.name for alias in node.names if alias.name.split(".")[0] == "kizuna"}
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and ast.unparse(node.value) in modules:
            found.append(ast.unparse(node))
    return found


def is_private(name: str) -> bool:
    """Say whether a name belongs to its file alone."""
    return name.startswith("_") and not name.startswith("__")
