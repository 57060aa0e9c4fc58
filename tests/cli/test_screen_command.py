"""``kizuna screen`` as a user meets it: on the screen, as JSON, as a page."""

from __future__ import annotations

import json

import pytest
from cli.conftest import Run

PAIR = ("screen", "IND", "JPN")
ANSWER = "For 14 of the 71 products screened, India and Japan each buy over 40 % from the same supplier."


def test_the_page_is_written_and_its_path_and_answer_are_printed(run: Run) -> None:
    ran = run(*PAIR, "--format", "html")
    assert ran.code == 0, ran.err
    assert list(ran.files) == ["screen-IND-JPN-2023.html"]
    assert ran.out.splitlines()[0].endswith("screen-IND-JPN-2023.html")
    assert ANSWER in ran.out
    assert "1. Iron ores and concentrates: non-agglomerated from Australia: 5.0 bn USD" in ran.out
    assert "kizuna data add BACI_HS92_V202601.zip" in ran.out
    assert b"India and Japan: common suppliers, product by product" in ran.files["screen-IND-JPN-2023.html"]


def test_a_year_a_revision_and_a_place_are_kept(run: Run) -> None:
    ran = run(*PAIR, "--format", "html", "--year", "2024", "--revision", "hs17", "--out", "mine.html")
    assert ran.code == 0, ran.err
    assert b"Screen of HS17, 2024. Trade: CEPII" in ran.files["mine.html"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_printed_is_what_is_written(run: Run, form: str) -> None:
    printed = run(*PAIR, "--format", form, "--top", "2")
    written = run(*PAIR, "--format", form, "--top", "2", "--out", "screen.txt")
    assert written.code == 0, written.err
    text = written.files["screen.txt"].decode()
    if form == "json":
        assert text == printed.out
        assert len(json.loads(text)["common"]) == 14
    else:
        assert "260111" in text
        assert "12 more: --top N, --format json, or --format html" in text


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (("--format", "html", "--out", "no/screen.html"), "mkdir -p no"),
        (("--format", "json", "--out", "no/screen.json"), "mkdir -p no"),
        (("--format", "html", "--out", "."), "--out"),
        (("--format", "pdf"), "html"),
        (("--format", "html", "--year", "1890"), "a year with flows"),
        (("--format", "html", "--top", "0"), "--top"),
    ],
)
def test_a_wrong_ask_is_refused_and_leaves_nothing(run: Run, words: tuple[str, ...], suggestion: str) -> None:
    ran = run(*PAIR, *words)
    assert (ran.code, ran.out, ran.files) == (2, "", {})
    assert suggestion in ran.err
