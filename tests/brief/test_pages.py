"""The hand-made brief as HTML, PDF and JSON."""

from __future__ import annotations

import base64
import csv
import dataclasses
import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from brief.sample import CITATION, DRAWING, FIGURES, GAP, GLANCE, HOSTILE, JAPAN, PICTURE, TELECOM, TWIN, sample_brief

from kizuna.brief.document import Brief, Cell, Finding, Mark, Picture, Section
from kizuna.brief.pages import to_html, to_json, to_pdf
from kizuna.brief.pages.column_widths import column_widths
from kizuna.brief.pages.inline_svg import inline_svg
from kizuna.brief.pages.table_csv import table_csv
from kizuna.floor.errors import KizunaError, RequestError

WRITERS = [to_html, to_pdf, to_json]


class Outline(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> bytes:
    return to_html(sample_brief())


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "brief.pdf"
    path.write_bytes(to_pdf(sample_brief()))
    return path


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_brief_gives_the_same_bytes_in_another_process(write: Callable[[Brief], bytes]) -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from brief.sample import sample_brief; from kizuna.brief import pages\n"
        f"print(hashlib.sha256(pages.{write.__name__}(sample_brief())).hexdigest())"
    )
    folder = str(Path(__file__).parents[1])
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, folder],
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("write", WRITERS)
def test_a_mark_without_its_figure_is_an_error_that_names_it(write: Callable[[Brief], bytes]) -> None:
    lost = dataclasses.replace(sample_brief(), figures={JAPAN.id: JAPAN})
    with pytest.raises(KizunaError, match=TELECOM.id):
        write(lost)


def test_every_fault_of_a_brief_comes_at_once() -> None:
    whole = sample_brief()
    short = dataclasses.replace(GLANCE, rows=((Cell(("one",)),), (Cell(gap="none", plain="1"),) * 5))
    with pytest.raises(KizunaError) as caught:
        to_json(dataclasses.replace(whole, sections=(Section("s", "S", (), (short,)),)))
    assert "1 cells for 5 columns" in str(caught.value)
    assert "both a gap and the value" in str(caught.value)
    twice = dataclasses.replace(whole, sections=(*whole.sections, whole.sections[0]))
    with pytest.raises(KizunaError, match="'glance' stands 2 times"):
        to_json(twice)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_never_reaches_a_page(number: float) -> None:
    broken = dataclasses.replace(JAPAN, value=number)
    with pytest.raises(KizunaError, match=JAPAN.id):
        to_json(dataclasses.replace(sample_brief(), figures=FIGURES | {broken.id: broken}))


def test_a_picture_is_drawn_or_says_why_not() -> None:
    neither = dataclasses.replace(PICTURE, svg="")
    with pytest.raises(KizunaError, match="suppliers"):
        to_html(with_picture(neither))
    page = to_html(with_picture(dataclasses.replace(neither, absent=HOSTILE))).decode()
    assert "No picture: &lt;script&gt;alert(1)" in page


def test_hostile_text_is_text_in_html(page: bytes) -> None:
    outline = Outline(page)
    assert [attributes.get("type") for attributes in outline.all("script")] == ["application/json", None]
    assert b"alert(1)</script>" not in page
    assert page.count(b"&lt;script&gt;alert(1)&lt;/script&gt;") >= 5


