"""Hostile files are refused with a clear error, or read right, within 2 s and 512 MB.

Each is taken in by a process of its own. Time is processor time of that process and of the one that it starts, since a
busy machine says nothing of wall time. Memory is the sum of both peaks, which is at least what they take at once.
"""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from made_files import CATALOGUE, docx, paragraph, pdf, pdf_of, pdf_pages, pdf_stream, zipped

SECONDS, MEMORY = 2, 512_000_000
PATIENCE = 60
PROGRAM = """
import resource, sys
from pathlib import Path
before = resource.getrusage(resource.RUSAGE_SELF)
from kizuna.dialogue.intake.take_in import take_in
from kizuna.floor.errors import DocumentError
try:
    found = take_in(Path(sys.argv[1]), "hostile")
    said = f"read {len(found.text)} {found.text[:40]!r} {found.notices}"
except DocumentError as error:
    said = "refused: " + str(error).replace("\\n", " | ")
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
used = sum(one.ru_utime + one.ru_stime for one in (own, child))
(peak,) = (int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(f"{used:.2f} {peak + child.ru_maxrss} {said}")
"""


def packed(content: bytes, times: int = 1) -> bytes:
    """Return a content stream that is compressed, again and again."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return pdf_stream(content, b"/Filter [%s]" % (b"/FlateDecode " * times))


def form_loop() -> bytes:
    """Return a PDF whose form draws itself."""
    own = b"/Resources << /XObject << /X 5 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s /MediaBox [0 0 612 792] >>" % own
    form = pdf_stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form %s" % own)
    return pdf_of([CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, pdf_stream(b"/X Do"), form])


def overlapping() -> bytes:
    """Return a zip whose two entries name the same bytes."""
    good = docx(paragraph("words"))
    end, first = good.rindex(b"PK\x05\x06"), good.index(b"PK\x01\x02")
    entry = good[first:end]
    other = entry.replace(b"word/document.xml", b"word/documenu.xml")
    tail = bytearray(good[end:])
    tail[8:10] = tail[10:12] = (2).to_bytes(2, "little")
    tail[12:16] = (2 * len(entry)).to_bytes(4, "little")
    return good[:first] + entry + other + bytes(tail)


def lying() -> bytes:
    """Return a zip whose directory says that its document is small."""
    good = bytearray(docx(paragraph("0" * 1_000_000)))
    entry = good.rindex(b"PK\x01\x02")
    good[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    return bytes(good)


def attributes(count: int) -> str:
    """Return attributes of an element."""
    return " ".join(f'a{number}=""' for number in range(count))


def doubling() -> bytes:
    """Return a PDF whose tree of pages doubles 38 times."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (n + 1, n + 1) for n in range(2, 40)]
    return pdf_of([CATALOGUE, *nodes, b"<< /Type /Page >>"])


