"""Files as plain text: what each kind gives, and that what a file is, its bytes say."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pytest
from made_files import NAMESPACE, docx, paragraph, pdf, zipped

from kizuna.dialogue.intake.take_in import take_in
from kizuna.floor.errors import DocumentError

STYLES = (
    f'<w:styles {NAMESPACE}><w:style w:styleId="ListBullet"><w:pPr><w:numPr/></w:pPr></w:style>'
    '<w:style w:styleId="Mine"><w:basedOn w:val="ListBullet"/></w:style>'
    '<w:style w:styleId="Head"><w:pPr><w:numPr/><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
)


def styled(words: str, style: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'


def run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def test_a_text_file_is_taken_character_for_character(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff絆\r\n1.  The Ministers\tmet e\u0301.\r\rEnd".encode())
    with path.open(encoding="utf-8", newline="") as file:
        assert take_in(path, "a.txt").text == file.read()


def test_an_open_file_is_read_as_its_bytes_are() -> None:
    assert take_in(io.BytesIO(b"The Ministers met."), "standard input") == take_in(b"The Ministers met.", "note")


def test_text_and_file_have_a_sha256_each() -> None:
    page, text = take_in(b"<p>One</p>", "page"), take_in(b"One\n", "note")
    assert page.sha256 == text.sha256 == text.file_sha256
    assert page.file_sha256 != page.sha256


def test_html_keeps_list_items_and_leaves_scripts_out() -> None:
    page = b"<!DOCTYPE html><html><head><title>T</title><style>x{}</style></head><body><h1>Head</h1><p>They will:</p>"
    page += b"<ul><li>meet &amp; talk</li><li><p>report</p></li></ul><script>alert(1)</script>"
    page += b"<pre>one\ntwo</pre></body></html>"
    found = take_in(page, "page")
    assert found.media == "html"
    assert found.text.splitlines() == ["T", "Head", "They will:", "• meet & talk", "• report", "one", "two"]


@pytest.mark.parametrize(
    "page",
    [
        "\ufeff<!doctype html><p>The 2+2 met.</p>".encode(),
        "\ufeff<!doctype html><p>The 2+2 met.</p>".encode("utf-16-le"),
        b"<?xml version='1.0'?>\n<!-- saved -->\n<html><body><p>The 2+2 met.</p></body></html>",
        b"<p>The 2+2 met.</p>",
    ],
    ids=["with a mark", "in UTF-16", "XHTML", "a part of a page"],
)
def test_a_page_is_known_by_its_first_tag(page: bytes) -> None:
    found = take_in(page, "page.txt")
    assert (found.media, found.text) == ("html", "The 2+2 met.\n")


def test_a_comment_before_words_makes_no_page() -> None:
    assert take_in(b"<!-- page 2 -->\nThe 2+2 met.", "note").media == "txt"


def test_an_element_that_swallows_the_page_is_refused() -> None:
    with pytest.raises(DocumentError, match="<svg> is never closed"):
        take_in(b"<html><p>One</p><svg><p>They will meet.</p>", "page")


def test_text_that_is_taken_out_is_composed() -> None:
    found = take_in("<p>e\u0301</p>".encode(), "page").text
    assert found == "é\n"
    assert unicodedata.is_normalized("NFC", found)


def test_docx_gives_a_line_a_paragraph_and_a_sign_a_list_item() -> None:
    cells = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl>"
    found = take_in(docx(paragraph("They will:") + paragraph("meet", listed=True) + cells), "note.docx")
    assert (found.media, found.text) == ("docx", "They will:\n• meet\na\nb\n")


def test_a_style_makes_an_item_of_a_list_but_a_numbered_heading_is_none() -> None:
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = styled("one", "ListBullet") + styled("two", "Mine") + styled("Head", "Head") + styled("no", "Mine", off)
    assert take_in(docx(body, styles=STYLES), "note").text == "• one\n• two\nHead\nno\n"


def test_words_of_a_docx_come_once() -> None:
    box = f"<w:p>{run('outer')}<w:r><w:txbxContent><w:p>{run('inner')}</w:p></w:txbxContent></w:r></w:p>"
    moved = f"<w:p><w:moveFrom>{run('moved')}</w:moveFrom><w:moveTo>{run('moved')}</w:moveTo></w:p>"
    assert take_in(docx(box + moved), "note").text == "inner\nouter\nmoved\n"


def test_footnotes_that_are_left_out_are_told() -> None:
    body = f"<w:p>{run('They will meet')}<w:r><w:footnoteReference/></w:r></w:p>"
    assert take_in(docx(body), "note").notices == ("1 footnotes are left out",)


def test_a_docx_of_the_strict_form_is_read() -> None:
    strict = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{paragraph("words")}'
    members = {"word/document.xml": f"{strict}</w:body></w:document>".encode()}
    assert take_in(zipped(members), "note").text == "words\n"


def test_a_pdf_with_text_gives_its_words() -> None:
    found = take_in(pdf(("The Ministers met.", "They will report.")), "note.pdf")
    assert (found.media, found.text) == ("pdf", "The Ministers met.\nThey will report.\n")


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    found = take_in(pdf(("The Ministers will",), ("meet again.",), ("The end.",)), "note")
    assert found.text == "The Ministers will\nmeet again.\n\nThe end.\n"


def test_pages_without_text_are_told() -> None:
    assert take_in(pdf(("Words.",), ()), "note").notices == ("no text on page 2: scanned, or empty",)


def test_what_a_file_is_its_bytes_say_not_its_name() -> None:
    assert take_in(pdf(("Words",)), "statement.txt").media == "pdf"


def test_utf_16_with_its_mark_is_read() -> None:
    assert take_in("\ufeffThe 2+2 met.".encode("utf-16-le"), "wide").text == "The 2+2 met."


@pytest.mark.parametrize("sign", ["\u202e", "\u200f", "\u2067", "\u200b", "\u2060"])
def test_signs_that_are_not_seen_are_kept_and_told(sign: str) -> None:
    found = take_in(f"The {sign}tem sretsiniM".encode(), "turned")
    assert sign in found.text
    assert f"U+{ord(sign):04X}" in found.notices[0]


def test_the_joiners_that_hindi_is_written_with_are_not_told() -> None:
    assert take_in("क्\u200dष का".encode(), "hindi").notices == ()


def test_nothing_of_a_packed_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.docx"
    path.parent.mkdir()
    path.write_bytes(zipped({"../slip.txt": b"x", "word/document.xml": f"<w:document {NAMESPACE}/>".encode()}))
    with pytest.raises(DocumentError):
        take_in(path, "a.docx")
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == ["a.docx"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none.txt cannot be read: No such file"):
        take_in(tmp_path / "none.txt", "none.txt")