def test_html_has_one_title_headings_in_order_and_unique_ids(page: bytes) -> None:
    outline = Outline(page)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = Counter(attributes["id"] for _, attributes in outline.tags if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    assert outline.all("html")[0]["lang"] == "en"
    assert {"header", "main", "nav"} <= {tag for tag, _ in outline.tags}


def test_every_link_inside_the_page_has_its_target_and_none_leads_out(page: bytes) -> None:
    outline = Outline(page)
    ids = {attributes["id"] for _, attributes in outline.tags if "id" in attributes}
    addresses = [attributes["href"] or "" for _, attributes in outline.tags if "href" in attributes]
    assert addresses
    assert {address[1:] for address in addresses if address.startswith("#")} <= ids | FIGURES.keys()
    assert all(address.startswith(("#", "data:text/csv;")) for address in addresses)
    assert not any("src" in attributes for _, attributes in outline.tags)


def test_the_findings_stand_before_the_contents_and_the_sections(page: bytes) -> None:
    text = page.decode()
    places = [text.index(f'id="{name}"') for name in ("findings", "contents-title", "section-pair", "sources")]
    assert places == sorted(places)


def test_every_mark_on_the_page_has_its_facts_in_the_page(page: bytes) -> None:
    marks = {(link["href"] or "")[1:] for link in Outline(page).all("a") if link.get("class") == "figure"}
    text = page.decode().partition('id="figures">')[2].partition("</script>")[0]
    assert "<" not in text
    document = json.loads(text)
    facts = {name: document["shared"][own["shared"]] | own for name, own in document["figures"].items()}
    assert marks == facts.keys() == FIGURES.keys()
    assert facts[JAPAN.id]["value"] == "0.9012345678901234"
    assert facts[TELECOM.id] == facts[TELECOM.id] | {"value": None, "gap": GAP.reason}
    assert facts[JAPAN.id]["derivation"]["notes"][1] == HOSTILE


def test_a_gap_is_readable_without_a_pointer(page: bytes) -> None:
    text = page.decode()
    assert f"<sup>a</sup> {GAP.reason}</li>" in text
    assert "<sup>b</sup> no series for 8517</li>" in text


def test_each_table_has_its_csv_with_citation_and_full_precision(page: bytes) -> None:
    links = {a["download"]: a["href"] or "" for a in Outline(page).all("a") if "download" in a}
    assert links.keys() == {"glance.csv", "suppliers-table.csv"}
    head, _, body = links["glance.csv"].partition(",")
    assert head == "data:text/csv;charset=utf-8;base64"
    lines = base64.b64decode(body).decode("utf-8").splitlines()
    assert lines[:3] == [f"# {GLANCE.title}", f"# {CITATION}", f"# {GLANCE.note}"]
    rows = list(csv.reader(lines[3:]))
    assert rows[0] == ["Economy", "Imports, m USD", "Top supplier", "Share, %", "2019 to 2023", "gaps"]
    assert rows[1] == ["Japan", "73012345", "China", "0.9012345678901234", "rose", ""]
    assert rows[2][0] == HOSTILE
    assert rows[3][1:4] == ["", "'=1+1", ""]
    assert rows[3][5].startswith(f"Imports, m USD: {GAP.reason}; Share, %: {GAP.reason}; 2019")


def test_a_line_break_in_a_note_does_not_end_the_comment() -> None:
    text = table_csv(dataclasses.replace(GLANCE, note="one\ntwo"), FIGURES).decode()
    assert text.splitlines()[2] == "# one two"


def test_two_drawings_with_the_same_ids_do_not_meet() -> None:
    one, other = (inline_svg(DRAWING, prefix=name, alternative="x") for name in ("one", "other"))
    assert 'id="one-clip0"' in one
    assert 'clip-path="url(#one-clip0)"' in one
    assert 'clip-path="url(#other-clip0)"' in other
    assert 'role="img"' in one
    assert 'aria-label="x"' in one


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        "<foreignObject/>",
        '<image href="https://example.org/x.png"/>',
        '<use href="https://example.org/x.svg"/>',
        '<rect fill="url(https://example.org/x)"/>',
        '<rect style="fill: red"/>',
        '<a href="#x"/>',
        "<g>",
        "<![CDATA[x]]>",
        "<!-- x -->",
    ],
)
def test_a_drawing_that_runs_or_fetches_is_refused(inside: str) -> None:
    with pytest.raises(RequestError, match="The drawing"):
        inline_svg(DRAWING.replace("</svg>", f"{inside}</svg>"), prefix="p", alternative="x")


