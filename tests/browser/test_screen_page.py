"""The page of a screen in real Chromium: readable, filtered by keyboard, complete on paper and without scripts."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
from brief.sample import HOSTILE
from brief.screens import longer, real_screen, renamed
from browser.axe import AXE, violations
from browser.conftest import OpenPage
from playwright.sync_api import Browser, Page, expect

from kizuna.brief.pages.screen_html import screen_to_html
from kizuna.brief.screen_page import write_screen_page
from kizuna.exposure.screen import Screen
from kizuna.tables.build import Tables

MANY = 3_000


@pytest.fixture(scope="module")
def found(tables: Tables) -> Screen:
    return renamed(real_screen(tables), HOSTILE)


@pytest.fixture(scope="module")
def address(tables: Tables, found: Screen, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "screen.html"
    path.write_bytes(screen_to_html(write_screen_page(tables, found)))
    return path.as_uri()


@pytest.fixture
def page(open_page: OpenPage, address: str) -> Page:
    """Open the page; the test fails at its end on any console message, error or request that leaves the page."""
    return open_page(address)


def test_axe_finds_no_violation_before_and_after_the_list_is_filtered(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page) == []
    page.locator("summary").click()
    page.locator("#filter").fill("china")
    assert violations(page) == []


def test_the_first_screen_holds_the_title_the_answer_and_the_picture(page: Page) -> None:
    for selector in ("h1", ".badges", ".answer", ".leading", ".load", "figure svg"):
        box = page.locator(selector).bounding_box()
        assert box is not None, selector
        assert box["y"] + box["height"] <= 800, selector
    expect(page.get_by_role("img", name="Largest of 8 common suppliers: Australia 5.0 bn USD")).to_be_visible()


def test_the_list_shows_only_rows_with_every_word_that_is_typed(page: Page, found: Screen) -> None:
    rows = page.locator("#common tbody tr")
    page.get_by_label("Show only").focus()
    page.keyboard.type("TURKIYE bora")
    expect(rows.filter(visible=True)).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text(f"1 of {len(found.common)} products shown")
    page.get_by_label("Show only").fill("no such product")
    expect(rows.filter(visible=True)).to_have_count(0)
    page.get_by_label("Show only").fill("")
    expect(rows.filter(visible=True)).to_have_count(len(found.common))
    expect(page.get_by_role("status")).to_have_text("")


def test_the_csv_has_every_row_with_all_digits_whatever_is_shown(page: Page, found: Screen) -> None:
    page.get_by_label("Show only").fill("china")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download all rows as CSV").click()
    lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[1] == "# CEPII, BACI (HS92), years 1995-2024, code tables V202401b."
    head, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    assert [row[0] for row in rows] == [one.product for one in found.common]
    assert [float(row[head.index("IND HHI of suppliers")]) for row in rows] == [
        one.bought[1].hhi for one in found.common
    ]


def test_the_bars_of_the_cells_are_drawn(page: Page, found: Screen) -> None:
    cells = page.locator("#common td.share")
    for place, each in enumerate(found.common[0].bought):
        drawn = cells.nth(place).evaluate("cell => getComputedStyle(cell).backgroundSize")
        assert drawn == f"{each.top_share * 100:.0f}% 3px, 100% 3px"


def test_nothing_is_wider_than_a_telephone_but_the_table_that_scrolls(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_paper_has_every_row_and_the_head_on_each_page(page: Page, found: Screen, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    for selector in (".filter", "a.csv", "summary", ".skip"):
        expect(page.locator(selector).first).to_be_hidden()
    pdf = tmp_path / "screen.pdf"
    pdf.write_bytes(page.pdf(prefer_css_page_size=True))
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    sheets = done.stdout.split("\f")
    assert all(one.product in done.stdout for one in found.common)
    with_rows = [sheet for sheet in sheets if any(f"\n{one.product} " in sheet for one in found.common)]
    assert len(with_rows) > 1
    assert all("Supplier" in sheet and "HHI" in sheet for sheet in with_rows)


def test_without_scripts_the_table_is_complete_and_the_filter_is_gone(
    browser: Browser, address: str, found: Screen
) -> None:
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(address)
    expect(still.locator("#common tbody tr").filter(visible=True)).to_have_count(len(found.common))
    expect(still.locator("#filter")).to_be_hidden()
    with still.expect_download() as started:
        still.get_by_role("link", name="Download all rows as CSV").click()
    assert started.value.suggested_filename == "common-suppliers.csv"
    context.close()


def test_thousands_of_rows_are_filtered_and_downloaded(
    tables: Tables, found: Screen, open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / "many.html"
    path.write_bytes(screen_to_html(write_screen_page(tables, longer(found, MANY))))
    page = open_page(path.as_uri())
    page.get_by_label("Show only").fill("kind 2991 brazil")
    expect(page.get_by_role("status")).to_have_text(f"1 of {MANY} products shown")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download all rows as CSV").click()
    lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
    assert sum(not line.startswith("#") for line in lines) == MANY + 1
