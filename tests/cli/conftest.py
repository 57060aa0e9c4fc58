"""Fixtures for the command: run it in this process, in an empty folder, and see what it says and leaves."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kizuna.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command ended: exit code, standard output, standard error, and the files it left in the folder."""

    code: int
    out: str
    err: str
    files: dict[str, bytes]


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs ``kizuna``; its answer holds every file that is then in the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("KIZUNA_HOME", str(tmp_path / "home"))

    def run_command(*words: str) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["kizuna", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        return Ran(code, said.out, said.err, files)

    return run_command