def test_json_says_the_same_and_keeps_gaps_as_null() -> None:
    text = to_json(sample_brief()).decode("utf-8")
    document = json.loads(text)
    assert "日本" in text
    assert list(document) == sorted(document)
    assert document["findings"][0]["text"].startswith("In 2023 Japan bought 90 % of its natural graphite")
    assert document["findings"][0]["figures"][0] == JAPAN.id
    assert document["figures"].keys() == FIGURES.keys()
    assert document["figures"][JAPAN.id]["value"] == JAPAN.value
    assert document["figures"][TELECOM.id] == document["figures"][TELECOM.id] | {"value": None, "gap": GAP.reason}
    cells = document["sections"][0]["parts"][0]["table"]["rows"][2]
    assert [cell["gap"] for cell in cells] == [None, GAP.reason, None, GAP.reason, "no series for 8517"]


def test_pdf_is_tagged_titled_and_has_no_date(pdf: Path) -> None:
    facts = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Title: +India and Japan: where their supplies hang", facts)
    assert re.search(r"Tagged: +yes", facts)
    assert "CreationDate" not in facts
    assert b"pdfuaid" in pdf.read_bytes()


def test_pdf_holds_hostile_text_as_text_and_names_what_the_fonts_lack(pdf: Path) -> None:
    text = " ".join(pdf_text(pdf).split())
    assert "<script>alert(1)</script> #set page(width: 1pt)" in text
    assert "[U+1F600] 日本" in text
    assert "a no bilateral data for 8517" in text


def test_pdf_marks_figures_in_findings_and_not_in_tables(pdf: Path) -> None:
    assert pdf_text(pdf).count(JAPAN.id) == 1


def test_pdf_uses_the_bundled_fonts_only(pdf: Path) -> None:
    listed = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert listed
    assert all("NotoSans" in line for line in listed)


def test_a_wide_table_keeps_its_numbers_whole_in_the_pdf(tmp_path: Path) -> None:
    columns = (
        GLANCE.columns[0],
        *(dataclasses.replace(GLANCE.columns[1], title=f"Column {n} of many") for n in range(9)),
    )
    rows = tuple(
        (Cell((f"A product with a long name, number {row}",)), *(Cell((f"{row + 12345}.67",)) for _ in range(9)))
        for row in range(80)
    )
    table = dataclasses.replace(GLANCE, columns=columns, rows=rows)
    path = tmp_path / "wide.pdf"
    path.write_bytes(to_pdf(dataclasses.replace(sample_brief(), sections=(Section("s", "S", (), (table,)),))))
    text = pdf_text(path)
    assert text.count("12345.67") == 9
    assert text.count("12424.67") == 9
    assert len(re.findall(r"^ *Economy", text, flags=re.MULTILINE)) >= 2, "the header stands on every page of the table"


def test_columns_share_the_width_only_where_a_table_does_not_fit() -> None:
    assert column_widths(TWIN) == ()
    words = (Cell(("a name of a product that is much longer than all the others there are",)),)
    numbers = tuple(Cell(("1234567.8",)) for _ in range(6))
    columns = (GLANCE.columns[0], *(dataclasses.replace(GLANCE.columns[1], title="m USD") for _ in numbers))
    first, *others = column_widths(dataclasses.replace(TWIN, columns=columns, rows=((*words, *numbers),)))
    assert others == [len("1234567.8") + 2] * 6
    assert first == 102 - sum(others)


def test_an_empty_brief_is_still_a_document() -> None:
    nothing = dataclasses.replace(
        sample_brief(), badges=(), findings=(), sections=(), sources=(), check=(), names=(), figures={}
    )
    assert all(write(nothing) for write in WRITERS)


def test_words_with_one_mark_alone_stand_in_every_form() -> None:
    alone = dataclasses.replace(sample_brief(), findings=(Finding("change", (Mark(JAPAN.id, "90 %"),), 1.0),))
    assert all(write(alone) for write in WRITERS)


def with_picture(picture: Picture) -> Brief:
    """Return the brief with another picture in place of its own."""
    return dataclasses.replace(sample_brief(), sections=(Section("graphite", "Graphite", (), (picture,)),))


def pdf_text(path: Path) -> str:
    """Return the text of a PDF as it lies on the page."""
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
