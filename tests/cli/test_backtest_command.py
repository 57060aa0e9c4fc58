"""``kizuna backtest`` as a user meets it; the whole of history is run by the pages of the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def events(tmp_path: Path) -> str:
    """Return the name of a file of three events in the folder of the run."""
    (tmp_path / "bans.csv").write_text("hs6,exporter,year\n260600,IDN,2014\n260400,IDN,2014\n260400,IDN,2020\n")
    return "bans.csv"


def test_given_events_come_back_with_scores_and_importers(run: Run, events: str) -> None:
    ran = run("backtest", "--events", events, "--format", "json", "--out", "scores.json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.files["scores.json"])
    assert [(row["hs6"], row["year"]) for row in found["events"]] == [
        ("260600", 2014),
        ("260400", 2014),
        ("260400", 2020),
    ]
    assert len(found["importers"]) == sum(row["importers"] for row in found["events"])
    assert all(row["low_kg"] <= row["predicted_kg"] <= row["high_kg"] for row in found["importers"])


def test_text_says_what_may_be_claimed(run: Run, events: str) -> None:
    ran = run("backtest", "--events", events)
    assert ran.code == 0, ran.err
    assert "best simple rule" in ran.out
    assert "Frozen as 7e93586159d86d68" in ran.out


def test_text_goes_to_a_file_as_it_goes_to_the_screen(run: Run, events: str) -> None:
    ran = run("backtest", "--events", events, "--out", "scores.txt")
    assert ran.code == 0, ran.err
    written = ran.files["scores.txt"].decode()
    assert "kizuna, not told of the event" in written
    assert "Frozen as 7e93586159d86d68" in written


def test_a_picture_is_one_svg(run: Run, events: str) -> None:
    ran = run("backtest", "--events", events, "--format", "svg", "--out", "skill.svg")
    assert ran.code == 0, ran.err
    drawn = ran.files["skill.svg"].decode()
    assert drawn.startswith("<svg")
    assert "kizuna, not told of the event" in drawn


def test_a_bad_file_ends_with_every_fault_and_code_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("hs6,exporter,year\n999999,IDN,2014\n260600,ZZZ,1990\n")
    ran = run("backtest", "--events", "bad.csv")
    assert ran.code == 2
    assert "row 2: product '999999' is not in the snapshot" in ran.err
    assert "row 3: exporter 'ZZZ' is unknown" in ran.err
    assert "row 3: year 1990 lacks figures" in ran.err
    assert ran.files.keys() == {"bad.csv"}
