"""Files of words, made by hand: docx, zip and PDF."""

from __future__ import annotations

import io
import zipfile

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, head: str = "", **others: str) -> bytes:
    """Return a docx file with that body; ``others`` are further members of its folder ``word``, by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"{head}<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>")
        for name, xml in others.items():
            archive.writestr(f"word/{name}.xml", xml)
    return packed.getvalue()


def paragraph(words: str, listed: bool = False) -> str:
    """Return a paragraph of a docx body, as an item of a list where asked."""
    sign = "<w:pPr><w:numPr/></w:pPr>" if listed else ""
    return f"<w:p>{sign}<w:r><w:t>{words}</w:t></w:r></w:p>"


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip file with those members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of those objects, the first of them its catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def pdf_stream(content: bytes, fields: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), fields, content)


def pdf_pages(*streams: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF with a page for each content stream."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(streams)))
    objects = [CATALOGUE, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)), FONT]
    for at, stream in enumerate(streams):
        page = b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> "
        objects += [page % (5 + 2 * at) + b"/MediaBox [0 0 612 792] >>", stream]
    return pdf_of(objects, trailer)


def pdf(*pages: tuple[str, ...]) -> bytes:
    """Return a PDF whose pages hold those lines."""
    return pdf_pages(*(pdf_stream(_drawn(lines)) for lines in pages))


def _drawn(lines: tuple[str, ...]) -> bytes:
    words = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    return f"BT /F1 12 Tf 50 700 Td {words}ET".encode()