ENTITIES = f'<!DOCTYPE x [<!ENTITY a "{"z" * 50}"><!ENTITY b "{"&a;" * 50}">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [(a) (a)]" % (b"x" * 32, b"y" * 32)
WORDS = b"BT /F1 12 Tf (words) Tj ET"
MANY_WORDS = b"BT /F1 12 Tf " + b"(The Ministers met. ) Tj 0 -1 Td " * 400_000 + b"ET"
# Its time limit refuses it, where the machine does not read it before.
SLOW = "cannot be taken apart within 1.5 s"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "50 MB of one line": (lambda: b"a" * 50_000_000, "over 20 MB"),
    "19 MB of one line": (lambda: b"will " * 3_800_000, "19,000,000 characters"),
    "2 MB in one line": (lambda: b"will " * 390_000, "line 1, has 1,950,000"),
    "one line with other ends": (lambda: b"will meet\x0b\x0c\r" * 150_000, "line 1, has 1,800,000"),
    "a million lines": (lambda: b"a\n" * 999_999, "read 1999998"),
    "too many lines": (lambda: b"a\n" * 1_100_000, "at most 2,000,000"),
    "NUL": (lambda: b"The Ministers\0met.", "NUL at character 13"),
    "NUL in HTML": (lambda: b"<p>The\0Ministers</p>", "NUL at character 6"),
    "NUL in PDF": (lambda: pdf(("a\\000b",)), "NUL at character 1"),
    "right-to-left signs": (lambda: ("met \u202eyadot\u202c" * 9000).encode(), "9000 times U+202E"),
    "invalid UTF-8": (lambda: b"The Ministers \xff met.", "at byte 14"),
    "invalid UTF-8 in HTML": (lambda: b"<p>The \xff</p>", "at byte 7"),
    "half a UTF-16": (lambda: b"\xff\xfea", "UTF-16"),
    "UTF-32": (lambda: "The Ministers".encode("utf-32"), "refused"),
    "nothing": (lambda: b"", "no text"),
    "blanks": (lambda: b" \n\t ", "no text"),
    "RTF": (lambda: b"{\\rtf1 words}", "an RTF file"),
    "an old Word file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "before 2007"),
    "zip bomb": (lambda: docx(paragraph("0" * 40_000_000)), "times its size"),
    "zip bomb over the limit": (lambda: docx(paragraph("0" * 60_000_000)), "unpacks to 60 MB"),
    "a zip bomb of words": (lambda: docx("".join(paragraph(f"{n} meet") for n in range(600_000))), SLOW),
    "half a million attributes": (lambda: docx(f"<w:p {attributes(500_000)}/>"), "refused"),
    "deep XML": (lambda: docx("<w:p>" * 3000 + "<w:r><w:t>x</w:t></w:r>" + "</w:p>" * 3000), "read 2"),
    "entities": (lambda: docx(paragraph("&b;"), ENTITIES), "DTD"),
    "a DTD": (lambda: docx(paragraph("x"), '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'), "DTD"),
    "external entity": (lambda: docx(paragraph("&x;"), EXTERNAL), "DTD"),
    "entities in styles": (lambda: docx(paragraph("x"), styles=f"{ENTITIES}<x>&b;</x>"), "DTD"),
    "broken XML": (lambda: docx("<w:p>"), "XML is broken"),
    "XML of no known letters": (lambda: docx(paragraph("x"), '<?xml version="1.0" encoding="x-none"?>'), "refused"),
    "a zip without a document": (lambda: zipped({"readme.txt": b"x"}), "not a docx"),
    "another document": (lambda: zipped({"word/document.xml": b"<html/>"}), "no document of a word processor"),
    "many members": (lambda: zipped({f"{n}": b"" for n in range(3000)}), "3000 members"),
    "a cut zip": (lambda: docx(paragraph("words"))[:60], "not a sound zip"),
    "overlapping members": (overlapping, "share bytes"),
    "a lying size": (lying, "not a sound zip file"),
    "a cut PDF": (lambda: pdf(("words",))[:200], "refused"),
    "a PDF without text": (lambda: pdf(()), "scanned"),
    "PDF rubbish": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, "refused"),
    "an encrypted PDF": (lambda: pdf_pages(pdf_stream(WORDS), trailer=LOCK), "encrypted"),
    "PDF pages in a loop": (lambda: pdf_of([CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), "cyclic"),
    "PDF pages that double": (doubling, "limit reached"),
    "a PDF form in a loop": (form_loop, "no text in it"),
    "a PDF table in a loop": (lambda: pdf_pages(pdf_stream(WORDS), trailer=b"/Prev 9"), "words"),
    "a PDF of a huge size": (lambda: pdf(("words",)).replace(b"xref\n0 6", b"xref\n0 999999999"), "refused"),
    "200 MB in a PDF stream": (lambda: pdf_pages(packed(b" " * 200_000_000)), "Limit reached"),
    "300 MB in a PDF stream, twice packed": (lambda: pdf_pages(packed(b" " * 300_000_000, 2)), "Limit reached"),
    "a long PDF stream": (lambda: pdf_pages(packed(MANY_WORDS)), SLOW),
    "nested PDF arrays": (lambda: pdf_pages(pdf_stream(b"[" * 200_000)), "refused"),
    "deep HTML": (lambda: b"<html>" + b"<div>" * 50_000 + b"x", "read 2"),
    "open tags": (lambda: b"<html><" * 300_000, SLOW),
    "open comments": (lambda: b"<html>" + b"<!--" * 300_000, SLOW),
    "open attributes": (lambda: b"<html>" + b'<a b="' * 300_000, SLOW),
    "comments before words": (lambda: b"<!---->" * 280 + b"words", "read 1965"),
    "signs on signs": (lambda: ("<p>a" + "\u0301\u0323" * 90_000 + "</p>").encode(), SLOW),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_read_within_two_seconds_and_512_mb(name: str, tmp_path: Path) -> None:
    make, says = HOSTILE[name]
    path = tmp_path / "hostile"
    path.write_bytes(make())
    call = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE, check=True)
    used, peak, said = done.stdout.strip().split(" ", 2)
    print(f"{name}: {used} s, {int(peak) * 1024 / 1e6:.0f} MB, {len(make())} bytes; {said}")
    assert says in said if says != SLOW else said.startswith("read ") or SLOW in said
    assert float(used) < SECONDS, f"{used} s of processor time"
    assert int(peak) * 1024 < MEMORY, f"{peak} kB"
    assert done.stderr == ""
    assert [found.name for found in tmp_path.rglob("*")] == ["hostile"]


def child(
    media: str, content: bytes, seconds: float = 30, memory: int = 400_000_000
) -> subprocess.CompletedProcess[bytes]:
    """Run the process that takes a file apart under limits of the test's own."""
    numbers = [str(number) for number in (seconds, memory, 2_000_000, 50_000_000, 200, 2000)]
    call = [sys.executable, "-m", "kizuna.dialogue.intake.child", media, *numbers]
    return subprocess.run(call, input=content, capture_output=True, timeout=PATIENCE, check=False)


def test_the_process_that_reads_is_ended_at_its_time() -> None:
    assert child("pdf", pdf_pages(packed(MANY_WORDS)), seconds=0.2).returncode == -signal.SIGPROF


def test_the_process_that_reads_gets_no_more_than_its_memory() -> None:
    content = docx(f"<w:p {attributes(500_000)}/>")
    done = child("docx", content, memory=100_000_000)
    assert (done.returncode, done.stdout) == (3, b"")
    assert child("docx", docx(paragraph("words")), memory=100_000_000).stdout == b"words\n"


def test_the_process_that_reads_can_write_no_file(tmp_path: Path) -> None:
    program = "import sys; from kizuna.dialogue.intake.child import limit; limit(5, 400_000_000)\n"
    program += "open(sys.argv[1], 'wb', buffering=0).write(b'words')"
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "a")], capture_output=True, check=False)
    assert f"Errno {errno.EFBIG}".encode() in done.stderr
    assert (tmp_path / "a").read_bytes() == b""
