"""The pictures of a brief: what they show, and what they say where there is nothing to show."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import vl_convert

from kizuna.brief.pictures import (
    ChangeRow,
    FanPanel,
    Flow,
    RankedRow,
    SupplierColours,
    SupplierShare,
    change,
    fan,
    flow_map,
    font_face_css,
    font_folder,
    load_base_map,
    no_picture,
    ranking,
    shares_over_time,
    spark,
    top_suppliers,
)
from kizuna.brief.pictures.label_places import Label, place_labels
from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap

NAMES = {"CHN": "China", "JPN": "Japan", "IND": "India", "USA": "United States", "CHL": "Chile", "AUS": "Australia"}
NAMES |= {"KOR": "Korea", "S19": "Other Asia, n.e.s.", "R20": "Europe EFTA, n.e.s."}
SHARES = [
    SupplierShare(partner, year, supplier, share)
    for partner in ("IND", "JPN")
    for year in (2019, 2020, 2021, 2023)
    for supplier, share in (("CHN", 0.6), ("USA", 0.2), ("AUS", 0.1), ("CHL", 0.05), ("KOR", 0.03))
]
COLOURS = SupplierColours.assign([["CHN", "USA", "AUS", "CHL"]], dict.fromkeys(NAMES, 1))
FLOWS = [
    Flow("CHN", "JPN", 400),
    Flow("CHL", "IND", 100),
    Flow("USA", "JPN", 90),
    Flow("KOR", "JPN", 1),
    Flow("S19", "IND", 50),
]


def draw_shares(rows: list[SupplierShare] | None = None) -> str:
    return shares_over_time(
        SHARES if rows is None else rows,
        partners=["IND", "JPN"],
        colours=COLOURS,
        names=NAMES,
        text_alternative="China sells most to both.",
        provisional=[2023],
    )


def draw_map(flows: list[Flow] | None = None, **options: object) -> str:
    return flow_map(
        FLOWS if flows is None else flows,
        partners=["IND", "JPN"],
        base_map=load_base_map(),
        names=NAMES,
        text_alternative="China sells most to Japan.",
        **options,  # type: ignore[arg-type]
    )


def draw_ranking() -> str:
    rows = [RankedRow("Graphite", 0.9, "China 90 %"), RankedRow("Telephones", Gap("no data for 8517"))]
    return ranking(rows, text_alternative="Graphite hangs on China.", full=1)


def draw_change() -> str:
    rows = [ChangeRow("Graphite", 0.7, 0.9), ChangeRow("Telephones", Gap("no data for 8517"), 0.5)]
    return change(rows, then="2019", now="2023", text_alternative="Graphite grew.")


PICTURES: list[Callable[[], str]] = [draw_shares, draw_map, draw_ranking, draw_change]


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("draw", PICTURES)
def test_a_picture_is_one_image_with_a_title_that_states_the_finding(draw: Callable[[], str]) -> None:
    root = ET.fromstring(draw())
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", title.get("id"))


@pytest.mark.parametrize("draw", PICTURES)
def test_a_picture_drawn_twice_is_the_same_bytes(draw: Callable[[], str]) -> None:
    assert draw() == draw()


def test_a_picture_drawn_in_another_process_is_the_same_bytes() -> None:
    code = "import test_pictures as t; print(t.draw_map() + t.draw_shares())"
    folders = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONPATH": folders, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {f"{draw_map()}{draw_shares()}\n"}


def test_two_pictures_in_one_page_share_no_id() -> None:
    ids = [set(re.findall(r' id="([^"]+)"', draw())) for draw in PICTURES]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(ids, 2))


@pytest.mark.parametrize("draw", PICTURES)
def test_every_pattern_that_a_picture_uses_is_in_it(draw: Callable[[], str]) -> None:
    svg = draw()
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(re.findall(r' id="([^"]+)"', svg))


def test_shares_name_the_top_four_and_call_the_others_rest() -> None:
    said = texts(draw_shares())
    assert said.count("China 60 %") == 2
    assert said.count("Chile 5.0 %") == 2
    assert said.count("Rest 5.0 %") == 2
    assert not any("Korea" in text for text in said)


def test_a_year_without_data_is_hatched_and_named() -> None:
    assert any("no data 2022" in text for text in texts(draw_shares()))
    assert "hatch-f2f1f0" in draw_shares()
    whole = [row for row in SHARES if row.year != 2023]
    assert "hatch-f2f1f0" not in draw_shares(whole)


def test_a_provisional_year_is_marked() -> None:
    assert any("2023 provisional" in text for text in texts(draw_shares()))
    assert "hatch-fdfcfb" in draw_shares()


def test_shares_that_add_up_to_more_than_one_are_refused_with_all_faults() -> None:
    with pytest.raises(TableError) as caught:
        draw_shares([*SHARES, SupplierShare("IND", 2019, "S19", 0.5), SHARES[0]])
    assert any("IND 2019 adds up to" in fault for fault in caught.value.faults)
    assert any("comes twice" in fault for fault in caught.value.faults)


def test_top_suppliers_are_ranked_over_all_years() -> None:
    rows = [SupplierShare("IND", 2020, "USA", 0.5), SupplierShare("IND", 2021, "CHN", 0.9), SHARES[-1]]
    assert top_suppliers(rows, "IND") == ("CHN", "USA")


def test_suppliers_in_one_picture_never_share_a_colour() -> None:
    pictures = [
        [f"A{one:02d}", f"A{other:02d}"] for one in range(30) for other in range(one % 5, 30, 7) if one != other
    ]
    codes = {code for picture in pictures for code in picture}
    colours = SupplierColours.assign(pictures, {code: int(code[1:]) for code in codes})
    assert all(colours.of(one) != colours.of(other) for one, other in pictures)


def test_a_supplier_without_a_colour_is_an_error() -> None:
    with pytest.raises(UnknownNameError):
        COLOURS.of("DEU")


def test_the_map_says_what_it_does_not_draw() -> None:
    said = " ".join(texts(draw_map()))
    assert "Japan: 490 USD from 3 suppliers; not drawn: 1 with 0.20 % of the value." in said
    assert "India: 150 USD from 2 suppliers, all drawn." in said


def test_the_map_names_a_large_supplier_that_has_no_place_on_it() -> None:
    said = " ".join(texts(draw_map([*FLOWS, Flow("R20", "JPN", 509)])))
    assert "among them Europe EFTA, n.e.s. 51 %, which no arc can show." in said


def test_the_map_draws_no_more_than_the_top_flows() -> None:
    said = texts(draw_map(top=1))
    assert any(text.startswith("China") for text in said)
    assert not any(text.startswith("United States") for text in said)


def test_the_map_prints_the_disclaimer_and_dashes_disputed_lines() -> None:
    assert load_base_map().disclaimer in texts(draw_map())
    assert "stroke-dasharray" in draw_map()


def test_flows_that_come_twice_or_have_no_name_are_refused() -> None:
    with pytest.raises(TableError) as caught:
        draw_map([*FLOWS, FLOWS[0], Flow("DEU", "JPN", 1)])
    assert caught.value.faults == ("CHN to JPN comes 2 times", "DEU has no name")


def test_a_map_of_three_partners_is_refused() -> None:
    with pytest.raises(RequestError):
        flow_map(FLOWS, partners=["IND", "JPN", "AUS"], base_map=load_base_map(), names=NAMES, text_alternative="x")


@pytest.mark.parametrize(
    "svg",
    [
        ranking([], text_alternative="x"),
        change([], then="2019", now="2023", text_alternative="x"),
        no_picture("no data for 8517 <yet>"),
    ],
)
def test_a_picture_without_data_says_why(svg: str) -> None:
    assert texts(svg)[0].startswith("No picture: ")


def test_devanagari_in_a_picture_is_refused_because_its_print_would_be_wrong() -> None:
    with pytest.raises(RequestError, match="भारत"):
        ranking([RankedRow("भारत", 1.0)], text_alternative="x")
    assert "भारत" in ranking([RankedRow("India", 1.0)], text_alternative="भारत")


def test_japanese_is_drawn() -> None:
    svg = ranking([RankedRow("日本", 1.0, "中国 90 %")], text_alternative="x", title="絆")
    assert {"日本", "中国 90 %", "絆"} <= set(texts(svg))
    assert vl_convert.svg_to_png(svg).startswith(b"\x89PNG")


def test_shares_and_map_without_data_say_why() -> None:
    assert texts(draw_shares([]))[0].startswith("No picture: no shares of suppliers for India or Japan")
    assert texts(draw_map([]))[0].startswith("No picture: the data hold no imports of India or Japan")


def test_a_gap_in_a_ranking_or_a_change_gives_its_reason_and_no_mark() -> None:
    assert "no data for 8517" in texts(draw_ranking())
    assert "2019: no data for 8517" in texts(draw_change())


def test_a_gap_breaks_the_spark_line() -> None:
    whole = spark([0.1, 0.2, 0.3], text_alternative="It grew.")
    broken = spark([0.1, Gap("no data"), 0.3], text_alternative="It grew.")
    assert (whole.count("<path"), broken.count("<path")) == (1, 2)
    assert "stroke-dasharray" in spark([Gap("no data")], text_alternative="No data.")


def test_a_spark_line_rises_on_the_page_when_values_rise() -> None:
    path = re.search(r'd="M([^"]+)"', spark([0.0, 1.0], text_alternative="It grew."))
    assert path is not None
    assert path[1] == "3.0 17.0L93.0 3.0"


def test_labels_on_one_spot_are_placed_apart() -> None:
    labels = [Label(f"Supplier {number} 1.0 bn", (200.0, 150.0), 11) for number in range(12)]
    placed = place_labels(labels, width=720, height=320, avoid=[])
    assert not any(one.overlaps(other) for one, other in itertools.combinations(placed, 2))


def test_fonts_stay_below_a_megabyte_and_go_into_html_as_data() -> None:
    faces = [*font_folder().glob("*.ttf"), *font_folder().glob("*.otf")]
    assert len(faces) == 5
    assert sum(face.stat().st_size for face in faces) < 1_000_000
    css = font_face_css(("Noto Sans",))
    assert css.count("@font-face") == 2
    assert "http" not in css


MONTHS = tuple(float(month) for month in range(1, 25))


def fan_panel(name: str, low: float, arrivals: float | None = None) -> FanPanel:
    """Return a panel whose lowest line is flat at ``low`` and whose highest is at 1."""
    lines = [tuple([low + (1 - low) * part] * len(MONTHS)) for part in (0, 0.25, 0.5, 0.75, 1)]
    return FanPanel(name, MONTHS, *lines, () if arrivals is None else (arrivals,) * len(MONTHS))


def test_a_fan_draws_two_bands_and_two_lines_for_each_partner_on_one_scale() -> None:
    svg = fan([fan_panel("India", 0.9, 0.8), fan_panel("Japan", 0.99)], text_alternative="India falls to 90 %")
    assert svg.count(">India</text>") == svg.count(">Japan</text>") == 1
    assert len(re.findall(r">[^<]*; scale starts at 80 %</text>", svg)) == 2
    assert svg.count("stroke-dasharray") == 2  # arrivals of India, and their key
    for says in ("90 % of draws", "80 % of draws", "middle draw", "arrivals, mean", "months from the start"):
        assert says in svg
    bands = [light(colour) for colour in dict.fromkeys(re.findall(r'fill="(#[0-9a-f]{6})"', svg.lower()))]
    assert len(set(bands)) == len(bands) >= 4


def light(colour: str) -> float:
    """Return how light a colour is in black and white, rounded to a tenth."""
    red, green, blue = bytes.fromhex(colour[1:])
    return round((0.299 * red + 0.587 * green + 0.114 * blue) / 255, 1)


def test_a_fan_without_arrivals_has_no_key_for_them_and_without_partners_is_no_picture() -> None:
    assert "arrivals" not in fan([fan_panel("India", 0.9)], text_alternative="India falls")
    assert "No picture" in fan([], text_alternative="nothing")


def test_a_fan_whose_quantiles_do_not_rise_is_refused() -> None:
    panel = fan_panel("India", 0.9)
    wrong = FanPanel("India", MONTHS, panel.high, panel.lower, panel.middle, panel.upper, panel.high)
    with pytest.raises(TableError, match="do not rise"):
        fan([wrong], text_alternative="wrong")
    short = FanPanel("India", MONTHS[:3], panel.low, panel.lower, panel.middle, panel.upper, panel.high)
    with pytest.raises(TableError, match="different lengths"):
        fan([short], text_alternative="wrong")
