"""``take_in``: a file as plain text, normalised once. What a file is, its bytes say, not its name.

A txt file is taken as it stands, character for character. HTML, PDF and docx are taken apart in a process of its own
with limits on processor time and memory (:mod:`kizuna.dialogue.intake.child`), and their text is put in form NFC.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from kizuna.dialogue.intake.child import OUT_OF_MEMORY, REFUSED
from kizuna.dialogue.intake.html import is_html
from kizuna.dialogue.intake.text import decode
from kizuna.floor.errors import DocumentError
from kizuna.floor.params import parameter

Media = Literal["txt", "html", "pdf", "docx"]
NOT_READ = {
    b"{\\rtf": "an RTF file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a Word file of before 2007, or one with a password",
}
ODD = {
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LEFT-TO-RIGHT OVERRIDE}", "\N{RIGHT-TO-LEFT EMBEDDING}",
    "\N{LEFT-TO-RIGHT EMBEDDING}", "\N{RIGHT-TO-LEFT ISOLATE}", "\N{LEFT-TO-RIGHT ISOLATE}",
    "\N{FIRST STRONG ISOLATE}", "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}", "\N{ARABIC LETTER MARK}",
    "\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH NO-BREAK SPACE}", "\N{WORD JOINER}",
}  # fmt: skip
WAIT = 15  # seconds of wall time per second of processor time, where other work shares the machine


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text of a file.

    Parameters
    ----------
    text
        What offsets count in, as Unicode code points.
    sha256, file_sha256
        Of the text in UTF-8, and of the file.
    media
        What the file was.
    notices
        What a reader should know of it, such as signs that turn the direction of writing, or pages without text.
    """

    text: str
    sha256: str
    file_sha256: str
    media: Media
    notices: tuple[str, ...] = ()


def take_in(source: Path | bytes | BinaryIO, name: str) -> PlainText:
    """Return the text of a file.

    Parameters
    ----------
    source
        A path, the bytes themselves, or an open file of bytes such as standard input.
    name
        What to call it in messages.

    Raises
    ------
    DocumentError
        If it is missing, empty, too large, no text, or of a kind that is not read.

    Examples
    --------
    >>> take_in("The Ministers met.".encode(), "note").text
    'The Ministers met.'
    """
    content = source if isinstance(source, bytes) else _bytes_of(source, name)
    limit = int(parameter("intake_file_bytes"))
    if len(content) > limit:
        raise _refused(f"{name} has over {limit / 1e6:.0f} MB", "a document below that", "Take its text out first.")
    media, text, notices = _read(content, name)
    _check_text(text, name)
    found = (*notices, *_notices(text))
    return PlainText(text, sha256(text.encode()).hexdigest(), sha256(content).hexdigest(), media, found)


def _bytes_of(source: Path | BinaryIO, name: str) -> bytes:
    """Return the bytes of a file, one more than the limit at most."""
    most = int(parameter("intake_file_bytes")) + 1
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return file.read(most)
        return source.read(most)
    except OSError as error:
        raise _refused(f"{name} cannot be read: {error.strerror}", "a file", "See the path.") from error


def _read(content: bytes, name: str) -> tuple[Media, str, list[str]]:
    """Return what a file is, its text, and what was noticed as it was taken apart."""
    for begins, kind in NOT_READ.items():
        if content.startswith(begins):
            raise _refused(f"{name} is {kind}", "txt, HTML, PDF or docx", "Save it as one of these.")
    if content.startswith(b"%PDF-"):
        return "pdf", *_apart(content, "pdf", name)
    if content.startswith(b"PK"):
        return "docx", *_apart(content, "docx", name)
    text = decode(content, name)
    return ("html", *_apart(text.encode(), "html", name)) if is_html(text) else ("txt", text, [])


def _apart(content: bytes, media: Media, name: str) -> tuple[str, list[str]]:
    """Return what a process with limits takes out of a file, and its notices."""
    seconds = parameter("intake_seconds")
    limits = ("memory_bytes", "characters", "unpacked_bytes", "ratio", "members")
    numbers = [str(int(parameter(f"intake_{limit}"))) for limit in limits]
    call = [sys.executable, "-I", "-B", "-m", "kizuna.dialogue.intake.child", media, str(seconds), *numbers]
    try:
        done = subprocess.run(call, input=content, capture_output=True, timeout=seconds * WAIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_much(name, media, f"{seconds:g} s") from error
    said = done.stderr.decode("utf-8", "replace").splitlines()
    if done.returncode == 0:
        return done.stdout.decode(), [line.removeprefix("notice: ") for line in said if line.startswith("notice: ")]
    refusals = [line.removeprefix("refused: ") for line in said if line.startswith("refused: ")]
    if done.returncode == REFUSED and refusals:
        raise _refused(f"{name}: {refusals[-1]}", f"a sound {media} file with text", "Take its text out and read that.")
    if -done.returncode in (signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL):
        raise _too_much(name, media, f"{seconds:g} s")
    if done.returncode == OUT_OF_MEMORY:
        raise _too_much(name, media, f"{parameter('intake_memory_bytes') / 1e6:.0f} MB of memory")
    raise _refused(
        f"{name} cannot be taken apart: {said[-1] if said else f'its reader ended with {done.returncode}'}",
        f"a sound {media} file",
        "Take its text out with a tool you trust and read that.",
    )


def _too_much(name: str, media: Media, within: str) -> DocumentError:
    return _refused(
        f"{name} cannot be taken apart within {within}",
        f"a {media} file of ordinary size",
        "Take its text out with a tool you trust and read that.",
    )


def _check_text(text: str, name: str) -> None:
    if not text.strip():
        raise _refused(f"{name} holds no text", "words", "A scanned document has to be recognised first.")
    if "\0" in text:
        raise _refused(f"{name} holds a NUL at character {text.index(chr(0))}", "text", "See what kind of file it is.")
    limit, longest = int(parameter("intake_characters")), int(parameter("intake_line_characters"))
    if len(text) > limit:
        raise _refused(f"{name} has {len(text):,} characters", f"at most {limit:,}", "Read it in parts.")
    lines = text.split("\n")
    number, line = max(enumerate(lines, start=1), key=lambda numbered: len(numbered[1]))
    if len(line) > longest:
        raise _refused(
            f"{name}, line {number}, has {len(line):,} characters", f"lines of at most {longest:,}", "Break it up."
        )


def _notices(text: str) -> Iterator[str]:
    for sign in sorted(ODD & set(text)):
        name = f"U+{ord(sign):04X} ({unicodedata.name(sign).lower()})"
        yield f"{text.count(sign)} times {name}: the words may not read as they are shown"


def _refused(found: str, expected: str, do: str) -> DocumentError:
    return DocumentError(found, expected=expected, do=do)
