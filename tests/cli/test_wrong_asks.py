"""A wrong ask gets one clear error with a suggestion, exit code 2, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli.conftest import Run

MAGNETS = ("--basket", "magnets")
COBALT = ("--material", "cobalt")

ASKS: list[tuple[tuple[str, ...], str]] = [
    (("brief", "IND", "JPM"), "Did you mean JPN"),
    (("brief", "IND", "Qqqq"), "kizuna list economies"),
    (("brief", "IND"), "kizuna brief IND JPN"),
    (("brief", "India", "IND"), "kizuna brief IND JPN"),
    (("brief",), "two economies or more"),
    (("brief", "IND", "JPN", "--peer", "KOREA-X"), "not an economy"),
    (("brief", "IND", "JPN", "--year", "1990"), "--year 2000"),
    (("brief", "IND", "JPN", "--year", "2030"), "--year 2024"),
    (("brief", "IND", "JPN", "--year", "soon"), "kizuna --help"),
    (("brief", "IND", "JPN", "--since", "2023"), "--since 2022"),
    (("brief", "IND", "JPN", "--year", "2019", "--since", "2022"), "--since 2018"),
    (("brief", "IND", "JPN", "--since", "1990"), "--since 1995"),
    (("brief", "IND", "JPN", "--basket", "magnet"), "Did you mean magnets"),
    (("brief", "IND", "JPN", "--basket", "mine.toml"), "a UTF-8 TOML file"),
    (("brief", "IND", "JPN", "--format", "docx"), "pdf"),
    (("brief", "IND", "JPN", "--basket-of", "magnets"), "Did you mean --basket"),
    (("brief", "IND", "JPN", *MAGNETS, "--base-map", "mine.json"), "GeoJSON"),
    (("brief", "IND", "JPN", *MAGNETS, "--explain", "F00000000"), "Known are F"),
    (("brief", "IND", "JPN", *MAGNETS, "--out", "."), "--out"),
    (("brief", "IND", "JPN", *MAGNETS, "--out", "no/brief.html"), "mkdir -p no"),
    (("brief", "IND", "JPN", *MAGNETS, "--out", "file.txt/brief.html"), "file.txt is a file"),
    (("brief", "IND", "JPN", *MAGNETS, "--out", "/dev/null"), "--out PATH"),
    (("exposure",), "kizuna exposure IND --material cobalt"),
    (("exposure", "IND"), "--basket critical-minerals"),
    (("exposure", "JPM", *COBALT), "Did you mean JPN"),
    (("exposure", "EU28", *COBALT), "kizuna list economies"),
    (("exposure", "MINE=IND", *COBALT), "NAME=IND+JPN"),
    (("exposure", "IND", "--material", "cobolt"), "Did you mean cobalt"),
    (("exposure", "IND", "--product", "999999"), "kizuna list products"),
    (("exposure", "IND", "--basket", "magnet"), "Did you mean magnets"),
    (("exposure", "IND", *COBALT, "--year", "1980"), "--year 1995"),
    (("exposure", "IND", *COBALT, "--method", "geopolrsk"), "Did you mean geopolrisk"),
    (("exposure", "IND", *COBALT, "--format", "parquet"), "--out"),
    (("exposure", "IND", *COBALT, "--format", "xls"), "parquet"),
    (("exposure", "IND", *COBALT, "--assumptions", "mine.toml"), "a TOML file"),
    (("exposure", "IND", *COBALT, "--format", "json", "--out", "."), "--out"),
    (("exposure", "IND", *COBALT, "--format", "json", "--out", "no/rows.json"), "mkdir -p no"),
    (("exposure", "IND", *COBALT, "--format", "json", "--out", "/proc/rows.json"), "--out PATH"),
    (("list", "economy"), "economies"),
    (("lists",), "Did you mean"),
]


@pytest.mark.parametrize(("words", "suggestion"), ASKS, ids=[" ".join(words) for words, _ in ASKS])
def test_a_wrong_ask_gets_one_error_with_a_suggestion_and_leaves_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], suggestion: str
) -> None:
    (tmp_path / "file.txt").write_bytes(b"old")
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("kizuna: ")
    assert ran.err.count("kizuna: ") == 1
    assert suggestion in ran.err
    assert "Traceback" not in ran.err
    assert ran.files == {"file.txt": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]


def test_every_fault_of_an_assumptions_file_is_named_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("window = 1\nwindows = 3\n[substitution_index]\ncobalt = 4\n", encoding="utf-8")
    ran = run("exposure", "IND", *COBALT, "--assumptions", "mine.toml")
    assert ran.code == 2
    for words in ("mine.toml", "window: ", "windows: ", "substitution_index.cobalt: ", "recycling_input_rate"):
        assert words in ran.err


def test_every_fault_of_a_basket_file_is_named_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "Mine"\nabout = "Two faults."\n[[members]]\nmaterial = "cobolt"\nwhy = "x"\nsource = "unverified"\n'
        '[[members]]\nmaterial = "cobalt"\nwhy = "x"\nsource = "nobody"\n',
        encoding="utf-8",
    )
    ran = run("brief", "IND", "JPN", "--basket", "mine.toml")
    assert ran.code == 2
    assert "mine.toml" in ran.err
    assert "cobolt" in ran.err
    assert "nobody" in ran.err
    assert set(ran.files) == {"mine.toml"}


@pytest.mark.parametrize(
    "words", [("brief", "IND", "JPM"), ("brief", "IND", "JPN", *MAGNETS, "--out", "no/brief.html")]
)
def test_the_installed_command_ends_with_code_2_and_no_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = Path(sys.executable).with_name("kizuna")
    done = subprocess.run([command, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("kizuna: ")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_stops_early_sees_no_traceback(tmp_path: Path) -> None:
    command = f"{Path(sys.executable).with_name('kizuna')} list economies | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "80"},
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
