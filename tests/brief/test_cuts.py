"""The chapter "If it is cut": which scenarios it shows, what it says of them, and what it leaves open."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from kizuna.brief.again import Recomputer, compute_again
from kizuna.brief.claims import NO_CLAIM, claim, rigidity_beside
from kizuna.brief.cut_chapter import rule
from kizuna.brief.cut_figures import CROP_YEARS, figure_years
from kizuna.brief.cut_wording import SOLD_ON, same_losses, what_happens, what_is_assumed
from kizuna.brief.document import Brief, Mark, Passage, Picture, Section, Table
from kizuna.brief.explain import explain
from kizuna.brief.pages import to_html, to_json, to_pdf
from kizuna.brief.pages.table_csv import table_csv
from kizuna.brief.pages.words import plain_text
from kizuna.brief.stress_runs import SIMULATED, do_run, read_written, run_of
from kizuna.brief.write import write_brief
from kizuna.floor.errors import RequestError, ScenarioError, UnknownNameError
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter, parameters
from kizuna.network.build import build_network
from kizuna.network.food import APPROXIMATE
from kizuna.scenario.scenario import list_scenarios, load_scenario, scenario_text
from kizuna.scenario.shocks import LinkShock
from kizuna.score.backtest import backtest
from kizuna.score.predictor import frozen
from kizuna.simulate.stress import Loss, StressAsk, fan_quantiles, stress
from kizuna.tables.build import Tables

URANIUM = "niger-uranium-coup"
MAGNETS = "rare-earth-export-halt"


@pytest.fixture(scope="module")
def named(tables: Tables) -> Brief:
    """Return a brief whose reader named two scenarios, one of a good that Japan does not buy."""
    return write_brief(tables, ["IND", "JPN"], baskets=["magnets"], scenarios=[MAGNETS, URANIUM])


def chapter(brief: Brief, name: str = "cut") -> Section:
    return next(section for section in brief.sections if section.id == name)


def table(brief: Brief, name: str) -> Table:
    parts = [part for section in brief.sections for part in section.parts]
    twins = [part.twin for part in parts if isinstance(part, Picture)]
    return next(part for part in [*parts, *twins] if isinstance(part, Table) and part.id == name)


def cell(brief: Brief, name: str, row: list[str], column: str) -> Figure:
    """Return the figure that stands in the row that begins with these words."""
    found = table(brief, name)
    cells = next(cells for cells in found.rows if [plain_text(one.words) for one in cells[: len(row)]] == row)
    words = cells[[one.title for one in found.columns].index(column)].words
    return next(brief.figures[run.figure] for run in words if isinstance(run, Mark))


def simulated(brief: Brief) -> list[Figure]:
    return [figure for figure in brief.figures.values() if figure.derivation.function.startswith(SIMULATED)]


def test_the_chapter_stands_after_the_baskets_and_before_what_is_not_known(named: Brief) -> None:
    ids = [section.id for section in named.sections]
    assert ids[:3] == ["glance", "magnets", "cut"]
    assert ids.index("cut") < ids.index("unknowns")


def test_each_scenario_has_its_passage_its_fan_and_its_losses(named: Brief) -> None:
    ids = [part.id for part in chapter(named).parts]
    assert ids == [
        *(f"cut-{scenario}{part}" for scenario in (MAGNETS, URANIUM) for part in ("", "-fan", "-losses")),
        "cut-outages",
    ]


def test_a_sentence_says_what_each_partner_goes_without_how_soon_and_how_sure(named: Brief) -> None:
    passage = next(part for part in chapter(named).parts if isinstance(part, Passage))
    said = [plain_text(words) for words in passage.paragraphs]
    for partner in ("India", "Japan"):
        (line,) = [text for text in said if text.startswith(f"{partner} then goes without")]
        assert "of the rare-earth metals that it would import in 24 months" in line
        assert line.endswith(("month.", "months."))
        marks = [run for run in passage.paragraphs[said.index(line)] if isinstance(run, Mark)]
        assert len(marks) == 9
    assert "90 % (60 % to 100 %) for 6 months (2 months to 12 months)" in said[0]


def test_the_figures_are_those_of_the_stress_verb(named: Brief, tables: Tables) -> None:
    days = parameter("brief_months") * parameter("material_step_days")
    ask = StressAsk(int(parameter("brief_draws")), days, int(parameter("brief_seed")))
    found = stress(tables, ["IND", "JPN"], load_scenario(MAGNETS), ask)
    subject = next(one for one in found.subjects if one.subject == "HS92:280530")
    loss = subject.losses["JPN"]
    assert not isinstance(loss, Gap)
    row = ["Rare-earth metals", "Japan"]
    losses = f"cut-{MAGNETS}-losses"
    assert cell(named, losses, row, "Without, middle").value == loss.shares[1]
    assert cell(named, losses, row, "Worst month, middle").value == loss.worst_unmet
    one_in_ten = loss.use[fan_quantiles().index(0.1)]
    assert cell(named, losses, row, "Worst month, 1 in 10").value == 1 - one_in_ten.min()
    assert cell(named, losses, row, "First shortfall").value == loss.first_days
    assert cell(named, f"cut-{MAGNETS}-fan-table", ["61"], "Japan 10 %").value == one_in_ten[1]
    outage = cell(named, "cut-outages", ["Rare-earth metals (HS 280530)", "Japan"], "Worst seller")
    assert outage.value == subject.single["JPN"][0].share


def test_every_number_of_the_chapter_is_a_figure_that_says_all_its_run_needs(named: Brief) -> None:
    figures = simulated(named)
    assert len(figures) > 500
    tables = [part.twin if isinstance(part, Picture) else part for part in chapter(named).parts]
    cells = [
        (found.id, column.title, one)
        for found in tables
        if isinstance(found, Table)
        for row in found.rows
        for column, one in zip(found.columns, row, strict=True)
        if column.number and column.title != "Until"
    ]
    assert [entry for entry in cells if not any(isinstance(run, Mark) for run in entry[2].words)] == []
    for figure in figures:
        run, subject, partner, _ = read_written(figure.derivation.function)
        assert figure.key.startswith(f"{partner}.{subject}.")
        text = files("kizuna.scenario").joinpath("library", f"{run.scenario}.toml").read_bytes()
        assert run.sha256 == hashlib.sha256(text).hexdigest()
        assert (run.draws, run.seed, run.horizon_days) == (200, 1, 730.0)
        assert figure.derivation.inputs
        assert figure.derivation.rows_used > 0


def test_a_figure_comes_out_again_and_its_explanation_says_so(named: Brief, tables: Tables) -> None:
    losses = f"cut-{MAGNETS}-losses"
    figure = cell(named, losses, ["Rare-earth metals", "India"], "Without, 90 %")
    assert compute_again(tables, replace(figure, value=0.5)) == figure.value
    found = explain(tables, named, figure.id)
    assert found.same
    assert found.rows_in_all == figure.derivation.rows_used


def test_a_figure_of_a_scenario_that_has_changed_is_not_computed_again(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = files("kizuna.scenario").joinpath("library", f"{URANIUM}.toml").read_text(encoding="utf-8")
    path.write_text(text.replace(f'id = "{URANIUM}"', 'id = "mine"'), encoding="utf-8")
    brief = write_brief(tables, ["IND", "JPN"], baskets=["magnets"], scenarios=[str(path)])
    assert brief.command.endswith(f"--scenario {path}")
    figure = simulated(brief)[0]
    recomputed = Recomputer(tables).again(figure)
    assert recomputed == figure.value
    path.write_text(path.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="Write the brief again"):
        Recomputer(tables).again(figure)


def test_a_partner_without_figures_is_a_gap_in_the_chapter_and_among_what_is_not_known(named: Brief) -> None:
    gap = cell(named, f"cut-{URANIUM}-losses", ["Uranium ore", "Japan"], "Without, middle")
    assert isinstance(gap.value, Gap)
    passage = next(part for part in chapter(named).parts if part.id == f"cut-{URANIUM}")
    assert isinstance(passage, Passage)
    assert any("Japan: no figure of uranium ore" in plain_text(words) for words in passage.paragraphs)
    rows = [[plain_text(one.words) for one in row] for row in table(named, "not-run").rows]
    assert ["Uranium of Niger stays in Niger", "Uranium ore", "Japan", gap.value.reason] in rows


def test_the_fan_says_the_finding_and_has_its_table_as_csv(named: Brief) -> None:
    fan = next(part for part in chapter(named).parts if part.id == f"cut-{MAGNETS}-fan")
    assert isinstance(fan, Picture)
    assert fan.title.endswith("?")
    assert "falls at its lowest to" in fan.alternative
    assert "of need for Japan after" in fan.alternative
    assert fan.svg
    lines = table_csv(fan.twin, named.figures).decode().splitlines()
    assert len(lines) == 3 + 1 + 24
    assert "CEPII" in lines[1]
    assert lines[3].startswith("Until,India 5 %,India 10 %,India 50 %")
    assert len({float(value) for value in lines[8].split(",")}) > 6


def test_a_good_that_only_one_partner_buys_is_drawn_for_that_one(named: Brief) -> None:
    fan = next(part for part in chapter(named).parts if part.id == f"cut-{URANIUM}-fan")
    assert isinstance(fan, Picture)
    assert ">India</text>" in fan.svg
    assert ">Japan</text>" not in fan.svg
    assert {column.title.split()[0] for column in fan.twin.columns} == {"Until", "India"}


def test_the_same_order_gives_the_same_bytes_in_every_form(named: Brief, tables: Tables) -> None:
    second = write_brief(tables, ["IND", "JPN"], baskets=["magnets"], scenarios=[MAGNETS, URANIUM])
    for page in (to_html, to_json, to_pdf):
        assert page(named) == page(second)
        assert page is to_pdf or b"If it is cut" in page(named)


def test_the_reader_is_told_that_the_scenarios_were_named_or_by_what_rule_they_were_chosen(
    named: Brief, real_brief: Brief
) -> None:
    assert "were named by whoever ordered" in plain_text(chapter(named).paragraphs[0])
    assert rule() in plain_text(chapter(real_brief).paragraphs[0])
    assert named.command.endswith(f"--scenario {MAGNETS} {URANIUM}")
    assert "--scenario" not in real_brief.command


def test_each_basket_shows_what_takes_most_and_no_scenario_stands_twice(real_brief: Brief) -> None:
    shown = [part.title for part in chapter(real_brief).parts if isinstance(part, Passage)]
    assert len(shown) == len(set(shown)) == int(parameter("brief_scenarios"))
    found = table(real_brief, "cut-scenarios")
    marked = {row[0].plain for row in found.rows if row[1].plain == "yes"}
    assert {part.id.removeprefix("cut-") for part in chapter(real_brief).parts if isinstance(part, Passage)} == marked
    totals = {row[0].plain: sum(float(row[at].plain) for at in (2, 4) if row[at].plain) for row in found.rows}
    energy = ("oil-embargo", "hormuz-closure", "malacca-closure", "lng-outage-qatar", "australia-coal-flood")
    assert max(energy, key=lambda name: totals[name]) in marked


def test_scenarios_of_other_goods_and_of_all_sectors_are_not_run(tables: Tables) -> None:
    brief = write_brief(tables, ["IND", "JPN"], baskets=["staple-food"])
    tried = {row[0].plain for row in table(brief, "cut-scenarios").rows}
    assert tried == {
        "black-sea-war", "el-nino-double-breadbasket", "india-monsoon-failure", "rice-wheat-export-bans-2008",
    }  # fmt: skip
    open_ones = {plain_text(row[0].words) for row in table(brief, "not-run").rows}
    assert "A pandemic wave in the shape of 2020" in open_ones
    assert "The Strait of Hormuz closes" not in open_ones


def test_figures_of_a_brief_of_an_earlier_year_end_in_that_year(tables: Tables) -> None:
    brief = write_brief(tables, ["IND", "JPN"], year=2015, baskets=["magnets"], scenarios=["indonesia-nickel-ore-ban"])
    assert {figure.key.split(".stress.")[0].rsplit(".", 1)[1] for figure in simulated(brief)} == {"2015"}


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        (["hormuz-closur"], UnknownNameError, "hormuz-closure"),
        ([URANIUM, URANIUM], RequestError, "stands twice"),
        (["pandemic-wave"], RequestError, "kizuna stress"),
        (["nowhere.toml"], ScenarioError, "cannot be read"),
    ],
)
def test_a_scenario_that_cannot_be_shown_is_refused_before_anything_is_measured(
    tables: Tables, names: list[str], error: type[Exception], said: str
) -> None:
    def measured(step: str, _done: int, _of: int) -> None:
        raise AssertionError(step)

    with pytest.raises(error, match=said):
        write_brief(tables, ["IND", "JPN"], scenarios=names, progress=measured)


def test_a_scenario_is_told_with_its_sizes_its_times_and_whether_its_sources_were_read(tables: Tables) -> None:
    told = what_happens(tables, load_scenario("black-sea-war"))
    assert "Wheat and maize: sales abroad of Ukraine fall by 85 % (60 % to 100 %) for 5 months" in told
    assert "Strait of Hormuz: 95 % (70 % to 100 %) of the passage is closed" in what_happens(
        tables, load_scenario("hormuz-closure")
    )
    assert "users in every economy but China want 30 %" in what_happens(tables, load_scenario(MAGNETS)).lower().replace(
        "china", "China"
    )
    assert "None of the scenario's sources was read" in what_is_assumed(load_scenario(URANIUM))
    assert "were read for it" in what_is_assumed(load_scenario("magnets-export-halt"))


def test_what_the_engine_may_claim_is_what_its_backtest_says_on_these_figures(
    real_brief: Brief, tables: Tables
) -> None:
    report = backtest(tables)
    assert claim(tables) == report.sentence
    assert report.sentence in plain_text(chapter(real_brief).paragraphs[-1])


def test_nothing_is_claimed_where_the_predictor_is_another(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kizuna.brief.claims.frozen_sha256", lambda: "another")
    assert claim(tables) == NO_CLAIM


def test_draws_bind_as_much_trade_as_the_backtest_estimates_and_the_chapter_says_both(named: Brief) -> None:
    middle, shift = parameter("network_rigidity_material"), parameters()["rigidity_shift"]
    assert middle + shift.low < middle < frozen().rigidity <= middle + shift.high
    said = [plain_text(words) for words in chapter(named).paragraphs]
    assert "50 % of trade is bound to its buyer (30 % to 100 %)" in said[1]
    assert said[-1].endswith(rigidity_beside())
    assert "Fitted to yearly trade to 2015, the same form binds 100 % of trade" in said[-1]


def test_a_fall_stands_with_what_the_seller_sells_the_buyer_directly(named: Brief, tables: Tables) -> None:
    row = ["Rare-earth compounds (HS 284690)", "India"]
    found = table(named, "cut-outages")
    cells = next(cells for cells in found.rows if [plain_text(one.words) for one in cells[:2]] == row)
    worst = cells[2]
    assert plain_text(worst.words).startswith("Myanmar ")
    assert plain_text(worst.words).endswith("(sells it 0 %)")
    assert "(sell it " in plain_text(cells[5].words)
    assert "matters through the pool of sellers" in found.note
    _, direct = (named.figures[run.figure] for run in worst.words if isinstance(run, Mark))
    assert direct.value == 0
    assert compute_again(tables, replace(direct, value=0.5)) == 0
    china = next(named.figures[run.figure] for run in cells[3].words if isinstance(run, Mark) and "27" in run.text)
    bought = "SELECT supplier::VARCHAR, sum(value_usd)::DOUBLE FROM flows WHERE revision = 'HS92' AND year >= 2021 "
    rows = dict(tables.rows(f"{bought} AND year <= 2023 AND product = '284690' AND buyer = 'IND' GROUP BY supplier"))
    assert china.value == pytest.approx(rows["CHN"] / sum(rows.values()))


def test_no_buyer_stands_in_its_own_row(real_brief: Brief) -> None:
    for cells in table(real_brief, "cut-outages").rows:
        buyer = plain_text(cells[1].words)
        assert not any(buyer in plain_text(one.words) for one in cells[2:])


def test_closed_links_of_goods_are_said_not_to_be_honoured_exactly_and_only_those() -> None:
    for scenario in list_scenarios():
        links = scenario.network == "material" and any(isinstance(shock, LinkShock) for shock in scenario.shocks)
        assert (SOLD_ON in what_is_assumed(scenario)) == links, scenario.id


def lost(share: float, *, arrive: float, worst: float = 0.02) -> Loss:
    """Return a loss of a share in the middle draw, with the arrivals of its worst month."""
    periods = np.array([30.0, 60.0])
    use = np.tile(np.array([1.0, 1 - worst]), (len(fan_quantiles()), 1))
    unmet = (share / 2 * 100, share * 100, share * 200)
    nothing = (math.nan, math.nan, math.nan)
    return Loss(100.0, unmet, 1.0, 30.0, 60.0, nothing, periods, use, np.array([1.0, arrive]))


def test_equal_losses_are_said_to_come_from_the_price_only_where_arrivals_fall_unlike(tables: Tables) -> None:
    one = lost(0.010, arrive=0.9)
    said = same_losses(tables, {"IND": one, "JPN": lost(0.0101, arrive=0.5)})
    assert said.startswith("India and Japan lose much the same share")
    assert same_losses(tables, {"IND": one, "JPN": lost(0.012, arrive=0.5)}) == ""
    assert same_losses(tables, {"IND": one, "JPN": lost(0.010, arrive=0.85)}) == ""  # supplied alike
    assert same_losses(tables, {"IND": one, "JPN": lost(0.010, arrive=0.5, worst=0.3)}) == ""  # more than price takes
    assert same_losses(tables, {"IND": one, "JPN": Gap("buys none")}) == ""
    assert same_losses(tables, {}) == ""


def test_a_passage_says_that_equal_losses_come_from_the_price(real_brief: Brief) -> None:
    passages = [part for part in chapter(real_brief).parts if isinstance(part, Passage)]
    said = {part.id: " ".join(map(plain_text, part.paragraphs)) for part in passages}
    assert "India and Japan lose much the same share" in said["cut-el-nino-double-breadbasket"]
    assert "much the same share" not in said[f"cut-{MAGNETS}"]


def test_the_years_named_are_those_the_network_is_made_of(named: Brief, tables: Tables) -> None:
    fan = next(part for part in chapter(named).parts if part.id == f"cut-{MAGNETS}-fan")
    assert isinstance(fan, Picture)
    assert "figures of 2021 to 2023." in fan.caption
    assert "in the figures of 2021 to 2023" in table(named, f"cut-{MAGNETS}-losses").note
    assert figure_years(tables, build_network(tables, "copper")) == "2023"
    assert figure_years(tables, build_network(tables, "HS92:280530", 1996)) == "1995 to 1996"
    assert figure_years(tables, build_network(tables, "food:wheat")) == CROP_YEARS
    assert all(year in APPROXIMATE for year in re.findall(r"\d{4}", CROP_YEARS))


def test_no_column_speaks_of_a_likelihood(named: Brief) -> None:
    assert "Short in (share of draws)" in [column.title for column in table(named, f"cut-{MAGNETS}-losses").columns]
    assert b"ikelihood" not in to_json(named).replace(b"not by likelihood", b"").replace(b"no likelihood of", b"")


def test_the_trials_say_why_they_differ_from_the_passages(real_brief: Brief) -> None:
    assert "the middle of its draws, which differs where ranges are lopsided" in table(real_brief, "cut-scenarios").note


def test_the_names_of_goods_are_of_subjects_of_the_library() -> None:
    text = files("kizuna.brief").joinpath("assets", "good_names.toml").read_text(encoding="utf-8")
    folder = files("kizuna.scenario").joinpath("library")
    library = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    assert [name for name in tomllib.loads(text) if f'"{name}"' not in library] == []


def test_a_scenario_of_weeks_is_told_in_weeks(tables: Tables) -> None:
    brief = write_brief(tables, ["IND", "JPN"], baskets=["magnets"], scenarios=["iron-ore-port-cyclone"])
    losses = table(brief, "cut-iron-ore-port-cyclone-losses")
    assert "Worst week, middle" in [column.title for column in losses.columns]
    assert "the first week that lacks" in losses.note
    (picture,) = [part for part in chapter(brief).parts if isinstance(part, Picture)]
    assert "by week" in picture.caption


def test_a_figure_whose_scenario_is_gone_says_so(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "halt.toml"
    path.write_text(scenario_text(MAGNETS), encoding="utf-8")
    run = run_of(str(path), ["JPN"])
    path.unlink()
    with pytest.raises(ScenarioError, match="cannot be read"):
        do_run(tables, run)
