"""``kizuna brief``: what it writes and prints, for all kinds of partners, years, baskets and maps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Ran, Run

MAGNETS = ("--basket", "magnets")
SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"iso3": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 10], [x + 9, 10], [x + 9, 19], [x, 19], [x, 10]]]},
        }
        for code, x in (("IND", 70), ("JPN", 135), ("CHN", 100))
    ],
}
BASKET = """
name = "Our two"
about = "Two materials of our own."
[sources.ours]
publisher = "Our ministry"
document = "List of two"
date = "2025-01-01"
[[members]]
material = "cobalt"
why = "batteries"
source = "ours"
[[members]]
product = "HS92:270900"
why = "fuel"
source = "unverified"
"""


def document(ran: Ran, name: str) -> dict[str, Any]:
    """Return the JSON brief that a run has written."""
    assert ran.code == 0, ran.err
    found = json.loads(ran.files[name])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("form", ["json", "html", "pdf"])
def test_the_same_order_gives_the_same_bytes(run: Run, form: str) -> None:
    first = run("brief", "IND", "JPN", *MAGNETS, "--format", form, "--out", f"first.{form}")
    second = run("brief", "IND", "JPN", *MAGNETS, "--format", form, "--out", f"second.{form}")
    assert first.code == second.code == 0, first.err + second.err
    assert second.files[f"first.{form}"] == second.files[f"second.{form}"]
    assert len(second.files[f"first.{form}"]) > 10_000


def test_the_path_and_five_headlines_are_printed_and_nothing_else_is_written(run: Run) -> None:
    ran = run("brief", "India", "jpn", *MAGNETS)
    assert ran.code == 0
    assert ran.err == ""
    assert set(ran.files) == {"brief-IND-JPN-2023.html"}
    assert ran.out.splitlines()[0].endswith("brief-IND-JPN-2023.html")
    assert re.findall(r"^(\d)\. ", ran.out, flags=re.MULTILINE) == ["1", "2", "3", "4", "5"]


def test_a_year_that_is_not_settled_carries_a_badge_and_no_finding_uses_it(run: Run) -> None:
    ran = run("brief", "IND", "JPN", *MAGNETS, "--year", "2024", "--format", "json", "--out", "b.json")
    brief = document(ran, "b.json")
    assert any("2024 is provisional" in badge for badge in brief["badges"])
    assert brief["findings"]
    assert [finding["text"] for finding in brief["findings"] if "2024" in finding["text"]] == []
    used = [name for finding in brief["findings"] for name in finding["figures"]]
    assert used
    assert [
        brief["figures"][name]["key"] for name in used if "2024" in brief["figures"][name]["derivation"]["query"]
    ] == []
    assert any(".2024." in figure["key"] for figure in brief["figures"].values())


def test_a_settled_year_carries_no_badge(run: Run) -> None:
    ran = run(
        "brief", "IND", "JPN", *MAGNETS, "--year", "2015", "--since", "2010", "--format", "json", "--out", "b.json"
    )
    brief = document(ran, "b.json")
    assert brief["badges"] == []
    assert "2013 to 2015" in brief["subtitle"]
    assert "2010 to 2012" in brief["subtitle"]


def test_three_partners_share_one_brief(run: Run) -> None:
    ran = run("brief", "IND", "JPN", "KOR", *MAGNETS, "--format", "json", "--out", "b.json")
    brief = document(ran, "b.json")
    assert [partner["economy"] for partner in brief["partners"]] == ["IND", "JPN", "KOR"]
    words = " ".join(finding["text"] for finding in brief["findings"])
    assert all(name in words for name in ("India", "Japan", "South Korea"))


def test_small_economies_get_a_brief_and_no_headline_below_the_threshold(run: Run) -> None:
    ran = run("brief", "BTN", "NPL", *MAGNETS, "--format", "json", "--out", "b.json")
    brief = document(ran, "b.json")
    assert [partner["economy"] for partner in brief["partners"]] == ["BTN", "NPL"]
    assert [finding for finding in brief["findings"] if finding["kind"] != "gap"] == []
    assert ran.out.splitlines()[0] == str(Path.cwd() / "b.json")
    assert ran.out.splitlines()[1].startswith("No finding: ")


@pytest.mark.parametrize("form", ["html", "pdf", "json"])
def test_economies_that_trade_none_of_a_basket_still_get_a_brief(run: Run, form: str) -> None:
    ran = run("brief", "NRU", "TUV", *MAGNETS, "--format", form, "--out", f"b.{form}")
    assert ran.code == 0, ran.err
    assert len(ran.files[f"b.{form}"]) > 10_000


@pytest.mark.parametrize("name", ["ours.toml", "energy.toml"])
def test_a_basket_file_of_the_user_becomes_a_chapter_whatever_its_name(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BASKET, encoding="utf-8")
    ran = run("brief", "IND", "JPN", "--basket", name, "--format", "json", "--out", "b.json")
    section = next(section for section in document(ran, "b.json")["sections"] if section["title"] == "Our two")
    assert "Two materials of our own." in section["paragraphs"][0]["text"]
    keys = [figure["key"] for figure in document(ran, "b.json")["figures"].values()]
    named = {key.split(".")[1] for key in keys if ".stress." not in key}
    basket = name.removesuffix(".toml")
    assert named == {"HS92:cobalt", "cobalt", "HS92:270900", basket, f"{basket}-since-2018"}
    assert "1 membership is unverified" in section["paragraphs"][0]["text"]


def test_a_map_of_the_user_takes_the_place_of_ours(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(json.dumps(SQUARE), encoding="utf-8")
    ours = run("brief", "IND", "JPN", *MAGNETS, "--out", "ours.html")
    theirs = run("brief", "IND", "JPN", *MAGNETS, "--base-map", "map.json", "--out", "theirs.html")
    assert ours.code == theirs.code == 0, theirs.err
    assert len(theirs.files["theirs.html"]) < len(theirs.files["ours.html"])


def test_one_figure_is_explained_and_computed_again(run: Run) -> None:
    written = document(run("brief", "IND", "JPN", *MAGNETS, "--format", "json", "--out", "b.json"), "b.json")
    figure = written["findings"][0]["figures"][0]
    facts = written["figures"][figure]
    ran = run("brief", "IND", "JPN", *MAGNETS, "--explain", figure)
    assert ran.code == 0, ran.err
    for words in (
        figure,
        facts["key"],
        repr(facts["value"]),
        facts["derivation"]["query"],
        facts["derivation"]["inputs"][0]["sha256"],
    ):
        assert words in ran.out
    assert "computed again: the same to the last digit" in ran.out
    assert set(ran.files) == {"b.json"}


def test_a_figure_may_be_named_by_its_key(run: Run) -> None:
    ran = run("brief", "IND", "JPN", *MAGNETS, "--explain", "IND.HS92:cobalt.2023.import_hhi.value")
    assert ran.code == 0, ran.err
    assert "sum of (amount / total)^2" in ran.out
