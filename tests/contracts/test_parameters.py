"""Every constant of the methods has a home, a range and a source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kizuna.floor.params import Parameter, parameters

EXPOSURE = Path(__file__).resolve().parents[2] / "src/kizuna/exposure"
FREE = {0, 1, 2}


@pytest.mark.parametrize("constant", parameters().values(), ids=lambda constant: constant.name)
def test_a_parameter_lies_in_its_range_and_names_unit_meaning_and_source(constant: Parameter) -> None:
    assert constant.low <= constant.value <= constant.high
    assert constant.unit.strip()
    assert constant.meaning.strip()
    assert constant.source.strip()


@pytest.mark.parametrize("module", sorted(EXPOSURE.glob("**/*.py")), ids=lambda module: module.stem)
def test_no_method_holds_a_number_of_its_own(module: Path) -> None:
    assert numbers_in(module.read_text(encoding="utf-8")) == []


def test_the_check_finds_a_number_in_code_and_none_in_a_docstring() -> None:
    assert numbers_in('def screen(hhi):\n    """Above 0.4."""\n    return hhi > 0.4 and -1 < 2\n') == ["line 3: 0.4"]


def numbers_in(code: str) -> list[str]:
    """Return each number but 0, 1 and 2 that code holds as a literal; text, and so docstrings, does not count."""
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex) and node.value not in FREE
    ]
