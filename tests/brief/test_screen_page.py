"""The page of a screen holds what the screen found, and nothing that runs but its own script."""

from __future__ import annotations

import base64
import copy
import csv
import re
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from brief.sample import HOSTILE
from brief.screens import PARTNERS, longer, real_screen, renamed

from kizuna.brief.pages.screen_html import MOST_BARS, screen_to_html
from kizuna.brief.screen_page import write_screen_page
from kizuna.exposure.screen import Screen, screen
from kizuna.tables.build import Tables

ROWS, SECONDS = 3_000, 1.0


class Page(HTMLParser):
    """Every start tag with its attributes, and the cells of the table of products."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.table = self.cell = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.table = self.table or dict(attrs).get("id") == "common"
        if self.table and tag == "tr":
            self.rows.append([])
        self.cell = self.table and tag in ("td", "th")
        if self.cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.cell = self.cell and tag not in ("td", "th")
        self.table = self.table and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def csv(self, name: str) -> list[list[str]]:
        """Return the rows of a file that the page offers, without its lines of comment."""
        (address,) = [link["href"] for link in self.all("a") if link.get("download") == name]
        assert address is not None
        text = base64.b64decode(address.partition("base64,")[2]).decode()
        return list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))


@pytest.fixture(scope="module")
def found(tables: Tables) -> Screen:
    return real_screen(tables)


@pytest.fixture(scope="module")
def page(tables: Tables, found: Screen) -> bytes:
    return screen_to_html(write_screen_page(tables, found))


def number(text: str) -> float:
    """Return the number of a cell."""
    return float(text.replace(",", "").replace(" %", ""))


def test_every_row_of_the_table_is_one_of_the_screen_in_its_order(tables: Tables, found: Screen, page: bytes) -> None:
    _, _, *rows = Page(page).rows
    assert [row[0] for row in rows] == [one.product for one in found.common]
    for row, one in zip(rows, found.common, strict=True):
        assert row[1] == one.name
        assert row[2].endswith(tables.economies.get(one.supplier).name_en)
        expected = [value for each in one.bought for value in (each.top_usd / 1e6, each.top_share * 100, each.hhi)] + [
            one.stake_usd / 1e6
        ]
        assert [number(cell) for cell in row[3:]] == pytest.approx(expected, rel=6e-3)


def test_the_csv_holds_every_row_with_all_digits(found: Screen, page: bytes) -> None:
    head, *rows = Page(page).csv("common-suppliers.csv")
    assert len(rows) == len(found.common)
    for row, one in zip(rows, found.common, strict=True):
        cells = dict(zip(head, row, strict=True))
        assert (cells["product"], cells["name"], cells["supplier"]) == (one.product, one.name, one.supplier)
        assert int(cells["together from supplier, USD"]) == one.stake_usd
        for each in one.bought:
            assert int(cells[f"{each.buyer} from supplier, USD"]) == each.top_usd
            assert int(cells[f"{each.buyer} imports, USD"]) == each.imports_usd
            assert float(cells[f"{each.buyer} share from supplier"]) == each.top_share
            assert float(cells[f"{each.buyer} HHI of suppliers"]) == each.hhi


def test_the_first_words_answer_with_the_numbers_of_the_screen(tables: Tables, found: Screen) -> None:
    page = write_screen_page(tables, found)
    assert page.answer == (
        "For 14 of the 71 products screened, Japan and India each buy over 40 % from the same supplier."
    )
    assert page.leading[0] == (
        "Iron ores and concentrates: non-agglomerated", "from Australia: 5.0 bn USD (Japan 4.8 bn, India 230 m)"
    )  # fmt: skip
    assert [name for name, _ in page.leading[1:]] != []
    assert (
        page.subtitle
        == "Screen of HS92, 2023. Trade: CEPII, BACI, HS92, raw materials and fuels, 1995-2024, code tables V202401b."
    )


def test_the_picture_and_its_table_add_up_by_supplier(tables: Tables, found: Screen, page: bytes) -> None:
    sums: dict[str, int] = {}
    for one in found.common:
        sums[one.supplier] = sums.get(one.supplier, 0) + one.stake_usd
    ranked = sorted(sums.values(), reverse=True)
    widths = [float(bar["width"] or 0) for bar in Page(page).all("rect")]
    assert [width / widths[0] for width in widths] == pytest.approx([usd / ranked[0] for usd in ranked], abs=1e-3)
    _, *rows = Page(page).csv("suppliers.csv")
    assert [float(row[-1]) for row in rows] == pytest.approx([usd / 1e6 for usd in ranked])
    assert sum(int(row[1]) for row in rows) == len(found.common)
    assert sum(one.stake_usd for one in write_screen_page(tables, found).suppliers) == sum(ranked)


def test_suppliers_beyond_the_largest_are_one_grey_bar(tables: Tables, found: Screen) -> None:
    page = screen_to_html(write_screen_page(tables, longer(found, 60)))
    assert len(Page(page).all("rect")) == MOST_BARS + 1
    assert b"2 others" in page


def test_the_bars_of_the_cells_are_as_long_as_their_shares(found: Screen, page: bytes) -> None:
    shares = [cell["class"] for cell in Page(page).all("td") if "share" in (cell.get("class") or "")]
    expected = [f"number share b{each.top_share * 100:.0f}" for one in found.common for each in one.bought]
    assert shares == expected


def test_hostile_names_are_text_and_no_formula(tables: Tables, found: Screen) -> None:
    outline = Page(screen_to_html(write_screen_page(tables, renamed(found, HOSTILE))))
    assert outline.rows[2][1] == HOSTILE
    assert len(outline.all("script")) == 1
    assert outline.all("img") == []
    formula = Page(screen_to_html(write_screen_page(tables, renamed(found, "=HYPERLINK(1)"))))
    assert formula.csv("common-suppliers.csv")[1][1] == "'=HYPERLINK(1)"


def test_the_page_fetches_nothing_and_allows_only_its_own_style_and_script(page: bytes) -> None:
    outline = Page(page)
    addresses = [
        value for _, attributes in outline.tags for name, value in attributes.items() if name in ("href", "src")
    ]
    assert all(address is not None and address.startswith(("#", "data:text/csv")) for address in addresses)
    (policy,) = [tag["content"] for tag in outline.all("meta") if tag.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any("style" in attributes for _, attributes in outline.tags)


def test_the_same_figures_give_the_same_bytes_in_another_process(page: bytes) -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from brief.screens import real_screen\n"
        "from kizuna.brief.pages.screen_html import screen_to_html\n"
        "from kizuna.brief.screen_page import write_screen_page\n"
        "from kizuna.store.store import embedded_snapshot\n"
        "from kizuna.tables.build import build_tables\n"
        "tables = build_tables(embedded_snapshot())\n"
        "sys.stdout.buffer.write(screen_to_html(write_screen_page(tables, real_screen(tables))))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[1])],
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
    )
    assert again.stdout == page


def test_few_products_a_provisional_year_and_series_of_the_largest_flows_are_said(tables: Tables) -> None:
    few = write_screen_page(tables, real_screen(tables, 2024))
    assert few.badges == ("2024 is provisional: some economies have not reported in full", "74 products of about 5,000")
    assert few.load.endswith("kizuna data add BACI_HS92_V202601.zip")
    assert "2024 is provisional" in few.limits[-1]
    largest = write_screen_page(tables, real_screen(tables, 2023, "HS17"))
    assert largest.badges[-1] == f"{len(largest.lines)} series list the largest flows only"
    assert {line.marks for line in largest.lines} == {"†"}
    assert f"† {largest.notes[0].why}".encode() in screen_to_html(largest)
    assert all(row[-1].plain == largest.notes[0].why for row in largest.every.rows)


def test_a_whole_revision_needs_no_word_on_loading_it(tables: Tables, found: Screen) -> None:
    whole = copy.copy(tables)
    whole.product_names = tables.product_names | {("HS92", f"x{place:05d}"): "x" for place in range(5_000)}
    page = write_screen_page(whole, found)
    assert (page.load, page.badges) == ("", ())


def test_imports_whose_partners_are_not_published_carry_a_mark(tables: Tables, found: Screen) -> None:
    gas = replace(found.common[0], product="271121")
    german = replace(found, partners=("DEU", "JPN"), common=(gas, *found.common[1:]))
    page = write_screen_page(tables, german)
    assert [line.marks for line in page.lines] == ["‡", *[""] * (len(page.lines) - 1)]


def test_a_screen_without_a_common_supplier_says_so(tables: Tables, found: Screen) -> None:
    page = write_screen_page(tables, replace(found, common=()))
    assert page.answer.startswith("For none of the 71 products")
    html = screen_to_html(page)
    assert b"No picture: there is no common supplier." in html
    assert b"No table: " in html
    assert Page(html).all("table") == []


def test_the_commands_that_check_name_the_year_and_the_first_product(tables: Tables, found: Screen) -> None:
    lines = write_screen_page(tables, found).check
    assert lines[0].endswith("kizuna screen JPN IND --year 2023 --revision HS92 --format html")
    assert lines[1].endswith("--product HS92:260111 --year 2021 --year 2022 --year 2023")
    first = screen(tables, PARTNERS, 1995)
    assert re.findall(r"--year (\d+)", write_screen_page(tables, first).check[1]) == ["1995"]


def test_three_thousand_rows_are_written_within_a_second(tables: Tables, found: Screen) -> None:
    many = longer(found, ROWS)
    start = time.process_time()
    html = screen_to_html(write_screen_page(tables, many))
    assert time.process_time() - start < SECONDS
    assert html.count(b'<th scope="row">') > ROWS
