"""``kizuna stress`` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kizuna.scenario.scenario import scenario_names

Run = Callable[..., Any]
QUICK = ("--draws", "8", "--driver-samples", "0")


def test_the_list_names_every_scenario_of_the_library(run: Run) -> None:
    ran = run("stress", "--list")
    assert ran.code == 0, ran.err
    assert all(name in ran.out for name in scenario_names())
    assert len(scenario_names()) >= 25


def test_the_screen_says_how_much_how_soon_and_whose_fall_matters(run: Run) -> None:
    ran = run("stress", "IND", "JPN", "--scenario", "rare-earth-export-halt", *QUICK)
    assert ran.code == 0, ran.err
    said = " ".join(ran.out.split())
    for words in (
        "Rare-earth metals (HS92:280530), m USD", "need without of need", "Worst pair found", "8 draws (seed 1)",
        "losses are of imports", "Sales abroad of China fall by 90 % (60 % to 100 %)", "Not all its sources were read",
        "users hold 45 days of stock", "(sells it 0 %)",
    ):  # fmt: skip
        assert words in said


def test_the_tables_fit_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = run("stress", "IND", "JPN", "--scenario", "rare-earth-export-halt", *QUICK).out
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_one_draw_has_no_range_and_is_short_or_not(run: Run) -> None:
    ran = run("stress", "JPN", "--scenario", "cobalt-mine-halt", "--draws", "1")
    row = next(line for line in ran.out.splitlines() if line.split()[:1] == ["JPN"])
    assert "(" not in row
    assert {"yes", "no"} & set(row.split())


def test_nobody_stands_in_its_own_row_and_what_a_seller_sells_is_told(run: Run) -> None:
    ran = run("stress", "IND", "JPN", "--scenario", "rare-earth-export-halt", "--format", "json", *QUICK)
    for subject in json.loads(ran.out)["scenarios"][0]["subjects"]:
        for partner, outages in subject["single_outages"].items():
            assert outages
            assert all(economy != partner for outage in outages for economy, _ in outage["suppliers"])
            assert all(0 <= outage["share_bought_from_them"] <= 1 for outage in outages)


def test_the_ranking_is_the_same_whatever_the_step_of_the_scenario(run: Run) -> None:
    def ranked(scenario: str) -> dict[str, Any]:
        found = json.loads(run("stress", "JPN", "--scenario", scenario, "--format", "json", *QUICK).out)
        subjects = found["scenarios"][0]["subjects"]
        return {subject["subject"]: subject["single_outages"] for subject in subjects}

    ships, ban = ranked("port-ransomware"), ranked("manganese-gabon-ban")
    both = ships.keys() & ban.keys()
    assert both
    assert all(ships[subject] == ban[subject] for subject in both)


def test_json_holds_every_number_and_repeats_for_a_seed(run: Run) -> None:
    ask = (
        "stress",
        "JPN",
        "--scenario",
        "hormuz-closure",
        "--format",
        "json",
        "--draws",
        "40",
        "--driver-samples",
        "16",
    )
    first, second, other = run(*ask), run(*ask), run(*ask, "--seed", "2")
    assert first.code == 0, first.err
    assert first.out == second.out != other.out
    subject = json.loads(first.out)["scenarios"][0]["subjects"][0]
    loss = subject["losses"]["JPN"]
    assert loss["share_unmet"]["low"] <= loss["share_unmet"]["middle"] <= loss["share_unmet"]["high"]
    assert loss["first_shortfall_days"] < loss["recovery_days"]
    assert min(loss["arrivals_over_need"]) < 0.8
    assert {driver["number"] for driver in subject["drivers"]["JPN"]} >= {"strait.duration", "model.stock_factor"}
    assert subject["worst_pair"]["JPN"]["share_unmet"] >= subject["single_outages"]["JPN"][0]["share_unmet"]


def test_workers_change_no_digit(run: Run) -> None:
    ask = (
        "stress",
        "JPN",
        "--scenario",
        "cobalt-mine-halt",
        "--format",
        "json",
        "--draws",
        "300",
        "--driver-samples",
        "0",
    )
    assert run(*ask).out == run(*ask, "--workers", "2").out


def test_a_basket_names_the_worst_seller_and_the_worst_pair(run: Run) -> None:
    ran = run("stress", "IND", "JPN", "--basket", "magnets", "--format", "json")
    assert ran.code == 0, ran.err
    ranking = json.loads(ran.out)["baskets"][0]
    for partner in ("IND", "JPN"):
        first, *others = ranking["single"][partner]
        assert all(first["unmet_usd"] >= other["unmet_usd"] for other in others)
        assert ranking["worst_pair"][partner]["unmet_usd"] >= first["unmet_usd"]
        assert first["sellers"] == ["CHN"]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (("IND",), "no scenario and no basket was named"),
        (("--scenario", "hormuz-closure"), "no economy was named"),
        (("IND", "--scenario", "hormuz-closur"), "Did you mean hormuz-closure?"),
        (("INX", "--scenario", "hormuz-closure"), "'INX' is not an economy we know"),
        (("IND", "--scenario", "hormuz-closure", "--horizon", "2 years"), "expected a span such as"),
        (("IND", "--scenario", "hormuz-closure", "--draws", "0"), "draws is 0; expected 1 or more"),
        (("IND", "--scenario", "none.toml"), "cannot be read"),
        (("IND", "--basket", "magnetz"), "Did you mean magnets?"),
        (("EU27", "--scenario", "hormuz-closure"), "the bloc 'EU27'"),
        (("IND", "--scenario", "hormuz-closure", "--driver-samples", "50"), "Expected a power of 2"),
    ],
)
def test_a_wrong_ask_gives_one_error_and_nothing_else(run: Run, ask: tuple[str, ...], said: str) -> None:
    ran = run("stress", *ask)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
    assert ran.err.count("kizuna:") == 1


def test_a_bad_scenario_file_names_every_fault(run: Run, tmp_path: Any) -> None:
    (tmp_path / "bad.toml").write_text(
        'id = "bad"\ntitle = "Bad"\nsummary = "All wrong"\nnetwork = "material"\nsubjects = ["HS92:270900"]\n'
        'assumptions = ["none"]\n[[sources]]\ntitle = "None"\npublisher = "Nobody"\ndate = "2024"\nreference = "none"\n'
        'verified = false\n[[shocks]]\nname = "one"\nkind = "capacity"\neconomies = ["QATX"]\ndepth = -0.2\n'
        'duration = "30d"\n[[shocks]]\nname = "two"\nkind = "export"\neconomies = ["SAU"]\ndepth = 1.4\nonset = "60d"\n'
        'end = "30d"\n'
    )
    ran = run("stress", "JPN", "--scenario", "bad.toml")
    assert ran.code == 2
    for fault in ("shocks[0].economies", "QATX", "shocks[0].depth", "-0.2", "shocks[1].depth", "1.4", "shocks[1].end"):
        assert fault in ran.err
