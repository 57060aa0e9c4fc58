"""The brief of India and Japan in real Chromium and as pages of paper."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from browser.axe import AXE, violations
from browser.conftest import OpenPage
from playwright.sync_api import Page, expect

from kizuna.brief.document import Brief, Picture
from kizuna.brief.pages import to_html, to_pdf
from kizuna.brief.pages.words import plain_text

INK = 0.005  # share of a page's points that are not white, below which nothing but a heading is on it

# Chromium drops the eleventh download that a page starts within a second; no reader clicks that fast.
BETWEEN_CLICKS_MS = 150


@pytest.fixture(scope="module")
def address(real_brief: Brief, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_bytes(to_html(real_brief))
    return path.as_uri()


@pytest.fixture
def page(open_page: OpenPage, address: str) -> Page:
    """Open the brief; the test fails at its end on any console message, error or request that leaves the page."""
    return open_page(address)


def test_axe_finds_no_violation_with_every_table_open(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(twin => { twin.open = true })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page) == []


def test_the_findings_stand_on_the_first_screen_in_their_order(page: Page, real_brief: Brief) -> None:
    shown = page.locator(".findings li p").all_inner_texts()
    assert [squeezed(words) for words in shown] == [
        squeezed(plain_text(finding.words)) for finding in real_brief.findings
    ]
    box = page.locator(".findings li").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800


def squeezed(words: str) -> str:
    """Return words without white space, since a page breaks lines where it likes."""
    return "".join(words.split())


def test_maps_and_charts_are_drawn_each_with_its_words_and_its_table(page: Page, real_brief: Brief) -> None:
    pictures = [part for section in real_brief.sections for part in section.parts if isinstance(part, Picture)]
    drawn = [picture for picture in pictures if picture.svg]
    assert page.locator("figure").count() == len(pictures)
    assert page.locator("figure svg[role=img]").count() == len(drawn)
    assert len(drawn) > 10
    assert page.locator("figure details table").count() == len(pictures)
    for kind in ("-map-", "-shares-", "-change", "-fan"):
        assert any(kind in picture.id for picture in drawn), kind
    for picture in drawn:
        name = page.locator(f"[id='{picture.id}'] svg[role=img]").get_attribute("aria-label") or ""
        assert picture.alternative in name, picture.id


def test_the_map_carries_its_disclaimer(page: Page) -> None:
    figure = page.locator("figure", has_text="boundar").first
    expect(figure).to_be_visible()


def test_every_table_downloads_as_csv_with_its_citation(page: Page) -> None:
    tables = page.locator("div.table")
    assert tables.count() == page.locator("div.table a.csv").count()
    page.evaluate("document.querySelectorAll('details').forEach(twin => { twin.open = true })")
    links = page.locator("a.csv")
    for place in range(0, links.count(), 7):
        page.wait_for_timeout(BETWEEN_CLICKS_MS)
        with page.expect_download() as started:
            links.nth(place).click()
        lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
        cited = [line for line in lines if line.startswith("#")]
        assert len(cited) >= 2, started.value.suggested_filename
        assert all(len(line) > 4 for line in cited)


def test_a_figure_of_a_finding_shows_where_it_comes_from(page: Page) -> None:
    mark = page.locator(".findings .figure").first
    name = mark.get_attribute("data-figure") or mark.get_attribute("href") or ""
    mark.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for words in (name.removeprefix("#"), "SELECT year, supplier", "CEPII", "sha256"):
        expect(dialog).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_nothing_is_wider_than_a_telephone_but_tables_that_scroll(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_pdf_is_pages_with_ink_on_them_and_says_the_findings(real_brief: Brief, tmp_path: Path) -> None:
    pdf = tmp_path / "brief.pdf"
    pdf.write_bytes(to_pdf(real_brief))
    subprocess.run(["pdftoppm", "-r", "30", "-gray", str(pdf), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page-*.pgm"))
    assert len(pages) > 5
    assert [page.name for page in pages if ink(page) < INK] == []
    text = squeezed(subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout)
    for finding in real_brief.findings:
        printed = [run if isinstance(run, str) else run.text + run.figure for run in finding.words]
        assert squeezed("".join(printed)) in text
    assert squeezed(real_brief.sources[0].sha256) in text


def ink(page: Path) -> float:
    """Return the share of a grey picture's points that are not white."""
    raw = page.read_bytes()
    _, _, _, points = raw.split(b"\n", 3)
    return 1 - points.count(b"\xff") / len(points)
