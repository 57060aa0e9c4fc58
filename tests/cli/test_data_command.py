"""``kizuna data`` and ``kizuna screen`` as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
NAME = "BACI_HS92_Y2023_V202601.csv"
ROWS = (
    "t,i,j,k,v,q\n2023,156,699,850511,189864.2,NA\n2023,156,392,850511,98000.5,4100.25\n"
    "2023,842,392,850511,2000,80\n2023,842,392,010121,7.001,2\n"
)


@pytest.fixture
def added(run: Run, tmp_path: Path) -> Run:
    """Return the command after a small BACI was taken in."""
    (tmp_path / NAME).write_text(ROWS, encoding="utf-8")
    ran = run("data", "add", NAME)
    assert ran.code == 0, ran.err
    assert "4 rows in 1 parts. They take the place of what ships as trade_hs92 (1,264,888 rows)." in ran.out
    assert "Snapshot 1 is in use" in ran.out
    return run


def test_every_command_works_on_what_was_added_and_goes_back(added: Run) -> None:
    found = json.loads(added("screen", "IND", "JPN", "--format", "json").out)
    assert [(one["product"], one["supplier"]) for one in found["common"]] == [("850511", "CHN")]
    assert found["products"] == 2
    assert "CEPII" in added("sources").out
    shown = added("exposure", "JPN", "--product", "HS92:850511", "--method", "concentration", "--format", "json")
    values = {row["indicator"]: row["value"] for row in json.loads(shown.out) if row["basis"] == "value"}
    assert values["imports"] == 100_000_500
    assert "only what ships" in added("data", "use", "0").out
    assert "of 71 products" in added("screen", "IND", "JPN", "--top", "1").out


def test_adding_again_changes_nothing_and_checking_keeps_nothing(added: Run) -> None:
    assert "is there already, as addition 1" in added("data", "add", NAME).out
    assert "4 rows, sound" in added("data", "check", NAME).out
    assert added("data", "list").out.count("snapshot ") == 2


def test_an_addition_is_shown_and_removed_when_it_is_not_in_use(added: Run) -> None:
    assert "Etalab" in added("data", "show", "1").out
    refused = added("data", "remove", "1")
    assert (refused.code, "is in use" in refused.err) == (2, True)
    added("data", "use", "0")
    assert "the snapshots that named it: 1" in added("data", "remove", "1").out
    assert added("data", "show", "1").code == 2


def test_a_wrong_file_is_refused_with_its_row_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(ROWS.replace("010121", "10121"), encoding="utf-8")
    for command in ("add", "check"):
        ran = run("data", command, NAME)
        assert ran.code == 2
        assert "row 5: k is '10121', expected six digits" in ran.err
    assert run("data", "add", "missing.zip").code == 2
    assert run("data", "use", "7").code == 2


def test_an_unknown_country_is_named_and_nothing_is_taken_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(ROWS.replace("842,392,010121", "999,392,010121"), encoding="utf-8")
    ran = run("data", "add", NAME)
    assert ran.code == 2
    assert "i is 999" in ran.err
    assert run("screen", "IND", "JPN").code == 0


def test_what_a_snapshot_changes_is_told_largest_first(added: Run) -> None:
    ran = added("data", "diff", "0", "1", "JPN", "--top", "3")
    assert ran.code == 0, ran.err
    assert "exposures differ" in ran.out
    assert "no imports" in ran.out
    assert added("data", "diff", "1", "1", "JPN").out.count("m USD") == 0
    assert added("data", "diff", "0", "1").code == 2


def test_gaps_name_what_is_missing_and_a_file_closes_them(run: Run, tmp_path: Path) -> None:
    before = run("data", "gaps").out
    assert "74 products of over 5,000" in before
    assert "HS17:8542" in before
    assert "Nothing is here of trade_reports" in before
    name = "BACI_HS17_Y2023_V202601.csv"
    rows = ROWS.replace("850511", "854231")
    (tmp_path / name).write_text(rows, encoding="utf-8")
    assert run("data", "add", name).code == 0
    after = run("data", "gaps").out
    assert "HS17:8542" not in after
    assert "HS17:8541" in after
    shown = run("exposure", "JPN", "--basket", "semiconductors", "--method", "concentration", "--format", "json")
    imports = {
        row["product"]: row["value"]
        for row in json.loads(shown.out)
        if (row["indicator"], row["basis"]) == ("imports", "value")
    }
    assert imports["8542"] == 100_000_500


def test_sources_say_what_is_read_and_whose_figures_are_in_use(added: Run) -> None:
    listed = added("data", "sources").out
    assert "wiot11_row_apr12.xlsx" in listed
    line = next(line for line in listed.splitlines() if "trade_hs92" in line)
    assert ("added" in line, "CEPII" in line) == (True, True)
    assert "ships" in next(line for line in listed.splitlines() if "trade_hs17 " in line)


def test_a_table_of_ones_own_is_added_with_its_mapping(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("Year,Economy,USD\n2023,India,5\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        'table = "gdp"\ntitle = "t"\npublisher = "p"\nversion = "1"\nlicence = "l"\n'
        '[columns]\niso3 = "Economy"\nyear = "Year"\nusd = "USD"\n',
        encoding="utf-8",
    )
    assert "1 rows, sound" in run("data", "check", "own.csv", "--map", "own.toml").out
    assert "Addition 1: t 1, 1 rows" in run("data", "add", "own.csv", "--map", "own.toml").out
    assert run("data", "add", "own.csv").code == 2
