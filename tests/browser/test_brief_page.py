"""The hand-made brief in real Chromium: readable, reachable by keyboard, and silent towards the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from brief.sample import CITATION, GAP, HOSTILE, JAPAN, TELECOM, sample_brief
from browser.axe import AXE, violations
from browser.conftest import OpenPage
from playwright.sync_api import Browser, Page, expect

from kizuna.brief.pages import to_html


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_bytes(to_html(sample_brief()))
    return path.as_uri()


@pytest.fixture
def page(open_page: OpenPage, address: str) -> Page:
    return open_page(address)


def test_axe_finds_no_violation(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page) == []
    page.locator("summary").click()
    page.locator("a.figure").first.click()
    assert violations(page) == []


def test_axe_sees_a_fault_where_there_is_one(page: Page) -> None:
    page.evaluate("document.querySelector('svg').removeAttribute('aria-label')")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert {"html-has-lang", "svg-img-alt"} <= set(violations(page))


def test_a_figure_opens_by_keyboard_shows_its_query_and_closes_with_escape(page: Page) -> None:
    mark = page.locator("a.figure").first
    mark.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Figure {JAPAN.id}")
    expect(dialog).to_be_visible()
    for words in (JAPAN.derivation.query, "0.9012345678901234", "14", JAPAN.derivation.inputs[0][1], HOSTILE):
        expect(dialog).to_contain_text(words)
    expect(dialog).to_contain_text(f"{sample_brief().command} --explain {JAPAN.id}")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_dialog_of_a_gap_says_why_there_is_no_number(page: Page) -> None:
    page.locator(f'a.figure[href="#{TELECOM.id}"]').first.click()
    expect(page.get_by_role("dialog")).to_contain_text(GAP.reason)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_an_address_with_a_figure_opens_it(browser: Browser, address: str) -> None:
    opened = browser.new_page()
    opened.goto(f"{address}#{TELECOM.id}")
    expect(opened.get_by_role("dialog", name=f"Figure {TELECOM.id}")).to_be_visible()
    opened.close()


def test_the_first_stop_of_the_keyboard_skips_to_the_findings(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the findings")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#findings")).to_be_focused()


def test_the_first_screen_holds_the_title_the_badges_and_the_findings(page: Page) -> None:
    for selector in ("h1", ".method", ".badges", ".findings"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_each_table_downloads_as_csv_with_its_citation(page: Page) -> None:
    page.locator("summary").click()
    links = page.locator("a.csv")
    assert links.count() == 2
    for place in range(2):
        with page.expect_download() as started:
            links.nth(place).click()
        lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
        assert started.value.suggested_filename == ("glance.csv", "suppliers-table.csv")[place]
        assert lines[1] == f"# {CITATION}"


def test_the_picture_is_an_image_that_says_the_finding_and_has_a_table_twin(page: Page) -> None:
    figure = page.locator("figure")
    expect(figure.get_by_role("img", name="China sells Japan 90 % and India 46 %")).to_be_visible()
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(figure.locator("table")).to_be_visible()


def test_nothing_is_wider_than_a_telephone_but_tables_that_scroll(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_bundled_fonts_are_the_ones_that_draw(page: Page) -> None:
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)")
    families = {family.strip('"') for family in loaded}
    assert {"Noto Sans", "Noto Sans Devanagari", "Noto Sans CJK JP"} <= families


def test_in_print_the_twin_is_open_and_what_cannot_be_pressed_is_gone(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator("figure table")).to_be_visible()
    for selector in ("a.csv", "summary", ".hint", ".skip"):
        expect(page.locator(selector).first).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_without_scripts_every_word_can_be_read(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(address)
    expect(still.locator(".findings li").first).to_contain_text("In 2023 Japan bought 90 % of its natural graphite")
    expect(still.locator(".gaps").first).to_contain_text(GAP.reason)
    expect(still.locator(".hint")).to_be_hidden()
    context.close()
