"""What is in the tree names no machine, no registry and no drawer for odds and ends, and stays small."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9_.])/(?:home|root|work|farm|tmp|Users)/[A-Za-z0-9_.]+")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|proxy\.golang\.org|crates\.io")
DRAWERS = {"utils", "helpers", "misc", "core", "base", "common", "manager"}
LINES = 400


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine paths", "registry hosts"])
def test_no_text_names_what_belongs_to_one_machine(pattern: re.Pattern[str]) -> None:
    found = [f"{path}: {hit.group()}" for path, text in texts().items() for hit in pattern.finditer(text)]
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert MACHINE_PATH.search("open('" + "/home" + "/someone/file')")
    assert not MACHINE_PATH.search("docs/work/plan.md")
    assert REGISTRY.search("see https://" + "pypi" + ".org")


def test_no_module_or_folder_is_named_for_what_is_left_over() -> None:
    assert [path for path in modules() if DRAWERS & {*path.parent.parts, path.stem}] == []


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LINES} == {}


def modules() -> list[Path]:
    """Return every Python file of the tree, relative to its root."""
    found = [path for path in texts() if path.suffix == ".py"]
    assert found, "git lists no Python file here"
    return found


@cache
def texts() -> dict[Path, str]:
    """Return the text of every file that git tracks or would track, by path; what is not UTF-8 text is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [Path(name) for name in listed.split("\0") if name]
    content = {path: (ROOT / path).read_bytes() for path in paths if (ROOT / path).is_file()}
    return {path: raw.decode("utf-8") for path, raw in content.items() if b"\0" not in raw and is_utf8(raw)}


def is_utf8(raw: bytes) -> bool:
    """Say whether bytes are UTF-8 text."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
