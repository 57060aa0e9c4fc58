"""Every constant of the methods has a home, a range and a source."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import cache
from pathlib import Path

import pytest

from kizuna.floor.params import Parameter, parameters

SOURCE = Path(__file__).resolve().parents[2] / "src/kizuna"
ROOMS = ("exposure", "network", "scenario", "simulate", "score")
FREE = {0, 1, 2}
# Numbers that are none of a method: the table's own year and unit, the quantiles that are shown, places in a list,
# loops unrolled by hand, bytes and seconds of the machine. picture.py is left out, like the brief's pictures.
OF_NO_METHOD = {
    "network/added_table.py": {1e3, 10},
    "network/table.py": {2011, 1e6},
    "score/backtest.py": {3},
    "score/history.py": {3, 4},
    "simulate/cluster.py": {3, 10, 60},
    "simulate/kernels.py": {4, 3},
    "simulate/memory.py": {1e9, 3, 4, 5, 8, 10, 40},
    "simulate/merge.py": {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95},
    "simulate/serve.py": {4, 512},
    "simulate/stress.py": {0.1, 0.5, 0.9},
    "simulate/workers.py": {3, 10},
}
MODULES = [path for room in ROOMS for path in sorted((SOURCE / room).glob("**/*.py")) if path.stem != "picture"]
# Functions that read a parameter by the name they are given.
READERS = {"parameter", "share", "money", "drawn"}


@pytest.mark.parametrize("constant", parameters().values(), ids=lambda constant: constant.name)
def test_a_parameter_lies_in_its_range_and_names_unit_meaning_and_source(constant: Parameter) -> None:
    assert constant.low <= constant.value <= constant.high
    assert constant.unit.strip()
    assert constant.meaning.strip()
    assert constant.source.strip()


@pytest.mark.parametrize("name", parameters())
def test_a_parameter_is_read_by_some_code(name: str) -> None:
    whole, heads = names_read_in_the_package()
    assert name in whole or name.startswith(tuple(heads)), f"nothing reads {name}: delete it, or read it"


def test_the_check_finds_a_name_that_code_reads_and_the_head_of_one_that_it_completes() -> None:
    code = 'parameter("cdi1")\nWORDS = ("cdi2", "cdi4")\nparameter(f"kcal_{crop}")\nrules.share("cdi3")\n'
    assert names_read(code) == ({"cdi1", "cdi3"}, {"kcal_"})


@pytest.mark.parametrize("module", MODULES, ids=lambda module: f"{module.parent.name}/{module.stem}")
def test_no_method_holds_a_number_of_its_own(module: Path) -> None:
    allowed = OF_NO_METHOD.get(str(module.relative_to(SOURCE)), set())
    assert numbers_in(module.read_text(encoding="utf-8"), allowed) == []


def test_the_check_finds_a_number_in_code_and_none_in_a_docstring() -> None:
    code = 'def screen(hhi):\n    """Above 0.4."""\n    return hhi > 0.4 and -1 < 2 and hhi < 4\n'
    assert numbers_in(code) == ["line 3: 0.4", "line 3: 4"]
    assert numbers_in(code, {4}) == ["line 3: 0.4"]


def numbers_in(code: str, allowed: Collection[float] = ()) -> list[str]:
    """Return each number but 0, 1, 2 and those allowed that code holds as a literal; text does not count."""
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float | complex)
        and node.value not in FREE
        and node.value not in allowed
    ]


@cache
def names_read_in_the_package() -> tuple[set[str], set[str]]:
    """Return what the modules of the package read, see :func:`names_read`."""
    found = [names_read(module.read_text(encoding="utf-8")) for module in SOURCE.rglob("*.py")]
    return set().union(*(whole for whole, _ in found)), set().union(*(heads for _, heads in found))


def names_read(code: str) -> tuple[set[str], set[str]]:
    """Return the parameters that code reads by name, and the heads of names that it completes."""
    whole, heads = set(), set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and node.args and called(node) in READERS:
            name = node.args[0]
            if isinstance(name, ast.JoinedStr) and isinstance(name.values[0], ast.Constant):
                heads.add(str(name.values[0].value))
            elif isinstance(name, ast.Constant):
                whole.add(str(name.value))
    return whole, heads


def called(node: ast.Call) -> str:
    """Return the name of the function that a call names, without its module."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
