"""``kizuna mirror`` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from comtrade_files import export, report, website

Run = Callable[..., Any]
NAME = "TradeData_6_3_2025_14_21_30.csv"


@pytest.fixture
def added(run: Run, tmp_path: Path) -> Run:
    """Return the command after a small file of UN Comtrade was taken in."""
    (tmp_path / NAME).write_bytes(website([report(), export(), export(period="2021"), report(motCode=1000)]))
    ran = run("data", "add", NAME)
    assert ran.code == 0, ran.err
    assert "3 rows in 1 parts. Snapshot 1 is in use" in ran.out
    assert "2021 to 2022: 3 reports of 2 economies on 2 partners." in ran.out
    return run


def test_both_reports_are_printed_and_a_gap_says_why(added: Run) -> None:
    ran = added("mirror", "IND", "JPN", "--product", "850511")
    assert ran.code == 0, ran.err
    lines = {words[0]: line for line in ran.out.splitlines() if len(words := line.replace("│", " ").split()) > 1}
    assert all(text in lines["2022"] for text in ("HS22", "98,000 CIF", "91,000 FOB", "7,000", "1.08"))
    assert all(text in lines["2021"] for text in ("91,000 FOB", "your files have no report of IND"))
    assert "what IND reports of imports from JPN, and JPN of exports to IND" in ran.out


def test_json_has_every_number(added: Run) -> None:
    before, row = json.loads(added("mirror", "India", "Japan", "--product", "HS22:850511", "--format", "json").out)
    assert (row["import_usd"], row["export_usd"], row["difference_usd"]) == (98000.125, 91000.5, 6999.625)
    assert row["ratio"] == pytest.approx(98000.125 / 91000.5)
    assert row["reason"] is None
    assert (before["import_usd"], before["ratio"], before["period"]) == (None, None, "2021")


def test_without_a_file_it_says_what_to_add(run: Run) -> None:
    ran = run("mirror", "IND", "JPN", "--product", "850511")
    assert (ran.code, ran.out) == (2, "")
    assert "no file of UN Comtrade was added" in ran.err
    assert "kizuna data add FILE" in ran.err


def test_a_wrong_ask_ends_with_one_error_and_exit_code_2(added: Run) -> None:
    for words in (("IND", "JPN"), ("IND", "--product", "850511"), ("IND", "JPN", "--product", "85051")):
        ran = added("mirror", *words)
        assert ran.code == 2
        assert ran.err.startswith("kizuna: ")
